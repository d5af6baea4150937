import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { fen } from '#domain/values/fen.js';
import { lawIndex, lawPage, placesOf, valueText } from './law-page.js';
import { placeNames } from './places.js';
import { shippedPolicies } from './shipped.js';

const folder = new URL('../../docs/law/', import.meta.url);

describe('the pages of law', () => {
  it('are those of the tables: yuejie law --out docs/law', async () => {
    const wanted = new Map([['README.md', lawIndex(shippedPolicies)]]);
    for (const place of placesOf(shippedPolicies))
      wanted.set(`${place}.md`, lawPage(place, shippedPolicies));
    expect((await readdir(folder)).sort()).toEqual([...wanted.keys()].sort());
    for (const [name, text] of wanted)
      expect(await readFile(new URL(name, folder), 'utf8')).toBe(text);
  });

  it.each(placesOf(shippedPolicies))('name %s', (place) => {
    expect(placeNames[place]).toBeDefined();
  });

  it('name a source for every row, and an origin for what was not read', () => {
    for (const { law } of shippedPolicies) {
      expect(law.document).not.toBe('');
      if (!law.verified) expect([law.origin, law.originEn]).not.toContain(undefined);
    }
  });
});

describe('a value in words', () => {
  it.each([
    [fen(241_200n), '2412.00'],
    [{ of: 90n, per: 100n }, '90 %'],
    [{ of: 3n, per: 1n }, '300 %'],
    [{ of: 5n, per: 10_000n }, '0.05 %'],
    [{ of: 1n, per: 3n }, '1/3'],
    [{}, '无另行规定 · nothing beyond'],
    [
      { bands: [{ fromMonths: 12, base: 1 }, { fromMonths: 48 }], leftoverAlone: true },
      'bands [fromMonths 12, base 1; fromMonths 48], leftoverAlone true',
    ],
    [{ share: { of: 1n, per: 2n } }, 'share 50 %'],
    [{ floor: { kind: 'minimum-wage' } }, 'floor (kind minimum-wage)'],
    [{ times: [6, 9, 12] }, 'times [6; 9; 12]'],
  ])('%p', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});
