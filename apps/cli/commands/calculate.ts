import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { readConfiguration } from '#application/configuration.js';
import { withPolicyFiles } from '#application/policy-files.js';
import { policyRows } from '#law/policy-file.js';
import { calculate } from '#law/calculate.js';
import { shippedPolicies, withRows } from '#law/shipped.js';
import { UsageError } from '../failure.js';
import { shellOf } from '../shell.js';

/** What the law gives; needs no server and keeps nothing. */
export function addCalculate(program: Command): void {
  program
    .command('calculate [file]')
    .description(
      '依法计算：一个问题或一组问题（JSON）· what the law gives, for one question or an array',
    )
    .option('--policies <file>', '地方参数文件（未核实）· a policy file, taken as unverified')
    .action(
      async (
        file: string | undefined,
        { policies }: Readonly<{ policies?: string }>,
        command: Command,
      ) => {
        const { output } = shellOf(command);
        const questions = parsed(await read(file), file ?? '-');
        const { policyFiles } = readConfiguration(process.env);
        const rules = await withPolicyFiles(shippedPolicies, policyFiles);
        const rows =
          policies === undefined ? [] : policyRows(parsed(await read(policies), policies));
        output.result(calculate(questions, withRows(rules, rows)));
      },
    );
}

async function read(file: string | undefined): Promise<string> {
  if (file === undefined || file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch(() => {
    throw new UsageError(`读不到文件 ${file}`, `The file ${file} cannot be read`);
  });
}

function parsed(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    const [zh, en] = name === '-' ? ['标准输入', 'The standard input'] : [name, name];
    throw new UsageError(`${zh} 不是 JSON`, `${en} is not JSON`);
  }
}
