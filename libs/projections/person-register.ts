import type { PersonEvent, Unemployment } from '#domain/person/person.events.js';
import type { Hand, Step } from '#domain/signing/signing.js';
import type { Day } from '#domain/values/calendar.js';
import type { AccountUse } from '#domain/values/sealed.js';
import { chainBegun, chainSentBack, chainSigned, type ChainColumns } from './chain.js';
import { pageOfOffices, type OfficesQuestion } from './office-page.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  known,
  rowsByKey,
  type Page,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

/** An insured person (参保人) as the register has them now; nothing here tells a stranger who. */
export type PersonRow = Readonly<{
  personRef: string;
  office: string;
  enrolledOn: Day;
  household: string;
  identityKey: string;
  identityRef: string;
  identitySha256: string;
  phoneRef: string | null;
  phoneSha256: string | null;
  oldNumber: boolean;
  /** The registration as unemployed that stands now. */
  registration: Unemployment | null;
  openClaim: string | null;
  openAward: string | null;
  leftoverMonths: number;
  accountRef: string | null;
  accountKey: string | null;
  accountSha256: string | null;
  /** Null while the account is the one that came with the claim or the opening list. */
  accountUsableFrom: Day | null;
  change: PendingChange | null;
  /** The step that the pending change of account waits for. */
  changeStep: Step | null;
  mergedInto: string | null;
}>;

/** A change of account on its way through three hands; the first of them proposed it. */
export type PendingChange = Readonly<{ changeNo: string; account: AccountUse }> & ChainColumns;

const table: Table<PersonRow> = {
  name: 'person_register',
  key: ['personRef'],
  columns: {
    personRef: 'text',
    office: 'text',
    enrolledOn: 'text',
    household: 'text',
    identityKey: 'text',
    identityRef: 'text',
    identitySha256: 'text',
    phoneRef: 'text',
    phoneSha256: 'text',
    oldNumber: 'boolean',
    registration: 'json',
    openClaim: 'text',
    openAward: 'text',
    leftoverMonths: 'int',
    accountRef: 'text',
    accountKey: 'text',
    accountSha256: 'text',
    accountUsableFrom: 'text',
    change: 'json',
    changeStep: 'text',
    mergedInto: 'text',
  },
};

/** Who is a person, where are they paid, and what is open for them? */
export const personRegister: Projection = {
  name: 'person_register',
  version: 1,
  ddl: `
    create table person_register (
      person_ref          text    primary key,
      office              text    not null,
      enrolled_on         text    not null,
      household           text    not null,
      identity_key        text    not null,
      identity_ref        text    not null,
      identity_sha256     text    not null,
      phone_ref           text,
      phone_sha256        text,
      old_number          boolean not null,
      registration        text,
      open_claim          text,
      open_award          text,
      leftover_months     int     not null,
      account_ref         text,
      account_key         text,
      account_sha256      text,
      account_usable_from text,
      change              text,
      change_step         text,
      merged_into         text
    ) with (fillfactor = 70);
    create index person_register_office on person_register (office, person_ref);
    create index person_register_identity on person_register (identity_key);
    create index person_register_account on person_register (account_key);
    create index person_register_change on person_register (change_step)
      where change_step is not null;`,
  tables: ['person_register'],
  types: [
    'PersonEnrolled',
    'UnemploymentRegistered',
    'RegistrationWithdrawn',
    'ClaimReserved',
    'ClaimReleased',
    'AwardGranted',
    'AwardEnded',
    'AccountRecorded',
    'AccountChangeProposed',
    'AccountChangeSigned',
    'AccountChangeSentBack',
    'AccountChanged',
    'PersonMerged',
  ],
  fold: foldByKey(table, personOf, (row, event) => {
    const fact = factOf<PersonEvent>(event);
    return fact.type === 'PersonEnrolled' ? enrolled(fact.data) : evolve(known(row, event), fact);
  }),
};

function personOf({ stream }: FoldedEvent): readonly string[] {
  return [stream.slice('person-'.length)];
}

function enrolled(data: Extract<PersonEvent, { type: 'PersonEnrolled' }>['data']): PersonRow {
  const { personRef, office, enrolledOn, household, identityKey, identity, phone } = data;
  return {
    ...{ personRef, office, enrolledOn, household, identityKey },
    identityRef: identity.ref,
    identitySha256: identity.sealedSha256,
    phoneRef: phone?.ref ?? null,
    phoneSha256: phone?.sealedSha256 ?? null,
    oldNumber: data.oldNumber === true,
    registration: null,
    openClaim: null,
    openAward: null,
    leftoverMonths: 0,
    accountRef: null,
    accountKey: null,
    accountSha256: null,
    accountUsableFrom: null,
    change: null,
    changeStep: null,
    mergedInto: null,
  };
}

function evolve(row: PersonRow, event: PersonEvent): PersonRow {
  switch (event.type) {
    case 'UnemploymentRegistered':
      return { ...row, registration: event.data };
    case 'RegistrationWithdrawn':
      return { ...row, registration: null };
    case 'ClaimReserved':
      // What is granted once is no claim of the benefit that a person draws.
      if (event.data.once !== undefined) return row;
      return { ...row, openClaim: event.data.claimNo };
    case 'ClaimReleased':
      return row.openClaim === event.data.claimNo ? { ...row, openClaim: null } : row;
    case 'AwardGranted':
      return {
        ...{ ...row, openAward: event.data.awardNo, openClaim: null },
        ...(event.data.resumed === true ? { leftoverMonths: 0 } : {}),
      };
    case 'AwardEnded': {
      const { awardNo, leftoverMonths } = event.data;
      const openAward = row.openAward === awardNo ? null : row.openAward;
      return { ...row, openAward, leftoverMonths };
    }
    case 'AccountRecorded':
      return { ...row, ...accountColumns(event.data.account), accountUsableFrom: null };
    case 'AccountChanged': {
      const { account, usableFrom } = event.data;
      const done = { change: null, changeStep: null };
      return { ...row, ...accountColumns(account), accountUsableFrom: usableFrom, ...done };
    }
    case 'AccountChangeProposed':
      return proposed(row, event.data);
    case 'AccountChangeSigned':
      return withHand(row, event.data.hand, chainSigned);
    case 'AccountChangeSentBack':
      return withHand(row, event.data.hand, chainSentBack);
    case 'PersonMerged':
      return { ...row, mergedInto: event.data.into };
    default:
      return row;
  }
}

function accountColumns({ accountRef, accountKey, sealedSha256 }: AccountUse) {
  return { accountRef, accountKey, accountSha256: sealedSha256 };
}

function proposed(
  row: PersonRow,
  { changeNo, account, hand }: { changeNo: string; account: AccountUse; hand: Hand },
): PersonRow {
  const before = row.change?.changeNo === changeNo ? row.change : undefined;
  return withChange(row, { changeNo, account, ...chainBegun(hand, before) });
}

function withHand(
  row: PersonRow,
  hand: Hand,
  step: (chain: ChainColumns, hand: Hand) => ChainColumns,
): PersonRow {
  if (row.change === null) throw new Error(`a signature without a change for ${row.personRef}`);
  return withChange(row, { ...row.change, ...step(row.change, hand) });
}

function withChange(row: PersonRow, change: PendingChange): PersonRow {
  return { ...row, change, changeStep: change.nextStep };
}

export async function personByRef(
  pool: Queryable,
  personRef: string,
): Promise<PersonRow | undefined> {
  return (await personsByRefs(pool, [personRef])).get(personRef);
}

/** By person number; unknown numbers are left out. */
export async function personsByRefs(
  pool: Queryable,
  personRefs: readonly string[],
): Promise<ReadonlyMap<string, PersonRow>> {
  const keys = [...new Set(personRefs)].map((personRef) => [personRef]);
  return rowsByKey(pool, table, keys, liveSchema);
}

/** Numbers that were merged into another one, each with that one, in their order. */
export async function mergedPersons(
  pool: Queryable,
): Promise<readonly (readonly [merged: string, into: string])[]> {
  const { rows } = await pool.query<{ person_ref: string; merged_into: string }>(
    `select person_ref, merged_into from ${liveSchema}.person_register
     where merged_into is not null order by person_ref`,
  );
  return rows.map(({ person_ref: merged, merged_into: into }) => [merged, into]);
}

/** The person who holds an identity number now, by its blind index. */
export async function personByIdentityKey(
  pool: Queryable,
  identityKey: string,
): Promise<PersonRow | undefined> {
  return (await personsByIdentityKeys(pool, [identityKey])).get(identityKey);
}

/** By the blind index of the identity number; a merged person's leads to the one who stays. */
export async function personsByIdentityKeys(
  pool: Queryable,
  identityKeys: readonly string[],
): Promise<ReadonlyMap<string, PersonRow>> {
  const { rows } = await pool.query<PersonRow>(
    `select ${columnsOf(table)} from ${liveSchema}.person_register
     where identity_key = any(string_to_array($1, E'\\n'))`,
    [identityKeys.join('\n')],
  );
  const found = new Map(decodedRows(table, rows).map((row) => [row.identityKey, row]));
  for (;;) {
    const merged = [...found.values()].flatMap(({ mergedInto }) => mergedInto ?? []);
    if (merged.length === 0) return found;
    const heirs = await personsByRefs(pool, merged);
    for (const [key, { mergedInto }] of found) {
      const heir = mergedInto === null ? undefined : heirs.get(mergedInto);
      if (mergedInto !== null && heir === undefined) found.delete(key);
      else if (heir !== undefined) found.set(key, heir);
    }
  }
}

/** Everyone who is paid on an account, by its blind index. */
export async function personsByAccountKey(
  pool: Queryable,
  accountKey: string,
): Promise<readonly PersonRow[]> {
  const { rows } = await pool.query<PersonRow>(
    `select ${columnsOf(table)} from ${liveSchema}.person_register
     where account_key = $1 order by person_ref`,
    [accountKey],
  );
  return decodedRows(table, rows);
}

/** Persons of the offices in the order of their numbers. */
export function personsPage(pool: Queryable, question: OfficesQuestion): Promise<Page<PersonRow>> {
  return pageOfOffices(pool, { table, number: 'personRef' }, question);
}

/** Changes of account that wait for that step, for the inboxes of those offices. */
export async function accountChangesWaiting(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly PersonRow[]> {
  const { rows } = await pool.query<PersonRow>(
    `select ${columnsOf(table)} from ${liveSchema}.person_register
     where change_step = $1 and office = any(string_to_array($2, E'\\n')) order by person_ref`,
    [step, offices.join('\n')],
  );
  return decodedRows(table, rows);
}
