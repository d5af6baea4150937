import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '#domain/refusal.js';
import { unfinishedWork } from '#projections/batch-board.js';
import type { Context } from './context.js';
import { derivedId } from './ids.js';
import { queryBatch } from './sending.js';
import type { System } from './start.js';

/** What the worker has to say, to whoever keeps the log; ids and positions only. */
export type WorkerLog = (message: string, facts: Readonly<Record<string, string>>) => void;

const scanEveryMs = 30_000;
const againAfterMs = 1_000;

/**
 * Follows the log and looks for work that was cut off, until the signal. A lost connection is no
 * reason to end: every loop starts again from its checkpoint.
 */
export async function runWorker(
  system: System,
  signal: AbortSignal,
  log: WorkerLog,
): Promise<void> {
  await Promise.all([
    keptUp(signal, log, 'follow', () => system.follow(signal)),
    keptUp(signal, log, 'scan', () => scanning(system, signal, log)),
  ]);
}

async function scanning(system: System, signal: AbortSignal, log: WorkerLog): Promise<void> {
  while (!signal.aborted) {
    await scanOnce(system, log);
    await pausing(scanEveryMs, signal);
  }
}

/**
 * A submission that was started and of which nobody knows whether it left is asked for, never sent
 * again; everything else that is unfinished is the reactions', which start from their checkpoints.
 *
 * @returns how many submissions were asked for
 */
export async function scanOnce({ app }: Pick<System, 'app'>, log: WorkerLog): Promise<number> {
  const { unknown } = await unfinishedWork(app.pool);
  for (const { batchId, office, month } of unknown) {
    const state = await app.store.read(`batch-${batchId}`);
    const last = state.at(-1);
    if (last === undefined) continue;
    const { day } = JSON.parse(last.metadata) as Pick<Context, 'day'>;
    const context: Context = {
      commandId: derivedId(last.id, 'recovery-query', batchId),
      ...{ actor: 'system:recovery', duty: 'system', office, day, month, causation: last.id },
    };
    try {
      await queryBatch(app, batchId, context);
      log('asked whether a submission arrived', { batch: batchId });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log('a submission stays unknown', { batch: batchId, code: error.code });
    }
  }
  return unknown.length;
}

async function keptUp(
  signal: AbortSignal,
  log: WorkerLog,
  name: string,
  loop: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await loop();
    } catch (error) {
      if (signal.aborted) return;
      log('a loop starts again', { loop: name, error: error instanceof Error ? error.name : '?' });
    }
    await pausing(againAfterMs, signal);
  }
}

async function pausing(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
