import { join } from 'node:path';
import type { Command } from 'commander';
import { eventStoreMigrations } from '#event-store/schema.js';
import { openDatabase } from '#postgres/database.js';
import { startEmbedded } from '#postgres/embedded.js';
import { migrate } from '#postgres/migrations.js';
import { benchMonth, uncountedMonths } from '../bench/bench.js';
import { benchClerk } from '../bench/clerk-bench.js';
import { monthsToMeasure } from '../bench/seed.js';
import { benchBulkAppend, benchReplay, benchVerify } from '../bench/store-bench.js';
import { benchWriters } from '../bench/writers-bench.js';
import type { Output } from '../output.js';
import { countArgument, shellOf } from '../shell.js';
import { UsageError } from '../failure.js';

const mostRepeats = monthsToMeasure - uncountedMonths;

type BenchOptions = Readonly<{ recipients: number; repeats: number }>;

/** Both sides by turns in one run, on a folder of the measurement's own beside the data folder. */
export function addBench(program: Command): void {
  program
    .command('bench [what]')
    .description(
      '测量：month（一个月）、clerk（经办响应）、store（事件库）· measure: month, clerk or store',
    )
    .option('--recipients <n>', '领金人数 · recipients', countArgument(100, 5_000_000), 10_000)
    .option('--repeats <n>', '重复次数 · repeats', countArgument(1, mostRepeats), 3)
    .action(async (what: string | undefined, options: BenchOptions, command: Command) => {
      const { output, dataDir } = shellOf(command);
      const folder = `${dataDir}-bench`;
      const say = (text: string): void => output.note(text);
      const months = { dataDir: join(folder, `month-${options.recipients}`), ...options, say };
      if (what === undefined || what === 'month') {
        output.result(await benchMonth(months));
      } else if (what === 'clerk') {
        output.result(await benchClerk(months));
      } else if (what === 'store') {
        output.result(await measuredStore(join(folder, 'store'), output));
      } else throw new UsageError(`没有 ${what} 这种测量`, `There is no measurement ${what}`);
    });
}

async function measuredStore(dataDir: string, output: Output): Promise<object> {
  const server = await startEmbedded({ dataDir });
  const { owner, close } = openDatabase(server);
  try {
    await migrate(owner, eventStoreMigrations);
    output.note('append · 追加');
    const append = await benchBulkAppend(owner);
    output.note('replay · 重放');
    const replay = await benchReplay(owner);
    output.note('verify · 校验');
    const verify = await benchVerify(owner);
    output.note('writers · 并发写入');
    return { append, replay, verify, writers: await benchWriters(owner) };
  } finally {
    await close();
    await server.stop();
  }
}
