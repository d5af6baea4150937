import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, chmod, mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { findBinaries } from './binaries.js';
import {
  adminRole,
  assertOurs,
  createCluster,
  existingCluster,
  runningPort,
  startServer,
  stopServer,
  type Cluster,
} from './cluster.js';
import { assertDurable } from './durability.js';
import { isLocked, lockFolder } from './folder-lock.js';
import { appRole, hardenDatabase } from './roles.js';
import { chooseServerUser } from './server-user.js';
import { SetupError, faultCode } from './setup-error.js';

export type EmbeddedServer = Readonly<{
  /** Owns every object; migrations and rebuilds. */
  ownerUrl: string;
  /** What the running product uses: it may do only what was granted. */
  appUrl: string;
  /** True when the server outlived an earlier process of ours and was taken over. */
  adopted: boolean;
  /** Stops the server, frees its port and gives the folder back. Safe to call twice. */
  stop(): Promise<void>;
}>;

/** Kept beside the cluster, readable by us alone. */
type Secrets = Readonly<{ admin: string; owner: string; app: string; port: number }>;

const ownerRole = 'yuejie_owner';
const databaseName = 'yuejie';

/**
 * Brings up the PostgreSQL server of a data folder on 127.0.0.1, made at the first start, taken
 * over when it survived a crash of ours.
 *
 * @param port the port to listen on; without it the folder's last one, or any free one
 * @throws SetupError in Chinese and English: what, where, what to do
 */
export async function startEmbedded(
  options: Readonly<{ dataDir: string; port?: number }>,
): Promise<EmbeddedServer> {
  const folder = await prepareFolder(options.dataDir);
  const unlock = await lockFolder(folder);
  try {
    const { cluster, secrets, adopted } = await bringUp(folder, options.port);
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopping ??= stopServer(cluster).then(unlock));
    return { ...urls(secrets), adopted, stop };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * The addresses of a server that another living process of ours runs on the folder, for tools that
 * look at it meanwhile; `undefined` when none does.
 */
export async function joinEmbedded(
  dataDir: string,
): Promise<Readonly<{ ownerUrl: string; appUrl: string }> | undefined> {
  if (!(await isLocked(dataDir))) return undefined;
  const secrets = await readSecrets(dataDir);
  return secrets === undefined ? undefined : urls(secrets);
}

async function bringUp(
  folder: string,
  port: number | undefined,
): Promise<{ cluster: Cluster; secrets: Secrets; adopted: boolean }> {
  const found = existingCluster(folder);
  const user = chooseServerUser(found);
  const binaries = await findBinaries(user);
  if (found !== undefined) assertOurs({ dir: found, user, binaries });
  const known = await readSecrets(folder);
  if (found !== undefined && known === undefined) throw secretsMissing(folder);
  const secrets = known ?? (await newSecrets(folder));
  if (found === undefined) await createCluster(folder, user, binaries, secrets.admin);

  const cluster = { dir: existingCluster(folder) ?? folder, user, binaries };
  const started = await settle(cluster, secrets.port, port);
  const now = { ...secrets, port: started.port };
  await writeSecrets(folder, now);
  try {
    await prepareServer(now);
  } catch (error) {
    await stopServer(cluster);
    throw error;
  }
  return { cluster, secrets: now, adopted: started.adopted };
}

/** Adopts a running server, unless it listens elsewhere than it was asked to. */
async function settle(
  cluster: Cluster,
  lastPort: number,
  wanted: number | undefined,
): Promise<{ port: number; adopted: boolean }> {
  const running = await runningPort(cluster);
  if (running !== undefined && (wanted ?? running) === running)
    return { port: running, adopted: true };
  if (running !== undefined) await stopServer(cluster);
  if (wanted !== undefined) {
    if (!(await isFree(wanted))) throw portTaken(wanted);
    await startServer(cluster, wanted);
    return { port: wanted, adopted: false };
  }
  return { port: await startAnywhere(cluster, lastPort), adopted: false };
}

/** Another program may take a free port between our look and the server's bind: look again. */
async function startAnywhere(cluster: Cluster, lastPort: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = lastPort !== 0 && (await isFree(lastPort)) ? lastPort : await freePort();
    try {
      await startServer(cluster, port);
      return port;
    } catch (error) {
      if (attempt === 3 || (await isFree(port))) throw error;
    }
  }
}

/** Roles and database are made when missing: a start cut short is finished by the next one. */
async function prepareServer(secrets: Secrets): Promise<void> {
  const admin = await connectWhenReady(url(secrets, adminRole, secrets.admin, 'postgres'));
  try {
    await assertDurable(admin);
    await createRole(admin, ownerRole, secrets.owner, 'createdb');
    await createRole(admin, appRole, secrets.app, 'nocreatedb');
    await admin.query(`grant pg_signal_backend to ${ownerRole}`);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [
      databaseName,
    ]);
    if (rowCount === 0) await admin.query(`create database ${databaseName} owner ${ownerRole}`);
    await hardenDatabase(admin, databaseName);
  } finally {
    await admin.end();
  }
}

async function createRole(
  admin: Client,
  role: string,
  password: string,
  right: 'createdb' | 'nocreatedb',
): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount !== 0) return;
  await admin.query(
    `create role ${role} login nosuperuser nocreaterole nobypassrls ${right}
       password ${admin.escapeLiteral(password)}`,
  );
}

/** A server that was adopted in the middle of its recovery answers 57P03 until it is through. */
async function connectWhenReady(connectionString: string): Promise<Client> {
  const deadline = Date.now() + 600_000;
  while (true) {
    const client = new Client({ connectionString });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (faultCode(error) !== '57P03' || Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}

async function prepareFolder(dataDir: string): Promise<string> {
  try {
    const fresh = !existsSync(dataDir);
    await mkdir(dataDir, { recursive: true });
    if (fresh) await chmod(dataDir, process.getuid?.() === 0 ? 0o755 : 0o700);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(dataDir);
  } catch (error) {
    throw new SetupError(
      'FOLDER_NOT_WRITABLE',
      {
        zh: `数据目录 ${dataDir} 不能写入（${faultCode(error)}）。请改正其权限，或用 --data 指定可写的目录。`,
        en:
          `The data folder ${dataDir} cannot be written (${faultCode(error)}). Mend its ` +
          'permissions, or name a writable folder with --data.',
      },
      error,
    );
  }
}

function secretsFile(folder: string): string {
  return join(folder, 'postgres.json');
}

async function readSecrets(folder: string): Promise<Secrets | undefined> {
  try {
    return JSON.parse(await readFile(secretsFile(folder), 'utf8')) as Secrets;
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function newSecrets(folder: string): Promise<Secrets> {
  const random = (): string => randomBytes(24).toString('hex');
  const secrets = { admin: random(), owner: random(), app: random(), port: 0 };
  await writeSecrets(folder, secrets);
  return secrets;
}

async function writeSecrets(folder: string, secrets: Secrets): Promise<void> {
  const file = secretsFile(folder);
  await writeFile(`${file}.part`, `${JSON.stringify(secrets)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.part`, file);
}

function secretsMissing(folder: string): SetupError {
  return new SetupError('FOLDER_DAMAGED', {
    zh: `数据目录中缺少 ${secretsFile(folder)}，无法登录数据库。请从备份恢复该文件。`,
    en:
      `${secretsFile(folder)} is missing, so the database cannot be signed in to. Restore ` +
      'it from the backup.',
  });
}

function urls(secrets: Secrets): { ownerUrl: string; appUrl: string } {
  return {
    ownerUrl: url(secrets, ownerRole, secrets.owner, databaseName),
    appUrl: url(secrets, appRole, secrets.app, databaseName),
  };
}

function url({ port }: Secrets, role: string, password: string, database: string): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
}

function portTaken(port: number): SetupError {
  return new SetupError('PORT_TAKEN', {
    zh: `端口 127.0.0.1:${port} 已被其他程序占用。请停止该程序，或换一个端口。`,
    en:
      `The port 127.0.0.1:${port} is taken by another program. Stop that program or choose ` +
      'another port.',
  });
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) === port;
}

async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw portTaken(0);
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      probe.close(() => resolve(bound));
    });
  });
}
