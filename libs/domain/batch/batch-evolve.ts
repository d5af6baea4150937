import { impossible } from '../decider.js';
import { begun, sentBack, signed, usualSteps } from '../signing/signing.js';
import type { BatchEvent } from './batch.events.js';
import type { Batch, LiveBatch, Sending } from './batch.js';

export function evolve(batch: Batch, event: BatchEvent): Batch {
  if (event.type === 'BatchPrepared') return prepared(batch, event.data);
  if (batch.status === 'none') throw new Error(`${event.type} before BatchPrepared`);
  switch (event.type) {
    case 'BatchSigned':
      return { ...batch, signing: signed(batch.signing, event.data.hand) };
    case 'BatchSentBack':
      return { ...batch, signing: sentBack(batch.signing, event.data.hand) };
    case 'BatchAdmitted':
      return { ...batch, status: 'admitted' };
    case 'BatchInstructed':
      return { ...batch, status: 'instructed', refused: event.data.refused };
    case 'StopProposed': {
      const { instructionId, hand } = event.data;
      return { ...batch, proposedStops: { ...batch.proposedStops, [instructionId]: hand } };
    }
    case 'LineExcluded':
      return excluded(batch, event.data);
    case 'FileWritten': {
      const { fileName, sha256 } = event.data;
      return { ...batch, status: 'filed', file: { fileName, sha256 } };
    }
    case 'SubmissionStarted': {
      const { attempt, hand } = event.data;
      const sending: Sending = { status: 'unknown', attempt, cashier: hand.person };
      return { ...batch, status: 'sending', sending };
    }
    case 'BatchSent':
      return { ...batch, sending: { ...sendingOf(batch), status: 'sent' } };
    case 'SubmissionQueried':
      return { ...batch, sending: { ...sendingOf(batch), status: 'not-found' } };
    case 'ResendProposed': {
      const proposer = event.data.hand.person;
      return { ...batch, sending: { ...sendingOf(batch), status: 'resend-proposed', proposer } };
    }
    case 'ResendApproved':
      return { ...batch, sending: { ...sendingOf(batch), status: 'resend-allowed' } };
    case 'ReceiptBooked': {
      const { receiptSha256, paid, failed } = event.data;
      const receipts = [...batch.receipts, receiptSha256];
      return { ...batch, receipts, answered: batch.answered + paid + failed };
    }
    case 'BatchSettled':
      return { ...batch, status: 'settled' };
    default:
      return impossible(event, 'batch');
  }
}

function prepared(
  batch: Batch,
  data: Extract<BatchEvent, { type: 'BatchPrepared' }>['data'],
): LiveBatch {
  const { batchId, office, pool, month, document, layout, seen, hand } = data;
  const before = batch.status === 'none' ? undefined : batch.signing;
  return {
    status: 'prepared',
    ...{ batchId, office, pool, month, document, layout },
    lines: seen.lines,
    signing: begun(usualSteps, seen, hand, before),
    proposedStops: {},
    excluded: {},
    refused: [],
    receipts: [],
    answered: 0,
  };
}

/** A file that was written before an exclusion is void: another is written without the line. */
function excluded(
  batch: LiveBatch,
  { instructionId, amountFen }: Extract<BatchEvent, { type: 'LineExcluded' }>['data'],
): LiveBatch {
  const { file: _void, ...rest } = batch;
  return {
    ...rest,
    status: 'instructed',
    excluded: { ...batch.excluded, [instructionId]: amountFen },
  };
}

function sendingOf({ sending, batchId }: LiveBatch): Sending {
  if (sending === undefined) throw new Error(`batch ${batchId} was never submitted`);
  return sending;
}
