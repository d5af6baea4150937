import { setImmediate as nextTurn } from 'node:timers/promises';
import { openPool } from '#postgres/database.js';

/** A log as most tutorials have it: numbers are given out in one order and committed in another. */
export const naiveLog = 'create table naive_log (position bigserial primary key, data text)';

/**
 * The control that must fail: a reader that remembers the highest number it has seen, beside
 * writers that do a little work before they commit. A number committed late is below the mark for
 * ever.
 *
 * @returns how many rows stand in the table, and how many the reader ever saw
 */
export async function followNaively(
  url: string,
  writers: number,
  each: number,
): Promise<Readonly<{ written: number; seen: number }>> {
  const pool = openPool({ connectionString: url, max: writers + 1 });
  try {
    const done = new AbortController();
    let seen = 0;
    let checkpoint = '0';
    const read = async (): Promise<void> => {
      const { rows } = await pool.query<{ position: string }>(
        `select position::text from naive_log log
         where log.position > $1 order by log.position`,
        [checkpoint],
      );
      seen += rows.length;
      checkpoint = rows.at(-1)?.position ?? checkpoint;
    };
    const reading = (async () => {
      while (!done.signal.aborted) {
        await read();
        await nextTurn();
      }
    })();
    await Promise.all(
      Array.from({ length: writers }, async () => {
        const insert = `do $$ begin insert into naive_log (data) values ('{}');
          perform pg_sleep(0.004 * random()); end $$`;
        for (let at = 0; at < each; at += 1) await pool.query(insert);
      }),
    );
    done.abort();
    await reading;
    await read();
    const { rows } = await pool.query<{ written: number }>(
      'select count(*)::int as written from naive_log',
    );
    return { written: rows[0]?.written ?? 0, seen };
  } finally {
    await pool.end();
  }
}
