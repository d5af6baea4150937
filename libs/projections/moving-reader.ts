import type { OpenLine, Payment } from '#domain/award/award-state.js';
import type { Month } from '#domain/values/calendar.js';
import { fenFromText, type Fen } from '#domain/values/fen.js';

const none: readonly never[] = [];

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const opening = 0x5b;
const closing = 0x5d;

type Filled = OpenLine & { hold?: OpenLine['hold']; badAccount?: string };

/**
 * The line that was read last. Nearly all awards of a city have the same ones, for the same months
 * and amounts: as long as the text is the same, so is the line, and nobody changes one.
 */
type LineBefore = { text: string; line: OpenLine | undefined };

/** Apart, because the two take turns: a payment's lines are as they were before it. */
const openBefore: LineBefore = { text: '', line: undefined };
const sentBefore: LineBefore = { text: '', line: undefined };

/**
 * Reads what `movingText` printed, place by place: a month reads it several times for each award,
 * and lists that are parsed first and taken apart then take twice as long.
 */
export class MovingReader {
  private at = 0;

  /** @param text with nothing escaped in it */
  constructor(private readonly text: string) {}

  open(): void {
    this.pass(opening);
  }

  next(): void {
    this.pass(comma);
  }

  close(): void {
    this.pass(closing);
  }

  /** @throws RangeError when there is something behind */
  end(): void {
    if (this.at !== this.text.length) this.fail();
  }

  /** Below zero too: an old system's unpaid month may end without having been counted as drawn. */
  number(): number {
    const isNegative = this.is(minus);
    if (isNegative) this.at += 1;
    const from = this.at;
    let number = 0;
    for (;;) {
      const digit = this.text.charCodeAt(this.at) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
      this.at += 1;
    }
    if (this.at === from) this.fail();
    return isNegative ? -number : number;
  }

  word(): string {
    this.pass(quote);
    const end = this.text.indexOf('"', this.at);
    if (end < 0) this.fail();
    const word = this.text.slice(this.at, end);
    this.at = end + 1;
    return word;
  }

  lines(): readonly OpenLine[] {
    return this.linesLike(openBefore);
  }

  payments(): readonly Payment[] {
    this.open();
    if (this.is(closing)) {
      this.close();
      return none;
    }
    // A list that begins with one has no room for many behind it.
    const payments = [this.payment()];
    while (!this.is(closing)) {
      this.next();
      payments.push(this.payment());
    }
    this.close();
    return payments;
  }

  private linesLike(before: LineBefore): readonly OpenLine[] {
    this.open();
    if (this.is(closing)) {
      this.close();
      return none;
    }
    const lines = [this.lineLike(before)];
    while (!this.is(closing)) {
      this.next();
      lines.push(this.lineLike(before));
    }
    this.close();
    return lines;
  }

  private lineLike(before: LineBefore): OpenLine {
    const { text, line } = before;
    if (line !== undefined && this.text.startsWith(text, this.at)) {
      this.at += text.length;
      return line;
    }
    const from = this.at;
    const read = this.line();
    before.line = read;
    before.text = this.text.slice(from, this.at);
    return read;
  }

  private line(): OpenLine {
    this.open();
    const line: Filled = {
      lineId: this.word(),
      item: this.nextWord(),
      month: this.nextWord() as Month,
      rollMonth: this.nextWord() as Month,
      amountFen: this.nextFen(),
      state: this.nextWord() as OpenLine['state'],
    };
    const hold = this.nextWordOrNull();
    const badAccount = this.nextWordOrNull();
    if (hold !== undefined) line.hold = hold as NonNullable<OpenLine['hold']>;
    if (badAccount !== undefined) line.badAccount = badAccount;
    this.close();
    return line;
  }

  private payment(): Payment {
    this.open();
    const instructionId = this.word();
    const accountRef = this.nextWord();
    const amountFen = this.nextFen();
    this.next();
    const lines = this.linesLike(sentBefore);
    this.close();
    return { instructionId, status: 'sent', accountRef, amountFen, lines };
  }

  private nextWord(): string {
    this.next();
    return this.word();
  }

  private nextFen(): Fen {
    return fenFromText(this.nextWord());
  }

  private nextWordOrNull(): string | undefined {
    this.next();
    if (this.is(quote)) return this.word();
    if (!this.text.startsWith('null', this.at)) this.fail();
    this.at += 'null'.length;
    return undefined;
  }

  private is(code: number): boolean {
    return this.text.charCodeAt(this.at) === code;
  }

  private pass(code: number): void {
    if (!this.is(code)) this.fail();
    this.at += 1;
  }

  private fail(): never {
    throw new RangeError(`not what moves of an award, at ${this.at}: ${this.text.slice(0, 200)}`);
  }
}
