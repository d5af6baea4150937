import type { BatchEvent } from '#domain/batch/batch.events.js';
import type { LiveBatch, Sending } from '#domain/batch/batch.js';
import type { DocumentKind, MonthEvent } from '#domain/month/month.events.js';
import type { PlanEvent } from '#domain/plan/plan.events.js';
import type { RollEvent, RollKind } from '#domain/roll/roll.events.js';
import type { Seen } from '#domain/signing/signing.js';
import type { Month } from '#domain/values/calendar.js';
import { addFen, noFen, subtractFen, type Fen } from '#domain/values/fen.js';
import {
  chainBegun,
  chainColumns,
  chainSentBack,
  chainSigned,
  type ChainColumns,
} from './chain.js';
import type { FoldedEvent, Projection } from './projection.js';
import { factOf, foldByKey, known, type Table } from './rows.js';

/** What rolls, batches and plans have in common: what was seen and who has signed it. */
type SignedWork = ChainColumns &
  Readonly<{
    month: Month;
    root: string;
    lines: number;
    amountFen: Fen;
    /** Of the last event that changed the row. */
    position: bigint;
  }>;

export type RollRow = SignedWork &
  Readonly<{
    rollId: string;
    office: string;
    kind: RollKind;
    document: string;
    policyVersion: string;
    status: 'prepared' | 'admitted' | 'discharged';
    posted: number;
    refused: number;
  }>;

export type BatchRow = SignedWork &
  Readonly<{
    batchId: string;
    office: string;
    pool: string;
    document: string;
    layout: string;
    dueLines: number;
    status: LiveBatch['status'];
    sendingStatus: Sending['status'] | null;
    attempt: number;
    fileName: string | null;
    fileSha256: string | null;
    fileLines: number;
    fileFen: Fen;
    excludedLines: number;
    excludedFen: Fen;
    refused: number;
    paid: number;
    failed: number;
    suspense: number;
    receipts: number;
  }>;

/** A plan's `office` is its pool. */
export type PlanRow = SignedWork &
  Readonly<{ planId: string; office: string; status: 'proposed' | 'released' }>;

/** A document that a month took in: it blocks the cut until it is discharged. */
export type AdmittedRow = Readonly<{
  documentId: string;
  office: string;
  month: Month;
  kind: DocumentKind;
  sha256: string;
  lines: number;
  reservedFen: Fen;
  status: 'admitted' | 'discharged';
  posted: number;
  refused: number;
  position: bigint;
}>;

const signedColumns = {
  ...chainColumns,
  month: 'text',
  root: 'text',
  lines: 'int',
  amountFen: 'bigint',
  position: 'bigint',
} as const;

export const rollTable: Table<RollRow> = {
  name: 'roll',
  key: ['rollId'],
  columns: {
    rollId: 'text',
    office: 'text',
    kind: 'text',
    document: 'text',
    policyVersion: 'text',
    status: 'text',
    posted: 'int',
    refused: 'int',
    ...signedColumns,
  },
};

export const batchTable: Table<BatchRow> = {
  name: 'batch',
  key: ['batchId'],
  columns: {
    batchId: 'text',
    office: 'text',
    pool: 'text',
    document: 'text',
    layout: 'text',
    dueLines: 'int',
    status: 'text',
    sendingStatus: 'text',
    attempt: 'int',
    fileName: 'text',
    fileSha256: 'text',
    fileLines: 'int',
    fileFen: 'bigint',
    excludedLines: 'int',
    excludedFen: 'bigint',
    refused: 'int',
    paid: 'int',
    failed: 'int',
    suspense: 'int',
    receipts: 'int',
    ...signedColumns,
  },
};

export const planTable: Table<PlanRow> = {
  name: 'plan',
  key: ['planId'],
  columns: { planId: 'text', office: 'text', status: 'text', ...signedColumns },
};

export const admittedTable: Table<AdmittedRow> = {
  name: 'admitted_document',
  key: ['office', 'month', 'documentId'],
  columns: {
    documentId: 'text',
    office: 'text',
    month: 'text',
    kind: 'text',
    sha256: 'text',
    lines: 'int',
    reservedFen: 'bigint',
    status: 'text',
    posted: 'int',
    refused: 'int',
    position: 'bigint',
  },
};

const seenColumns = ({ root, lines, amountFen }: Seen) => ({ root, lines, amountFen });

export const foldRolls: Projection['fold'] = foldByKey(
  rollTable,
  ({ stream }) => [stream.slice('roll-'.length)],
  (row, event): RollRow => {
    const fact = factOf<RollEvent>(event);
    const { position } = event;
    if (fact.type === 'RollPrepared') {
      const { rollId, office, month, kind, document, seen, policyVersion, hand } = fact.data;
      return {
        ...{ rollId, office, month, kind, document, policyVersion, position },
        ...seenColumns(seen),
        ...chainBegun(hand, row),
        ...{ status: 'prepared', posted: 0, refused: 0 },
      };
    }
    const before = { ...known(row, event), position };
    switch (fact.type) {
      case 'RollSigned':
        return { ...before, ...chainSigned(before, fact.data.hand) };
      case 'RollSentBack':
        return { ...before, ...chainSentBack(before, fact.data.hand) };
      case 'RollAdmitted':
        return { ...before, status: 'admitted' };
      case 'RollDischarged': {
        const { posted, refused } = fact.data;
        return { ...before, status: 'discharged', posted, refused };
      }
    }
  },
);

export const foldPlans: Projection['fold'] = foldByKey(
  planTable,
  ({ stream }) => [stream.slice('plan-'.length)],
  (row, event): PlanRow => {
    const fact = factOf<PlanEvent>(event);
    const { position } = event;
    if (fact.type === 'PlanProposed') {
      const { planId, pool, month, seen, hand } = fact.data;
      const chain = chainBegun(hand, row);
      const status = 'proposed';
      return { planId, office: pool, month, status, position, ...seenColumns(seen), ...chain };
    }
    const before = { ...known(row, event), position };
    switch (fact.type) {
      case 'PlanSigned':
        return { ...before, ...chainSigned(before, fact.data.hand) };
      case 'PlanSentBack':
        return { ...before, ...chainSentBack(before, fact.data.hand) };
      case 'PlanReleased':
        return { ...before, status: 'released' };
    }
  },
);

export const foldAdmitted: Projection['fold'] = foldByKey(
  admittedTable,
  (event) => {
    const { documentId } = event.data as Readonly<{ documentId: string }>;
    return [officeOfMonth(event), event.stream.slice(-7), documentId];
  },
  (row, event): AdmittedRow => {
    const fact = factOf<MonthEvent>(event);
    const { position } = event;
    if (fact.type === 'DocumentAdmitted') {
      const { documentId, month, kind, sha256, lines, reservedFen } = fact.data;
      const office = officeOfMonth(event);
      const open = { status: 'admitted', posted: 0, refused: 0 } as const;
      return { documentId, office, month, kind, sha256, lines, reservedFen, ...open, position };
    }
    if (fact.type !== 'DocumentDischarged') throw new Error(`${fact.type} is of no document`);
    const { posted, refused } = fact.data;
    return { ...known(row, event), status: 'discharged', posted, refused, position };
  },
);

/** `month-<office>-<month>` */
export function officeOfMonth({ stream }: FoldedEvent): string {
  return stream.slice('month-'.length, -'-YYYY-MM'.length);
}

export const foldBatches: Projection['fold'] = foldByKey(
  batchTable,
  ({ stream }) => [stream.slice('batch-'.length)],
  (row, event): BatchRow => {
    const fact = factOf<BatchEvent>(event);
    const { position } = event;
    if (fact.type === 'BatchPrepared') return prepared(row, fact.data, position);
    return batchAfter({ ...known(row, event), position }, fact);
  },
);

function prepared(
  before: BatchRow | undefined,
  data: Extract<BatchEvent, { type: 'BatchPrepared' }>['data'],
  position: bigint,
): BatchRow {
  const { batchId, office, pool, month, document, layout, seen, dueLines, hand } = data;
  return {
    ...{ batchId, office, pool, month, document, layout, dueLines, position },
    ...seenColumns(seen),
    ...chainBegun(hand, before),
    ...{ status: 'prepared', sendingStatus: null, attempt: 0 },
    ...{ fileName: null, fileSha256: null, fileLines: 0, fileFen: noFen },
    ...{ excludedLines: 0, excludedFen: noFen, refused: 0 },
    ...{ paid: 0, failed: 0, suspense: 0, receipts: 0 },
  };
}

type Later = Exclude<BatchEvent, { type: 'BatchPrepared' }>;

/** A batch whose chain is complete waits again, for its cashier, while a file is not sent. */
function batchAfter(row: BatchRow, fact: Later): BatchRow {
  switch (fact.type) {
    case 'BatchSigned':
      return { ...row, ...chainSigned(row, fact.data.hand) };
    case 'BatchSentBack':
      return { ...row, ...chainSentBack(row, fact.data.hand) };
    case 'BatchAdmitted':
      return { ...row, status: 'admitted' };
    case 'BatchInstructed':
      return { ...row, status: 'instructed', refused: fact.data.refused.length };
    case 'StopProposed':
    case 'ReceiptTaken':
      return row;
    case 'LineExcluded':
      return excluded(row, fact.data.amountFen);
    case 'FileWritten': {
      const { fileName, sha256, lines, amountFen } = fact.data;
      const file = { fileName, fileSha256: sha256, fileLines: lines, fileFen: amountFen };
      const nextStep = maySend(row) ? ('send' as const) : null;
      return { ...row, ...file, status: 'filed', nextStep };
    }
    case 'SubmissionStarted': {
      const { attempt } = fact.data;
      return { ...row, status: 'sending', sendingStatus: 'unknown', attempt, nextStep: null };
    }
    case 'BatchSent':
      return sent(row, fact.data.voidStops);
    case 'SubmissionQueried':
      return { ...row, sendingStatus: 'not-found' };
    case 'ResendProposed':
      return { ...row, sendingStatus: 'resend-proposed' };
    case 'ResendApproved':
      return {
        ...{ ...row, sendingStatus: 'resend-allowed' },
        nextStep: row.status === 'instructed' ? null : 'send',
      };
    case 'ReceiptBooked': {
      const paid = row.paid + fact.data.paid;
      const failed = row.failed + fact.data.failed;
      const suspense = row.suspense + fact.data.suspense;
      return { ...row, paid, failed, suspense, receipts: row.receipts + 1 };
    }
    case 'BatchSettled':
      return { ...row, status: 'settled' };
  }
}

/** A file that is written anew before the batch may be sent again waits for that. */
function maySend({ sendingStatus }: BatchRow): boolean {
  return sendingStatus === null || sendingStatus === 'resend-allowed';
}

/** Lines that were stopped since the attempt began have left, when its file arrived after all. */
function sent(
  row: BatchRow,
  stops: Readonly<{ lines: number; amountFen: Fen }> = { lines: 0, amountFen: noFen },
): BatchRow {
  const { lines, amountFen } = stops;
  // Written anew, the file has not these lines; the one before it has them.
  const isAnew = lines > 0 && row.status === 'filed';
  return {
    ...{ ...row, status: 'sending', sendingStatus: 'sent', nextStep: null },
    excludedLines: row.excludedLines - lines,
    excludedFen: subtractFen(row.excludedFen, amountFen),
    fileLines: row.fileLines + (isAnew ? lines : 0),
    fileFen: isAnew ? addFen(row.fileFen, amountFen) : row.fileFen,
  };
}

/** A file that was written before an exclusion is void; one that was on its way may be found. */
function excluded(row: BatchRow, amountFen: Fen): BatchRow {
  return {
    ...row,
    ...{ status: 'instructed', nextStep: null },
    ...(row.sendingStatus === null
      ? { fileName: null, fileSha256: null, fileLines: 0, fileFen: noFen }
      : {}),
    excludedLines: row.excludedLines + 1,
    excludedFen: addFen(row.excludedFen, amountFen),
  };
}
