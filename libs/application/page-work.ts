import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { awardStream, decideLive } from '#domain/award/award.js';
import { evolveMoving, type MovingEvent } from '#domain/award/award-evolve.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { LiveAward, Moving } from '#domain/award/award-state.js';
import { Refusal } from '#domain/refusal.js';
import { movesOnly } from '#projections/award-fold.js';
import type { AwardPage } from '#projections/award-page.js';
import type { BareEvent, EventLines } from '#projections/event-lines.js';
import { TermsUnread } from '#projections/lazy-award.js';
import { breathe } from './breath.js';
import { eventIdOf } from './ids.js';
import type { ByAward, Posting } from './posting.js';
import type { BulkResult } from './transact.js';

/** The items of an award, which lies in a slot of its page. */
type SlotWork = Readonly<{ posting: Posting; slot: number; mine: readonly number[] }> &
  Readonly<{ first: number }>;

/** What one page has to take in. Who needs the page for something else waits until it is done. */
export class PageWork {
  readonly slots: SlotWork[] = [];
  /** How many, of all slots. */
  items = 0;
  /** Answers with the fault, if there was one. */
  readonly done: Promise<unknown>;
  /** Known at once, where `done` tells it a turn later. */
  hasFailed = false;
  private resolve: ((fault: unknown) => void) | undefined;

  constructor(readonly page: AwardPage) {
    this.done = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Where its first item stands in the posting that it was made for. */
  get first(): number {
    return this.slots[0]?.first ?? 0;
  }

  /** In the order of the items that come first. */
  add(posting: Posting, byAward: ByAward): void {
    const { awardNos } = this.page;
    const slots: SlotWork[] = [];
    for (let slot = 0; slot < awardNos.length; slot += 1) {
      const mine = byAward.get(awardNos[slot] ?? '');
      const first = mine?.[0];
      if (mine === undefined || first === undefined) continue;
      slots.push({ posting, slot, mine, first });
      this.items += mine.length;
    }
    this.slots.push(...slots.sort(byFirst));
  }

  end(fault: unknown): void {
    this.hasFailed = fault !== undefined;
    this.resolve?.(fault);
  }
}

export function byFirst(
  one: Readonly<{ first: number }>,
  other: Readonly<{ first: number }>,
): number {
  return one.first - other.first;
}

/** Pages that wait for a call, in the order of the lines of their document. */
export class WaitingPages {
  private readonly before = new Set<PageWork>();
  private readonly pages = new Set<PageWork>();
  /** How many take calls from here. */
  drains = 0;

  constructor(readonly shared: string) {}

  get size(): number {
    return this.before.size + this.pages.size;
  }

  has(work: PageWork): boolean {
    return this.before.has(work) || this.pages.has(work);
  }

  /** @param goesBefore what waits already */
  push(work: PageWork, goesBefore: boolean): void {
    (goesBefore ? this.before : this.pages).add(work);
  }

  /** As many as hold so many items, or a few more; all of them without a limit. */
  take(items = Number.POSITIVE_INFINITY): readonly PageWork[] {
    const taken: PageWork[] = [];
    let count = 0;
    for (const pages of [this.before, this.pages])
      for (const next of pages) {
        if (count >= items) break;
        pages.delete(next);
        taken.push(next);
        count += next.items;
      }
    return taken;
  }
}

/** What one call appends, in its order. Plain numbers: they wait until the call is answered. */
export type Decided = Readonly<{
  /** Places of the items that asked for its events; those of one award stand together. */
  items: number[];
  /** Which posting each of them is of. */
  postings: Posting[];
  /** How many events each of them asked for. */
  counts: number[];
  lines: EventLines;
  pages: AwardPage[];
}>;

/** Where an award is decided, and what that adds to. */
type AwardPlace = Readonly<{ page: AwardPage; events: BareEvent[]; decided: Decided }>;

/** Decides page by page, and lets others have their turn between two. */
export async function decideWork(work: readonly PageWork[], lines: EventLines): Promise<Decided> {
  const decided: Decided = { items: [], postings: [], counts: [], lines, pages: [] };
  lines.clear();
  for (const { page, slots } of work) {
    const events: BareEvent[] = [];
    for (const slot of slots) decideAward({ page, events, decided }, slot);
    if (events.length > 0) decided.pages.push(page);
    lines.add(events);
    await breathe();
  }
  return decided;
}

/** What nearly every item adds; one object serves them all. */
const oneEvent: BulkResult = { events: 1 };

export function succeeded({ items, postings, counts }: Decided, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const results = postings[at]?.results;
    if (results === undefined) continue;
    const events = counts[at] ?? 0;
    results[items[at] ?? 0] = events === 1 ? oneEvent : { events };
  }
}

/**
 * The items of one award in their order, up to the first that its page does not allow: that one
 * and those after it ask the stream.
 */
function decideAward(
  { page, events: written, decided }: AwardPlace,
  { posting, slot, mine }: SlotWork,
): void {
  const before = page.movingAt(slot);
  const stream = awardStream(page.awardNo(slot));
  let revision = before.revision;
  let after: Moving | undefined;
  for (const at of mine) {
    const { command, commandId } = posting.item(at);
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
    decided.postings.push(posting);
    decided.counts.push(ordinal);
  }
  if (after !== undefined) page.putMoving(slot, { before, revision, after });
}

/**
 * Undefined for what a page is not enough for: a refusal, a repeat, a change of the terms, or terms
 * that the page was read without.
 */
function eventsOf(command: AwardCommand, award: LiveAward): readonly MovingEvent[] | undefined {
  if (command.type === 'OpenAward' || command.type === 'BringAward') return undefined;
  if (mayBeInstructedAgain(command, award)) return undefined;
  try {
    // An award that a page holds was opened: to ask whether it was would be to ask for its terms.
    const events = decideLive(command, award);
    return events.length > 0 && events.every(isMoving) ? events : undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof TermsUnread) return undefined;
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
