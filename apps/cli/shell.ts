import { resolve } from 'node:path';
import type { Command } from 'commander';
import { duties } from '#domain/actor/duties.js';
import { isDay } from '#domain/values/calendar.js';
import { Client } from './client.js';
import { Failure, UsageError } from './failure.js';
import { Output, type Streams } from './output.js';
import { isOnThisMachine, servedAt } from './served-at.js';
import { readSessions } from './session-file.js';

/** What every command is given: where to speak, whom to ask, and the options before its name. */
export type Shell = Readonly<{
  output: Output;
  /** Whether the process is this command and nothing else, so that another may take its place. */
  alone: boolean;
  dataDir: string;
  /** The one language that was asked for; without it both are spoken. */
  language: 'zh' | 'en' | undefined;
  /** The server's address: as typed or set, or where this folder's own server says it listens. */
  address: () => Promise<string>;
  /** The API, signed in as `--as LOGIN` or as whoever signed in last. */
  client: () => Promise<Client>;
}>;

type Globals = Readonly<{
  json?: boolean;
  data?: string;
  server?: string;
  as?: string;
  duty?: string;
  lang?: string;
}>;

const streamsOf = new WeakMap<Command, Streams>();

/** Where a program's commands speak, help and mistakes included. */
export function speakThrough(program: Command, streams: Streams): void {
  streamsOf.set(program, streams);
  program.configureOutput({
    writeOut: (text) => void streams.stdout.write(text),
    writeErr: (text) => void streams.stderr.write(text),
    // What is wrong is said once, in both languages, by whoever runs the program.
    outputError: () => undefined,
  });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

/** Options before or after the command's name mean the same. */
export function shellOf(command: Command): Shell {
  const given: Globals = command.optsWithGlobals();
  const dataDir = resolve(given.data ?? process.env['DATA_DIR'] ?? './data');
  const language = languageOf(given.lang);
  const duty = dutyOf(given.duty);
  const named = given.server ?? process.env['YUEJIE_URL'];
  if (named !== undefined && !/^https?:\/\/[^\s/]+/.test(named))
    throw new UsageError(`--server 应为网址：${named}`, `--server must be an address: ${named}`);
  const address = async (): Promise<string> =>
    named ?? (await servedAt(dataDir)) ?? `http://127.0.0.1:${process.env['PORT'] ?? 3000}`;
  const client = async (): Promise<Client> => {
    const file = await readSessions(dataDir);
    const login = given.as ?? file?.current ?? '';
    const session = file?.sessions[login];
    if (file === undefined || session === undefined) throw notSignedIn(given.as);
    const own = isOnThisMachine(file.url) ? await servedAt(dataDir) : undefined;
    return new Client(named ?? own ?? file.url, session, language, login, duty);
  };
  const streams = streamsOf.get(rootOf(command));
  const output = new Output(given.json === true, streams);
  const alone = streams === process;
  return { output, alone, dataDir, language, address, client };
}

function languageOf(given: string | undefined): 'zh' | 'en' | undefined {
  if (given !== undefined && given !== 'zh' && given !== 'en')
    throw new UsageError('--lang 只能是 zh 或 en', '--lang is zh or en');
  return given;
}

function dutyOf(given: string | undefined): string | undefined {
  if (given === undefined || duties.some((duty) => duty === given)) return given;
  const all = duties.join(', ');
  throw new UsageError(`--duty 没有 ${given} 这项职责：${all}`, `--duty is one of ${all}`);
}

function notSignedIn(as: string | undefined): Failure {
  const who = as === undefined ? '' : ` ${as}`;
  return new Failure(
    'NOT_SIGNED_IN',
    `尚未登录${who} · not signed in${who}`,
    '请先运行 yuejie sign-in LOGIN · run yuejie sign-in LOGIN first',
  );
}

/** `YYYY-MM` as typed. @throws UsageError */
export function monthArgument(text: string): string {
  if (/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new UsageError(`月份应写作 YYYY-MM：${text}`, `A month is written YYYY-MM: ${text}`);
}

/** `YYYY-MM-DD` as typed. @throws UsageError */
export function dayArgument(text: string): string {
  if (isDay(text)) return text;
  throw new UsageError(`日期应写作 YYYY-MM-DD：${text}`, `A day is written YYYY-MM-DD: ${text}`);
}

/** A whole number within bounds. @throws UsageError */
export function countArgument(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= least && count <= most) return count;
    throw new UsageError(
      `应为 ${least} 到 ${most} 之间的整数：${text}`,
      `A whole number from ${least} to ${most} is needed: ${text}`,
    );
  };
}
