import { awardStream } from '#domain/award/award.js';
import type { LiveBatch } from '#domain/batch/batch.js';
import { addSheets, type Sheet, type Totals } from '#domain/values/totals.js';
import type { LineResult, ReceiptLine } from '#banking/receipt.js';
import { areSent } from '#projections/sent-payments.js';
import type { App } from './app.js';
import type { JudgedLine } from './document-lines.js';
import { ItemSum } from './item-sum.js';
import { ReceiptPrinter } from './receipt-printer.js';
import { SentLines, type SentLine } from './sent-lines.js';
import { stored } from './stored.js';

type Counted = 'paid' | 'returned';
type Counts = Readonly<Record<Counted | 'failed' | 'suspense', number>>;

/** Lines of a receipt with what was sent, and whether its award waits for the answer. */
type KnownLines = Readonly<{
  lines: readonly ReceiptLine[];
  sent: readonly (SentLine | undefined)[];
  awaited: readonly boolean[];
}>;

/** What was judged; plain values, as it may be done in another thread. */
export type Judgement = Readonly<{
  counts: Counts;
  sums: Readonly<Record<Counted, ReadonlyMap<string, Totals>>>;
  /** Lines of the batch with the first answer to each: its number, and that in the last bits. */
  heard: Uint32Array;
  /** Instructions of other batches with the first answer to each. */
  otherHeard: ReadonlyMap<string, LineResult>;
}>;

const results = ['success', 'failed', 'returned'] as const;
const posts = ['paid', 'failed', 'returned', 'suspense'] as const;
const answerBits = 2;
const answerMask = 3;

/** Judges each line against what was sent; a line that we cannot explain is nobody's payment. */
export class ReceiptJudge {
  readonly counts = { paid: 0, failed: 0, returned: 0, suspense: 0 };
  private readonly sums: Record<Counted, ItemSum> = {
    paid: new ItemSum(),
    returned: new ItemSum(),
  };
  private readonly sent: SentLines;
  /** The answer that each line of the batch has had; few are for lines of other batches. */
  private readonly answers: Uint8Array;
  private readonly otherAnswers = new Map<string, LineResult>();
  private readonly heard: number[] = [];
  private readonly printer = new ReceiptPrinter();

  /** @param linesInChunk as {@link SentLines} takes it */
  constructor(
    private readonly app: App,
    private readonly batch: LiveBatch,
    linesInChunk?: number,
  ) {
    this.sent = new SentLines(app, batch, linesInChunk);
    this.answers = new Uint8Array(batch.lines + 1);
  }

  /** What is known of these lines; to be asked piece by piece. */
  async look(lines: readonly ReceiptLine[]): Promise<KnownLines> {
    const sent = await this.sent.find(lines.map(({ instructionId }) => instructionId));
    const awaited = await areSent(
      this.app.pool,
      sent.map((one) => one?.line),
    );
    return { lines, sent, awaited };
  }

  /** What the document of the receipt says of these lines, which follow those judged before. */
  async judge({ lines, sent, awaited }: KnownLines): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] as ReceiptLine;
      const known = sent[at];
      const odd = this.oddity(line, known);
      // What waits for an answer is cached; whatever else is asked stands in the stream alone.
      const isAwaited = awaited[at] === true && line.result !== 'returned';
      const why = odd ?? (isAwaited ? undefined : await this.unexpected(line, known));
      texts.push(this.printer.text(this.judged(line, known, why)));
    }
    return texts;
  }

  /** All that was judged here. */
  judgement(): Judgement {
    const { counts, sums, heard, otherAnswers } = this;
    return {
      counts,
      sums: { paid: sums.paid.byItem(), returned: sums.returned.byItem() },
      heard: Uint32Array.from(heard),
      otherHeard: otherAnswers,
    };
  }

  /**
   * Takes over what another judged of the lines that follow, as though nothing had been answered
   * before them. False, and nothing is taken over, when something had: they are to be judged anew.
   */
  takeOver({ counts, sums, heard, otherHeard }: Judgement): boolean {
    const { answers, otherAnswers } = this;
    if (heard.some((one) => answers[one >>> answerBits] !== 0)) return false;
    for (const instruction of otherHeard.keys()) if (otherAnswers.has(instruction)) return false;
    for (const one of heard) answers[one >>> answerBits] = one & answerMask;
    for (const [instruction, result] of otherHeard) otherAnswers.set(instruction, result);
    for (const post of posts) this.counts[post] += counts[post];
    for (const counted of ['paid', 'returned'] as const) this.sums[counted].addSums(sums[counted]);
    return true;
  }

  /** What the judged lines will add to the month. */
  sheet(): Sheet {
    const { paid, returned } = this.sums;
    return addSheets(paid.sheet('paid'), returned.sheet('returned'));
  }

  private judged(
    line: ReceiptLine,
    known: SentLine | undefined,
    why: string | undefined,
  ): JudgedLine {
    const post = why === undefined ? postOf(line.result) : 'suspense';
    this.counts[post] += 1;
    const sent = known?.line;
    if (sent !== undefined && (post === 'paid' || post === 'returned')) this.sums[post].add(sent);
    return {
      no: line.lineNo,
      instruction: line.instructionId,
      amountFen: line.amountFen,
      result: line.result,
      valueDate: line.valueDate,
      post,
      batch: this.toldOf(known).batchId,
      award: sent?.award ?? '',
      lines: sent?.lines.length ?? 0,
      reason: line.reasonCode,
      serial: line.bankSerial,
      shares: sent?.shares,
      why,
    };
  }

  /** A batch that this office has not sent takes no receipt: the one that was answered is told. */
  private toldOf(known: SentLine | undefined): LiveBatch {
    return known === undefined || !this.isOurs(known) ? this.batch : known.batch;
  }

  private isOurs({ batch }: SentLine): boolean {
    return batch.office === this.batch.office && batch.sending?.status === 'sent';
  }

  private oddity(line: ReceiptLine, sent: SentLine | undefined): string | undefined {
    if (sent === undefined) return 'unknown-instruction';
    if (sent.batch.office !== this.batch.office) return 'other-office';
    if (sent.batch.sending?.status !== 'sent') return 'not-sent';
    if (sent.excluded) return 'excluded-before-sending';
    if (sent.line.amountFen !== line.amountFen) return 'amount-differs';
    const before = this.answeredBefore(line.result, sent);
    if (before === undefined) return undefined;
    return before === line.result ? 'answered-twice' : 'answered-otherwise';
  }

  /**
   * The first answer to an instruction in this receipt stands, and whatever follows is odd: which
   * of two would count must not depend on the order in which they are posted.
   */
  private answeredBefore(result: LineResult, { batch, line }: SentLine): LineResult | undefined {
    if (batch.batchId !== this.batch.batchId) {
      const before = this.otherAnswers.get(line.instruction);
      if (before === undefined) this.otherAnswers.set(line.instruction, result);
      return before;
    }
    const before = this.answers[line.seq] ?? 0;
    if (before !== 0) return results[before - 1];
    const answer = results.indexOf(result) + 1;
    this.answers[line.seq] = answer;
    this.heard.push((line.seq << answerBits) | answer);
    return undefined;
  }

  /** Why the award does not wait for this answer; undefined when it does. */
  private async unexpected(
    { instructionId, result }: ReceiptLine,
    sent: SentLine | undefined,
  ): Promise<string | undefined> {
    const stream = awardStream(sent?.line.award ?? '');
    const award = await this.app.transact.state(stored.award, stream);
    if (award.status === 'none') return 'unknown-award';
    const payment = award.payments.find((one) => one.instructionId === instructionId);
    const expected = result === 'returned' ? 'paid' : 'sent';
    if (payment === undefined) return 'not-instructed';
    return payment.status === expected ? undefined : `already-${payment.status}`;
  }
}

function postOf(result: LineResult): 'paid' | 'failed' | 'returned' {
  return result === 'success' ? 'paid' : result;
}
