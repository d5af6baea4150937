import { describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { HeadWatcher } from './head-watcher.js';

const aMinute = 60_000;
const { signal } = new AbortController();

/** Nothing asks a database as long as nobody waits for the log. */
function watching(): HeadWatcher {
  const watcher = new HeadWatcher(new Pool());
  watcher.hint(1_000n);
  return watcher;
}

describe('a follower that rests between two pieces of bulk work', () => {
  it('goes on when something small is added', async () => {
    const watcher = watching();
    const rested = watcher.rest(1_000n, aMinute, signal);
    watcher.hint(1_001n);
    await rested;
  });

  it('does not rest when something small came while it was reading', async () => {
    const watcher = watching();
    watcher.hint(1_002n);
    await watcher.rest(1_000n, aMinute, signal);
  });

  it('rests on while bulk work goes on', async () => {
    const watcher = watching();
    let isOver = false;
    const rested = watcher.rest(1_000n, aMinute, signal).then(() => (isOver = true));
    watcher.hint(6_000n);
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    watcher.hint(6_001n);
    await rested;
  });

  it('goes on for the little that this process added, whatever was heard of before', async () => {
    const watcher = watching();
    const rested = watcher.rest(1_000n, aMinute, signal);
    watcher.added({ first: 6_001n, added: 2 });
    await rested;
    const again = watcher.rest(6_002n, aMinute, signal);
    watcher.hint(9_000n);
    watcher.added({ first: 6_003n, added: 1 });
    await again;
  });

  it('rests no more when it is to end', async () => {
    const ending = new AbortController();
    const watcher = watching();
    const rested = watcher.rest(1_000n, aMinute, ending.signal);
    ending.abort();
    await rested;
    await watcher.rest(1_000n, aMinute, ending.signal);
  });
});
