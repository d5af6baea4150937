import { boot } from '#application/boot.js';
import type { Configuration } from '#application/configuration.js';
import { runWorker } from '#application/worker.js';
import { shippedPolicies } from '#law/shipped.js';
import { pino } from 'pino';

export type Working = Readonly<{
  /** Ends the loops at their checkpoints. Safe to call twice. */
  stop: () => Promise<void>;
}>;

/** The worker alone: read models, reactions and the scan, beside servers that take commands. */
export async function work(configuration: Configuration): Promise<Working> {
  const { logLevel: level } = configuration;
  const base = { service: 'yuejie-worker' };
  const log = pino({ level, base }, pino.destination({ dest: 2, sync: true }));
  const { system, close } = await boot(configuration, {
    policies: shippedPolicies,
    onStopped: (name, position, error) =>
      log.fatal({ name, position: String(position), error: error.name }, 'a follower stopped'),
    onLost: () => log.warn('a database connection was lost'),
  });
  const ending = new AbortController();
  const loops = runWorker(system, ending.signal, (message, facts) => log.info(facts, message));
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    ending.abort();
    await loops;
    await close();
    log.info('stopped');
  };
  log.info('working');
  return { stop: () => (stopping ??= end()) };
}
