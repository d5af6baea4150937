import type { Pool } from 'pg';
import type { Added, BulkCall } from '#event-store/append-queue.js';
import type { AppendItem } from '#event-store/port.js';
import { appendFolded } from '#projections/award-append.js';
import { pagesOfAwards, type AwardPage } from '#projections/award-page.js';
import { EventLines, type BareEvent } from '#projections/event-lines.js';
import { liveSchema } from '#projections/runner.js';
import { metadataOf } from './context.js';
import { byFirst, decideWork, PageWork, succeeded, WaitingPages } from './page-work.js';
import type { Decided } from './page-work.js';
import { itemsIn, Posting } from './posting.js';
import type { AwardItem, ByAward, PostingContext } from './posting.js';
import { stored } from './stored.js';
import type { BulkResult, Transact } from './transact.js';

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
  /** Pages that wait for a call, or that one is writing. */
  private readonly busy = new Map<number, PageWork>();
  /** Those that wait, by what the events of one call share. */
  private readonly waiting = new Map<string, WaitingPages>();
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
    try {
      await earlier;
      await this.pass(posting, posting.byAward);
      for (const [at, item] of posting.items.entries())
        posting.results[at] ??= await this.transact.settle(stored.award, posting.bulkItem(item));
      return posting.results.map((result) => result ?? { events: 0 });
    } finally {
      this.underWay.delete(posting);
      if (this.underWay.size === 0) this.releasedAt.clear();
    }
  }

  /**
   * Works on the pages that no call is writing, and on each of the others when it is written. A
   * page that waits for a call takes in what comes for it from the next chunk of its document.
   */
  private async pass(posting: Posting, left: ByAward): Promise<void> {
    if (left.size === 0) return;
    const began = this.releases;
    const { asks: part = 'all' } = posting.context;
    const pages = await pagesOfAwards(this.pool, `${liveSchema}.`, [...left.keys()], { part });
    // Released while it was read, a page may have been read as it was before.
    const isOld = ({ page }: AwardPage) => (this.releasedAt.get(page) ?? 0) > began;
    const waiting = this.waitingWith(posting.shared);
    const held: AwardPage[] = [];
    const mine: PageWork[] = [];
    const fresh: PageWork[] = [];
    const waits: Promise<unknown>[] = [];
    for (const page of pages) {
      const busy = this.busy.get(page.page);
      if (busy !== undefined && waiting.has(busy)) mine.push(busy);
      else if (busy === undefined && !isOld(page)) fresh.push(new PageWork(page));
      else {
        held.push(page);
        if (busy !== undefined) waits.push(busy.done);
      }
    }
    for (const work of [...mine, ...fresh]) work.add(posting, left);
    for (const work of fresh.sort(byFirst)) {
      this.busy.set(work.page.page, work);
      // What had to wait once goes before what came behind it meanwhile.
      waiting.push(work, left !== posting.byAward);
    }
    this.write(waiting);
    const works = [...mine, ...fresh];
    const written = Promise.all(works.map(({ done }) => done)).then(throwFirst);
    const rest = Promise.all(waits).then(() => {
      // Nothing is written behind what failed.
      if (works.some(({ hasFailed }) => hasFailed)) return;
      return this.pass(posting, itemsIn(held, left));
    });
    const ends = await Promise.allSettled([written, rest]);
    throwFirst(ends.map((end) => (end.status === 'rejected' ? end.reason : undefined)));
  }

  private waitingWith(shared: string): WaitingPages {
    const waiting = this.waiting.get(shared) ?? new WaitingPages(shared);
    this.waiting.set(shared, waiting);
    return waiting;
  }

  private write(waiting: WaitingPages): void {
    while (waiting.size > 0 && waiting.drains < callsAtOnce) void this.drain(waiting);
    if (waiting.drains === 0) this.waiting.delete(waiting.shared);
  }

  /** The lines that came first go first, whichever chunk they are of. */
  private async drain(waiting: WaitingPages): Promise<void> {
    waiting.drains += 1;
    const lines = this.spareLines.pop() ?? new EventLines();
    while (waiting.size > 0) await this.call(waiting, lines);
    this.spareLines.push(lines);
    waiting.drains -= 1;
    if (waiting.drains === 0) this.waiting.delete(waiting.shared);
  }

  private async call(waiting: WaitingPages, lines: EventLines): Promise<void> {
    let taken: readonly PageWork[] = [];
    let refused: Decided | undefined;
    try {
      await this.store.inBulkTurn(async (most) => {
        taken = waiting.take(Math.min(most, eventsInCall));
        const decided = await decideWork(taken, lines);
        if (decided.items.length === 0) return undefined;
        const done = await this.append(decided, waiting.shared);
        if (done === undefined) refused = decided;
        return done;
      });
      // It takes a turn of its own: within the other one it might wait for itself.
      if (refused !== undefined) await this.appendPlainly(refused, waiting.shared);
      this.release(taken);
    } catch (error) {
      // The document's work ends here: what waits is not written behind what failed.
      this.release([...taken, ...waiting.take()], error);
    }
  }

  private async append(decided: Decided, shared: string): Promise<Added | undefined> {
    const done = await appendFolded(this.pool, decided.lines, shared, decided.pages);
    if (done !== undefined) succeeded(decided, 0, decided.items.length);
    return done;
  }

  /** Without the pages, which the runner then folds: what is refused is decided anew. */
  private async appendPlainly(decided: Decided, shared: string): Promise<void> {
    const awards = decided.lines.eventsByStream();
    const appends = awards.map((events) => appendOf(events, shared));
    const answers = await this.transact.store.appendMany(appends);
    let item = 0;
    for (const [at, { length }] of awards.entries()) {
      const from = item;
      for (let events = 0; events < length; item += 1) events += decided.counts[item] ?? length;
      if (answers[at]?.ok) succeeded(decided, from, item);
    }
  }

  private release(written: readonly PageWork[], fault?: unknown): void {
    for (const work of written) {
      const { page } = work.page;
      this.busy.delete(page);
      this.releases += 1;
      this.releasedAt.set(page, this.releases);
      work.end(fault);
    }
  }
}

function throwFirst(faults: readonly unknown[]): void {
  for (const fault of faults) if (fault !== undefined) throw fault;
}

/** @param bare all that is appended to one stream */
function appendOf(bare: readonly BareEvent[], shared: string): AppendItem {
  const [first] = bare;
  if (first === undefined) throw new Error('an award without events');
  const events = bare.map(({ id, type, schema, data, commandId }) => {
    return { id, type, schema, data, metadata: metadataOf(commandId, shared) };
  });
  return { stream: first.stream, expected: first.revision - 1, events };
}
