import { expect, it } from '@jest/globals';
import { breathe } from './breath.js';

it('lets others have their turn while work that never waits goes on', async () => {
  const others = { turns: 0 };
  setImmediate(() => {
    others.turns += 1;
  });
  for (let left = 1_000_000_000; others.turns === 0 && left > 0; left -= 1) await breathe();
  expect(others.turns).toBe(1);
});
