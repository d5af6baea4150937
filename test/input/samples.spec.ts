import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readAndCheck } from '#input/check.js';
import { kinds, shapes } from '#input/kinds.js';
import { reasons, warningReasons } from '#input/problems.js';
import { bureauMappings } from '#input/mappings/bureau.js';
import { mappingFrom } from '#input/reader.js';
import { terminations } from '#law/eligibility.js';
import { halfPercent, MemoryRegisters } from './memory-registers.js';

const folder = new URL('../../docs/formats/', import.meta.url);
const page = readFileSync(new URL('csv.md', folder), 'utf8');
const sample = (name: string) => readFileSync(new URL(`samples/${name}`, folder));

describe('the page on files', () => {
  const registers = new MemoryRegisters();
  const inOrder = [...kinds.slice(0, 3), ...kinds.slice(10), ...kinds.slice(3, 10)];

  it.each(inOrder)('has a sample of %s that is taken whole', (kind) => {
    const bytes = sample(`${kind}.csv`);
    const checked = readAndCheck(kind, kind, bytes, registers, { contribution: halfPercent });
    registers.take(checked);
    expect(checked.problems).toEqual([]);
    expect(checked.rows.length).toBeGreaterThan(0);
    expect(checked.header).toEqual(Object.keys(shapes[kind]));
  });

  it('has a sample of a bureau that says the same as ours', () => {
    const bytes = sample('declarations-bureau.csv');
    const { rows, encoding } = readAndCheck('declarations', 'bureau', bytes, registers, {
      contribution: halfPercent,
    });
    expect(encoding).toBe('gb18030');
    expect(rows.map(({ known }) => known)).toEqual([true, true]);
  });

  it('has a sample of a mapping', () => {
    const mapping = mappingFrom('declarations', sample('mapping-declarations.json').toString());
    expect(mapping.columns).toMatchObject({ month: ['账期'] });
  });

  it('names every kind, column and reason there is', () => {
    const words = kinds.flatMap((kind) => [`### ${kind}:`, ...Object.keys(shapes[kind])]);
    for (const word of [...words, ...Object.keys(reasons), ...Object.keys(warningReasons)])
      expect(page).toContain(word);
  });

  it('says each reason for the end of an employment as bureaus do', () => {
    const words = bureauMappings.registrations.values?.reason ?? {};
    expect(new Set(Object.values(words))).toEqual(new Set(terminations));
    for (const code of terminations) {
      const mine = Object.keys(words).filter((word) => words[word] === code);
      expect(page).toContain(`| \`${code}\` | ${mine.join(', ')} |`);
    }
  });
});
