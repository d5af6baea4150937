import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fen } from './fen.js';
import {
  addSheets,
  addToSheet,
  cell,
  closingOf,
  columns,
  minus,
  noTotals,
  plus,
  sameTotals,
  type Column,
  type Sheet,
  type Totals,
} from './totals.js';

const totals: fc.Arbitrary<Totals> = fc.record({
  lines: fc.nat(1_000),
  personMonths: fc.nat(1_000),
  amountFen: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(fen),
});
const entries = fc.array(
  fc.record({
    item: fc.constantFrom('benefit', 'medical'),
    column: fc.constantFrom(...columns),
    totals,
  }),
  { maxLength: 20 },
);
type Entry = Readonly<{ item: string; column: Column; totals: Totals }>;

const sheetOf = (all: readonly Entry[]): Sheet =>
  all.reduce((sheet, one) => addToSheet(sheet, one.item, one.column, one.totals), {} as Sheet);
const of = (lines: number, personMonths: number, amount: bigint): Totals => ({
  lines,
  personMonths,
  amountFen: fen(amount),
});

describe('totals', () => {
  it('add and subtract in lines, person-months and fen', () => {
    expect(plus(of(1, 1, 100n), of(2, 0, 50n))).toEqual(of(3, 1, 150n));
    expect(minus(of(1, 1, 100n), of(2, 0, 150n))).toEqual(of(-1, 1, -50n));
    expect(plus(noTotals, of(1, 1, 1n))).toEqual(of(1, 1, 1n));
  });

  it('are the same when all three are', () => {
    expect(sameTotals(of(1, 1, 1n), of(1, 1, 1n))).toBe(true);
    expect(sameTotals(of(1, 1, 1n), of(2, 1, 1n))).toBe(false);
    expect(sameTotals(of(1, 1, 1n), of(1, 2, 1n))).toBe(false);
    expect(sameTotals(of(1, 1, 1n), of(1, 1, 2n))).toBe(false);
  });
});

describe('a sheet', () => {
  it('has nothing in a cell that was never written', () => {
    expect(cell({}, 'benefit', 'due')).toEqual(noTotals);
    expect(cell({ benefit: {} }, 'benefit', 'due')).toEqual(noTotals);
  });

  it('adds to one cell and leaves the others and the given sheet alone', () => {
    const before: Sheet = { benefit: { due: of(1, 1, 1n), paid: of(5, 5, 5n) } };
    const after = addToSheet(before, 'benefit', 'due', of(2, 2, 2n));
    expect(after).toEqual({ benefit: { due: of(3, 3, 3n), paid: of(5, 5, 5n) } });
    expect(before).toEqual({ benefit: { due: of(1, 1, 1n), paid: of(5, 5, 5n) } });
  });

  it('is the sum of its parts, however they are grouped', () => {
    fc.assert(
      fc.property(entries, entries, (left, right) => {
        const together = sheetOf([...left, ...right]);
        const added = addSheets(sheetOf(left), sheetOf(right));
        for (const item of ['benefit', 'medical'])
          for (const column of columns)
            expect(cell(added, item, column)).toEqual(cell(together, item, column));
      }),
    );
  });
});

describe('what must still be unpaid', () => {
  it('is opening + due + returned + increases − decreases − paid − cancelled', () => {
    const sheet: Sheet = {
      benefit: {
        opening: of(2, 2, 482_400n),
        due: of(1_000, 1_000, 241_200_000n),
        returned: of(1, 1, 241_200n),
        increases: of(1, 0, 10_000n),
        decreases: of(1, 1, 241_200n),
        paid: of(1_001, 1_000, 241_210_000n),
        cancelled: of(1, 1, 241_200n),
      },
    };
    expect(closingOf(sheet, 'benefit')).toEqual(of(1, 1, 241_200n));
    expect(closingOf(sheet, 'medical')).toEqual(noTotals);
  });

  it('counts each column once and with its own sign', () => {
    const signs = columns.map((column) => closingOf({ x: { [column]: of(1, 1, 1n) } }, 'x').lines);
    expect(Object.fromEntries(columns.map((column, index) => [column, signs[index]]))).toEqual({
      opening: 1,
      due: 1,
      returned: 1,
      increases: 1,
      decreases: -1,
      paid: -1,
      cancelled: -1,
    });
  });
});
