import { CsvError, parse } from 'csv-parse/sync';
import { refuse } from '#domain/refusal.js';
import { headerText } from './headers.js';

/** A row as the file holds it, before anything is read from it. */
export type RawRow = Readonly<{ line: number; cells: readonly string[] }>;

/** What `eachRow` says of the whole file; `openEnd` when the last line has no line end. */
export type TableEnd = Readonly<{ rows: number; lastLine: number; openEnd: boolean }>;

/** No honest row comes near this length; a quote that is never closed does. */
const maxRowCharacters = 64 * 1024;

/**
 * Reads RFC 4180 text row by row, with CRLF or LF, and hands over each row with the line it begins
 * on. `header` is called once, before the first row. Empty lines count as lines, not as rows.
 *
 * @throws Refusal FILE_CUT when a quote stays open or the last row ends early; FILE_COLUMNS when
 * there is no header
 */
export function eachRow(
  fileName: string,
  text: string,
  header: (cells: readonly string[]) => void,
  row: (row: RawRow) => void,
): TableEnd {
  const openEnd = !/[\r\n]$/.test(text);
  let line = 1;
  let width = 0;
  let rows = 0;
  // One row is kept back, because only the end of the file tells whether it was the last.
  const held: { row: RawRow | undefined } = { row: undefined };
  const take = (cells: readonly string[]) => {
    const at = line;
    line += 1 + lineEndsWithin(cells);
    if (cells.length === 1 && headerText(cells[0] ?? '') === '') return;
    if (width === 0) {
      width = cells.length;
      header(cells);
      return;
    }
    if (held.row !== undefined) row(held.row);
    held.row = { line: at, cells };
    rows += 1;
  };
  parseInto(fileName, text, take);
  if (width === 0) refuse('FILE_COLUMNS', { file: fileName, column: '' });
  const last = held.row;
  if (last === undefined) return { rows, lastLine: 1, openEnd };
  if (openEnd && last.cells.length < width)
    refuse('FILE_CUT', { file: fileName, line: String(last.line) });
  row(last);
  return { rows, lastLine: last.line, openEnd };
}

function parseInto(fileName: string, text: string, take: (cells: readonly string[]) => void) {
  try {
    parse(text, {
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: false,
      maxRecordSize: maxRowCharacters,
      onRecord: (cells: string[]) => {
        take(cells);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = String(error['lines'] ?? '');
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') refuse('FILE_CUT', { file: fileName, line });
    if (error.code === 'CSV_MAX_RECORD_SIZE') refuse('FILE_CUT', { file: fileName, line });
    refuse('FILE_NOT_TEXT', { file: fileName, line });
  }
}

/** The parser counts CRLF inside a quoted value twice, so lines are counted here. */
function lineEndsWithin(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (!cell.includes('\n') && !cell.includes('\r')) continue;
    count += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return count;
}
