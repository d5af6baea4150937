import { isDay, isMonth } from '#domain/values/calendar.js';
import type { Encoding } from './encoding.js';
import type { ReasonCode } from './reasons.js';

/**
 * What a bank's files look like, as data. A new bank is a new value of `Layout`, not new code:
 * columns have names, and no other file speaks of positions.
 */
export type Layout = Readonly<{
  name: string;
  /** Cells between separators, or cells of a fixed length in bytes. */
  shape: Readonly<{ kind: 'delimited'; separator: string }> | Readonly<{ kind: 'fixed' }>;
  encoding: Encoding;
  newline: '\r\n' | '\n';
  /** Yuan with two decimals (`2412.00`), or whole fen (`241200`). */
  amounts: 'yuan' | 'fen';
  days: 'YYYY-MM-DD' | 'YYYYMMDD';
  /** `failures-only`: the receipt lists what failed and only totals what succeeded. */
  coverage: 'every-line' | 'failures-only';
  /**
   * The bank's reason codes in our words; several may mean the same, the first of them is written.
   */
  reasons: readonly Readonly<{ code: string; means: ReasonCode }>[];
  batch: FileForm;
  receipt: FileForm;
}>;

/** One header record, any number of details, one trailer. */
export type FileForm = Readonly<Record<RecordKind, readonly Column[]>>;
export type RecordKind = 'header' | 'detail' | 'trailer';

export type Column = Readonly<{
  name: string;
  /** What the column means, as the documentation of the format prints it. */
  zh: string;
  en: string;
  /** Exactly this many bytes in a fixed layout, at most this many in a delimited one. */
  bytes: number;
  /** In a fixed layout: left is filled up with spaces, right with zeros. */
  align: 'left' | 'right';
  /** An optional cell may be empty. */
  optional?: boolean;
}> &
  // A payment of nothing is none: an `amount` is more than zero, a `total` may be zero.
  (
    | Readonly<{ kind: PlainKind | 'amount' | 'total' | 'day' | 'month' }>
    | Readonly<{ kind: 'constant'; value: string }>
    | Readonly<{ kind: 'word'; words: Readonly<Record<string, string>> }>
  );

/**
 * A `note` is written as text and not read: nothing depends on it, so nothing is refused for it.
 */
type PlainKind = 'text' | 'note' | 'token' | 'account' | 'bank' | 'count';

/**
 * Canonical texts by column name: amounts in fen, days `YYYY-MM-DD`, counts without zeros in front.
 */
export type Cells = Readonly<Record<string, string>>;

/**
 * Why a cell or a file is not as the layout says; never the value itself, which may be personal.
 */
export type Fault =
  | 'encoding'
  | 'line-end'
  | 'record-missing'
  | 'columns'
  | 'too-long'
  | 'empty'
  | 'separator'
  | 'not-allowed'
  | 'count'
  | 'totals'
  | 'sequence'
  | 'repeated'
  | 'result';

const tokenPattern = /^[0-9A-Za-z._-]+$/;
const accountPattern = /^[0-9A-Za-z-]+$/;
const countPattern = /^(?:0|[1-9]\d{0,8})$/;
const totalPattern = /^(?:0|[1-9]\d{0,14})$/;
const amountPattern = /^[1-9]\d{0,14}$/;
const yuanPattern = /^(?:0|[1-9]\d{0,12})\.\d{2}$/;
// U+FFFD stands for bytes that could not be read, so it cannot be told from damage.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffd]/;

/**
 * From the canonical text to the cell's text, without padding; a fault when the layout has no such
 * text.
 */
export function cellText(
  layout: Layout,
  column: Column,
  canonical: string,
): { text: string } | { fault: Fault } {
  if (canonical === '' && column.kind !== 'constant')
    return column.optional === true ? { text: '' } : { fault: 'empty' };
  const text = written(layout, column, canonical);
  if (text === undefined) return { fault: 'not-allowed' };
  if (layout.shape.kind === 'delimited' && text.includes(layout.shape.separator))
    return { fault: 'separator' };
  return { text };
}

/** From a cell's text, padding removed, to its canonical text; undefined when it is not one. */
export type CellReader = (text: string) => string | undefined;

/** Made once a column, as a file has as many cells of it as lines. */
export function cellReader(layout: Layout, column: Column): CellReader {
  const read = textReader(layout, column);
  if (column.kind === 'constant') return read;
  const empty = column.optional === true ? '' : undefined;
  return (text) => (text === '' ? empty : read(text));
}

function textReader(layout: Layout, column: Column): CellReader {
  switch (column.kind) {
    case 'note':
      return () => '';
    case 'constant':
      return (text) => (text === column.value ? text : undefined);
    case 'word':
      return wordReader(column.words);
    case 'amount':
    case 'total': {
      const { kind } = column;
      if (layout.amounts === 'fen') return repeating((text) => fenText(kind, text));
      return repeating((text) => fenText(kind, fenOfYuan(text)));
    }
    case 'day': {
      const dashes = layout.days === 'YYYYMMDD';
      return repeating(dashes ? (text) => dashed(text, /^(\d{4})(\d{2})(\d{2})$/) : dayText);
    }
    case 'month': {
      const dashes = layout.days === 'YYYYMMDD';
      return repeating(dashes ? (text) => dashed(text, /^(\d{4})(\d{2})$/) : monthText);
    }
    default: {
      const { kind } = column;
      return (text) => plain(kind, text);
    }
  }
}

/** The first word that is written so, should there be two. */
function wordReader(words: Readonly<Record<string, string>>): CellReader {
  const byText = new Map(
    Object.entries(words)
      .map(([word, text]) => [text, word] as const)
      .reverse(),
  );
  return (text) => byText.get(text);
}

/** Most lines of a file are of one day and of the amount of the line before. */
function repeating(read: CellReader): CellReader {
  let last = '';
  let canonical: string | undefined;
  return (text) => {
    if (text !== last) {
      canonical = read(text);
      last = text;
    }
    return canonical;
  };
}

function written(layout: Layout, column: Column, canonical: string): string | undefined {
  switch (column.kind) {
    case 'constant':
      return column.value;
    case 'word':
      return column.words[canonical];
    case 'amount':
    case 'total': {
      const text = fenText(column.kind, canonical);
      return layout.amounts === 'fen' || text === undefined ? text : yuanOfFen(text);
    }
    case 'day':
    case 'month': {
      const text = column.kind === 'day' ? dayText(canonical) : monthText(canonical);
      return layout.days === 'YYYYMMDD' ? text?.replaceAll('-', '') : text;
    }
    default:
      return plain(column.kind, canonical);
  }
}

function plain(kind: PlainKind, text: string): string | undefined {
  switch (kind) {
    case 'text':
    case 'note':
      // Spaces at the edges would be taken for padding, and would be lost on the way.
      return unprintable.test(text) || text.startsWith(' ') || text.endsWith(' ')
        ? undefined
        : text;
    case 'token':
      return matching(tokenPattern, text);
    case 'account':
      return matching(accountPattern, text);
    case 'bank':
      return matching(/^\d{12}$/, text);
    case 'count':
      return matching(countPattern, text);
  }
}

function matching(pattern: RegExp, text: string): string | undefined {
  return pattern.test(text) ? text : undefined;
}

function fenText(kind: 'amount' | 'total', text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return matching(kind === 'amount' ? amountPattern : totalPattern, text);
}

function fenOfYuan(text: string): string | undefined {
  if (!yuanPattern.test(text)) return undefined;
  const cents = text.slice(-2);
  const yuan = text.slice(0, -3);
  return yuan === '0' ? String(Number(cents)) : yuan + cents;
}

function yuanOfFen(canonical: string): string {
  const digits = canonical.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function dashed(text: string, pattern: RegExp): string | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const joined = match.slice(1).join('-');
  return joined.length === 10 ? dayText(joined) : monthText(joined);
}

function dayText(text: string): string | undefined {
  return isDay(text) ? text : undefined;
}

function monthText(text: string): string | undefined {
  return isMonth(text) ? text : undefined;
}
