import { afterEach, expect, it } from '@jest/globals';
import { breathe, restWhile } from './breath.js';

afterEach(() => restWhile(() => false));

it('lets others have their turn while work that never waits goes on', async () => {
  const others = { turns: 0 };
  setImmediate(() => {
    others.turns += 1;
  });
  for (let left = 1_000_000_000; others.turns === 0 && left > 0; left -= 1) await breathe();
  expect(others.turns).toBe(1);
});

it('rests twice as long as it worked while people wait for another thread', async () => {
  const asked = { times: 0 };
  restWhile(() => {
    asked.times += 1;
    return true;
  });
  await breathe();
  const earlier = asked.times;
  const workedMs = 10;
  const began = performance.now();
  while (performance.now() - began < workedMs);
  await breathe();
  expect(asked.times).toBe(earlier + 1);
  // Timers end up to a millisecond early.
  expect(performance.now() - began).toBeGreaterThanOrEqual(3 * workedMs - 1);
});
