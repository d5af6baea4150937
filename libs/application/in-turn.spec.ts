import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InTurn } from './in-turn.js';

/** Some of them have the same number, and their order is not that of the alphabet. */
const someName = fc.constantFrom('award-BB', 'award-Aa', 'AaBB', 'BBAa', 'BBBB', 'A3', 'A1', '');

it('values are found by name in every order, and listed in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(someName, { maxLength: 60 }), (names) => {
      const turns = new InTurn<{ name: string }>();
      const known = new Map<string, { name: string }>();
      for (const name of names) {
        const value = turns.get(name);
        expect(value).toBe(known.get(name));
        if (value !== undefined) continue;
        const added = { name };
        known.set(name, added);
        turns.add(name, added);
      }
      expect([...turns.entries()]).toEqual([...known]);
    }),
  );
});
