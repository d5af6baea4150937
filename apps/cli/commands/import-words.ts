import type { Json } from '../client.js';

type RowNote = Readonly<{ file: string; line: number; column: string; zh: string; en: string }>;

type Refusal = Readonly<{ code: string; zh: string; en: string; doZh: string; doEn: string }>;

type Refused = Readonly<{ key: string; code: string }>;

/** Rows of each kind that are listed; `--json` holds up to a thousand. */
const mostShown = 20;

/** Nothing was taken, or a look at the file found what would not be. */
export function isBad({ status, problemCount }: Json): boolean {
  return status === 'rejected' || (status === 'checked' && Number(problemCount) > 0);
}

/** What came of a file: the counts, then each bad row and each odd one by line, column, reason. */
export function importWords(report: Json): string {
  const { status, good, rows, problemCount, warningCount } = report;
  const counts =
    status === 'same'
      ? takenBefore(report)
      : `${statusWords(String(status))}: ${good}/${rows} (${problemCount} ✗, ${warningCount} ⚠)`;
  const refusal = report['refusal'] as Refusal | undefined;
  const { refused = [] } = (report['outcome'] ?? {}) as Readonly<{ refused?: readonly Refused[] }>;
  return [
    counts,
    ...notes('✗', report['problems'] as readonly RowNote[], Number(problemCount)),
    ...notes('⚠', report['warnings'] as readonly RowNote[], Number(warningCount)),
    ...refused.slice(0, mostShown).map(({ key, code }) => `  ✗ ${key}  [${code}]`),
    ...more(refused.length, refused.length),
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

/** Why nothing was taken, and what to do. */
function refusalWords({ code, zh, en, doZh, doEn }: Refusal): readonly string[] {
  return [`${zh} · ${en} [${code}]`, `${doZh} · ${doEn}`];
}

function takenBefore({ parked }: Json): string {
  return `早已导入，仍有 ${parked} 行搁置 · already taken, ${parked} rows still parked`;
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
