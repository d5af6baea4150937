import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingFrom, type Happenings } from '#apps/cli/demo/happenings.js';
import { Client } from '#apps/cli/client.js';
import { demoLogin, demoPassword } from '#apps/server/demo-staff.js';
import { runDemo, type DemoReport } from '#apps/cli/demo/run.js';
import { faultsOf, type MonthSheet } from '#apps/cli/demo/sheet.js';
import { readConfiguration } from '#application/configuration.js';
import { serve } from '#apps/server/app.js';

const size = ['--persons', '600', '--months', '3'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-demo-'));
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Ended = Readonly<{ code: number | null; signal: string | null; out: string; aside: string }>;

function start(data: string, words: readonly string[], crashAt = ''): ChildProcess {
  const command = ['dist/apps/cli/main.js', 'demo', ...words, '--data', join(folder, data)];
  return spawn(process.execPath, command, {
    env: { PATH: process.env['PATH'], YUEJIE_CRASH_AT: crashAt },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let aside = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (aside += chunk.toString('utf8')));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, out, aside };
}

const demo = (data: string, words: readonly string[] = []): Promise<Ended> =>
  ended(start(data, [...size, ...words, '--json']));

/** Resolves when the bank has been sent a file of that month, at whatever point the rest stands. */
async function sentIn(data: string, month: string): Promise<void> {
  for (;;) {
    const names = await readdir(join(folder, data, 'bank', 'out')).catch(() => []);
    if (names.some((name) => !name.startsWith('.') && name.includes(month))) return;
    await pause(10);
  }
}

describe('the demonstration', () => {
  let first: Ended;

  beforeAll(async () => {
    first = await demo('whole');
  });

  it('closes three months that balance, and proves them', () => {
    expect({ code: first.code, aside: first.aside }).toEqual({ code: 0, aside: '' });
    const report = JSON.parse(first.out) as DemoReport;
    expect(report).toMatchObject({ seed: 1, persons: 600, verified: true });
    expect(report.months.map(({ month, status }) => [month, status])).toEqual([
      ['2026-09', 'closed'],
      ['2026-10', 'closed'],
      ['2026-11', 'closed'],
    ]);
    expect(faultsOf(report.months)).toEqual([]);
    expect(report.months[0]?.lines.opening).toBeGreaterThan(0);
    for (const { happened } of report.months)
      expect(happened).toMatchObject({ failed: 1, unknown: 1, late: 1, double: 1, stopList: 1 });
  });

  it('prints the same when it is asked again, and refuses another seed', async () => {
    expect(await demo('whole')).toEqual(first);
    const other = await ended(start('whole', [...size, '--seed', '2']));
    expect(other.code).toBe(1);
    expect(other.aside).toMatch(/另一座演示城市.*holds another city.*DEMO_OTHER_CITY/s);
  });

  it('ends in the same totals when it was killed twice', async () => {
    const inPosting = await ended(start('killed', size, 'receipt:half-booked'));
    expect(inPosting.signal).toBe('SIGKILL');
    const child = start('killed', size);
    const end = ended(child);
    await Promise.race([sentIn('killed', '2026-10'), end]);
    child.kill('SIGKILL');
    expect((await end).signal).toBe('SIGKILL');
    expect(await demo('killed')).toEqual(first);
  });

  it('fails when the bank never does what a bank does', async () => {
    const dataDir = join(folder, 'obedient');
    const configuration = readConfiguration({ LOG_LEVEL: 'silent' }, { dataDir, port: '0' });
    const serving = await serve(configuration, { demo: true });
    try {
      const run = runDemo(
        { persons: 100, months: 2, seed: 1, jurisdiction: '440100' },
        {
          ...{ dataDir, baseUrl: serving.url, bankFolder: configuration.bankFolder },
          verify: async () => true,
          bank: () => ({}),
        },
      );
      await expect(run).rejects.toThrow(
        /failed line.*returned line.*unknown line.*late answer.*double answer/s,
      );
    } finally {
      await serving.stop();
    }
  });
});

describe('a demonstration of Liaoning in 2010', () => {
  const liaoning = ['--jurisdiction', '210000', '--persons', '120', '--months', '3'];

  it('closes its months under the law of its days, and is proved', async () => {
    const { code, out, aside } = await ended(start('liaoning', [...liaoning, '--json']));
    expect({ code, aside }).toEqual({ code: 0, aside: '' });
    const { months, verified } = JSON.parse(out) as DemoReport;
    expect(verified).toBe(true);
    expect(months.map(({ month, status }) => [month, status])).toEqual([
      ['2010-01', 'closed'],
      ['2010-02', 'closed'],
      ['2010-03', 'closed'],
    ]);
    expect(faultsOf(months)).toEqual([]);
    // 420.00 yuan a month, and 480.00 from ten years of contribution.
    const due = months.map(({ lines, fen }) => [fen.due - 42_000 * lines.due, lines.due] as const);
    for (const [more, lines] of due)
      expect([more % 6_000, more <= 6_000 * lines]).toEqual([0, true]);
    expect(due.some(([more]) => more > 0)).toBe(true);
  });

  it('says on the sheet which of its rules rest on no text', async () => {
    const dataDir = join(folder, 'liaoning');
    const configuration = readConfiguration({ LOG_LEVEL: 'silent' }, { dataDir, port: '0' });
    const serving = await serve(configuration, { demo: true });
    try {
      const login = demoLogin('reconciler');
      const { client } = await new Client(serving.url).signIn(login, demoPassword);
      const { unverified } = await client.get('/api/v1/months/sheet?month=2010-01');
      expect(unverified).toMatchObject([
        { topic: 'minimum-wage', jurisdiction: '210000', from: '2010-01-01' },
        { topic: 'verification', jurisdiction: '210000', from: '2010-01-01' },
      ]);
    } finally {
      await serving.stop();
    }
  });

  it.each([
    [['--first-month', '2011-04'], /2010-01 to 2011-05/],
    [['--jurisdiction', '440100', '--first-month', '2010-01'], /2026-09 on/],
  ])('is refused at once where the figures end: %j', async (words, help) => {
    const { code, aside } = await ended(start('elsewhere', [...liaoning, ...words]));
    expect(code).toBe(2);
    expect(aside).toMatch(help);
  });
});

describe('the smallest demonstration', () => {
  it.each([
    [60, 1],
    [50, 2],
  ])('shows all that a fund meets: %j persons, %j months', async (persons, months) => {
    const words = ['--persons', String(persons), '--months', String(months), '--json'];
    const { code, out, aside } = await ended(start(`small-${persons}-${months}`, words));
    expect({ code, aside }).toEqual({ code: 0, aside: '' });
    expect(JSON.parse(out)).toMatchObject({ persons, verified: true });
  });
});

describe('a report', () => {
  const ordinary: Happenings = {
    ...{ failed: 1, returned: 1, unknown: 1, late: 1, double: 1 },
    ...{ reissued: 1, stopList: 1, held: 1, stopped: 1, plans: 1 },
  };

  it.each(Object.keys(ordinary) as (keyof Happenings)[])('is not complete without %s', (kind) => {
    const lacking = { ...ordinary, [kind]: 0 };
    expect(missingFrom([ordinary, lacking])).toEqual([]);
    expect(missingFrom([lacking, lacking])).toHaveLength(1);
  });

  it('does not balance when a line is lost, nor when it does not carry over', () => {
    const none = { returned: 0, increases: 0, decreases: 0, cancelled: 0 };
    const of = { ...none, opening: 1, due: 4, paid: 3, closing: 2 };
    const sheet: MonthSheet = {
      ...{ month: '2026-09', status: 'closed', lines: of, personMonths: of, fen: of },
      unpaidByReason: { failed: { lines: 2, fen: 2 } },
    };
    expect(faultsOf([sheet])).toEqual([]);
    expect(faultsOf([{ ...sheet, lines: { ...of, due: 5 } }])).toHaveLength(1);
    expect(faultsOf([{ ...sheet, unpaidByReason: {} }])).toHaveLength(2);
    expect(faultsOf([sheet, { ...sheet, month: '2026-10' }])).toHaveLength(3);
  });
});
