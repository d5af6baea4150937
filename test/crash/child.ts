import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export type Ended = Readonly<{
  status: number | null;
  signal: NodeJS.Signals | null;
  said: string;
  complained: string;
}>;

/** A process of ours, run from the sources: it dies as a machine dies, and is started again. */
export function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const typescript = resolve('test/crash/typescript.mjs');
  const run = ['--conditions=source', '--import', typescript, resolve(file), ...args];
  return spawn(process.execPath, run, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end, whichever that is; at a moment of the caller's choice it is killed. */
export async function runChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  killAfterMs?: number,
): Promise<Ended> {
  const child = startChild(file, args, env);
  const killer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a child without its streams');
  const [[status, signal], said, complained] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    text(stdout),
    text(stderr),
  ]);
  clearTimeout(killer);
  return { status, signal, said, complained };
}
