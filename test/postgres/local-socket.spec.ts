import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { joinEmbedded, startEmbedded, type EmbeddedServer } from '#postgres/embedded.js';
import { takesSocket } from '#postgres/local-socket.js';
import { killChildren, otherProcess } from './other-process.js';

/** A system's own place for passing files may have a longer name than a socket's can be. */
const root = '/tmp/yuejie-socket-';
const longest = 100;

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(root));
  await chmod(folder, 0o755);
});
afterEach(killChildren);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the local socket of a data folder', () => {
  /** What an address has to carry; the place in the server's settings is named without it. */
  const names = ['plain', "it's, a folder; a+b%41?#&=:@", '月结 数据'];

  it.each(names)('is how its server is reached, in a folder called %s', async (name) => {
    const dataDir = join(folder, name);
    const server = await startEmbedded({ dataDir });
    for (const url of [server.ownerUrl, server.appUrl]) {
      expect(socketDirOf(url)).toBe(join(dataDir, 'postgres'));
      expect(await clientAddress(url)).toBeNull();
      expect(await clientAddress(overTcp(url))).toBe('127.0.0.1');
    }
    await server.stop();
  });

  it('is closed to other users, and asks for the password', async () => {
    const { server, cluster } = await start('closed');
    expect(statSync(cluster).mode & 0o777).toBe(0o700);
    expect(statSync(socketOf(server, cluster)).mode & 0o777).toBe(0o700);
    const wrong = new URL(server.appUrl);
    wrong.password = 'guess';
    for (const url of [wrong.href, overTcp(wrong.href)])
      await expect(clientAddress(url)).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('is taken by whoever joins the server of another process', async () => {
    const dataDir = join(folder, 'joined');
    const { said, stop } = await otherProcess(dataDir);
    const joined = await joinEmbedded(dataDir);
    expect(joined?.ownerUrl).toBe(said.ownerUrl);
    expect(await clientAddress(joined?.appUrl ?? '')).toBeNull();
    await stop();
  });

  it('is left for TCP where its path would be too long', async () => {
    const { server } = await start('l'.repeat(longest));
    expect(socketDirOf(server.ownerUrl)).toBeNull();
    expect(await clientAddress(server.appUrl)).toBe('127.0.0.1');
    await server.stop();
  });

  it('is left for TCP while a server runs that was started without it', async () => {
    const { server: first, cluster } = await start('without');
    await first.stop();
    const own = join(cluster, 'local.conf');
    await writeFile(own, "unix_socket_directories = ''\n");
    const without = await otherProcess(join(folder, 'without'));
    expect(socketDirOf(without.said.ownerUrl ?? '')).toBeNull();
    await without.kill();
    await rm(own);
    // A crash before may have left a socket that nobody answers any more.
    await writeFile(socketOf(first, cluster), '');

    const { server: adopted } = await start('without');
    expect(adopted.adopted).toBe(true);
    expect(await clientAddress(adopted.ownerUrl)).toBe('127.0.0.1');
    await adopted.stop();
    const { server: next } = await start('without');
    expect(await clientAddress(next.ownerUrl)).toBeNull();
    await next.stop();
  });

  it('is made although a crash left one whose lock names a living stranger', async () => {
    const { server: first, cluster } = await start('crashed');
    await first.stop();
    const lock = `${socketOf(first, cluster)}.lock`;
    const stranger = `${process.pid}\n${cluster}\n1\n1\n\n`;
    await writeFile(lock, stranger, { mode: 0o600 });
    const elsewhere = join(cluster, '.s.PGSQL.1');
    await writeFile(elsewhere, '');
    const { server } = await start('crashed');
    expect(await readFile(lock, 'utf8')).not.toBe(stranger);
    expect(existsSync(elsewhere)).toBe(false);
    expect(await clientAddress(server.ownerUrl)).toBeNull();
    await server.stop();
  });
});

describe('whether a folder takes a socket', () => {
  const port = 54_321;

  it.each([
    [longest, true],
    [longest + 1, false],
  ])('is asked of the folder where its path has %d bytes', async (bytes, expected) => {
    const rest = bytes - Buffer.byteLength(join(folder, '社保', `.s.PGSQL.${port}`));
    const dir = join(folder, `社保${'x'.repeat(rest)}`);
    await mkdir(dir);
    expect(await takesSocket(dir, port)).toBe(expected);
    expect(existsSync(join(dir, `.s.PGSQL.${port}`))).toBe(false);
  });

  it('is no where none can be made', async () => {
    expect(await takesSocket(join(folder, 'missing'), port)).toBe(false);
  });
});

async function start(name: string): Promise<{ server: EmbeddedServer; cluster: string }> {
  const dataDir = join(folder, name);
  return { server: await startEmbedded({ dataDir }), cluster: join(dataDir, 'postgres') };
}

function socketDirOf(url: string): string | null {
  return new URL(url).searchParams.get('host');
}

function socketOf({ ownerUrl }: EmbeddedServer, cluster: string): string {
  return join(cluster, `.s.PGSQL.${new URL(ownerUrl).port}`);
}

function overTcp(url: string): string {
  const address = new URL(url);
  address.search = '';
  return address.href;
}

/** Where the server sees who asks; `null` is a local socket. */
async function clientAddress(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ address: string | null }>(
      'select host(inet_client_addr()) as address',
    );
    return rows[0]?.address;
  } finally {
    await client.end();
  }
}
