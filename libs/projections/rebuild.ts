import type { Pool, PoolClient } from 'pg';
import type { EventCodec } from '#domain/codec.js';
import type { EventStore } from '#event-store/port.js';
import { FoldedEvent, type Projection, type Sources } from './projection.js';
import { inTransaction, liveSchema } from './runner.js';
import { grantsOf } from './schema.js';

/** Where the tables grow that will take the live ones' place. */
const nextSchema = 'read_next';

const chunk = 5_000;

export type RebuildOptions = Readonly<{
  /** Owns the read models' tables. */
  ownerPool: Pool;
  store: EventStore;
  codecs: Readonly<Record<string, EventCodec>>;
  sources: Sources;
  projection: Projection;
  /** Leaves the live tables as they are, whatever the comparison says. */
  compareOnly?: boolean;
  /** Takes the live tables' place although they differ: the log is right, they are not. */
  replaceDifferent?: boolean;
  onProgress?: (folded: bigint, of: bigint) => void;
}>;

/** Rows that stand on one side only; a changed row counts on both. `first` is one, as JSON. */
export type TableDifference = Readonly<{
  table: string;
  liveOnly: number;
  rebuiltOnly: number;
  first: string;
}>;

export type Rebuilt = Readonly<{
  /** Where live and rebuilt tables were compared. */
  position: bigint;
  differences: readonly TableDifference[];
  swapped: boolean;
}>;

/**
 * Folds the log from its beginning into tables beside the live ones, compares both row by row at
 * one common position, and lets the new ones take the old ones' place when they are equal. The live
 * projection waits only for the last chunk and the comparison, held by its own checkpoint.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { ownerPool, projection, compareOnly = false, replaceDifferent = false } = options;
  await prepare(options);
  const goal = await standing(ownerPool, projection, '');
  const at = await foldUpTo(options, { from: 0n, to: goal });
  try {
    return await inTransaction(ownerPool, async (db) => {
      const position = await hold(options, db);
      await foldUpTo(options, { from: at, to: position }, db);
      const differences = await differencesOf(db, projection);
      const swapped = !compareOnly && (differences.length === 0 || replaceDifferent);
      if (swapped) await swap(db, projection);
      return { position, differences, swapped };
    });
  } finally {
    await dropNext(ownerPool, projection);
  }
}

async function prepare({ ownerPool, projection }: RebuildOptions): Promise<void> {
  await ownerPool.query(`create schema if not exists ${nextSchema}`);
  await dropNext(ownerPool, projection);
  await inTransaction(ownerPool, async (db) => {
    await db.query(`set local search_path to ${nextSchema}`);
    await db.query(`${projection.ddl}\n${grantsOf(projection)}`);
  });
}

async function dropNext(db: Pick<Pool, 'query'>, { tables }: Projection): Promise<void> {
  for (const table of tables) await db.query(`drop table if exists ${nextSchema}.${table}`);
}

/** @throws Error when the projection never ran: there is nothing to compare with */
async function standing(
  db: Pick<Pool, 'query'>,
  { name }: Projection,
  lock: '' | 'for update',
): Promise<bigint> {
  const { rows } = await db.query<{ position: bigint }>(
    `select position from ${liveSchema}.projection_checkpoint where name = $1 ${lock}`,
    [name],
  );
  const position = rows[0]?.position;
  if (position === undefined) throw new Error(`${name} has not been folded yet`);
  return position;
}

/**
 * Holds the live projection where it can be compared. Whoever folds while appending may have come
 * further than the checkpoint: he waits as well, and what stands between is folded first. The
 * checkpoint is locked before the tables, as the runner does it; a writer passes it by.
 */
async function hold(options: RebuildOptions, db: PoolClient): Promise<bigint> {
  const { projection, store } = options;
  const { name, tables, foldedByWriters } = projection;
  const position = await standing(db, projection, 'for update');
  if (foldedByWriters !== true || (await isStopped(db, projection))) return position;
  const live = tables.map((table) => `${liveSchema}.${table}`).join(', ');
  await db.query(`lock table ${live} in share row exclusive mode`);
  const head = await store.head();
  await foldUpTo(options, { from: position, to: head, schema: liveSchema }, db);
  await db.query(`update ${liveSchema}.projection_checkpoint set position = $2 where name = $1`, [
    name,
    head,
  ]);
  return head;
}

async function isStopped(db: PoolClient, { name }: Projection): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from ${liveSchema}.projection_checkpoint where name = $1 and error is not null`,
    [name],
  );
  return rowCount === 1;
}

type Span = Readonly<{ from: bigint; to: bigint; schema?: string }>;

/** Each chunk in a transaction of its own, or all within the one that holds the live projection. */
async function foldUpTo(
  options: RebuildOptions,
  { from, to, schema = nextSchema }: Span,
  held?: PoolClient,
): Promise<bigint> {
  const { ownerPool, store, codecs, sources, projection, onProgress } = options;
  if (from >= to) return from;
  const wants = new Set(projection.types);
  let at = from;
  for await (const recorded of store.readAll(from, { to, chunk })) {
    const events = recorded
      .filter(({ type }) => wants.has(type))
      .map((event) => new FoldedEvent(event, codecs));
    const fold = async (db: PoolClient) => {
      await db.query(`set local search_path to ${schema}`);
      await projection.fold(events, db, sources);
    };
    if (events.length > 0) await (held === undefined ? inTransaction(ownerPool, fold) : fold(held));
    at = recorded.at(-1)?.position ?? at;
    if (schema === nextSchema) onProgress?.(at, to);
  }
  return at;
}

async function differencesOf(
  db: PoolClient,
  { tables }: Projection,
): Promise<readonly TableDifference[]> {
  const differences: TableDifference[] = [];
  for (const table of tables) {
    const live = await onlyIn(db, `${liveSchema}.${table}`, `${nextSchema}.${table}`);
    const rebuilt = await onlyIn(db, `${nextSchema}.${table}`, `${liveSchema}.${table}`);
    const first = live.first ?? rebuilt.first;
    if (first === null) continue;
    differences.push({ table, liveOnly: live.rows, rebuiltOnly: rebuilt.rows, first });
  }
  return differences;
}

async function onlyIn(
  db: PoolClient,
  table: string,
  other: string,
): Promise<Readonly<{ rows: number; first: string | null }>> {
  const { rows } = await db.query<{ rows: number; first: string | null }>(
    `select count(*)::int as rows, min(to_jsonb(extra)::text) as first
     from (select * from ${table} except all select * from ${other}) extra`,
  );
  return rows[0] ?? { rows: 0, first: null };
}

/** Tables change schemas with their indexes and grants; whoever reads waits for a moment. */
async function swap(db: PoolClient, { tables }: Projection): Promise<void> {
  for (const table of tables) {
    await db.query(`drop table ${liveSchema}.${table}`);
    await db.query(`alter table ${nextSchema}.${table} set schema ${liveSchema}`);
  }
}
