import { refuse } from '../refusal.js';
import { bar, type Signer } from '../signing/signing.js';
import { sumFen } from '../values/fen.js';
import type { BatchCommand } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import type { LiveBatch, Sending } from './batch.js';
import { isHeldBack, leavingLines } from './batch-lines.js';

type Of<Type extends BatchCommand['type']> = Extract<BatchCommand, { type: Type }>;

/**
 * What was written is decoded again before it may leave: it must be what was signed, less
 * exclusions.
 */
export function recordFile(command: Of<'RecordFile'>, batch: LiveBatch): readonly BatchEvent[] {
  const { type: _type, expectedRoot, ...data } = command;
  if (batch.file?.sha256 === data.sha256) return [];
  const { sending, file } = batch;
  // Written anew after a submission only where a stop has made the file void.
  if (sending !== undefined && (file !== undefined || !isHeldBack(sending)))
    refuse('BATCH_ALREADY_SENT', { batch: data.batchId });
  if (batch.status !== 'instructed' && batch.status !== 'filed')
    refuse('BATCH_NOT_READY', { batch: data.batchId });
  if (data.root !== expectedRoot || data.lines !== leavingLines(batch))
    refuse('BATCH_FILE_DIFFERS', { batch: data.batchId });
  return [{ type: 'FileWritten', data }];
}

/**
 * The cashier is none of the batch's other hands, which are also those of its stop list and whoever
 * allowed it to be sent again. That it be sent again the cashier may have proposed.
 *
 * @throws Refusal SIGNER_CASHIER_IN_BATCH
 */
export function forbidOtherHand(
  { batchId, signing, stopHands, sending }: LiveBatch,
  by: Signer,
): void {
  const signers = signing.hands.map(({ person }) => person);
  if ([...signers, ...stopHands, sending?.allowedBy].includes(by.person))
    refuse('SIGNER_CASHIER_IN_BATCH', { batch: batchId });
}

/**
 * The fence: the process whose event lands at the expected revision may send, once. The cashier is
 * another person than all who had a hand in the batch, and is not paid by it.
 */
export function startSubmission(
  { batchId, payees, by, on }: Of<'StartSubmission'>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const facts = { batch: batchId };
  forbidOtherHand(batch, by);
  bar(by, payees, 'SIGNER_IS_PAYEE');
  const { file, sending } = batch;
  if (file === undefined) return refuse('BATCH_NOT_READY', facts);
  if (sending !== undefined && sending.status !== 'resend-allowed')
    return refuse(sending.status === 'sent' ? 'BATCH_ALREADY_SENT' : 'BATCH_STATE_UNKNOWN', facts);
  const attempt = (sending?.attempt ?? 0) + 1;
  const hand = { ...by, step: 'send' as const, round: attempt, day: on };
  const { fileName } = file;
  return [{ type: 'SubmissionStarted', data: { batchId, attempt, fileName, hand } }];
}

export function recordSent(
  { batchId, attempt, evidence }: Of<'RecordSent'>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const sending = started(batch, attempt);
  if (sending.status === 'sent') return [];
  return sentAs(batch, { batchId, attempt, evidence });
}

/** Lines that were taken off since left with the file all the same: those stops are void. */
function sentAs(
  { lateStops, excluded }: LiveBatch,
  data: Readonly<{ batchId: string; attempt: number; evidence: string }>,
): readonly BatchEvent[] {
  if (lateStops.length === 0) return [{ type: 'BatchSent', data }];
  const amountFen = sumFen(lateStops.flatMap((instruction) => excluded[instruction] ?? []));
  const voidStops = { lines: lateStops.length, amountFen };
  return [{ type: 'BatchSent', data: { ...data, voidStops } }];
}

/**
 * From UNKNOWN only the query leads on: found is sent. That a folder is empty says nothing, as the
 * bank takes files out of it: "not found" is a person's signed statement of what the bank answered,
 * and then two people may send again.
 */
export function recordQuery(command: Of<'RecordQuery'>, batch: LiveBatch): readonly BatchEvent[] {
  const { batchId, attempt, found, evidence, said } = command;
  const sending = started(batch, attempt);
  if (sending.status === 'sent') return [];
  if (found) return sentAs(batch, { batchId, attempt, evidence });
  if (sending.status !== 'unknown') return [];
  if (said === undefined) return refuse('BATCH_STATE_UNKNOWN', { batch: batchId });
  const { statement, by, on } = said;
  if (statement.trim() === '') refuse('REASON_MISSING', { batch: batchId });
  const hand = { ...by, step: 'send' as const, round: attempt, day: on };
  return [{ type: 'SubmissionQueried', data: { batchId, attempt, evidence, statement, hand } }];
}

export function proposeResend(
  { batchId, reason, by, on }: Of<'ProposeResend'>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const { attempt, status, proposer } = anySending(batch);
  if (status === 'resend-proposed' && proposer === by.person) return [];
  if (status === 'sent') refuse('BATCH_ALREADY_SENT', { batch: batchId });
  if (status !== 'not-found') refuse('BATCH_RESEND_NOT_ALLOWED', { batch: batchId, status });
  if (reason.trim() === '') refuse('REASON_MISSING', { batch: batchId });
  const hand = { ...by, step: 'make' as const, round: attempt, day: on };
  return [{ type: 'ResendProposed', data: { batchId, attempt, reason, hand } }];
}

export function approveResend(
  { batchId, by, on }: Of<'ApproveResend'>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const { attempt, status, proposer, cashier } = anySending(batch);
  if (status === 'resend-allowed') return [];
  if (status !== 'resend-proposed') refuse('BATCH_RESEND_NOT_ALLOWED', { batch: batchId, status });
  if (proposer === by.person) refuse('SIGNER_ALREADY_IN_CHAIN', { batch: batchId });
  if (cashier === by.person) refuse('SIGNER_CASHIER_IN_BATCH', { batch: batchId });
  const hand = { ...by, step: 'approve' as const, round: attempt, day: on };
  return [{ type: 'ResendApproved', data: { batchId, attempt, hand } }];
}

function anySending({ sending, batchId }: LiveBatch): Sending {
  if (sending === undefined) return refuse('BATCH_NOT_UNKNOWN', { batch: batchId });
  return sending;
}

function started(batch: LiveBatch, attempt: number): Sending {
  const sending = anySending(batch);
  if (sending.attempt !== attempt)
    refuse('BATCH_NOT_UNKNOWN', { batch: batch.batchId, attempt: String(attempt) });
  return sending;
}
