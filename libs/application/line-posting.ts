import type { AwardCommand } from '#domain/award/award.commands.js';
import type { AwardPosting } from './award-posting.js';
import { breathe } from './breath.js';
import { crashPoint } from './crash-points.js';
import type { Documents } from './documents.js';
import type { Hands } from './hands.js';
import { derivedId, sha256Hex } from './ids.js';
import { bookWork, dueWork, instructWork, type LineOrder, type LineWork } from './line-orders.js';
import type { AwardItem } from './posting.js';
import { noTally, type Tally } from './tally.js';
import type { BulkResult } from './transact.js';

const linesAtFirst = 500;
/** While some are written the next are read and decided. */
const linesAtOnce = 7_000;
/** What waits is copied with every collection of garbage, and both processors are busy with it. */
const linesBesidePeople = 2_000;
const linesInBreath = 128;

type UnderWay<Line> = Readonly<{ lines: readonly Line[]; results: Promise<readonly BulkResult[]> }>;

/** What posting works with. */
type PostingApp = Readonly<{
  documents: Pick<Documents, 'lines'>;
  posting: Pick<AwardPosting, 'post'>;
  hands?: Pick<Hands, 'areFree'> | undefined;
}>;

/** Writes a document's lines into their award streams, as {@link postLines} does. */
export function postDocument(app: PostingApp, order: LineOrder): Promise<Tally> {
  switch (order.kind) {
    case 'due':
      return postLines(app, order, dueWork(order));
    case 'instruct':
      return postLines(app, order, instructWork(order));
    case 'book':
      return postLines(app, order, bookWork(order));
  }
}

/**
 * Piece by piece, from the cached states. Each line's command id follows from the document and the
 * line: a restart in the middle posts the rest and repeats nothing. Pieces are handed on in their
 * order, so that of two lines of one award in neighbouring pieces the earlier one is posted first:
 * a month cannot fall due after a later one.
 */
export async function postLines<Line extends Readonly<{ award: string }>>(
  app: PostingApp,
  { document, context }: Pick<LineOrder, 'document' | 'context'>,
  work: LineWork<Line>,
): Promise<Tally> {
  const tally = noTally();
  const underWay: UnderWay<Line>[] = [];
  let linesUnderWay = 0;
  let done = 0;
  const next = async () => {
    const piece = underWay.shift();
    if (piece === undefined) return;
    countPiece(work, tally, piece.lines, await piece.results);
    linesUnderWay -= piece.lines.length;
    done += 1;
    if (done === 1) crashPoint(work.crashAt);
  };
  for await (const texts of pieces(app.documents.lines(document))) {
    const most = app.hands?.areFree() === false ? linesBesidePeople : linesAtOnce;
    while (underWay.length > 0 && linesUnderWay + texts.length > most) await next();
    const { lines, items } = await itemsOf(work, document, { texts, tally });
    const results = app.posting.post(items, { ...context, bodyHash: document, asks: work.asks });
    // A fault of an earlier piece ends the work before anybody waits for this one.
    results.catch(() => undefined);
    underWay.push({ lines, results });
    linesUnderWay += lines.length;
  }
  while (underWay.length > 0) await next();
  return tally;
}

/** Chunks as they were written, the first one in two: the server need not wait for all of it. */
async function* pieces(chunks: AsyncIterable<readonly string[]>): AsyncIterable<readonly string[]> {
  let whole = false;
  for await (const chunk of chunks) {
    if (!whole) yield chunk.slice(0, linesAtFirst);
    const rest = whole ? chunk : chunk.slice(linesAtFirst);
    if (rest.length > 0) yield rest;
    whole = true;
  }
}

function countPiece<Line>(
  work: LineWork<Line>,
  tally: Tally,
  lines: readonly Line[],
  results: readonly BulkResult[],
): void {
  for (const [at, line] of lines.entries())
    work.count(tally, line, results[at]?.refusal !== undefined);
}

async function itemsOf<Line extends Readonly<{ award: string }>>(
  work: LineWork<Line>,
  document: string,
  { texts, tally }: Readonly<{ texts: readonly string[]; tally: Tally }>,
): Promise<Readonly<{ lines: readonly Line[]; items: readonly AwardItem[] }>> {
  const lines: Line[] = [];
  const items: AwardItem[] = [];
  const written = { work, document };
  for (const [at, text] of texts.entries()) {
    if (at % linesInBreath === 0) await breathe();
    const line = work.parse(text);
    if (work.isSilent(line)) {
      work.count(tally, line, false);
      continue;
    }
    lines.push(line);
    items.push(new LineItem(written, text, line));
  }
  return { lines, items };
}

type Written<Line> = Readonly<{ work: LineWork<Line>; document: string }>;

/** What it asks is made when its award is decided, and not kept: thousands of them wait. */
class LineItem<Line extends Readonly<{ award: string }>> implements AwardItem {
  constructor(
    private readonly written: Written<Line>,
    private readonly text: string,
    private readonly line: Line,
  ) {}

  get awardNo(): string {
    return this.line.award;
  }

  get command(): AwardCommand {
    return this.written.work.command(this.line);
  }

  get commandId(): string {
    return derivedId(this.written.document, this.written.work.key(this.line));
  }

  get earlierHash(): string {
    return sha256Hex(`${this.command.type}\n${this.written.document}\n${this.text}`);
  }
}
