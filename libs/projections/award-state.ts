import type { LiveAward } from '#domain/award/award-state.js';
import { foldAwards, monthlyTypes } from './award-fold.js';
import {
  AwardPage,
  pageColumns,
  pagesOfAwards,
  type CachedAward,
  type PageRow,
} from './award-page.js';
import type { Projection } from './projection.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

export type { CachedAward } from './award-page.js';

/**
 * The folded state and revision of each award, so that a month's bulk work decides without reading
 * 100,000 streams. Answered payments are left out: a decision that misses one is refused here and
 * decided again from the stream. Awards stand in pages, and what a month moves stands apart from
 * the terms; `award_state` says where each one is, and changes only when people decide.
 *
 * Bulk work writes its pages itself, in the transaction that appends (`appendFolded`): an event
 * whose revision the page has already is passed over here.
 */
export const awardState: Projection = {
  name: 'award_state',
  version: 3,
  ddl: `
    drop table if exists award_terms;
    create table award_state (
      award_no    text   primary key,
      office      text   not null,
      person_ref  text   not null,
      status      text   not null,
      usable_from text,
      page        int    not null
    );
    create index award_state_office on award_state (office, award_no);
    create index award_state_person on award_state (person_ref);
    create index award_state_usable on award_state (usable_from);
    create table award_page (
      page       int    primary key,
      office     text   not null,
      events     bigint not null,
      open_lines int    not null,
      open_fen   bigint not null,
      awards     text   not null,
      moving     text   not null,
      terms      text   not null
    ) with (fillfactor = 50);
    -- Compressing costs more time than the room is worth.
    alter table award_page alter column awards set storage external;
    alter table award_page alter column moving set storage external;
    alter table award_page alter column terms set storage external;
    create index award_page_office on award_page (office, page);`,
  tables: ['award_state', 'award_page'],
  types: [
    'AwardOpened',
    'AwardBroughtIn',
    'LineBroughtIn',
    'AwardAccountChanged',
    'AwardAccountShared',
    'AwardAccountCleared',
    'AwardPayeeAssigned',
    ...monthlyTypes,
    'PaymentReturned',
    'AwardHeld',
    'AwardReleased',
    'AwardPaused',
    'MonthsConsumed',
    'AwardResumed',
    'AwardStopped',
    'AwardExhausted',
  ],
  foldedByWriters: true,
  fold: foldAwards,
};

/** Awards that are open for any work, found in the pages that hold them. */
async function awardsAmong(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<Map<string, CachedAward>> {
  const wanted = new Set(awardNos);
  const found = new Map<string, CachedAward>();
  for (const page of await pagesOfAwards(pool, `${liveSchema}.`, awardNos))
    page.awardNos.forEach((awardNo, slot) => {
      if (wanted.has(awardNo)) found.set(awardNo, page.award(slot));
    });
  return found;
}

export async function awardsByNumber(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, CachedAward>> {
  return awardsAmong(pool, awardNos);
}

/**
 * Awards of an office in the order of their pages, which is that of their openings; `size` pages at
 * a time. With `openOnly` those that owe lines.
 */
export async function* awardsOfOffice(
  pool: Queryable,
  office: string,
  options: PageOptions = {},
): AsyncIterable<readonly CachedAward[]> {
  const { openOnly = false } = options;
  for await (const pages of pagesOfOffice(pool, office, options)) {
    const awards = pages.flatMap((page) => page.all());
    yield openOnly ? awards.filter(({ state }) => state.lines.length > 0) : awards;
  }
}

const usualPages = 8;
const lastPage = 2 ** 31 - 1;

/** Pages behind the one and up to the other. */
export type PageRange = Readonly<{ after: number; upTo: number }>;
type PageOptions = Readonly<{ size?: number; openOnly?: boolean; range?: PageRange }>;

/** Some ten milliseconds of work. */
const pagesInRange = 16;

/** An office's pages in ranges of a length, in their order: parts of a work on all of them. */
export async function rangesOfOffice(
  pool: Queryable,
  office: string,
  { openOnly = false, size = pagesInRange }: Omit<PageOptions, 'range'> = {},
): Promise<readonly PageRange[]> {
  const { rows } = await pool.query<{ up_to: number }>(
    `select max(page) as up_to
     from (select page, (row_number() over (order by page) - 1) / $2 as range
           from ${liveSchema}.award_page
           where office = $1 ${openOnly ? hasOpenLines : ''}) numbered
     group by range order by range`,
    [office, size],
  );
  return rows.map(({ up_to: upTo }, at) => ({ after: rows[at - 1]?.up_to ?? 0, upTo }));
}

/** Pages of an office, a few at a time: each piece of work is short, and others get their turn. */
export async function* pagesOfOffice(
  pool: Queryable,
  office: string,
  { size = usualPages, openOnly = false, range }: PageOptions = {},
): AsyncIterable<readonly AwardPage[]> {
  const { after, upTo } = range ?? { after: 0, upTo: lastPage };
  const question = { office, upTo, size, openOnly };
  let coming = pagesAfter(pool, { ...question, after });
  for (;;) {
    const pages = await coming;
    const last = pages.at(-1);
    if (last === undefined) return;
    const isLast = pages.length < size;
    // The next pages are on their way while the caller works on these.
    if (!isLast) coming = pagesAfter(pool, { ...question, after: last.page });
    coming.catch(() => undefined);
    yield pages;
    if (isLast) return;
  }
}

async function pagesAfter(
  pool: Queryable,
  question: Readonly<{ office: string; size: number; openOnly: boolean }> & PageRange,
): Promise<readonly AwardPage[]> {
  const { office, after, upTo, size, openOnly } = question;
  const { rows } = await pool.query<PageRow>(
    `select ${pageColumns} from ${liveSchema}.award_page
     where office = $1 and page > $2 and page <= $3 ${openOnly ? hasOpenLines : ''}
     order by page limit $4`,
    [office, after, upTo, size],
  );
  return rows.map((row) => new AwardPage(row));
}

/**
 * Written so that statistics do not count it: they may be of a day when nothing was owed, and then
 * the server would sort all rows again for each page.
 */
export const hasOpenLines = 'and open_lines + 0 > 0';

/** The next awards of an office after a number, in the order of numbers: the pages of lists. */
export async function awardsAfter(
  pool: Queryable,
  question: Readonly<{
    office: string;
    after: string;
    size: number;
    status?: LiveAward['status'];
    unpaidOnly?: boolean;
  }>,
): Promise<readonly CachedAward[]> {
  const { office, size, status, unpaidOnly = false } = question;
  const found: CachedAward[] = [];
  for (let { after } = question; ;) {
    const { rows } = await pool.query<{ award_no: string }>(
      `select award_no from ${liveSchema}.award_state
       ${unpaidOnly ? `join ${liveSchema}.award_page p using (page)` : ''}
       where award_state.office = $1 and award_no > $2 and ($3::text is null or status = $3)
         ${unpaidOnly ? hasOpenLines : ''}
       order by award_no limit $4`,
      [office, after, status ?? null, size],
    );
    const numbers = rows.map(({ award_no: awardNo }) => awardNo);
    const awards = await awardsAmong(pool, numbers);
    for (const awardNo of numbers) {
      const award = awards.get(awardNo);
      if (award === undefined || (unpaidOnly && award.state.lines.length === 0)) continue;
      found.push(award);
      if (found.length === size) return found;
    }
    const last = numbers.at(-1);
    if (last === undefined || numbers.length < size) return found;
    after = last;
  }
}

export async function awardsOfPersons(
  pool: Queryable,
  personRefs: readonly string[],
): Promise<readonly CachedAward[]> {
  return awardsWhere(pool, `person_ref = any(string_to_array($1, E'\\n'))`, personRefs.join('\n'));
}

/** Awards by what `award_state` knows of them, in the order of their numbers. */
export async function awardsWhere(
  pool: Queryable,
  condition: string,
  value: string,
): Promise<readonly CachedAward[]> {
  const { rows } = await pool.query<{ award_no: string }>(
    `select award_no from ${liveSchema}.award_state where ${condition} order by award_no`,
    [value],
  );
  const numbers = rows.map(({ award_no: awardNo }) => awardNo);
  const awards = await awardsAmong(pool, numbers);
  return numbers.flatMap((awardNo) => awards.get(awardNo) ?? []);
}
