import type { LiveAward } from '#domain/award/award-state.js';
import type { Day } from '#domain/values/calendar.js';
import { awardsWhere, pagesOfOffice, type CachedAward } from './award-state.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/** Awards whose account is cooling on that day: there are few, whatever the number of awards. */
export async function coolingAwards(
  pool: Queryable,
  on: Day,
): Promise<ReadonlyMap<string, CachedAward>> {
  const awards = await awardsWhere(pool, 'usable_from > $1', on);
  return new Map(awards.map((award) => [award.awardNo, award]));
}

/** Which of those awards are paused or stopped. */
export async function endedAmong(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<Readonly<{ award: string }>>(
    `select award_no as award from ${liveSchema}.award_state
     where status <> 'open' and award_no = any(string_to_array($1, E'\\n'))`,
    [awardNos.join('\n')],
  );
  return new Set(rows.map(({ award }) => award));
}

/** Open lines of an award, without its terms. */
export type OpenAward = Readonly<{ awardNo: string; personRef: string }> & Pick<LiveAward, 'lines'>;

/** What an office owes, in the order of its pages, for work that asks no terms. */
export async function* openAwardsOfOffice(
  pool: Queryable,
  office: string,
): AsyncIterable<readonly OpenAward[]> {
  for await (const pages of pagesOfOffice(pool, office, { openOnly: true })) {
    const awards: OpenAward[] = [];
    for (const page of pages)
      page.awardNos.forEach((awardNo, slot) => {
        const { lines } = page.movingAt(slot);
        if (lines.length > 0) awards.push({ awardNo, personRef: page.personOf(slot), lines });
      });
    yield awards;
  }
}
