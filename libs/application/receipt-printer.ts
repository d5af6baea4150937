import { isPlain } from '#domain/values/json-text.js';
import { receiptText, type JudgedLine } from './document-lines.js';

const beginning = '{"no":0,"instruction":"';
const award = '"award":"';
const end = '"}';

/**
 * Prints lines of a receipt as {@link receiptText} does. Most differ from the one before in their
 * numbers and their award alone: what stands between those is printed once, and a line is made of
 * a few texts and not of twenty.
 */
export class ReceiptPrinter {
  private before: JudgedLine | undefined;
  /** What stands between instruction and award. */
  private middle = '';
  /** What stands between award and serial. */
  private behind = '';

  text(line: JudgedLine): string {
    const { no, instruction, serial, shares, why } = line;
    if (shares !== undefined || why !== undefined) return receiptText(line);
    if (!isPlain(instruction) || !isPlain(line.award) || !isPlain(serial)) return receiptText(line);
    if (this.before === undefined || !isAlike(line, this.before)) this.remember(line);
    const { middle, behind } = this;
    return `{"no":${no},"instruction":"${instruction}${middle}${line.award}${behind}${serial}"}`;
  }

  private remember(line: JudgedLine): void {
    const text = receiptText({ ...line, no: 0, instruction: '', award: '', serial: '' });
    // It stands nowhere else: within a text its quotes would be escaped.
    const awardAt = text.indexOf(award) + award.length;
    this.middle = text.slice(beginning.length, awardAt);
    this.behind = text.slice(awardAt, -end.length);
    this.before = line;
  }
}

function isAlike(line: JudgedLine, other: JudgedLine): boolean {
  return (
    line.amountFen === other.amountFen &&
    line.result === other.result &&
    line.valueDate === other.valueDate &&
    line.post === other.post &&
    line.batch === other.batch &&
    line.lines === other.lines &&
    line.reason === other.reason
  );
}
