import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { restoreLinks } from './binaries.js';

describe('the links between the server’s libraries', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'yuejie-links-'));
    await mkdir(join(root, 'native', 'lib'), { recursive: true });
    await writeFile(join(root, 'native', 'lib', 'libx.so.6.18'), 'library');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are left alone where a package lists none', async () => {
    await restoreLinks(root);
  });

  it('are restored when an install left them out, and only then', async () => {
    const source = 'native/lib/libx.so.6.18';
    const links = ['native/lib/libx.so', 'native/lib/libx.so.6'].map((target) => ({
      source,
      target,
    }));
    await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await Promise.all([restoreLinks(root), restoreLinks(root)]);
    await restoreLinks(root);
    for (const { target } of links) {
      expect(await readFile(join(root, target), 'utf8')).toBe('library');
      expect(await readlink(join(root, target))).toBe('libx.so.6.18');
    }
  });
});
