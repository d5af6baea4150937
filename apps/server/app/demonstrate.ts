import type { Configuration } from '#application/configuration.js';
import type { Serving } from '../app.js';
import { openLog } from '../log.js';

/** Works at the front door of the server that it is told of, and says how far it is. */
export type Demonstration = (
  place: Readonly<{
    baseUrl: string;
    dataDir: string;
    bankFolder: string;
    pool: string;
    isNew: boolean;
  }>,
  say: (message: string, facts: Readonly<Record<string, string>>) => void,
) => Promise<void>;

/**
 * Lets the demonstration's city live through its months in a folder that is served. What ends it
 * is logged and not thrown: the server serves what there is, and the next start goes on.
 */
export async function demonstrate(
  demonstration: Demonstration,
  { url, isNew }: Serving,
  { logLevel, dataDir, bankFolder, pool }: Configuration,
  isStopping: () => boolean,
): Promise<void> {
  const log = openLog(logLevel);
  const place = { baseUrl: url, dataDir, bankFolder, pool: pool.code, isNew };
  try {
    await demonstration(place, (message, facts) => log.info(facts, message));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!isStopping()) log.error({ reason }, 'the demonstration is not complete');
  }
}
