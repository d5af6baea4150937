import { awardStream } from '#domain/award/award.js';
import type { LiveBatch } from '#domain/batch/batch.js';
import { addSheets, type Sheet } from '#domain/values/totals.js';
import type { LineResult, ReceiptLine } from '#banking/receipt.js';
import { paymentsSent } from '#projections/award-work.js';
import type { App } from './app.js';
import { linesOfText, receiptText, type JudgedLine } from './document-lines.js';
import { ItemSum } from './item-sum.js';
import { SentLines, type SentLine } from './sent-lines.js';
import { stored } from './stored.js';

type Counted = 'paid' | 'returned';

/** Lines of a receipt with what was sent, and the instructions that wait for an answer. */
type KnownLines = Readonly<{
  lines: readonly ReceiptLine[];
  sent: ReadonlyMap<string, SentLine>;
  waiting: ReadonlySet<string>;
}>;

const results = ['success', 'failed', 'returned'] as const;

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

  constructor(
    private readonly app: App,
    private readonly batch: LiveBatch,
  ) {
    this.sent = new SentLines(app, batch);
    this.answers = new Uint8Array(batch.lines + 1);
  }

  /** What is known of these lines; to be asked piece by piece. */
  async look(lines: readonly ReceiptLine[]): Promise<KnownLines> {
    const sent = await this.sent.find(lines.map(({ instructionId }) => instructionId));
    const awards: string[] = [];
    for (const { line } of sent.values()) awards.push(line.award);
    return { lines, sent, waiting: await this.waitingOf(awards) };
  }

  private async waitingOf(awards: readonly string[]): Promise<ReadonlySet<string>> {
    const { app } = this;
    const asked = awards.join('\n');
    const lent = app.hands?.areFree() === true ? app.hands : undefined;
    const waiting = await (lent?.ask('waitingPart', asked) ?? waitingPart(app, asked));
    return new Set(linesOfText(waiting));
  }

  /** What the document of the receipt says of these lines, which follow those judged before. */
  async judge({ lines, sent, waiting }: KnownLines): Promise<readonly string[]> {
    const texts: string[] = [];
    for (const line of lines) {
      const known = sent.get(line.instructionId);
      const awaited = line.result !== 'returned' && waiting.has(line.instructionId);
      const odd = this.oddity(line, known);
      // What waits for an answer is cached; whatever else is asked stands in the stream alone.
      const why = odd ?? (awaited ? undefined : await this.unexpected(line, known));
      texts.push(receiptText(this.judged(line, known, why)));
    }
    return texts;
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
    if (before === 0) this.answers[line.seq] = results.indexOf(result) + 1;
    return results[before - 1];
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

/**
 * Instructions that wait for an answer.
 *
 * @param awards whose they are; one text of many lines, as what is answered
 */
export async function waitingPart({ pool }: Pick<App, 'pool'>, awards: string): Promise<string> {
  return [...(await paymentsSent(pool, linesOfText(awards)))].join('\n');
}

function postOf(result: LineResult): 'paid' | 'failed' | 'returned' {
  return result === 'success' ? 'paid' : result;
}
