import type { Command } from 'commander';
import { readConfiguration } from '#application/configuration.js';
import { verifyAll } from '#application/verify.js';
import { monthAfter } from '../city/numbers.js';
import { placeOf } from '../city/places.js';
import { personsArgument } from '../city/size.js';
import { overDatabase } from '../database.js';
import { usualDemo, type DemoOptions } from '../demo/options.js';
import { runDemo } from '../demo/run.js';
import { reportText } from '../demo/table.js';
import { UsageError } from '../failure.js';
import { countArgument, monthArgument, shellOf } from '../shell.js';

type Given = Readonly<{
  persons: number;
  months: number;
  seed: string;
  jurisdiction: string;
  firstMonth?: string;
}>;

/** The main job: a generated city, imported, decided, paid and closed month by month. */
export function addDemo(program: Command): void {
  const { persons, months, seed, jurisdiction } = usualDemo;
  program
    .command('demo')
    .description(
      '演示：生成一座城市，导入、核定、发放、逐月结账 · ' +
        'a generated city, imported, decided, paid and closed month by month',
    )
    .option('--persons <n>', '参保人数 · insured persons', personsArgument, persons)
    .option('--months <m>', '月数 · months', countArgument(1, 36), months)
    .option('--seed <s>', '种子 · the seed', String(seed))
    .option('--jurisdiction <code>', '统筹区代码 · the pool’s code', jurisdiction)
    .option(
      '--first-month <month>',
      '起始月份，440100 为 2026-09，210000 为 2010-01 · ' +
        'the first month: 2026-09 of 440100, 2010-01 of 210000',
      monthArgument,
    )
    .action(async (given: Given, command: Command) => {
      const { output, dataDir } = shellOf(command);
      const options = optionsOf(given);
      const configuration = readConfiguration(
        { LOG_LEVEL: 'error', ...process.env, POOL: options.jurisdiction },
        { dataDir, port: '0' },
      );
      const bar = output.progress('demo');
      // As `serve` does: every other command starts without the framework.
      const { serve } = await import('#apps/server/app.js');
      const serving = await serve(configuration, { demo: true });
      try {
        const report = await runDemo(options, {
          ...{ baseUrl: serving.url, dataDir: configuration.dataDir },
          bankFolder: configuration.bankFolder,
          progress: ({ done, of }) => bar.at(done, of),
          verify: () => proved(dataDir),
        });
        bar.end();
        output.result(report, () => reportText(report));
      } finally {
        bar.end();
        await serving.stop();
      }
    });
}

function optionsOf({ seed, jurisdiction, firstMonth, ...size }: Given): DemoOptions {
  if (!/^\d{6}$/.test(jurisdiction))
    throw new UsageError('--jurisdiction 应为六位代码', '--jurisdiction is a code of six digits');
  const number = Number(seed);
  const isNumber = /^\d+$/.test(seed) && Number.isSafeInteger(number);
  const options = { ...size, seed: isNumber ? number : seed, jurisdiction };
  const place = placeOf(jurisdiction);
  const first = firstMonth ?? place.firstMonth;
  refuseOutside(place.months, first, monthAfter(first, size.months - 1));
  // The usual month is the same city, whether it was said or not.
  return first === place.firstMonth ? options : { ...options, firstMonth: first };
}

/** Said at once: where the law's figures end, a month far on would be refused. */
function refuseOutside([from, to]: readonly [string, string?], first: string, last: string): void {
  if (first >= from && (to === undefined || last <= to)) return;
  throw new UsageError(
    `这个统筹区只有 ${from} ${to === undefined ? '起' : `至 ${to} `}的标准`,
    `this pool's figures are at hand from ${from} ${to === undefined ? 'on' : `to ${to}`} only`,
  );
}

/**
 * Over the database itself, read models against a replay among it: nothing of it asks the server.
 */
function proved(dataDir: string): Promise<boolean> {
  return overDatabase(dataDir, async ({ system, database }) => {
    const { ok } = await verifyAll(system.app, { ownerPool: database.owner });
    return ok;
  });
}
