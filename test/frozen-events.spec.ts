import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { codecs } from '#domain/codecs.js';

const folder = new URL('./frozen-events/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

type Sample = Readonly<{ schema: number; type: string; data: object }>;

function sampleIn(name: string): Sample {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample;
}

/** Every property that says it is fen, with the way that leads to it. */
function amountsIn(value: unknown, way = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    name.endsWith('Fen') ? [[`${way}${name}`, held] as const] : amountsIn(held, `${way}${name}.`),
  );
}

function codecOf(type: string) {
  const codec = codecs[type];
  if (codec === undefined) throw new Error(`no codec for ${type}`);
  return codec;
}

describe('an event that was written once is read for ever', () => {
  it.each(names)('%s', (name) => {
    const { schema, type, data } = sampleIn(name);
    expect(name).toBe(`${type}.v${schema}.json`);
    const codec = codecOf(type);
    const read = codec.decode(JSON.stringify(data), schema);
    const amounts = amountsIn(read);
    expect(amounts).toEqual(amounts.map(([way, amount]) => [way, BigInt(String(amount))]));
    const again = codec.encode(read);
    expect(codec.decode(again, codec.schema)).toEqual(read);
    if (schema === codec.schema) expect(again).toBe(JSON.stringify(data));
  });

  it('has a sample of each version of each type', () => {
    const wanted = Object.entries(codecs).flatMap(([type, { schema }]) =>
      Array.from({ length: schema }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect([...names].sort()).toEqual(wanted.sort());
  });

  it('names no person on disk', () => {
    for (const name of names)
      expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(
        /\b\d{17}[\dXx]\b|\b1\d{10}\b/,
      );
  });
});
