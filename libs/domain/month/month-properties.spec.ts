import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admit, allot, bring, discharge, live, open } from '#test/domain/month-samples.js';
import { Refusal } from '../refusal.js';
import { fen, noFen } from '../values/fen.js';
import { closingOf, columns, type Column, type Sheet, type Totals } from '../values/totals.js';
import { monthCodecs, type MonthEvent } from './month.events.js';
import { monthDecider, type MonthCommand, type MonthState } from './month.js';

const totals: fc.Arbitrary<Totals> = fc.record({
  lines: fc.nat(1_000),
  personMonths: fc.nat(1_000),
  amountFen: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(fen),
});
const items = ['benefit', 'medical', 'subsidy'];
const cells = fc.record(
  Object.fromEntries(columns.map((column) => [column, totals])) as Record<
    Column,
    fc.Arbitrary<Totals>
  >,
  { requiredKeys: [] },
);
const sheets: fc.Arbitrary<Sheet> = fc.dictionary(fc.constantFrom(...items), cells, {
  noNullPrototype: true,
});
const ids = fc.constantFrom('D-1', 'D-2', 'D-3', 'D-4', 'D-5');
const amounts = fc.bigInt({ min: 0n, max: 1_000n }).map(fen);

const commands: fc.Arbitrary<MonthCommand> = fc.oneof(
  fc.tuple(ids, sheets, amounts).map(([id, sheet, sum]) => admit(id, 'batch', sheet, sum).command),
  fc.tuple(ids, sheets).map(([id, sheet]) => discharge(id, sheet).command),
  fc.tuple(ids, amounts).map(([id, sum]) => allot(id, sum)),
  sheets.map((sheet): MonthCommand => ({ ...bring, sheet })),
);

function run(attempts: readonly MonthCommand[]): readonly MonthEvent[] {
  let state: MonthState = monthDecider.initial;
  const events: MonthEvent[] = [];
  for (const command of [open, ...attempts]) {
    const decided = decide(command, state);
    state = decided.reduce(monthDecider.evolve, state);
    events.push(...decided);
  }
  return events;
}

function decide(command: MonthCommand, state: MonthState): readonly MonthEvent[] {
  try {
    return monthDecider.decide(command, state);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

const adds: Readonly<Record<Column, bigint>> = {
  opening: 1n,
  due: 1n,
  returned: 1n,
  increases: 1n,
  decreases: -1n,
  paid: -1n,
  cancelled: -1n,
};

/** The running sum of what the events posted, cell by cell, without the sheet's own arithmetic. */
function running(events: readonly MonthEvent[], item: string) {
  let lines = 0n;
  let personMonths = 0n;
  let amountFen = 0n;
  for (const { type, data } of events) {
    if (type !== 'OpeningBrought' && type !== 'DocumentDischarged') continue;
    for (const [column, one] of Object.entries(data.sheet[item] ?? {})) {
      const sign = adds[column as Column];
      lines += sign * BigInt(one.lines);
      personMonths += sign * BigInt(one.personMonths);
      amountFen += sign * one.amountFen;
    }
  }
  return { lines: Number(lines), personMonths: Number(personMonths), amountFen };
}

const histories = fc.array(commands, { maxLength: 30, size: 'max' });

describe('whatever a month is asked to post, in any order', () => {
  it('its closing equals the running sum of what was posted', () => {
    fc.assert(
      fc.property(histories, (attempts) => {
        const events = run(attempts);
        const { sheet } = live(...events);
        for (const item of items) expect(closingOf(sheet, item)).toEqual(running(events, item));
      }),
      { numRuns: 200 },
    );
  });

  it('never reserves more than was allotted', () => {
    fc.assert(
      fc.property(histories, (attempts) => {
        const events = run(attempts);
        let available = 0n;
        for (const { type, data } of events) {
          if (type === 'AllotmentReceived') available += data.amountFen;
          if (type === 'DocumentAdmitted') available -= data.reservedFen;
          expect(available).toBeGreaterThanOrEqual(0n);
        }
        expect(live(...events).availableFen).toBe(available);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same after its events were written and read', () => {
    fc.assert(
      fc.property(histories, (attempts) => {
        const events = run(attempts);
        const read = events.map(({ type, data }) => {
          const codec = monthCodecs[type];
          return { type, data: codec.decode(codec.encode(data), codec.schema) } as MonthEvent;
        });
        expect(read).toEqual(events);
        expect(live(...read)).toEqual(live(...events));
      }),
      { numRuns: 200 },
    );
  });

  it('has nothing in it before anything is posted', () => {
    expect(closingOf(live(...run([])).sheet, 'benefit')).toEqual({
      lines: 0,
      personMonths: 0,
      amountFen: noFen,
    });
  });
});
