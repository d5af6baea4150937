import type { Pool } from 'pg';
import { inTransaction } from '#projections/runner.js';

/** One a process, so that waiting for a batch never takes all the connections of a pool. */
const queues = new WeakMap<Pool, Promise<unknown>>();

/**
 * Sending a batch and asking whether it arrived exclude each other, over all processes: an answer
 * "not found" while the file is on its way would let two people send it twice. The lock is the
 * database's and ends with its holder's connection, so that a killed sender holds nobody up; one
 * whose connection alone was lost finds that out by asking `stillMine`, which throws then.
 */
export function alone<Result>(
  pool: Pool,
  batchId: string,
  work: (stillMine: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const before = queues.get(pool) ?? Promise.resolve();
  const mine = before.then(() =>
    inTransaction(pool, async (db) => {
      await db.query(`select pg_advisory_xact_lock(hashtextextended('sending ' || $1, 0))`, [
        batchId,
      ]);
      return work(async () => {
        await db.query('select 1');
      });
    }),
  );
  queues.set(
    pool,
    mine.catch(() => undefined),
  );
  return mine;
}
