import type { ByteText } from './encoding.js';
import type { Cells, FileForm, Layout } from './layout.js';
import {
  assertWhole,
  control,
  piecesOf,
  RecordForm,
  recordLimitBytes,
  refuseTooLarge,
  type Fail,
  type Place,
  type Row,
} from './records.js';

/**
 * Whole details as they stand in their file, one after the other: they can be read by themselves,
 * wherever that is.
 */
export type RecordRun = Readonly<{
  /** Each with its line's end. */
  text: ByteText;
  lines: number;
  /** The number of the first one in the file, whose header is 1. */
  firstLine: number;
  /** Bytes of the file before them. */
  bytesBefore: number;
}>;

/** Reads the details of runs. */
export class DetailReader {
  private readonly form: RecordForm;

  constructor(
    private readonly layout: Layout,
    form: FileForm,
    private readonly fail: Fail,
  ) {
    this.form = new RecordForm(layout, form.detail, fail);
  }

  /** @throws Refusal FILE_NOT_TEXT when there are control bytes in a line */
  read({ text, lines, firstLine, bytesBefore }: RecordRun): readonly Row[] {
    const { form, fail } = this;
    const { newline } = this.layout;
    const clean = !control.test(text);
    const rows: Row[] = [];
    let start = 0;
    for (let at = 0; at < lines; at += 1) {
      const end = text.indexOf(newline, start);
      const line = text.slice(start, end);
      if (!clean || line.length > recordLimitBytes)
        assertWhole(line, { lineNo: firstLine + at, byte: bytesBefore + start }, fail);
      rows.push(form.read(line, firstLine + at));
      start = end + newline.length;
    }
    return rows;
  }
}

/**
 * Cuts the details out of a file whose first bytes were recognised, and which comes in pieces of
 * any length. Every line must be whole, the last one being the trailer: a file that was cut
 * anywhere fails, at its end if not before. Nothing that was read is to be believed until then.
 */
export class RecordCutter {
  private header: Cells | undefined;
  /** The last line so far, which is a detail only when another follows. */
  private last: ByteText | undefined;
  private rest: ByteText = '';
  /** Where `last` begins, or `rest` when there is no line before it. */
  private lineNo = 1;
  private byte = 0;
  private bytesTaken = 0;

  constructor(
    private readonly layout: Layout,
    private readonly form: FileForm,
    private readonly fail: Fail,
  ) {}

  /** The first record, as soon as its line has come. */
  get head(): Cells | undefined {
    return this.header;
  }

  /**
   * The details that this piece completes.
   *
   * @throws Refusal FILE_NOT_TEXT when there are control bytes in the header; FILE_TOO_LARGE
   */
  take(piece: Buffer): RecordRun | undefined {
    const { newline } = this.layout;
    // Asked before there is more of it, as whatever stands before it is to be read first.
    this.assertShort();
    this.bytesTaken += piece.length;
    refuseTooLarge(this.bytesTaken);
    const text = this.rest + piece.toString('latin1');
    const start = this.header === undefined ? this.begin(text) : 0;
    const end = text.lastIndexOf(newline);
    if (end < start) {
      this.rest = text.slice(start);
      return undefined;
    }
    const before = end === 0 ? -1 : text.lastIndexOf(newline, end - 1);
    const lastStart = before < start ? start : before + newline.length;
    const run = this.run(text.slice(start, lastStart));
    this.last = text.slice(lastStart, end);
    this.rest = text.slice(end + newline.length);
    return run;
  }

  /** To be called after the last piece: only then is the file known to be whole. */
  end(): Readonly<{ header: Cells; trailer: Cells }> {
    const { layout, form, fail, header, last, rest } = this;
    if (last !== undefined) assertWhole(last, this.place(), fail);
    const behind = this.behind();
    if (rest !== '') {
      assertWhole(rest, behind, fail);
      return fail('line-end', behind.lineNo);
    }
    if (header === undefined || last === undefined) return fail('record-missing', behind.lineNo);
    return { header, trailer: new RecordForm(layout, form.trailer, fail).cells(last, this.lineNo) };
  }

  /** Reads the header when its line has come. @returns where the next line begins */
  private begin(text: ByteText): number {
    const { layout, form, fail } = this;
    const end = text.indexOf(layout.newline);
    if (end === -1) return 0;
    const line = text.slice(0, end);
    assertWhole(line, this.place(), fail);
    this.header = new RecordForm(layout, form.header, fail).cells(line, 1);
    const start = end + layout.newline.length;
    this.lineNo = 2;
    this.byte = start;
    return start;
  }

  /** The last line so far and those behind it; none when there is no line before them. */
  private run(behind: ByteText): RecordRun | undefined {
    const { last, lineNo, byte } = this;
    const { newline } = this.layout;
    const text = last === undefined ? behind : last + newline + behind;
    if (text === '') return undefined;
    const lines = countOf(newline, text);
    this.lineNo += lines;
    this.byte += text.length;
    return { text, lines, firstLine: lineNo, bytesBefore: byte };
  }

  /** What no line's end comes for is not gathered for ever. */
  private assertShort(): void {
    if (this.rest.length > recordLimitBytes) assertWhole(this.rest, this.behind(), this.fail);
  }

  private place(): Place {
    const { lineNo, byte } = this;
    return { lineNo, byte };
  }

  /** Where `rest` begins. */
  private behind(): Place {
    const { last, lineNo, byte, layout } = this;
    if (last === undefined) return this.place();
    return { lineNo: lineNo + 1, byte: byte + last.length + layout.newline.length };
  }
}

function countOf(newline: string, text: ByteText): number {
  let count = 0;
  for (let at = text.indexOf(newline); at !== -1; at = text.indexOf(newline, at + newline.length))
    count += 1;
  return count;
}

type RunCutting = Readonly<{
  /** As a cutter's. */
  take: (piece: Buffer) => RecordRun | undefined;
  newline: string;
  linesInRun: number;
}>;

/** The details of a whole file in runs of so many lines, the last one of fewer. */
export function* runsOf(
  bytes: Buffer,
  { take, newline, linesInRun }: RunCutting,
): Iterable<RecordRun> {
  let gathered: RecordRun | undefined;
  for (const piece of piecesOf(bytes)) {
    const run = take(piece);
    if (run === undefined) continue;
    gathered = gathered === undefined ? run : joined(gathered, run);
    if (gathered.lines < linesInRun) continue;
    const runs = [...divided(gathered, linesInRun, newline)];
    const last = runs.at(-1);
    gathered = last?.lines === linesInRun ? undefined : runs.pop();
    yield* runs;
  }
  if (gathered !== undefined) yield gathered;
}

function joined(first: RecordRun, next: RecordRun): RecordRun {
  return { ...first, text: first.text + next.text, lines: first.lines + next.lines };
}

/** A run in shorter ones of so many lines, the last one of fewer. */
export function* divided(
  { text, lines, firstLine, bytesBefore }: RecordRun,
  linesInRun: number,
  newline: string,
): Iterable<RecordRun> {
  let start = 0;
  for (let at = 0; at < lines; at += linesInRun) {
    const count = Math.min(linesInRun, lines - at);
    let end = start;
    for (let no = 0; no < count; no += 1) end = text.indexOf(newline, end) + newline.length;
    const place = { firstLine: firstLine + at, bytesBefore: bytesBefore + start };
    yield { text: text.slice(start, end), lines: count, ...place };
    start = end;
  }
}

/** Reads a file piece by piece, as {@link RecordCutter} cuts it. */
export class RecordReader {
  private readonly cutter: RecordCutter;
  private readonly details: DetailReader;

  constructor(layout: Layout, form: FileForm, fail: Fail) {
    this.cutter = new RecordCutter(layout, form, fail);
    this.details = new DetailReader(layout, form, fail);
  }

  /**
   * The details that this piece completes.
   *
   * @throws Refusal FILE_NOT_TEXT when there are control bytes in a line; FILE_TOO_LARGE
   */
  take(piece: Buffer): readonly Row[] {
    const run = this.cutter.take(piece);
    return run === undefined ? [] : this.details.read(run);
  }

  /** As the cutter's. */
  end(): Readonly<{ header: Cells; trailer: Cells }> {
    return this.cutter.end();
  }
}
