import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { sharedPlace, type Binaries } from './binaries.js';
import { reachableBy, type ServerUser } from './server-user.js';
import { SetupError, faultCode } from './setup-error.js';

/** A cluster on disk with the programs and the user that run it. */
export type Cluster = Readonly<{ dir: string; user: ServerUser; binaries: Binaries }>;

/** The superuser that initdb makes; only the supervisor signs in with it. */
export const adminRole = 'yuejie_admin';

/** The folder's cluster, followed through the link that stands in for an unreachable one. */
export function existingCluster(folder: string): string | undefined {
  const dir = join(folder, 'postgres');
  if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) return undefined;
  if (existsSync(join(dir, 'PG_VERSION'))) return realpathSync(dir);
  throw new SetupError('FOLDER_DAMAGED', {
    zh: `${dir} 不是完整的数据库目录。请从备份恢复；若其中没有数据，请删除后重试。`,
    en:
      `${dir} is not a whole database folder. Restore it from the backup; if it never held ` +
      'data, remove it and start again.',
  });
}

/** initdb works beside the final name, which is given to a whole cluster: a cut one starts over. */
export async function createCluster(
  folder: string,
  user: ServerUser,
  binaries: Binaries,
  adminPassword: string,
): Promise<void> {
  const reachable = reachableBy(folder, user);
  const place = reachable
    ? folder
    : join(sharedPlace(), 'clusters', randomBytes(8).toString('hex'));
  if (!reachable) await openPath(place);
  await removeCutOnes(place);
  const part = join(place, `postgres.part-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${part}.password`;
  await mkdir(part, { mode: 0o700 });
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  await giveTo(user, part, passwordFile);
  try {
    const args = ['-D', part, '-U', adminRole, `--pwfile=${passwordFile}`, '-k', '-E', 'UTF8'];
    const answer = await run({ dir: part, user, binaries }, binaries.initdb, [
      ...args,
      '--locale=C',
      '--auth=scram-sha-256',
      '--no-instructions',
    ]);
    if (answer.status !== 0) throw notStarted(part, answer.output);
  } finally {
    await rm(passwordFile, { force: true });
  }
  const includes = "\ninclude 'yuejie.conf'\ninclude_if_exists 'local.conf'\n";
  await appendFile(join(part, 'postgresql.conf'), includes);
  await rename(part, join(place, 'postgres'));
  if (!reachable) await symlink(join(place, 'postgres'), join(folder, 'postgres'));
}

/**
 * An initdb that outlived us may still write into its own folder; that one is left for next time.
 */
async function removeCutOnes(place: string): Promise<void> {
  for (const name of await readdir(place))
    if (name.startsWith('postgres.part-'))
      await rm(join(place, name), { recursive: true, force: true }).catch((error: unknown) => {
        if (faultCode(error) !== 'ENOTEMPTY') throw error;
      });
}

/** @throws SetupError when another PostgreSQL major made the folder or another user owns it */
export function assertOurs({ dir, binaries }: Cluster): void {
  const found = readFileVersion(dir);
  if (found !== binaries.major)
    throw new SetupError('SERVER_VERSION', {
      zh: `${dir} 由 PostgreSQL ${found} 建立，本程序带的是 PostgreSQL ${binaries.major}。请用原版本导出备份，再用新目录恢复。`,
      en:
        `${dir} was made by PostgreSQL ${found}, but this program brings PostgreSQL ` +
        `${binaries.major}. Back it up with the version that made it and restore into a ` +
        'new folder.',
    });
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && statSync(dir).uid !== uid) throw foreign(dir);
}

function readFileVersion(dir: string): string {
  try {
    return readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    if (faultCode(error) === 'EACCES') throw foreign(dir);
    throw error;
  }
}

function foreign(dir: string): SetupError {
  return new SetupError('FOLDER_OF_ANOTHER_USER', {
    zh: `数据库目录 ${dir} 属于另一个系统用户。请用该用户运行，或用 --data 指定别的目录。`,
    en:
      `The database folder ${dir} belongs to another system user. Run as that user, or ` +
      'name another folder with --data.',
  });
}

/** Whether a server runs on the cluster, and on which port of 127.0.0.1. */
export async function runningPort(cluster: Cluster): Promise<number | undefined> {
  await dropStaleProcessFile(cluster.dir);
  const { status } = await run(cluster, cluster.binaries.pgCtl, ['status', '-D', cluster.dir]);
  if (status !== 0) return undefined;
  const lines = readFileSync(join(cluster.dir, 'postmaster.pid'), 'utf8').split('\n');
  return Number(lines[3]);
}

/**
 * After a crash the number in postmaster.pid may by now be another program's (always so in a
 * restarted container), and PostgreSQL would refuse to start for ever.
 */
async function dropStaleProcessFile(dir: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const file = join(dir, 'postmaster.pid');
  try {
    const pid = readFileSync(file, 'utf8').split('\n')[0]?.trim() ?? '';
    const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (program !== 'postgres') await rm(file);
  } catch (error) {
    if (faultCode(error) !== 'ENOENT' && faultCode(error) !== 'ESRCH') throw error;
  }
}

/** Starts the server and waits until it answers, crash recovery included. */
export async function startServer(cluster: Cluster, port: number): Promise<void> {
  const { dir, user, binaries } = cluster;
  const log = join(dir, 'server.log');
  const settings = join(dir, 'yuejie.conf');
  await writeFile(settings, settingsText(), { mode: 0o600 });
  if (existsSync(log)) await rename(log, `${log}.1`);
  await writeFile(log, '', { mode: 0o600 });
  await giveTo(user, settings, log);
  const answer = await run(
    cluster,
    binaries.pgCtl,
    ['start', '-D', dir, '-l', log, '-w', '-t', '600', '-s', '-o', listening(port)],
    'ignore',
  );
  if (answer.status !== 0) throw notStarted(dir, readFileSync(log, 'utf8').slice(-2000));
}

/** On the command line, which no file overrules: elsewhere nobody would find the server. */
function listening(port: number): string {
  return `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
}

/** Ends the sessions, writes what is due and frees the port. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const args = ['stop', '-D', cluster.dir, '-m', 'fast', '-w', '-t', '120', '-s'];
  const answer = await run(cluster, cluster.binaries.pgCtl, args);
  if (answer.status !== 0 && (await runningPort(cluster)) !== undefined)
    throw new Error(`the database server in ${cluster.dir} does not stop: ${answer.output}`);
}

/**
 * Durability stays as PostgreSQL ships it. The log keeps messages but neither statements nor row
 * values, which could be personal data. An operator's own settings go to local.conf.
 */
function settingsText(): string {
  return `# Written at every start; your own settings belong in local.conf.
max_connections = 100
shared_buffers = '${sharedBuffersMb()}MB'
max_wal_size = '2GB'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_statement = 'none'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
`;
}

/**
 * An eighth of the machine, as it is not the server's alone. A month of 100,000 recipients touches
 * half a gigabyte of the log's pages several times: with a quarter of that kept it takes a seventh
 * longer.
 */
function sharedBuffersMb(): number {
  return Math.min(1_024, Math.max(128, Math.floor(totalmem() / 2 ** 23)));
}

async function openPath(place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  for (const dir of [sharedPlace(), dirname(place), place]) await chmod(dir, 0o755);
}

async function giveTo(user: ServerUser, ...paths: readonly string[]): Promise<void> {
  if (user === undefined) return;
  for (const path of paths) await chown(path, user.uid, user.gid);
}

type Answer = Readonly<{ status: number | null; output: string }>;

/** Started servers inherit the output, so a caller that starts one must not wait for its end. */
function run(
  { dir, user }: Cluster,
  program: string,
  args: readonly string[],
  output: 'pipe' | 'ignore' = 'pipe',
): Promise<Answer> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...user,
      cwd: dirname(dir),
      env: { ...Object.fromEntries(kept), LC_ALL: 'C' },
      stdio: ['ignore', output, output],
      windowsHide: true,
    });
    let text = '';
    const collect = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once(output === 'pipe' ? 'close' : 'exit', (status: number | null) =>
      resolve({ status, output: text }),
    );
  });
}

function notStarted(dir: string, output: string): SetupError {
  return new SetupError('SERVER_NOT_STARTED', {
    zh: `数据库没有启动（${dir}）。原因见下，改正后重试：\n${output.trim()}`,
    en:
      `The database did not start (${dir}). Mend the cause below and start ` +
      `again:\n${output.trim()}`,
  });
}
