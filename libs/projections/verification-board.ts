import type { PoolClient } from 'pg';
import type { Step } from '#domain/signing/signing.js';
import { month, type Day, type Month } from '#domain/values/calendar.js';
import type {
  ProposedEffect,
  Proposal,
  VerificationEvent,
} from '#domain/verification/verification.events.js';
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
  insert,
  known,
  rowsByKey,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

/** An office's month of verification (审验); the judgement's counts are zero until it is judged. */
export type WindowRow = Readonly<{
  office: string;
  month: Month;
  fromDay: Day;
  toDay: Day;
  status: 'open' | 'judged';
  judgement: string | null;
  judgedOn: Day | null;
  held: number;
  released: number;
  missedTwice: number;
  deferred: number;
  /** A person stated that nobody signed in. */
  declaredNone: boolean;
}>;

export type ReceivedRow = Readonly<{
  office: string;
  month: Month;
  documentId: string;
  kind: 'sign-ins' | 'extract';
  document: string;
  lines: number;
  /** Hits of persons without an award; zero for sign-ins. */
  withoutAward: number;
  receivedOn: Day | null;
}>;

export type ProposalRow = ChainColumns &
  Readonly<{
    office: string;
    month: Month;
    proposalId: string;
    awardNo: string;
    personRef: string;
    event: string;
    eventOn: Day;
    source: string;
    effect: ProposedEffect;
    fromMonth: Month;
    lastMonth: Month;
    mayResume: boolean;
    clause: string;
    status: 'open' | 'decided' | 'dropped' | 'lapsed';
    position: bigint;
  }>;

const windowTable: Table<WindowRow> = {
  name: 'verification_window',
  key: ['office', 'month'],
  columns: {
    office: 'text',
    month: 'text',
    fromDay: 'text',
    toDay: 'text',
    status: 'text',
    judgement: 'text',
    judgedOn: 'text',
    held: 'int',
    released: 'int',
    missedTwice: 'int',
    deferred: 'int',
    declaredNone: 'boolean',
  },
};

const receivedTable: Table<ReceivedRow> = {
  name: 'verification_document',
  key: ['office', 'month', 'documentId'],
  columns: {
    office: 'text',
    month: 'text',
    documentId: 'text',
    kind: 'text',
    document: 'text',
    lines: 'int',
    withoutAward: 'int',
    receivedOn: 'text',
  },
};

const proposalTable: Table<ProposalRow> = {
  name: 'proposal',
  key: ['office', 'month', 'proposalId'],
  columns: {
    office: 'text',
    month: 'text',
    proposalId: 'text',
    awardNo: 'text',
    personRef: 'text',
    event: 'text',
    eventOn: 'text',
    source: 'text',
    effect: 'text',
    fromMonth: 'text',
    lastMonth: 'text',
    mayResume: 'boolean',
    clause: 'text',
    status: 'text',
    position: 'bigint',
    ...chainColumns,
  },
};

/** Who was checked in a month, against what, what was proposed and what became of it? */
export const verificationBoard: Projection = {
  name: 'verification_board',
  version: 2,
  ddl: `
    create table verification_window (
      office       text not null,
      month        text not null,
      from_day     text not null,
      to_day       text not null,
      status       text not null,
      judgement    text,
      judged_on    text,
      held         int  not null,
      released     int  not null,
      missed_twice int  not null,
      deferred     int  not null,
      declared_none boolean not null,
      primary key (office, month)
    );
    create table verification_document (
      office        text not null,
      month         text not null,
      document_id   text not null,
      kind          text not null,
      document      text not null,
      lines         int  not null,
      without_award int  not null,
      received_on   text,
      primary key (office, month, document_id)
    );
    create table proposal (
      office      text    not null,
      month       text    not null,
      proposal_id text    not null,
      award_no    text    not null,
      person_ref  text    not null,
      event       text    not null,
      event_on    text    not null,
      source      text    not null,
      effect      text    not null,
      from_month  text    not null,
      last_month  text    not null,
      may_resume  boolean not null,
      clause      text    not null,
      status      text    not null,
      position    bigint  not null,
      hands       text    not null,
      returned    boolean not null,
      next_step   text,
      primary key (office, month, proposal_id)
    );
    create index proposal_waiting on proposal (next_step) where status = 'open';
    create index proposal_award on proposal (award_no);`,
  tables: ['verification_window', 'verification_document', 'proposal'],
  types: [
    'WindowOpened',
    'SignInsReceived',
    'ExtractReceived',
    'NoSignInsDeclared',
    'ProposalRaised',
    'ProposalSigned',
    'ProposalSentBack',
    'ProposalDecided',
    'ProposalDropped',
    'ProposalLapsed',
    'SignInsJudged',
  ],
  fold: async (events, db, sources) => {
    const of = (match: RegExp) => events.filter(({ type }) => match.test(type));
    await foldWindows(of(/^WindowOpened$|^NoSignInsDeclared$|^SignInsJudged$/), db, sources);
    await foldReceived(of(/Received$/), db);
    await foldProposals(of(/^Proposal/), db, sources);
  },
};

/** `verification-<office>-<month>` */
function placeOf({ stream }: FoldedEvent): Readonly<{ office: string; month: Month }> {
  const office = stream.slice('verification-'.length, -'-YYYY-MM'.length);
  return { office, month: month(stream.slice(-7)) };
}

const foldWindows: Projection['fold'] = foldByKey(
  windowTable,
  (event) => Object.values(placeOf(event)),
  (row, event): WindowRow => {
    const fact = factOf<VerificationEvent>(event);
    if (fact.type === 'WindowOpened') {
      const { from, to } = fact.data;
      const notJudged = { judgement: null, judgedOn: null, held: 0, released: 0, missedTwice: 0 };
      const nothing = { ...notJudged, deferred: 0, declaredNone: false };
      return { ...placeOf(event), fromDay: from, toDay: to, status: 'open', ...nothing };
    }
    if (fact.type === 'NoSignInsDeclared') return { ...known(row, event), declaredNone: true };
    if (fact.type !== 'SignInsJudged') throw new Error(`${fact.type} is of no window`);
    const { document, held, released, missedTwice, deferred = 0, on } = fact.data;
    const judged = { judgement: document, judgedOn: on, held, released, missedTwice, deferred };
    return { ...known(row, event), status: 'judged', ...judged };
  },
);

async function foldReceived(events: readonly FoldedEvent[], db: PoolClient): Promise<void> {
  const rows = events.flatMap((event): readonly ReceivedRow[] => {
    const fact = factOf<VerificationEvent>(event);
    if (fact.type === 'SignInsReceived') {
      const { documentId, document, lines } = fact.data;
      const row = { documentId, document, lines, withoutAward: 0, receivedOn: null };
      return [{ ...placeOf(event), kind: 'sign-ins', ...row }];
    }
    if (fact.type !== 'ExtractReceived') return [];
    const { documentId, document, lines, withoutAward, on } = fact.data;
    const row = { documentId, document, lines, withoutAward, receivedOn: on };
    return [{ ...placeOf(event), kind: 'extract', ...row }];
  });
  await insert(db, receivedTable, rows);
}

const foldProposals: Projection['fold'] = foldByKey(
  proposalTable,
  (event) => {
    const fact = factOf<VerificationEvent>(event);
    const { office, month: of } = placeOf(event);
    if (fact.type === 'ProposalRaised') return [office, of, fact.data.proposal.proposalId];
    return [office, of, 'proposalId' in fact.data ? fact.data.proposalId : ''];
  },
  (row, event): ProposalRow => {
    const fact = factOf<VerificationEvent>(event);
    const { position } = event;
    if (fact.type === 'ProposalRaised') {
      const { proposal, hand } = fact.data;
      const chain = chainBegun(hand, row);
      return {
        ...placeOf(event),
        ...proposalColumns(proposal),
        status: 'open',
        position,
        ...chain,
      };
    }
    const before = { ...known(row, event), position };
    switch (fact.type) {
      case 'ProposalSigned':
        return { ...before, ...chainSigned(before, fact.data.hand) };
      case 'ProposalSentBack':
        return { ...before, ...chainSentBack(before, fact.data.hand) };
      case 'ProposalDecided':
        return { ...before, status: 'decided' };
      case 'ProposalDropped':
        return { ...before, status: 'dropped', nextStep: null };
      case 'ProposalLapsed':
        return { ...before, status: 'lapsed' };
      default:
        throw new Error(`${fact.type} is of no proposal`);
    }
  },
);

function proposalColumns({ on, from, ...rest }: Proposal) {
  const { proposalId, awardNo, personRef, event, source, effect, lastMonth } = rest;
  const { mayResume, clause } = rest;
  const named = { proposalId, awardNo, personRef, event, source, effect, lastMonth };
  return { ...named, mayResume, clause, eventOn: on, fromMonth: from };
}

export async function windowOf(
  pool: Queryable,
  office: string,
  of: Month,
): Promise<WindowRow | undefined> {
  return (await rowsByKey(pool, windowTable, [[office, of]], liveSchema)).get(`${office}\n${of}`);
}

/** The months of an office whose sign-ins are judged, the newest first. */
export async function judgedMonths(pool: Queryable, office: string): Promise<readonly Month[]> {
  const { rows } = await pool.query<Readonly<{ month: Month }>>(
    `select month from ${liveSchema}.verification_window
     where office = $1 and status = 'judged' order by month desc`,
    [office],
  );
  return rows.map((row) => row.month);
}

/** Sign-ins and extracts received for an office's month. */
export async function receivedFor(
  pool: Queryable,
  office: string,
  of: Month,
): Promise<readonly ReceivedRow[]> {
  const { rows } = await pool.query<ReceivedRow>(
    `select ${columnsOf(receivedTable)} from ${liveSchema}.verification_document
     where office = $1 and month = $2 order by kind, document_id`,
    [office, of],
  );
  return rows;
}

export async function proposalsOf(
  pool: Queryable,
  office: string,
  of: Month,
): Promise<readonly ProposalRow[]> {
  const { rows } = await pool.query<ProposalRow>(
    `select ${columnsOf(proposalTable)} from ${liveSchema}.proposal
     where office = $1 and month = $2 order by proposal_id`,
    [office, of],
  );
  return decodedRows(proposalTable, rows);
}

/** Open proposals that wait for that step, oldest first. */
export async function proposalsWaiting(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly ProposalRow[]> {
  const { rows } = await pool.query<ProposalRow>(
    `select ${columnsOf(proposalTable)} from ${liveSchema}.proposal
     where status = 'open' and next_step = $1 and office = any(string_to_array($2, E'\\n'))
     order by position, proposal_id`,
    [step, offices.join('\n')],
  );
  return decodedRows(proposalTable, rows);
}

/** What was ever proposed for an award. */
export async function proposalsOfAward(
  pool: Queryable,
  awardNo: string,
): Promise<readonly ProposalRow[]> {
  const { rows } = await pool.query<ProposalRow>(
    `select ${columnsOf(proposalTable)} from ${liveSchema}.proposal
     where award_no = $1 order by position, proposal_id`,
    [awardNo],
  );
  return decodedRows(proposalTable, rows);
}

/** Months of each award that were deferred, or are proposed to be. */
export async function deferredMonths(
  pool: Queryable,
  awardNos: readonly string[],
): Promise<ReadonlyMap<string, readonly Month[]>> {
  const { rows } = await pool.query<Readonly<{ award: string; months: readonly Month[] }>>(
    `select award_no as award, array_agg(from_month) as months from ${liveSchema}.proposal
     where effect = 'defer' and status <> 'dropped'
       and award_no = any(string_to_array($1, E'\\n'))
     group by award_no`,
    [awardNos.join('\n')],
  );
  return new Map(rows.map(({ award, months }) => [award, months]));
}
