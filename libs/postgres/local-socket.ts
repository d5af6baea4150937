import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';

/** How PostgreSQL calls the sockets that it makes, and the locks beside them. */
const prefix = '.s.PGSQL.';

/** Systems allow 103 bytes (macOS) to 107 (Linux); what is longer is cut, or refused. */
const longestBytes = 100;

/** The socket of a cluster's server in the cluster's own folder, where one can be addressed. */
function socketIn(dir: string, port: number): string | undefined {
  const path = join(dir, `${prefix}${port}`);
  const isAddressable = process.platform !== 'win32' && Buffer.byteLength(path) <= longestBytes;
  return isAddressable ? path : undefined;
}

/**
 * Whether a socket can be made there and reached. Not every file system holds sockets, and
 * PostgreSQL does not start where it is told to make one and cannot. No server may run on `dir`.
 */
export async function takesSocket(dir: string, port: number): Promise<boolean> {
  const path = socketIn(dir, port);
  if (path === undefined) return false;
  const server = createServer((met) => met.destroy());
  try {
    await once(server.listen(path), 'listening');
    await chmod(path, 0o700);
    const client = connect(path);
    await once(client, 'connect');
    client.destroy();
    return true;
  } catch {
    // Whatever the reason, the server is then reached by TCP.
    return false;
  } finally {
    await new Promise((closed) => server.close(closed));
    await rm(path, { force: true });
  }
}

/**
 * Whether the running server made its socket in the cluster's folder, by what it says itself on the
 * fifth line of its process file: one that an earlier program started has none, and an operator's
 * local.conf may have put it elsewhere or left it out.
 */
export async function hasSocket(dir: string, port: number): Promise<boolean> {
  const path = socketIn(dir, port);
  if (path === undefined || !existsSync(path)) return false;
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '');
  const [, , , , place = ''] = text.split('\n');
  return place !== '' && resolve(dir, place) === dir;
}

/**
 * After a crash a socket's lock names a process whose number may by now be another program's, and
 * PostgreSQL would refuse to start for ever. No server may run on `dir`.
 */
export async function dropStaleSockets(dir: string): Promise<void> {
  for (const name of await readdir(dir))
    if (name.startsWith(prefix)) await rm(join(dir, name), { force: true });
}
