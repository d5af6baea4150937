import type { RowProblem } from './problems.js';
import type { RawRow } from './table.js';

/**
 * The rows that were not taken, as a file a clerk can correct and hand in again: the columns as
 * they came, then the line and the reason, which a second import passes over. UTF-8 with its mark,
 * which office programs need to open it well.
 */
export function rejectedFile(
  header: readonly string[],
  parked: readonly RawRow[],
  problems: readonly RowProblem[],
): Uint8Array {
  const why = new Map(problems.map((problem) => [problem.line, problem]));
  const lines = [csvLine([...header, '原文件行号', '未导入原因'])];
  for (const { line, cells } of parked) {
    const problem = why.get(line);
    const place = problem?.column === '' ? '' : `${problem?.column ?? ''}：`;
    const padded = header.map((_, index) => cells[index] ?? '');
    lines.push(csvLine([...padded, String(line), `${place}${problem?.zh ?? ''}`]));
  }
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`, 'utf8');
}

/** One row of RFC 4180: quoted where a comma, a quote or a line end asks for it. */
export function csvLine(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}
