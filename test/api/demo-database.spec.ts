import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfiguration, type Configuration } from '#application/configuration.js';
import { Client } from '#apps/cli/client.js';
import { usualDemo } from '#apps/cli/demo/options.js';
import { runDemo } from '#apps/cli/demo/run.js';
import { serve, type Serving } from '#apps/server/app.js';
import { demoLogin, demoPassword } from '#apps/server/demo-staff.js';
import { runChild } from '#test/crash/child.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-real-'));
  await chmod(folder, 0o755);
});

beforeEach(async () => {
  database = await openTestDatabase();
});

afterEach(() => database.close());

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const environment = () => ({
  ...{ DATABASE_URL: database.ownerUrl, APP_DATABASE_URL: database.appUrl },
  ...{ LOG_LEVEL: 'silent', DATA_DIR: folder, PORT: '0' },
});

function configured(pool = '440100'): Configuration {
  return readConfiguration({ ...environment(), POOL: pool });
}

async function served<T>(
  work: (serving: Serving) => Promise<T>,
  { demo = false, pool = '440100' } = {},
): Promise<T> {
  const serving = await serve(configured(pool), { demo });
  try {
    return await work(serving);
  } finally {
    await serving.stop();
  }
}

async function kept(): Promise<unknown> {
  const { rows } = await database.owner.query(
    `select (select position from log_head) as events,
            (select string_agg(login, ' ' order by login) from staff_accounts) as logins`,
  );
  return rows;
}

/** Nothing was added by the attempt, and the published password opens nothing afterwards. */
async function expectRefused(): Promise<void> {
  const before = await kept();
  await expect(serve(configured(), { demo: true })).rejects.toMatchObject({
    fault: 'DEMO_ON_REAL_DATA',
    zh: expect.stringContaining('没有添加演示账号'),
    en: expect.stringContaining('no demonstration account was added'),
  });
  const command = await runChild('apps/cli/main.ts', ['demo', '--data', folder], environment());
  expect(command).toMatchObject({ status: 1, said: '' });
  expect(command.complained).toMatch(/DEMO_ON_REAL_DATA/);
  expect(existsSync(join(folder, 'demo'))).toBe(false);
  expect(await kept()).toEqual(before);
  await served(async ({ url }) => {
    const signIn = new Client(url).signIn(demoLogin('system-admin'), demoPassword);
    await expect(signIn).rejects.toThrow(/NOT_SIGNED_IN/);
  });
}

describe('a start with demonstration accounts', () => {
  it('is refused once somebody has signed in', async () => {
    await served(async ({ url, first: [one] }) => {
      await new Client(url).signIn(one?.login ?? '', one?.password ?? '');
    });
    await expectRefused();
  });

  it('is refused where somebody has worked, whatever became of his account', async () => {
    await served(async ({ url, first: [one] }) => {
      const { login, password: current } = one ?? { login: '', password: '' };
      const { client } = await new Client(url).signIn(login, current);
      await client.post('/api/v1/me/password', { body: { current, next: 'a quiet lantern' } });
      const { client: admin } = await new Client(url).signIn(login, 'a quiet lantern');
      const names = { zh: '区', en: 'district' };
      const office = { code: '440199', parent: '440100', kind: 'county', jurisdiction: '440100' };
      await admin.post('/api/v1/offices', { body: { ...office, names } });
    });
    await database.owner.query('delete from sessions');
    await database.owner.query('update staff_accounts set must_change = true');
    await expectRefused();
  });

  it('is refused in the database of another pool', async () => {
    await served(async () => undefined, { pool: '440300' });
    await expectRefused();
  });

  it('goes on where nobody has done anything yet, and where the accounts are', async () => {
    await served(async () => undefined);
    const signsIn = async ({ url }: Serving): Promise<unknown> =>
      new Client(url).signIn(demoLogin('system-admin'), demoPassword);
    await served(signsIn, { demo: true });
    await served(signsIn, { demo: true });
  });
});

describe('a folder without a demonstration', () => {
  it('is not claimed for one while its offices are in use, however often it is tried', async () => {
    await served(
      async ({ url }) => {
        const { client } = await new Client(url).signIn(demoLogin('system-admin'), demoPassword);
        await client.put('/api/v1/business-day', { body: { day: '2026-09-01' } });
        const names = { zh: '区', en: 'district' };
        const office = { code: '440199', parent: '440100', kind: 'county', jurisdiction: '440100' };
        await client.post('/api/v1/offices', { body: { ...office, names } });
        await client.settled();
        const place = { baseUrl: url, dataDir: folder, bankFolder: join(folder, 'bank') };
        for (let attempt = 1; attempt <= 2; attempt += 1)
          await expect(
            runDemo(usualDemo, { ...place, verify: async () => true }),
          ).rejects.toMatchObject({ code: 'DEMO_FOLDER_USED' });
      },
      { demo: true },
    );
    expect(existsSync(join(folder, 'demo'))).toBe(false);
  });
});
