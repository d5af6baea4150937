import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '#application/configuration.js';
import { Client } from '#apps/cli/client.js';
import { serve } from '#apps/server/app.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-start-'));
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Run = Readonly<{
  child: ChildProcess;
  /** Its code, once all that it said has been read, which may be after it has ended. */
  closed: Promise<number | null>;
  said: () => string;
  logged: () => string;
}>;

function run(file: string, words: readonly string[], input = ''): Run {
  const child = spawn(process.execPath, [file, ...words], {
    env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'debug' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let logged = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString('utf8')));
  child.stdin.end(input);
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return { child, closed, said: () => said, logged: () => logged };
}

async function listening({ child, said, logged }: Run): Promise<string> {
  for (;;) {
    const url = /http:\/\/[\d.:]+/.exec(said())?.[0];
    if (url !== undefined && said().endsWith('\n')) return url;
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${logged()}`);
    if (child.stdout === null) throw new Error('the child has no output');
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
}

async function logging({ child, logged }: Run, text: string): Promise<void> {
  const { stderr } = child;
  if (stderr === null) throw new Error('the child has no log');
  const exit = once(child, 'exit');
  while (!logged().includes(text)) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${logged()}`);
    await Promise.race([once(stderr, 'data'), exit]);
  }
}

function ended({ child, closed }: Run, signal?: NodeJS.Signals): Promise<number | null> {
  if (signal !== undefined) child.kill(signal);
  return closed;
}

const server = 'dist/apps/server/main.js';
const cli = 'dist/apps/cli/main.js';
const oneTime = /[2-9A-HJKMNP-Z]{5}(-[2-9A-HJKMNP-Z]{5}){3}/g;

async function yuejie(
  words: readonly string[],
  input = '',
): Promise<Run & { code: number | null }> {
  const made = run(cli, ['--data', folder, ...words], input);
  return { ...made, code: await made.closed };
}

describe('the all-in-one process', () => {
  it('starts on an empty folder, shows three passwords once, and ends at a signal', async () => {
    const first = run(server, ['--data', folder]);
    const url = await listening(first);
    const passwords = first.said().match(oneTime) ?? [];
    expect(new Set(passwords).size).toBe(3);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    await expect(new Client(url).signIn('demo-intake', 'yuejie-2026-try-it')).rejects.toThrow(
      /NOT_SIGNED_IN/,
    );
    expect(await ended(first, 'SIGTERM')).toBe(0);
    for (const password of passwords) expect(first.logged()).not.toContain(password);
    await expect(fetch(`${url}/health`)).rejects.toThrow(/fetch failed/);

    // As long as nobody has signed in, the next start says anew what nobody may have kept.
    const anew = run(server, ['--data', folder]);
    const there = await listening(anew);
    const others = anew.said().match(oneTime) ?? [];
    expect(new Set([...passwords, ...others]).size).toBe(6);
    await expect(new Client(there).signIn('audit-admin', passwords[0] ?? '')).rejects.toThrow(
      /NOT_SIGNED_IN/,
    );
    expect(await ended(anew, 'SIGTERM')).toBe(0);

    const second = run(server, ['--data', folder, '--demo']);
    const again = await listening(second);
    expect(second.said()).not.toMatch(oneTime);
    expect(second.said()).toContain('demo-approver');
    const signedIn = await new Client(again).signIn('demo-system-admin', 'yuejie-2026-try-it');
    await signedIn.client.put('/api/v1/business-day', { body: { day: '2026-09-01' } });
    expect(await ended(second, 'SIGINT')).toBe(0);
  });

  it('gives the passwords of a start that was killed, until one was used', async () => {
    const place = await mkdtemp(join(tmpdir(), 'yuejie-killed-'));
    await chmod(place, 0o755);
    const killed = run(server, ['--data', place]);
    await listening(killed);
    const address = join(place, 'serving.json');
    expect((await stat(address)).mode & 0o777).toBe(0o600);
    await ended(killed, 'SIGKILL');
    const next = run(server, ['--data', place]);
    const url = await listening(next);
    const [, password = ''] = /system-admin +(\S+)/.exec(next.said()) ?? [];
    // The command line finds the server by its folder, past the address that the killed one left.
    const signedIn = run(
      cli,
      ['--data', place, 'sign-in', 'system-admin', '--json'],
      [...[password, 'a lantern by the gate', '']].join('\n'),
    );
    expect(await ended(signedIn)).toBe(0);
    const me = JSON.parse(signedIn.said()) as object;
    expect(me).toMatchObject({ login: 'system-admin', actorId: 'system-admin-1' });
    expect(me).not.toHaveProperty('csrf');
    expect(JSON.parse(await readFile(address, 'utf8'))).toMatchObject({ url });
    expect(await ended(next, 'SIGTERM')).toBe(0);
    expect(existsSync(address)).toBe(false);
    const used = run(server, ['--data', place]);
    await listening(used);
    expect(used.said()).not.toMatch(oneTime);
    expect(await ended(used, 'SIGTERM')).toBe(0);
    await rm(place, { recursive: true, force: true });
  });

  it('says that its port is taken, and voids no password of who serves there', async () => {
    const place = await mkdtemp(join(tmpdir(), 'yuejie-port-'));
    await chmod(place, 0o755);
    const first = run(server, ['--data', place]);
    const url = await listening(first);
    const { port } = new URL(url);
    const words = ['--data', place, '--port', port];
    for (const other of [run(server, words), run(cli, ['serve', ...words])]) {
      expect(await ended(other)).toBe(1);
      expect(other.said()).not.toMatch(oneTime);
      expect(other.logged()).toMatch(/请停止该程序，或用 --port、PORT 换一个端口.*--port or PORT/s);
      expect(other.logged()).not.toMatch(/EADDRINUSE|^ +at /m);
    }
    await expect(
      serve(readConfiguration({ DATA_DIR: place, PORT: port, LOG_LEVEL: 'silent' })),
    ).rejects.toMatchObject({ fault: 'PORT_TAKEN' });
    const [, password = ''] = /system-admin +(\S+)/.exec(first.said()) ?? [];
    const { mustChange } = await new Client(url).signIn('system-admin', password);
    expect(mustChange).toBe(true);
    expect(await ended(first, 'SIGTERM')).toBe(0);
    // What was taken is free again, and a start that is given a port serves there.
    const next = run(server, words);
    expect(await listening(next)).toBe(url);
    expect(await ended(next, 'SIGTERM')).toBe(0);
    await rm(place, { recursive: true, force: true });
  });

  it("says that it cannot listen at a stranger's address, before anything is made", async () => {
    const place = await mkdtemp(join(tmpdir(), 'yuejie-host-'));
    for (const PORT of ['0', '3000'])
      await expect(
        // An address of the range for documentation (RFC 5737): no machine has it.
        serve(readConfiguration({ DATA_DIR: place, PORT, HOST: '192.0.2.1' })),
      ).rejects.toMatchObject({
        fault: 'ADDRESS_UNUSABLE',
        zh: expect.stringMatching(/192\.0\.2\.1.*请把 HOST 改为本机地址/),
        en: expect.stringContaining('Mend HOST'),
      });
    expect(await readdir(place)).toEqual([]);
    await rm(place, { recursive: true, force: true });
  });

  it('keeps the day it was given, and lets go of a live page when it ends', async () => {
    const third = run(server, ['--data', folder, '--demo']);
    const url = await listening(third);
    const { session, client } = await new Client(url).signIn('demo-auditor', 'yuejie-2026-try-it');
    expect(await client.get('/api/v1/business-day')).toMatchObject({ day: '2026-09-01' });
    const page = await fetch(`${url}/api/v1/activity/stream`, {
      headers: { authorization: `Bearer ${session}` },
    });
    await page.body?.getReader().read();
    // As a terminal and npm do between them: both signals come, and the stop stays whole.
    third.child.kill('SIGTERM');
    expect(await ended(third, 'SIGTERM')).toBe(0);
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('may be two processes, of which the worker does what follows from a command', async () => {
    const serving = run(cli, ['--data', folder, 'serve', '--no-worker', '--demo']);
    const url = await listening(serving);
    const working = run(cli, ['--data', folder, 'worker']);
    const { client } = await new Client(url).signIn('demo-system-admin', 'yuejie-2026-try-it');
    const names = { zh: '区', en: 'district' };
    const office = { code: '440199', parent: '440100', kind: 'county', jurisdiction: '440100' };
    const { position } = await client.post('/api/v1/offices', { body: { ...office, names } });
    const settled = await client.get(`/api/v1/activity/settled?position=${String(position)}`);
    expect(settled).toMatchObject({ settled: true });
    const { rows } = await client.get('/api/v1/offices');
    expect(rows).toContainEqual(expect.objectContaining({ code: '440199' }));
    expect(await ended(working, 'SIGTERM')).toBe(0);
    expect(await ended(serving, 'SIGTERM')).toBe(0);
  });

  it('lets the demonstration live through its months, started either way', async () => {
    const place = await mkdtemp(join(tmpdir(), 'yuejie-city-'));
    await chmod(place, 0o755);
    const city = { persons: 50, months: 1, seed: 1, jurisdiction: '440100' };
    await mkdir(join(place, 'demo'));
    await writeFile(join(place, 'demo', 'demo.json'), JSON.stringify(city));
    for (const [file, words] of [
      [cli, ['serve']],
      [server, []],
    ] as const) {
      const serving = run(file, [...words, '--data', place, '--demo']);
      const url = await listening(serving);
      await logging(serving, 'demo is ready');
      const { client } = await new Client(url).signIn('demo-auditor', 'yuejie-2026-try-it');
      const { rows } = await client.get('/api/v1/months?office=440103');
      expect(rows).toContainEqual(expect.objectContaining({ month: '2026-09', status: 'closed' }));
      expect(await ended(serving, 'SIGTERM')).toBe(0);
      expect(serving.logged()).not.toContain('not complete');
    }
    await rm(place, { recursive: true, force: true });
  });

  it('says what is wrong with an option or a setting, and ends with 2', async () => {
    const option = run(server, ['--nonsense']);
    expect(await ended(option)).toBe(2);
    const setting = spawn(process.execPath, [server], {
      env: { PATH: process.env['PATH'], PORT: 'eighty' },
    });
    const [code] = (await once(setting, 'exit')) as [number];
    expect(code).toBe(2);
  });
});

describe('the command line', () => {
  it('helps in both languages', async () => {
    const { code, said } = await yuejie(['--help']);
    expect(code).toBe(0);
    expect(said()).toMatch(/what the law gives/);
    expect(said()).toMatch(/浏览事件/);
  });

  it.each([
    [['nonsense'], /unknown command/],
    [['month', 'open', '2026-13'], /YYYY-MM/],
    [['month', 'dance', '2026-09'], /approve-roll/],
    [['import', 'cats', 'cats.csv'], /employers/],
    [['import', 'persons', 'missing.csv'], /missing\.csv/],
    [['calculate', 'missing.json'], /missing\.json/],
    [['events', '--limit', 'many'], /whole number/],
    [['rebuild', 'nothing'], /award_state/],
    [['--server', 'nowhere', 'events'], /--server/],
    [['city'], /--out/],
  ])('answers %j with 2 and a line that helps', async (words, help) => {
    const { code, logged } = await yuejie(words);
    expect(code).toBe(2);
    expect(logged()).toMatch(help);
  });

  it('calculates without a server, as JSON', async () => {
    const question = {
      question: 'benefit-amount',
      jurisdiction: '440100',
      on: '2026-09-01',
      paidMonths: 24,
      benefitMonthNo: 1,
      payMonth: '2026-09',
    };
    const { code, said } = await yuejie(['calculate', '--json'], JSON.stringify([question, {}]));
    expect(code).toBe(0);
    expect(JSON.parse(said())).toMatchObject([{ amountFen: 241_200 }, { refusal: 'FACT_MISSING' }]);
  });

  it('says that no server answers', async () => {
    const { code, said } = await yuejie(
      ['--server', 'http://127.0.0.1:1', '--json', 'sign-in', 'demo-auditor'],
      'secret\n',
    );
    expect(code).toBe(1);
    expect(JSON.parse(said())).toMatchObject({ error: { code: 'SERVER_UNREACHABLE' } });
    expect(said()).not.toContain('secret');
  });

  it('works as whoever signed in, and proves the whole beside the server', async () => {
    const serving = run(server, ['--data', folder, '--demo']);
    const url = await listening(serving);
    const signIn = ['--server', url, 'sign-in', 'demo-auditor', '--json'];
    const me = await yuejie(signIn, 'yuejie-2026-try-it\n');
    expect(JSON.parse(me.said())).toMatchObject({ actorId: 'demo-auditor' });
    const file = join(folder, 'session.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('yuejie-2026-try-it');

    const events = await yuejie(['events', '--type', 'DutyGranted', '--limit', '3', '--json']);
    expect(JSON.parse(events.said())).toHaveLength(3);
    const refused = await yuejie(['month', 'open', '2026-09', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.said())).toMatchObject({ error: { code: 'DUTY_MISSING' } });

    const proof = await yuejie(['verify', '--json']);
    expect(JSON.parse(proof.said())).toMatchObject({ ok: true, found: 0 });
    expect(proof.code).toBe(0);
    const certificate = await yuejie(['segregation', '--json']);
    expect(JSON.parse(certificate.said())).toMatchObject({ breaches: 0 });
    for (const line of [
      ['verify-close', '2026-09'],
      ['verify', '--month', '2026-09'],
    ]) {
      const unknown = await yuejie([...line, '--json']);
      expect(unknown.code).toBe(1);
      expect(JSON.parse(unknown.said())).toMatchObject({ error: { code: 'MONTH_UNKNOWN' } });
    }
    const { client } = await new Client(url).signIn('demo-reconciler', 'yuejie-2026-try-it');
    await client.post('/api/v1/months', { body: { office: '440199', month: '2026-09' } });
    const open = await yuejie(['verify-close', '2026-09', '--json']);
    expect(open.code).toBe(1);
    expect(JSON.parse(open.said())).toMatchObject({ error: { code: 'MONTH_NOT_CLOSED' } });
    expect((await yuejie(['rebuild', 'actors', '--compare', '--json'])).code).toBe(0);
    expect(await ended(serving, 'SIGTERM')).toBe(0);
  });
});
