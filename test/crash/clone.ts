import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { hardenDatabase } from '#postgres/roles.js';
import { faultCode } from '#postgres/setup-error.js';
import type { TestDatabase } from '#test/database.js';

export type Clone = Readonly<{ ownerUrl: string; appUrl: string; drop: () => Promise<void> }>;

/** A database as another one stands: whoever is connected to that one is sent away first. */
export async function cloneOf(base: TestDatabase): Promise<Clone> {
  const from = new URL(base.ownerUrl).pathname.slice(1);
  const name = `crash_${randomBytes(8).toString('hex')}`;
  await onServer(base, async (client) => {
    await copied(client, { from, name });
    await hardenDatabase(client, name);
  });
  return {
    ownerUrl: named(base.ownerUrl, name),
    appUrl: named(base.appUrl, name),
    drop: () =>
      onServer(base, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

const attempts = 12;
const inUse = '55006';

/**
 * The server waits five seconds for whoever is still in the database, among them its own vacuum,
 * which nobody but itself may end: on a busy machine that takes more than one such wait.
 */
async function copied(
  client: Client,
  { from, name }: Readonly<{ from: string; name: string }>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [from],
    );
    try {
      await client.query(`create database ${name} template ${from}`);
      return;
    } catch (error) {
      if (faultCode(error) !== inUse || attempt === attempts) throw error;
    }
  }
}

async function onServer(
  { ownerUrl }: TestDatabase,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ connectionString: named(ownerUrl, 'postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function named(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
