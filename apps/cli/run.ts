import { Command, CommanderError } from 'commander';
import { ConfigurationError } from '#application/configuration.js';
import { refusalWords } from '#application/refusal-texts.js';
import { Refusal } from '#domain/refusal.js';
import { SetupError } from '#postgres/setup-error.js';
import { addAudit } from './commands/audit.js';
import { addBench } from './commands/bench.js';
import { addCalculate } from './commands/calculate.js';
import { addCity } from './commands/city.js';
import { addDemo } from './commands/demo.js';
import { addEvents } from './commands/events.js';
import { addFiles } from './commands/files.js';
import { addLaw } from './commands/law.js';
import { addMonth } from './commands/month.js';
import { addOffice } from './commands/office.js';
import { addRebuild } from './commands/rebuild.js';
import { addRecovery } from './commands/recovery.js';
import { addServe } from './commands/serve.js';
import { addSignIn } from './commands/sign-in.js';
import { addStaff } from './commands/staff.js';
import { addWaiting } from './commands/waiting.js';
import { Failure, UsageError, bothFailure } from './failure.js';
import { addExamples } from './examples.js';
import { Output, type Streams } from './output.js';
import { speakThrough } from './shell.js';

/**
 * Runs one command line and answers its exit code: 0 done, 1 refused, failed or a difference found,
 * 2 what was typed cannot be meant.
 */
export async function runCli(
  words: readonly string[],
  streams: Streams = process,
): Promise<number> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await programOf(streams).parseAsync([...words], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return exitCodeOf(error, new Output(words.includes('--json'), streams));
  } finally {
    process.exitCode = before;
  }
}

export function programOf(streams: Streams = process): Command {
  const program = new Command('yuejie')
    .description('月结：失业保险基金发放 · Yuejie pays an unemployment-insurance fund out')
    .option('--json', '结果输出为一份 JSON · print one JSON document')
    .option('--data <dir>', '数据目录（默认 ./data）· the data folder (default ./data)')
    .option('--server <url>', '服务器地址 · the server’s address')
    .option('--as <login>', '以哪个登录名办理 · as which login')
    .option('--duty <duty>', '兼任多项职责时，以哪一项办理 · of several duties, the one to act in')
    .option(
      '--lang <zh|en>',
      '只用一种语言答复（默认两种）· refusals in one language (both by default)',
    )
    .helpOption('-h, --help', '显示帮助 · show this help')
    .helpCommand('help [command]', '某条命令的帮助 · help for a command')
    .showSuggestionAfterError(true)
    .exitOverride();
  speakThrough(program, streams);
  addDemo(program);
  addServe(program);
  addSignIn(program);
  addCalculate(program);
  addLaw(program);
  addFiles(program);
  addOffice(program);
  addStaff(program);
  addMonth(program);
  addWaiting(program);
  addRecovery(program);
  addEvents(program);
  addAudit(program);
  addRebuild(program);
  addCity(program);
  addBench(program);
  for (const command of program.commands) addExamples(command);
  return program;
}

function exitCodeOf(error: unknown, output: Output): number {
  if (error instanceof CommanderError) {
    // Help was asked for, or shown because nothing else was.
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') output.misuse(mistakeOf(error));
    return 2;
  }
  if (error instanceof UsageError || error instanceof ConfigurationError) {
    output.misuse(error.message);
    return 2;
  }
  if (error instanceof Failure) output.failure(error);
  else if (error instanceof Refusal) output.failure(failureOf(error));
  else if (error instanceof SetupError) output.failure(new Failure(error.fault, error.message, ''));
  else output.failure(faultOf(error));
  return 1;
}

const mistakes: Readonly<Record<string, string>> = {
  'commander.unknownCommand': '没有这条命令',
  'commander.unknownOption': '没有这个选项',
  'commander.missingArgument': '缺少参数',
  'commander.excessArguments': '参数太多',
  'commander.optionMissingArgument': '选项缺少值',
  'commander.missingMandatoryOptionValue': '缺少必填的选项',
};

/** What commander found wrong, on one line and in both languages. */
function mistakeOf({ code, message }: CommanderError): string {
  const en = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  return `${mistakes[code] ?? '无法识别'} · ${en}`;
}

function failureOf({ code, facts }: Refusal): Failure {
  return bothFailure(code, refusalWords(code, facts), facts);
}

function faultOf(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure('FAULT', text, '');
}
