import { awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { CachedAward } from '#projections/award-state.js';
import { awardsByNumber } from '#projections/award-state.js';
import type { Refusal } from '#domain/refusal.js';
import type { App } from '../app.js';
import type { Context } from '../context.js';
import { crashPoint, type CrashPoint } from '../crash-points.js';
import { derivedId } from '../ids.js';
import { stored } from '../stored.js';

/** What became of one line of a document. */
export type Posted<Line> = Readonly<{ line: Line; refusal?: Refusal }>;

/**
 * Writes a document's lines into their award streams, chunk by chunk, from the cached states. Each
 * line's command id follows from the document and the line: a restart in the middle posts the rest
 * and repeats nothing.
 */
export async function* postLines<Line extends Readonly<{ award: string }>>(
  app: App,
  work: Readonly<{
    document: string;
    context: Context;
    parse: (text: string) => Line;
    key: (line: Line) => string;
    command: (line: Line) => AwardCommand | undefined;
    crashAt: CrashPoint;
  }>,
): AsyncIterable<readonly Posted<Line>[]> {
  const { document, context, parse, key, command, crashAt } = work;
  let chunks = 0;
  for await (const texts of app.documents.lines(document)) {
    const lines = texts.map(parse).filter((line) => command(line) !== undefined);
    const cached = await awardsByNumber(
      app.pool,
      lines.map(({ award }) => award),
    );
    const items = lines.map((line) => itemOf(line, { cached, key, command, context, document }));
    const results = await app.transact.runMany(stored.award, items);
    yield results.map(({ refusal }, at) => ({
      line: lines[at] as Line,
      ...(refusal === undefined ? {} : { refusal }),
    }));
    chunks += 1;
    if (chunks === 1) crashPoint(crashAt);
  }
}

function itemOf<Line extends Readonly<{ award: string }>>(
  line: Line,
  work: Readonly<{
    cached: ReadonlyMap<string, CachedAward>;
    key: (line: Line) => string;
    command: (line: Line) => AwardCommand | undefined;
    context: Context;
    document: string;
  }>,
) {
  const { cached, key, command, context, document } = work;
  const found = cached.get(line.award);
  const given = command(line);
  if (given === undefined) throw new Error(`no command for ${key(line)}`);
  return {
    stream: awardStream(line.award),
    command: given,
    context: { ...context, commandId: derivedId(document, key(line)) },
    ...(found === undefined ? {} : { cached: found }),
  };
}
