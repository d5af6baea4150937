import type { Json } from '../client.js';

type RowNote = Readonly<{ file: string; line: number; column: string; zh: string; en: string }>;

type Refusal = Readonly<{ code: string; zh: string; en: string; doZh: string; doEn: string }>;

type Refused = Refusal & Readonly<{ line: number; key: string }>;

/** Rows of each kind that are listed; `--json` holds up to a thousand. */
const mostShown = 20;

/**
 * Nothing was taken, or a look at the file found what would not be. A row that was refused by a
 * decision is no fault of the import: the file was taken, and the answer to that row is told.
 */
export function isBad({ status, problemCount }: Json): boolean {
  return status === 'rejected' || (status === 'checked' && Number(problemCount) > 0);
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
    ...parkingWords(report),
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
function takenNow(report: Json): string {
  const { status, good, rows, problemCount, warningCount, refusedCount } = report;
  const refused = Number(refusedCount);
  const counts = `${Number(good) - refused}/${rows} 行 rows`;
  const signs = `(${Number(problemCount) + refused} ✗, ${warningCount} ⚠)`;
  const rest = partsWords(report, ['refusedCount', 'parked', 'known', 'retaken']);
  return `${statusWords(String(status))}: ${counts} ${signs}${rest}`;
}

const parts = {
  refusedCount: '未予受理 refused',
  parked: '搁置 parked',
  known: '早已导入 known',
  retaken: '补导入 retaken',
};

/** What became of rows beside those that were taken; what did not happen is not mentioned. */
function partsWords(report: Json, names: readonly (keyof typeof parts)[]): string {
  const counted = names.filter((name) => Number(report[name] ?? 0) > 0);
  if (counted.length === 0) return '';
  return `  其中 of them: ${counted.map((name) => `${parts[name]} ${report[name]}`).join(', ')}`;
}

/** Bad rows need not hold up the good ones, and those that wait are found and tried again. */
function parkingWords({ status, good, problemCount, parked }: Json): readonly string[] {
  if (status === 'rejected' || (status === 'checked' && Number(problemCount) > 0))
    return Number(good) === 0
      ? []
      : ['  加 --park 则保留正确的行 · with --park the good rows are taken and the others parked'];
  if (Number(parked ?? 0) === 0) return [];
  return [
    '  yuejie parked 列出搁置的行；所缺的补齐后，同一文件加 --park 再导入 · ' +
      '`yuejie parked` lists them; once what they lacked has come, import the file with --park',
  ];
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

function takenBefore(report: Json): string {
  const { parked } = report;
  const words = `早已导入，仍有 ${parked} 行搁置 · already taken, ${parked} rows still parked`;
  return words + partsWords(report, ['refusedCount']);
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
