import { refuse, type RefusalCode } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import {
  readAndCheck,
  rowContent,
  rowKey,
  type CheckedFile,
  type CheckedRow,
} from '#input/check.js';
import { isKind, type Kind, type RowOf } from '#input/kinds.js';
import type { RowProblem, RowWarning } from '#input/problems.js';
import { mappingFrom } from '#input/reader.js';
import { rejectedFile } from '#input/rejects.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { Act, App } from '../app.js';
import { sha256Hex } from '../ids.js';
import { refusalTexts, type RefusalText } from '../refusal-texts.js';
import { fileTaken, recordFile, recordRows, type TakenFile } from './files.js';
import { retakeParked } from './parked.js';
import { keepRefused, refusedOf, refusedRows, releaseKeys, type RefusedRow } from './refused.js';
import { digestOf, loadRegisters } from './registers.js';
import { takers, type Taken } from './takers.js';

export type ImportInput = Readonly<{
  kind: string;
  fileName: string;
  bytes: Uint8Array;
  /** Checks everything and takes nothing. */
  dryRun?: boolean;
  /** Takes the good rows; the bad ones wait in a list. Without it a bad row stops the file. */
  park?: boolean;
  /** An office's own column mapping, as JSON. */
  mapping?: string;
}>;

export type ImportReport = Readonly<{
  kind: Kind;
  file: string;
  sha256: string;
  /**
   * `same`: this file was taken in before, and nothing of it could be taken now; `rejected`: bad
   * rows and no parking.
   */
  status: 'taken' | 'same' | 'checked' | 'rejected';
  rows: number;
  good: number;
  known: number;
  parked: number;
  /** Rows that had been parked and left the list now that their file was handed in again. */
  retaken: number;
  problems: readonly RowProblem[];
  warnings: readonly RowWarning[];
  /** What came of the good rows: ids of rolls, batches of proposals, coded refusals by row. */
  outcome: Outcome;
  position: bigint;
  /** Why nothing was taken and what to do: only of a file that is rejected. */
  refusal?: RefusalText & Readonly<{ code: RefusalCode }>;
}>;

/** What the good rows made, and which of them a decision refused: of this act, or of an earlier. */
export type Outcome = Readonly<{ refused: readonly RefusedRow[]; made: readonly string[] }>;

const nothingTaken: Outcome = { refused: [], made: [] };

/** Work in progress, for whoever watches: rows done of rows to do. */
export type Progress = (done: number, of: number) => void;

/**
 * Takes a bureau's file in: everything is checked first, then all rows are taken or none, or the
 * good ones with `park`. The same file again changes nothing, nor does a row that another file
 * brought; with `park` the rows of it that wait are tried once more. A file that was cut off by a
 * crash is simply handed in again.
 *
 * @throws Refusal FILE_KIND_UNKNOWN, FILE_NAME_TAKEN, FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT,
 * FILE_CUT, FILE_COLUMNS
 */
export async function importFile(
  app: App,
  act: Act,
  input: ImportInput,
  progress: Progress = () => undefined,
): Promise<ImportReport> {
  const { kind, fileName } = input;
  if (!isKind(kind)) return refuse('FILE_KIND_UNKNOWN', { kind });
  await app.settled(await app.store.head());
  const checked = await check(app, act, kind, input);
  const { sha256 } = checked;
  const rows = checked.rows.filter(({ done }) => !done);
  const earlier = await fileTaken(app.pool, {
    ...{ kind, name: fileName, office: act.by.office, sha256 },
  });
  const report = reportOf(checked, fileName);
  if (earlier !== undefined) {
    const outcome = { refused: await stillRefused(app, earlier, rows), made: [] };
    const same = { ...report, status: 'same', parked: earlier.parked, outcome } as const;
    if (input.park !== true || input.dryRun === true || earlier.parked === 0) return same;
    return again(app, act, { earlier, checked, report: same, progress });
  }
  if (input.dryRun === true) return { ...report, status: 'checked' };
  if (checked.problems.length > 0 && input.park !== true) return rejected(report);
  const taken = await takeRows(app, act, { checked, rows, sha256, progress });
  const outcome = { ...taken, refused: refusedRows(rows, taken.refused) };
  await keepFile(app, act, checked, { name: fileName, refused: outcome.refused });
  const position = await app.store.head();
  const parked = checked.problems.length;
  return { ...report, status: 'taken', parked, outcome, position };
}

/** What was refused when the file was taken, unless another file has brought it since. */
async function stillRefused(
  app: App,
  earlier: TakenFile,
  open: readonly CheckedRow<Kind>[],
): Promise<readonly RefusedRow[]> {
  const lines = new Set(open.map(({ line }) => line));
  const refused = await refusedOf(app.pool, earlier);
  return refused.filter(({ line }) => lines.has(line));
}

type Again = Readonly<{
  earlier: TakenFile;
  checked: CheckedFile<Kind>;
  report: ImportReport;
  progress: Progress;
}>;

/** The same file, handed in once more for the sake of its rows that wait. */
async function again(
  app: App,
  act: Act,
  { earlier, checked, report, progress }: Again,
): Promise<ImportReport> {
  const { taken, parked, refused, made } = await retakeParked(app, act, {
    ...{ checked, earlier },
    take: (rows, sha256) => takeRows(app, act, { checked, rows, sha256, progress }),
    seal: (lines) => sealRejects(app, onlyBad(checked, lines), earlier.name),
  });
  const position = await app.store.head();
  const status = taken === 0 ? 'same' : 'taken';
  const outcome = { refused: [...report.outcome.refused, ...refused], made };
  return { ...report, status, parked, retaken: taken, outcome, position };
}

function onlyBad(checked: CheckedFile<Kind>, lines: ReadonlySet<number>): CheckedFile<Kind> {
  const isMeant = ({ line }: Readonly<{ line: number }>): boolean => lines.has(line);
  const { problems, parked } = checked;
  return { ...checked, problems: problems.filter(isMeant), parked: parked.filter(isMeant) };
}

/** @param sha256 names the act; which file a row came with is kept by the file's own */
async function takeRows(
  app: App,
  act: Act,
  {
    checked: { kind, file: fileName, sha256: fileSha256 },
    rows,
    sha256,
    progress,
  }: Readonly<{
    checked: CheckedFile<Kind>;
    rows: readonly CheckedRow<Kind>[];
    sha256: string;
    progress: Progress;
  }>,
): Promise<Taken> {
  await recordRows(app.pool, { kind, sha256: fileSha256 }, digests(app, kind, rows));
  const taken = await takers[kind](app, act, {
    rows: rows.map(({ row }) => row) as never,
    ...{ sha256, fileSha256, fileName, progress },
  });
  const turnedAway = new Set(taken.refused.flatMap((one) => one.rows));
  const free = rows.filter(({ row }) => turnedAway.has(row));
  await releaseKeys(app.pool, kind, keysOf(app, kind, free));
  return taken;
}

function keysOf(app: App, kind: Kind, rows: readonly CheckedRow<Kind>[]): readonly string[] {
  return digests(app, kind, rows).map(({ key }) => key);
}

async function check<K extends Kind>(
  app: App,
  act: Act,
  kind: K,
  { fileName, bytes, mapping }: ImportInput,
): Promise<CheckedFile<K>> {
  const scope = act.offices;
  const { office } = act.by;
  const file = { kind, office, name: fileName, sha256: sha256Hex(bytes) };
  const registers = await loadRegisters(app, { ...file, scope });
  const jurisdiction = await jurisdictionOf(app.pool, act.by.office);
  const contribution = (month: Month, baseFen: Fen, household: string) =>
    app.law.contribution(jurisdiction, { month, baseFen, household });
  return readAndCheck(kind, fileName, bytes, registers, {
    contribution,
    mapping: mapping === undefined ? undefined : mappingFrom(kind, mapping),
  });
}

function reportOf(checked: CheckedFile<Kind>, file: string): ImportReport {
  const { kind, sha256, rows, problems, warnings } = checked;
  return {
    ...{ kind, file, sha256, problems, warnings },
    status: 'checked',
    rows: rows.length + problems.length,
    good: rows.length,
    known: rows.filter(({ known }) => known).length,
    parked: 0,
    retaken: 0,
    outcome: nothingTaken,
    position: 0n,
  };
}

function rejected(report: ImportReport): ImportReport {
  const code = 'FILE_ROWS_REJECTED';
  return { ...report, status: 'rejected', refusal: { code, ...refusalTexts[code] } };
}

function digests<K extends Kind>(app: App, kind: K, rows: readonly Readonly<{ row: RowOf[K] }>[]) {
  return rows.map(({ row }) => ({
    key: digestOf(app, rowKey(kind, row)),
    content: digestOf(app, rowContent<K>(row)),
  }));
}

async function keepFile(
  app: App,
  act: Act,
  checked: CheckedFile<Kind>,
  { name, refused }: Readonly<{ name: string; refused: readonly RefusedRow[] }>,
): Promise<void> {
  const { kind, sha256, rows, problems } = checked;
  const { office } = act.by;
  // Before the file itself: cut off in between, it is handed in again and has to tell of them.
  await keepRefused(app.pool, { kind, office, name }, refused);
  const rejects = await sealRejects(app, checked, name);
  await recordFile(
    app.pool,
    {
      ...{ sha256, kind, name, office, rejects },
      ...{ parked: problems.length, refused: refused.length },
      rows: rows.length,
      actor: act.by.person,
      day: act.on,
    },
    problems,
  );
}

/** The rows that wait, sealed as a file that can be corrected; null when none does. */
async function sealRejects(
  app: App,
  { kind, header, parked, problems }: CheckedFile<Kind>,
  name: string,
): Promise<string | null> {
  if (problems.length === 0) return null;
  const bytes = Buffer.from(rejectedFile(header, parked, problems));
  return (await app.vault.files.sealBytes(`rejects-${kind}-${name}`, bytes)).ref;
}
