import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { treeRoot } from '#test/evidence/log-builder.js';
import { emptySha256, recompute } from './recompute.js';

describe('recomputing a document', () => {
  it('knows the empty tree', async () => {
    expect(await recompute([])).toEqual({ sha256: emptySha256, root: emptySha256, lines: 0 });
  });

  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ])('gives the published root over %i leaves', async (size, root) => {
    const published = ['', '\u0000', '\u0010', ' !', '01', '@ABC'];
    expect((await recompute([published.slice(0, size)])).root).toBe(root);
  });

  it('agrees with the definition at every size, however the lines are cut', async () => {
    for (let size = 1; size <= 40; size += 1) {
      const lines = Array.from({ length: size }, (_, no) => `line ${no}`);
      const found = await recompute([lines.slice(0, 3), lines.slice(3)]);
      const sha256 = createHash('sha256')
        .update(`${lines.join('\n')}\n`)
        .digest('hex');
      expect(found).toEqual({ sha256, root: treeRoot(lines).toString('hex'), lines: size });
    }
  });
});
