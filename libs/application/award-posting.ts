import type { Pool } from 'pg';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { awardDecider, awardStream } from '#domain/award/award.js';
import { evolveMoving, type MovingEvent } from '#domain/award/award-evolve.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { LiveAward, Moving } from '#domain/award/award-state.js';
import { Refusal } from '#domain/refusal.js';
import type { Added, BulkCall } from '#event-store/append-queue.js';
import type { AppendItem } from '#event-store/port.js';
import { appendFolded } from '#projections/award-append.js';
import { movesOnly } from '#projections/award-fold.js';
import { pagesOfAwards, type AwardPage } from '#projections/award-page.js';
import { EventLines, type BareEvent } from '#projections/event-lines.js';
import { liveSchema } from '#projections/runner.js';
import { breathe } from './breath.js';
import { metadataBehindId, metadataOf, sharedMetadata, type Context } from './context.js';
import { eventIdOf } from './ids.js';
import { stored } from './stored.js';
import type { BulkItem, BulkResult, Transact } from './transact.js';

/** One command for one award, as a line of a document makes it. */
export type AwardItem = Readonly<{
  awardNo: string;
  command: AwardCommand;
  /** Follows from the document and the line: the same line again is a repeat. */
  commandId: string;
  /** The hash of its body in events that an earlier version of the program wrote. */
  earlierHash?: string;
}>;

/**
 * What the items of a posting share. The hash of their bodies is that of the document which they
 * are lines of: a command's id names the document and the line.
 */
export type PostingContext = Context & Readonly<{ bodyHash: string }>;

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
  /** What calls that are over have left. */
  private readonly spareLines: EventLines[] = [];
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
   * @param context each item has its own command id
   */
  post(items: readonly AwardItem[], context: PostingContext): Promise<readonly BulkResult[]> {
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
    let left = posting.byAward;
    try {
      await earlier;
      while (left.size > 0) left = await this.pass(posting, left);
      for (const [at, item] of posting.items.entries())
        posting.results[at] ??= await this.transact.settle(stored.award, posting.bulkItem(item));
      return posting.results.map((result) => result ?? { events: 0 });
    } finally {
      this.underWay.delete(posting);
      if (this.underWay.size === 0) this.releasedAt.clear();
    }
  }

  /** Works on the pages that nobody else is at; what lies on the others is left for later. */
  private async pass(posting: Posting, left: ByAward): Promise<ByAward> {
    const began = this.releases;
    const pages = await pagesOfAwards(this.pool, `${liveSchema}.`, [...left.keys()]);
    // Released while it was read, a page may have been read as it was before.
    const isOld = ({ page }: AwardPage) => (this.releasedAt.get(page) ?? 0) > began;
    const held = pages.filter((page) => this.busy.has(page.page) || isOld(page));
    const free = pages.filter((page) => !held.includes(page));
    const waits = held.flatMap(({ page }) => this.busy.get(page)?.done ?? []);
    for (const { page } of free) this.busy.set(page, new Busy());
    const work = workOn(free, left);
    try {
      await Promise.all(Array.from({ length: callsAtOnce }, () => this.drain(posting, work)));
    } finally {
      for (const { page } of free) this.release(page);
    }
    await Promise.all(waits);
    return itemsIn(held, left);
  }

  private async drain(posting: Posting, work: PageWork[]): Promise<void> {
    const lines = this.spareLines.pop() ?? new EventLines();
    while (work.length > 0) {
      let refused: Decided | undefined;
      await this.store.inBulkTurn(async (most) => {
        const taken = takeSome(work, Math.min(most, eventsInCall));
        const decided = await posting.decide(taken, lines);
        const done = await this.write(posting, decided);
        if (done === undefined) refused = decided;
        for (const { page } of taken) this.release(page.page);
        return done;
      });
      // It takes a turn of its own: within this one it might wait for itself.
      if (refused !== undefined) await this.writePlainly(posting, refused);
    }
    this.spareLines.push(lines);
  }

  private async write(posting: Posting, decided: Decided): Promise<Added | undefined> {
    if (decided.items.length === 0) return undefined;
    const done = await appendFolded(this.pool, decided.lines, posting.shared, decided.pages);
    if (done !== undefined) posting.succeeded(decided, 0, decided.items.length);
    return done;
  }

  /** Without the pages, which the runner then folds: what is refused is decided anew. */
  private async writePlainly(posting: Posting, decided: Decided): Promise<void> {
    if (decided.items.length === 0) return;
    const awards = decided.lines.eventsByStream();
    const appends = awards.map((events) => posting.appendOf(events));
    const answers = await this.transact.store.appendMany(appends);
    let item = 0;
    for (const [at, { length }] of awards.entries()) {
      const from = item;
      for (let events = 0; events < length; item += 1) events += decided.counts[item] ?? length;
      if (answers[at]?.ok) posting.succeeded(decided, from, item);
    }
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

/** Items by the award they are for, by their places in the posting. */
type ByAward = ReadonlyMap<string, readonly number[]>;

function itemsByAward(items: readonly AwardItem[]): ByAward {
  const byAward = new Map<string, number[]>();
  for (let at = 0; at < items.length; at += 1) {
    const { awardNo } = items[at] as AwardItem;
    const mine = byAward.get(awardNo);
    if (mine === undefined) byAward.set(awardNo, [at]);
    else mine.push(at);
  }
  return byAward;
}

function itemsIn(pages: readonly AwardPage[], byAward: ByAward): ByAward {
  const found = new Map<string, readonly number[]>();
  for (const { awardNos } of pages)
    for (const awardNo of awardNos) {
      const mine = byAward.get(awardNo);
      if (mine !== undefined) found.set(awardNo, mine);
    }
  return found;
}

/** The items of an award, which lies in a slot of its page. */
type SlotWork = Readonly<{ slot: number; mine: readonly number[]; first: number }>;
type PageWork = Readonly<{
  page: AwardPage;
  slots: readonly SlotWork[];
  items: number;
  first: number;
}>;

/** In the order of the items that come first. */
function workOn(pages: readonly AwardPage[], byAward: ByAward): PageWork[] {
  const work: PageWork[] = [];
  for (const page of pages) {
    const slots: SlotWork[] = [];
    let items = 0;
    for (let slot = 0; slot < page.awardNos.length; slot += 1) {
      const mine = byAward.get(page.awardNos[slot] ?? '');
      const first = mine?.[0];
      if (mine === undefined || first === undefined) continue;
      slots.push({ slot, mine, first });
      items += mine.length;
    }
    slots.sort(byFirst);
    const [earliest] = slots;
    if (earliest !== undefined) work.push({ page, slots, items, first: earliest.first });
  }
  return work.sort(byFirst);
}

function byFirst(one: Readonly<{ first: number }>, other: Readonly<{ first: number }>): number {
  return one.first - other.first;
}

/** What one call appends, in its order. Plain numbers: they wait until the call is answered. */
type Decided = Readonly<{
  /** Places of the items that asked for its events; those of one award stand together. */
  items: number[];
  /** How many events each of them asked for. */
  counts: number[];
  lines: EventLines;
  pages: AwardPage[];
}>;

/** Where an award is decided, and what that adds to. */
type AwardPlace = Readonly<{ page: AwardPage; slot: number }> &
  Readonly<{ events: BareEvent[]; decided: Decided }>;

function takeSome(work: PageWork[], events: number): readonly PageWork[] {
  const taken: PageWork[] = [];
  for (let count = 0; count < events;) {
    const next = work.shift();
    if (next === undefined) break;
    taken.push(next);
    count += next.items;
  }
  return taken;
}

/** What nearly every item adds; one object serves them all. */
const oneEvent: BulkResult = { events: 1 };

class Posting {
  readonly results: (BulkResult | undefined)[];
  readonly shared: string;
  readonly byAward: ByAward;

  constructor(
    readonly items: readonly AwardItem[],
    private readonly context: PostingContext,
  ) {
    this.results = Array.from({ length: items.length });
    this.shared = metadataBehindId(context.bodyHash, sharedMetadata(context));
    this.byAward = itemsByAward(items);
  }

  shares({ byAward }: Posting): boolean {
    for (const awardNo of byAward.keys()) if (this.byAward.has(awardNo)) return true;
    return false;
  }

  bulkItem(item: AwardItem): BulkItem<never, AwardCommand> {
    const { awardNo, command, commandId, earlierHash } = item;
    const { bodyHash } = this.context;
    const context = { ...this.context, commandId };
    const before = earlierHash === undefined ? {} : { earlierHash };
    return { stream: awardStream(awardNo), command, context, bodyHash, ...before };
  }

  /** Decides page by page, and lets others have their turn between two. */
  async decide(work: readonly PageWork[], lines: EventLines): Promise<Decided> {
    const decided: Decided = { items: [], counts: [], lines, pages: [] };
    lines.clear();
    for (const { page, slots } of work) {
      const events: BareEvent[] = [];
      for (const { slot, mine } of slots) this.decideAward({ page, slot, events, decided }, mine);
      if (events.length > 0) decided.pages.push(page);
      lines.add(events);
      await breathe();
    }
    return decided;
  }

  /** @param bare all that is appended to one stream */
  appendOf(bare: readonly BareEvent[]): AppendItem {
    const [first] = bare;
    if (first === undefined) throw new Error('an award without events');
    const events = bare.map(({ id, type, schema, data, commandId }) => {
      return { id, type, schema, data, metadata: metadataOf(commandId, this.shared) };
    });
    return { stream: first.stream, expected: first.revision - 1, events };
  }

  succeeded({ items, counts }: Decided, from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      const events = counts[at] ?? 0;
      this.results[items[at] ?? 0] = events === 1 ? oneEvent : { events };
    }
  }

  /**
   * The items of one award in their order, up to the first that its page does not allow: that one
   * and those after it ask the stream.
   */
  private decideAward(
    { page, slot, events: written, decided }: AwardPlace,
    mine: readonly number[],
  ): void {
    const before = page.movingAt(slot);
    const stream = awardStream(page.awardNo(slot));
    let revision = before.revision;
    let after: Moving | undefined;
    for (const at of mine) {
      const { command, commandId } = this.item(at);
      const award = page.lazyAward(slot, after ?? before);
      const events = eventsOf(command, award);
      if (events === undefined) break;
      after = award;
      let ordinal = 0;
      for (const event of events) {
        const { type, data } = event;
        const { schema, encode } = awardCodecs[type];
        const id = eventIdOf(commandId, ordinal);
        const text = encode(data);
        revision += 1;
        ordinal += 1;
        written.push({ stream, revision, id, type, schema, data: text, commandId });
        after = evolveMoving(after, event);
      }
      decided.items.push(at);
      decided.counts.push(ordinal);
    }
    if (after !== undefined) page.putMoving(slot, { before, revision, after });
  }

  private item(at: number): AwardItem {
    const item = this.items[at];
    if (item === undefined) throw new Error(`no item ${at}`);
    return item;
  }
}

/** Undefined for what a page is not enough for: a refusal, a repeat, a change of the terms. */
function eventsOf(command: AwardCommand, award: LiveAward): readonly MovingEvent[] | undefined {
  if (mayBeInstructedAgain(command, award)) return undefined;
  try {
    const events = awardDecider.decide(command, award);
    return events.length > 0 && events.every(isMoving) ? events : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function isMoving(event: AwardEvent): event is MovingEvent {
  return movesOnly(event.type);
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
