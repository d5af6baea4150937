import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { applicationMigrations, System } from '#application/start.js';
import { month as monthOf, type Month } from '#domain/values/calendar.js';
import { shippedPolicies } from '#law/shipped.js';
import { openDatabase, type Database } from '#postgres/database.js';
import { startEmbedded } from '#postgres/embedded.js';
import { migrate } from '#postgres/migrations.js';
import { bindKeys, openKeys } from '#security/keys.js';
import { Meter, postmasterOf } from './measure.js';
import { firstMeasured, historyMonths, monthlyFen, seedAwards, skipReactions } from './seed.js';
import { SetBasedMonth } from './set-based.js';

export type SeededFolder = Readonly<{
  dataDir: string;
  recipients: number;
  say: (text: string) => void;
}>;

export type Seeded = Readonly<{
  system: System;
  database: Database;
  meter: Meter;
  close: () => Promise<void>;
}>;

/** The system over a folder of a measurement, on a server that ends with it. */
export async function openSeeded({ dataDir, say }: SeededFolder): Promise<Seeded> {
  const server = await startEmbedded({ dataDir });
  const database = openDatabase(server, { appConnections: 20 });
  const close = async (): Promise<void> => {
    await database.close();
    await server.stop();
  };
  try {
    await migrate(database.owner, applicationMigrations);
    const keys = await openKeys(join(dataDir, 'keys.json'));
    await bindKeys(database.app, keys);
    const system = new System({
      ...{ pool: database.app, keys, policies: shippedPolicies, aside: {} },
      bank: { outgoing: join(dataDir, 'out'), incoming: join(dataDir, 'in') },
      onStopped: (name, position, error) => say(`${name} stopped at ${position}: ${error.message}`),
    });
    const meter = new Meter(await postmasterOf(dataDir));
    const closeAll = async (): Promise<void> => {
      await system.close();
      await close();
    };
    return { system, database, meter, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * In a process of its own: what seeding leaves in the memory and the compiled code of a process is
 * not measured, and what it leaves for the disk is written as its server stops.
 *
 * @throws SetupError when another process works on the folder
 */
export async function seedApart({ dataDir, recipients, say }: SeededFolder): Promise<void> {
  // A server that was left there by a process that was killed is ended with this one.
  if (existsSync(join(dataDir, 'postgres'))) await (await startEmbedded({ dataDir })).stop();
  await rm(dataDir, { recursive: true, force: true });
  const program = fileURLToPath(new URL('./seed-process.js', import.meta.url));
  const words = [...process.execArgv, program, dataDir, String(recipients)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) say(line);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the seeding of ${dataDir} ended with ${code}`);
}

export async function seedHere(folder: SeededFolder): Promise<void> {
  const { recipients, say } = folder;
  const { system, database, close } = await openSeeded(folder);
  try {
    await seedAwards(system.app, folder);
    await skipReactions(database.owner);
    await database.owner.query('vacuum analyze');
    say('history: read models');
    await system.runner.catchUp();
    await new SetBasedMonth(database.owner).seed(recipients, historyMonths(), Number(monthlyFen));
    await database.owner.query('vacuum analyze');
    await remember(folder, firstMeasured);
  } finally {
    await close();
  }
}

type Standing = Readonly<{ recipients: number; next: Month }>;

function standingFile(dataDir: string): string {
  return join(dataDir, 'bench.json');
}

/** Which month is worked next; nothing where nobody has seeded the folder to the end. */
export async function standing(dataDir: string): Promise<Standing | undefined> {
  const text = await readFile(standingFile(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { recipients, next } = JSON.parse(text) as { recipients: number; next: string };
  return { recipients, next: monthOf(next) };
}

export async function remember(folder: SeededFolder, next: Month): Promise<void> {
  const { dataDir, recipients } = folder;
  await writeFile(standingFile(dataDir), JSON.stringify({ recipients, next }));
}
