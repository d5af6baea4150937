import { Pool, types, type PoolConfig } from 'pg';

export type Database = Readonly<{
  /** Owns every object: migrations, rebuilds. */
  owner: Pool;
  /** What the product runs as: only what was granted. */
  app: Pool;
  close(): Promise<void>;
}>;

const int8 = 20;
const date = 1082;

/** Money and positions exceed 2^53, and a day moved through a time zone is another day. */
export function setTypeParsers(): void {
  types.setTypeParser(int8, (text) => BigInt(text));
  types.setTypeParser(date, (text) => text);
}

/**
 * A pool whose connections may be lost, idle or in use, without ending the process: the next query
 * opens a new one, and whoever was in the middle of something has the error from its own query. A
 * server that is gone without a word is found out by asking for signs of life.
 */
export function openPool(config: PoolConfig, onLost: (error: Error) => void = ignore): Pool {
  setTypeParsers();
  const pool = new Pool({ max: 10, keepAlive: true, ...config });
  pool.on('error', onLost);
  // One that is lost between two queries of a transaction fails with the next of them.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

export function openDatabase(
  urls: Readonly<{ ownerUrl: string; appUrl: string }>,
  options: Readonly<{ appConnections?: number; onLost?: (error: Error) => void }> = {},
): Database {
  const owner = openPool({ connectionString: urls.ownerUrl, max: 4 }, options.onLost);
  const app = openPool(
    { connectionString: urls.appUrl, max: options.appConnections ?? 10 },
    options.onLost,
  );
  const close = async (): Promise<void> => {
    await Promise.all([owner.end(), app.end()]);
  };
  return { owner, app, close };
}

function ignore(): void {}
