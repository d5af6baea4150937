import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { needs } from '../needs.js';

type Answers = Readonly<{ ci?: number; check?: number; test?: number; line?: string }>;

/** Stands before the real programs in the PATH: says how it was called and ends as it is told. */
const npm = `#!/usr/bin/env bash
echo "npm $* REQUIRE_ALL=\${REQUIRE_ALL:-}"
case "$*" in
  ci) exit "$CI_ENDS" ;;
  'run check') exit "$CHECK_ENDS" ;;
  test) echo "$LINE"; exit "$TEST_ENDS" ;;
esac
`;
const aptGet = '#!/usr/bin/env bash\necho "apt-get $*"\n';

needs('bash').describe('the run on a clean machine', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yuejie-ci-'));
    for (const name of ['apps', 'libs', 'test', 'bin']) mkdirSync(join(folder, name));
    cpSync('.ci', join(folder, '.ci'), { recursive: true });
    writeFileSync(join(folder, 'bin/npm'), npm, { mode: 0o755 });
    writeFileSync(join(folder, 'bin/apt-get'), aptGet, { mode: 0o755 });
    writeFileSync(join(folder, 'bin/sudo'), '#!/usr/bin/env bash\n"$@"\n', { mode: 0o755 });
    const list = '# a comment\nghost no-such-program ghost-package\nshell bash bash\n';
    writeFileSync(join(folder, 'test/needs.txt'), list);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = ({ ci = 0, check = 0, test = 0, line = '5 passed, 0 failed' }: Answers) => {
    const child = spawnSync('bash', [join(folder, '.ci/run')], {
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
        CI_ENDS: `${ci}`,
        CHECK_ENDS: `${check}`,
        TEST_ENDS: `${test}`,
        LINE: line,
      },
    });
    const lines = child.stdout.trimEnd().split('\n');
    return { lines, last: lines.at(-1), status: child.status };
  };

  it('installs nothing that no spec asks for, and demands all tests', () => {
    expect(run({})).toEqual({
      status: 0,
      last: '5 passed, 0 failed',
      lines: [
        'npm ci REQUIRE_ALL=',
        'npm run check REQUIRE_ALL=',
        'npm test REQUIRE_ALL=1',
        '5 passed, 0 failed',
        '5 passed, 0 failed',
      ],
    });
  });

  it('installs only what a spec asks for and the machine lacks', () => {
    const spec = "needs(\n  'shell',\n  'ghost',\n).describe('jobs', () => {});\n";
    writeFileSync(join(folder, 'libs/jobs.spec.ts'), spec);
    const asked = run({}).lines.filter((line) => line.startsWith('apt-get install'));
    expect(asked).toEqual(['apt-get install -y -qq --no-install-recommends ghost-package']);
  });

  it.each<[string, Answers, string]>([
    ['the check fails', { check: 1 }, '5 passed, 1 failed'],
    ['tests fail', { test: 1, line: '5 passed, 2 failed' }, '5 passed, 2 failed'],
    [
      'the check and tests fail',
      { check: 2, test: 1, line: '5 passed, 2 failed' },
      '5 passed, 3 failed',
    ],
    ['the suite ends badly though its tests passed', { test: 1 }, '5 passed, 1 failed'],
    ['the suite ends without its line', { line: '' }, '0 passed, 1 failed'],
    ['the installation fails', { ci: 1 }, '0 passed, 1 failed'],
  ])('fails when %s', (_when, answers, expected) => {
    const { last, status } = run(answers);
    expect(last).toBe(expected);
    expect(status).toBe(1);
  });
});
