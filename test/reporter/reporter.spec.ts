import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { needs } from '../needs.js';

const plain = 'test/reporter/plain.sample.ts';
const needing = 'test/reporter/needing.sample.ts';
const root = process.cwd();
const withRedis = mkdtempSync(join(tmpdir(), 'yuejie-needs-'));
writeFileSync(join(withRedis, 'redis-server'), '', { mode: 0o755 });

/** Runs sample suites in a jest of their own, configured as the project's, without its database. */
async function run(
  samples: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Readonly<{ status: number | null; lines: readonly string[] }>> {
  const { default: base } = (await import(join(root, 'jest.config.mjs'))) as {
    default: Readonly<Record<string, unknown>>;
  };
  const { globalSetup: _setup, globalTeardown: _teardown, ...config } = base;
  const own = { ...config, rootDir: root, testRegex: '\\.sample\\.ts$' };
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', jest, '--config', JSON.stringify(own), ...samples];
  const { NODE_OPTIONS: _options, REQUIRE_ALL: _require, ...inherited } = process.env;
  const child = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...inherited, PATH: '', ...env },
    encoding: 'utf8',
  });
  return { status: child.status, lines: child.stdout.trimEnd().split('\n') };
}

describe('the last line of a test run', () => {
  afterAll(() => rmSync(withRedis, { recursive: true }));

  it('counts what passed and what failed', async () => {
    const passing = await run([plain], {});
    expect(passing.lines.at(-1)).toBe('1 passed, 0 failed');
    expect(passing.status).toBe(0);
    const failing = await run([plain], { SAMPLE_FAILS: '1' });
    expect(failing.lines.at(-1)).toBe('1 passed, 1 failed');
    expect(failing.status).toBe(1);
  });

  it('is preceded by what this machine cannot run, which is not counted as passed', async () => {
    const { status, lines } = await run([plain, needing], {});
    expect(lines.slice(-2)).toEqual([
      'not run: jobs on Redis (redis-server not found on this machine)',
      '1 passed, 0 failed',
    ]);
    expect(status).toBe(0);
  });

  it('counts as failed what did not run when all is required', async () => {
    const { status, lines } = await run([plain, needing], { REQUIRE_ALL: '1' });
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('counts the suite where the machine has what it needs', async () => {
    const { status, lines } = await run([plain, needing], { PATH: withRedis, REQUIRE_ALL: '1' });
    expect(lines.at(-1)).toBe('2 passed, 0 failed');
    expect(status).toBe(0);
  });
});

describe('a need', () => {
  it('has to be in the list of needs', () => {
    expect(() => needs('a-program-nobody-listed')).toThrow('test/needs.txt');
  });
});
