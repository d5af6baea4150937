import iconv from 'iconv-lite';
import { refuse } from '#domain/refusal.js';
import {
  canonicalText,
  cellText,
  type Cells,
  type Column,
  type Fault,
  type FileForm,
  type Layout,
} from './layout.js';

/** Says no for one file: the caller knows which code fits. The header is line 1. */
export type Fail = (fault: Fault, line: number, column?: string) => never;

export type FileCells = Readonly<{ header: Cells; details: readonly Cells[]; trailer: Cells }>;

/** 50 MB hold 170,000 lines of the widest layout; an office pays fewer in one batch. */
export const fileLimitBytes = 50 * 1024 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const ascii = /^[\u0000-\u007f]*$/;

/** The bytes of a file; a pure function of its cells. Nothing is cut to fit: it fails instead. */
export function writeRecords(layout: Layout, form: FileForm, cells: FileCells, fail: Fail): Buffer {
  // Details before the header: of a wrong amount the line is named, not the total it spoils.
  const details = cells.details.map((detail, index) =>
    writeRecord(layout, form.detail, detail, index + 2, fail),
  );
  const header = writeRecord(layout, form.header, cells.header, 1, fail);
  const trailer = writeRecord(layout, form.trailer, cells.trailer, details.length + 2, fail);
  const lines = [header, ...details, trailer];
  return iconv.encode(lines.join(layout.newline) + layout.newline, layout.encoding);
}

/**
 * The cells of a file whose first bytes were recognised. Every line must be whole, the last one
 * being the trailer: a file that was cut anywhere fails here.
 *
 * @throws Refusal FILE_NOT_TEXT when there are control bytes in it
 */
export function readRecords(layout: Layout, form: FileForm, bytes: Buffer, fail: Fail): FileCells {
  refuseControlBytes(bytes);
  const lines = splitLines(layout, bytes, fail);
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined || lines.length < 2)
    return fail('record-missing', lines.length + 1);
  const header = readRecord(layout, form.header, first, 1, fail);
  const trailer = readRecord(layout, form.trailer, last, lines.length, fail);
  const details = lines
    .slice(1, -1)
    .map((line, index) => readRecord(layout, form.detail, line, index + 2, fail));
  return { header, details, trailer };
}

/**
 * Whether the bytes begin as this kind of file does: its header's constants, which are all ASCII.
 */
function beginsAs(layout: Layout, kind: 'batch' | 'receipt', bytes: Buffer): boolean {
  let prefix = '';
  for (const column of layout[kind].header) {
    if (column.kind !== 'constant') break;
    prefix += column.value;
    if (layout.shape.kind === 'delimited') prefix += layout.shape.separator;
  }
  return prefix !== '' && bytes.subarray(0, prefix.length).toString('latin1') === prefix;
}

/**
 * Finds the layout by the first bytes.
 *
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT, or `unknown` when it is text of
 *   another kind
 */
export function recognise(
  kind: 'batch' | 'receipt',
  bytes: Buffer,
  layouts: readonly Layout[],
  unknown: 'FILE_KIND_UNKNOWN' | 'RECEIPT_LAYOUT_UNKNOWN',
): Layout {
  refuseSize(bytes);
  const layout = layouts.find((candidate) => beginsAs(candidate, kind, bytes));
  if (layout !== undefined) return layout;
  refuseControlBytes(bytes);
  if (iconv.decode(bytes, 'gb18030').includes('\ufffd')) refuse('FILE_NOT_TEXT', {});
  return refuse(unknown, { known: layouts.map(({ name }) => name).join(', ') });
}

function refuseSize(bytes: Buffer): void {
  if (bytes.length > fileLimitBytes)
    refuse('FILE_TOO_LARGE', { bytes: String(bytes.length), limitBytes: String(fileLimitBytes) });
  if (bytes.every((byte) => byte === 0x20 || byte === lineFeed || byte === carriageReturn))
    refuse('FILE_EMPTY', {});
}

/**
 * A cell that the layout must have; a layout without it is a fault in the layout, not in the file.
 */
export function cellOf(cells: Cells, name: string): string {
  const text = cells[name];
  if (text === undefined) throw new Error(`layout has no column ${name}`);
  return text;
}

function writeRecord(
  layout: Layout,
  columns: readonly Column[],
  cells: Cells,
  line: number,
  fail: Fail,
): string {
  const texts = columns.map((column) => {
    const canonical = column.kind === 'constant' ? column.value : cellOf(cells, column.name);
    const cell = cellText(layout, column, canonical);
    if ('fault' in cell) return fail(cell.fault, line, column.name);
    const bytes = encodedLength(layout, cell.text);
    if (bytes === undefined) return fail('encoding', line, column.name);
    if (bytes > column.bytes) return fail('too-long', line, column.name);
    return layout.shape.kind === 'fixed' ? padded(column, cell.text, bytes) : cell.text;
  });
  return texts.join(layout.shape.kind === 'delimited' ? layout.shape.separator : '');
}

function padded(column: Column, text: string, bytes: number): string {
  const missing = column.bytes - bytes;
  return column.align === 'left' ? text + ' '.repeat(missing) : '0'.repeat(missing) + text;
}

/**
 * Bytes of the text in the layout's encoding; undefined when it would not come back as it went in.
 */
function encodedLength(layout: Layout, text: string): number | undefined {
  if (ascii.test(text)) return text.length;
  const encoded = iconv.encode(text, layout.encoding);
  return iconv.decode(encoded, layout.encoding) === text ? encoded.length : undefined;
}

function readRecord(
  layout: Layout,
  columns: readonly Column[],
  line: Buffer,
  lineNo: number,
  fail: Fail,
): Cells {
  const texts =
    layout.shape.kind === 'delimited'
      ? decoded(layout, line).split(layout.shape.separator)
      : fixedTexts(layout, columns, line);
  if (texts?.length !== columns.length) return fail('columns', lineNo);
  const cells: Record<string, string> = {};
  columns.forEach((column, index) => {
    const text = texts[index] ?? '';
    const canonical = canonicalText(layout, column, text);
    if (canonical === undefined) return fail('not-allowed', lineNo, column.name);
    if (layout.shape.kind === 'delimited' && column.kind !== 'note') {
      const bytes = encodedLength(layout, text);
      if (bytes === undefined) return fail('encoding', lineNo, column.name);
      if (bytes > column.bytes) return fail('too-long', lineNo, column.name);
    }
    cells[column.name] = canonical;
  });
  return cells;
}

/** Cut by bytes before decoding: the length of a Chinese name in characters says nothing here. */
function fixedTexts(
  layout: Layout,
  columns: readonly Column[],
  line: Buffer,
): readonly string[] | undefined {
  const lengthBytes = columns.reduce((total, { bytes }) => total + bytes, 0);
  if (line.length !== lengthBytes) return undefined;
  let start = 0;
  return columns.map((column) => {
    const text = decoded(layout, line.subarray(start, start + column.bytes));
    start += column.bytes;
    return column.align === 'left' ? text.replace(/ +$/, '') : text.replace(/^0+(?=.)/, '');
  });
}

function decoded(layout: Layout, bytes: Buffer): string {
  return isAscii(bytes)
    ? bytes.toString('latin1')
    : iconv.decode(bytes, layout.encoding, { stripBOM: false });
}

function isAscii(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}

/** Neither encoding has a line feed inside a character, so the bytes can be cut before decoding. */
function splitLines(layout: Layout, bytes: Buffer, fail: Fail): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(layout.newline, start, 'latin1');
    if (end === -1) return fail('line-end', lines.length + 1);
    lines.push(bytes.subarray(start, end));
    start = end + layout.newline.length;
  }
  return lines;
}

function refuseControlBytes(bytes: Buffer): void {
  const at = bytes.findIndex(
    (byte) => (byte < 0x20 && byte !== lineFeed && byte !== carriageReturn) || byte === 0x7f,
  );
  if (at !== -1) refuse('FILE_NOT_TEXT', { atByte: String(at) });
}
