import { createHash, hash } from 'node:crypto';
import { day, month, type Day, type Month } from '#domain/values/calendar.js';
import { addFen, fenFromText, noFen, type Fen } from '#domain/values/fen.js';
import { refuse } from '#domain/refusal.js';
import { Distinct } from './distinct.js';
import type { Cells, Fault, Layout } from './layout.js';
import { shippedLayouts } from './layouts.js';
import { RecordReader } from './record-cutter.js';
import { cellOf, columnsOf, recognise, writeRecord, type Fail, type Row } from './records.js';

export type BatchHeader = Readonly<{
  batchId: string;
  payerAccount: string;
  pool: string;
  month: Month;
  /** Lines in the file. */
  count: number;
  totalFen: Fen;
  /** The day on which the bank is to pay. */
  valueDate: Day;
}>;

/** One transfer to one payee. It holds personal data: it belongs in the file and nowhere else. */
export type PaymentLine = Readonly<{
  /** From 1, without gaps. */
  seq: number;
  payeeAccount: string;
  payeeName: string;
  /** The payee's bank, 12 digits (联行号). */
  bankCode: string;
  amountFen: Fen;
  /** The bank's answer names the line by this. */
  instructionId: string;
  remark: string;
}>;

export type BatchFile = Readonly<{ header: BatchHeader; lines: readonly PaymentLine[] }>;

/**
 * The bytes for the bank, and their SHA-256. The same batch gives the same bytes, so that a file
 * can be written again after a crash and compared.
 *
 * @throws Refusal FILE_COLUMNS naming line (the header is line 1) and column when a value cannot be
 *   written as it is: a separator in a name, a character without a code, a text too long
 * @throws Error when the header's count or total is not that of the lines, or the sequence has gaps
 */
export function encodeBatchFile(
  layout: Layout,
  header: BatchHeader,
  lines: readonly PaymentLine[],
): { bytes: Buffer; sha256: string } {
  const writer = new BatchFileWriter(layout, header);
  // Details before the header: of a wrong amount the line is named, not the total it spoils.
  const details = writer.lines(lines);
  const trailer = writer.end();
  const bytes = Buffer.concat([writer.begin(), details, trailer]);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Writes a batch file piece by piece: what it begins with, its lines in any portions, its end. */
export class BatchFileWriter {
  private readonly sum = new LineSum();

  constructor(
    private readonly layout: Layout,
    private readonly header: BatchHeader,
  ) {}

  /** @throws Refusal as {@link encodeBatchFile} */
  begin(): Buffer {
    return this.record('header', headerCells(this.header), 1);
  }

  /** @throws Refusal, Error as {@link encodeBatchFile} */
  lines(lines: readonly PaymentLine[]): Buffer {
    const { detail } = this.layout.batch;
    let text = '';
    for (const line of lines) {
      this.sum.add(line);
      text += writeRecord(this.layout, detail, lineCells(line), this.sum.lines + 1, failToWrite);
    }
    return Buffer.from(text, 'latin1');
  }

  /** @throws Error as {@link encodeBatchFile}: then nothing of the file may leave */
  end(): Buffer {
    const { batchId, count, totalFen } = this.header;
    const fault = this.sum.faultAgainst(this.header);
    if (fault !== undefined) throw new Error(`batch ${batchId}: ${fault} of its lines`);
    const trailer = { count: String(count), totalFen: String(totalFen) };
    return this.record('trailer', trailer, this.sum.lines + 2);
  }

  private record(kind: 'header' | 'trailer', cells: Cells, line: number): Buffer {
    const columns = this.layout.batch[kind];
    return Buffer.from(writeRecord(this.layout, columns, cells, line, failToWrite), 'latin1');
  }
}

/**
 * What the bank will read. Sending decodes the written bytes with this and compares them, line by
 * line, with what was signed.
 *
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_KIND_UNKNOWN, FILE_NOT_TEXT; FILE_CUT when
 *   lines are missing or the totals are not theirs; FILE_COLUMNS when a cell is not what its
 *   column says
 */
export function decodeBatchFile(layout: Layout, bytes: Buffer): BatchFile {
  recognise('batch', bytes, [layout], 'FILE_KIND_UNKNOWN');
  const reader = new BatchFileReader(layout);
  const lines = reader.take(bytes);
  return { header: reader.end(), lines };
}

/**
 * {@link decodeBatchFile} in pieces of any length; what it gives is to be believed after `end`.
 */
export class BatchFileReader {
  private readonly records: RecordReader;
  private readonly sum = new LineSum();
  private readonly columns: LineColumns;

  constructor(layout: Layout) {
    this.records = new RecordReader(layout, layout.batch, failToRead);
    this.columns = lineColumnsOf(layout);
  }

  /** The lines that this piece completes. @throws Refusal as {@link decodeBatchFile} */
  take(piece: Buffer): readonly PaymentLine[] {
    const lines = this.records.take(piece).map((row) => lineFrom(this.columns, row));
    for (const line of lines) this.sum.add(line);
    return lines;
  }

  /** @throws Refusal as {@link decodeBatchFile} */
  end(): BatchHeader {
    const cells = this.records.end();
    const header = headerFrom(cells.header);
    const trailerAgrees =
      cellOf(cells.trailer, 'count') === String(header.count) &&
      cellOf(cells.trailer, 'totalFen') === String(header.totalFen);
    const fault = this.sum.faultAgainst(header) ?? (trailerAgrees ? undefined : 'totals');
    if (fault === 'repeated') refuse('FILE_COLUMNS', { why: fault, column: 'instructionId' });
    if (fault !== undefined) refuse('FILE_CUT', { why: fault });
    return header;
  }
}

/** What must hold of a file's lines, asked before it is written and after it is read. */
class LineSum {
  lines = 0;
  private totalFen: Fen = noFen;
  private inSequence = true;
  private repeats = false;
  private readonly instructions = new Distinct();

  add({ seq, amountFen, instructionId }: PaymentLine): void {
    this.lines += 1;
    this.totalFen = addFen(this.totalFen, amountFen);
    if (seq !== this.lines) this.inSequence = false;
    // The bank takes every line for an order to pay: one that stands twice would be paid twice.
    if (!this.instructions.add(instructionId)) this.repeats = true;
  }

  faultAgainst({ count, totalFen }: BatchHeader): Fault | undefined {
    if (count !== this.lines) return 'count';
    if (totalFen !== this.totalFen) return 'totals';
    if (!this.inSequence) return 'sequence';
    return this.repeats ? 'repeated' : undefined;
  }
}

/** The layout of a batch file, by its first bytes. @throws Refusal as {@link decodeBatchFile} */
export function batchLayoutOf(bytes: Buffer, layouts: readonly Layout[] = shippedLayouts): Layout {
  return recognise('batch', bytes, layouts, 'FILE_KIND_UNKNOWN');
}

/**
 * The name under which a batch lies in the bank's folder: looking for the name answers "was it
 * sent?".
 */
export function batchFileName(batchId: string): string {
  return `PAY-${batchId}.txt`;
}

/**
 * A line as it is signed and compared: who is paid stands in it only as a SHA-256, so the text may
 * lie in a document. Accounts and bank codes hold no `|`, so a name cannot shift the borders.
 */
export function canonicalLine(
  line: Pick<
    PaymentLine,
    'instructionId' | 'amountFen' | 'payeeAccount' | 'payeeName' | 'bankCode'
  >,
): string {
  const named = `${line.payeeAccount}|${line.payeeName}|${line.bankCode}`;
  const payee = hash('sha256', named, 'hex');
  return `${line.instructionId}|${line.amountFen}|${payee}`;
}

function failWith(cut: 'FILE_CUT' | 'FILE_COLUMNS'): Fail {
  return (fault, line, column) =>
    column === undefined
      ? refuse(cut, { why: fault, line: String(line) })
      : refuse('FILE_COLUMNS', { why: fault, line: String(line), column });
}

const failToWrite = failWith('FILE_COLUMNS');
const failToRead = failWith('FILE_CUT');

function headerCells(header: BatchHeader): Cells {
  return { ...header, count: String(header.count), totalFen: String(header.totalFen) };
}

function lineCells(line: PaymentLine): Cells {
  return { ...line, seq: String(line.seq), amountFen: String(line.amountFen) };
}

function headerFrom(cells: Cells): BatchHeader {
  return {
    batchId: cellOf(cells, 'batchId'),
    payerAccount: cellOf(cells, 'payerAccount'),
    pool: cellOf(cells, 'pool'),
    month: month(cellOf(cells, 'month')),
    count: Number(cellOf(cells, 'count')),
    totalFen: fenFromText(cellOf(cells, 'totalFen')),
    valueDate: day(cellOf(cells, 'valueDate')),
  };
}

type LineColumns = ReturnType<typeof lineColumnsOf>;

function lineColumnsOf({ batch: { detail } }: Layout) {
  const names = ['seq', 'payeeAccount', 'payeeName', 'bankCode', 'amountFen'] as const;
  const remark = detail.findIndex(({ name }) => name === 'remark');
  return { ...columnsOf(detail, [...names, 'instructionId'] as const), remark };
}

function lineFrom(columns: LineColumns, row: Row): PaymentLine {
  return {
    seq: Number(row[columns.seq]),
    payeeAccount: row[columns.payeeAccount] ?? '',
    payeeName: row[columns.payeeName] ?? '',
    bankCode: row[columns.bankCode] ?? '',
    amountFen: fenFromText(row[columns.amountFen] ?? ''),
    instructionId: row[columns.instructionId] ?? '',
    // A bank may know no remarks.
    remark: columns.remark === -1 ? '' : (row[columns.remark] ?? ''),
  };
}
