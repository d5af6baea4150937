import { refuse } from '../refusal.js';
import type { BatchCommand, StopLine, TakeReceipt } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import type { LiveBatch, Sending } from './batch.js';

/** The bank holds nothing, as far as anybody knows: another attempt is not begun yet. */
export function isHeldBack({ status }: Sending): boolean {
  return status === 'not-found' || status === 'resend-proposed' || status === 'resend-allowed';
}

/**
 * After signing a line can only be excluded, never added or changed, by two people and until the
 * file leaves; it is then due for the next unsigned batch. A file that the bank says it has not
 * received has not left: a death known by then is no payment of the next attempt.
 */
export function stopLine(command: StopLine, batch: LiveBatch): readonly BatchEvent[] {
  const { type, batchId, instructionId, amountFen, reason, by, on } = command;
  if (instructionId in batch.excluded) return [];
  const facts = { batch: batchId, instruction: instructionId };
  const { sending, status } = batch;
  if (sending !== undefined && !isHeldBack(sending)) refuse('BATCH_ALREADY_SENT', facts);
  if (status !== 'instructed' && status !== 'filed' && status !== 'sending')
    refuse('BATCH_NOT_READY', facts);
  if (sending?.cashier === by.person) refuse('SIGNER_CASHIER_IN_BATCH', facts);
  if (batch.refused.includes(instructionId)) refuse('LINE_NOT_IN_DOCUMENT', facts);
  const proposed = batch.proposedStops[instructionId];
  if (type === 'ProposeStop') {
    if (proposed !== undefined) return [];
    if (reason.trim() === '') refuse('REASON_MISSING', facts);
    const hand = { ...by, step: 'make' as const, round: 1, day: on };
    return [{ type: 'StopProposed', data: { batchId, instructionId, amountFen, reason, hand } }];
  }
  if (proposed === undefined) return refuse('STEP_OUT_OF_ORDER', facts);
  if (proposed.person === by.person) refuse('SIGNER_ALREADY_IN_CHAIN', facts);
  const second = { ...by, step: 'approve' as const, round: 1, day: on };
  return [
    {
      type: 'LineExcluded',
      data: { batchId, instructionId, amountFen, reason, by: [proposed, second] },
    },
  ];
}

/** @throws Refusal RECEIPT_BOOKED when another month has taken it, or it is booked already */
export function takeReceipt(
  { type: _type, notAdmittedIn, ...data }: TakeReceipt,
  batch: LiveBatch,
): readonly BatchEvent[] {
  const { batchId, receiptSha256, month } = data;
  const takenIn = batch.taken[receiptSha256];
  const elsewhere = takenIn !== undefined && takenIn !== month && takenIn !== notAdmittedIn;
  if (batch.receipts.includes(receiptSha256) || elsewhere)
    refuse('RECEIPT_BOOKED', { batch: batchId, month: takenIn ?? month });
  if (batch.sending?.status !== 'sent') refuse('BATCH_NOT_READY', { batch: batchId });
  return takenIn === month ? [] : [{ type: 'ReceiptTaken', data }];
}

/**
 * A receipt's bytes are booked once; the batch is settled when every line that left is answered.
 */
export function recordReceipt(
  { type: _type, ...data }: Extract<BatchCommand, { type: 'RecordReceipt' }>,
  batch: LiveBatch,
): readonly BatchEvent[] {
  if (batch.receipts.includes(data.receiptSha256)) return [];
  if (batch.sending?.status !== 'sent') refuse('BATCH_NOT_READY', { batch: data.batchId });
  const booked: BatchEvent = { type: 'ReceiptBooked', data };
  const answered = batch.answered + data.paid + data.failed;
  if (batch.status === 'settled' || answered < leavingLines(batch)) return [booked];
  return [booked, { type: 'BatchSettled', data: { batchId: data.batchId } }];
}

/**
 * The instructions that leave: signed, less those that the awards refused and the stop list took.
 */
export function leavingLines({ lines, excluded, refused }: LiveBatch): number {
  return lines - Object.keys(excluded).length - refused.length;
}
