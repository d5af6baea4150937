import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import type { Fault } from './layout.js';
import type { LineResult, ReceiptHead, ReceiptLine } from './receipt.js';

const results = ['success', 'failed', 'returned'] as const;

export type ResultTotals = Readonly<Record<LineResult, Readonly<{ count: number; fen: Fen }>>>;

/** What lines of a receipt came to; a plain value, as they may be read in another thread. */
export type ReceiptSum = Readonly<{
  lines: number;
  inSequence: boolean;
  reasonsFit: boolean;
  totals: ResultTotals;
}>;

/** What must hold of a receipt's lines, asked before it is written and after it is read. */
export class LineSum {
  private lines = 0;
  private inSequence = true;
  private reasonsFit = true;
  private readonly counts = { success: 0, failed: 0, returned: 0 };
  private readonly fens = { success: noFen, failed: noFen, returned: noFen };

  /** @param before lines of the receipt that stand before them */
  constructor(private readonly before = 0) {}

  get totals(): ResultTotals {
    const of = (result: LineResult) => ({ count: this.counts[result], fen: this.fens[result] });
    return { success: of('success'), failed: of('failed'), returned: of('returned') };
  }

  sum(): ReceiptSum {
    const { lines, inSequence, reasonsFit, totals } = this;
    return { lines, inSequence, reasonsFit, totals };
  }

  add({ lineNo, amountFen, result, reasonCode }: ReceiptLine): void {
    this.lines += 1;
    if (lineNo !== this.before + this.lines) this.inSequence = false;
    if ((result === 'success') !== (reasonCode === '')) this.reasonsFit = false;
    this.counts[result] += 1;
    this.fens[result] = addFen(this.fens[result], amountFen);
  }

  addSum({ lines, inSequence, reasonsFit, totals }: ReceiptSum): void {
    this.lines += lines;
    this.inSequence &&= inSequence;
    this.reasonsFit &&= reasonsFit;
    for (const result of results) {
      this.counts[result] += totals[result].count;
      this.fens[result] = addFen(this.fens[result], totals[result].fen);
    }
  }

  faultAgainst(receipt: ReceiptHead): Fault | undefined {
    const { totals, coverage, kind } = receipt;
    if (receipt.count !== this.lines) return 'count';
    if (!this.inSequence || receipt.part < 1) return 'sequence';
    const allowed = allowedResults(receipt);
    if (results.some((result) => this.counts[result] > 0 && !allowed.includes(result)))
      return 'result';
    if (!this.reasonsFit) return 'result';
    const listsAll = coverage === 'every-line' || kind === 'returns';
    const compared = results.filter((result) => listsAll || result !== 'success');
    const listed = this.totals;
    const differs = (result: LineResult) =>
      listed[result].count !== totals[result].count || listed[result].fen !== totals[result].fen;
    if (compared.some(differs)) return 'totals';
    const { success } = totals;
    return (success.count === 0) === (success.fen === noFen) ? undefined : 'totals';
  }
}

function allowedResults({ kind, coverage }: ReceiptHead): readonly LineResult[] {
  if (kind === 'returns') return ['returned'];
  return coverage === 'failures-only' ? ['failed'] : ['success', 'failed'];
}
