import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf } from '../city/numbers.js';
import { signDocument, type Bureau } from './bureau.js';
import { folderInUse } from './options.js';
import { sideBySide, type OfficeDoor } from './office-door.js';

/**
 * Where no demonstration was begun there is the pool's own office and no other yet.
 *
 * @throws Failure DEMO_FOLDER_USED
 */
export async function refuseOtherWork(door: OfficeDoor): Promise<void> {
  const { rows } = await door.get<Rows<object>>('intake', 'offices');
  if (rows.length > 1) throw folderInUse(rows.length);
}

/** Opens the pool's two offices. */
export async function openOffices({ door, city }: Bureau): Promise<void> {
  await door.day(dayOf(city.firstMonth, 1));
  for (const [at, code] of city.offices.entries()) {
    const names = { zh: `第${['一', '二'][at]}办事处`, en: `Office ${at + 1}` };
    const { jurisdiction } = city;
    await door.post('system-admin', 'offices', {
      body: { code, parent: jurisdiction, kind: 'county', jurisdiction, names },
    });
  }
  await door.settle();
}

/** Go-live: the first month, the registers, and what the old system left under three signatures. */
export async function takeOver(bureau: Bureau): Promise<void> {
  const { door, city } = bureau;
  const month = city.firstMonth;
  for (const office of city.offices)
    await door.post('reconciler', 'months', { body: { office, month } });
  await importFiles(bureau, 'employers');
  await importFiles(bureau, 'persons');
  await importFiles(bureau, 'history');
  await importFiles(bureau, 'opening');
  await signRolls(bureau, month);
  await importFiles(bureau, 'opening-unpaid');
  await signRolls(bureau, month);
}

/** Takes a kind's files in: the registers', or one month's. Bad rows are parked, as bureaus do. */
export async function importFiles(
  { door, files }: Bureau,
  kind: string,
  month?: string,
): Promise<void> {
  const stem = month === undefined ? kind : `${kind}-${month}`;
  const isPart = new RegExp(`^${stem}(-part\\d+)?\\.csv$`);
  const names = (await readdir(files)).filter((name) => isPart.test(name));
  if (names.length === 0) throw new Error(`no file ${stem}.csv was written`);
  for (const name of names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const bytes = await readFile(join(files, name));
    await door.post('intake', `imports/${kind}?park=true`, { file: { name, bytes } });
  }
  await door.settle();
}

/** Signs whatever roll of the month waits, the opening lists among them. */
export async function signRolls(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  for (const office of city.offices) {
    const path = `rolls?office=${office}&month=${month}`;
    const { rows } = await door.get<Rows<Readonly<{ rollId: string }>>>('approver', path);
    await sideBySide(rows, ({ rollId }) => signDocument(bureau, 'rolls', rollId));
  }
  await door.settle();
}

export type Rows<Row> = Readonly<{ rows: readonly Row[] }>;
