import { boot, type Booted } from '#application/boot.js';
import { readConfiguration } from '#application/configuration.js';
import { serverMigrations } from '#apps/server/app/migrations.js';
import { shippedPolicies } from '#law/shipped.js';

/**
 * Looks into the database beside a running server, or starts the folder's own for as long as it
 * takes; nothing follows the log meanwhile.
 */
export async function overDatabase<T>(
  dataDir: string,
  look: (booted: Booted) => Promise<T>,
): Promise<T> {
  const booted = await boot(readConfiguration(process.env, { dataDir }), {
    policies: shippedPolicies,
    migrations: serverMigrations,
    onStopped: () => undefined,
  });
  try {
    return await look(booted);
  } finally {
    await booted.close();
  }
}
