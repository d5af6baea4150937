import iconv from 'iconv-lite';
import type { Random } from './random.js';

/** A column: its own header, the bureaus' header, and how its values are written there. */
export type ColumnSpec = readonly [
  own: string,
  bureau: string,
  words?: 'yuan' | Readonly<Record<string, string>>,
];

export type Style = 'own' | 'bureau' | 'bureau-utf8';

const noWords: Readonly<Record<string, string>> = {};

/** More rows than this go into a further file, so that none grows past what is taken at once. */
export const rowsAFile = 400_000;

/**
 * Writes rows as they stand (amounts in fen, our own words) or as a bureau would: Chinese headers
 * and words, yuan with two decimals, GB18030 with CRLF or UTF-8 with its mark.
 */
export function encodeTable(
  columns: readonly ColumnSpec[],
  rows: readonly (readonly string[])[],
  style: Style,
): Uint8Array {
  const lineEnd = style === 'own' ? '\n' : '\r\n';
  const lines = [line(columns.map(([own, bureau]) => (style === 'own' ? own : bureau)))];
  for (const row of rows)
    lines.push(line(style === 'own' ? row : row.map((cell, at) => bureauCell(cell, columns[at]))));
  const text = lines.join(lineEnd) + lineEnd;
  if (style === 'bureau') return iconv.encode(text, 'gb18030');
  return Buffer.from(style === 'own' ? text : `\ufeff${text}`, 'utf8');
}

/** Blanks and full-width digits, as hands put them into files: about one cell in three hundred. */
export function untidy(random: Random, cell: string): string {
  if (!random.chance(1, 300) || cell === '') return cell;
  const full = (text: string) =>
    text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  return random.pick([` ${cell} `, `${cell}\u3000`, full(cell)]);
}

function bureauCell(cell: string, column: ColumnSpec | undefined): string {
  const words = column?.[2];
  if (words !== 'yuan') return (words ?? noWords)[cell] ?? cell;
  if (!/^-?\d+$/.test(cell)) return cell;
  const digits = cell.replace('-', '').padStart(3, '0');
  return `${cell.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}
