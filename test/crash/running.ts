import { join } from 'node:path';
import type { Pool } from 'pg';
import type { App } from '#application/app.js';
import { System } from '#application/start.js';
import { shippedPolicies } from '#law/shipped.js';
import { openKeys } from '#security/keys.js';

export type Running = Readonly<{ app: App; stop: () => Promise<void> }>;

/** The application over a database, with its keys in one folder and its bank in another. */
export async function startRunning(
  pool: Pool,
  { keys, bank, isAside = false }: Readonly<{ keys: string; bank: string; isAside?: boolean }>,
): Promise<Running> {
  const system = new System({
    pool,
    keys: await openKeys(join(keys, 'keys.json')),
    policies: shippedPolicies,
    bank: { outgoing: join(bank, 'out'), incoming: join(bank, 'in') },
    ...(isAside ? { aside: { fromPages: 1 } } : {}),
    onStopped: (name, position, error) => {
      throw new Error(`${name} stopped at ${position}`, { cause: error });
    },
  });
  const ending = new AbortController();
  const following = system.follow(ending.signal);
  const stop = async (): Promise<void> => {
    ending.abort();
    await following;
    await system.close();
  };
  return { app: system.app, stop };
}
