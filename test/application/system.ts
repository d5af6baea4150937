import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationMigrations, System } from '#application/start.js';
import type { Policies } from '#law/table.js';
import { shippedPolicies } from '#law/shipped.js';
import type { Keys } from '#security/keys.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

export type TestSystem = Readonly<{
  system: System;
  database: TestDatabase;
  keys: Keys;
  folder: string;
  close: () => Promise<void>;
}>;

export function testKeys(): Keys {
  const wrapping = new Map([['k1', randomBytes(32)]]);
  return { current: 'k1', wrapping, index: randomBytes(32) };
}

/** The whole application over a fresh database, following its log until it is closed. */
export async function openTestSystem(policies: Policies = shippedPolicies): Promise<TestSystem> {
  const database = await openTestDatabase(applicationMigrations);
  const folder = await mkdtemp(join(tmpdir(), 'yuejie-system-'));
  const keys = testKeys();
  const stopped: Error[] = [];
  const system = new System({
    ...{ keys, policies },
    pool: database.app,
    bank: { outgoing: join(folder, 'out'), incoming: join(folder, 'in') },
    onStopped: (name, position, error) => {
      stopped.push(new Error(`${name} stopped at ${position}`, { cause: error }));
      console.error(name, position, error);
    },
  });
  const end = new AbortController();
  const following = system.follow(end.signal);
  return {
    ...{ system, database, keys, folder },
    close: async () => {
      end.abort();
      await following;
      await database.close();
      await rm(folder, { recursive: true, force: true });
      if (stopped[0] !== undefined) throw stopped[0];
    },
  };
}
