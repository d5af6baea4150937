import { boot, type Booted } from '#application/boot.js';
import { readConfiguration, type Configuration } from '#application/configuration.js';
import { serverMigrations } from '#apps/server/app/migrations.js';
import { shippedPolicies } from '#law/shipped.js';
import { existingCluster } from '#postgres/cluster.js';
import { Failure } from './failure.js';

/**
 * Looks into the database beside a running server, or starts the folder's own for as long as it
 * takes; nothing follows the log meanwhile.
 *
 * @throws Failure DATA_FOLDER_EMPTY where no server has kept anything yet: to prove nothing would
 *   read as a clean certificate of a folder whose name was mistyped
 */
export async function overDatabase<T>(
  dataDir: string,
  look: (booted: Booted) => Promise<T>,
): Promise<T> {
  const configuration = readConfiguration(process.env, { dataDir });
  refuseEmpty(configuration);
  const booted = await boot(configuration, {
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

function refuseEmpty({ databaseUrl, dataDir }: Configuration): void {
  if (databaseUrl !== undefined || existingCluster(dataDir) !== undefined) return;
  throw new Failure(
    'DATA_FOLDER_EMPTY',
    `数据目录 ${dataDir} 里没有数据库 · the data folder ${dataDir} holds no database`,
    '请用 --data 指明数据目录，或先运行 npm start · name the folder with --data, or run npm start first',
  );
}
