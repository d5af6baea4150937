import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { cityFiles } from '../city/generate.js';
import { personsArgument } from '../city/size.js';
import { UsageError } from '../failure.js';
import { countArgument, monthArgument, shellOf } from '../shell.js';

type CityOptions = Readonly<{
  out: string;
  persons: number;
  months: number;
  seed: string;
  jurisdiction?: string;
  firstMonth?: string;
}>;

/** Only a city's input files, in the documented formats; the same seed gives the same bytes. */
export function addCity(program: Command): void {
  program
    .command('city')
    .description('生成一座城市的输入文件 · write the input files of a generated city')
    .requiredOption('--out <dir>', '写到哪个目录 · the folder to write into')
    .option('--persons <n>', '人数 · persons', personsArgument, 1_000)
    .option('--months <m>', '月数 · months', countArgument(1, 36), 3)
    .option('--seed <seed>', '种子 · seed', '1')
    .option('--jurisdiction <code>', '统筹区代码 · the pool’s code')
    .option('--first-month <month>', '起始月份 · the first month', monthArgument)
    .action(async ({ out, ...options }: CityOptions, command: Command) => {
      const { output } = shellOf(command);
      const files: string[] = [];
      try {
        for (const [name, bytes] of cityFiles(options)) {
          const path = join(out, name);
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, bytes);
          files.push(name);
        }
      } catch (error) {
        if (error instanceof RangeError) throw new UsageError(error.message, error.message);
        throw error;
      }
      output.result({ out, files }, () => files.map((name) => join(out, name)).join('\n'));
    });
}
