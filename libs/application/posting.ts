import { awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { AwardPage, PageReading } from '#projections/award-page.js';
import { metadataBehindId, sharedMetadata, type Context } from './context.js';
import type { BulkItem, BulkResult } from './transact.js';

/** One command for one award, as a line of a document makes it. */
export type AwardItem = Readonly<{
  awardNo: string;
  command: AwardCommand;
  /** Follows from the document and the line: the same line again is a repeat. */
  commandId: string;
  /** The hash of its body in events that an earlier version of the program wrote. */
  earlierHash?: string;
}>;

/**
 * What the items of a posting share. The hash of their bodies is that of the document which they
 * are lines of: a command's id names the document and the line. Pages are read without what
 * nearly none of the items asks for: who asks all the same is answered from the stream.
 */
export type PostingContext = Context &
  Readonly<{ bodyHash: string; asks?: NonNullable<PageReading['part']> }>;

/** Items by the award they are for, by their places in the posting. */
export type ByAward = ReadonlyMap<string, readonly number[]>;

/** Some lines of a document, and what became of each. */
export class Posting {
  readonly results: (BulkResult | undefined)[];
  /** What follows the command's id in the metadata of each: it names the document. */
  readonly shared: string;
  readonly byAward: ByAward;

  constructor(
    readonly items: readonly AwardItem[],
    readonly context: PostingContext,
  ) {
    this.results = Array.from({ length: items.length });
    this.shared = metadataBehindId(context.bodyHash, sharedMetadata(context));
    this.byAward = itemsByAward(items);
  }

  shares({ byAward }: Posting): boolean {
    for (const awardNo of byAward.keys()) if (this.byAward.has(awardNo)) return true;
    return false;
  }

  item(at: number): AwardItem {
    const item = this.items[at];
    if (item === undefined) throw new Error(`no item ${at}`);
    return item;
  }

  bulkItem(item: AwardItem): BulkItem<never, AwardCommand> {
    const { awardNo, command, commandId, earlierHash } = item;
    const { bodyHash } = this.context;
    const context = { ...this.context, commandId };
    const before = earlierHash === undefined ? {} : { earlierHash };
    return { stream: awardStream(awardNo), command, context, bodyHash, ...before };
  }
}

function itemsByAward(items: readonly AwardItem[]): ByAward {
  const byAward = new Map<string, number[]>();
  for (let at = 0; at < items.length; at += 1) {
    const { awardNo } = items[at] as AwardItem;
    const mine = byAward.get(awardNo);
    if (mine === undefined) byAward.set(awardNo, [at]);
    else mine.push(at);
  }
  return byAward;
}

export function itemsIn(pages: readonly AwardPage[], byAward: ByAward): ByAward {
  const found = new Map<string, readonly number[]>();
  for (const { awardNos } of pages)
    for (const awardNo of awardNos) {
      const mine = byAward.get(awardNo);
      if (mine !== undefined) found.set(awardNo, mine);
    }
  return found;
}
