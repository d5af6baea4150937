import { monthNumber, type Day, type Month } from '#domain/values/calendar.js';
import type { Kind } from '#input/kinds.js';
import type { Drawn, Known, Registers } from '#input/rules.js';
import { awardsOfOffice } from '#projections/award-state.js';
import { liveSchema } from '#projections/runner.js';
import type { App } from '../app.js';
import { knownRows, type FileName, type KnownRow } from './files.js';

type Owned<Row> = Row & { office: string };

const knownFrom = { this: 'same', whole: 'elsewhere', part: 'in-part' } as const;

/** What was refused, or sent back, may come anew: with another content, or with the same. */
function knownAs({ refused, from }: KnownRow, isSame: boolean, isReturned: boolean): Known {
  if (!isSame) return refused || isReturned ? 'new' : 'other';
  return from === 'whole' && isReturned ? 'in-part' : knownFrom[from];
}

/** A keyed digest, so that what is kept of a row tells nothing of it. */
export function digestOf(app: App, text: string): string {
  return app.vault.blind('name', `row|${text}`).slice(0, 32);
}

/** Loads what a file of that kind is held against, so that its rows are checked without waiting. */
export async function loadRegisters(
  app: App,
  { scope, ...file }: FileName & Readonly<{ sha256: string; scope: readonly string[] }>,
): Promise<Registers> {
  const { pool, vault } = app;
  const { kind } = file;
  const employers = await map(
    app,
    `select employer_no, registered_on, office from ${liveSchema}.employer_register`,
    ({
      employer_no,
      registered_on,
      office,
    }: Owned<{ employer_no: string; registered_on: Day }>) => [
      employer_no,
      { enrolledOn: registered_on, office },
    ],
  );
  const persons = await map(
    app,
    `select person_ref, enrolled_on, office, household from ${liveSchema}.person_register`,
    ({
      person_ref,
      enrolled_on,
      ...row
    }: Owned<{ person_ref: string; enrolled_on: Day; household: string }>) => [
      person_ref,
      { enrolledOn: enrolled_on, office: row.office, household: row.household },
    ],
  );
  const byIdentity = await map(
    app,
    `select person_ref, identity_key from ${liveSchema}.person_register`,
    ({ person_ref, identity_key }: { person_ref: string; identity_key: string }) => [
      identity_key,
      person_ref,
    ],
  );
  const awards = await awardsOf(app);
  const payers = new Map([...awards.values()].map(({ person, office }) => [person, office]));
  const offices = await officesOf(app);
  const paid = await paidMonths(app, kind);
  const drawn = kind === 'opening-unpaid' ? await drawnMonths(app, scope) : undefined;
  const known = await knownRows(pool, file);
  const returned = kind === 'accounts' ? await returnedChanges(app) : new Map<string, true>();
  return {
    employer: (number) => employers.get(number),
    person: (number) => persons.get(number),
    personById: (id18) => byIdentity.get(vault.blind('id-number', id18)),
    office: (code) => offices.has(code),
    inScope: (office) => scope.includes(office),
    award: (claim) => awards.get(claim),
    drawn: (claim) => drawn?.get(claim),
    paidBy: (person) => payers.get(person),
    contributed: (person, from, to) => {
      const months = paid.get(person);
      if (months === undefined) return false;
      for (let at = monthNumber(from); at <= monthNumber(to); at += 1)
        if (months.has(at)) return true;
      return false;
    },
    known: (ofKind, key, content) => {
      if (ofKind !== kind) return 'new';
      const held = known.get(digestOf(app, key));
      if (held === undefined) return 'new';
      const isSame = held.content === digestOf(app, content());
      return knownAs(held, isSame, returned.has(key));
    },
  };
}

function officesOf(app: App) {
  return map(app, `select code from ${liveSchema}.office`, ({ code }: { code: string }) => [
    code,
    true,
  ]);
}

/** Changes of account that were sent back, by the key of their row: each may be made anew. */
function returnedChanges(app: App) {
  return map(
    app,
    `select person_ref, change::json ->> 'changeNo' as change_no
     from ${liveSchema}.person_register where change_step = 'make'`,
    ({ person_ref, change_no }: { person_ref: string; change_no: string }) => [
      `${person_ref} ${change_no.slice(person_ref.length + 1)}`,
      true,
    ],
  );
}

/** In the order of their numbers, so that of several awards of a person the last one counts. */
function awardsOf(app: App) {
  return map(
    app,
    `select award_no, person_ref, office from ${liveSchema}.award_state order by award_no`,
    ({ award_no, person_ref, office }: Owned<{ award_no: string; person_ref: string }>) => [
      award_no,
      { person: person_ref, office },
    ],
  );
}

/** Of these offices' awards; a benefit month's line is named by its month. */
async function drawnMonths(
  { pool }: App,
  offices: readonly string[],
): Promise<ReadonlyMap<string, Drawn>> {
  const drawn = new Map<string, Drawn>();
  for (const office of offices)
    for await (const awards of awardsOfOffice(pool, office))
      for (const { state } of awards) {
        const { awardNo, monthsDrawn: months, lines } = state;
        const own = lines.filter(({ lineId, month }) => lineId === month);
        drawn.set(awardNo, { months, unpaid: own.map(({ month }) => month) });
      }
  return drawn;
}

/** Months by person, as numbers; only the two kinds that add months need them. */
async function paidMonths(app: App, kind: Kind): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const months = new Map<string, Set<number>>();
  if (kind !== 'declarations' && kind !== 'history') return months;
  const add = (person: string, number: number): void => {
    const mine = months.get(person);
    if (mine === undefined) months.set(person, new Set([number]));
    else mine.add(number);
  };
  const { rows: spans } = await app.pool.query<{
    person_ref: string;
    from_month: Month;
    to_month: Month;
  }>(`select person_ref, from_month, to_month from ${liveSchema}.history_span`);
  for (const { person_ref, from_month, to_month } of spans)
    for (let at = monthNumber(from_month); at <= monthNumber(to_month); at += 1)
      add(person_ref, at);
  const { rows: lines } = await app.pool.query<{ person_ref: string; month: Month }>(
    `select person_ref, month from ${liveSchema}.contribution`,
  );
  for (const { person_ref, month } of lines) add(person_ref, monthNumber(month));
  return months;
}

async function map<Row extends object, Value>(
  app: App,
  query: string,
  entry: (row: Row) => readonly [string, Value],
): Promise<ReadonlyMap<string, Value>> {
  const { rows } = await app.pool.query<Row>(query);
  return new Map(rows.map(entry));
}
