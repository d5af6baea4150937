import type { AwardCommand } from '#domain/award/award.commands.js';
import type { Refusal } from '#domain/refusal.js';
import type { AwardItem, AwardPosting } from '../award-posting.js';
import { breathe } from '../breath.js';
import type { Context } from '../context.js';
import { crashPoint, type CrashPoint } from '../crash-points.js';
import type { Documents } from '../documents.js';
import { derivedId, sha256Hex } from '../ids.js';
import type { BulkResult } from '../transact.js';

/** What became of one line of a document. */
export type Posted<Line> = Readonly<{ line: Line; refusal?: Refusal }>;

type Work<Line> = Readonly<{
  document: string;
  context: Context;
  parse: (text: string) => Line;
  key: (line: Line) => string;
  /** Undefined for a line that asks nothing of its award. */
  command: (line: Line) => AwardCommand | undefined;
  crashAt: CrashPoint;
}>;

/** While one chunk is written the next is read and decided. */
const chunksAtOnce = 2;
const linesInBreath = 128;

/**
 * Writes a document's lines into their award streams, chunk by chunk, from the cached states. Each
 * line's command id follows from the document and the line: a restart in the middle posts the rest
 * and repeats nothing. Chunks are handed on in their order, so that of two lines of one award in
 * neighbouring chunks the earlier one is posted first: a month cannot fall due after a later one.
 */
export async function* postLines<Line extends Readonly<{ award: string }>>(
  app: Readonly<{ documents: Pick<Documents, 'lines'>; posting: Pick<AwardPosting, 'post'> }>,
  work: Work<Line>,
): AsyncIterable<readonly Posted<Line>[]> {
  const underWay: Promise<readonly Posted<Line>[]>[] = [];
  let done = 0;
  const next = async () => {
    const posted = (await underWay.shift()) ?? [];
    done += 1;
    if (done === 1) crashPoint(work.crashAt);
    return posted;
  };
  for await (const texts of app.documents.lines(work.document)) {
    const { lines, items } = await itemsOf(work, texts);
    const chunk = app.posting
      .post(items, work.context)
      .then((results) => lines.map((line, at) => postedAs(line, results[at])));
    // A fault of an earlier chunk ends the work before anybody waits for this one.
    chunk.catch(() => undefined);
    underWay.push(chunk);
    if (underWay.length >= chunksAtOnce) yield await next();
  }
  while (underWay.length > 0) yield await next();
}

async function itemsOf<Line extends Readonly<{ award: string }>>(
  { document, parse, key, command }: Work<Line>,
  texts: readonly string[],
): Promise<Readonly<{ lines: readonly Line[]; items: readonly AwardItem[] }>> {
  const lines: Line[] = [];
  const items: AwardItem[] = [];
  for (const [at, text] of texts.entries()) {
    if (at % linesInBreath === 0) await breathe();
    const line = parse(text);
    const given = command(line);
    if (given === undefined) continue;
    lines.push(line);
    items.push({
      awardNo: line.award,
      command: given,
      commandId: derivedId(document, key(line)),
      bodyHash: sha256Hex(`${given.type}\n${document}\n${text}`),
    });
  }
  return { lines, items };
}

function postedAs<Line>(line: Line, result: BulkResult | undefined): Posted<Line> {
  const refusal = result?.refusal;
  return refusal === undefined ? { line } : { line, refusal };
}
