import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Set by an operator, or by ourselves a process ago: it is kept as it is. */
export function hasBound(
  execArgv: readonly string[] = process.execArgv,
  nodeOptions = process.env['NODE_OPTIONS'] ?? '',
): boolean {
  return [...execArgv, nodeOptions].some((text) => /--max[-_]old[-_]space[-_]size/.test(text));
}

/**
 * Runs a script of ours in a process that collects its garbage early: left alone, a long pass over
 * the log keeps about twice the memory that it needs. It speaks through our own outputs.
 *
 * @returns its exit code; undefined when the memory did not suffice and it has to be done without
 */
export async function inBoundedHeap(
  words: readonly string[],
  megabytes: number,
): Promise<number | undefined> {
  const bound = `--max-old-space-size=${megabytes}`;
  const child = spawn(process.execPath, [...process.execArgv, bound, ...words], {
    stdio: 'inherit',
  });
  const end = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.once('SIGTERM', end);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (signal === 'SIGABRT' || code === aborted) return undefined;
    return code ?? 1;
  } finally {
    process.off('SIGTERM', end);
  }
}

/** As what a shell in between tells of an abort. */
const aborted = 134;
