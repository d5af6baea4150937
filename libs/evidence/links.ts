import { hash } from 'node:crypto';
import { TreeBuilder } from './tree.js';

/** What a leaf binds of an event; data and metadata are the exact text that was recorded. */
export type LeafFields = Readonly<{
  position: bigint;
  stream: string;
  revision: number;
  id: string;
  type: string;
  schema: number;
  data: string;
  metadata: string;
}>;

/** One link of the chain: what one append call added to the log. Hashes are 32 bytes each. */
export type Link = Readonly<{
  first: bigint;
  count: number;
  recordedAt: bigint;
  leaves: Buffer;
  hash: Buffer;
}>;

export const hashBytes = 32;
export const noLink: Buffer = Buffer.alloc(hashBytes);

/** No field holds a line break, so that joining them by one is unambiguous. */
export function leafEntry(event: LeafFields): string {
  const { stream, revision, id, type, schema, data, metadata } = event;
  return `${stream}\n${revision}\n${id}\n${type}\n${schema}\n${data}\n${metadata}`;
}

/** SHA-256(0x02 ‖ first LF count LF recordedAt LF ‖ previous link ‖ leaves), numbers in decimal. */
export function linkHash(link: Omit<Link, 'hash'>, previous: Buffer): Buffer {
  const head = `\x02${link.first}\n${link.count}\n${link.recordedAt}\n`;
  return hash('sha256', Buffer.concat([Buffer.from(head), previous, link.leaves]), 'buffer');
}

export type LogSource = Readonly<{
  /** All events, oldest first. */
  events: AsyncIterable<readonly LeafFields[]>;
  /** All links, oldest first. */
  links: AsyncIterable<readonly Link[]>;
  /** What the store says of its own end. */
  head: Readonly<{ position: bigint; hash: Buffer }>;
}>;

export type LogFault =
  | 'event-missing'
  | 'event-altered'
  | 'link-altered'
  | 'link-missing'
  | 'clock-went-back'
  | 'head-differs';

export type LogVerdict =
  | Readonly<{ ok: true; size: bigint; head: string; root: string }>
  | Readonly<{ ok: false; position: bigint; fault: LogFault }>;

/**
 * Recomputes every leaf, every link and the tree from the events themselves, and stops at the first
 * position that does not fit. A tail cut off together with its links is found only against a root
 * kept elsewhere: compare `root` and `size` with the last checkpoint.
 */
export async function verifyLog({ events, links, head }: LogSource): Promise<LogVerdict> {
  const tree = new TreeBuilder();
  const leaves = leafChunks(events);
  let previous = noLink;
  let recordedAt = 0n;
  let position = 0n;
  for await (const some of links) {
    for (const link of some) {
      const first = position + 1n;
      if (link.first !== first || link.count < 1) return bad(first, 'link-missing');
      if (link.leaves.length !== link.count * hashBytes) return bad(first, 'link-altered');
      const found = await leaves.take(link.count);
      const fits = commonHashes(found, link.leaves);
      if (fits < link.count) {
        const fault = fits * hashBytes < found.length ? 'event-altered' : 'event-missing';
        return bad(first + BigInt(fits), fault);
      }
      if (link.recordedAt < recordedAt) return bad(first, 'clock-went-back');
      if (!linkHash(link, previous).equals(link.hash)) return bad(first, 'link-altered');
      tree.addLeaf(found);
      ({ hash: previous, recordedAt } = link);
      position += BigInt(link.count);
    }
  }
  if ((await leaves.take(1)).length > 0) return bad(position + 1n, 'link-missing');
  if (head.position !== position || !head.hash.equals(previous))
    return bad(position, 'head-differs');
  return { ok: true, size: position, head: previous.toString('hex'), root: tree.root() };
}

function bad(position: bigint, fault: LogFault): LogVerdict {
  return { ok: false, position, fault };
}

/** How many hashes at the beginning are the same in both. */
function commonHashes(some: Buffer, others: Buffer): number {
  if (some.equals(others)) return others.length / hashBytes;
  let same = 0;
  while (
    (same + 1) * hashBytes <= some.length &&
    some.compare(
      others,
      same * hashBytes,
      (same + 1) * hashBytes,
      same * hashBytes,
      (same + 1) * hashBytes,
    ) === 0
  )
    same += 1;
  return same;
}

/** Leaf hashes computed from the events, handed out in the numbers that the links ask for. */
function leafChunks(events: AsyncIterable<readonly LeafFields[]>) {
  const source = events[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  let next = 1n;
  /** A position is missing: nothing after it is handed out. */
  let gap = false;
  const leaves = {
    async take(count: number): Promise<Buffer> {
      while (waiting.length < count * hashBytes && !gap) {
        try {
          const { done, value } = await source.next();
          if (done === true) break;
          waiting = Buffer.concat([waiting, hashesOf(value)]);
        } catch (error) {
          // The store stops at a gap after it gave what stands before it.
          if (!(error instanceof Error && error.name === 'LogGap')) throw error;
          gap = true;
        }
      }
      const taken = waiting.subarray(0, count * hashBytes);
      waiting = waiting.subarray(taken.length);
      return taken;
    },
  };
  function hashesOf(some: readonly LeafFields[]): Buffer {
    const hashes = Buffer.alloc(some.length * hashBytes);
    let at = 0;
    for (const event of some) {
      if (event.position !== next) {
        gap = true;
        break;
      }
      next += 1n;
      hashes.write(hash('sha256', `\0${leafEntry(event)}`, 'binary'), at, 'latin1');
      at += hashBytes;
    }
    return hashes.subarray(0, at);
  }
  return leaves;
}
