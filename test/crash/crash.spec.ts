import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crashPoints } from '#application/crash-points.js';
import { counts } from '#test/counts.js';
import { OfficeMornings, wentWell, type Outcome } from './bench.js';

const moneyTypes = [
  ...['LineDue', 'LineHeld', 'LineWithdrawn', 'PaymentInstructed', 'PaymentBooked'],
  'PaymentFailed',
  ...['PaymentReturned', 'DocumentAdmitted', 'DocumentDischarged', 'MonthClosed'],
] as const;

/**
 * Five moments of a run, from its first command to past its end, the same for the same seed: shares
 * of what it takes on this machine, so that a slow one is not killed before it has begun. The
 * earliest comes first: what is begun again takes less time than the whole.
 */
function momentsOf(seed: number, wholeMs: number): readonly number[] {
  const moments: number[] = [];
  for (let state = seed; moments.length < 5;) {
    state = (state * 48_271) % 2_147_483_647;
    moments.push((wholeMs * (350 + (state % 700))) / 1_000);
  }
  return moments.sort((a, b) => a - b);
}

describe('a month whose process is killed', () => {
  let mornings: OfficeMornings;
  let undisturbed: Outcome;
  let wholeMs: number;

  beforeAll(async () => {
    mornings = await OfficeMornings.open(40);
    const run = await mornings.begin();
    const begunAt = performance.now();
    expect(await run.work()).toEqual(wentWell);
    wholeMs = performance.now() - begunAt;
    undisturbed = await run.outcome();
    const types = undisturbed.events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining([...moneyTypes]));
    expect([undisturbed.sheet, undisturbed.close, undisturbed.sent]).toEqual(
      Array.from({ length: 3 }, () => [expect.anything()]),
    );
  });

  afterAll(() => mornings.close());

  it.each(crashPoints)('at %s ends as if nothing had happened', async (crashAt) => {
    const run = await mornings.begin();
    expect(await run.work({ crashAt })).toMatchObject({ signal: 'SIGKILL', said: '' });
    expect(await run.work()).toEqual(wentWell);
    expect(await run.outcome()).toEqual(undisturbed);
  });

  it.each(Array.from({ length: counts({ ci: 2, release: 20 }) }, (_, at) => 1_000 + at))(
    'again and again at moments drawn from seed %i ends as if nothing had happened',
    async (seed) => {
      const run = await mornings.begin();
      const moments = momentsOf(seed, wholeMs);
      const killed: boolean[] = [];
      for (const moment of moments)
        killed.push((await run.work({ killAfterMs: moment })).signal === 'SIGKILL');
      expect(killed).toContain(true);
      expect(await run.work()).toEqual(wentWell);
      expect(await run.outcome()).toEqual(undisturbed);
    },
  );

  it('is told of a file once, whatever was known of it when the process died', async () => {
    const run = await mornings.begin();
    await run.work({ crashAt: 'submission:renamed' });
    const before = await run.arrived();
    await run.work();
    expect(before).toHaveLength(1);
    expect(await run.arrived()).toEqual(before);
  });

  it('would send twice if it sent first and noted it afterwards', async () => {
    const run = await mornings.begin();
    await run.work({ crashAt: 'submission:renamed', way: 'naive' });
    const before = await run.arrived();
    await run.work({ way: 'naive' });
    expect(before).toHaveLength(1);
    expect(await run.arrived()).not.toEqual(before);
  });
});

/** Lines are written to the awards in chunks of 2,000: here some are, and some are not. */
describe('a month whose process is killed between two chunks of its lines', () => {
  let mornings: OfficeMornings;
  let undisturbed: Outcome;

  beforeAll(async () => {
    mornings = await OfficeMornings.open(2_050);
    const run = await mornings.begin();
    expect(await run.work()).toEqual(wentWell);
    undisturbed = await run.outcome();
  });

  afterAll(() => mornings.close());

  it('ends the same when a thread of its own does the bulk work', async () => {
    const run = await mornings.begin();
    expect(await run.work({ way: 'aside' })).toEqual(wentWell);
    expect(await run.outcome()).toEqual(undisturbed);
  });

  it('is finished by a thread of its own when one died with its process', async () => {
    const run = await mornings.begin();
    const crash = { crashAt: 'receipt:half-booked', way: 'aside' } as const;
    expect(await run.work(crash)).toMatchObject({ signal: 'SIGKILL', said: '' });
    expect(await run.work({ way: 'aside' })).toEqual(wentWell);
    expect(await run.outcome()).toEqual(undisturbed);
  });

  const halves = crashPoints.filter((point) => point.includes(':half-'));

  it.each(halves.slice(-counts({ ci: 1, release: halves.length })))(
    'at %s posts the rest and repeats nothing',
    async (crashAt) => {
      const run = await mornings.begin();
      expect(await run.work({ crashAt })).toMatchObject({ signal: 'SIGKILL', said: '' });
      expect(await run.work()).toEqual(wentWell);
      expect(await run.outcome()).toEqual(undisturbed);
    },
  );
});
