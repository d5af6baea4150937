import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { day, month } from '#domain/values/calendar.js';
import { monthlyAmount } from '#law/benefit-amount.js';
import { shippedPolicies } from '#law/shipped.js';
import { ConfigurationError } from './configuration.js';
import { Law, holidaysOf2026 } from './law.js';
import { withPolicyFiles } from './policy-files.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-policies-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const row = {
  topic: 'minimum-wage',
  jurisdiction: '440100',
  from: '2026-10-01',
  value: { kind: 'one', monthlyFen: 300_000 },
  document: '本地通知',
  origin: '局办公室来电',
};

async function lawWith(...paths: readonly string[]): Promise<Law> {
  return new Law(await withPolicyFiles(shippedPolicies, paths), holidaysOf2026);
}

function amountIn(law: Law): bigint {
  const rules = law.on('440100', day('2026-10-08'));
  return monthlyAmount(rules, { payMonth: month('2026-10'), paidMonths: 24, benefitMonthNo: 1 });
}

describe('policy files', () => {
  it('decide from their first day, and are listed as unverified with their origin', async () => {
    const law = await lawWith(await file('local.json', { rows: [row] }));
    expect(amountIn(law)).toBe(270_000n);
    expect(amountIn(await lawWith())).toBe(241_200n);
    expect(law.unverified('440100', month('2026-10'))).toContainEqual(
      expect.objectContaining({ topic: 'minimum-wage', origin: '局办公室来电' }),
    );
    expect(law.unverified('440100', month('2026-09'))).not.toContainEqual(
      expect.objectContaining({ topic: 'minimum-wage' }),
    );
    expect(law.version('440100')).not.toBe((await lawWith()).version('440100'));
  });

  it('give way to a later file of the same day', async () => {
    const first = await file('first.json', { rows: [row] });
    const value = { kind: 'one', monthlyFen: 310_000 };
    const second = await file('second.json', { rows: [{ ...row, value }] });
    expect(amountIn(await lawWith(first, second))).toBe(279_000n);
    expect(amountIn(await lawWith(second, first))).toBe(270_000n);
  });

  it('are as the page about the configuration shows them', async () => {
    const page = await readFile('docs/CONFIGURATION.md', 'utf8');
    const sample = /```json\n([^`]+)```/.exec(page)?.[1] ?? '';
    expect(await withPolicyFiles([], [await file('page.json', sample)])).toMatchObject([
      { topic: 'minimum-wage', jurisdiction: '210200', law: { verified: false } },
    ]);
  });

  it.each([
    ['no JSON', 'rows:', /不是 JSON.*is not JSON/s],
    ['no rows', { row: [] }, /"rows"/],
    [
      'a wrong field',
      { rows: [row, { ...row, from: '1 October' }] },
      /第 2 行的 from.*row 2, field from/s,
    ],
    ['a wrong value', { rows: [{ ...row, value: { kind: 'one' } }] }, /row 1, field value cannot/],
    ['an unknown topic', { rows: [{ ...row, topic: 'weather' }] }, /row 1, field topic/],
  ])('with %s stop the start with file, row and field', async (name, content, words) => {
    const path = await file(`${name}.json`, content);
    const reading = withPolicyFiles(shippedPolicies, [path]);
    await expect(reading).rejects.toThrow(ConfigurationError);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toThrow(`POLICY_FILES`);
    await expect(reading).rejects.toThrow(path);
  });

  it('that are missing stop it too', async () => {
    const missing = join(folder, 'nowhere.json');
    await expect(withPolicyFiles([], [missing])).rejects.toThrow(/读不到.*cannot be read/s);
  });
});
