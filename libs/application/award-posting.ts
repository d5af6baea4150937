import type { Pool } from 'pg';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { awardDecider, awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { Refusal } from '#domain/refusal.js';
import type { Added, BulkCall } from '#event-store/append-queue.js';
import type { AppendItem } from '#event-store/port.js';
import { appendFolded, type BareEvent } from '#projections/award-append.js';
import { movesOnly } from '#projections/award-fold.js';
import { pagesOfAwards, placesIn, type AwardPage, type Place } from '#projections/award-page.js';
import { liveSchema } from '#projections/runner.js';
import { breathe } from './breath.js';
import { metadataOf, sharedMetadata, type Context } from './context.js';
import { derivedId } from './ids.js';
import { stored } from './stored.js';
import type { BulkItem, BulkResult, Transact } from './transact.js';

/** One command for one award, as a line of a document makes it. */
export type AwardItem = Readonly<{
  awardNo: string;
  command: AwardCommand;
  /** Follows from the document and the line: the same line again is a repeat. */
  commandId: string;
  bodyHash: string;
}>;

/** The store as far as bulk work goes: its turns are shared with every other append. */
export type BulkStore = Readonly<{
  inBulkTurn: (work: BulkCall) => Promise<void>;
}>;

/** Longer calls gain nothing, and hold the head of the log longer. */
const eventsInCall = 1_000;
const callsAtOnce = 2;

/**
 * Posts the lines of documents into awards: each is decided from its page of cached awards, and the
 * events and the page that follows from them are written together. What the page cannot answer
 * for, because it moved on or a line was refused from it, is decided again from its stream before
 * that counts.
 */
export class AwardPosting {
  /** Pages that a call under way will write: who needs one of them waits for it. */
  private readonly busy = new Map<number, Busy>();
  /** In the order in which they came. */
  private readonly underWay = new Map<Posting, Promise<unknown>>();
  private releases = 0;
  private readonly releasedAt = new Map<number, number>();

  constructor(
    private readonly pool: Pool,
    private readonly store: BulkStore,
    private readonly transact: Transact,
  ) {}

  /**
   * Items of one award are posted in their order, also those of two calls: the later call waits for
   * the earlier one, and fails when that one fails.
   *
   * @param context what all items share; each has its own command id
   */
  post(items: readonly AwardItem[], context: Context): Promise<readonly BulkResult[]> {
    const posting = new Posting(items, context);
    const earlier = [...this.underWay].filter(([other]) => other.shares(posting));
    const done = this.carryOut(posting, Promise.all(earlier.map(([, other]) => other)));
    this.underWay.set(posting, done);
    return done;
  }

  private async carryOut(
    posting: Posting,
    earlier: Promise<unknown>,
  ): Promise<readonly BulkResult[]> {
    let left: readonly number[] = posting.items.map((_item, at) => at);
    try {
      await earlier;
      while (left.length > 0) left = await this.pass(posting, left);
      for (const [at, item] of posting.items.entries())
        posting.results[at] ??= await this.transact.settle(stored.award, posting.bulkItem(item));
      return posting.results.map((result) => result ?? { events: 0 });
    } finally {
      this.underWay.delete(posting);
      if (this.underWay.size === 0) this.releasedAt.clear();
    }
  }

  /** Works on the pages that nobody else is at; what lies on the others is left for later. */
  private async pass(posting: Posting, left: readonly number[]): Promise<readonly number[]> {
    const numbers = left.map((at) => posting.awardNo(at));
    const began = this.releases;
    const pages = await pagesOfAwards(this.pool, `${liveSchema}.`, numbers);
    // Released while it was read, a page may have been read as it was before.
    const isOld = ({ page }: AwardPage) => (this.releasedAt.get(page) ?? 0) > began;
    const held = pages.filter((page) => this.busy.has(page.page) || isOld(page));
    const free = pages.filter((page) => !held.includes(page));
    const waits = held.flatMap(({ page }) => this.busy.get(page)?.done ?? []);
    for (const { page } of free) this.busy.set(page, new Busy());
    const work = posting.workOn(free, left);
    try {
      await Promise.all(Array.from({ length: callsAtOnce }, () => this.drain(posting, work)));
    } finally {
      for (const { page } of free) this.release(page);
    }
    await Promise.all(waits);
    const later = new Set(held.flatMap(({ awardNos }) => awardNos));
    return left.filter((at) => later.has(posting.awardNo(at)));
  }

  private async drain(posting: Posting, work: PageWork[]): Promise<void> {
    while (work.length > 0) {
      let refused: Decided | undefined;
      await this.store.inBulkTurn(async (most) => {
        const taken = takeSome(work, Math.min(most, eventsInCall));
        const decided = await posting.decide(taken);
        const done = await this.write(posting, decided);
        if (done === undefined) refused = decided;
        for (const { page } of taken) this.release(page.page);
        return done;
      });
      // It takes a turn of its own: within this one it might wait for itself.
      if (refused !== undefined) await this.writePlainly(posting, refused);
    }
  }

  private async write(posting: Posting, decided: Decided): Promise<Added | undefined> {
    if (decided.awards.length === 0) return undefined;
    const events = decided.awards.flatMap((award) => award.events);
    const done = await appendFolded(this.pool, events, posting.shared, decided.pages);
    if (done !== undefined) for (const award of decided.awards) posting.succeeded(award);
    return done;
  }

  /** Without the pages, which the runner then folds: what is refused is decided anew. */
  private async writePlainly(posting: Posting, { awards }: Decided): Promise<void> {
    if (awards.length === 0) return;
    const appends = awards.map((award) => posting.appendOf(award));
    const answers = await this.transact.store.appendMany(appends);
    for (const [at, award] of awards.entries()) if (answers[at]?.ok) posting.succeeded(award);
  }

  private release(page: number): void {
    const busy = this.busy.get(page);
    if (busy === undefined) return;
    this.busy.delete(page);
    this.releases += 1;
    this.releasedAt.set(page, this.releases);
    busy.end();
  }
}

class Busy {
  readonly done: Promise<void>;
  private resolve: (() => void) | undefined;

  constructor() {
    this.done = new Promise((resolve) => (this.resolve = resolve));
  }

  end(): void {
    this.resolve?.();
  }
}

/** The items that lie on one page, by their places in the posting. */
type PageWork = Readonly<{ page: AwardPage; items: readonly (Place & { at: number })[] }>;

/** One award with everything that one call appends to it, and which items asked for that. */
type DecidedAward = Readonly<{
  stream: string;
  expected: number;
  events: readonly BareEvent[];
  items: readonly Readonly<{ at: number; events: number }>[];
}>;

type Decided = Readonly<{ awards: readonly DecidedAward[]; pages: readonly AwardPage[] }>;

function takeSome(work: PageWork[], events: number): readonly PageWork[] {
  const taken: PageWork[] = [];
  for (let count = 0; count < events;) {
    const next = work.shift();
    if (next === undefined) break;
    taken.push(next);
    count += next.items.length;
  }
  return taken;
}

class Posting {
  readonly results: (BulkResult | undefined)[];
  readonly shared: string;
  private readonly awardNos: ReadonlySet<string>;

  constructor(
    readonly items: readonly AwardItem[],
    private readonly context: Context,
  ) {
    this.results = Array.from({ length: items.length });
    this.shared = sharedMetadata(context);
    this.awardNos = new Set(items.map(({ awardNo }) => awardNo));
  }

  shares({ awardNos }: Posting): boolean {
    for (const awardNo of awardNos) if (this.awardNos.has(awardNo)) return true;
    return false;
  }

  awardNo(at: number): string {
    return this.item(at).awardNo;
  }

  bulkItem({ awardNo, command, commandId, bodyHash }: AwardItem): BulkItem<never, AwardCommand> {
    const context = { ...this.context, commandId };
    return { stream: awardStream(awardNo), command, context, bodyHash };
  }

  workOn(pages: readonly AwardPage[], left: readonly number[]): PageWork[] {
    const places = placesIn(pages);
    const byPage = new Map<AwardPage, (Place & { at: number })[]>();
    for (const at of left) {
      const place = places.get(this.awardNo(at));
      if (place === undefined) continue;
      const mine = byPage.get(place.page);
      if (mine === undefined) byPage.set(place.page, [{ ...place, at }]);
      else mine.push({ ...place, at });
    }
    return [...byPage].map(([page, items]) => ({ page, items }));
  }

  /** Decides page by page, and lets others have their turn between two. */
  async decide(work: readonly PageWork[]): Promise<Decided> {
    const awards: DecidedAward[] = [];
    const pages: AwardPage[] = [];
    for (const { page, items } of work) {
      const decided = this.decidePage(page, items);
      if (decided.length > 0) pages.push(page);
      awards.push(...decided);
      await breathe();
    }
    return { awards, pages };
  }

  appendOf({ stream, expected, events }: DecidedAward): AppendItem {
    const whole = events.map(({ id, type, schema, data, commandId, bodyHash }) => {
      const metadata = metadataOf({ commandId, bodyHash }, this.shared);
      return { id, type, schema, data, metadata };
    });
    return { stream, expected, events: whole };
  }

  succeeded({ items }: DecidedAward): void {
    for (const { at, events } of items) this.results[at] = { events };
  }

  private decidePage(page: AwardPage, items: PageWork['items']): readonly DecidedAward[] {
    const bySlot = new Map<number, number[]>();
    for (const { slot, at } of items) {
      const mine = bySlot.get(slot);
      if (mine === undefined) bySlot.set(slot, [at]);
      else mine.push(at);
    }
    const decided: DecidedAward[] = [];
    for (const [slot, mine] of bySlot) {
      const one = this.decideAward(page, slot, mine);
      if (one !== undefined) decided.push(one);
    }
    return decided;
  }

  /**
   * The items of one award in their order, up to the first that its page does not allow: that one
   * and those after it ask the stream.
   */
  private decideAward(
    page: AwardPage,
    slot: number,
    mine: readonly number[],
  ): DecidedAward | undefined {
    const { awardNo, revision, state: before } = page.award(slot);
    const stream = awardStream(awardNo);
    const done: { at: number; events: number }[] = [];
    const written: BareEvent[] = [];
    let after = before;
    for (const at of mine) {
      const { command, commandId, bodyHash } = this.item(at);
      const events = eventsOf(command, after);
      if (events === undefined) break;
      for (const [ordinal, { type, data }] of events.entries()) {
        const { schema, encode } = awardCodecs[type];
        const id = derivedId(commandId, stream, ordinal);
        const next = revision + written.length + 1;
        written.push({
          stream,
          revision: next,
          id,
          type,
          schema,
          data: encode(data),
          commandId,
          bodyHash,
        });
      }
      after = events.reduce(awardDecider.evolve, after) as LiveAward;
      done.push({ at, events: events.length });
    }
    if (written.length === 0) return undefined;
    page.putMoving(slot, {
      before: { revision, lines: before.lines },
      revision: revision + written.length,
      after,
    });
    return { stream, expected: revision, events: written, items: done };
  }

  private item(at: number): AwardItem {
    const item = this.items[at];
    if (item === undefined) throw new Error(`no item ${at}`);
    return item;
  }
}

/** Undefined for what a page is not enough for: a refusal, a repeat, a change of the terms. */
function eventsOf(command: AwardCommand, award: LiveAward): readonly AwardEvent[] | undefined {
  if (mayBeInstructedAgain(command, award)) return undefined;
  try {
    const events = awardDecider.decide(command, award);
    return events.length > 0 && events.every(({ type }) => movesOnly(type)) ? events : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * A line that came back from a payment is due again, and a page forgets payments that are not in
 * transit: only the stream knows whether this very instruction was the one that was taken back.
 */
function mayBeInstructedAgain(command: AwardCommand, { lines }: LiveAward): boolean {
  if (command.type !== 'InstructPayment') return false;
  const { lineIds } = command;
  return lines.some(({ lineId, state }) => state !== 'due' && lineIds.includes(lineId));
}
