import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { AppendQueue, type BulkCall } from './append-queue.js';
import { copyBare, type CopiedEvents, copyEvents } from './copy-reader.js';
import { readFew } from './few-reader.js';
import { HeadWatcher } from './head-watcher.js';
import { assertStorable } from './lines.js';
import {
  type AppendItem,
  type AppendResult,
  type BareEvent,
  type BareQuery,
  type EventStore,
  LogGap,
  type RecordedClock,
  type RecordedEvent,
  type Stretch,
  type TypesUpTo,
  VersionConflict,
} from './port.js';
import { PeopleClock } from './people-clock.js';
import { ReadQueue } from './read-queue.js';

/** Larger chunks outlive the young generation of the heap, and are slower for it. */
const usualChunk = 1_000;
/** Fetched at a time, about 1 MB: shorter pages cost statements, longer ones fresh memory. */
const pageLength = 2_000;
const pagesAhead = 3;
/** What a filtered reading looks through at a time: the server discards, and little is sent. */
const stretchLength = 50_000n;
/** So much at once is bulk work, which goes on: whoever follows it need not do so call by call. */
const manyPositions = 200n;
const bulkPauseMs = 50;
/** So few, as a person's command adds, are sooner read by a statement that is planned already. */
const fewPositions = 20n;

/** What was read last of the little that a hint told of. */
type Few = Readonly<{ from: bigint; to: bigint; events: Promise<readonly RecordedEvent[]> }>;

/** The store over the app role's pool; the tables are made by `eventStoreMigrations`. */
export function openPostgresStore(pool: Pool, people = new PeopleClock()): PostgresEventStore {
  return new PostgresEventStore(pool, people);
}

/**
 * The event store on PostgreSQL. Appends of one process leave in groups, and positions are given
 * out
 * under one lock, so that a reader at position n has seen everything that will ever stand before
 * it.
 */
export class PostgresEventStore implements EventStore, RecordedClock {
  private readonly appends: AppendQueue;
  private readonly reads: ReadQueue;
  private readonly watcher: HeadWatcher;
  private few: Few | undefined;

  constructor(
    private readonly pool: Pool,
    people: PeopleClock,
  ) {
    this.watcher = new HeadWatcher(pool);
    this.appends = new AppendQueue(pool, people, (added) => this.watcher.added(added));
    this.reads = new ReadQueue(pool);
  }

  read(stream: string, fromRevision = 0): Promise<readonly RecordedEvent[]> {
    return this.reads.read(stream, fromRevision);
  }

  async append(item: AppendItem): Promise<Readonly<{ revision: number; position: bigint }>> {
    assertStorable(item);
    const result = await this.appends.append(item);
    if (!result.ok) throw new VersionConflict(item.stream, item.expected, result.actual);
    return { revision: result.revision, position: result.position };
  }

  async appendMany(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    items.forEach(assertStorable);
    return this.appends.appendMany(items);
  }

  /** A call of the caller's own that appends: it takes its turn with all other bulk work. */
  inBulkTurn(work: BulkCall): Promise<void> {
    return this.appends.inBulkTurn(work);
  }

  async *readAll(
    from: bigint,
    { to, chunk = usualChunk }: Readonly<{ to?: bigint; chunk?: number }> = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    if (!Number.isInteger(chunk) || chunk < 1) throw new RangeError(`readAll: chunk ${chunk}`);
    const head = await this.head();
    const span = { from, last: to === undefined || to > head ? head : to };
    const length = BigInt(Math.max(1, Math.floor(pageLength / chunk)) * chunk);
    const copy = (first: bigint, end: bigint) => copyEvents(this.pool, first, end);
    for await (const { rows, after, end } of pagesOf(span, length, copy))
      for (const events of chunksOf(rows, { after, end, chunk })) {
        yield events;
        // What the server sends meanwhile is taken in, or it would stand still.
        await nextTurn();
      }
  }

  async *readBare(from: bigint, query: BareQuery): AsyncIterable<readonly BareEvent[]> {
    const copy = (first: bigint, end: bigint) => copyBare(this.pool, first, end, query);
    const span = { from, last: query.to };
    for await (const { rows, after, end } of pagesOf(span, BigInt(pageLength), copy)) {
      for (let events = rows.next(usualChunk); events; events = rows.next(usualChunk)) {
        yield events;
        await nextTurn();
      }
      // Positions are unique: as many events as positions means that each is there.
      if (BigInt(rows.rows) !== end - after) await this.findGap(after, end);
    }
  }

  /** @throws LogGap always */
  private async findGap(after: bigint, end: bigint): Promise<never> {
    let last = after;
    for await (const events of this.readAll(after, { to: end }))
      last = events.at(-1)?.position ?? last;
    throw new LogGap(last + 1n);
  }

  async *follow(from: bigint, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    const pages = async function* (this: PostgresEventStore, after: bigint) {
      for await (const events of this.readAll(after))
        yield { events, to: events.at(-1)?.position ?? after };
    };
    for await (const { events } of this.live(from, signal, (after) => pages.call(this, after)))
      yield events;
  }

  followTypes(
    from: bigint,
    types: readonly string[] | TypesUpTo,
    signal: AbortSignal,
    length = stretchLength,
  ): AsyncIterable<Stretch> {
    const wanted = typeof types === 'function' ? types : () => Promise.resolve(types);
    return this.live(from, signal, (after) => this.stretches(after, wanted, length));
  }

  private async *stretches(
    from: bigint,
    wanted: TypesUpTo,
    length: bigint,
  ): AsyncIterable<Stretch> {
    const hint = this.watcher.lastHint;
    const few = await this.fewHinted(from, hint, wanted);
    if (few !== undefined) return yield few;
    const head = await this.head();
    if (hint > head) this.watcher.disprove(hint);
    for (let after = from; after < head;) {
      const to = after + length < head ? after + length : head;
      const types = await wanted(to);
      const none = types.length === 0;
      const found = none ? undefined : await copyEvents(this.pool, after + 1n, to, types);
      yield { events: found?.next(Number(to - after)) ?? [], to };
      after = to;
    }
  }

  /** What a hint says was added, when that is little and all there: a hint may be wrong. */
  private async fewHinted(
    from: bigint,
    to: bigint,
    wanted: TypesUpTo,
  ): Promise<Stretch | undefined> {
    if (to <= from || to - from > fewPositions) return undefined;
    const [events, types] = await Promise.all([this.fewAfter(from, to), wanted(to)]);
    if (BigInt(events.length) !== to - from) return undefined;
    return { events: events.filter(({ type }) => types.includes(type)), to };
  }

  /** Followers hear of the same events at the same time: they are read once for all of them. */
  private async fewAfter(from: bigint, to: bigint): Promise<readonly RecordedEvent[]> {
    const { few } = this;
    if (few?.from === from && few.to === to) return few.events;
    const reading: Few = { from, to, events: readFew(this.pool, from + 1n, to) };
    this.few = reading;
    let found = 0n;
    try {
      const events = await reading.events;
      found = BigInt(events.length);
      return events;
    } finally {
      // What was not there yet, or could not be read, is asked for again.
      if (found !== to - from && this.few === reading) this.few = undefined;
    }
  }

  /** Reads on from where it stands whenever the log has grown, until the signal. */
  private async *live(
    from: bigint,
    signal: AbortSignal,
    read: (after: bigint) => AsyncIterable<Stretch>,
  ): AsyncIterable<Stretch> {
    let position = from;
    let before = from;
    this.watcher.join();
    try {
      while (!signal.aborted) {
        try {
          for await (const stretch of read(position)) {
            if (signal.aborted) return;
            yield stretch;
            position = stretch.to;
          }
        } catch (error) {
          // The server restarts or the line is cut: nothing is lost by asking again from here.
          if (!isConnectionLost(error)) throw error;
        }
        // Beside bulk work each look at the log costs as much as many events: a few are enough.
        if (position - before >= manyPositions)
          await this.watcher.rest(position, bulkPauseMs, signal);
        before = position;
        await this.watcher.wait(position, signal);
      }
    } finally {
      this.watcher.leave();
    }
  }

  async head(): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string }>(
      'select position::text from log_head',
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  async positionAt(momentMs: number): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string }>(
      `select (first + count - 1)::text as position from links where recorded_at <= $1
        order by recorded_at desc, first desc limit 1`,
      [momentMs],
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  async recordedAt(position: bigint): Promise<number> {
    const { rows } = await this.pool.query<{ at: string }>(
      `select recorded_at::text as at from links
        where first <= $1 and first + count > $1 order by first desc limit 1`,
      [position],
    );
    if (rows[0] === undefined) throw new Error(`no event at position ${position}`);
    return Number(rows[0].at);
  }
}

/** Stretches of the log in their order; the next ones are on their way while one is worked on. */
async function* pagesOf<Rows>(
  { from, last }: Readonly<{ from: bigint; last: bigint }>,
  length: bigint,
  copy: (first: bigint, end: bigint) => Promise<Rows>,
): AsyncIterable<Readonly<{ rows: Rows; after: bigint; end: bigint }>> {
  const ahead: Readonly<{ rows: Promise<Rows>; after: bigint; end: bigint }>[] = [];
  for (let after = from; after < last || ahead.length > 0;) {
    while (after < last && ahead.length < pagesAhead) {
      const end = after + length < last ? after + length : last;
      const rows = copy(after + 1n, end);
      // Whoever stops early never asks for the pages that are on their way.
      rows.catch(() => undefined);
      ahead.push({ rows, after, end });
      after = end;
    }
    const next = ahead.shift();
    if (next === undefined) return;
    yield { ...next, rows: await next.rows };
  }
}

const lostConnection = /^(08...|57P0[1-5]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;

function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return lostConnection.test(code) || error.message.startsWith('Connection terminated');
}

/**
 * The events of a page by the chunk. Positions are unique and in order, so that the number of
 * events and the last of them say whether one is missing.
 *
 * @throws LogGap after what stands before it
 */
function* chunksOf(
  page: CopiedEvents,
  { after, end, chunk }: Readonly<{ after: bigint; end: bigint; chunk: number }>,
): Iterable<readonly RecordedEvent[]> {
  for (let done = after; done < end;) {
    const to = done + BigInt(chunk) < end ? done + BigInt(chunk) : end;
    const events = page.next(Number(to - done));
    const missing = firstMissing(events, done, to);
    if (missing !== undefined) {
      yield events.slice(0, Number(missing - done) - 1);
      throw new LogGap(missing);
    }
    yield events;
    done = to;
  }
}

function firstMissing(
  events: readonly RecordedEvent[],
  after: bigint,
  to: bigint,
): bigint | undefined {
  if (BigInt(events.length) === to - after && events.at(-1)?.position === to) return undefined;
  const at = events.findIndex(({ position }, index) => position !== after + BigInt(index + 1));
  return after + 1n + BigInt(at < 0 ? events.length : at);
}
