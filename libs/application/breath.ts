import { setImmediate } from 'node:timers/promises';

const longestMs = 2;
let since = performance.now();

/**
 * To be awaited between small portions of work that does not wait by itself: whoever else waits for
 * this process has his turn after a few milliseconds, however long the whole takes.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - since < longestMs) return;
  await setImmediate();
  since = performance.now();
}
