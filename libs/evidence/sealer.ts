import { setImmediate } from 'node:timers/promises';
import type { Pool } from 'pg';
import { hashBytes, type Link, type LogSource } from './links.js';
import { TreeBuilder } from './tree.js';

export type TreeHead = Readonly<{ size: bigint; root: string }>;

/** A root at any past position is at most this many leaves away from one that was kept. */
const keepEvery = 65_536n;
/** A root that took this many leaves is asked for again: the reviewer of a close counts anew. */
const worthKeeping = 4_096n;
/** Bounds the memory that links take: 32 bytes a position. */
const positionsAtOnce = 20_000n;

/**
 * Grows the tree from the leaf hashes in the links, and keeps its state as it goes: at the head a
 * root is there, and a past one is recomputed from the nearest state before it. The kept states are
 * a
 * cache: `verifyLog` builds the same tree from the events alone.
 */
export class Sealer {
  constructor(private readonly pool: Pool) {}

  /** Brings the tree up to the head of the log and keeps its state there. */
  async seal(): Promise<TreeHead> {
    const { rows } = await this.pool.query<{ position: string }>(
      'select position::text from log_head',
    );
    return this.grow(BigInt(rows[0]?.position ?? 0), true);
  }

  /**
   * The root over positions 1 to `position`.
   * @throws RangeError when the log does not reach so far
   */
  async rootAt(position: bigint): Promise<string> {
    return (await this.grow(position, false)).root;
  }

  private async grow(to: bigint, keepLast: boolean): Promise<TreeHead> {
    const tree = await this.nearest(to);
    let kept = BigInt(tree.size);
    for await (const leaves of this.leaves(BigInt(tree.size), to)) {
      tree.addLeaf(leaves);
      // Some milliseconds of work: others have their turn.
      await setImmediate();
      const size = BigInt(tree.size);
      if (size - kept < keepEvery) continue;
      await this.keep(tree);
      kept = size;
    }
    if (BigInt(tree.size) !== to) throw new RangeError(`the log ends before ${to}`);
    if (to - kept >= (keepLast ? 1n : worthKeeping)) await this.keep(tree);
    return { size: to, root: tree.root() };
  }

  private async nearest(size: bigint): Promise<TreeBuilder> {
    const { rows } = await this.pool.query<{ size: string; stack: Buffer }>(
      `select t.size::text, t.stack from log_tree t
       where t.size <= $1 order by t.size desc limit 1`,
      [size],
    );
    const [found] = rows;
    if (found === undefined) return new TreeBuilder();
    return TreeBuilder.resume(Number(found.size), found.stack);
  }

  /** Leaf hashes after `from` up to `to`; a link may begin before and end after what is asked. */
  private async *leaves(from: bigint, to: bigint): AsyncIterable<Buffer> {
    let done = from;
    while (done < to) {
      const links = await readLinks(this.pool, done);
      if (links.length === 0) return;
      for (const { first, count, leaves } of links) {
        const last = first + BigInt(count) - 1n;
        const skipped = Number(done + 1n - first);
        const wanted = Number((last < to ? last : to) + 1n - first);
        if (skipped < 0 || wanted <= skipped) return;
        yield leaves.subarray(skipped * hashBytes, wanted * hashBytes);
        done = first + BigInt(wanted) - 1n;
      }
    }
  }

  private async keep(tree: TreeBuilder): Promise<void> {
    await this.pool.query(
      `insert into log_tree (size, stack, root) values ($1, $2, decode($3, 'hex'))
       on conflict (size) do nothing`,
      [tree.size, tree.state(), tree.root()],
    );
  }
}

/** Some links from the one that holds the position after `after`, oldest first; none at the end. */
async function readLinks(pool: Pool, after: bigint): Promise<readonly Link[]> {
  const { rows } = await pool.query<[string, number, string, Buffer, Buffer]>({
    name: 'read_links',
    text: `select first::text, count, recorded_at::text, leaves, hash from links
            where first >= (select coalesce(max(first), 1) from links where first <= $1)
              and first < $2 and first + count > $1
            order by links.first`,
    values: [after + 1n, after + 1n + positionsAtOnce],
    rowMode: 'array',
  });
  return rows.map(([first, count, recordedAt, leaves, hash]) => ({
    first: BigInt(first),
    count,
    recordedAt: BigInt(recordedAt),
    leaves,
    hash,
  }));
}

/** The chain up to the link that ends at or after `to`. */
async function* linksUpTo(pool: Pool, to: bigint): AsyncIterable<readonly Link[]> {
  for (let after = 0n; after < to;) {
    const links = (await readLinks(pool, after)).filter(({ first }) => first <= to);
    const last = links.at(-1);
    if (last === undefined) return;
    yield links;
    after = last.first + BigInt(last.count) - 1n;
  }
}

/** What `verifyLog` takes, up to the head that stands now: the log may grow on meanwhile. */
export async function logSource(
  pool: Pool,
  store: Readonly<{
    readAll(from: bigint, options: Readonly<{ to: bigint }>): LogSource['events'];
  }>,
): Promise<LogSource> {
  const head = await logHead(pool);
  return {
    head,
    links: linksUpTo(pool, head.position),
    events: store.readAll(0n, { to: head.position }),
  };
}

async function logHead(pool: Pool): Promise<Readonly<{ position: bigint; hash: Buffer }>> {
  const { rows } = await pool.query<{ position: string; hash: Buffer }>(
    'select position::text, hash from log_head',
  );
  const [found] = rows;
  if (found === undefined) throw new Error('the log has no head');
  return { position: BigInt(found.position), hash: found.hash };
}
