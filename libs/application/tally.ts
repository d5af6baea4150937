import { noFen, type Fen } from '#domain/values/fen.js';
import { addToSheet, noTotals, plus, type Sheet, type Totals } from '#domain/values/totals.js';

type Counted = 'due' | 'paid' | 'returned';

/** Lines of a batch by what a receipt said of them. */
export type Answers = { paid: number; failed: number; suspense: number };

/**
 * What became of a document's lines, as its month and its batches are told. Plain values: it may
 * come from another thread.
 */
export type Tally = {
  posted: number;
  refused: number;
  /** In the order of the document. */
  readonly refusedKeys: string[];
  readonly sums: Readonly<Record<Counted, Map<string, Totals>>>;
  /** What was reserved for the document and is free again. */
  releasedFen: Fen;
  readonly batches: Map<string, Answers>;
};

export function noTally(): Tally {
  const sums = { due: new Map(), paid: new Map(), returned: new Map() };
  const batches = new Map<string, Answers>();
  return { posted: 0, refused: 0, refusedKeys: [], sums, releasedFen: noFen, batches };
}

/** Adds to a column of the sheet. */
export function count({ sums }: Tally, column: Counted, item: string, totals: Totals): void {
  sums[column].set(item, plus(sums[column].get(item) ?? noTotals, totals));
}

export function answersOf({ batches }: Tally, batch: string): Answers {
  const known = batches.get(batch) ?? { paid: 0, failed: 0, suspense: 0 };
  batches.set(batch, known);
  return known;
}

export function sheetOfTally({ sums }: Tally): Sheet {
  let sheet: Sheet = {};
  for (const column of countedColumns)
    for (const [item, totals] of sums[column]) sheet = addToSheet(sheet, item, column, totals);
  return sheet;
}

const countedColumns = ['due', 'paid', 'returned'] as const;
