import { createHash } from 'node:crypto';
import { day, month, type Day, type Month } from '#domain/values/calendar.js';
import { fenFromText, sumFen, type Fen } from '#domain/values/fen.js';
import { refuse } from '#domain/refusal.js';
import type { Cells, Fault, Layout } from './layout.js';
import { shippedLayouts } from './layouts.js';
import { cellOf, readRecords, recognise, writeRecords } from './records.js';

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
  const fault = disagreement(header, lines);
  if (fault !== undefined) throw new Error(`batch ${header.batchId}: ${fault} of its lines`);
  const bytes = writeRecords(
    layout,
    layout.batch,
    {
      header: headerCells(header),
      details: lines.map(lineCells),
      trailer: { count: String(header.count), totalFen: String(header.totalFen) },
    },
    failWith('FILE_COLUMNS'),
  );
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
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
  const cells = readRecords(layout, layout.batch, bytes, failWith('FILE_CUT'));
  const header = headerFrom(cells.header);
  const lines = cells.details.map(lineFrom);
  const trailerAgrees =
    cellOf(cells.trailer, 'count') === String(header.count) &&
    cellOf(cells.trailer, 'totalFen') === String(header.totalFen);
  const fault = disagreement(header, lines) ?? (trailerAgrees ? undefined : 'totals');
  if (fault === 'repeated') refuse('FILE_COLUMNS', { why: fault, column: 'instructionId' });
  if (fault !== undefined) refuse('FILE_CUT', { why: fault });
  return { header, lines };
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
  const payee = createHash('sha256')
    .update(`${line.payeeAccount}|${line.payeeName}|${line.bankCode}`, 'utf8')
    .digest('hex');
  return `${line.instructionId}|${line.amountFen}|${payee}`;
}

function disagreement(header: BatchHeader, lines: readonly PaymentLine[]): Fault | undefined {
  if (header.count !== lines.length) return 'count';
  if (header.totalFen !== sumFen(lines.map(({ amountFen }) => amountFen))) return 'totals';
  if (lines.some(({ seq }, index) => seq !== index + 1)) return 'sequence';
  // The bank takes every line for an order to pay: the same instruction twice would be paid twice.
  const distinct = new Set(lines.map(({ instructionId }) => instructionId));
  return distinct.size === lines.length ? undefined : 'repeated';
}

function failWith(cut: 'FILE_CUT' | 'FILE_COLUMNS') {
  return (fault: Fault, line: number, column?: string): never =>
    column === undefined
      ? refuse(cut, { why: fault, line: String(line) })
      : refuse('FILE_COLUMNS', { why: fault, line: String(line), column });
}

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

function lineFrom(cells: Cells): PaymentLine {
  return {
    seq: Number(cellOf(cells, 'seq')),
    payeeAccount: cellOf(cells, 'payeeAccount'),
    payeeName: cellOf(cells, 'payeeName'),
    bankCode: cellOf(cells, 'bankCode'),
    amountFen: fenFromText(cellOf(cells, 'amountFen')),
    instructionId: cellOf(cells, 'instructionId'),
    // A bank may know no remarks.
    remark: cells['remark'] ?? '',
  };
}
