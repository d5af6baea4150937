import type { BatchEvent } from '#domain/batch/batch.events.js';
import { batchCodecs } from '#domain/batch/batch.events.js';
import { batchStream } from '#domain/batch/batch.js';
import type { MonthEvent } from '#domain/month/month.events.js';
import { monthCodecs } from '#domain/month/month.events.js';
import { monthStream } from '#domain/month/month.js';
import type { Hand } from '#domain/signing/signing.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import type { RecordedEvent } from '#event-store/port.js';
import { batchesMovedSince } from '#projections/batch-board.js';
import type { App } from './app.js';
import { refuseBehind } from './known-row.js';
import { decode } from './transact.js';

/**
 * Cashiers and payroll clerks of a month: hands that made its rolls and batches or sent them, that
 * sent any batch between the cut before and its own, or sent what its receipts answer; a batch that
 * one month admits may leave in the next one, and be answered in a third.
 */
export async function payersOf(app: App, office: string, month: Month): Promise<readonly string[]> {
  const [history, before] = await Promise.all([
    app.store.read(monthStream(office, month)),
    app.store.read(monthStream(office, addMonths(month, -1))),
  ]);
  const persons = new Set<string>();
  const admitted = admittedIn(history);
  const [after, to] = [cutOf(before) ?? 0n, cutOf(history)];
  const [papers, batches] = await Promise.all([
    readAll(
      app,
      admitted
        .filter(({ kind }) => kind === 'roll' || kind === 'batch')
        .map((one) => one.documentId),
    ),
    movedBatches(app, office, after),
  ]);
  for (const { data } of papers.flat()) {
    const { hand } = JSON.parse(data) as { hand?: Hand };
    if (hand?.step === 'make' || hand?.step === 'send') persons.add(hand.person);
  }
  const receipts = new Set(
    admitted.filter(({ kind }) => kind === 'receipt').map(({ documentId }) => documentId),
  );
  for (const events of batches) {
    const isAnswered = events.some((event) => receipts.has(receiptOf(event) ?? ''));
    for (const event of events.filter(({ type }) => type === 'SubmissionStarted')) {
      const isBetween = event.position > after && (to === undefined || event.position < to);
      if (isAnswered || isBetween) persons.add(senderOf(event));
    }
  }
  return [...persons];
}

/**
 * Streams of the office's batches to which something happened since: one that is not known of here
 * would let its cashier sign the close.
 *
 * @throws Refusal READ_MODEL_STOPPED, as {@link refuseBehind}
 */
async function movedBatches(
  app: App,
  office: string,
  after: bigint,
): Promise<readonly (readonly RecordedEvent[])[]> {
  await refuseBehind(app, ['batch_board']);
  return readAll(app, (await batchesMovedSince(app.pool, office, after)).map(batchStream));
}

/** Streams asked for at once are read in one call. */
function readAll(
  { store }: App,
  streams: readonly string[],
): Promise<readonly (readonly RecordedEvent[])[]> {
  return Promise.all(streams.map((stream) => store.read(stream)));
}

function admittedIn(history: readonly RecordedEvent[]) {
  return history
    .filter(({ type }) => type === 'DocumentAdmitted')
    .map((event) => {
      return decode<Extract<MonthEvent, { type: 'DocumentAdmitted' }>>(monthCodecs, event).data;
    });
}

function cutOf(history: readonly RecordedEvent[]): bigint | undefined {
  return history.find(({ type }) => type === 'MonthCut')?.position;
}

/** The receipt that a batch's event says the bank answered with. */
function receiptOf(event: RecordedEvent): string | undefined {
  if (event.type !== 'ReceiptTaken' && event.type !== 'ReceiptBooked') return undefined;
  type Answered = Extract<BatchEvent, { type: 'ReceiptTaken' | 'ReceiptBooked' }>;
  return decode<Answered>(batchCodecs, event).data.receiptSha256;
}

function senderOf(event: RecordedEvent): string {
  type Started = Extract<BatchEvent, { type: 'SubmissionStarted' }>;
  return decode<Started>(batchCodecs, event).data.hand.person;
}
