import { createHash } from 'node:crypto';
import type { TakeReceipt } from '#domain/batch/batch.commands.js';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { monthStream, refuseUnlessOpen } from '#domain/month/month.js';
import { refuse } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import type { Metadata } from '#event-store/port.js';
import type { Layout } from '#banking/layout.js';
import { ReceiptCutter, receiptLayoutOf, ReceiptReader } from '#banking/receipt.js';
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
import { judgedLines } from './receipt-parts.js';
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
 * Takes a bank's answer in: a corrupt file is refused whole, good lines become a document that the
 * month admits, odd lines wait in suspense with their reason, and the bytes are sealed. The file is
 * read once: its lines are judged on their way into the document, which stands only when the end of
 * the file was found good, and nothing else is recorded before.
 *
 * Several may hand in one file at a time. Each judges it for himself and changes nothing by that;
 * then the batch's stream lets one month take it, and the month's stream admits it once, by its
 * bytes and not by what was made of them. Whoever comes second is refused there.
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
  const documentId = `receipt-${await digestOf(bytes)}`;
  const named = { batchId: batchIdOf({ layout, bytes }), office, month, documentId };
  const asked = await askedFirst(app, act, named).catch(async (reason: unknown) => {
    // A file that was cut is refused as such, whatever its first record names.
    await readWhole({ layout, bytes });
    throw reason;
  });
  if ('earlier' in asked) return asked.earlier;
  const { batch, take } = asked;
  const arrived = asArrived(batch);
  const judge = new ReceiptJudge(app, arrived);
  const cutter = new ReceiptCutter(layout);
  const lines = judgedLines(app, judge, { batch: arrived, layout, bytes, cutter });
  const document = await app.documents.put('receipt', lines);
  const { receiptId, part, kind } = cutter.end();
  // Both wait for the disk, and neither for the other.
  await Promise.all([
    takeIn(app, act, { batch, take }),
    app.vault.files.sealBytes(`${fileName}#${receiptId}-${part}-${kind}`, bytes),
  ]);
  crashPoint('receipt:sealed');
  const admitted = await admit(app, contextFor(act), {
    ...{ office, month, documentId, kind: 'receipt' },
    sha256: document.sha256,
    root: document.root,
    lines: document.lines,
    sheet: judge.sheet(),
    reservedFen: noFen,
  });
  if (admitted.events.length === 0)
    refuse('RECEIPT_BOOKED', { receipt: receiptId, batch: batch.batchId });
  crashPoint('receipt:admitted');
  return { ...admitted, document: document.sha256, ...judge.counts };
}

/** What the batch hears of: that it has arrived, and which month takes the answer. */
async function takeIn(
  app: App,
  act: Act,
  { batch, take }: Readonly<{ batch: LiveBatch; take: TakeReceipt }>,
): Promise<void> {
  const { batchId, receiptSha256: receipt } = take;
  await recordArrival(app, act, { batch, receipt });
  const context = { ...contextFor(act), commandId: derivedId(act.commandId, 'take', receipt) };
  await app.transact.run(stored.batch, batchStream(batchId), take, context);
}

type ReceiptBytes = Readonly<{ layout: Layout; bytes: Buffer }>;

/** The same bytes, which an upload's may be many of: nothing is copied. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function digestOf(bytes: Buffer): Promise<string> {
  const digest = createHash('sha256');
  for (const piece of piecesOf(bytes)) {
    digest.update(piece);
    await breathe();
  }
  return digest.digest('hex');
}

/** Of the first record; few lines behind it are looked at. */
function batchIdOf({ layout, bytes }: ReceiptBytes): string {
  const cutter = new ReceiptCutter(layout);
  for (const piece of piecesOf(bytes, firstRecordBytes)) {
    cutter.take(piece);
    if (cutter.batchId !== undefined) return cutter.batchId;
  }
  return cutter.end().batchId;
}

const firstRecordBytes = 256;

/** @throws Refusal as {@link bookReceipt} when the file is not whole */
async function readWhole({ layout, bytes }: ReceiptBytes): Promise<void> {
  const reader = new ReceiptReader(layout);
  for (const piece of piecesOf(bytes)) {
    reader.take(piece);
    await breathe();
  }
  reader.end();
}

type Named = Readonly<{ batchId: string; office: string; month: Month; documentId: string }>;
type Asked =
  | Readonly<{ earlier: Receipt & ReceiptJudged }>
  | Readonly<{ batch: LiveBatch; take: TakeReceipt }>;

/**
 * Whatever can be refused without the lines, asked before they are judged; the streams are asked
 * again when it is recorded.
 */
async function askedFirst(app: App, act: Act, named: Named): Promise<Asked> {
  const { batchId, office, month, documentId } = named;
  const batch = await batchNow(app, batchId);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: batchId });
  if (batch.office !== office)
    refuse('RECEIPT_OTHER_OFFICE', { batch: batchId, office: batch.office, asked: office });
  const earlier = await bookedBefore(app, act, { batch, documentId, month });
  if (earlier !== undefined) return { earlier };
  await refuseShut(app, { office, month });
  const take = await takingOf(app, batch, { documentId, month });
  stored.batch.decider.decide(take, asArrived(batch));
  return { batch, take };
}

/** One month takes a receipt; one that was cut before it admitted it hands it on to the next. */
async function takingOf(
  app: App,
  { batchId, office, taken }: LiveBatch,
  { documentId, month }: Readonly<{ documentId: string; month: Month }>,
): Promise<TakeReceipt> {
  const takenIn = taken[documentId];
  const handsOn = takenIn !== undefined && !(await mayAdmit(app, { office, documentId, takenIn }));
  return {
    type: 'TakeReceipt',
    ...{ batchId, month, receiptSha256: documentId },
    ...(handsOn ? { notAdmittedIn: takenIn } : {}),
  };
}

/** As it will be recorded: the bank answers only what it received. */
function asArrived(batch: LiveBatch): LiveBatch {
  const { sending } = batch;
  return sending === undefined ? batch : { ...batch, sending: { ...sending, status: 'sent' } };
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
