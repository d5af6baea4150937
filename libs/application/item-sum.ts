import { addFen, fenFromText, noFen, sumFen, type Fen } from '#domain/values/fen.js';
import {
  addToSheet,
  noTotals,
  plus,
  type Column,
  type Sheet,
  type Totals,
} from '#domain/values/totals.js';
import { usualItem, type ItemShare } from './document-lines.js';

/**
 * Payments added up by benefit item. Nearly all are wholly of the usual item: those are counted in
 * place, where a sheet would be made anew with each of a hundred thousand.
 */
export class ItemSum {
  private lines = 0;
  private amountFen: Fen = noFen;
  private readonly others = new Map<string, Totals>();

  /** A payment of one or more due lines. */
  add(
    payment: Readonly<{
      amountFen: Fen;
      lines: readonly string[];
      shares?: readonly ItemShare[];
    }>,
  ): void {
    const { amountFen, lines, shares } = payment;
    if (shares === undefined) this.addLines(usualItem, lines.length, amountFen);
    else for (const one of shares) this.addLines(one.item, one.lines, fenFromText(one.amount));
  }

  /** Due lines of one month each. */
  addLines(item: string, lines: number, amountFen: Fen): void {
    if (item !== usualItem) {
      const before = this.others.get(item) ?? noTotals;
      this.others.set(item, plus(before, { lines, personMonths: lines, amountFen }));
      return;
    }
    this.lines += lines;
    this.amountFen = addFen(this.amountFen, amountFen);
  }

  /** What another sum came to. */
  addSums(sums: ReadonlyMap<string, Totals>): void {
    for (const [item, { lines, amountFen }] of sums) this.addLines(item, lines, amountFen);
  }

  get totalFen(): Fen {
    return sumFen([...this.byItem().values()].map(({ amountFen }) => amountFen));
  }

  /** Items of which there is nothing are left out. */
  byItem(): ReadonlyMap<string, Totals> {
    const { lines, amountFen, others } = this;
    if (lines === 0) return others;
    return new Map([[usualItem, { lines, personMonths: lines, amountFen }], ...others]);
  }

  sheet(column: Column): Sheet {
    let sheet: Sheet = {};
    for (const [item, totals] of this.byItem()) sheet = addToSheet(sheet, item, column, totals);
    return sheet;
  }
}
