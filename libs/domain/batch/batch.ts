import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import {
  bar,
  isComplete,
  makerHand,
  sameSeen,
  sendBack,
  sign,
  type Hand,
  type Signer,
  type Signing,
} from '../signing/signing.js';
import type { Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { BatchCommand, SignBatch } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import { evolve } from './batch-evolve.js';
import { recordReceipt, stopLine, takeReceipt } from './batch-lines.js';
import {
  approveResend,
  proposeResend,
  recordFile,
  recordQuery,
  recordSent,
  startSubmission,
} from './batch-sending.js';

/**
 * `unknown` is a submission that was started and not recorded as sent: only a query is legal then.
 * `not-found` is what the query may answer; from there two people may allow another attempt.
 */
export type Sending = Readonly<{
  status: 'unknown' | 'not-found' | 'resend-proposed' | 'resend-allowed' | 'sent';
  attempt: number;
  cashier: string;
  /** What was on its way in each attempt, the last one last: a trace may be of any of them. */
  files: readonly BankFile[];
  proposer?: string;
  /** Who allowed this attempt, when it is not the first. */
  allowedBy?: string;
}>;

export type BankFile = Readonly<{ fileName: string; sha256: string }>;

export type LiveBatch = Readonly<{
  status: 'prepared' | 'admitted' | 'instructed' | 'filed' | 'sending' | 'settled';
  batchId: string;
  office: string;
  pool: string;
  month: Month;
  document: string;
  layout: string;
  lines: number;
  signing: Signing;
  proposedStops: Readonly<Record<string, Hand>>;
  /** Persons who took a line off, or proposed to. */
  stopHands: readonly string[];
  excluded: Readonly<Record<string, Fen>>;
  /** Those taken off since the last attempt began: its file has them, should it be found yet. */
  lateStops: readonly string[];
  refused: readonly string[];
  file?: BankFile;
  sending?: Sending;
  /** Receipts taken in, with the month that books each. */
  taken: Readonly<Record<string, Month>>;
  receipts: readonly string[];
  answered: number;
}>;

export type Batch = Readonly<{ status: 'none' }> | LiveBatch;

export const batchStream = (batchId: string) => `batch-${batchId}`;

export const batchDecider: Decider<Batch, BatchCommand, BatchEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: BatchCommand, batch: Batch): readonly BatchEvent[] {
  if (command.type === 'PrepareBatch') return prepare(command, batch);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: command.batchId });
  switch (command.type) {
    case 'SignBatch':
      return signBatch(command, batch);
    case 'SendBatchBack':
      return returnBatch(command, batch);
    case 'RecordBatchAdmitted':
      return recordAdmitted(command, batch);
    case 'RecordBatchInstructed':
      return recordInstructed(command, batch);
    case 'ProposeStop':
    case 'ConfirmStop':
      return stopLine(command, batch);
    case 'RecordFile':
      return recordFile(command, batch);
    case 'StartSubmission':
      return startSubmission(command, batch);
    case 'RecordSent':
      return recordSent(command, batch);
    case 'RecordQuery':
      return recordQuery(command, batch);
    case 'ProposeResend':
      return proposeResend(command, batch);
    case 'ApproveResend':
      return approveResend(command, batch);
    case 'TakeReceipt':
      return takeReceipt(command, batch);
    case 'RecordReceipt':
      return recordReceipt(command, batch);
    default:
      return impossible(command, 'batch command');
  }
}

function prepare(
  command: Extract<BatchCommand, { type: 'PrepareBatch' }>,
  batch: Batch,
): readonly BatchEvent[] {
  const { type: _type, payees, accountHands, by, on, ...data } = command;
  if (batch.status !== 'none' && !batch.signing.returned) {
    const same = batch.document === data.document && sameSeen(batch.signing.seen, data.seen);
    return same ? [] : refuse('BATCH_NUMBER_TAKEN', { batch: data.batchId });
  }
  if (data.seen.lines === 0) refuse('BATCH_EMPTY', { batch: data.batchId });
  barPayees(by, payees, accountHands);
  const hand = makerHand(by, on, batch.status === 'none' ? undefined : batch.signing);
  return [{ type: 'BatchPrepared', data: { ...data, hand } }];
}

function signBatch(command: SignBatch, batch: LiveBatch): readonly BatchEvent[] {
  const { batchId, step, seen, payees, accountHands, by, on } = command;
  barPayees(by, payees, accountHands);
  const hand = sign(batch.signing, { step, by, day: on, seen });
  return hand === undefined ? [] : [{ type: 'BatchSigned', data: { batchId, hand, seen } }];
}

/**
 * Nobody signs money to himself, to a relative, or to an account that his own hands just changed.
 */
function barPayees(by: Signer, payees: readonly string[], accountHands: readonly string[]): void {
  bar(by, payees, 'SIGNER_IS_PAYEE');
  bar(by, accountHands, 'SIGNER_HAND_IN_ACCOUNT_CHANGE');
}

function returnBatch(
  { batchId, reason, by, on }: Extract<BatchCommand, { type: 'SendBatchBack' }>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const hand = sendBack(batch.signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'BatchSentBack', data: { batchId, hand, reason } }];
}

function recordAdmitted(
  { batchId, month }: Extract<BatchCommand, { type: 'RecordBatchAdmitted' }>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  if (batch.status !== 'prepared') return [];
  if (!isComplete(batch.signing)) refuse('BATCH_NOT_READY', { batch: batchId });
  return [{ type: 'BatchAdmitted', data: { batchId, month } }];
}

function recordInstructed(
  { type: _type, ...data }: Extract<BatchCommand, { type: 'RecordBatchInstructed' }>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  if (batch.status === 'prepared') refuse('BATCH_NOT_READY', { batch: data.batchId });
  return batch.status === 'admitted' ? [{ type: 'BatchInstructed', data }] : [];
}
