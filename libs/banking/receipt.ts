import { day, type Day } from '#domain/values/calendar.js';
import { fenFromText, noFen, type Fen } from '#domain/values/fen.js';
import { refuse } from '#domain/refusal.js';
import type { Cells, Layout } from './layout.js';
import { shippedLayouts } from './layouts.js';
import { reasons, type ReasonCode } from './reasons.js';
import { LineSum, type ReceiptSum, type ResultTotals } from './receipt-sum.js';
import { DetailReader, RecordCutter, type RecordRun } from './record-cutter.js';
import { cellOf, columnsOf, recognise, writeRecords, type Fail, type Row } from './records.js';

export type LineResult = 'success' | 'failed' | 'returned';

/** What the bank says of one instruction. Its natural key is (receiptId, lineNo). */
export type ReceiptLine = Readonly<{
  /** From 1, without gaps, in this file. */
  lineNo: number;
  /** As the bank gives it: it may be one that nobody sent. */
  instructionId: string;
  amountFen: Fen;
  /** `failed` was never credited; `returned` was credited and came back. */
  result: LineResult;
  /**
   * Why, in our codes; MS03 for a code of the bank's that its layout does not know; '' on success.
   */
  reasonCode: ReasonCode | '';
  /** Our Chinese words for the code; the bank's own text may name people and is not read. */
  reasonText: string;
  /** The day of the result in the bank's books. */
  valueDate: Day;
  bankSerial: string;
}>;

export type Receipt = Readonly<{
  /** The bank's serial of the file; with the batch it says whether a file was booked already. */
  receiptId: string;
  batchId: string;
  /** From 1; the answers to one batch may come in several files of each kind. */
  part: number;
  kind: 'results' | 'returns';
  madeOn: Day;
  coverage: Layout['coverage'];
  lines: readonly ReceiptLine[];
  /** Lines in the file. */
  count: number;
  /** With `failures-only`, the successes are the bank's word alone: no line stands behind them. */
  totals: ResultTotals;
}>;

/**
 * What a bank knows when it makes a receipt; {@link draftReceipt} adds numbers, texts and totals.
 */
export type ReceiptDraft = Readonly<{
  receiptId: string;
  batchId: string;
  part: number;
  kind: Receipt['kind'];
  madeOn: string;
  lines: readonly (Pick<ReceiptLine, 'instructionId' | 'amountFen' | 'result' | 'bankSerial'> &
    Readonly<{ reasonCode?: ReasonCode; valueDate: string }>)[];
  /** Given for `failures-only`: what was credited without being listed. */
  unlisted?: ResultTotals['success'];
}>;

/**
 * Reads a receipt of a known layout. Nothing of it is believed unless all of it is whole: it
 * speaks of money that has moved.
 *
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT, RECEIPT_LAYOUT_UNKNOWN; RECEIPT_CUT
 *   with why, line and column when the file was cut, a cell is damaged or the totals are not those
 *   of the lines
 */
export function decodeReceipt(layout: Layout, bytes: Buffer): Receipt {
  recognise('receipt', bytes, [layout], 'RECEIPT_LAYOUT_UNKNOWN');
  const reader = new ReceiptReader(layout);
  const lines = reader.take(bytes);
  return { ...reader.end(), lines };
}

/** A receipt without its lines. */
export type ReceiptHead = Omit<Receipt, 'lines'>;

/**
 * {@link decodeReceipt} in pieces of any length, for a receipt whose first bytes were recognised.
 * It speaks of money that has moved: what it gives is to be believed after `end`.
 */
export class ReceiptReader {
  private readonly cutter: ReceiptCutter;
  private readonly details: ReceiptDetails;

  constructor(layout: Layout) {
    this.cutter = new ReceiptCutter(layout);
    this.details = new ReceiptDetails(layout);
  }

  /** The lines that this piece completes. @throws Refusal as {@link decodeReceipt} */
  take(piece: Buffer): readonly ReceiptLine[] {
    const run = this.cutter.take(piece);
    if (run === undefined) return [];
    const { lines, sum } = this.details.read(run);
    this.cutter.add(sum);
    return lines;
  }

  /** As the cutter's. */
  end(): ReceiptHead {
    return this.cutter.end();
  }
}

/** Reads lines of a receipt apart from the rest of it. */
export class ReceiptDetails {
  private readonly details: DetailReader;
  private readonly lines: LineReader;

  constructor(layout: Layout) {
    this.details = new DetailReader(layout, layout.receipt, cut);
    this.lines = new LineReader(layout);
  }

  /** @throws Refusal as {@link decodeReceipt} */
  read(run: RecordRun): Readonly<{ lines: readonly ReceiptLine[]; sum: ReceiptSum }> {
    // The header is line 1 of the file, and the detail behind it line 1 of the receipt.
    const sum = new LineSum(run.firstLine - 2);
    const lines = this.details.read(run).map((row) => {
      const line = this.lines.read(row);
      sum.add(line);
      return line;
    });
    return { lines, sum: sum.sum() };
  }
}

/**
 * Cuts the lines out of a receipt for whoever reads them, and asks of what they came to whether the
 * receipt is whole.
 */
export class ReceiptCutter {
  private readonly records: RecordCutter;
  private readonly sum = new LineSum();

  constructor(private readonly layout: Layout) {
    this.records = new RecordCutter(layout, layout.receipt, cut);
  }

  /** The lines that this piece completes. @throws Refusal as {@link decodeReceipt} */
  take(piece: Buffer): RecordRun | undefined {
    return this.records.take(piece);
  }

  /** What one of its runs came to, in their order. */
  add(sum: ReceiptSum): void {
    this.sum.addSum(sum);
  }

  /** The batch that the first record names, once that has come: it may be looked up meanwhile. */
  get batchId(): string | undefined {
    const { head } = this.records;
    return head === undefined ? undefined : cellOf(head, 'batchId');
  }

  /** When all was added; may be called again. @throws Refusal as {@link decodeReceipt} */
  end(): ReceiptHead {
    const { header, trailer } = this.records.end();
    const receipt: ReceiptHead = {
      receiptId: cellOf(header, 'receiptId'),
      batchId: cellOf(header, 'batchId'),
      part: Number(cellOf(header, 'part')),
      kind: cellOf(header, 'kind') === 'returns' ? 'returns' : 'results',
      madeOn: day(cellOf(header, 'madeOn')),
      coverage: this.layout.coverage,
      count: Number(cellOf(header, 'count')),
      totals: totalsFrom(trailer),
    };
    const fault = this.sum.faultAgainst(receipt);
    if (fault !== undefined) refuse('RECEIPT_CUT', { why: fault });
    if (Number(cellOf(trailer, 'count')) !== receipt.count) refuse('RECEIPT_CUT', { why: 'count' });
    return receipt;
  }
}

/** The layout of a receipt, by its first bytes. @throws Refusal as {@link decodeReceipt} */
export function receiptLayoutOf(
  bytes: Buffer,
  layouts: readonly Layout[] = shippedLayouts,
): Layout {
  return recognise('receipt', bytes, layouts, 'RECEIPT_LAYOUT_UNKNOWN');
}

/**
 * The bytes of a receipt, as a bank writes them.
 *
 * @throws Refusal FILE_COLUMNS when a value does not fit its column
 * @throws Error when totals, numbers or results do not agree with the lines
 */
export function encodeReceipt(layout: Layout, receipt: Receipt): Buffer {
  const sum = sumOf(receipt.lines);
  const fault = receipt.coverage === layout.coverage ? sum.faultAgainst(receipt) : 'result';
  if (fault !== undefined) throw new Error(`receipt ${receipt.receiptId}: ${fault}`);
  const { success, failed, returned } = receipt.totals;
  const { receiptId, batchId, kind, madeOn } = receipt;
  const count = String(receipt.count);
  const trailer = {
    count,
    successCount: String(success.count),
    successFen: String(success.fen),
    failedCount: String(failed.count),
    failedFen: String(failed.fen),
    returnedCount: String(returned.count),
    returnedFen: String(returned.fen),
  };
  const header = { receiptId, batchId, kind, madeOn, part: String(receipt.part), count };
  const details = receipt.lines.map((line) => lineCells(layout, line));
  return writeRecords(layout, layout.receipt, { header, details, trailer }, unwritable);
}

/** Completes a receipt from what the bank knows. @throws RangeError when a text is not a day */
export function draftReceipt(coverage: Layout['coverage'], draft: ReceiptDraft): Receipt {
  const { receiptId, batchId, part, kind, unlisted } = draft;
  const lines = draft.lines.map((line, index): ReceiptLine => {
    const { instructionId, amountFen, result, bankSerial } = line;
    const reasonCode = result === 'success' ? '' : (line.reasonCode ?? 'MS03');
    const reasonText = reasonCode === '' ? '' : reasons[reasonCode].zh;
    const booked = { valueDate: day(line.valueDate), bankSerial };
    return {
      lineNo: index + 1,
      instructionId,
      amountFen,
      result,
      reasonCode,
      reasonText,
      ...booked,
    };
  });
  const { totals } = sumOf(lines);
  return {
    receiptId,
    batchId,
    part,
    kind,
    coverage,
    lines,
    madeOn: day(draft.madeOn),
    count: lines.length,
    totals: unlisted === undefined ? totals : { ...totals, success: unlisted },
  };
}

function sumOf(lines: readonly ReceiptLine[]): LineSum {
  const sum = new LineSum();
  for (const line of lines) sum.add(line);
  return sum;
}

const cut: Fail = (fault, line, column) =>
  refuse('RECEIPT_CUT', {
    why: fault,
    line: String(line),
    ...(column === undefined ? {} : { column }),
  });

const unwritable: Fail = (fault, line, column = '') =>
  refuse('FILE_COLUMNS', { why: fault, line: String(line), column });

function lineCells(layout: Layout, line: ReceiptLine): Cells {
  const { instructionId, result, reasonCode, reasonText, valueDate, bankSerial } = line;
  const bankReason = layout.reasons.find(({ means }) => means === reasonCode);
  if (reasonCode !== '' && bankReason === undefined)
    throw new Error(`layout ${layout.name} has no code for ${reasonCode}`);
  return {
    instructionId,
    result,
    reasonText,
    valueDate,
    bankSerial,
    reasonCode: bankReason?.code ?? '',
    lineNo: String(line.lineNo),
    amountFen: String(line.amountFen),
  };
}

/** What a bank's codes mean to us; of a code that stands twice, the first. */
type Meaning = ReadonlyMap<string, ReasonCode>;

function meaningOf({ reasons: known }: Layout): Meaning {
  return new Map(known.map(({ code, means }) => [code, means] as const).reverse());
}

/** Makes lines of rows; what a cell says is kept for the next line, which mostly says the same. */
class LineReader {
  private readonly columns;
  private readonly bankSerial: number;
  private readonly meaning: Meaning;
  private amount = '';
  private amountFen: Fen = noFen;
  private dayText = '';
  private valueDate: Day | undefined;

  constructor(layout: Layout) {
    const { detail } = layout.receipt;
    const said = ['lineNo', 'instructionId', 'amountFen', 'result', 'reasonCode'] as const;
    this.columns = columnsOf(detail, [...said, 'valueDate'] as const);
    this.bankSerial = detail.findIndex(({ name }) => name === 'bankSerial');
    this.meaning = meaningOf(layout);
  }

  read(row: Row): ReceiptLine {
    const { columns, bankSerial, meaning } = this;
    const result = resultFrom(row[columns.result]);
    const reasonCode = reasonFrom(meaning, result, row[columns.reasonCode] ?? '');
    return {
      lineNo: Number(row[columns.lineNo]),
      instructionId: row[columns.instructionId] ?? '',
      amountFen: this.fenOf(row[columns.amountFen] ?? ''),
      result,
      reasonCode,
      reasonText: reasonCode === '' ? '' : reasons[reasonCode].zh,
      valueDate: this.dayOf(row[columns.valueDate] ?? ''),
      bankSerial: bankSerial === -1 ? '' : (row[bankSerial] ?? ''),
    };
  }

  private fenOf(text: string): Fen {
    if (text !== this.amount) {
      this.amountFen = fenFromText(text);
      this.amount = text;
    }
    return this.amountFen;
  }

  private dayOf(text: string): Day {
    if (this.valueDate === undefined || text !== this.dayText) {
      this.valueDate = day(text);
      this.dayText = text;
    }
    return this.valueDate;
  }
}

/**
 * A failure without a reason is still a failure; a success with one contradicts itself and is
 * refused.
 */
function reasonFrom(meaning: Meaning, result: LineResult, bankCode: string): ReasonCode | '' {
  if (result === 'success' && bankCode === '') return '';
  return meaning.get(bankCode) ?? 'MS03';
}

function resultFrom(word: string | undefined): LineResult {
  if (word === 'success' || word === 'failed' || word === 'returned') return word;
  throw new Error(`layout has a result ${word}`);
}

function totalsFrom(trailer: Cells): ResultTotals {
  const of = (result: LineResult) => ({
    count: Number(cellOf(trailer, `${result}Count`)),
    fen: fenFromText(cellOf(trailer, `${result}Fen`)),
  });
  return { success: of('success'), failed: of('failed'), returned: of('returned') };
}
