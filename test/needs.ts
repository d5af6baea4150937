import { accessSync, appendFileSync, constants, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { describe, it } from '@jest/globals';

const table = readFileSync(new URL('./needs.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(/\s+/));

/**
 * A suite that needs more than Node: `needs('redis-server').describe('jobs', () => …)`. Where it is
 * missing the body is not executed: the suite is written down as not run, which the end of the run
 * repeats, is never counted as passed, and fails the run when REQUIRE_ALL=1.
 *
 * @param names rows of test/needs.txt; another name is a caller's mistake and throws
 */
export function needs(...names: readonly string[]): Readonly<{ describe: typeof suite }> {
  const missing = names.filter((name) => !isThere(probeOf(name)));
  return { describe: missing.length === 0 ? suite : notRun(missing) };
}

function suite(title: string, body: () => void): void {
  describe(title, body);
}

function notRun(missing: readonly string[]): typeof suite {
  const why = `${missing.join(', ')} not found on this machine`;
  return (title) => {
    const file = process.env['YUEJIE_NOT_RUN'];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ what: title, why })}\n`);
    describe(title, () => it.todo(`not run: ${why}`));
  };
}

function probeOf(name: string): string {
  const probe = table.find(([need]) => need === name)?.[1];
  if (probe === undefined) throw new Error(`${name} is not in test/needs.txt`);
  return probe;
}

function isThere(probe: string): boolean {
  if (isAbsolute(probe)) return allows(probe, constants.R_OK);
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => allows(join(folder, probe), constants.X_OK));
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
