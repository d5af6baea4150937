import iconv from 'iconv-lite';
import { refuse } from '#domain/refusal.js';
import { decodedText, encodedText, isAscii, type ByteText } from './encoding.js';
import {
  cellReader,
  cellText,
  type CellReader,
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

/** No record is longer: a file without line ends would be gathered again with every piece. */
export const recordLimitBytes = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
export const control = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/;

/** The bytes of a file; a pure function of its cells. Nothing is cut to fit: it fails instead. */
export function writeRecords(layout: Layout, form: FileForm, cells: FileCells, fail: Fail): Buffer {
  // Details before the header: of a wrong amount the line is named, not the total it spoils.
  const details = cells.details.map((detail, index) =>
    writeRecord(layout, form.detail, detail, index + 2, fail),
  );
  const header = writeRecord(layout, form.header, cells.header, 1, fail);
  const trailer = writeRecord(layout, form.trailer, cells.trailer, details.length + 2, fail);
  return Buffer.from(header + details.join('') + trailer, 'latin1');
}

/** One record with its line end. @param line its number in the file, for what fails */
export function writeRecord(
  layout: Layout,
  columns: readonly Column[],
  cells: Cells,
  line: number,
  fail: Fail,
): ByteText {
  const { shape, newline } = layout;
  const texts = columns.map((column) => {
    const canonical = column.kind === 'constant' ? column.value : cellOf(cells, column.name);
    const cell = cellText(layout, column, canonical);
    if ('fault' in cell) return fail(cell.fault, line, column.name);
    const bytes = encodedText(layout.encoding, cell.text);
    if (bytes === undefined) return fail('encoding', line, column.name);
    if (bytes.length > column.bytes) return fail('too-long', line, column.name);
    return shape.kind === 'fixed' ? padded(column, bytes) : bytes;
  });
  return texts.join(shape.kind === 'delimited' ? shape.separator : '') + newline;
}

function padded({ align, bytes: width }: Column, bytes: ByteText): ByteText {
  return align === 'left' ? bytes.padEnd(width, ' ') : bytes.padStart(width, '0');
}

/** The canonical texts of a record, in the order of its columns. */
export type Row = readonly string[];

/** A line of a file, and the bytes before it. */
export type Place = Readonly<{ lineNo: number; byte: number }>;

/** @throws Refusal FILE_NOT_TEXT when there are control bytes in it */
export function assertWhole(line: ByteText, { lineNo, byte }: Place, fail: Fail): void {
  if (line.length > recordLimitBytes) fail('too-long', lineNo);
  const at = line.search(control);
  if (at !== -1) refuse('FILE_NOT_TEXT', { atByte: String(byte + at) });
}

/** Some milliseconds of work. */
const pieceBytes = 32 * 1024;

/** A file's bytes in pieces, each of which is read before anybody else has waited for long. */
export function* piecesOf(bytes: Buffer, size = pieceBytes): Iterable<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
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
  refuseBinary(bytes);
  return refuse(unknown, { known: layouts.map(({ name }) => name).join(', ') });
}

function refuseSize(bytes: Buffer): void {
  refuseTooLarge(bytes.length);
  if (bytes.every((byte) => byte === 0x20 || byte === lineFeed || byte === carriageReturn))
    refuse('FILE_EMPTY', {});
}

export function refuseTooLarge(bytes: number): void {
  if (bytes > fileLimitBytes)
    refuse('FILE_TOO_LARGE', { bytes: String(bytes), limitBytes: String(fileLimitBytes) });
}

/**
 * A cell that the layout must have; a layout without it is a fault in the layout, not in the file.
 */
export function cellOf(cells: Cells, name: string): string {
  const text = cells[name];
  if (text === undefined) throw new Error(`layout has no column ${name}`);
  return text;
}

/**
 * Where each of these cells stands in a record's row. @throws Error as {@link cellOf}
 */
export function columnsOf<Name extends string>(
  columns: readonly Column[],
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const places = names.map((name) => {
    const at = columns.findIndex((column) => column.name === name);
    if (at === -1) throw new Error(`layout has no column ${name}`);
    return [name, at] as const;
  });
  return Object.fromEntries(places) as Record<Name, number>;
}

/** What is neither text nor ours is known by its beginning; the rest need not be looked at. */
function refuseBinary(bytes: Buffer): void {
  const beginning = bytes.subarray(0, recordLimitBytes);
  const at = beginning.toString('latin1').search(control);
  if (at !== -1) refuse('FILE_NOT_TEXT', { atByte: String(at) });
  const decoder = iconv.getDecoder('gb18030');
  const text = decoder.write(beginning);
  // A character that the end of the beginning cuts through says nothing.
  const rest = beginning.length === bytes.length ? decoder.end() : undefined;
  if (`${text}${rest ?? ''}`.includes('\ufffd')) refuse('FILE_NOT_TEXT', {});
}

type ColumnReader = Readonly<{ column: Column; read: CellReader }>;

/** Reads records of one kind; what a column's cells can be is found out once. */
export class RecordForm {
  private readonly columns: readonly ColumnReader[];
  private readonly lengthBytes: number;

  constructor(
    private readonly layout: Layout,
    columns: readonly Column[],
    private readonly fail: Fail,
  ) {
    this.columns = columns.map((column) => ({ column, read: cellReader(layout, column) }));
    this.lengthBytes = columns.reduce((total, { bytes }) => total + bytes, 0);
  }

  /** By the names of the columns. */
  cells(line: ByteText, lineNo: number): Cells {
    const row = this.read(line, lineNo);
    return Object.fromEntries(this.columns.map(({ column }, at) => [column.name, row[at] ?? '']));
  }

  read(line: ByteText, lineNo: number): Row {
    const { layout, columns, fail } = this;
    const { shape, encoding } = layout;
    const ascii = isAscii(line);
    // Split after decoding: the second byte of a character may be that of the separator.
    const row =
      shape.kind === 'delimited'
        ? (ascii ? line : decodedText(encoding, line)).split(shape.separator)
        : this.fixedTexts(line, ascii);
    if (row?.length !== columns.length) return fail('columns', lineNo);
    for (let index = 0; index < columns.length; index += 1) {
      const { column, read } = columns[index] as ColumnReader;
      const text = row[index] as string;
      const canonical = read(text);
      if (canonical === undefined) return fail('not-allowed', lineNo, column.name);
      if (shape.kind === 'delimited' && column.kind !== 'note') {
        const bytes = ascii ? text : encodedText(encoding, text);
        if (bytes === undefined) return fail('encoding', lineNo, column.name);
        if (bytes.length > column.bytes) return fail('too-long', lineNo, column.name);
      }
      row[index] = canonical;
    }
    return row;
  }

  /** Cut by bytes before decoding: the length of a Chinese name in characters says nothing here. */
  private fixedTexts(line: ByteText, ascii: boolean): string[] | undefined {
    if (line.length !== this.lengthBytes) return undefined;
    const { encoding } = this.layout;
    let start = 0;
    return this.columns.map(({ column: { bytes, align } }) => {
      const cell = line.slice(start, start + bytes);
      start += bytes;
      const text = ascii ? cell : decodedText(encoding, cell);
      return align === 'left' ? withoutSpaces(text) : withoutZeros(text);
    });
  }
}

const space = 0x20;
const zero = 0x30;

function withoutSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === space) end -= 1;
  return text.slice(0, end);
}

/** The last one stays: a cell of nothing but zeros says zero. */
function withoutZeros(text: string): string {
  let start = 0;
  while (start < text.length - 1 && text.charCodeAt(start) === zero) start += 1;
  return text.slice(start);
}
