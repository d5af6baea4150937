import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { tellingOffice } from '../place.js';
import { countArgument, dayArgument, monthArgument, shellOf } from '../shell.js';
import { caseSteps } from './month-cases.js';
import { checkOptions, type MonthOptions, type Step } from './month-desk.js';
import { handsOf, stages } from './month-order.js';
import { planStep } from './month-plan.js';
import { statusStep } from './month-status.js';
import { documentSteps } from './month-steps.js';
import { waitingSteps } from './month-waiting.js';

export const steps: Readonly<Record<string, Step>> = {
  status: statusStep,
  plan: planStep,
  ...waitingSteps,
  ...caseSteps,
  ...documentSteps,
};

/** The month step by step, each by whoever is signed in: the server decides who may. */
export function addMonth(program: Command): void {
  program
    .command('month <step> <month>')
    .description('一个月的一步 · one step of a month')
    .option('--office <code>', '机构 · the office')
    .option('--no <n>', '第几份 · which roll, batch or plan', countArgument(1, 99))
    .option('--only <id>', '只办这一件，可重复 · this case alone; may be repeated', gathered)
    .option('--all', '待办的全部签字 · sign all that waits')
    .option('--amount <office=yuan>', '用款金额，可重复 · an allotment; may be repeated', gathered)
    .option('--instruction <id>', '支付指令号 · the payment instruction')
    .option('--reason <text>', '理由 · the reason')
    .option('--from <day>', '审验起日 · first day of the verification', dayArgument)
    .option('--to <day>', '审验止日 · its last day', dayArgument)
    .option('--layout <name>', '送盘文件格式 · the bank file’s layout, such as fixed-v1')
    .option('--root <start>', '只签这个根 · sign only what has this root, or a root that begins so')
    .addHelpText('after', `\n步骤，按一个月的先后 · Steps, in the order of a month:\n${listed()}`)
    .action(async (name: string, text: string, options: MonthOptions, command: Command) => {
      const names = stages.flatMap((stage) => stage.steps.map(([step]) => step)).join(', ');
      const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
      if (step === undefined)
        throw new UsageError(`没有 ${name} 这一步`, `There is no step ${name}: ${names}`);
      const month = monthArgument(text);
      checkOptions(name, step, options);
      const { output, client } = shellOf(command);
      const api = await client();
      // What was done before, by whoever, has followed: a script need not wait between two steps.
      await api.settled();
      const desk = { api, output, month, options };
      await tellingOffice(api, options.office, () => step.run(desk));
    });
}

function gathered(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}

function listed(): string {
  return stages
    .flatMap((stage) => [
      `\n ${stage.zh} · ${stage.en}`,
      ...stage.steps.map(([name, ...by]) => {
        const step = steps[name];
        const words = step === undefined ? '' : `${step.zh} · ${step.en}`;
        return `  ${name.padEnd(17)} ${words}（${handsOf(by)}）${optionsOf(step ?? {})}`;
      }),
    ])
    .join('\n');
}

/** The options of a step beside the office; those in brackets may be left out. */
function optionsOf({ needs = [], takes = [] }: Pick<Step, 'needs' | 'takes'>): string {
  const all = [...needs.map((name) => `--${name}`), ...takes.map((name) => `[--${name}]`)];
  return all.length === 0 ? '' : `  ${all.join(' ')}`;
}
