import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  TreeBuilder,
  consistencyProof,
  documentRoot,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './tree.js';

/** The reference data of the Certificate Transparency project: eight entries and their roots. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const leaves = entries.map(leafHash);

describe('the published tree', () => {
  it('has the published root at each size', () => {
    expect(rootOf([])).toBe(nothing);
    roots.forEach((root, at) => expect(rootOf(leaves.slice(0, at + 1))).toBe(root));
  });

  it('has the published inclusion proofs', () => {
    expect(inclusionProof(leaves, 0)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusionProof(leaves.slice(0, 3), 2)).toEqual([roots[1]]);
  });

  it('has the published consistency proofs', () => {
    expect(consistencyProof(leaves, 6)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(leaves.slice(0, 5), 2)).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });
});

describe('the tree', () => {
  const some = Array.from({ length: 70 }, (_, at) => leafHash(`line ${at}`));

  it('proves each leaf of each size, and no other', () => {
    for (let size = 1; size <= some.length; size += 1) {
      const root = rootOf(some.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionProof(some.slice(0, size), index);
        const leaf = some[index] ?? '';
        expect(verifyInclusion({ leaf, index, size, root }, proof)).toBe(true);
        const other = leafHash('another');
        expect(verifyInclusion({ leaf: other, index, size, root }, proof)).toBe(false);
        expect(verifyInclusion({ leaf, index, size, root }, [...proof, other])).toBe(false);
        expect(verifyInclusion({ leaf, index: index + 1, size, root }, proof)).toBe(false);
      }
    }
  });

  it('proves that each smaller tree is its beginning, and no other', () => {
    for (let size = 0; size <= some.length; size += 1) {
      const first = { size, root: rootOf(some.slice(0, size)) };
      const second = { size: some.length, root: rootOf(some) };
      const proof = consistencyProof(some, size);
      expect(verifyConsistency(first, second, proof)).toBe(true);
      const other = leafHash('another');
      expect(verifyConsistency({ ...first, root: other }, second, proof)).toBe(false);
      expect(verifyConsistency(first, { ...second, root: other }, proof)).toBe(size === 0);
      expect(verifyConsistency(first, second, [...proof, other])).toBe(false);
      if (proof.length > 0) expect(verifyConsistency(first, second, proof.slice(1))).toBe(false);
    }
  });

  it('accepts no proof in which one digit differs', () => {
    const claim = { leaf: some[41] ?? '', index: 41, size: 70, root: rootOf(some) };
    const proof = inclusionProof(some, 41);
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.nat(63), (step, digit) => {
        const digits = [...(proof[step] ?? '')];
        digits[digit] = digits[digit] === '0' ? '1' : '0';
        const changed = proof.map((hash, at) => (at === step ? digits.join('') : hash));
        expect(verifyInclusion(claim, changed)).toBe(false);
      }),
    );
  });

  it('goes on from what it kept as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (before, after) => {
        const whole = new TreeBuilder();
        let tree = new TreeBuilder();
        for (let at = 0; at < before + after; at += 1) {
          if (at === before) tree = TreeBuilder.resume(tree.size, tree.state());
          tree.add(`${at}`);
          whole.add(`${at}`);
        }
        expect(tree.root()).toBe(whole.root());
      }),
    );
    expect(() => TreeBuilder.resume(3, Buffer.alloc(32))).toThrow('another stack');
  });

  it('takes hashes of leaves in any pieces', () => {
    const hashes = some.map((leaf) => Buffer.from(leaf, 'hex'));
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (sizes) => {
        const [tree, rest] = [new TreeBuilder(), [...hashes]];
        for (const size of sizes) tree.addLeaf(Buffer.concat(rest.splice(0, size)));
        tree.addLeaf(Buffer.concat(rest));
        expect([tree.size, tree.root()]).toEqual([some.length, rootOf(some)]);
      }),
    );
    expect(() => new TreeBuilder().addLeaf(Buffer.alloc(33))).toThrow('no hashes');
  });

  it('is the root of a document over its lines', () => {
    expect(documentRoot(['失业保险金', '{}'])).toBe(rootOf(['失业保险金', '{}'].map(leafHash)));
    expect(documentRoot(['a', 'b'])).not.toBe(documentRoot(['b', 'a']));
    expect(documentRoot([])).toBe(nothing);
  });
});
