import type { Pool, PoolClient } from 'pg';
import type { EventCodec } from '#domain/codec.js';
import type { EventStore, RecordedEvent } from '#event-store/port.js';
import { isOutage } from './outage.js';
import { FoldedEvent, type Projection, type Sources } from './projection.js';
import { statement, type Queryable } from './rows.js';
import { Waiters } from './waiters.js';

/** Where a projection stands; `error` names the event that stopped it, and it waits for a retry. */
export type Standing = Readonly<{
  name: string;
  version: number;
  position: bigint;
  error: string | null;
}>;

export const liveSchema = 'read';

export type RunnerOptions = Readonly<{
  /** At least two connections: a fold holds one while its documents are read through another. */
  pool: Pool;
  store: EventStore;
  codecs: Readonly<Record<string, EventCodec>>;
  sources: Sources;
  projections: readonly Projection[];
  /** Told once when a projection meets an event that it cannot fold, with that event's position. */
  onStopped: (name: string, position: bigint, error: Error) => void;
  chunk?: number;
}>;

type Track = Readonly<{ projection: Projection; wants: ReadonlySet<string> }>;

/** Positions: after `from`, up to and with `to`. */
type Span = Readonly<{ from: bigint; to: bigint }>;

/** A span that was read for some projections: it need not hold what the others want. */
type Reading = Span & Readonly<{ read: ReadonlySet<string> }>;

const usualChunk = 5_000;
const foldsAtOnce = 4;
/** Positions that the followed log is looked through at a time: all of them may be wanted. */
const stretch = 2_000n;

/**
 * A fold does not wait for the disk: what a crash takes away is folded again, rows and checkpoint
 * alike, and no event waits for a read model's.
 */
const unhurried = `set_config('synchronous_commit', 'off', true)`;

const moveText = `
  update ${liveSchema}.projection_checkpoint set position = $3
   where name = $1 and position = $2 returning set_config('search_path', $4, true), ${unhurried}`;

const skipText = `
  update ${liveSchema}.projection_checkpoint c set position = $3
    from (select c.name, ${unhurried} from ${liveSchema}.projection_checkpoint c
            join unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n')::bigint[])
              as idle (name, position) using (name, position)
             for update of c skip locked) free
   where c.name = free.name returning c.name`;

/**
 * Folds the log into the read models. Rows and checkpoint move in one transaction, the checkpoint
 * by compare-and-set: two runners, or a crash between any two steps, fold each event once.
 */
export class ProjectionRunner {
  private readonly tracks: readonly Track[];
  private readonly lanes: number;
  private readonly positions = new Map<string, bigint>();
  private readonly stopped = new Set<string>();
  private readonly waiters = new Waiters();
  /** The last position that was handed to the projections. */
  private fed = 0n;

  constructor(private readonly options: RunnerOptions) {
    const connections = options.pool.options.max;
    if (connections < 2) throw new Error('a runner needs a pool of two connections or more');
    this.lanes = Math.min(foldsAtOnce, connections - 1);
    this.tracks = options.projections.map((projection) => ({
      projection,
      wants: new Set(projection.types),
    }));
  }

  /**
   * Follows the log until the signal; a stopped projection does not stop the others.
   *
   * @throws Error when the database or the store is out of reach: nothing is lost, run again
   */
  async run(signal: AbortSignal): Promise<void> {
    await this.load();
    let from = this.start();
    const { store } = this.options;
    let read: ReadonlySet<string> = new Set();
    const wanted = async (to: bigint) => {
      const behind = await this.behind(to);
      read = new Set(behind.map(({ name }) => name));
      return [...new Set(behind.flatMap(({ types }) => types))];
    };
    for await (const { events, to } of store.followTypes(from, wanted, signal, stretch)) {
      await this.apply(events, { from, to, read });
      from = to;
    }
  }

  /** The running projections that have not come so far; writers may have brought some of them. */
  private async behind(to: bigint): Promise<readonly Projection[]> {
    await this.heedRetries();
    const running = this.options.projections.filter(({ name }) => !this.stopped.has(name));
    for (const { name, foldedByWriters } of running)
      if (foldedByWriters) this.moved(name, await this.positionNow(this.options.pool, name));
    return running.filter(({ name }) => this.positionOf(name) < to);
  }

  /** Folds everything up to the head that stands now; returns that position. */
  async catchUp(): Promise<bigint> {
    await this.load();
    const head = await this.options.store.head();
    const chunk = this.options.chunk ?? usualChunk;
    const all = new Set(this.options.projections.map(({ name }) => name));
    let from = this.start();
    for await (const events of this.options.store.readAll(from, { to: head, chunk })) {
      const to = events.at(-1)?.position ?? from;
      await this.heedRetries();
      await this.apply(events, { from, to, read: all });
      from = to;
    }
    return head;
  }

  /** Resolves when every running projection has folded that position; stopped ones do not count. */
  async reached(position: bigint, signal?: AbortSignal): Promise<void> {
    while (this.isBehind(position)) {
      await this.waiters.next(signal);
    }
  }

  async standings(): Promise<readonly Standing[]> {
    const { rows } = await this.options.pool.query<Standing>(
      `select name, version, position, error
       from ${liveSchema}.projection_checkpoint order by name`,
    );
    return rows;
  }

  /** Lets a stopped projection try again from where it stopped, up to where the others are. */
  async retry(name: string): Promise<void> {
    await this.options.pool.query(
      `update ${liveSchema}.projection_checkpoint set error = null where name = $1`,
      [name],
    );
    this.stopped.delete(name);
    const track = this.tracks.find(({ projection }) => projection.name === name);
    if (track !== undefined)
      await this.advance(track, [], { from: this.fed, to: this.fed, read: new Set([name]) });
    this.wake();
  }

  private async load(): Promise<void> {
    for (const { name, version } of this.options.projections) {
      await this.options.pool.query(
        `insert into ${liveSchema}.projection_checkpoint (name, version, position)
         values ($1, $2, 0) on conflict (name) do nothing`,
        [name, version],
      );
    }
    const mine = new Set(this.options.projections.map(({ name }) => name));
    this.stopped.clear();
    for (const { name, position, error } of await this.standings()) {
      if (!mine.has(name)) continue;
      this.moved(name, position);
      if (error !== null) this.stopped.add(name);
    }
    // After a restart nothing may be left to fold: whoever waits already is told so.
    this.wake();
  }

  private async apply(events: readonly RecordedEvent[], span: Reading): Promise<void> {
    const present = new Set(events.map(({ type }) => type));
    const folded = events.map((event) => new FoldedEvent(event, this.options.codecs));
    const isIdle = ({ projection: { name, types } }: Track) =>
      span.read.has(name) &&
      this.positionOf(name) >= span.from &&
      !types.some((type) => present.has(type));
    const running = this.tracks.filter(({ projection }) => !this.stopped.has(projection.name));
    const idle = running.filter(isIdle);
    const others = running.filter((track) => !idle.includes(track));
    await allEnded([
      this.skip(idle, span.to),
      this.inLanes(others, (track) => this.advance(track, folded, span)),
    ]);
    // One that another runner held is still where it was.
    await this.inLanes(idle, (track) => this.advance(track, folded, span));
    if (span.to > this.fed) this.fed = span.to;
    this.wake();
  }

  /** A retry may have been asked for in another process. */
  private async heedRetries(): Promise<void> {
    if (this.stopped.size === 0) return;
    for (const { name, error } of await this.standings())
      if (error === null) this.stopped.delete(name);
  }

  /** Nothing here is for them: their checkpoints move in one statement, whatever their number. */
  private async skip(tracks: readonly Track[], to: bigint): Promise<void> {
    const idle = tracks.filter(({ projection: { name } }) => this.positionOf(name) < to);
    if (idle.length === 0) return;
    const names = idle.map(({ projection: { name } }) => name);
    const positions = names.map((name) => this.positionOf(name)).join('\n');
    const { rows } = await this.options.pool.query<{ name: string }>(
      statement(skipText, [names.join('\n'), positions, to]),
    );
    for (const { name } of rows) this.moved(name, to);
  }

  private async inLanes(
    tracks: readonly Track[],
    work: (track: Track) => Promise<void>,
  ): Promise<void> {
    const queue = [...tracks];
    const lane = async () => {
      for (let track = queue.shift(); track !== undefined; track = queue.shift()) await work(track);
    };
    await allEnded(Array.from({ length: this.lanes }, lane));
  }

  /** Brings one projection to the end of these events; what lies before them it reads itself. */
  private async advance(
    track: Track,
    events: readonly FoldedEvent[],
    span: Reading,
  ): Promise<void> {
    const { name } = track.projection;
    while (!this.stopped.has(name) && this.positionOf(name) < span.to) {
      const from = this.positionOf(name);
      if (!span.read.has(name)) await this.replay(track, { from, to: span.to });
      else if (from < span.from) await this.replay(track, { from, to: span.from });
      else await this.step(track, after(events, from), { from, to: span.to });
    }
  }

  private async replay(track: Track, { from, to }: Span): Promise<void> {
    const { store, codecs } = this.options;
    const { name } = track.projection;
    const chunk = this.options.chunk ?? usualChunk;
    let at = from;
    for await (const recorded of store.readAll(from, { to, chunk })) {
      const end = recorded.at(-1)?.position ?? at;
      const events = recorded.map((event) => new FoldedEvent(event, codecs));
      await this.step(track, events, { from: at, to: end });
      if (this.positionOf(name) !== end) return;
      at = end;
    }
    if (at < to) await this.step(track, [], { from: at, to });
  }

  /** At a fault the events are halved until the one that cannot be folded stands alone. */
  private async step(track: Track, events: readonly FoldedEvent[], span: Span): Promise<void> {
    const { projection, wants } = track;
    const wanted = events.filter(({ type }) => wants.has(type));
    try {
      this.moved(projection.name, await this.move(projection, wanted, span));
    } catch (error) {
      if (!(error instanceof Error) || isOutage(error)) throw error;
      const [first] = wanted;
      if (first === undefined) throw error;
      if (wanted.length === 1) return this.stop(projection.name, first, error);
      const half = Math.floor(wanted.length / 2);
      const middle = wanted[half - 1]?.position ?? span.from;
      await this.step(track, wanted.slice(0, half), { from: span.from, to: middle });
      if (this.positionOf(projection.name) !== middle) return;
      await this.step(track, wanted.slice(half), { from: middle, to: span.to });
    }
  }

  /** @returns where the projection stands now: at `to`, or where another runner has taken it */
  private async move(
    { name, fold }: Projection,
    events: readonly FoldedEvent[],
    { from, to }: Span,
  ): Promise<bigint> {
    return inTransaction(this.options.pool, async (db) => {
      const { rowCount } = await db.query(statement(moveText, [name, from, to, liveSchema]));
      if (rowCount !== 1) return this.positionNow(db, name);
      if (events.length > 0) await fold(events, db, this.options.sources);
      return to;
    });
  }

  private async positionNow(db: Queryable, name: string): Promise<bigint> {
    const text = `select position from ${liveSchema}.projection_checkpoint where name = $1`;
    const { rows } = await db.query<{ position: bigint }>(statement(text, [name]));
    return rows[0]?.position ?? 0n;
  }

  private async stop(name: string, event: FoldedEvent, error: Error): Promise<void> {
    const { type, position } = event;
    this.stopped.add(name);
    this.options.onStopped(name, position, error);
    await this.options.pool.query(
      `update ${liveSchema}.projection_checkpoint set error = $2 where name = $1`,
      [name, `${type} at ${position}: ${error.message}`],
    );
  }

  private positionOf(name: string): bigint {
    return this.positions.get(name) ?? 0n;
  }

  private moved(name: string, position: bigint): void {
    this.positions.set(name, position);
  }

  private isBehind(position: bigint): boolean {
    return this.options.projections.some(
      ({ name }) => !this.stopped.has(name) && this.positionOf(name) < position,
    );
  }

  /** Where reading starts: a stopped projection catches up by itself when it is retried. */
  private start(): bigint {
    const running = this.options.projections.filter(({ name }) => !this.stopped.has(name));
    const counted = running.length === 0 ? this.options.projections : running;
    const positions = counted.map(({ name }) => this.positionOf(name));
    return positions.reduce((low, one) => (one < low ? one : low), positions[0] ?? 0n);
  }

  private wake(): void {
    this.waiters.wake();
  }
}

/** @throws what the first of them failed with, once none is under way any more */
async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(works))
    if (end.status === 'rejected') throw end.reason;
}

function after(events: readonly FoldedEvent[], position: bigint): readonly FoldedEvent[] {
  const [first] = events;
  if (first === undefined || first.position > position) return events;
  return events.filter((event) => event.position > position);
}

export async function inTransaction<T>(
  pool: Pool,
  work: (db: PoolClient) => Promise<T>,
): Promise<T> {
  const db = await pool.connect();
  let broken: Error | undefined;
  try {
    await db.query('begin');
    const result = await work(db);
    await db.query('commit');
    return result;
  } catch (error) {
    await db.query('rollback').catch((fault: Error) => (broken = fault));
    throw error;
  } finally {
    db.release(broken);
  }
}
