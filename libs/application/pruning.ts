import type { Pool } from 'pg';

/** How long a repeated request is answered as it was the first time; the log knows it for ever. */
export const reservationsKeptDays = 30;

const chunk = 10_000;

/**
 * Forgets old reservations of command ids. A repeat that comes later runs again and finds its id in
 * the stream it wrote to: it adds nothing, and only its answer is a new one.
 *
 * @returns how many were forgotten; none where no server has made the table yet
 */
export async function pruneReservations(pool: Pool, now: Date): Promise<number> {
  const { rows } = await pool.query<Readonly<{ there: boolean }>>(
    `select to_regclass('command_reservations') is not null as there`,
  );
  if (rows[0]?.there !== true) return 0;
  let forgotten = 0;
  for (let last = chunk; last === chunk; forgotten += last) {
    const { rowCount } = await pool.query(
      `delete from command_reservations where command_id in (
         select command_id from command_reservations
         where reserved_at < $1::timestamptz - make_interval(days => $2) limit $3)`,
      [now.toISOString(), reservationsKeptDays, chunk],
    );
    last = rowCount ?? 0;
  }
  return forgotten;
}
