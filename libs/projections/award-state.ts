import type { Pool, PoolClient } from 'pg';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardDecider } from '#domain/award/award.js';
import type { Award, LiveAward, OpenLine, Payment } from '#domain/award/award-state.js';
import { fenFromText, sumFen, type Fen } from '#domain/values/fen.js';
import { liveSchema } from './runner.js';
import type { FoldedEvent, Projection } from './projection.js';

/** An award as bulk work reads it: folded, with the revision it may be appended at. */
export type CachedAward = Readonly<{ awardNo: string; revision: number; state: LiveAward }>;

/**
 * The folded state and revision of each award, so that a month's bulk work decides without reading
 * 100,000 streams. Answered payments are left out: a decision that misses one is refused here and
 * decided again from the stream.
 */
export const awardState: Projection = {
  name: 'award_state',
  version: 1,
  ddl: `
    create table award_state (
      award_no   text   primary key,
      office     text   not null,
      person_ref text   not null,
      revision   int    not null,
      status     text   not null,
      open_lines int    not null,
      open_fen   bigint not null,
      state      text   not null
    ) with (fillfactor = 50);
    create index award_state_office on award_state (office, award_no);
    create index award_state_person on award_state (person_ref);`,
  tables: ['award_state'],
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
  fold: async (events, db, { awardHistory }) => {
    const byAward = new Map<string, FoldedEvent[]>();
    for (const event of events) {
      const awardNo = event.stream.slice('award-'.length);
      const mine = byAward.get(awardNo);
      if (mine === undefined) byAward.set(awardNo, [event]);
      else mine.push(event);
    }
    const before = await statesOf(db, [...byAward.keys()]);
    const after: CachedAward[] = [];
    for (const [awardNo, mine] of byAward) {
      after.push(await advanced(awardNo, before.get(awardNo), mine, awardHistory));
    }
    await write(db, after);
  },
};

async function advanced(
  awardNo: string,
  before: CachedAward | undefined,
  events: readonly FoldedEvent[],
  history: (awardNo: string, to: bigint) => Promise<readonly AwardEvent[]>,
): Promise<CachedAward> {
  const last = events.at(-1);
  if (last === undefined) throw new Error(`nothing to fold for ${awardNo}`);
  const needsHistory = events.some(
    ({ type, data }) => type === 'PaymentReturned' && !knowsPayment(before, events, data),
  );
  const facts = needsHistory
    ? await history(awardNo, last.position)
    : events.map(({ type, data }) => ({ type, data }) as AwardEvent);
  const start: Award = needsHistory ? { status: 'none' } : (before?.state ?? { status: 'none' });
  const state = facts.reduce(awardDecider.evolve, start);
  if (state.status === 'none') throw new Error(`award ${awardNo} has no opening`);
  return { awardNo, revision: last.recorded.revision, state };
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

async function statesOf(
  db: PoolClient,
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, CachedAward>> {
  const { rows } = await db.query<Row>(
    `select award_no, revision, state from award_state
     where award_no = any(string_to_array($1, E'\\n'))`,
    [awardNos.join('\n')],
  );
  return new Map(rows.map((row) => [row.award_no, cachedOf(row)]));
}

async function write(db: PoolClient, awards: readonly CachedAward[]): Promise<void> {
  const column = (of: (award: CachedAward) => string) => awards.map(of).join('\n');
  await db.query(
    `insert into award_state
       (award_no, office, person_ref, revision, status, open_lines, open_fen, state)
     select award_no, office, person_ref, revision::int, status, open_lines::int,
            open_fen::bigint, state
     from unnest(
       string_to_array($1, E'\\n'), string_to_array($2, E'\\n'), string_to_array($3, E'\\n'),
       string_to_array($4, E'\\n'), string_to_array($5, E'\\n'), string_to_array($6, E'\\n'),
       string_to_array($7, E'\\n'), string_to_array($8, E'\\n'))
       as new (award_no, office, person_ref, revision, status, open_lines, open_fen, state)
     on conflict (award_no) do update set
       person_ref = excluded.person_ref, revision = excluded.revision, status = excluded.status,
       open_lines = excluded.open_lines, open_fen = excluded.open_fen, state = excluded.state`,
    [
      column(({ awardNo }) => awardNo),
      column(({ state }) => state.office),
      column(({ state }) => state.personRef),
      column(({ revision }) => String(revision)),
      column(({ state }) => state.status),
      column(({ state }) => String(state.lines.length)),
      column(({ state }) => String(sumFen(state.lines.map(({ amountFen }) => amountFen)))),
      column(({ state }) => encodeAward(state)),
    ],
  );
}

type Row = Readonly<{ award_no: string; revision: number; state: string }>;

function cachedOf({ award_no: awardNo, revision, state }: Row): CachedAward {
  return { awardNo, revision, state: decodeAward(state) };
}

/** JSON without answered payments; amounts as decimal text. */
export function encodeAward(award: LiveAward): string {
  const payments = award.payments.filter(({ status }) => status === 'sent');
  return JSON.stringify({ ...award, payments }, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

export function decodeAward(text: string): LiveAward {
  const award = JSON.parse(text) as LiveAward;
  const lineOf = (line: OpenLine): OpenLine => ({ ...line, amountFen: amount(line.amountFen) });
  return {
    ...award,
    ...(award.monthlyFen === undefined ? {} : { monthlyFen: amount(award.monthlyFen) }),
    lines: award.lines.map(lineOf),
    payments: award.payments.map((one): Payment => ({
      ...one,
      amountFen: amount(one.amountFen),
      lines: one.lines.map(lineOf),
    })),
  };
}

/** On disk the amount is text; its type says what it becomes. */
function amount(text: Fen): Fen {
  return fenFromText(String(text));
}

/** Awards of an office in the order of their numbers, in pages of `size`. */
export async function* awardsOfOffice(
  pool: Pool,
  office: string,
  options: Readonly<{ size?: number; openOnly?: boolean }> = {},
): AsyncIterable<readonly CachedAward[]> {
  const size = options.size ?? 1_000;
  const open = options.openOnly === true ? 'and open_lines > 0' : '';
  for (let after = ''; ;) {
    const { rows } = await pool.query<Row>(
      `select award_no, revision, state from ${liveSchema}.award_state
       where office = $1 and award_no > $2 ${open} order by award_no limit $3`,
      [office, after, size],
    );
    if (rows.length > 0) yield rows.map(cachedOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.award_no;
  }
}

export async function awardsByNumber(
  pool: Pool,
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, CachedAward>> {
  const { rows } = await pool.query<Row>(
    `select award_no, revision, state from ${liveSchema}.award_state
     where award_no = any(string_to_array($1, E'\\n'))`,
    [awardNos.join('\n')],
  );
  return new Map(rows.map((row) => [row.award_no, cachedOf(row)]));
}

export async function awardsOfPersons(
  pool: Pool,
  personRefs: readonly string[],
): Promise<readonly CachedAward[]> {
  const { rows } = await pool.query<Row>(
    `select award_no, revision, state from ${liveSchema}.award_state
     where person_ref = any(string_to_array($1, E'\\n')) order by award_no`,
    [personRefs.join('\n')],
  );
  return rows.map(cachedOf);
}
