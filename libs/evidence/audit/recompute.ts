import { createHash, hash } from 'node:crypto';
import type { DocumentLines } from './raw.js';

export type Recomputed = Readonly<{ sha256: string; root: string; lines: number }>;

/** What the SHA-256 of a document without a line is: the same as of one that does not exist. */
export const emptySha256 = hash('sha256', '');

/**
 * A document's own hashes, from its lines as they stand now: SHA-256 (hex) over each line and its
 * line break, and the root (hex) of the RFC 6962 tree whose leaves are the lines. In one pass, in
 * memory that grows with the logarithm of its length.
 */
export async function recompute(
  document: ReturnType<DocumentLines>,
  each: (line: string) => void = () => undefined,
): Promise<Recomputed> {
  const whole = createHash('sha256');
  const tree = new LineTree();
  for await (const chunk of document) {
    for (const line of chunk) {
      whole.update(`${line}\n`);
      tree.add(line);
      each(line);
    }
  }
  return { sha256: whole.digest('hex'), root: tree.root(), lines: tree.size };
}

/** RFC 6962 §2.1: 0x00 before a leaf, 0x01 before a pair; the left side is a full tree. */
class LineTree {
  /** Roots of full subtrees, largest first; the bits of `size` say which are there. */
  private readonly full: Buffer[] = [];
  size = 0;

  add(line: string): void {
    let node: Buffer = hash('sha256', `\0${line}`, 'buffer');
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.full.pop();
      if (left !== undefined) node = pair(left, node);
    }
    this.full.push(node);
    this.size += 1;
  }

  root(): string {
    const last = this.full.at(-1);
    if (last === undefined) return emptySha256;
    return this.full
      .slice(0, -1)
      .reduceRight((right, left) => pair(left, right), last)
      .toString('hex');
  }
}

const pairMark = Buffer.of(1);

function pair(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([pairMark, left, right]), 'buffer');
}
