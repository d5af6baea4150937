import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pruneReservations } from '#application/pruning.js';
import { openTestSystem } from '#test/application/system.js';
import { openTestServer, type TestServer } from './server.js';

describe('the reservations of command ids', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await openTestServer();
  });

  afterAll(() => server.close());

  const after = (days: number) => new Date(Date.now() + days * 86_400_000);

  it('are forgotten when they are old, and the log still knows the command', async () => {
    const { pool, store } = server.deps.app;
    const county = {
      ...{ code: '440103', parent: '440100', kind: 'county', jurisdiction: '440100' },
      names: { zh: '荔湾区经办机构', en: 'Liwan office' },
    };
    const asking = { method: 'POST', as: 'system-admin', body: county } as const;
    const commandId = randomUUID();
    await server.ask('/api/v1/offices', { ...asking, commandId });
    expect(await pruneReservations(pool, after(29))).toBe(0);
    expect(await pruneReservations(pool, after(31))).toBeGreaterThan(0);
    const { rowCount } = await pool.query('select from command_reservations');
    expect(rowCount).toBe(0);
    const head = await store.head();
    const { status, body } = await server.ask('/api/v1/offices', { ...asking, commandId });
    expect({ status, body }).toMatchObject({ status: 200, body: { repeated: true } });
    expect(await store.head()).toBe(head);
  });

  it('are none where no server has made their table', async () => {
    const test = await openTestSystem();
    expect(await pruneReservations(test.system.app.pool, after(31))).toBe(0);
    await test.close();
  });
});
