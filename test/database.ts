import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import { openDatabase } from '#postgres/database.js';
import { startEmbedded } from '#postgres/embedded.js';
import { migrate, type Migration } from '#postgres/migrations.js';
import { hardenDatabase, prepareAppRole } from '#postgres/roles.js';
import { faultCode } from '#postgres/setup-error.js';

export type TestDatabase = Readonly<{
  owner: Pool;
  app: Pool;
  ownerUrl: string;
  appUrl: string;
  /** Ends the pools and drops the database. */
  close(): Promise<void>;
}>;

type Urls = Readonly<{ ownerUrl: string; appUrl: string }>;

/**
 * A fresh database on the run's one server (or on TEST_DATABASE_URL's), with the migrations applied
 * by the owner. The server is started by the first call of a run and ended after the last test.
 */
export async function openTestDatabase(
  migrations: readonly Migration[] = [],
): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asOwner(server.ownerUrl, async (client) => {
    await client.query(`create database ${name} template template0`);
    await hardenDatabase(client, name);
  });
  const urls = {
    ownerUrl: inDatabase(server.ownerUrl, name),
    appUrl: inDatabase(server.appUrl, name),
  };
  const database = openDatabase(urls);
  const close = async (): Promise<void> => {
    await database.close();
    await asOwner(server.ownerUrl, (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    );
  };
  try {
    await migrate(database.owner, migrations);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...urls, owner: database.owner, app: database.app, close };
}

let known: Promise<Urls> | undefined;

function testServer(): Promise<Urls> {
  return (known ??= findServer());
}

async function findServer(): Promise<Urls> {
  const external = process.env['TEST_DATABASE_URL'];
  if (external !== undefined) return { ownerUrl: external, appUrl: await prepareAppRole(external) };
  const folder = process.env['YUEJIE_TEST_FOLDER'];
  if (folder === undefined) throw new Error('run the tests through jest.config.mjs');
  return sharedServer(folder);
}

/** Jest's workers share one server: whoever makes the folder starts it, the others wait for it. */
async function sharedServer(folder: string): Promise<Urls> {
  const ready = join(folder, 'ready.json');
  try {
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'starting'));
  } catch (error) {
    if (faultCode(error) === 'EEXIST') return waitFor(ready);
    throw error;
  }
  try {
    const { ownerUrl, appUrl } = await startEmbedded({ dataDir: join(folder, 'server') });
    await writeFile(`${ready}.part`, JSON.stringify({ ownerUrl, appUrl }), { mode: 0o600 });
    await rename(`${ready}.part`, ready);
    return { ownerUrl, appUrl };
  } catch (error) {
    await writeFile(ready, JSON.stringify({ failed: String(error) }));
    throw error;
  }
}

async function waitFor(file: string): Promise<Urls> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      await pause(20);
      continue;
    }
    const found = JSON.parse(text) as Urls | { failed: string };
    if ('failed' in found) throw new Error(found.failed);
    return found;
  }
  throw new Error('the test database server was not ready within two minutes');
}

async function asOwner(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
