import type { RefusalCode } from '#domain/refusal.js';
import type { CheckedFile, CheckedRow } from '#input/check.js';
import type { Kind } from '#input/kinds.js';
import { reasons, type Reason } from '#input/problems.js';
import type { Act, App } from '../app.js';
import { sha256Hex } from '../ids.js';
import { refusalTexts } from '../refusal-texts.js';
import {
  keepWaiting,
  waitingLines,
  waitingRow,
  waitingRows,
  type TakenFile,
  type Waiting,
} from './files.js';
import { refusedRows, type RefusedRow } from './refused.js';
import type { Taken } from './takers.js';

/** What came of the rows that waited, when their file was handed in again. */
export type Retaken = Readonly<{
  taken: number;
  parked: number;
  refused: readonly RefusedRow[];
  made: readonly string[];
}>;

type Again<K extends Kind> = Readonly<{
  checked: CheckedFile<K>;
  earlier: TakenFile;
  /** Takes these rows as a file of that hash would bring them. */
  take: (rows: readonly CheckedRow<K>[], sha256: string) => Promise<Taken>;
  /** Seals the rows of those lines, to be corrected; null when none of them is bad. */
  seal: (lines: ReadonlySet<number>) => Promise<string | null>;
}>;

/**
 * Tries the rows of a file that wait once more: what was missing may have come since. Whoever is
 * good now is taken, or was brought by another file meanwhile, and leaves the list; the others stay
 * with the reason that holds now. The rows that were taken with the file are not touched.
 */
export async function retakeParked<K extends Kind>(
  app: App,
  act: Act,
  { checked, earlier, take, seal }: Again<K>,
): Promise<Retaken> {
  const { name, office } = earlier;
  const { kind } = checked;
  const waiting = new Set(await waitingLines(app.pool, earlier));
  const good = checked.rows.filter(({ line }) => waiting.has(line));
  const open = good.filter(({ done }) => !done);
  // The same rows tried again are the same act; other ones are a file of their own.
  const lines = open.map(({ line }) => line).join(',');
  const outcome =
    open.length === 0
      ? { refused: [], made: [] }
      : await take(open, sha256Hex(Buffer.from(`${checked.sha256}/${lines}`)));
  const refused = refusedRows(open, outcome.refused);
  const stays = [
    ...checked.problems.filter(({ line }) => waiting.has(line)),
    ...refused.map(({ line, code }) => ({ line, column: '', reason: code })),
  ];
  const staying = new Set(stays.map(({ line }) => line));
  const settled = [...waiting].filter((line) => !staying.has(line));
  await keepWaiting(app.pool, {
    ...{ kind, office, name, stays, settled, day: act.on },
    rejects: stays.length === 0 ? null : ((await seal(staying)) ?? earlier.rejects),
  });
  const { made } = outcome;
  return { taken: settled.length, parked: stays.length, refused, made };
}

/** One row that waits: where it stands and why, in both languages, and nothing of what it says. */
export type WaitingRow = Omit<Waiting, 'rejects'> & Readonly<{ zh: string; en: string }>;

/** The rows of one's offices that wait, file by file; `rejects` finds one of them again. */
export async function rowsThatWait(
  app: App,
  { offices }: Pick<Act, 'offices'>,
): Promise<readonly (WaitingRow & Pick<Waiting, 'rejects'>)[]> {
  const rows = await waitingRows(app.pool, offices);
  return rows.map((row) => ({ ...row, ...textsOf(row.reason) }));
}

/** @returns undefined also for a row of an office that the reader does not see */
export async function rowThatWaits(
  app: App,
  { offices }: Act,
  place: Readonly<{ ref: string; line: number }>,
): Promise<WaitingRow | undefined> {
  const found = await waitingRow(app.pool, { ...place, offices });
  if (found === undefined) return undefined;
  const { rejects: _ref, ...row } = found;
  return { ...row, ...textsOf(row.reason) };
}

/** A row waits for a reason of its own, or for a decision that refused it. */
function textsOf(reason: string): Readonly<{ zh: string; en: string }> {
  if (reason in reasons) {
    const [zh, en] = reasons[reason as Reason];
    return { zh, en };
  }
  const { zh, en } = refusalTexts[reason as RefusalCode];
  return { zh, en };
}
