import { setTimeout as pause } from 'node:timers/promises';
import { pruneReservations } from './pruning.js';
import { recoverSubmissions } from './recovery.js';
import type { System } from './start.js';

/** What the worker has to say, to whoever keeps the log; ids and positions only. */
export type WorkerLog = (message: string, facts: Readonly<Record<string, string>>) => void;

const scanEveryMs = 30_000;
const againAfterMs = 1_000;
const pruneEveryMs = 3_600_000;

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
    keptUp(signal, log, 'ask again', () => asking(system, signal)),
  ]);
}

async function scanning(system: System, signal: AbortSignal, log: WorkerLog): Promise<void> {
  let pruneAt = 0;
  // Sooner at first: the read models may still be catching up with what was cut off.
  for (let waitMs = againAfterMs; !signal.aborted; waitMs = Math.min(2 * waitMs, scanEveryMs)) {
    const { found, unknown } = await recoverSubmissions(system.app);
    for (const batch of found) log('a submission arrived', { batch });
    for (const { batchId: batch, code } of unknown)
      log('a submission stays unknown', { batch, code });
    const now = new Date();
    if (now.getTime() >= pruneAt) {
      pruneAt = now.getTime() + pruneEveryMs;
      const reservations = await pruneReservations(system.app.pool, now);
      if (reservations > 0) log('old reservations are forgotten', { count: String(reservations) });
    }
    await pausing(waitMs, signal);
  }
}

/** A claim may have been refused for a moment's rush only: no event will say that it has passed. */
async function asking(system: System, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pausing(scanEveryMs, signal);
    await system.askAgain();
  }
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
