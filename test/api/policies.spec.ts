import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '#application/configuration.js';
import { Client } from '#apps/cli/client.js';
import { serve } from '#apps/server/app.js';
import { demoPassword } from '#apps/server/demo-staff.js';

const amount = (jurisdiction: string, monthlyAmount: number) => ({
  topic: 'minimum-wage',
  jurisdiction,
  from: '2026-10-01',
  value: { kind: 'one', monthlyFen: monthlyAmount },
  document: '本地通知',
  origin: '局办公室来电',
});

describe('a server with policy files', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-policies-'));
    await chmod(folder, 0o755);
    const files = { 'a.json': amount('440100', 300_000), 'b.json': amount('440300', 310_000) };
    for (const [name, row] of Object.entries(files))
      await writeFile(join(folder, name), JSON.stringify({ rows: [row] }));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  function configured(...names: readonly string[]) {
    const files = names.map((name) => join(folder, name)).join(delimiter);
    return readConfiguration(
      { LOG_LEVEL: 'silent', POLICY_FILES: files },
      { dataDir: join(folder, 'data'), port: '0' },
    );
  }

  it('calculates by them, and lists them on the month’s sheet', async () => {
    const serving = await serve(configured('a.json', 'b.json'), { demo: true });
    try {
      const { client } = await new Client(serving.url).signIn('demo-auditor', demoPassword);
      const ask = { question: 'benefit-amount', on: '2026-10-08', payMonth: '2026-10' };
      const facts = { ...ask, paidMonths: 24, benefitMonthNo: 1 };
      for (const [jurisdiction, amountFen] of [
        ['440100', 270_000],
        ['440300', 279_000],
      ]) {
        const body = { ...facts, jurisdiction };
        expect(await client.post('/api/v1/calculations', { body })).toMatchObject({
          amountFen,
          warnings: expect.arrayContaining([expect.objectContaining({ code: 'UNVERIFIED_ROW' })]),
        });
      }
      const { unverified } = await client.get('/api/v1/months/sheet?month=2026-10');
      expect(unverified).toContainEqual(expect.objectContaining({ origin: '局办公室来电' }));
    } finally {
      await serving.stop();
    }
  }, 60_000);

  it('does not start with one that is missing', async () => {
    await expect(serve(configured('a.json', 'c.json'))).rejects.toThrow(/POLICY_FILES.*c\.json/s);
  });
});
