import type { Command } from 'commander';
import {
  refuseUnknownMonth,
  segregationReport,
  verifyAll,
  verifyClose,
} from '#application/verify.js';
import { month as monthOf } from '#domain/values/calendar.js';
import { hasBound, inBoundedHeap } from '../bounded-heap.js';
import { overDatabase } from '../database.js';
import { asText } from '../output.js';
import { monthArgument, shellOf } from '../shell.js';
import { closeVerdict, segregationVerdict, verifyVerdict } from './verdicts.js';

/** Enough for hundreds of thousands of awards. */
const heapMegabytes = 180;

type MonthOption = Readonly<{ month?: string }>;

/** The independent proof, from events and documents alone; none of it asks the server. */
export function addAudit(program: Command): void {
  program
    .command('verify')
    .description(
      '校验链、树、单据、密封数据、不变量，并以重放核对读模型 · ' +
        'verify links, tree, documents, sealed rows, invariants, and read models against replay',
    )
    .option('--month <month>', '只看一个月 · of one month', monthArgument)
    .action(async ({ month }: MonthOption, command: Command) => {
      const { output, alone, dataDir } = shellOf(command);
      if (alone && !hasBound()) {
        const code = await inBoundedHeap(process.argv.slice(1), heapMegabytes);
        if (code !== undefined) {
          process.exitCode = code;
          return;
        }
        output.note('内存不够，不加限制再来一遍 · not enough memory: once more without a bound');
      }
      const bar = output.progress('verify');
      const result = await overDatabase(dataDir, async ({ system, database }) => {
        if (month !== undefined) await refuseUnknownMonth(system.app, monthOf(month));
        return verifyAll(
          system.app,
          { ownerPool: database.owner, ...limited(month) },
          (_stage, done, total) => bar.at(done, total ?? done),
        );
      });
      bar.end();
      output.result(result, told(verifyVerdict(result)));
      if (!result.ok) process.exitCode = 1;
    });
  program
    .command('verify-close <month>')
    .description('重新计算已结的月份 · recompute a closed month from its events and documents')
    .option('--office <code>', '机构 · the office')
    .action(async (text: string, { office }: Readonly<{ office?: string }>, command: Command) => {
      const month = monthOf(monthArgument(text));
      const { output, dataDir } = shellOf(command);
      const only = { month, ...(office === undefined ? {} : { office }) };
      const result = await overDatabase(dataDir, ({ system }) => verifyClose(system.app, only));
      output.result(result, told(closeVerdict(result)));
      if (!result.ok) process.exitCode = 1;
    });
  program
    .command('segregation')
    .description('不相容岗位分离证明 · the certificate that duties were segregated')
    .option('--month <month>', '只看一个月 · of one month', monthArgument)
    .action(async ({ month }: MonthOption, command: Command) => {
      const { output, dataDir } = shellOf(command);
      const of = month === undefined ? undefined : monthOf(month);
      const result = await overDatabase(dataDir, async ({ system }) => {
        if (of !== undefined) await refuseUnknownMonth(system.app, of);
        return segregationReport(system.app, of);
      });
      output.result(result, told(segregationVerdict(result)));
      if (result.breaches > 0) process.exitCode = 1;
    });
}

/** The verdict, and behind it all that it rests on. */
function told(verdict: string): (value: unknown) => string {
  return (value) => `${verdict}\n${asText(value)}`;
}

function limited(month: string | undefined) {
  return month === undefined ? {} : { month: monthOf(month) };
}
