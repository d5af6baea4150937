import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '#application/configuration.js';
import { Client } from '#apps/cli/client.js';
import { serve } from '#apps/server/app.js';
import { demoPassword } from '#apps/server/demo-staff.js';
import { work } from '#apps/worker/app.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

describe('a server that is stopped', () => {
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-stop-'));
    await chmod(folder, 0o755);
    database = await openTestDatabase();
  });

  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lets a request go that waits for what nobody follows, and does it later', async () => {
    const settings = configured();
    const working = await work(settings);
    const serving = await serve(settings, { demo: true, worker: false });
    const { client: admin } = await new Client(serving.url).signIn(
      'demo-system-admin',
      demoPassword,
    );
    await admin.put('/api/v1/business-day', { body: { day: '2026-09-01' } });
    await admin.settled();
    await working.stop();
    // From here on nobody follows: a wait for what comes now has no end of its own.
    await admin.post('/api/v1/offices', { body: district });
    const asked = { commandId: randomUUID(), body: { office: '440100', month: '2026-09' } };
    const { client } = await new Client(serving.url).signIn('demo-reconciler', demoPassword);
    const answer = client.post('/api/v1/months', asked).catch((error: unknown) => error);
    await begun(asked.commandId);
    // Nothing else ends the request's wait: that the stop has an end shows that it was let go.
    await serving.stop();
    expect(await answer).toMatchObject({ code: 'SYSTEM_ENDING' });

    const again = await serve(settings, { demo: true });
    const next = await new Client(again.url).signIn('demo-reconciler', demoPassword);
    const receipt = await next.client.post('/api/v1/months', asked);
    expect(receipt).toHaveProperty('position');
    await again.stop();
  });

  const names = { zh: '区', en: 'district' };
  const place = { code: '440199', parent: '440100', jurisdiction: '440100' };
  const district = { ...place, kind: 'county', names };

  function configured() {
    const { ownerUrl: DATABASE_URL, appUrl: APP_DATABASE_URL } = database;
    return readConfiguration(
      { LOG_LEVEL: 'silent', DATABASE_URL, APP_DATABASE_URL },
      { dataDir: folder, port: '0' },
    );
  }

  async function begun(commandId: string): Promise<void> {
    for (;;) {
      const { rowCount } = await database.owner.query(
        'select from command_reservations where command_id = $1',
        [commandId],
      );
      if (rowCount === 1) return;
      await pause(25);
    }
  }
});
