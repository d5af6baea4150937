import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from './setup-error.js';

/** Who the database server runs as; `undefined` is "as we do". */
export type ServerUser = Readonly<{ uid: number; gid: number }> | undefined;

const likelyUsers = ['postgres', '_postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root lends it an unprivileged user: the owner of an
 * existing cluster, else the first likely name of this machine.
 */
export function chooseServerUser(clusterDir: string | undefined): ServerUser {
  if (process.getuid?.() !== 0) return undefined;
  if (clusterDir !== undefined) {
    const { uid, gid } = statSync(clusterDir);
    if (uid !== 0) return { uid, gid };
  }
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of likelyUsers) {
    const entry = entries.find(([user]) => user === name);
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new SetupError('SERVER_USER_MISSING', {
    zh: '以 root 运行时，数据库需要一个普通系统用户。请执行 useradd --system postgres 后重试。',
    en:
      'Running as root, the database needs an ordinary system user. Run: useradd --system ' +
      'postgres',
  });
}

/** Whether that user may pass through every folder down to this path (permission bits alone). */
export function reachableBy(path: string, user: ServerUser): boolean {
  if (user === undefined) return true;
  let folder = realpathSync(path);
  if (!statSync(folder).isDirectory()) folder = dirname(folder);
  while (true) {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}
