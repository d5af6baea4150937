import type { Json } from '../client.js';

type RowNote = Readonly<{ file: string; line: number; column: string; zh: string; en: string }>;

type Refusal = Readonly<{ code: string; zh: string; en: string; doZh: string; doEn: string }>;

type Refused = Refusal & Readonly<{ line: number; key: string }>;

/** Rows of each kind that are listed; `--json` holds up to a thousand. */
const mostShown = 20;

/** Nothing was taken, a look at the file found what would not be, or a decision refused a row. */
export function isBad({ status, problemCount, refusedCount }: Json): boolean {
  if (status === 'rejected' || Number(refusedCount) > 0) return true;
  return status === 'checked' && Number(problemCount) > 0;
}

/** What came of a file: the counts, then each bad row and each odd one by line, column, reason. */
export function importWords(report: Json): string {
  const { status, problemCount, warningCount, refusedCount } = report;
  const counts = status === 'same' ? takenBefore(report) : takenNow(report);
  const refusal = report['refusal'] as Refusal | undefined;
  const { refused = [] } = (report['outcome'] ?? {}) as Readonly<{ refused?: readonly Refused[] }>;
  return [
    counts,
    ...notes('✗', report['problems'] as readonly RowNote[], Number(problemCount)),
    ...notes('⚠', report['warnings'] as readonly RowNote[], Number(warningCount)),
    ...refusedRows(String(report['file']), refused, Number(refusedCount)),
    ...(refusal === undefined ? [] : refusalWords(refusal)),
  ].join('\n');
}

const statusesZh: Readonly<Record<string, string>> = {
  taken: '已导入',
  checked: '已检查，没有导入',
  rejected: '没有导入',
};

/** As `month status` has it: the Chinese word first, then the one that `--json` says. */
function statusWords(status: string): string {
  return `${statusesZh[status] ?? ''} ${status}`.trim();
}

/** A refused row counts as taken in neither: it is one of those that are bad. */
function takenNow({ status, good, rows, problemCount, warningCount, refusedCount }: Json): string {
  const refused = Number(refusedCount);
  const counts = `${Number(good) - refused}/${rows}`;
  const signs = `(${Number(problemCount) + refused} ✗, ${warningCount} ⚠)`;
  return `${statusWords(String(status))}: ${counts} ${signs}${refusedWords(refused)}`;
}

function refusedWords(refused: number): string {
  return refused === 0 ? '' : `  其中未予受理 of them refused ${refused}`;
}

/** Each refused row with its reason, then what to do, once for each reason. */
function refusedRows(file: string, rows: readonly Refused[], count: number): readonly string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, mostShown);
  const advice = new Map(shown.map(({ code, doZh, doEn }) => [code, `${doZh} · ${doEn}`]));
  return [
    ...shown.map(
      ({ line, key, code, zh, en }) => `  ✗ ${file}:${line} ${key} ${zh} · ${en} [${code}]`,
    ),
    ...more(rows.length, count),
    ...[...advice].map(([code, what]) => `  [${code}] ${what}`),
    '  改正后放在另一个文件里再导入 · once that is done, hand the row in again in another file',
  ];
}

/** Why nothing was taken, and what to do. */
function refusalWords({ code, zh, en, doZh, doEn }: Refusal): readonly string[] {
  return [`${zh} · ${en} [${code}]`, `${doZh} · ${doEn}`];
}

function takenBefore({ parked, refusedCount }: Json): string {
  const words = `早已导入，仍有 ${parked} 行搁置 · already taken, ${parked} rows still parked`;
  return words + refusedWords(Number(refusedCount));
}

function notes(sign: string, rows: readonly RowNote[], count: number): readonly string[] {
  const lines = rows
    .slice(0, mostShown)
    .map(({ file, line, column, zh, en }) => `  ${sign} ${file}:${line} ${column} ${zh} · ${en}`);
  return [...lines, ...more(rows.length, count)];
}

function more(listed: number, count: number): readonly string[] {
  const left = count - Math.min(listed, mostShown);
  return left > 0 ? [`  … 还有 ${left} 行，见 --json · and ${left} more, see --json`] : [];
}
