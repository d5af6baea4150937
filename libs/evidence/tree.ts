import { hash } from 'node:crypto';

/**
 * RFC 6962 (Certificate Transparency) section 2.1: leaf = SHA-256(0x00 ‖ entry), node =
 * SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below the size. Outside this file
 * a hash is 64 lower-case hexadecimal digits; inside it is 32 characters of one byte each, which
 * is what the digest gives and takes quickest.
 */
type Digest = string;

const hashBytes = 32;
const pair = Buffer.alloc(1 + 2 * hashBytes);
pair[0] = 1;

/** The hash of a leaf's entry, in hexadecimal. */
export function leafHash(entry: string | Buffer): string {
  return hexOf(digestOfEntry(entry));
}

/**
 * The root over NDJSON lines or any other entries, in their order; of none it is SHA-256 of
 * nothing.
 */
export function documentRoot(lines: Iterable<string>): string {
  const tree = new TreeBuilder();
  for (const line of lines) tree.add(line);
  return tree.root();
}

/** The root over leaf hashes in hexadecimal. */
export function rootOf(leaves: Iterable<string>): string {
  const tree = new TreeBuilder();
  for (const leaf of leaves) tree.addLeaf(Buffer.from(leaf, 'hex'));
  return tree.root();
}

/** A tree that only grows: it keeps one root for each full subtree, at most 52 of them. */
export class TreeBuilder {
  private readonly stack: Digest[] = [];
  private leaves = 0;

  /** @throws Error when the stack does not fit the size */
  static resume(size: number, stack: Buffer): TreeBuilder {
    const tree = new TreeBuilder();
    for (let at = 0; at < stack.length; at += hashBytes)
      tree.stack.push(stack.toString('latin1', at, at + hashBytes));
    if (tree.stack.length !== onesIn(size) || stack.length % hashBytes !== 0)
      throw new Error(`a tree of ${size} leaves has another stack`);
    tree.leaves = size;
    return tree;
  }

  get size(): number {
    return this.leaves;
  }

  /** An entry: it is hashed here. */
  add(entry: string): void {
    this.push(digestOfEntry(entry));
  }

  /** Hashes of leaves, 32 bytes each, one after the other. */
  addLeaf(hashes: Buffer): void {
    if (hashes.length % hashBytes !== 0) throw new Error(`${hashes.length} bytes are no hashes`);
    let at = 0;
    while (at < hashes.length) {
      const isPair = this.leaves % 2 === 0 && hashes.length - at > hashBytes;
      if (isPair) this.pushPair(hashes, at);
      else this.push(hashes.toString('latin1', at, at + hashBytes));
      at += isPair ? 2 * hashBytes : hashBytes;
    }
  }

  /** The root of what has been added, in hexadecimal; it may grow on afterwards. */
  root(): string {
    const last = this.stack.at(-1);
    if (last === undefined) return hash('sha256', '', 'hex');
    let root = last;
    for (let at = this.stack.length - 2; at >= 0; at -= 1)
      root = nodeOf(this.stack[at] as Digest, root);
    return hexOf(root);
  }

  /** What `resume` takes. */
  state(): Buffer {
    return Buffer.from(this.stack.join(''), 'latin1');
  }

  private push(leaf: Digest): void {
    this.carry(leaf, this.leaves);
    this.leaves += 1;
  }

  /** Two leaves side by side: their bytes go where they are hashed, and are no texts before. */
  private pushPair(hashes: Buffer, from: number): void {
    for (let at = 0; at < 2 * hashBytes; at += 1) pair[1 + at] = hashes[from + at] as number;
    this.carry(hash('sha256', pair, 'binary'), half(this.leaves));
    this.leaves += 2;
  }

  /** @param count how many full subtrees of that height stand before it */
  private carry(subtree: Digest, count: number): void {
    let top = subtree;
    // Each one-bit at the end of the count is a full subtree that this one completes.
    for (let left = count; left % 2 === 1; left = half(left))
      top = nodeOf(this.stack.pop() as Digest, top);
    this.stack.push(top);
  }
}

/** The hashes that lead from a leaf to the root of the tree over `leaves`, lowest first. */
export function inclusionProof(leaves: readonly string[], index: number): readonly string[] {
  assertLeaf(index, leaves.length);
  return pathOf(leaves.map(digestOfHex), index).map(hexOf);
}

/**
 * Whether that leaf stands at `index` in the tree of `size` leaves with that root (RFC 9162
 * 2.1.3.2).
 */
export function verifyInclusion(
  claim: Readonly<{ leaf: string; index: number; size: number; root: string }>,
  proof: readonly string[],
): boolean {
  const { index, size } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![claim.leaf, claim.root, ...proof].every(isHash)) return false;
  let place = index;
  let last = size - 1;
  let digest = digestOfHex(claim.leaf);
  for (const step of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      digest = nodeOf(digestOfHex(step), digest);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else digest = nodeOf(digest, digestOfHex(step));
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hexOf(digest) === claim.root;
}

/** The hashes that show that the tree over `leaves` begins with the tree over its first `size`. */
export function consistencyProof(leaves: readonly string[], size: number): readonly string[] {
  if (!isCount(size) || size > leaves.length)
    throw new RangeError(`no tree of ${size} in one of ${leaves.length}`);
  if (size === 0 || size === leaves.length) return [];
  return subproof(leaves.map(digestOfHex), size, true).map(hexOf);
}

/** Whether the second tree is the first one and only more (RFC 9162 2.1.4.2). */
export function verifyConsistency(
  first: Readonly<{ size: number; root: string }>,
  second: Readonly<{ size: number; root: string }>,
  proof: readonly string[],
): boolean {
  if (!isCount(first.size) || !isCount(second.size) || first.size > second.size) return false;
  if (![first.root, second.root, ...proof].every(isHash)) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  if (first.size === 0) return proof.length === 0 && first.root === hash('sha256', '', 'hex');
  const whole = Number.isInteger(Math.log2(first.size));
  const [start, ...steps] = whole ? [first.root, ...proof] : proof;
  if (start === undefined) return false;
  let place = first.size - 1;
  let last = second.size - 1;
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let before = digestOfHex(start);
  let after = before;
  for (const step of steps.map(digestOfHex)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      before = nodeOf(step, before);
      after = nodeOf(step, after);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else after = nodeOf(after, step);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hexOf(before) === first.root && hexOf(after) === second.root;
}

function pathOf(leaves: readonly Digest[], index: number): readonly Digest[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split
    ? [...pathOf(left, index), rootOfDigests(right)]
    : [...pathOf(right, index - split), rootOfDigests(left)];
}

/**
 * RFC 6962 section 2.1.2; `whole` as long as the first tree is one the verifier has the root of.
 */
function subproof(leaves: readonly Digest[], size: number, whole: boolean): readonly Digest[] {
  if (size === leaves.length) return whole ? [] : [rootOfDigests(leaves)];
  const split = splitOf(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return size <= split
    ? [...subproof(left, size, whole), rootOfDigests(right)]
    : [...subproof(right, size - split, false), rootOfDigests(left)];
}

function rootOfDigests(leaves: readonly Digest[]): Digest {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const split = splitOf(leaves.length);
  return nodeOf(rootOfDigests(leaves.slice(0, split)), rootOfDigests(leaves.slice(split)));
}

function digestOfEntry(entry: string | Buffer): Digest {
  const input = typeof entry === 'string' ? `\0${entry}` : Buffer.concat([Buffer.of(0), entry]);
  return hash('sha256', input, 'binary');
}

function nodeOf(left: Digest, right: Digest): Digest {
  pair.write(left, 1, 'latin1');
  pair.write(right, 1 + hashBytes, 'latin1');
  return hash('sha256', pair, 'binary');
}

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function onesIn(size: number): number {
  let ones = 0;
  for (let left = size; left > 0; left = half(left)) ones += left % 2;
  return ones;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function hexOf(digest: Digest): string {
  return Buffer.from(digest, 'latin1').toString('hex');
}

function digestOfHex(hex: string): Digest {
  return Buffer.from(hex, 'hex').toString('latin1');
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function assertLeaf(index: number, size: number): void {
  if (!isCount(index) || index >= size) throw new RangeError(`no leaf ${index} in ${size}`);
}
