import type { Calculation, ClaimEvent, Finding, Level } from '#domain/claim/claim.events.js';
import type { ClaimKind, ClaimPayee } from '#domain/claim/claim-kinds.js';
import type { Claim } from '#domain/claim/claim.commands.js';
import type { RefusalCode } from '#domain/refusal.js';
import { raisedSteps, usualSteps, type Step } from '#domain/signing/signing.js';
import type { Day, Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import {
  chainBegun,
  chainColumns,
  chainSentBack,
  chainSigned,
  type ChainColumns,
} from './chain.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  known,
  pageOf,
  rowsByKey,
  type Page,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

export type ClaimStatus = Exclude<Claim['status'], 'none'>;

/** A claim (申领); what the law gave is null until it is approved, and again after a sending back. */
export type ClaimRow = ChainColumns &
  Readonly<{
    claimNo: string;
    personRef: string;
    office: string;
    filedOn: Day;
    /** Null for the monthly benefit; `amountFen` is what a claim with a kind is granted, once. */
    kind: ClaimKind | null;
    payee: ClaimPayee | null;
    amountFen: Fen | null;
    status: ClaimStatus;
    /** The system's coded "no" of a claim that was turned away. */
    code: RefusalCode | null;
    /** Why it was rejected, sent back or withdrawn. */
    reason: string | null;
    outcome: Finding['outcome'] | null;
    level: Level;
    digest: string | null;
    months: number | null;
    monthlyFen: Fen | null;
    firstMonth: Month | null;
    paidMonths: number | null;
    policyVersion: string | null;
    decidedOn: Day | null;
    position: bigint;
  }>;

const table: Table<ClaimRow> = {
  name: 'claim_register',
  key: ['claimNo'],
  columns: {
    claimNo: 'text',
    personRef: 'text',
    office: 'text',
    filedOn: 'text',
    kind: 'text',
    payee: 'json',
    amountFen: 'bigint',
    status: 'text',
    code: 'text',
    reason: 'text',
    outcome: 'text',
    level: 'text',
    digest: 'text',
    months: 'int',
    monthlyFen: 'bigint',
    firstMonth: 'text',
    paidMonths: 'int',
    policyVersion: 'text',
    decidedOn: 'text',
    position: 'bigint',
    ...chainColumns,
  },
};

/** Who claims, where does the claim stand, what did the law give, and who has signed it? */
export const claimRegister: Projection = {
  name: 'claim_register',
  version: 2,
  ddl: `
    create table claim_register (
      claim_no       text    primary key,
      person_ref     text    not null,
      office         text    not null,
      filed_on       text    not null,
      kind           text,
      payee          text,
      amount_fen     bigint,
      status         text    not null,
      code           text,
      reason         text,
      outcome        text,
      level          text    not null,
      digest         text,
      months         int,
      monthly_fen    bigint,
      first_month    text,
      paid_months    int,
      policy_version text,
      decided_on     text,
      position       bigint  not null,
      hands          text    not null,
      returned       boolean not null,
      next_step      text
    ) with (fillfactor = 70);
    create index claim_register_office on claim_register (office, claim_no);
    create index claim_register_person on claim_register (person_ref);
    create index claim_register_waiting on claim_register (next_step, office)
      where next_step is not null;`,
  tables: ['claim_register'],
  types: [
    'ClaimFiled',
    'ClaimAdmitted',
    'ClaimTurnedAway',
    'ClaimApproved',
    'ClaimReviewed',
    'ClaimAuthorised',
    'ClaimDecided',
    'ClaimSentBack',
    'ClaimResubmitted',
    'ClaimWithdrawn',
  ],
  fold: foldByKey(
    table,
    ({ stream }) => [stream.slice('claim-'.length)],
    (row, event) => {
      const fact = factOf<ClaimEvent>(event);
      const { position } = event;
      if (fact.type === 'ClaimFiled') return filed(fact.data, event);
      return evolve({ ...known(row, event), position }, fact);
    },
  ),
};

const nothingFound = {
  outcome: null,
  digest: null,
  months: null,
  monthlyFen: null,
  amountFen: null,
  firstMonth: null,
  paidMonths: null,
  policyVersion: null,
};

/** It waits for nobody until the person's stream has admitted it. */
function filed(
  {
    claimNo,
    personRef,
    office,
    filedOn,
    hand,
    ...told
  }: Extract<ClaimEvent, { type: 'ClaimFiled' }>['data'],
  { position }: FoldedEvent,
): ClaimRow {
  const { kind = null, payee = null } = told;
  return {
    ...{ claimNo, personRef, office, filedOn, kind, payee, position },
    ...{ status: 'filed', code: null, reason: null, level: 'usual', decidedOn: null },
    ...nothingFound,
    ...chainBegun(hand),
    nextStep: null,
  };
}

type Later = Exclude<ClaimEvent, { type: 'ClaimFiled' }>;

function evolve(row: ClaimRow, fact: Later): ClaimRow {
  switch (fact.type) {
    case 'ClaimAdmitted':
      return { ...row, status: 'accepted', nextStep: 'approve' };
    case 'ClaimTurnedAway':
      return { ...row, status: 'turned-away', code: fact.data.code, nextStep: null };
    case 'ClaimApproved':
      return approved(row, fact.data);
    case 'ClaimReviewed':
    case 'ClaimAuthorised':
      return { ...row, status: 'reviewed', ...chainSigned(row, fact.data.hand, stepsOf(row)) };
    case 'ClaimDecided': {
      const { outcome, reason, calculation, decidedOn } = fact.data;
      const found = { outcome, reason: reason ?? null, ...calculated(calculation) };
      return { ...row, status: 'decided', ...found, decidedOn, nextStep: null };
    }
    case 'ClaimSentBack': {
      const chain = chainSentBack(row, fact.data.hand, stepsOf(row));
      return { ...row, status: 'returned', reason: fact.data.reason, ...chain };
    }
    case 'ClaimResubmitted': {
      const again = { status: 'accepted', reason: null, level: 'usual', ...nothingFound } as const;
      return { ...row, ...again, ...chainBegun(fact.data.hand, row) };
    }
    case 'ClaimWithdrawn':
      return { ...row, status: 'withdrawn', reason: fact.data.reason, nextStep: null };
  }
}

function approved(
  row: ClaimRow,
  data: Extract<ClaimEvent, { type: 'ClaimApproved' }>['data'],
): ClaimRow {
  const { outcome, reason, calculation, level, digest, hand } = data;
  const found = { outcome, reason: reason ?? null, level, digest, ...calculated(calculation) };
  const after = { ...row, ...found, status: 'approved' } as const;
  return { ...after, ...chainSigned(row, hand, stepsOf(after)) };
}

function calculated(calculation: Calculation) {
  const { months, monthlyFen, firstMonth, paidMonths, policyVersion } = calculation;
  const { amountFen = null } = calculation;
  return { months, monthlyFen, amountFen, firstMonth, paidMonths, policyVersion };
}

function stepsOf({ level }: ClaimRow): readonly Step[] {
  return level === 'raised' ? raisedSteps : usualSteps;
}

export async function claimByNo(pool: Queryable, claimNo: string): Promise<ClaimRow | undefined> {
  return (await rowsByKey(pool, table, [[claimNo]], liveSchema)).get(claimNo);
}

export async function claimsOfPerson(
  pool: Queryable,
  personRef: string,
): Promise<readonly ClaimRow[]> {
  const { rows } = await pool.query<ClaimRow>(
    `select ${columnsOf(table)} from ${liveSchema}.claim_register
     where person_ref = $1 order by filed_on, claim_no`,
    [personRef],
  );
  return decodedRows(table, rows);
}

/** Claims of the offices by number, of one status or of all; ask again with `next` as `after`. */
export async function claimsPage(
  pool: Queryable,
  {
    offices,
    status,
    after = '',
    size = 50,
  }: Readonly<{
    offices: readonly string[];
    status?: ClaimStatus;
    after?: string;
    size?: number;
  }>,
): Promise<Page<ClaimRow>> {
  const { rows } = await pool.query<ClaimRow>(
    `select ${columnsOf(table)} from ${liveSchema}.claim_register
     where office = any(string_to_array($1, E'\\n')) and claim_no > $2
       and ($3::text is null or status = $3)
     order by claim_no limit $4`,
    [offices.join('\n'), after, status ?? null, size + 1],
  );
  return pageOf(decodedRows(table, rows), size, ({ claimNo }) => claimNo);
}

/** Claims that wait for that step, oldest first. */
export async function claimsWaiting(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly ClaimRow[]> {
  const { rows } = await pool.query<ClaimRow>(
    `select ${columnsOf(table)} from ${liveSchema}.claim_register
     where next_step = $1 and office = any(string_to_array($2, E'\\n'))
     order by position, claim_no`,
    [step, offices.join('\n')],
  );
  return decodedRows(table, rows);
}
