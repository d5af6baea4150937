import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';

/** A demonstration's city: the same options give the same files, acts and totals. */
export type DemoOptions = Readonly<{
  persons: number;
  months: number;
  seed: number | string;
  /** The pool's division code; its two offices lie below it. */
  jurisdiction: string;
  /** Absent for the month in which the place's cities begin. */
  firstMonth?: string;
}>;

export const usualDemo: DemoOptions = {
  persons: 2_000,
  months: 3,
  seed: 1,
  jurisdiction: '440100',
};

export const demoFolder = (dataDir: string) => join(dataDir, 'demo');

const markerOf = (dataDir: string) => join(demoFolder(dataDir), 'demo.json');

/** Whose city a data folder holds; undefined when no demonstration was begun in it. */
export async function demoOf(dataDir: string): Promise<DemoOptions | undefined> {
  try {
    return JSON.parse(await readFile(markerOf(dataDir), 'utf8')) as DemoOptions;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Whether this city's demonstration was begun in the folder.
 *
 * @throws Failure DEMO_OTHER_CITY
 */
export async function isBegun(dataDir: string, wanted: DemoOptions): Promise<boolean> {
  const found = await demoOf(dataDir);
  if (found === undefined) return false;
  if (textOf(found) !== textOf(wanted)) throw otherCity(found, wanted);
  return true;
}

/** Makes the folder this city's, before anything is written into it; it stays so. */
export async function claimFolder(dataDir: string, wanted: DemoOptions): Promise<void> {
  await mkdir(demoFolder(dataDir), { recursive: true });
  await writeOnce(markerOf(dataDir), Buffer.from(`${textOf(wanted)}\n`));
}

/** The file appears whole or not at all: whoever is killed meanwhile finds no half of it. */
export async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, path);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

function textOf({ persons, months, seed, jurisdiction, firstMonth }: DemoOptions): string {
  return JSON.stringify({ persons, months, seed, jurisdiction, firstMonth });
}

function otherCity(found: DemoOptions, wanted: DemoOptions): Failure {
  return new Failure(
    'DEMO_OTHER_CITY',
    `这个数据目录里是另一座演示城市 ${textOf(found)}，不是 ${textOf(wanted)} · ` +
      `the data folder holds another city: ${textOf(found)}, not ${textOf(wanted)}`,
    '请用 --data 指定另一个目录，或用原来的参数 · name another folder with --data, or use its options',
  );
}

/** Someone else's work is no place for a demonstration. */
export function folderInUse(offices: number): Failure {
  return new Failure(
    'DEMO_FOLDER_USED',
    `数据目录已有 ${offices} 个经办机构，不是演示目录 · ` +
      `the data folder holds ${offices} offices already and no demonstration`,
    '请用 --data 指定一个空目录 · name an empty folder with --data',
  );
}
