import { setTimeout as timer } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

const askEveryMs = 500;

/**
 * One process at a time follows the log. Two would carry out the same document beside each other,
 * and a line that one was refused and the other was not would be given up and in transit at once.
 * The lock is the database's and ends with its holder's connection: whoever waits takes over then.
 *
 * @param work is told to end when the signal says so or the lock is lost
 * @throws Error when the connection that holds the lock is lost
 */
export async function asOnlyFollower(
  pool: Pool,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const db = await pool.connect();
  const held = new AbortController();
  let fault: Error | undefined;
  const onLost = (error: Error): void => {
    fault = error;
    held.abort(error);
  };
  // By hand, as the signal outlives many turns and would keep what each of them had joined to it.
  const onEnd = (): void => held.abort(signal.reason);
  db.on('error', onLost);
  signal.addEventListener('abort', onEnd);
  try {
    while (!signal.aborted && !(await isTaken(db)))
      await timer(askEveryMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await work(held.signal);
    if (fault !== undefined) throw fault;
  } finally {
    signal.removeEventListener('abort', onEnd);
    // The lock is given back before the connection is anybody else's.
    const broken = await db.query('select pg_advisory_unlock_all()').catch((error: Error) => error);
    db.off('error', onLost);
    db.release(broken instanceof Error ? broken : undefined);
  }
}

async function isTaken(db: PoolClient): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('following', 0)) as taken`,
  );
  return rows[0]?.taken === true;
}
