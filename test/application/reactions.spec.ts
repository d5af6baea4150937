import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReactionLane } from '#application/reactions/runner.js';
import { codecs } from '#domain/codecs.js';
import { refuse } from '#domain/refusal.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

/** What a lane of its own does with an event that it is told of, in a log of two offices. */
describe('a lane of reactions', () => {
  let test: TestSystem;
  let end: AbortController;
  let answers: (() => void)[];
  let stops: string[];
  let lanes = 0;

  beforeAll(async () => {
    test = await openTestSystem();
    await new Bureau(test.system.app, '440100', ['440103']).openOffices('2026-10-01');
  }, 60_000);

  beforeEach(() => {
    end = new AbortController();
    answers = [];
    stops = [];
  });

  afterAll(() => test.close());

  const outage = () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' });
  };
  const poison = () => {
    throw new Error('an impossible event');
  };
  const refusing = () => refuse('CONFLICT_TRY_AGAIN', { stream: 'person-P1' });

  /** Each event is answered by the next of the answers, and done when there is none left. */
  function laneOf(): { lane: ReactionLane; done: bigint[]; name: string } {
    lanes += 1;
    const name = `trial-${lanes}`;
    const done: bigint[] = [];
    const { app } = test.system;
    const react = (_app: unknown, { position }: { position: bigint }): Promise<void> => {
      answers.shift()?.();
      done.push(position);
      return Promise.resolve();
    };
    const lane = new ReactionLane({
      ...{ name, app, codecs, pool: app.pool, store: app.store, unblockedBy: [] },
      reactions: [
        { name, on: ['OfficeOpened'], react: async (given, cause) => react(given, cause) },
      ],
      onStopped: (stopped) => stops.push(stopped),
    });
    return { lane, done, name };
  }

  async function errorOf(name: string): Promise<string | null | undefined> {
    const { rows } = await test.system.app.pool.query<{ error: string | null }>(
      'select error from reaction_checkpoint where lane = $1',
      [name],
    );
    return rows[0]?.error;
  }

  it('begins again after a fault that passes, and blames no event for it', async () => {
    answers = [outage];
    const { lane, done, name } = laneOf();
    await expect(lane.run(end.signal)).rejects.toThrow('terminating connection');
    expect([stops, await errorOf(name), done]).toEqual([[], null, []]);
    const running = lane.run(end.signal);
    await lane.waitFor(2n);
    expect(done).toEqual([1n, 2n]);
    end.abort();
    await running;
  });

  it('stops at an event that it cannot answer, and whoever waits is told', async () => {
    answers = [() => undefined, poison];
    const { lane, done, name } = laneOf();
    const told = lane.waitFor(2n).catch((error: unknown) => error);
    await lane.run(end.signal);
    expect(await told).toMatchObject({ code: 'REACTIONS_STOPPED', facts: { lane: name } });
    expect([stops, await errorOf(name), done]).toEqual([[name], 'an impossible event', [1n]]);
    await expect(lane.waitFor(2n)).rejects.toMatchObject({ code: 'REACTIONS_STOPPED' });
    const again = lane.run(end.signal);
    await lane.waitFor(2n);
    expect([await errorOf(name), done]).toEqual([null, [1n, 2n]]);
    end.abort();
    await again;
  });

  it('asks again what was refused in a rush, though no event says that it has passed', async () => {
    answers = [refusing];
    const { lane, done } = laneOf();
    const running = lane.run(end.signal);
    await lane.waitFor(2n);
    expect(done).toEqual([2n]);
    await lane.askAgain();
    expect(done).toEqual([2n, 1n]);
    end.abort();
    await running;
  });
});
