import { describe, expect, it } from '@jest/globals';
import { PeopleClock } from './people-clock.js';

let nowMs = 1_700_000_000_000;
const now = () => nowMs;
const step = 'roll-440103-2026-09-1';
const setsOff = (stream: string) => stream.startsWith('roll-');

describe('a clock of people at work', () => {
  it('knows of nobody at the beginning, nor of who meets no bulk work', () => {
    const clock = new PeopleClock({ now });
    for (let command = 1; command <= 40; command += 1) {
      expect(clock.areAtWork()).toBe(false);
      clock.toldHere(step);
      nowMs += 10;
    }
    clock.bulkBegins();
    expect(clock.areAtWork()).toBe(false);
  });

  it('knows of nobody where one person meets it now and then', () => {
    const clock = new PeopleClock({ now });
    clock.bulkBegins();
    for (let command = 1; command <= 10; command += 1) {
      clock.toldHere(step);
      expect(clock.areAtWork()).toBe(false);
      nowMs += 2_500;
    }
  });

  it('sees people who met none yet, unless what they do sets it off', () => {
    const clock = new PeopleClock({ now, setsOff });
    for (let command = 1; command <= 3; command += 1) {
      expect(clock.areAtWork()).toBe(false);
      clock.toldHere(step);
      clock.toldHere('claim-C1');
      nowMs += 1_000;
    }
    expect(clock.areAtWork()).toBe(true);
    nowMs += 2_000;
    expect(clock.areAtWork()).toBe(false);
  });

  it('sees people while three commands met bulk work within five seconds', () => {
    const clock = new PeopleClock({ now });
    clock.bulkBegins();
    for (let command = 1; command <= 3; command += 1) {
      expect(clock.areAtWork()).toBe(false);
      clock.toldHere(step);
      nowMs += 1_000;
    }
    clock.bulkEnds();
    expect(clock.areAtWork()).toBe(true);
    // What meets none tells nothing, however much it is.
    clock.told(3);
    nowMs += 2_000;
    expect(clock.areAtWork()).toBe(false);
  });

  it('counts what all threads that share it have added', () => {
    const here = new PeopleClock();
    const there = new PeopleClock({ shared: here.shared });
    here.countOwn(2_000);
    there.countOwn(3);
    for (const clock of [here, there]) expect(clock.ownEvents).toBe(2_003n);
    expect(new PeopleClock().ownEvents).toBe(0n);
  });

  it('is one for all threads that share it', () => {
    const here = new PeopleClock({ now });
    const there = new PeopleClock({ shared: here.shared, now });
    here.bulkBegins();
    for (let command = 1; command <= 3; command += 1) here.toldHere(step);
    expect(there.areAtWork()).toBe(true);
  });

  it('takes nothing for people that the thread of bulk work does itself', () => {
    const here = new PeopleClock({ now });
    const there = new PeopleClock({ shared: here.shared, now });
    there.bulkBegins();
    for (let command = 1; command <= 3; command += 1) there.toldHere(step);
    expect(here.areAtWork()).toBe(false);
    there.told(3);
    expect(here.areAtWork()).toBe(true);
  });
});
