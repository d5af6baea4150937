import { amount, count, part, type Json } from './raw.js';

/** A sum in lines (笔), person-months (人次) and fen, as the auditor's own ledger keeps it. */
export type Totals = Readonly<{ lines: number; personMonths: number; amountFen: bigint }>;

export const nothing: Totals = { lines: 0, personMonths: 0, amountFen: 0n };

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

export function sum(left: Totals, right: Totals, sign: 1 | -1 = 1): Totals {
  return {
    lines: left.lines + sign * right.lines,
    personMonths: left.personMonths + sign * right.personMonths,
    amountFen: left.amountFen + BigInt(sign) * right.amountFen,
  };
}

export function same(left: Totals, right: Totals): boolean {
  return (
    left.lines === right.lines &&
    left.personMonths === right.personMonths &&
    left.amountFen === right.amountFen
  );
}

export function totalsText({ lines, personMonths, amountFen }: Totals): string {
  return `${lines}/${personMonths}/${amountFen}`;
}

/** A sheet that is written up entry by entry: totals by key, a missing key being nothing. */
export class Tally<Key extends string> {
  private readonly cells = new Map<string, Map<Key, Totals>>();

  add(item: string, key: Key, totals: Totals, sign: 1 | -1 = 1): void {
    const mine = this.cells.get(item) ?? new Map<Key, Totals>();
    mine.set(key, sum(mine.get(key) ?? nothing, totals, sign));
    this.cells.set(item, mine);
  }

  addAll(other: Tally<Key>): void {
    for (const [item, keys] of other.cells) {
      for (const [key, totals] of keys) this.add(item, key, totals);
    }
  }

  of(item: string, key: Key): Totals {
    return this.cells.get(item)?.get(key) ?? nothing;
  }

  items(): readonly string[] {
    return [...this.cells.keys()].sort();
  }

  keys(item: string): readonly Key[] {
    return [...(this.cells.get(item)?.keys() ?? [])];
  }

  /** The first cell that differs, with both figures; undefined when the sheets are equal. */
  differenceFrom(other: Tally<Key>): Readonly<Record<string, string>> | undefined {
    for (const item of new Set([...this.items(), ...other.items()])) {
      for (const column of new Set([...this.keys(item), ...other.keys(item)])) {
        const [here, there] = [this.of(item, column), other.of(item, column)];
        if (same(here, there)) continue;
        return { item, column, stated: totalsText(here), counted: totalsText(there) };
      }
    }
    return undefined;
  }
}

export type Book = Tally<Column>;

/** A sheet as an event holds it. @throws Unreadable when it is no sheet */
export function bookOf(data: Json, field: string): Book {
  const book: Book = new Tally();
  const sheet = part(data, field);
  for (const item of Object.keys(sheet)) {
    const cells = part(sheet, item);
    for (const column of columns) {
      if (cells[column] === undefined) continue;
      book.add(item, column, totalsOf(part(cells, column)));
    }
  }
  return book;
}

function totalsOf(cell: Json): Totals {
  return {
    lines: count(cell, 'lines'),
    personMonths: count(cell, 'personMonths'),
    amountFen: amount(cell, 'amountFen'),
  };
}

/** opening + due + returned + increases − decreases − paid − cancelled */
export function closingOf(book: Book, item: string): Totals {
  let closing = nothing;
  for (const column of columns) {
    const leaves = column === 'decreases' || column === 'paid' || column === 'cancelled';
    closing = sum(closing, book.of(item, column), leaves ? -1 : 1);
  }
  return closing;
}
