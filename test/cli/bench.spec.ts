import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openDatabase } from '#postgres/database.js';
import { startEmbedded } from '#postgres/embedded.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-bench-'));
  // The server runs as a user of its own, and must get there.
  await chmod(folder, 0o755);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const recipients = 100;

async function bench(...words: readonly string[]) {
  const line = ['dist/apps/cli/main.js', '--data', join(folder, 'data'), 'bench', ...words];
  const child = spawn(process.execPath, [...line, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

/** The months that a run counted. */
async function monthsOf(...words: readonly string[]): Promise<readonly string[]> {
  const { code, out, err } = await bench('month', '--recipients', String(recipients), ...words);
  if (code !== 0) throw new Error(out + err);
  const { months } = JSON.parse(out) as { months: readonly { month: string }[] };
  return months.map(({ month }) => month);
}

it('works the months that follow, and seeds its folder anew where too few are left', async () => {
  expect(await monthsOf('--repeats', '1')).toEqual(['2026-11']);
  expect(await monthsOf('--repeats', '1')).toEqual(['2027-02']);
  // Six months are left: four to be counted and two before them.
  expect(await monthsOf('--repeats', '4')).toEqual(['2027-05', '2027-06', '2027-07', '2027-08']);
  expect(await monthsOf('--repeats', '1')).toEqual(['2026-11']);
});

it('leaves a folder alone on which another process works', async () => {
  const dataDir = join(folder, `data-bench/month-${recipients + 1}`);
  const server = await startEmbedded({ dataDir });
  const { owner, close } = openDatabase(server);
  try {
    await owner.query('create table kept ()');
    const refused = await bench('month', '--recipients', String(recipients + 1));
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('FOLDER_IN_USE') });
    expect((await owner.query('select from kept')).rows).toEqual([]);
  } finally {
    await close();
    await server.stop();
  }
});

it('counts no more months than the awards have left', async () => {
  const many = await bench('month', '--repeats', '11');
  expect(many).toMatchObject({ code: 2, out: expect.stringContaining('1 到 10 ') });
});
