import type { Hand, Step } from '#domain/signing/signing.js';
import type { Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import {
  admittedTable,
  batchTable,
  foldAdmitted,
  foldBatches,
  foldPlans,
  foldRolls,
  planTable,
  rollTable,
  type AdmittedRow,
  type BatchRow,
  type PlanRow,
  type RollRow,
} from './batch-fold.js';
import type { Projection } from './projection.js';
import { columnsOf, decodedRows, rowsByKey, type Queryable } from './rows.js';
import { liveSchema } from './runner.js';

const signedDdl = `
      month      text    not null,
      root       text    not null,
      lines      int     not null,
      amount_fen bigint  not null,
      hands      text    not null,
      returned   boolean not null,
      next_step  text,
      position   bigint  not null`;

/** What is on its way out of the fund, what does it wait for, and what became of it at the bank? */
export const batchBoard: Projection = {
  name: 'batch_board',
  version: 1,
  ddl: `
    create table roll (
      roll_id        text primary key,
      office         text not null,
      kind           text not null,
      document       text not null,
      policy_version text not null,
      status         text not null,
      posted         int  not null,
      refused        int  not null,${signedDdl}
    );
    create index roll_month on roll (office, month);
    create index roll_waiting on roll (next_step) where next_step is not null;
    create table batch (
      batch_id       text   primary key,
      office         text   not null,
      pool           text   not null,
      document       text   not null,
      layout         text   not null,
      due_lines      int    not null,
      status         text   not null,
      sending_status text,
      attempt        int    not null,
      file_name      text,
      file_sha256    text,
      file_lines     int    not null,
      file_fen       bigint not null,
      excluded_lines int    not null,
      excluded_fen   bigint not null,
      refused        int    not null,
      paid           int    not null,
      failed         int    not null,
      suspense       int    not null,
      receipts       int    not null,${signedDdl}
    );
    create index batch_month on batch (office, month);
    create index batch_waiting on batch (next_step) where next_step is not null;
    create index batch_file on batch (file_name);
    create table plan (
      plan_id text primary key,
      office  text not null,
      status  text not null,${signedDdl}
    );
    create index plan_month on plan (office, month);
    create table admitted_document (
      document_id  text   not null,
      office       text   not null,
      month        text   not null,
      kind         text   not null,
      sha256       text   not null,
      lines        int    not null,
      reserved_fen bigint not null,
      status       text   not null,
      posted       int    not null,
      refused      int    not null,
      position     bigint not null,
      primary key (office, month, document_id)
    );
    create index admitted_document_id on admitted_document (document_id);
    create index admitted_document_open on admitted_document (office) where status = 'admitted';`,
  tables: ['roll', 'batch', 'plan', 'admitted_document'],
  types: [
    'RollPrepared',
    'RollSigned',
    'RollSentBack',
    'RollAdmitted',
    'RollDischarged',
    'BatchPrepared',
    'BatchSigned',
    'BatchSentBack',
    'BatchAdmitted',
    'BatchInstructed',
    'LineExcluded',
    'FileWritten',
    'SubmissionStarted',
    'BatchSent',
    'SubmissionQueried',
    'ResendProposed',
    'ResendApproved',
    'ReceiptBooked',
    'BatchSettled',
    'PlanProposed',
    'PlanSigned',
    'PlanSentBack',
    'PlanReleased',
    'DocumentAdmitted',
    'DocumentDischarged',
  ],
  fold: async (events, db, sources) => {
    const of = (prefix: string) => events.filter(({ stream }) => stream.startsWith(prefix));
    await foldRolls(of('roll-'), db, sources);
    await foldBatches(of('batch-'), db, sources);
    await foldPlans(of('plan-'), db, sources);
    await foldAdmitted(of('month-'), db, sources);
  },
};

export async function rollsOf(
  pool: Queryable,
  office: string,
  month: Month,
): Promise<readonly RollRow[]> {
  const { rows } = await pool.query<RollRow>(
    `select ${columnsOf(rollTable)} from ${liveSchema}.roll
     where office = $1 and month = $2 order by roll_id`,
    [office, month],
  );
  return decodedRows(rollTable, rows);
}

export async function rollById(pool: Queryable, rollId: string): Promise<RollRow | undefined> {
  return (await rowsByKey(pool, rollTable, [[rollId]], liveSchema)).get(rollId);
}

export async function batchesOf(
  pool: Queryable,
  office: string,
  month: Month,
): Promise<readonly BatchRow[]> {
  const { rows } = await pool.query<BatchRow>(
    `select ${columnsOf(batchTable)} from ${liveSchema}.batch
     where office = $1 and month = $2 order by batch_id`,
    [office, month],
  );
  return decodedRows(batchTable, rows);
}

/** An office's batches to which something happened after that position. */
export async function batchesMovedSince(
  pool: Queryable,
  office: string,
  position: bigint,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ batch_id: string }>(
    `select batch_id from ${liveSchema}.batch
     where office = $1 and position > $2 order by batch_id`,
    [office, position],
  );
  return rows.map((row) => row.batch_id);
}

export async function batchById(pool: Queryable, batchId: string): Promise<BatchRow | undefined> {
  return (await rowsByKey(pool, batchTable, [[batchId]], liveSchema)).get(batchId);
}

/** Plans of a pool's month. */
export async function plansOf(
  pool: Queryable,
  poolOffice: string,
  month: Month,
): Promise<readonly PlanRow[]> {
  const { rows } = await pool.query<PlanRow>(
    `select ${columnsOf(planTable)} from ${liveSchema}.plan
     where office = $1 and month = $2 order by plan_id`,
    [poolOffice, month],
  );
  return decodedRows(planTable, rows);
}

export async function planById(pool: Queryable, planId: string): Promise<PlanRow | undefined> {
  return (await rowsByKey(pool, planTable, [[planId]], liveSchema)).get(planId);
}

/** Documents that an office's month took in, in the order in which it did. */
export async function documentsOf(
  pool: Queryable,
  office: string,
  month: Month,
): Promise<readonly AdmittedRow[]> {
  const { rows } = await pool.query<AdmittedRow>(
    `select ${columnsOf(admittedTable)} from ${liveSchema}.admitted_document
     where office = $1 and month = $2 order by position, document_id`,
    [office, month],
  );
  return rows;
}

/** Whether any month has taken that receipt in already. */
export async function isReceiptBooked(pool: Queryable, documentId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from ${liveSchema}.admitted_document where document_id = $1 limit 1`,
    [documentId],
  );
  return rowCount !== 0;
}

/** Signed and not carried through: what a restart has to take up again. */
export type Unfinished = Readonly<{
  rolls: readonly RollRow[];
  batches: readonly BatchRow[];
  documents: readonly AdmittedRow[];
  /** Submissions that were started and of which nobody knows whether they left. */
  unknown: readonly BatchRow[];
}>;

export async function unfinishedWork(pool: Queryable): Promise<Unfinished> {
  const rolls = await pool.query<RollRow>(
    `select ${columnsOf(rollTable)} from ${liveSchema}.roll
     where next_step is null and status <> 'discharged' order by roll_id`,
  );
  const batches = await pool.query<BatchRow>(
    `select ${columnsOf(batchTable)} from ${liveSchema}.batch
     where next_step is null and status in ('prepared', 'admitted') order by batch_id`,
  );
  const documents = await pool.query<AdmittedRow>(
    `select ${columnsOf(admittedTable)} from ${liveSchema}.admitted_document
     where status = 'admitted' order by position, document_id`,
  );
  const unknown = await pool.query<BatchRow>(
    `select ${columnsOf(batchTable)} from ${liveSchema}.batch
     where sending_status = 'unknown' order by batch_id`,
  );
  return {
    rolls: decodedRows(rollTable, rolls.rows),
    batches: decodedRows(batchTable, batches.rows),
    documents: documents.rows,
    unknown: decodedRows(batchTable, unknown.rows),
  };
}

/** What waits in an inbox, with the hands that stand in its chain already. */
export type WaitingRow = Readonly<{
  kind: 'roll' | 'batch' | 'plan';
  id: string;
  office: string;
  month: Month;
  step: Step;
  lines: number;
  amountFen: Fen;
  hands: readonly Hand[];
  returned: boolean;
  position: bigint;
}>;

/** Rolls, batches and plans that wait for that step, oldest first. */
export async function waitingFor(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly WaitingRow[]> {
  const of = (kind: WaitingRow['kind']) => `
    select '${kind}' as kind, ${kind}_id as id, office, month, next_step as step, lines,
           amount_fen as "amountFen", hands::json as hands, returned, position
    from ${liveSchema}.${kind}
    where next_step = $1 and office = any(string_to_array($2, E'\\n'))`;
  const { rows } = await pool.query<WaitingRow>(
    `${of('roll')} union all ${of('batch')} union all ${of('plan')} order by position`,
    [step, offices.join('\n')],
  );
  return rows;
}
