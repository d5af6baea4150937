import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPool } from '#postgres/database.js';
import { assertDurable } from '#postgres/durability.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

describe('a pool', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('outlives the loss of an idle connection, says so and connects again', async () => {
    let told: (error: Error) => void = () => undefined;
    const lost = new Promise<Error>((resolve) => (told = resolve));
    const pool = openPool({ connectionString: database.ownerUrl, max: 1 }, told);
    const pid = async (): Promise<unknown> =>
      (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
    const first = await pid();
    await database.owner.query('select pg_terminate_backend($1)', [first]);
    expect((await lost).message).toMatch(/terminat/);
    expect(await pid()).not.toBe(first);
    await pool.end();
  });

  it('outlives the loss of a connection that is in use, whose next query fails', async () => {
    const pool = openPool({ connectionString: database.ownerUrl, max: 1 });
    const client = await pool.connect();
    const gone = new Promise<void>((resolve) => client.once('end', resolve));
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await gone;
    await expect(client.query('select 1')).rejects.toThrow(/not queryable|closed|terminated/);
    client.release(true);
    expect((await pool.query('select 1')).rowCount).toBe(1);
    await pool.end();
  });

  it('is refused on a server, or for a role, that acknowledges before it has written', async () => {
    await assertDurable(database.app);
    const hasty = openPool({
      connectionString: database.appUrl,
      options: '-c synchronous_commit=off',
    });
    await expect(assertDurable(hasty)).rejects.toMatchObject({ fault: 'SETTING_UNSAFE' });
    await hasty.end();
  });
});
