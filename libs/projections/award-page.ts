import type { LiveAward } from '#domain/award/award-state.js';
import {
  awardOf,
  movingOf,
  personOf,
  movingText,
  termsText,
  type Moving,
  type MovingAt,
} from './award-text.js';
import { lazyAward, TermsUnread } from './lazy-award.js';
import type { Queryable } from './rows.js';

/** An award as bulk work reads it: folded, with the revision it may be appended at. */
export type CachedAward = Readonly<{ awardNo: string; revision: number; state: LiveAward }>;

/** Awards of one office in the order in which they were opened, until the page is full. */
export const awardsInPage = 64;

export type PageRow = Readonly<{
  page: number;
  office: string;
  /** How many events its awards have in all: it grows with each, and names what was read. */
  events: bigint;
  open_lines: number;
  open_fen: bigint;
  awards: string;
  moving: string;
  terms: string;
}>;

/** As it was read by somebody who may have asked for no terms. */
type ReadRow = Omit<PageRow, 'terms'> & Readonly<{ terms: string | null }>;

const movingColumns = 'page, office, events, open_lines, open_fen, awards, moving';
export const pageColumns = `${movingColumns}, terms`;
const columnsOf = { all: pageColumns, moving: `${movingColumns}, null as terms` } as const;

/**
 * Some awards side by side in one row: bulk work reads and writes a hundred times fewer rows, and
 * an award that is not touched is carried over as text. `moving` and `terms` hold one line an
 * award, in the order of `awards`.
 */
export class AwardPage {
  readonly page: number;
  readonly office: string;
  /** As it was read; what is written back is written only if it still stands. */
  readonly before: bigint;
  events: bigint;
  openLines: number;
  openFen: bigint;
  readonly awardNos: string[];
  private readonly movings: string[];
  /** As they were read, if they were, until somebody asks for one of them. */
  private readonly termsRead: string | null;
  private termsByLine: string[] | undefined;
  termsChanged = false;

  constructor(row: ReadRow) {
    this.page = row.page;
    this.office = row.office;
    this.before = row.events;
    this.events = row.events;
    this.openLines = row.open_lines;
    this.openFen = row.open_fen;
    this.awardNos = linesOf(row.awards);
    this.movings = linesOf(row.moving);
    this.termsRead = row.terms;
  }

  static empty(page: number, office: string): AwardPage {
    const nothing = { events: 0n, open_lines: 0, open_fen: 0n, awards: '', moving: '', terms: '' };
    return new AwardPage({ page, office, ...nothing });
  }

  get isFull(): boolean {
    return this.awardNos.length >= awardsInPage;
  }

  /** Whether an award was added there whose first events are still to be folded. */
  isNew(slot: number): boolean {
    return this.movings[slot] === '';
  }

  awardNo(slot: number): string {
    return this.lineAt(this.awardNos, slot);
  }

  movingAt(slot: number): MovingAt {
    return movingOf(this.lineAt(this.movings, slot));
  }

  private get terms(): string[] {
    if (this.termsRead === null) throw new TermsUnread();
    this.termsByLine ??= linesOf(this.termsRead);
    return this.termsByLine;
  }

  /** For one decision of an award that moved so far. */
  lazyAward(slot: number, moving: Moving): LiveAward {
    const terms = this.termsRead === null ? undefined : this.lineAt(this.terms, slot);
    return lazyAward(this.awardNo(slot), moving, terms);
  }

  award(slot: number): CachedAward {
    const moving = this.movingAt(slot);
    const awardNo = this.awardNo(slot);
    const state = awardOf(this.lineAt(this.terms, slot), moving);
    return { awardNo, revision: moving.revision, state };
  }

  personOf(slot: number): string {
    return personOf(this.lineAt(this.terms, slot));
  }

  /** Every award of the page, in its order. */
  all(): CachedAward[] {
    return this.awardNos.map((_awardNo, slot) => this.award(slot));
  }

  /** @returns the slot of the award that was added, open for its first events */
  add(awardNo: string): number {
    this.awardNos.push(awardNo);
    this.movings.push('');
    this.terms.push('');
    return this.awardNos.length - 1;
  }

  /** What a month moves: the terms stay as they are. */
  putMoving(
    slot: number,
    change: Readonly<{ before: Standing | undefined; revision: number; after: Moving }>,
  ): void {
    const { before, revision, after } = change;
    this.events += BigInt(revision - (before?.revision ?? -1));
    this.openLines += after.lines.length - (before?.lines.length ?? 0);
    this.openFen += sumOf(after) - (before === undefined ? 0n : sumOf(before));
    this.movings[slot] = movingText(revision, after);
  }

  putTerms(slot: number, award: LiveAward): void {
    const text = termsText(award);
    if (this.terms[slot] === text) return;
    this.terms[slot] = text;
    this.termsChanged = true;
  }

  get movingText(): string {
    return this.movings.join('\n');
  }

  row(): PageRow {
    if (this.termsRead === null) throw new TermsUnread();
    const { page, office, events, openLines, openFen } = this;
    return {
      ...{ page, office, events },
      open_lines: openLines,
      open_fen: openFen,
      awards: this.awardNos.join('\n'),
      moving: this.movingText,
      terms: this.termsByLine?.join('\n') ?? this.termsRead,
    };
  }

  private lineAt(lines: readonly string[], slot: number): string {
    const line = lines[slot];
    if (line === undefined) throw new Error(`page ${this.page} has no slot ${slot}`);
    return line;
  }
}

type Standing = Pick<MovingAt, 'revision' | 'lines'>;

function sumOf({ lines }: Pick<Moving, 'lines'>): bigint {
  let sum = 0n;
  for (const { amountFen } of lines) sum += amountFen;
  return sum;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** Where an award is found among pages that were read together. */
export type Place = Readonly<{ page: AwardPage; slot: number }>;

export function placesIn(pages: readonly AwardPage[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const page of pages)
    page.awardNos.forEach((awardNo, slot) => places.set(awardNo, { page, slot }));
  return places;
}

export type PageReading = Readonly<{
  lock?: 'for update';
  /** Less to read, for who asks for no terms. */
  part?: keyof typeof columnsOf;
}>;

/** The pages that hold those awards, in the order of their numbers. */
export async function pagesOfAwards(
  db: Queryable,
  schema: '' | 'read.',
  awardNos: readonly string[],
  { lock, part = 'all' }: PageReading = {},
): Promise<AwardPage[]> {
  const { rows } = await db.query<ReadRow>(
    `select ${columnsOf[part]} from ${schema}award_page
     where page = any(array(
       select distinct page from ${schema}award_state
       where award_no = any(string_to_array($1, E'\\n'))))
     order by page ${lock ?? ''}`,
    [awardNos.join('\n')],
  );
  return rows.map((row) => new AwardPage(row));
}
