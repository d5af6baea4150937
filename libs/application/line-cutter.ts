import { fen, type Fen } from '#domain/values/fen.js';

const zero = 0x30;
/** A number of so many digits is exact, however it is put together. */
const exactDigits = 15;

/**
 * Cuts a line of JSON as it is nearly always printed, place by place: matching it as a whole takes
 * longer and leaves several times as much behind, and parsing it even more. What does not fit is
 * noticed at the end; such a line is parsed.
 */
export class LineCutter {
  private at = 0;
  private fits: boolean;

  constructor(private readonly text: string) {
    this.fits = !text.includes('\\');
  }

  /** Up to where everything fits, and nothing stands behind it. */
  get isWhole(): boolean {
    return this.fits && this.at === this.text.length;
  }

  pass(literal: string): void {
    if (!this.passes(literal)) this.fits = false;
  }

  /** Looking for it from there is several times as quick as comparing sign by sign. */
  passes(literal: string): boolean {
    if (this.text.indexOf(literal, this.at) !== this.at) return false;
    this.at += literal.length;
    return true;
  }

  /** Up to the next quotation mark, which stays to be passed. */
  word(): string {
    const from = this.at;
    this.skip();
    return this.text.slice(from, this.at);
  }

  skip(): void {
    const end = this.text.indexOf('"', this.at);
    if (end < 0) this.fits = false;
    else this.at = end;
  }

  number(): number {
    const from = this.at;
    let number = 0;
    for (;;) {
      const digit = this.text.charCodeAt(this.at) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
      this.at += 1;
    }
    const digits = this.at - from;
    const isPadded = digits > 1 && this.text.charCodeAt(from) === zero;
    if (digits === 0 || digits > exactDigits || isPadded) this.fits = false;
    return number;
  }

  /** What {@link Repeated} remembers; undefined when something did not fit. */
  cutWith<Part>(read: (cutter: LineCutter) => Part): Readonly<{ text: string; part: Part }> {
    const from = this.at;
    const part = read(this);
    return { text: this.fits ? this.text.slice(from, this.at) : '', part };
  }
}

/**
 * A part that lines have in common with the line before them: months, amounts, a batch. As long as
 * its text is the same, so is what it says, and nobody changes that.
 */
export class Repeated<Part> {
  private before: Readonly<{ text: string; part: Part }> | undefined;

  constructor(private readonly read: (cutter: LineCutter) => Part) {}

  cut(cutter: LineCutter): Part {
    const { before } = this;
    if (before !== undefined && cutter.passes(before.text)) return before.part;
    const { text, part } = cutter.cutWith(this.read);
    if (text !== '') this.before = { text, part };
    return part;
  }
}

/** An amount below zero, which no usual line has, is left to whoever parses the line. */
export function repeatedAmount(before: string, behind: string): Repeated<Fen> {
  return new Repeated((cutter) => {
    cutter.pass(`${before},"amountFen":"`);
    const amount = fen(BigInt(cutter.number()));
    cutter.pass(behind);
    return amount;
  });
}
