import type { PoolClient } from 'pg';
import type { ActorEvent } from '#domain/actor/actor.events.js';
import type { Duty } from '#domain/actor/duties.js';
import type { OfficeEvent, OfficeKind } from '#domain/office/office.events.js';
import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  known,
  rowsByKey,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

/** A staff person: the accounts are only the doors they come in through. */
export type ActorRow = Readonly<{
  actorId: string;
  identityKey: string;
  office: string;
  /** Persons of the register that are the actor or a declared relative. */
  related: readonly string[];
  accounts: readonly string[];
}>;

/** `proposed` waits for its second hand; a revoked duty does not hold on `revokedOn` and after. */
export type DutyRow = Readonly<{
  actorId: string;
  duty: Duty;
  office: string;
  fromDay: Day;
  /** The last day; null until it is revoked. */
  toDay: Day | null;
  status: 'proposed' | 'held';
  proposedBy: string | null;
  revokedOn: Day | null;
}>;

export type OfficeRow = Readonly<{
  code: string;
  parent: string | null;
  kind: OfficeKind;
  jurisdiction: string;
  nameZh: string;
  nameEn: string;
  mergedInto: string | null;
}>;

const actorTable: Table<ActorRow> = {
  name: 'actor',
  key: ['actorId'],
  columns: {
    actorId: 'text',
    identityKey: 'text',
    office: 'text',
    related: 'json',
    accounts: 'json',
  },
};

const officeTable: Table<OfficeRow> = {
  name: 'office',
  key: ['code'],
  columns: {
    code: 'text',
    parent: 'text',
    kind: 'text',
    jurisdiction: 'text',
    nameZh: 'text',
    nameEn: 'text',
    mergedInto: 'text',
  },
};

/** Who works here, with which duties, in which office, and which office stands above which? */
export const actors: Projection = {
  name: 'actors',
  version: 2,
  ddl: `
    create table actor (
      actor_id     text primary key,
      identity_key text not null,
      office       text not null,
      related      text not null,
      accounts     text not null
    );
    create table duty (
      actor_id    text not null,
      duty        text not null,
      office      text not null,
      from_day    text not null,
      to_day      text not null,
      status      text not null,
      proposed_by text,
      revoked_on  text,
      primary key (actor_id, duty, office, from_day, to_day)
    );
    create index duty_office on duty (office, duty);
    create table office (
      code         text primary key,
      parent       text,
      kind         text not null,
      jurisdiction text not null,
      name_zh      text not null,
      name_en      text not null,
      merged_into  text
    );`,
  tables: ['actor', 'duty', 'office'],
  types: [
    'ActorRegistered',
    'AccountOpened',
    'AccountClosed',
    'RelationDeclared',
    'DutyProposed',
    'DutyProposalWithdrawn',
    'DutyInstalled',
    'DutyGranted',
    'DutyRevoked',
    'OfficeOpened',
    'OfficeMerged',
  ],
  fold: async (events, db, sources) => {
    const of = (...subjects: readonly string[]) =>
      events.filter(({ type }) => subjects.some((subject) => type.startsWith(subject)));
    await foldOffices(of('Office'), db, sources);
    await foldActors(of('Actor', 'Account', 'Relation'), db, sources);
    for (const event of of('Duty')) await foldDuty(db, event);
  },
};

const actorOf = ({ stream }: FoldedEvent) => stream.slice('actor-'.length);

const foldActors: Projection['fold'] = foldByKey(
  actorTable,
  (event) => [actorOf(event)],
  (row, event) => {
    const fact = factOf<ActorEvent>(event);
    if (fact.type === 'ActorRegistered') {
      const { actorId, identityKey, office, related } = fact.data;
      return { actorId, identityKey, office, related, accounts: [] };
    }
    const before = known(row, event);
    const { accounts, related } = before;
    switch (fact.type) {
      case 'AccountOpened':
        return { ...before, accounts: [...accounts, fact.data.accountId] };
      case 'AccountClosed':
        return {
          ...before,
          accounts: accounts.filter((one: string) => one !== fact.data.accountId),
        };
      case 'RelationDeclared':
        return { ...before, related: [...related, fact.data.personRef] };
      default:
        return before;
    }
  },
);

const foldOffices: Projection['fold'] = foldByKey(
  officeTable,
  ({ stream }) => [stream.slice('office-'.length)],
  (row, event) => {
    const fact = factOf<OfficeEvent>(event);
    if (fact.type === 'OfficeMerged') return { ...known(row, event), mergedInto: fact.data.into };
    const { code, parent, kind, jurisdiction, names } = fact.data;
    return {
      ...{ code, kind, jurisdiction },
      parent: parent ?? null,
      nameZh: names.zh,
      nameEn: names.en,
      mergedInto: null,
    };
  },
);

/** Where a duty has no last day, so that its term can be a key. */
const endless = '9999-12-31';

/** Duties are few and one revocation ends several of them: one statement an event. */
async function foldDuty(db: PoolClient, event: FoldedEvent): Promise<void> {
  const fact = factOf<ActorEvent>(event);
  const actorId = actorOf(event);
  if (fact.type === 'DutyRevoked') {
    const { duty, office, on } = fact.data;
    await db.query(
      `update duty set revoked_on = least(revoked_on, $4)
       where actor_id = $1 and duty = $2 and office = $3 and status = 'held' and to_day >= $4`,
      [actorId, duty, office, on],
    );
    return;
  }
  if (!('duty' in fact.data)) return;
  const { duty, office, from, to } = fact.data;
  if (fact.type === 'DutyProposalWithdrawn') {
    await db.query(
      `delete from duty where actor_id = $1 and duty = $2 and office = $3
         and from_day = $4 and to_day = $5 and status = 'proposed'`,
      [actorId, duty, office, from, to ?? endless],
    );
    return;
  }
  const status = fact.type === 'DutyProposed' ? 'proposed' : 'held';
  const proposer = fact.type === 'DutyProposed' ? fact.data.hand.person : null;
  await db.query(
    `insert into duty (actor_id, duty, office, from_day, to_day, status, proposed_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (actor_id, duty, office, from_day, to_day) do update
       set status = excluded.status,
           proposed_by = coalesce(excluded.proposed_by, duty.proposed_by)`,
    [actorId, duty, office, from, to ?? endless, status, proposer],
  );
}

export async function actorById(pool: Queryable, actorId: string): Promise<ActorRow | undefined> {
  return (await rowsByKey(pool, actorTable, [[actorId]], liveSchema)).get(actorId);
}

export async function actorByAccount(
  pool: Queryable,
  accountId: string,
): Promise<ActorRow | undefined> {
  const { rows } = await pool.query<ActorRow>(
    `select ${columnsOf(actorTable)} from ${liveSchema}.actor
     where accounts::jsonb @> to_jsonb($1::text)`,
    [accountId],
  );
  return decodedRows(actorTable, rows)[0];
}

/** Staff of the offices in the order of their numbers. */
export async function actorsOf(
  pool: Queryable,
  offices: readonly string[],
): Promise<readonly ActorRow[]> {
  const { rows } = await pool.query<ActorRow>(
    `select ${columnsOf(actorTable)} from ${liveSchema}.actor
     where office = any(string_to_array($1, E'\\n')) order by actor_id`,
    [offices.join('\n')],
  );
  return decodedRows(actorTable, rows);
}

const dutyColumns = `actor_id as "actorId", duty, office, from_day as "fromDay",
  nullif(to_day, '${endless}') as "toDay", status, proposed_by as "proposedBy",
  revoked_on as "revokedOn"`;

/** The duties that an actor holds on a day. */
export async function dutiesOn(
  pool: Queryable,
  actorId: string,
  on: Day,
): Promise<readonly DutyRow[]> {
  const { rows } = await pool.query<DutyRow>(
    `select ${dutyColumns} from ${liveSchema}.duty
     where actor_id = $1 and status = 'held' and from_day <= $2 and to_day >= $2
       and (revoked_on is null or revoked_on > $2)
     order by office, duty, from_day`,
    [actorId, on],
  );
  return rows;
}

/** Every duty of an actor: proposed, held, ended and revoked. */
export async function dutiesOf(pool: Queryable, actorId: string): Promise<readonly DutyRow[]> {
  const { rows } = await pool.query<DutyRow>(
    `select ${dutyColumns} from ${liveSchema}.duty where actor_id = $1
     order by office, duty, from_day, to_day`,
    [actorId],
  );
  return rows;
}

/** Duties that one person proposed and that wait for the second, in those offices. */
export async function dutiesProposed(
  pool: Queryable,
  offices: readonly string[],
): Promise<readonly DutyRow[]> {
  const { rows } = await pool.query<DutyRow>(
    `select ${dutyColumns} from ${liveSchema}.duty
     where status = 'proposed' and office = any(string_to_array($1, E'\\n'))
     order by office, actor_id, duty`,
    [offices.join('\n')],
  );
  return rows;
}

export async function officeByCode(pool: Queryable, code: string): Promise<OfficeRow | undefined> {
  return (await rowsByKey(pool, officeTable, [[code]], liveSchema)).get(code);
}

export async function allOffices(pool: Queryable): Promise<readonly OfficeRow[]> {
  const { rows } = await pool.query<OfficeRow>(
    `select ${columnsOf(officeTable)} from ${liveSchema}.office order by code`,
  );
  return rows;
}

/** The offices of a pool that decide and pay (县区): those that accept and verify keep no month. */
export async function payingOffices(
  pool: Queryable,
  poolOffice: string,
): Promise<readonly OfficeRow[]> {
  const within = await officesWithin(pool, poolOffice);
  const all = await allOffices(pool);
  return all.filter(
    ({ code, kind, mergedInto }) =>
      kind === 'county' && mergedInto === null && within.includes(code),
  );
}

/** An office with everything below it, and with the offices that were merged into any of these. */
export async function officesWithin(pool: Queryable, code: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ code: string }>(
    `with recursive within (code) as (
       select code from ${liveSchema}.office where code = $1
       union
       select o.code from ${liveSchema}.office o
       join within w on o.parent = w.code or o.merged_into = w.code
     )
     select code from within order by code`,
    [code],
  );
  return rows.map((row) => row.code);
}

/** The pool (统筹区) that an office belongs to: the office above it that has none above. */
export async function poolOf(pool: Queryable, code: string): Promise<string> {
  const { rows } = await pool.query<{ code: string }>(
    `with recursive above (code, parent) as (
       select code, parent from ${liveSchema}.office where code = $1
       union
       select o.code, o.parent from ${liveSchema}.office o join above a on o.code = a.parent
     )
     select code from above where parent is null`,
    [code],
  );
  return rows[0]?.code ?? refuse('OFFICE_UNKNOWN', { office: code });
}

/** @throws Refusal OFFICE_UNKNOWN: what law holds in an unknown office is nobody's guess */
export async function jurisdictionOf(pool: Queryable, office: string): Promise<string> {
  const row = await officeByCode(pool, office);
  return row?.jurisdiction ?? refuse('OFFICE_UNKNOWN', { office });
}
