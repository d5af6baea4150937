import type { LiveAward } from '#domain/award/award-state.js';
import type { Day } from '#domain/values/calendar.js';
import { cachedOf, hasOpenLines, type CachedAward, type Row } from './award-state.js';
import { movingOf } from './award-text.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/** Awards whose account is cooling on that day: there are few, whatever the number of awards. */
export async function coolingAwards(
  pool: Queryable,
  on: Day,
): Promise<ReadonlyMap<string, CachedAward>> {
  const { rows } = await pool.query<Row>(
    `select award_no, revision, moving, terms
     from ${liveSchema}.award_terms join ${liveSchema}.award_state using (award_no)
     where usable_from > $1`,
    [on],
  );
  return new Map(rows.map((row) => [row.award_no, cachedOf(row)]));
}

/** Payments that wait for the bank's answer, by instruction, of those awards. */
export async function paymentsSent(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<Pick<Row, 'moving'>>(
    `select moving from ${liveSchema}.award_state
     where award_no = any(string_to_array($1, E'\\n'))`,
    [awardNos.join('\n')],
  );
  const sent = rows.flatMap(({ moving }) => movingOf(moving).payments);
  return new Set(sent.map(({ instructionId }) => instructionId));
}

/** Open lines of an award, without its terms. */
export type OpenAward = Readonly<{ awardNo: string; personRef: string }> & Pick<LiveAward, 'lines'>;

/** What an office owes, in the order of the awards' numbers, for work that asks no terms. */
export async function* openAwardsOfOffice(
  pool: Queryable,
  office: string,
  size = 2_000,
): AsyncIterable<readonly OpenAward[]> {
  for (let after = ''; ;) {
    const { rows } = await pool.query<Pick<Row, 'award_no' | 'moving'> & { person_ref: string }>(
      `select award_no, person_ref, moving from ${liveSchema}.award_state
       where office = $1 and award_no > $2 ${hasOpenLines} order by award_no limit $3`,
      [office, after, size],
    );
    if (rows.length > 0)
      yield rows.map(({ award_no: awardNo, person_ref: personRef, moving }) => ({
        ...{ awardNo, personRef },
        lines: movingOf(moving).lines,
      }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.award_no;
  }
}
