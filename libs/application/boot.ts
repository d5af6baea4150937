import { join } from 'node:path';
import type { Policies } from '#law/table.js';
import { openDatabase, type Database } from '#postgres/database.js';
import { assertDurable } from '#postgres/durability.js';
import { joinEmbedded, startEmbedded } from '#postgres/embedded.js';
import { migrate, type Migration } from '#postgres/migrations.js';
import { prepareAppRole } from '#postgres/roles.js';
import { bindKeys, openKeys, type Keys } from '#security/keys.js';
import { ConfigurationError, type Configuration } from './configuration.js';
import { withPolicyFiles } from './policy-files.js';
import { System, applicationMigrations } from './start.js';

export type BootOptions = Readonly<{
  policies: Policies;
  /** Tables of whoever starts, beside the application's own. */
  migrations?: readonly Migration[];
  onStopped: (name: string, position: bigint, error: Error) => void;
  onLost?: (error: Error) => void;
}>;

/** The system over its database, until `close`: which ends the server too, if it started it. */
export type Booted = Readonly<{
  system: System;
  database: Database;
  keys: Keys;
  close: () => Promise<void>;
}>;

/**
 * Opens the database that the configuration names, brings its schema up to date, binds the keys and
 * builds the system. An embedded server that another process of ours runs is joined, not started.
 *
 * @throws SetupError in both languages when the machine is not as it must be
 * @throws ConfigurationError EVENT_STORE for a store that this release does not open, POLICY_FILES
 *   for a file whose rows cannot be used
 */
export async function boot(configuration: Configuration, options: BootOptions): Promise<Booted> {
  if (configuration.eventStore !== 'postgres') throw new ConfigurationError(['EVENT_STORE']);
  const { onLost, onStopped } = options;
  const policies = await withPolicyFiles(options.policies, configuration.policyFiles);
  const server = await findServer(configuration);
  const database = openDatabase(server, {
    appConnections: 20,
    ...(onLost === undefined ? {} : { onLost }),
  });
  const close = async (): Promise<void> => {
    await database.close();
    await server.stop();
  };
  try {
    await assertDurable(database.owner);
    await migrate(database.owner, [...applicationMigrations, ...(options.migrations ?? [])]);
    const keys = await openKeys(configuration.keysFile);
    await bindKeys(database.app, keys);
    const { bankFolder } = configuration;
    const bank = { outgoing: join(bankFolder, 'out'), incoming: join(bankFolder, 'in') };
    const system = new System({
      ...{ pool: database.app, keys, policies, bank, onStopped },
      aside: {},
    });
    const closeAll = async (): Promise<void> => {
      await system.close();
      await close();
    };
    return { system, database, keys, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}

type Server = Readonly<{ ownerUrl: string; appUrl: string; stop: () => Promise<void> }>;

async function findServer(configuration: Configuration): Promise<Server> {
  const { databaseUrl, appDatabaseUrl, dataDir } = configuration;
  const stop = async (): Promise<void> => undefined;
  if (databaseUrl !== undefined) {
    const appUrl = await prepareAppRole(databaseUrl, appDatabaseUrl);
    return { ownerUrl: databaseUrl, appUrl, stop };
  }
  const running = await joinEmbedded(dataDir);
  if (running !== undefined) return { ...running, stop };
  return startEmbedded({ dataDir });
}
