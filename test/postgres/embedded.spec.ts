import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { joinEmbedded, startEmbedded } from '#postgres/embedded.js';
import { checkout, copyFor, nobody, type Program } from './ordinary-user.js';

const isRoot = process.getuid?.() === 0;

type Said = { ownerUrl?: string; adopted?: boolean; fault?: string; zh?: string; en?: string };

/** Children that may still live, each with the promise of its end. */
const children = new Map<ChildProcess, Promise<void>>();
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yuejie-embedded-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Another process of ours: it starts the folder's server, says how it went and stays. */
async function otherProcess(dataDir: string, { node, embedded, user }: Program = checkout()) {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(embedded)});
    let server;
    try {
      server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
      console.log(JSON.stringify({ ownerUrl: server.ownerUrl, adopted: server.adopted }));
    } catch ({ fault, zh, en, message }) {
      console.log(JSON.stringify({ fault: fault ?? message, zh, en }));
    }
    process.stdin.once('data', async () => {
      await server?.stop();
      process.exit(0);
    });`;
  const args = ['--input-type=module', '-e', script];
  const child = spawn(node, args, { ...user, stdio: ['pipe', 'pipe', 'inherit'] });
  const end = new Promise<void>((done) => child.once('exit', () => done()));
  children.set(child, end);
  const text = await new Promise<string>((done) =>
    child.stdout
      .once('data', (chunk: Buffer) => done(chunk.toString()))
      .once('end', () => done('{}')),
  );
  return {
    said: JSON.parse(text) as Said,
    kill: () => (child.kill('SIGKILL'), end),
    stop: () => (child.stdin.write('stop\n'), end),
  };
}

/** A child owns its folder until it has ended, which may be long after its output closed. */
async function killChildren(): Promise<void> {
  for (const child of children.keys()) child.kill('SIGKILL');
  await Promise.all(children.values());
  children.clear();
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function takePort(port: number): Promise<() => Promise<void>> {
  const other = createServer();
  await new Promise<void>((done, failed) => {
    other.once('error', failed);
    other.listen(port, '127.0.0.1', done);
  });
  return () => new Promise((done) => other.close(() => done()));
}

afterEach(killChildren);
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('the server of a data folder', () => {
  let folder: string;
  let port: number;
  beforeAll(async () => {
    folder = join(await newFolder(), 'data');
    port = await unusedPort();
    const server = await startEmbedded({ dataDir: folder, port });
    await ask(server.ownerUrl, 'create table kept as select 42 as answer');
    await server.stop();
  });

  it('frees its port when it stops, and stops once however often it is told', async () => {
    const server = await startEmbedded({ dataDir: folder });
    await expect(takePort(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await Promise.all([server.stop(), server.stop()]);
    await (
      await takePort(port)
    )();
  });

  it('keeps its data and its port from one start to the next', async () => {
    const server = await startEmbedded({ dataDir: folder });
    expect(await ask(server.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(portOf(server.ownerUrl)).toBe(port);
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  it('keeps its passwords from other users and listens on this machine alone', async () => {
    const server = await startEmbedded({ dataDir: folder });
    expect(statSync(join(folder, 'postgres.json')).mode & 0o777).toBe(0o600);
    expect(await ask(server.ownerUrl, 'show listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    const wrong = new URL(server.appUrl);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(ask(server.appUrl, 'create table t ()')).rejects.toMatchObject({ code: '42501' });
    await server.stop();
  });

  it('is refused to a second process while the first lives, and can be joined', async () => {
    const server = await startEmbedded({ dataDir: folder });
    const other = await otherProcess(folder);
    expect(other.said.fault).toBe('FOLDER_IN_USE');
    expect(other.said.zh).toContain(folder);
    expect(other.said.en).toContain(String(process.pid));
    const joined = await joinEmbedded(folder);
    expect(joined?.appUrl).toBe(server.appUrl);
    await server.stop();
    expect(await joinEmbedded(folder)).toBeUndefined();
  });

  it('listens where it is told, and says so when that port is taken', async () => {
    const free = await unusedPort();
    const release = await takePort(free);
    await expect(startEmbedded({ dataDir: folder, port: free })).rejects.toMatchObject({
      fault: 'PORT_TAKEN',
      zh: expect.stringContaining(String(free)),
      en: expect.stringContaining(String(free)),
    });
    await release();
    const server = await startEmbedded({ dataDir: folder, port: free });
    expect(portOf(server.ownerUrl)).toBe(free);
    await server.stop();
  });

  it('takes another port when its last one was taken meanwhile', async () => {
    const before = await startEmbedded({ dataDir: folder });
    await before.stop();
    const release = await takePort(portOf(before.ownerUrl));
    const after = await startEmbedded({ dataDir: folder });
    expect(portOf(after.ownerUrl)).not.toBe(portOf(before.ownerUrl));
    await after.stop();
    await release();
  });

  it('does not start with a setting that loses acknowledged data', async () => {
    const own = join(folder, 'postgres', 'local.conf');
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      await writeFile(own, `${setting} = off\n`);
      await expect(startEmbedded({ dataDir: folder })).rejects.toMatchObject({
        fault: 'SETTING_UNSAFE',
        en: expect.stringContaining(setting),
      });
    }
    await rm(own);
    await (await startEmbedded({ dataDir: folder })).stop();
  });

  it('listens where its program looks for it, whatever its own settings say', async () => {
    const own = join(folder, 'postgres', 'local.conf');
    await writeFile(own, `port = ${await unusedPort()}\nlisten_addresses = '*'\n`);
    const server = await startEmbedded({ dataDir: folder });
    expect(await ask(server.ownerUrl, 'show listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    await server.stop();
    await rm(own);
  });

  it('starts although a process file left by a crash names a living stranger', async () => {
    const stranger = `${process.pid}\n${folder}\n1\n1\n`;
    await writeFile(join(folder, 'postgres', 'postmaster.pid'), stranger);
    await (await startEmbedded({ dataDir: folder })).stop();
  });

  it('starts although a lock left by a crash names a number used again', async () => {
    await writeFile(join(folder, 'owner.lock'), `${process.pid} 1\n`);
    await (await startEmbedded({ dataDir: folder })).stop();
  });

  it('is refused without its passwords, and when another PostgreSQL made it', async () => {
    const secrets = join(folder, 'postgres.json');
    const text = await readFile(secrets, 'utf8');
    await rm(secrets);
    await expect(startEmbedded({ dataDir: folder })).rejects.toMatchObject({
      fault: 'FOLDER_DAMAGED',
    });
    await writeFile(secrets, text, { mode: 0o600 });

    const version = join(folder, 'postgres', 'PG_VERSION');
    const made = await readFile(version, 'utf8');
    await writeFile(version, '15\n');
    await expect(startEmbedded({ dataDir: folder })).rejects.toMatchObject({
      fault: 'SERVER_VERSION',
      zh: expect.stringContaining('PostgreSQL 15'),
    });
    await writeFile(version, made);
    await (await startEmbedded({ dataDir: folder })).stop();
  });

  it('outlives a killed process and is adopted by the next', async () => {
    const killed = await otherProcess(folder);
    expect(killed.said.adopted).toBe(false);
    await ask(killed.said.ownerUrl ?? '', 'create table written_before_the_kill ()');
    await killed.kill();
    const server = await startEmbedded({ dataDir: folder });
    expect(server.adopted).toBe(true);
    expect(server.ownerUrl).toBe(killed.said.ownerUrl);
    await ask(server.ownerUrl, 'select from written_before_the_kill');
    await server.stop();
    await expect(ask(server.ownerUrl, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a first start that was killed', () => {
  it('is done over by the next', async () => {
    const dataDir = join(await newFolder(), 'data');
    const cut = otherProcess(dataDir);
    const began = async (): Promise<boolean> =>
      (await readdir(dataDir).catch(() => [])).some((name) => name.startsWith('postgres.part-'));
    while (!(await began())) await pause(5);
    await killChildren();
    await cut;
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const server = await startEmbedded({ dataDir });
    expect(await ask(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});

describe('a folder the server cannot have', () => {
  it('is named when a file stands in its place', async () => {
    const file = join(await newFolder(), 'data');
    await writeFile(file, '');
    await expect(startEmbedded({ dataDir: join(file, 'in') })).rejects.toMatchObject({
      fault: 'FOLDER_NOT_WRITABLE',
      zh: expect.stringContaining(file),
      en: expect.stringContaining('--data'),
    });
  });

  it('is named when it may not be written', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o555);
    const { said } = await otherProcess(join(folder, 'data'), await ordinaryUser());
    expect(said).toMatchObject({ fault: 'FOLDER_NOT_WRITABLE' });
    expect(said.zh).toContain('EACCES');
  });
});

describe('whoever starts it', () => {
  it('may be an ordinary user', async () => {
    const folder = await newFolder();
    if (isRoot) await chown(folder, nobody.uid, nobody.gid);
    const { said, stop } = await otherProcess(join(folder, 'data'), await ordinaryUser());
    expect(said.fault).toBeUndefined();
    expect(await ask(said.ownerUrl ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
    await stop();
  });

  it('may be root in a folder that only root can enter', async () => {
    const closed = await newFolder();
    const open = await newFolder();
    await chmod(closed, 0o700);
    process.env['YUEJIE_SHARED_PLACE'] = open;
    try {
      const dataDir = join(closed, 'data');
      const server = await startEmbedded({ dataDir });
      await server.stop();
      // Whoever is not root runs the server himself: it can enter what he can, and stays there.
      const leadsTo = await readlink(join(dataDir, 'postgres')).catch(() => undefined);
      expect(leadsTo).toEqual(isRoot ? expect.stringContaining(open) : undefined);
      await (await startEmbedded({ dataDir })).stop();
    } finally {
      delete process.env['YUEJIE_SHARED_PLACE'];
    }
  });
});

let copied: Promise<Program> | undefined;

/** As root the program runs as nobody, from a copy: this checkout may be closed to him. */
function ordinaryUser(): Promise<Program> {
  return (copied ??= isRoot ? newFolder().then(copyFor) : Promise.resolve(checkout()));
}

/**
 * One that stays unused: below those that a machine gives out by itself, to whoever connects or
 * asks for any, in other tests too.
 */
async function unusedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const release = await takePort(port).catch(() => undefined);
    if (release === undefined) continue;
    await release();
    return port;
  }
}
