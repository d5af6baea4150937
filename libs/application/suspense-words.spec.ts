import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { suspenseWords } from './suspense-words.js';

/** Every reason that the judge of a receipt gives stands in its source, as a text with a hyphen. */
function reasonsGiven(): readonly string[] {
  const source = readFileSync('libs/application/receipt-judge.ts', 'utf8');
  return [...source.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, reason]) => reason ?? '');
}

describe('why a line is in suspense', () => {
  it('is said in both languages, whichever the judge gives', () => {
    const given = [...reasonsGiven(), 'already-paid', 'already-failed', 'already-returned'];
    expect(given).toEqual(expect.arrayContaining(['answered-otherwise', 'other-office']));
    for (const why of given) {
      expect(suspenseWords(why)).toEqual({
        zh: expect.stringMatching(/\p{Script=Han}/u),
        en: expect.stringMatching(/^[a-z]+ /),
      });
    }
  });
});
