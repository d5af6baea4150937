import { createHash } from 'node:crypto';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { monthStream, refuseUnlessOpen } from '#domain/month/month.js';
import { refuse } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import type { Metadata } from '#event-store/port.js';
import type { Layout } from '#banking/layout.js';
import { receiptLayoutOf, ReceiptReader, type ReceiptHead } from '#banking/receipt.js';
import { piecesOf } from '#banking/records.js';
import type { Act, App } from './app.js';
import { batchNow } from './batches.js';
import { breathe } from './breath.js';
import { contextFor, refuseOtherOffice } from './claims.js';
import { crashPoint } from './crash-points.js';
import { receiptLine } from './document-lines.js';
import { derivedId } from './ids.js';
import { admit } from './month-documents.js';
import { ReceiptJudge } from './receipt-judge.js';
import { recordArrival } from './sending.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type ReceiptInput = Readonly<{
  office: string;
  /** The month it is booked in: open now, whatever month the lines are for. */
  month: Month;
  fileName: string;
  bytes: Uint8Array;
}>;

/** What a receipt will change, counted before it does. */
export type ReceiptJudged = Readonly<{
  document: string;
  paid: number;
  failed: number;
  returned: number;
  suspense: number;
}>;

/**
 * Takes a bank's answer in: the bytes are sealed, a corrupt file is refused whole, good lines
 * become a document that the month admits, and odd lines wait in suspense with their reason.
 *
 * @throws Refusal RECEIPT_CUT, RECEIPT_BOOKED, RECEIPT_LAYOUT_UNKNOWN, FILE_EMPTY, FILE_TOO_LARGE,
 *   FILE_NOT_TEXT; MONTH_CUT when the month no longer takes documents
 */
export async function bookReceipt(
  app: App,
  act: Act,
  input: ReceiptInput,
): Promise<Receipt & ReceiptJudged> {
  const { office, month, fileName } = input;
  refuseOtherOffice(act, office);
  const bytes = bufferOf(input.bytes);
  const layout = receiptLayoutOf(bytes);
  const { receipt, sha256 } = await readWhole(layout, bytes);
  const { batchId, receiptId, part, kind } = receipt;
  const documentId = `receipt-${sha256}`;
  const batch = await batchNow(app, batchId);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: batchId });
  if (batch.office !== office)
    refuse('RECEIPT_OTHER_OFFICE', { batch: batchId, office: batch.office, asked: office });
  const earlier = await bookedBefore(app, act, { batch, documentId, month });
  if (earlier !== undefined) return earlier;
  await take(app, act, { batch, documentId, month });
  await app.vault.files.sealBytes(`${fileName}#${receiptId}-${part}-${kind}`, bytes);
  crashPoint('receipt:sealed');
  const judge = new ReceiptJudge(app, batch);
  const document = await app.documents.put('receipt', judged(app, judge, { layout, bytes }));
  const admitted = await admit(app, contextFor(act), {
    ...{ office, month, documentId, kind: 'receipt' },
    sha256: document.sha256,
    root: document.root,
    lines: document.lines,
    sheet: judge.sheet(),
    reservedFen: noFen,
  });
  if (admitted.events.length === 0)
    refuse('RECEIPT_BOOKED', { receipt: receiptId, batch: batchId });
  crashPoint('receipt:admitted');
  return { ...admitted, document: document.sha256, ...judge.counts };
}

type ReceiptBytes = Readonly<{ layout: Layout; bytes: Buffer }>;

/** The same bytes, which an upload's may be many of: nothing is copied. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Nothing is recorded before the whole file has been read; its lines are not kept meanwhile. */
async function readWhole(
  layout: Layout,
  bytes: Buffer,
): Promise<Readonly<{ receipt: ReceiptHead; sha256: string }>> {
  const reader = new ReceiptReader(layout);
  const digest = createHash('sha256');
  for (const piece of piecesOf(bytes)) {
    reader.take(piece);
    digest.update(piece);
    await breathe();
  }
  return { receipt: reader.end(), sha256: digest.digest('hex') };
}

/** The lines read again, as known to be whole, and judged as they come. */
async function* judged(
  app: App,
  judge: ReceiptJudge,
  { layout, bytes }: ReceiptBytes,
): AsyncIterable<readonly string[]> {
  await app.projected(await app.store.head());
  const reader = new ReceiptReader(layout);
  for (const piece of piecesOf(bytes)) {
    yield await judge.judge(reader.take(piece));
    await breathe();
  }
}

/** One month takes a receipt; one that was cut before it admitted it hands it on to the next. */
async function take(
  app: App,
  act: Act,
  work: Readonly<{ batch: LiveBatch; documentId: string; month: Month }>,
): Promise<void> {
  const { batch, documentId, month } = work;
  const { batchId, office } = batch;
  await refuseShut(app, { office, month });
  await recordArrival(app, act, { batch, receipt: documentId });
  const takenIn = batch.taken[documentId];
  const handsOn = takenIn !== undefined && !(await mayAdmit(app, { office, documentId, takenIn }));
  const command = {
    type: 'TakeReceipt',
    ...{ batchId, month, receiptSha256: documentId },
    ...(handsOn ? { notAdmittedIn: takenIn } : {}),
  } as const;
  const context = { ...contextFor(act), commandId: derivedId(act.commandId, 'take', documentId) };
  await app.transact.run(stored.batch, batchStream(batchId), command, context);
}

/** Asked of the month before anything is recorded: a refusal leaves nothing behind. */
async function refuseShut(
  app: App,
  { office, month }: Readonly<{ office: string; month: Month }>,
): Promise<void> {
  const state = await app.transact.state(stored.month, monthStream(office, month));
  if (state.status === 'none') return refuse('MONTH_NOT_OPEN', { month });
  refuseUnlessOpen(state);
}

/**
 * The same request again is answered as it was, from the document that it made: judged anew, its
 * lines would be found booked. Another request for the same bytes is refused.
 */
async function bookedBefore(
  app: App,
  act: Act,
  { batch, documentId, month }: Readonly<{ batch: LiveBatch; documentId: string; month: Month }>,
): Promise<(Receipt & ReceiptJudged) | undefined> {
  const stream = monthStream(batch.office, month);
  for (const recorded of await app.store.read(stream)) {
    const { type, revision, position } = recorded;
    if (type !== 'DocumentAdmitted' || !recorded.data.includes(documentId)) continue;
    const { commandId } = JSON.parse(recorded.metadata) as Pick<Metadata, 'commandId'>;
    if (commandId !== act.commandId) refuse('RECEIPT_BOOKED', { batch: batch.batchId, month });
    const { sha256: document } = JSON.parse(recorded.data) as { sha256: string };
    const counts = await countsOf(app, document);
    return { stream, revision, position, events: [type], repeated: true, document, ...counts };
  }
  return undefined;
}

async function countsOf(app: App, document: string): Promise<Omit<ReceiptJudged, 'document'>> {
  const counts = { paid: 0, failed: 0, returned: 0, suspense: 0 };
  for await (const chunk of app.documents.lines(document))
    for (const { post } of chunk.map(receiptLine)) counts[post] += 1;
  return counts;
}

/** Whether that month has admitted the document, or still takes documents and so might. */
async function mayAdmit(
  app: App,
  { office, documentId, takenIn }: Readonly<{ office: string; documentId: string; takenIn: Month }>,
): Promise<boolean> {
  const state = await app.transact.state(stored.month, monthStream(office, takenIn));
  if (state.status === 'none' || state.status === 'open') return true;
  return documentId in state.pending || state.discharged.includes(documentId);
}
