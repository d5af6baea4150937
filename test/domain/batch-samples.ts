import type { BatchCommand, StopLine } from '#domain/batch/batch.commands.js';
import type { BatchEvent } from '#domain/batch/batch.events.js';
import { batchDecider, type LiveBatch } from '#domain/batch/batch.js';
import { month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { by, hand, seen } from './hands.js';

type Event<Type extends BatchEvent['type']> = Extract<BatchEvent, { type: Type }>;
type Command<Type extends BatchCommand['type']> = Extract<BatchCommand, { type: Type }>;

const header = {
  batchId: '440103-2026-10-1',
  office: '440103',
  pool: '440100',
  month: month('2026-10'),
  document: 'd1',
  layout: 'demo',
  seen,
  dueLines: 2,
};
const { batchId } = header;

export const prepare: Command<'PrepareBatch'> = {
  type: 'PrepareBatch',
  ...header,
  payees: [],
  accountHands: [],
  ...by('li'),
};
export const prepared: Event<'BatchPrepared'> = {
  type: 'BatchPrepared',
  data: { ...header, hand: hand('li', 'make') },
};

export function signBatch(step: 'approve' | 'review', person: string): Command<'SignBatch'> {
  const barred = { payees: [], accountHands: [] };
  return { type: 'SignBatch', batchId, step, seen, ...barred, ...by(person) };
}
export const approved: BatchEvent = {
  type: 'BatchSigned',
  data: { batchId, hand: hand('wang', 'approve'), seen },
};
export const reviewed: BatchEvent = {
  type: 'BatchSigned',
  data: { batchId, hand: hand('zhao', 'review'), seen },
};
export const sendBack: Command<'SendBatchBack'> = {
  type: 'SendBatchBack',
  batchId,
  reason: 'a line is in dispute',
  ...by('zhao'),
};
export const sentBack: BatchEvent = {
  type: 'BatchSentBack',
  data: { batchId, hand: hand('zhao', 'review'), reason: 'a line is in dispute' },
};
export const signed = [prepared, approved, reviewed] as const;

export const admit: BatchCommand = {
  type: 'RecordBatchAdmitted',
  batchId,
  month: month('2026-10'),
};
export const admitted: BatchEvent = {
  type: 'BatchAdmitted',
  data: { batchId, month: month('2026-10') },
};
export const instruct: Command<'RecordBatchInstructed'> = {
  type: 'RecordBatchInstructed',
  batchId,
  posted: 2,
  refused: [],
};
export const instructed: Event<'BatchInstructed'> = {
  type: 'BatchInstructed',
  data: { batchId, posted: 2, refused: [] },
};
export const ready = [...signed, admitted, instructed] as const;

export function stopLine(type: StopLine['type'], person: string): StopLine {
  const line = { batchId, instructionId: 'I-1', amountFen: fen(241_200n) };
  return { type, ...line, reason: 'hit in the ledger', ...by(person) };
}
export const proposed: BatchEvent = {
  type: 'StopProposed',
  data: {
    batchId,
    instructionId: 'I-1',
    amountFen: fen(241_200n),
    reason: 'hit in the ledger',
    hand: hand('sun', 'make'),
  },
};
export const excluded: BatchEvent = {
  type: 'LineExcluded',
  data: {
    batchId,
    instructionId: 'I-1',
    amountFen: fen(241_200n),
    reason: 'hit in the ledger',
    by: [hand('sun', 'make'), hand('zhou', 'approve')],
  },
};

const written = {
  batchId,
  fileName: '440103-2026-10-1.txt',
  sha256: 'f1',
  root: 'w1',
  lines: 2,
  amountFen: seen.amountFen,
};
export const recordFile: Command<'RecordFile'> = {
  type: 'RecordFile',
  ...written,
  expectedRoot: 'w1',
};
export const file: Event<'FileWritten'> = { type: 'FileWritten', data: written };
export const filed = [...ready, file] as const;

/** What each of the two lines pays: the file without one of them has this much. */
export const half = fen(241_200n);
export const shorter: BatchEvent = {
  ...file,
  data: { ...file.data, sha256: 'f2', root: 'w2', lines: 1, amountFen: half },
};
export const recordShorter: BatchCommand = {
  ...recordFile,
  sha256: 'f2',
  root: 'w2',
  expectedRoot: 'w2',
  lines: 1,
  amountFen: half,
};

export function start(person: string): Command<'StartSubmission'> {
  return { type: 'StartSubmission', batchId, payees: [], ...by(person) };
}
export function started(attempt: number, person = 'chen'): BatchEvent {
  const { fileName } = written;
  return {
    type: 'SubmissionStarted',
    data: { batchId, attempt, fileName, hand: hand(person, 'send', attempt) },
  };
}
export function recordSent(attempt: number): BatchCommand {
  return { type: 'RecordSent', batchId, attempt, evidence: 'renamed' };
}
export function sent(attempt: number, evidence = 'renamed'): BatchEvent {
  return { type: 'BatchSent', data: { batchId, attempt, evidence } };
}
const statement = 'the bank says that it received nothing';
export function query(attempt: number, found: boolean): Command<'RecordQuery'> {
  const said = found ? {} : { said: { statement, ...by('chen') } };
  return { type: 'RecordQuery', batchId, attempt, found, evidence: 'folder listing', ...said };
}
export function queried(attempt: number): BatchEvent {
  const said = { statement, hand: hand('chen', 'send', attempt) };
  return {
    type: 'SubmissionQueried',
    data: { batchId, attempt, evidence: 'folder listing', ...said },
  };
}
export function proposeResend(person: string): Command<'ProposeResend'> {
  return { type: 'ProposeResend', batchId, reason: 'not in the folder', ...by(person) };
}
export function resendProposed(person: string, attempt = 1): BatchEvent {
  const proposer = hand(person, 'make', attempt);
  return {
    type: 'ResendProposed',
    data: { batchId, attempt, reason: 'not in the folder', hand: proposer },
  };
}
export function approveResend(person: string): BatchCommand {
  return { type: 'ApproveResend', batchId, ...by(person) };
}
export function resendApproved(person: string, attempt = 1): BatchEvent {
  return {
    type: 'ResendApproved',
    data: { batchId, attempt, hand: hand(person, 'approve', attempt) },
  };
}
export const unknown = [...filed, started(1)] as const;
export const isAllowed = [
  ...unknown,
  queried(1),
  resendProposed('sun'),
  resendApproved('zhou'),
] as const;
export const left = [...unknown, sent(1)] as const;

export function receipt(sha: string, paid: number, failed: number, suspense = 0) {
  const data = { batchId, receiptSha256: sha, document: `r-${sha}`, paid, failed, suspense };
  const command: BatchCommand = { type: 'RecordReceipt', ...data };
  const event: BatchEvent = { type: 'ReceiptBooked', data };
  return { command, event };
}
export const settled: BatchEvent = { type: 'BatchSettled', data: { batchId } };

export function live(...history: readonly BatchEvent[]): LiveBatch {
  const batch = history.reduce(batchDecider.evolve, batchDecider.initial);
  if (batch.status === 'none') throw new Error('the batch was never prepared');
  return batch;
}
