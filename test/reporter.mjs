import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Ends a test run with what this machine could not run and the one plain line `N passed, N failed`.
 * With REQUIRE_ALL=1 whatever did not run counts as failed, and so does the run.
 */
export default class Reporter {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'yuejie-run-'));
    this.file = join(this.folder, 'not-run');
    this.required = process.env.REQUIRE_ALL === '1';
    this.error = undefined;
    writeFileSync(this.file, '');
    // Workers inherit it: each suite that cannot run here adds its line (test/needs.ts).
    process.env.YUEJIE_NOT_RUN = this.file;
  }

  onRunComplete(_contexts, results) {
    const notRun = this.readNotRun();
    const leftOut = results.numPendingTests + results.numTodoTests - notRun.length;
    for (let test = 0; test < leftOut; test += 1)
      notRun.push({ what: 'a test', why: 'it is left out of this run' });
    const missing = this.required ? notRun.length : 0;
    if (missing > 0) this.error = new Error(`${missing} not run, and REQUIRE_ALL=1 demands all`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + missing;
    const lines = [
      ...tally(notRun.map(({ what, why }) => `not run: ${what} (${why})`)),
      `${results.numPassedTests} passed, ${failed} failed`,
    ];
    // Jest prints its own summary after every reporter; the plain line has to be the very last.
    process.once('exit', () => writeSync(1, `${lines.join('\n')}\n`));
  }

  getLastError() {
    return this.error;
  }

  readNotRun() {
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    rmSync(this.folder, { recursive: true, force: true });
    return lines.map((line) => JSON.parse(line));
  }
}

/** Each line once, with how often it came. */
function tally(lines) {
  const counts = new Map();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} × ${count}`));
}
