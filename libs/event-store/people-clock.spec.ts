import { describe, expect, it } from '@jest/globals';
import { PeopleClock } from './people-clock.js';

function clockAt(now: () => number, shared?: SharedArrayBuffer): PeopleClock {
  return new PeopleClock(shared, now);
}

describe('a clock of people at work', () => {
  it('knows of nobody at the beginning, nor of one who signs now and then', () => {
    let now = 1_700_000_000_000;
    const clock = clockAt(() => now);
    expect(clock.areAtWork()).toBe(false);
    for (let signature = 1; signature <= 40; signature += 1) {
      clock.told();
      now += 500;
      expect(clock.areAtWork()).toBe(false);
    }
  });

  it('sees people while twenty commands came within two seconds, and then no more', () => {
    let now = 1_700_000_000_000;
    const clock = clockAt(() => now);
    for (let command = 1; command <= 20; command += 1) {
      expect(clock.areAtWork()).toBe(false);
      clock.told();
      now += 50;
    }
    expect(clock.areAtWork()).toBe(true);
    now += 2_000;
    expect(clock.areAtWork()).toBe(false);
  });

  it('counts what all threads that share it have added', () => {
    const here = clockAt(Date.now);
    const there = clockAt(Date.now, here.shared);
    here.countOwn(2_000);
    there.countOwn(3);
    for (const clock of [here, there]) expect(clock.ownEvents).toBe(2_003n);
    expect(clockAt(Date.now).ownEvents).toBe(0n);
  });

  it('is one for all threads that share it', () => {
    const now = () => 1_700_000_000_000;
    const here = clockAt(now);
    const there = clockAt(now, here.shared);
    for (let command = 1; command <= 20; command += 1) here.told();
    expect(there.areAtWork()).toBe(true);
  });
});
