import { impossible } from '../decider.js';
import { begun, isComplete, sentBack, signed, usualSteps } from '../signing/signing.js';
import type { BatchEvent } from './batch.events.js';
import type { Batch, LiveBatch, Sending } from './batch.js';
import { isHeldBack } from './batch-lines.js';

type Later = Exclude<BatchEvent, { type: 'BatchPrepared' }>;

/** The statuses in which each event may come: anything else is a history that did not happen. */
const comesWhen: Readonly<Record<Later['type'], readonly LiveBatch['status'][]>> = {
  BatchSigned: ['prepared'],
  BatchSentBack: ['prepared'],
  BatchAdmitted: ['prepared'],
  BatchInstructed: ['admitted'],
  StopProposed: ['instructed', 'filed', 'sending'],
  LineExcluded: ['instructed', 'filed', 'sending'],
  FileWritten: ['instructed', 'filed'],
  SubmissionStarted: ['filed', 'sending'],
  BatchSent: ['instructed', 'filed', 'sending'],
  SubmissionQueried: ['sending'],
  ResendProposed: ['instructed', 'filed', 'sending'],
  ResendApproved: ['instructed', 'filed', 'sending'],
  ReceiptTaken: ['sending', 'settled'],
  ReceiptBooked: ['sending', 'settled'],
  BatchSettled: ['sending'],
};

export function evolve(batch: Batch, event: BatchEvent): Batch {
  if (event.type === 'BatchPrepared') return prepared(batch, event.data);
  if (batch.status === 'none') throw new Error(`${event.type} before BatchPrepared`);
  // An event that a later version wrote is in no table of this one.
  const statuses: readonly LiveBatch['status'][] | undefined = comesWhen[event.type];
  if (statuses?.includes(batch.status) !== true)
    impossible(event.type, `a batch that is ${batch.status}`);
  switch (event.type) {
    case 'BatchSigned':
      return { ...batch, signing: signed(batch.signing, event.data.hand) };
    case 'BatchSentBack':
      return { ...batch, signing: sentBack(batch.signing, event.data.hand) };
    case 'BatchAdmitted':
      if (!isComplete(batch.signing)) impossible(event.type, 'a batch that is not signed');
      return { ...batch, status: 'admitted' };
    case 'BatchInstructed':
      return { ...batch, status: 'instructed', refused: event.data.refused };
    case 'StopProposed': {
      const { instructionId, hand } = event.data;
      mustBeHeldBack(batch);
      const proposedStops = { ...batch.proposedStops, [instructionId]: hand };
      return { ...batch, proposedStops, stopHands: [...batch.stopHands, hand.person] };
    }
    case 'LineExcluded':
      return excluded(batch, event.data);
    case 'FileWritten': {
      const { fileName, sha256 } = event.data;
      return { ...batch, status: 'filed', file: { fileName, sha256 } };
    }
    case 'SubmissionStarted': {
      if (batch.sending !== undefined) sendingIn(batch, ['resend-allowed']);
      return startedBy(batch, event.data);
    }
    case 'BatchSent':
      return arrived(batch);
    case 'SubmissionQueried':
      return { ...batch, sending: { ...sendingIn(batch, ['unknown']), status: 'not-found' } };
    case 'ResendProposed': {
      const sending = sendingIn(batch, ['not-found']);
      const proposer = event.data.hand.person;
      return { ...batch, sending: { ...sending, status: 'resend-proposed', proposer } };
    }
    case 'ResendApproved':
      return { ...batch, sending: resendAllowed(batch, event.data.hand.person) };
    case 'ReceiptTaken': {
      const { receiptSha256, month } = event.data;
      return { ...batch, taken: { ...batch.taken, [receiptSha256]: month } };
    }
    case 'ReceiptBooked': {
      sendingIn(batch, ['sent']);
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
    batchId,
    office,
    pool,
    month,
    document,
    layout,
    lines: seen.lines,
    signing: begun(usualSteps, seen, hand, before),
    proposedStops: {},
    stopHands: [],
    excluded: {},
    lateStops: [],
    refused: [],
    taken: {},
    receipts: [],
    answered: 0,
  };
}

function startedBy(
  batch: LiveBatch,
  { attempt, hand }: Extract<BatchEvent, { type: 'SubmissionStarted' }>['data'],
): LiveBatch {
  const before = batch.sending?.files ?? [];
  const { file } = batch;
  const isNew = file !== undefined && file.sha256 !== before.at(-1)?.sha256;
  const files = isNew ? [...before, file] : before;
  const sending: Sending = { status: 'unknown', attempt, cashier: hand.person, files };
  return { ...batch, status: 'sending', sending, lateStops: [] };
}

/** What arrived is the file of the last attempt, with the lines that were taken off since. */
function arrived(batch: LiveBatch): LiveBatch {
  const { lateStops } = batch;
  const sending: Sending = { ...sendingIn(batch, notSent), status: 'sent' };
  if (lateStops.length === 0) return { ...batch, status: 'sending', sending };
  const left = Object.entries(batch.excluded).filter(([one]) => !lateStops.includes(one));
  const file = sending.files.at(-1);
  return {
    ...{ ...batch, status: 'sending', sending, lateStops: [], excluded: Object.fromEntries(left) },
    ...(file === undefined ? {} : { file }),
  };
}

function mustBeHeldBack({ sending }: LiveBatch): void {
  if (sending !== undefined && !isHeldBack(sending))
    impossible('a stop', `a submission that is ${sending.status}`);
}

/** A file that was written before an exclusion is void: another is written without the line. */
function excluded(
  batch: LiveBatch,
  { instructionId, amountFen, by }: Extract<BatchEvent, { type: 'LineExcluded' }>['data'],
): LiveBatch {
  mustBeHeldBack(batch);
  const { file: _void, ...rest } = batch;
  const isLate = batch.sending !== undefined;
  return {
    ...rest,
    lateStops: isLate ? [...batch.lateStops, instructionId] : batch.lateStops,
    status: 'instructed',
    excluded: { ...batch.excluded, [instructionId]: amountFen },
    stopHands: [...batch.stopHands, ...by.map(({ person }) => person)],
  };
}

function resendAllowed(batch: LiveBatch, approver: string): Sending {
  const sending = sendingIn(batch, ['resend-proposed']);
  if (sending.proposer === approver) impossible('a resend', 'one person');
  return { ...sending, status: 'resend-allowed', allowedBy: approver };
}

const notSent: readonly Sending['status'][] = [
  'unknown',
  'not-found',
  'resend-proposed',
  'resend-allowed',
];

function sendingIn({ sending }: LiveBatch, among: readonly Sending['status'][]): Sending {
  if (sending === undefined || !among.includes(sending.status))
    return impossible('a step', `a submission that is ${sending?.status ?? 'not started'}`);
  return sending;
}
