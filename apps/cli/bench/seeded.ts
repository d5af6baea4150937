import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
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
export async function seedApart(folder: SeededFolder): Promise<void> {
  await empty(folder);
  const { dataDir, recipients, say } = folder;
  const program = fileURLToPath(new URL('./seed-process.js', import.meta.url));
  const words = [...process.execArgv, program, dataDir, String(recipients)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.once('SIGTERM', end);
  try {
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) say(line);
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new Error(`the seeding of ${dataDir} ended with ${code ?? signal}`);
  } finally {
    process.off('SIGTERM', end);
  }
}

/** Takes the folder first: a server of another process is never emptied. */
async function empty({ dataDir }: SeededFolder): Promise<void> {
  const server = await startEmbedded({ dataDir });
  const { owner, close } = openDatabase(server);
  try {
    // What is cut off from here on is seeded anew by the next run.
    await rm(standingFile(dataDir), { force: true });
    const { rows } = await owner.query<{ name: string }>(
      `select quote_ident(nspname) as name from pg_namespace
       where nspname !~ '^pg_' and nspname <> 'information_schema'`,
    );
    for (const { name } of rows) await owner.query(`drop schema ${name} cascade`);
    await owner.query('create schema public; grant usage on schema public to public');
  } finally {
    await close();
    await server.stop();
  }
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
  const path = standingFile(dataDir);
  if (!existsSync(path)) return undefined;
  const text = await readFile(path, 'utf8');
  const { recipients, next } = JSON.parse(text) as { recipients: number; next: string };
  return { recipients, next: monthOf(next) };
}

export async function remember(folder: SeededFolder, next: Month): Promise<void> {
  const { dataDir, recipients } = folder;
  const path = standingFile(dataDir);
  await writeFile(`${path}.part`, JSON.stringify({ recipients, next }));
  await rename(`${path}.part`, path);
}
