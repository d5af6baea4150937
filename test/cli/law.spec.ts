import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { placesOf } from '#law/law-page.js';
import { shippedPolicies } from '#law/shipped.js';
import { Terminal } from './terminal.js';

let at: Terminal;

beforeAll(async () => {
  at = await Terminal.open();
});

afterAll(async () => {
  await at.close();
});

describe('the tables of law', () => {
  it('are listed by place', async () => {
    const { code, out } = await at.says('--json', 'law');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ places: placesOf(shippedPolicies) });
  });

  it('of a place come with what it falls back on', async () => {
    const { code, out } = await at.says('law', '440106');
    expect(code).toBe(0);
    expect([...out.matchAll(/^# (\d{6})/gm)].map(([, place]) => place)).toEqual([
      '440100',
      '440000',
      '000000',
    ]);
  });

  it('are written as pages', async () => {
    const folder = join(at.folder, 'law');
    const { code } = await at.says('law', '--out', folder);
    expect(code).toBe(0);
    expect(await readFile(join(folder, '440000.md'), 'utf8')).toContain('广东省失业保险条例');
  });

  it.each(['21', 'Guangzhou', '990000'])('refuse %s', async (place) => {
    const { code, err } = await at.says('law', place);
    expect(code).toBe(2);
    expect(err).toContain('six-digit division code');
  });
});
