import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Distinct } from './distinct.js';

it('knows a text again, wherever it came before', () => {
  const someTexts = fc.array(fc.stringMatching(/^[a-c]{1,4}$/), { maxLength: 60 });
  fc.assert(
    fc.property(someTexts, someTexts, (first, second) => {
      const texts = [...first.toSorted(), ...second];
      const distinct = new Distinct();
      const known = new Set<string>();
      for (const text of texts) {
        expect(distinct.add(text)).toBe(!known.has(text));
        known.add(text);
      }
    }),
  );
});

it('knows again what came thousands of ascending texts before', () => {
  const distinct = new Distinct();
  const texts = Array.from({ length: 3_500 }, (_, at) => `I-${String(at).padStart(6, '0')}`);
  expect(texts.every((text) => distinct.add(text))).toBe(true);
  expect(['I-000000', 'I-001000', 'I-003499'].map((text) => distinct.add(text))).toEqual([
    ...[false, false, false],
  ]);
  expect(distinct.add('I-0035')).toBe(true);
});
