import type { Pool, PoolClient } from 'pg';
import type { EventCodec } from '#domain/codec.js';
import type { EventStore, RecordedEvent } from '#event-store/port.js';
import { FoldedEvent, type Projection, type Sources } from './projection.js';

/** Where a projection stands; `error` names the event that stopped it, and it waits for a retry. */
export type Standing = Readonly<{
  name: string;
  version: number;
  position: bigint;
  error: string | null;
}>;

export const liveSchema = 'read';

export type RunnerOptions = Readonly<{
  pool: Pool;
  store: EventStore;
  codecs: Readonly<Record<string, EventCodec>>;
  sources: Sources;
  projections: readonly Projection[];
  /** Told once when a projection meets an event that it cannot fold. */
  onStopped: (name: string, position: bigint, error: Error) => void;
  chunk?: number;
}>;

/**
 * Folds the log into the read models. Rows and checkpoint move in one transaction and the checkpoint
 * by compare-and-set, so that two runners, or a crash between any two steps, fold each event once.
 */
export class ProjectionRunner {
  private readonly positions = new Map<string, bigint>();
  private readonly stopped = new Set<string>();
  private readonly waiters = new Set<() => void>();

  constructor(private readonly options: RunnerOptions) {}

  /** Follows the log until the signal; a stopped projection does not stop the others. */
  async run(signal: AbortSignal): Promise<void> {
    await this.load();
    const from = this.lowest();
    for await (const events of this.options.store.follow(from, signal)) await this.apply(events);
  }

  /** Folds everything up to the head that stands now; returns that position. */
  async catchUp(): Promise<bigint> {
    await this.load();
    const head = await this.options.store.head();
    const chunk = this.options.chunk ?? 5_000;
    for await (const events of this.options.store.readAll(this.lowest(), { to: head, chunk })) {
      await this.apply(events);
    }
    return head;
  }

  /** Resolves when every running projection has folded that position. */
  async reached(position: bigint, signal?: AbortSignal): Promise<void> {
    while (this.lowest() < position) {
      signal?.throwIfAborted();
      await new Promise<void>((wake) => {
        this.waiters.add(wake);
        signal?.addEventListener('abort', () => wake(), { once: true });
      });
    }
  }

  async standings(): Promise<readonly Standing[]> {
    const { rows } = await this.options.pool.query<Standing>(
      `select name, version, position, error from ${liveSchema}.projection_checkpoint order by name`,
    );
    return rows;
  }

  /** Lets a stopped projection try again from where it stopped. */
  async retry(name: string): Promise<void> {
    this.stopped.delete(name);
    await this.options.pool.query(
      `update ${liveSchema}.projection_checkpoint set error = null where name = $1`,
      [name],
    );
  }

  private async load(): Promise<void> {
    for (const { name, version } of this.options.projections) {
      await this.options.pool.query(
        `insert into ${liveSchema}.projection_checkpoint (name, version, position)
         values ($1, $2, 0) on conflict (name) do nothing`,
        [name, version],
      );
    }
    for (const { name, position, error } of await this.standings()) {
      this.positions.set(name, position);
      if (error !== null) this.stopped.add(name);
    }
  }

  private async apply(events: readonly RecordedEvent[]): Promise<void> {
    const folded = events.map((event) => new FoldedEvent(event, this.options.codecs));
    await Promise.all(
      this.options.projections.map((projection) => this.applyTo(projection, folded)),
    );
    for (const wake of this.waiters) wake();
    this.waiters.clear();
  }

  private async applyTo(projection: Projection, events: readonly FoldedEvent[]): Promise<void> {
    const { name, types } = projection;
    if (this.stopped.has(name)) return;
    const from = this.positions.get(name) ?? 0n;
    const news = events.filter(({ position }) => position > from);
    const to = news.at(-1)?.position;
    if (to === undefined) return;
    const wanted = news.filter(({ type }) => types.includes(type));
    try {
      const moved = await this.move(projection, wanted, { from, to });
      this.positions.set(name, moved);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await this.stop(name, to, error);
    }
  }

  private async move(
    { name, fold }: Projection,
    events: readonly FoldedEvent[],
    { from, to }: Readonly<{ from: bigint; to: bigint }>,
  ): Promise<bigint> {
    return inTransaction(this.options.pool, async (db) => {
      await db.query(`set local search_path to ${liveSchema}`);
      const { rowCount } = await db.query(
        'update projection_checkpoint set position = $3 where name = $1 and position = $2',
        [name, from, to],
      );
      if (rowCount !== 1) return this.positionNow(db, name);
      if (events.length > 0) await fold(events, db, this.options.sources);
      return to;
    });
  }

  private async positionNow(db: PoolClient, name: string): Promise<bigint> {
    const { rows } = await db.query<{ position: bigint }>(
      'select position from projection_checkpoint where name = $1',
      [name],
    );
    return rows[0]?.position ?? 0n;
  }

  private async stop(name: string, position: bigint, error: Error): Promise<void> {
    this.stopped.add(name);
    this.options.onStopped(name, position, error);
    await this.options.pool.query(
      `update ${liveSchema}.projection_checkpoint set error = $2 where name = $1`,
      [name, error.message],
    );
  }

  private lowest(): bigint {
    let lowest: bigint | undefined;
    for (const [name, position] of this.positions) {
      if (this.stopped.has(name)) continue;
      if (lowest === undefined || position < lowest) lowest = position;
    }
    return lowest ?? 0n;
  }
}

export async function inTransaction<T>(
  pool: Pool,
  work: (db: PoolClient) => Promise<T>,
): Promise<T> {
  const db = await pool.connect();
  try {
    await db.query('begin');
    const result = await work(db);
    await db.query('commit');
    return result;
  } catch (error) {
    await db.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    db.release();
  }
}
