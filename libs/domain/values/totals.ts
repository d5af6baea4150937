import { addFen, noFen, subtractFen, type Fen } from './fen.js';

/** A sum in lines (笔), person-months (人次) and fen. */
export type Totals = Readonly<{ lines: number; personMonths: number; amountFen: Fen }>;

export const noTotals: Totals = { lines: 0, personMonths: 0, amountFen: noFen };

export function plus(left: Totals, right: Totals): Totals {
  return {
    lines: left.lines + right.lines,
    personMonths: left.personMonths + right.personMonths,
    amountFen: addFen(left.amountFen, right.amountFen),
  };
}

export function minus(left: Totals, right: Totals): Totals {
  return {
    lines: left.lines - right.lines,
    personMonths: left.personMonths - right.personMonths,
    amountFen: subtractFen(left.amountFen, right.amountFen),
  };
}

export function sameTotals(left: Totals, right: Totals): boolean {
  return (
    left.lines === right.lines &&
    left.personMonths === right.personMonths &&
    left.amountFen === right.amountFen
  );
}

/** What a month's sheet counts (DESIGN's identity), in its order. */
export const columns = [
  'opening',
  'due',
  'returned',
  'increases',
  'decreases',
  'paid',
  'cancelled',
] as const;
export type Column = (typeof columns)[number];

/** Per benefit item, per column; a missing cell is zero. */
export type Sheet = Readonly<Record<string, Readonly<Partial<Record<Column, Totals>>>>>;

export function cell(sheet: Sheet, item: string, column: Column): Totals {
  return sheet[item]?.[column] ?? noTotals;
}

export function addToSheet(sheet: Sheet, item: string, column: Column, totals: Totals): Sheet {
  return {
    ...sheet,
    [item]: { ...sheet[item], [column]: plus(cell(sheet, item, column), totals) },
  };
}

export function addSheets(left: Sheet, right: Sheet): Sheet {
  let sum = left;
  for (const [item, cells] of Object.entries(right)) {
    for (const column of columns) {
      const totals = cells[column];
      if (totals !== undefined) sum = addToSheet(sum, item, column, totals);
    }
  }
  return sum;
}

/**
 * opening + due + returned + increases − decreases − paid − cancelled: what must still be unpaid.
 */
export function sameSheets(left: Sheet, right: Sheet): boolean {
  return [...Object.keys(left), ...Object.keys(right)].every((item) =>
    columns.every((column) => sameTotals(cell(left, item, column), cell(right, item, column))),
  );
}

export function closingOf(sheet: Sheet, item: string): Totals {
  const of = (column: Column) => cell(sheet, item, column);
  const owed = plus(plus(of('opening'), of('due')), plus(of('returned'), of('increases')));
  return minus(owed, plus(plus(of('decreases'), of('paid')), of('cancelled')));
}
