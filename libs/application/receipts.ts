import { awardStream } from '#domain/award/award.js';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { monthStream, refuseUnlessOpen } from '#domain/month/month.js';
import { refuse } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { Metadata } from '#event-store/port.js';
import { decodeReceipt, receiptLayoutOf, type ReceiptLine } from '#banking/receipt.js';
import { paymentsSent } from '#projections/award-work.js';
import type { Act, App } from './app.js';
import { batchNow, batchOfInstruction } from './batches.js';
import { contextFor, refuseOtherOffice } from './claims.js';
import { crashPoint } from './crash-points.js';
import {
  batchLine,
  documentLine,
  receiptLine,
  sharesOf,
  type BatchLine,
  type ReceiptDocumentLine,
} from './document-lines.js';
import { derivedId, sha256Hex } from './ids.js';
import { admit } from './month-documents.js';
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
  const bytes = Buffer.from(input.bytes);
  const receipt = decodeReceipt(receiptLayoutOf(bytes), bytes);
  const { batchId, receiptId, part, kind } = receipt;
  const documentId = `receipt-${sha256Hex(bytes)}`;
  const batch = await batchNow(app, batchId);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: batchId });
  if (batch.office !== office)
    refuse('RECEIPT_OTHER_OFFICE', { batch: batchId, office: batch.office, asked: office });
  const earlier = await bookedBefore(app, act, { batch, documentId, month });
  if (earlier !== undefined) return earlier;
  await take(app, act, { batch, documentId, month });
  await app.vault.files.sealBytes(`${fileName}#${receiptId}-${part}-${kind}`, bytes);
  crashPoint('receipt:sealed');
  const judge = new Judge(app, batchId, office);
  const document = await app.documents.put('receipt', judge.lines(receipt.lines));
  const admitted = await admit(app, contextFor(act), {
    ...{ office, month, documentId, kind: 'receipt' },
    sha256: document.sha256,
    root: document.root,
    lines: document.lines,
    sheet: judge.sheet,
    reservedFen: noFen,
  });
  if (admitted.events.length === 0)
    refuse('RECEIPT_BOOKED', { receipt: receiptId, batch: batchId });
  crashPoint('receipt:admitted');
  const { paid, failed, returned, suspense } = judge.counts;
  return { ...admitted, document: document.sha256, paid, failed, returned, suspense };
}

const linesAtOnce = 2_000;

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

/** Judges each line against what was sent; a line that we cannot explain is nobody's payment. */
class Judge {
  sheet: Sheet = {};
  readonly counts = { paid: 0, failed: 0, returned: 0, suspense: 0 };
  private readonly seen = new Set<string>();

  constructor(
    private readonly app: App,
    private readonly batchId: string,
    private readonly office: string,
  ) {}

  async *lines(lines: readonly ReceiptLine[]): AsyncIterable<readonly string[]> {
    const sent = await linesSent(this.app, lines);
    await this.app.projected(await this.app.store.head());
    for (let from = 0; from < lines.length; from += linesAtOnce) {
      const chunk = lines.slice(from, from + linesAtOnce);
      const waiting = await paymentsSent(
        this.app.pool,
        chunk.flatMap(({ instructionId }) => sent.get(instructionId)?.award ?? []),
      );
      const texts: string[] = [];
      for (const line of chunk) {
        const known = sent.get(line.instructionId);
        const awaited = line.result !== 'returned' && waiting.has(line.instructionId);
        const odd = this.oddity(line, known);
        // What waits for an answer is cached; whatever else is asked stands in the stream alone.
        const why = odd ?? (awaited ? undefined : await this.unexpected(line, known));
        texts.push(documentLine(this.judged(line, known, why)));
      }
      yield texts;
    }
  }

  private judged(
    line: ReceiptLine,
    known: SentLine | undefined,
    why: string | undefined,
  ): ReceiptDocumentLine {
    const { lineNo: no, instructionId: instruction, amountFen, result, valueDate } = line;
    const post = why === undefined ? postOf(result) : 'suspense';
    this.counts[post] += 1;
    if (known !== undefined && (post === 'paid' || post === 'returned')) this.count(post, known);
    return {
      ...{ no, instruction, amountFen, result, valueDate, post },
      batch: known?.batchId ?? this.batchId,
      award: known?.award ?? '',
      lines: known?.lines.length ?? 0,
      reason: line.reasonCode,
      serial: line.bankSerial,
      ...(known?.shares === undefined ? {} : { shares: known.shares }),
      ...(why === undefined ? {} : { why }),
    };
  }

  private oddity(line: ReceiptLine, sent: SentLine | undefined): string | undefined {
    if (sent === undefined) return 'unknown-instruction';
    if (sent.office !== this.office) return 'other-office';
    if (!sent.isSent) return 'not-sent';
    if (sent.excluded) return 'excluded-before-sending';
    if (sent.amountFen !== line.amountFen) return 'amount-differs';
    const answer = `${line.instructionId}/${line.result}`;
    if (this.seen.has(answer)) return 'answered-twice';
    this.seen.add(answer);
    return undefined;
  }

  /** Why the award does not wait for this answer; undefined when it does. */
  private async unexpected(
    { instructionId, result }: ReceiptLine,
    sent: SentLine | undefined,
  ): Promise<string | undefined> {
    const stream = awardStream(sent?.award ?? '');
    const award = await this.app.transact.state(stored.award, stream);
    if (award.status === 'none') return 'unknown-award';
    const payment = award.payments.find((one) => one.instructionId === instructionId);
    const expected = result === 'returned' ? 'paid' : 'sent';
    if (payment === undefined) return 'not-instructed';
    return payment.status === expected ? undefined : `already-${payment.status}`;
  }

  private count(column: 'paid' | 'returned', line: SentLine): void {
    for (const { item, totals } of sharesOf({ ...line, lines: line.lines.length }))
      this.sheet = addToSheet(this.sheet, item, column, totals);
  }
}

type SentLine = BatchLine &
  Readonly<{ batchId: string; office: string; isSent: boolean; excluded: boolean }>;

/** The lines that a receipt speaks of, found by the batch that each instruction names. */
async function linesSent(
  app: App,
  lines: readonly ReceiptLine[],
): Promise<ReadonlyMap<string, SentLine>> {
  const wanted = new Set(lines.map(({ instructionId }) => instructionId));
  const batchIds = new Set<string>();
  for (const id of wanted) {
    const batch = batchOfInstruction(id);
    if (batch !== undefined) batchIds.add(batch.batchId);
  }
  const sent = new Map<string, SentLine>();
  for (const batchId of batchIds) {
    const batch = await batchNow(app, batchId);
    if (batch.status === 'none') continue;
    const { office } = batch;
    const isSent = batch.sending?.status === 'sent';
    for await (const chunk of app.documents.lines(batch.document)) {
      for (const line of chunk.map(batchLine)) {
        if (!wanted.has(line.instruction)) continue;
        const gone = line.instruction in batch.excluded || batch.refused.includes(line.instruction);
        sent.set(line.instruction, { ...line, batchId, office, isSent, excluded: gone });
      }
    }
  }
  return sent;
}

function postOf(result: ReceiptLine['result']): 'paid' | 'failed' | 'returned' {
  return result === 'success' ? 'paid' : result;
}
