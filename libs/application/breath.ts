import { setImmediate, setTimeout as pause } from 'node:timers/promises';

const longestMs = 2;
/** With rests of once its work their slowest commands waited half as long again. */
const restsPerWork = 2;
/** It may have waited by itself meanwhile. */
const longestRestMs = 25;
let since = performance.now();
let peopleWait = (): boolean => false;

/**
 * For a thread that serves nobody: while people wait for another one it rests twice as long as it
 * worked. A person's command changes a dozen times between program and server, and where bulk work
 * keeps all processors busy, it waits at each change until some slice of that is over.
 */
export function restWhile(people: () => boolean): void {
  peopleWait = people;
}

/**
 * To be awaited between small portions of work that does not wait by itself: whoever else waits for
 * this process has his turn after a few milliseconds, however long the whole takes.
 */
export async function breathe(): Promise<void> {
  const worked = performance.now() - since;
  if (worked < longestMs) return;
  if (peopleWait()) await pause(Math.min(restsPerWork * worked, longestRestMs));
  else await setImmediate();
  since = performance.now();
}
