import { Refusal } from '#domain/refusal.js';
import type { Act, App } from '../app.js';
import { contextFor } from '../claims.js';
import type { Context } from '../context.js';
import { derivedId } from '../ids.js';
import type { AnyEvent, Stored } from '../transact.js';
import type { Refused } from './takers.js';

const rowsAtOnce = 1_000;

/**
 * One command of a file's row: its id follows from the file and the row, so that a rerun repeats.
 */
export function rowContext(act: Act, sha256: string, key: string): Context {
  return { ...contextFor(act), commandId: derivedId(sha256, key) };
}

/**
 * Runs one command a row, many at a time, each first tried as the opening of a new stream; what is
 * refused is reported with its rows and holds nothing up.
 */
export async function runRows<State, Command, Event extends AnyEvent, Row>(
  app: App,
  stored: Stored<State, Command, Event>,
  rows: readonly Row[],
  work: Readonly<{
    key: (row: Row) => string;
    /** The file's rows that the command is made from. */
    of: (row: Row) => readonly object[];
    stream: (row: Row) => string;
    command: (row: Row) => Command;
    context: (row: Row) => Context;
    /** False for streams that usually exist: they are read first. */
    fresh: boolean;
    progress: (done: number, of: number) => void;
  }>,
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  const cached = { state: stored.decider.initial, revision: 'none' as const };
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce);
    const items = part.map((row) => ({
      stream: work.stream(row),
      command: work.command(row),
      context: work.context(row),
      ...(work.fresh ? { cached } : {}),
    }));
    const results = work.fresh
      ? await app.transact.runMany(stored, items)
      : await Promise.all(items.map((item) => runOne(app, stored, item)));
    results.forEach(({ refusal }, at) => {
      const row = part[at];
      if (refusal === undefined || row === undefined) return;
      const { code, facts } = refusal;
      refused.push({ key: work.key(row), code, facts, rows: work.of(row) });
    });
    work.progress(Math.min(from + rowsAtOnce, rows.length), rows.length);
  }
  return refused;
}

async function runOne<State, Command, Event extends AnyEvent>(
  app: App,
  stored: Stored<State, Command, Event>,
  item: Readonly<{ stream: string; command: Command; context: Context }>,
): Promise<Readonly<{ refusal?: Refusal }>> {
  try {
    await app.transact.run(stored, item.stream, item.command, item.context);
    return {};
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}

export function groupBy<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const mine = groups.get(key(row));
    if (mine === undefined) groups.set(key(row), [row]);
    else mine.push(row);
  }
  return groups;
}

/** Works on `limit` items at a time, started in their order; the first failure ends it. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
