import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cityFiles } from '../city/generate.js';
import { cityOf } from '../city/people.js';
import type { BankScript } from '../city/script.js';
import { Failure } from '../failure.js';
import type { Bureau } from './bureau.js';
import {
  claimsByMonth,
  happeningsOf,
  missingFrom,
  type Claims,
  type Happenings,
} from './happenings.js';
import { workMonths } from './month.js';
import { OfficeDoor } from './office-door.js';
import { claimFolder, demoFolder, isBegun, writeOnce, type DemoOptions } from './options.js';
import type { Progress } from './progress.js';
import { refuseOtherWork } from './register.js';
import { faultsOf, sheetOf, type MonthSheet } from './sheet.js';

export type DemoPlace = Readonly<{
  /** Of a server with demonstration accounts, over the same data folder. */
  baseUrl: string;
  dataDir: string;
  /** Between the agency and its bank. */
  bankFolder: string;
  /** The independent proof over everything that was recorded. */
  verify: () => Promise<boolean>;
  progress?: Progress;
  /** Another bank than the city's own, to show that its faults are looked for. */
  bank?: (script: BankScript) => BankScript;
}>;

export type DemoMonth = MonthSheet & Readonly<{ happened: Happenings; claims: Claims }>;

export type DemoReport = Readonly<{
  seed: number | string;
  persons: number;
  months: readonly DemoMonth[];
  verified: boolean;
}>;

/**
 * The main job: a generated city's files are imported, its claims decided, its months paid and
 * closed, all through the API by signed-in people. A run that was killed goes on where it stood;
 * one that is finished only reads. The same options give the same report.
 *
 * @throws Failure DEMO_OTHER_CITY, DEMO_FOLDER_USED; DEMO_INCOMPLETE when a month does not balance,
 * something that a demonstration must show never happened, or the proof fails; the server's own
 * codes otherwise
 */
export async function runDemo(options: DemoOptions, place: DemoPlace): Promise<DemoReport> {
  const city = cityOf(options);
  const door = new OfficeDoor(place.baseUrl, JSON.stringify(options));
  if (!(await isBegun(place.dataDir, options))) {
    // A folder that was claimed first would pass for this demonstration's the next time.
    await refuseOtherWork(door);
    await claimFolder(place.dataDir, options);
  }
  const files = join(demoFolder(place.dataDir), 'files');
  await writeCity(files, options);
  const script = JSON.parse(await readFile(join(files, 'bank.json'), 'utf8')) as BankScript;
  const bureau: Bureau = {
    ...{ city, door, files },
    script: place.bank?.(script) ?? script,
    bank: { toBank: join(place.bankFolder, 'out'), fromBank: join(place.bankFolder, 'in') },
    progress: place.progress ?? (() => undefined),
  };
  await workMonths(bureau);
  return reportOf(bureau, options, place);
}

/** The last file is written last, so that where it stands the others do. */
async function writeCity(folder: string, options: DemoOptions): Promise<void> {
  const isThere = await stat(join(folder, 'bank.json')).catch(() => undefined);
  if (isThere !== undefined) return;
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of cityFiles(options)) await writeOnce(join(folder, name), bytes);
}

async function reportOf(
  bureau: Bureau,
  { seed, persons }: DemoOptions,
  { verify }: DemoPlace,
): Promise<DemoReport> {
  const happened = await happeningsOf(bureau);
  const claims = await claimsByMonth(bureau);
  const months: DemoMonth[] = [];
  for (const [month, counts] of happened) {
    const none = { granted: 0, rejected: 0, turnedAway: 0 };
    const sheet = await sheetOf(bureau, month);
    months.push({ ...sheet, happened: counts, claims: claims.get(month) ?? none });
  }
  const faults = [...faultsOf(months), ...missingFrom([...happened.values()])];
  const verified = await verify();
  if (!verified) faults.push('校验没有通过 · the proof fails: yuejie verify');
  if (faults.length > 0)
    throw new Failure('DEMO_INCOMPLETE', faults.join('\n'), '请报告种子 · report the seed');
  return { seed, persons, months, verified };
}
