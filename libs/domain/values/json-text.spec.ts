import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPlain, quoted } from './json-text.js';

describe('a text within JSON', () => {
  it('is written as JSON writes it', () => {
    const ids = fc.stringMatching(/^[\w-]*$/);
    const texts = fc.oneof(ids, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(fc.property(texts, (text) => expect(quoted(text)).toBe(JSON.stringify(text))));
  });

  it('is written as JSON writes it with any one character, and is plain only unescaped', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const text = `I-${String.fromCharCode(code)}`;
      const written = JSON.stringify(text);
      if (quoted(text) !== written) throw new Error(`${written} is quoted ${quoted(text)}`);
      if (isPlain(text) && written !== `"${text}"`) throw new Error(`${written} is no plain text`);
    }
  });

  it.each(['', ' ', 'I-2026-09', '!#$%&()*+,-./:;<=>?@[]^_`{|}~', "'"])('%j is plain', (text) => {
    expect(isPlain(text)).toBe(true);
  });

  it.each(['"', '\\', '\n', '\u007f', '\ud800', '失业', undefined, null, 7, 7n, ['a']])(
    '%p is not plain',
    (value) => {
      expect(isPlain(value)).toBe(false);
    },
  );
});
