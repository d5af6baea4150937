import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasBound, inBoundedHeap } from './bounded-heap.js';

describe('a process with a bounded heap', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-heap-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function script(text: string): Promise<string> {
    const path = join(folder, 'script.mjs');
    await writeFile(path, text);
    return path;
  }

  it('answers the exit code of what it ran, which knows its bound', async () => {
    const path = await script(`
      const { execArgv, argv } = process;
      process.exit(execArgv.includes('--max-old-space-size=64') && argv[2] === 'word' ? 7 : 1);`);
    expect(await inBoundedHeap([path, 'word'], 64)).toBe(7);
  });

  it('says when the memory did not suffice', async () => {
    // By this signal a full heap ends a process, after pages of words about it.
    const path = await script("setInterval(() => 0, 1_000); process.kill(process.pid, 'SIGABRT');");
    expect(await inBoundedHeap([path], 16)).toBeUndefined();
  });

  it('is not put around another bound', () => {
    expect(hasBound([], '')).toBe(false);
    expect(hasBound(['--max-old-space-size=300'], '')).toBe(true);
    expect(hasBound([], '--enable-source-maps --max_old_space_size=300')).toBe(true);
  });
});
