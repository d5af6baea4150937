import type { Pool, PoolClient } from 'pg';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardDecider } from '#domain/award/award.js';
import type { Award, LiveAward } from '#domain/award/award-state.js';
import { awardOf, movingOf, movingText, termsText } from './award-text.js';
import type { FoldedEvent, Projection, Sources } from './projection.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/** An award as bulk work reads it: folded, with the revision it may be appended at. */
export type CachedAward = Readonly<{ awardNo: string; revision: number; state: LiveAward }>;

/**
 * The folded state and revision of each award, so that a month's bulk work decides without reading
 * 100,000 streams. Answered payments are left out: a decision that misses one is refused here and
 * decided again from the stream. What a month moves stands in a small row of its own: a month's
 * three events then neither read nor write the terms.
 */
export const awardState: Projection = {
  name: 'award_state',
  version: 1,
  ddl: `
    create table award_state (
      award_no   text   primary key,
      office     text   not null,
      person_ref text   not null,
      status     text   not null,
      revision   int    not null,
      open_lines int    not null,
      open_fen   bigint not null,
      moving     text   not null
    ) with (fillfactor = 50);
    create index award_state_office on award_state (office, award_no);
    create index award_state_person on award_state (person_ref);
    create table award_terms (
      award_no    text primary key,
      usable_from text,
      terms       text not null
    ) with (fillfactor = 90);
    create index award_terms_usable on award_terms (usable_from);`,
  tables: ['award_state', 'award_terms'],
  types: [
    'AwardOpened',
    'AwardBroughtIn',
    'LineBroughtIn',
    'AwardAccountChanged',
    'AwardAccountShared',
    'AwardAccountCleared',
    'LineDue',
    'LineAdded',
    'LineHeld',
    'LineReleased',
    'LineWithdrawn',
    'LineCancelled',
    'PaymentInstructed',
    'PaymentRecalled',
    'PaymentBooked',
    'PaymentFailed',
    'PaymentReturned',
    'AwardHeld',
    'AwardReleased',
    'AwardPaused',
    'AwardResumed',
    'AwardStopped',
    'AwardExhausted',
  ],
  fold: async (events, db, sources) => {
    const monthly = new Map<string, FoldedEvent[]>();
    const others = new Map<string, FoldedEvent[]>();
    for (const [awardNo, mine] of byAward(events)) {
      const group = mine.every(({ type }) => monthlyTypes.has(type)) ? monthly : others;
      group.set(awardNo, mine);
    }
    await foldMonthly(monthly, db);
    await foldOthers(others, db, sources);
  },
};

/** What a month does to an award: the fold of these needs nothing but the moving part. */
const monthlyTypes: ReadonlySet<string> = new Set<AwardEvent['type']>([
  'LineDue',
  'LineAdded',
  'LineHeld',
  'LineReleased',
  'LineWithdrawn',
  'LineCancelled',
  'PaymentInstructed',
  'PaymentRecalled',
  'PaymentBooked',
  'PaymentFailed',
]);

type ByAward = ReadonlyMap<string, readonly FoldedEvent[]>;

function byAward(events: readonly FoldedEvent[]): Map<string, FoldedEvent[]> {
  const found = new Map<string, FoldedEvent[]>();
  for (const event of events) {
    const awardNo = event.stream.slice('award-'.length);
    const mine = found.get(awardNo);
    if (mine === undefined) found.set(awardNo, [event]);
    else mine.push(event);
  }
  return found;
}

const factsOf = (events: readonly FoldedEvent[]) =>
  events.map(({ type, data }) => ({ type, data }) as AwardEvent);

async function foldMonthly(awards: ByAward, db: PoolClient): Promise<void> {
  if (awards.size === 0) return;
  const { rows } = await db.query<Pick<Row, 'award_no' | 'moving'>>(
    `select award_no, moving from award_state
     where award_no = any(string_to_array($1, E'\\n'))`,
    [[...awards.keys()].join('\n')],
  );
  if (rows.length !== awards.size)
    throw new Error(`${awards.size - rows.length} awards not opened`);
  const columns = new MovingColumns();
  for (const { award_no: awardNo, moving } of rows) {
    const events = awards.get(awardNo) ?? [];
    const before: Award = withoutTerms(awardNo, moving);
    const state = factsOf(events).reduce(awardDecider.evolve, before);
    columns.add(awardNo, events, live(awardNo, state));
  }
  await db.query(
    `update award_state a set revision = new.revision::int, open_lines = new.open_lines::int,
            open_fen = new.open_fen::bigint, moving = new.moving
     from unnest(
       string_to_array($1, E'\\n'), string_to_array($2, E'\\n'), string_to_array($3, E'\\n'),
       string_to_array($4, E'\\n'), string_to_array($5, E'\\n'))
       as new (award_no, revision, open_lines, open_fen, moving)
     where a.award_no = new.award_no`,
    columns.texts(),
  );
}

/**
 * The terms are empty here: of a monthly event's fold only the moving part is kept. One literal, as
 * objects that are spread together cost more than the rest of the fold.
 */
function withoutTerms(awardNo: string, moving: string): LiveAward {
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = movingOf(moving);
  return {
    status: 'open',
    awardNo,
    personRef: '',
    office: '',
    jurisdiction: '',
    item: '',
    policyVersion: '',
    paidMonths: 0,
    monthsAwarded,
    monthsDrawn,
    firstMonth: nextMonth,
    nextMonth,
    mayResume: false,
    shared: false,
    holds: [],
    lines,
    payments,
    decisions: [],
  };
}

class MovingColumns {
  private readonly awardNos: string[] = [];
  private readonly revisions: number[] = [];
  private readonly openLines: number[] = [];
  private readonly openFen: bigint[] = [];
  private readonly movings: string[] = [];

  add(awardNo: string, events: readonly FoldedEvent[], state: LiveAward): void {
    let openFen = 0n;
    for (const { amountFen } of state.lines) openFen += amountFen;
    this.awardNos.push(awardNo);
    this.revisions.push(lastRevision(awardNo, events));
    this.openLines.push(state.lines.length);
    this.openFen.push(openFen);
    this.movings.push(movingText(state));
  }

  texts(): string[] {
    const { awardNos, revisions, openLines, openFen, movings } = this;
    return [awardNos, revisions, openLines, openFen, movings].map((values) => values.join('\n'));
  }
}

function lastRevision(awardNo: string, events: readonly FoldedEvent[]): number {
  const last = events.at(-1);
  if (last === undefined) throw new Error(`nothing to fold for ${awardNo}`);
  return last.recorded.revision;
}

function live(awardNo: string, state: Award): LiveAward {
  if (state.status === 'none') throw new Error(`award ${awardNo} has no opening`);
  return state;
}

async function foldOthers(awards: ByAward, db: PoolClient, sources: Sources): Promise<void> {
  if (awards.size === 0) return;
  const before = await awardsIn(db, '', [...awards.keys()]);
  const columns = new MovingColumns();
  const states: Pick<CachedAward, 'awardNo' | 'state'>[] = [];
  for (const [awardNo, events] of awards) {
    const state = await advanced(awardNo, before.get(awardNo), events, sources);
    columns.add(awardNo, events, state);
    states.push({ awardNo, state });
  }
  await write(db, columns, states);
}

/** A payment that came back was answered before, so it is no longer here: the stream knows it. */
async function advanced(
  awardNo: string,
  before: CachedAward | undefined,
  events: readonly FoldedEvent[],
  { awardHistory }: Sources,
): Promise<LiveAward> {
  const last = events.at(-1);
  if (last === undefined) throw new Error(`nothing to fold for ${awardNo}`);
  const needsHistory = events.some(
    ({ type, data }) => type === 'PaymentReturned' && !knowsPayment(before, events, data),
  );
  const facts = needsHistory ? await awardHistory(awardNo, last.position) : factsOf(events);
  const start: Award = needsHistory ? { status: 'none' } : (before?.state ?? { status: 'none' });
  return live(awardNo, facts.reduce(awardDecider.evolve, start));
}

function knowsPayment(
  before: CachedAward | undefined,
  events: readonly FoldedEvent[],
  data: object,
): boolean {
  const { instructionId } = data as { instructionId: string };
  const inCache = before?.state.payments.some((one) => one.instructionId === instructionId);
  return (
    inCache === true ||
    events.some(
      (event) =>
        event.type === 'PaymentInstructed' &&
        (event.data as { instructionId: string }).instructionId === instructionId,
    )
  );
}

async function write(
  db: PoolClient,
  columns: MovingColumns,
  states: readonly Pick<CachedAward, 'awardNo' | 'state'>[],
): Promise<void> {
  const awardNos = states.map(({ awardNo }) => awardNo).join('\n');
  const texts = (of: (state: LiveAward) => string) =>
    states.map(({ state }) => of(state)).join('\n');
  await db.query(
    `insert into award_state
       (award_no, revision, open_lines, open_fen, moving, office, person_ref, status)
     select award_no, revision::int, open_lines::int, open_fen::bigint, moving, office,
            person_ref, status
     from unnest(
       string_to_array($1, E'\\n'), string_to_array($2, E'\\n'), string_to_array($3, E'\\n'),
       string_to_array($4, E'\\n'), string_to_array($5, E'\\n'), string_to_array($6, E'\\n'),
       string_to_array($7, E'\\n'), string_to_array($8, E'\\n'))
       as new (award_no, revision, open_lines, open_fen, moving, office, person_ref, status)
     on conflict (award_no) do update set
       office = excluded.office, person_ref = excluded.person_ref, status = excluded.status,
       revision = excluded.revision, open_lines = excluded.open_lines,
       open_fen = excluded.open_fen, moving = excluded.moving`,
    [
      ...columns.texts(),
      texts(({ office }) => office),
      texts(({ personRef }) => personRef),
      texts(({ status }) => status),
    ],
  );
  await db.query(
    `insert into award_terms (award_no, usable_from, terms)
     select award_no, nullif(usable_from, ''), terms
     from unnest(
       string_to_array($1, E'\\n'), string_to_array($2, E'\\n'), string_to_array($3, E'\\n'))
       as new (award_no, usable_from, terms)
     where award_no is not null
     on conflict (award_no) do update set
       usable_from = excluded.usable_from, terms = excluded.terms`,
    [awardNos, `${texts(({ account }) => account?.usableFrom ?? '')}\n`, texts(termsText)],
  );
}

export type Row = Readonly<{ award_no: string; revision: number; moving: string; terms: string }>;

export function cachedOf({ award_no: awardNo, revision, moving, terms }: Row): CachedAward {
  return { awardNo, revision, state: awardOf(terms, moving) };
}

async function awardsIn(
  db: Queryable,
  schema: '' | 'read.',
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, CachedAward>> {
  const { rows } = await db.query<Row>(
    `select award_no, revision, moving, terms
     from ${schema}award_state join ${schema}award_terms using (award_no)
     where award_no = any(string_to_array($1, E'\\n'))`,
    [awardNos.join('\n')],
  );
  return new Map(rows.map((row) => [row.award_no, cachedOf(row)]));
}

export async function awardsByNumber(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, CachedAward>> {
  return awardsIn(pool, `${liveSchema}.`, awardNos);
}

/** Awards of an office in the order of their numbers, in pages of `size`. */
export async function* awardsOfOffice(
  pool: Pool,
  office: string,
  options: Readonly<{ size?: number; openOnly?: boolean }> = {},
): AsyncIterable<readonly CachedAward[]> {
  const { size = 1_000, openOnly = false } = options;
  for (let after = ''; ;) {
    const rows = await awardsAfter(pool, { office, after, size, unpaidOnly: openOnly });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.awardNo;
  }
}

/**
 * Written so that statistics do not count it: they may be of a day when nothing was owed, and then
 * the server would sort all rows again for each page.
 */
export const hasOpenLines = 'and open_lines + 0 > 0';

/**
 * The next awards of an office after a number; the pages of lists and of bulk work. Both tables are
 * told where to begin: joined in order, the second would be read from its first row for each page.
 */
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
  const { office, after, size, status, unpaidOnly = false } = question;
  const { rows } = await pool.query<Row>(
    `select award_no, revision, moving, terms
     from ${liveSchema}.award_state join ${liveSchema}.award_terms t using (award_no)
     where office = $1 and award_no > $2 and t.award_no > $2
       and ($3::text is null or status = $3)
       ${unpaidOnly ? hasOpenLines : ''}
     order by award_no limit $4`,
    [office, after, status ?? null, size],
  );
  return rows.map(cachedOf);
}

export async function awardsOfPersons(
  pool: Queryable,
  personRefs: readonly string[],
): Promise<readonly CachedAward[]> {
  const { rows } = await pool.query<Row>(
    `select award_no, revision, moving, terms
     from ${liveSchema}.award_state join ${liveSchema}.award_terms using (award_no)
     where person_ref = any(string_to_array($1, E'\\n')) order by award_no`,
    [personRefs.join('\n')],
  );
  return rows.map(cachedOf);
}
