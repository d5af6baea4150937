import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { SetupError } from './setup-error.js';

/** One step of the schema. Its text never changes once released; a correction is a new step. */
export type Migration = Readonly<{ id: string; sql: string }>;

/** Any constant does, if no other program takes the same advisory lock in this database. */
const lockKey = 7_301_202_609;

/**
 * Applies what is missing, in the order given, each step and its record in one transaction. Two
 * processes that start together take turns.
 *
 * @returns the ids applied now; empty when all were there
 * @throws SetupError MIGRATION_CHANGED when a step's text is not the one that was applied
 */
export async function migrate(
  ownerPool: Pool,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const client = await ownerPool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    try {
      return await applyMissing(client, migrations);
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lockKey]);
    }
  } finally {
    client.release();
  }
}

async function applyMissing(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  await client.query(`
    create table if not exists schema_migrations (
      id         text primary key,
      sha256     text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await client.query<{ id: string; sha256: string }>(
    'select id, sha256 from schema_migrations',
  );
  const known = new Map(rows.map(({ id, sha256 }) => [id, sha256]));
  assertDistinct(migrations);
  for (const migration of migrations) {
    const applied = known.get(migration.id);
    if (applied !== undefined && applied !== digest(migration)) throw changed(migration.id);
  }
  const missing = migrations.filter(({ id }) => !known.has(id));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ id }) => id);
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (id, sha256) values ($1, $2)', [
      migration.id,
      digest(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${migration.id} failed and left nothing behind`, { cause: error });
  }
}

function digest({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}

function assertDistinct(migrations: readonly Migration[]): void {
  const ids = new Set<string>();
  for (const { id } of migrations) {
    if (ids.has(id)) throw new Error(`two migrations are called ${id}`);
    ids.add(id);
  }
}

function changed(id: string): SetupError {
  return new SetupError('MIGRATION_CHANGED', {
    zh: `数据库结构步骤 ${id} 与已执行的内容不同。请使用建立该数据库的程序版本，或升级到新版本。`,
    en:
      `The schema step ${id} differs from the one that was applied. Use the release that ` +
      'made this database, or a newer one.',
  });
}
