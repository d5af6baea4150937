import type { Pool } from 'pg';
import { linesOf, revisionAfter } from './lines.js';
import type { PeopleClock } from './people-clock.js';
import type { AppendItem, AppendResult } from './port.js';

type Waiting = Readonly<{
  item: AppendItem;
  resolve: (result: AppendResult) => void;
  reject: (error: unknown) => void;
}>;

/** Where the events of one call stand. */
export type Added = Readonly<{ first: bigint; added: number }>;

/** A call of bulk work's own; `events` is how many it may hold. */
export type BulkCall = (events: number) => Promise<Added | undefined>;

type Limits = Readonly<{ items: number; events: number; lanes: number }>;

/**
 * Alone, bulk work takes long chunks on two connections: one is parsed while the other is written.
 */
const quiet: Limits = { items: 2_000, events: 5_000, lanes: 2 };
/** Beside people it holds the head for a few milliseconds at a time and leaves a gap after each. */
const polite: Limits = { items: 125, events: 125, lanes: 1 };
/** What people elsewhere add between two of our calls; another's bulk work adds more at a time. */
const fewEvents = 50n;
const recentlyMs = 500;
const group: Limits = { items: 500, events: 2_000, lanes: 1 };

/**
 * Every append of the process passes here. While a call is under way the next ones gather and leave
 * together, because the commit costs most and is shared; bulk work takes its turns beside them.
 */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private calling = false;
  private lastPosition = 0n;
  private lastOwn = 0n;
  private lastAnswerMs = Number.NEGATIVE_INFINITY;
  private bulkCalls = 0;
  private bulkTurns: (() => void)[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly people: PeopleClock,
    private readonly appended: (added: Added) => void,
  ) {}

  append(item: AppendItem): Promise<AppendResult> {
    if (!isReaction(item)) this.people.toldHere(item.stream);
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // What the same turn of the event loop asks for leaves in the same call.
      queueMicrotask(() => void this.sendGroups());
    });
  }

  private async sendGroups(): Promise<void> {
    if (this.calling) return;
    this.calling = true;
    while (this.waiting.length > 0) {
      const together = this.takeGroup();
      try {
        const results = await this.call(together.map(({ item }) => item));
        together.forEach(({ resolve }, at) => resolve(answerAt(results, at)));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.calling = false;
  }

  /** At most one item a stream: the second of a stream has to see what the first one did. */
  private takeGroup(): readonly Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const streams = new Set<string>();
    let events = 0;
    for (const one of this.waiting) {
      const { stream } = one.item;
      const fits = taken.length < group.items && (events === 0 || events < group.events);
      if (!fits || streams.has(stream)) left.push(one);
      else {
        taken.push(one);
        events += one.item.events.length;
      }
      streams.add(stream);
    }
    this.waiting = left;
    return taken;
  }

  /**
   * Chunks of many items. Which of two chunks comes first in the log is not promised, but items of
   * one stream keep their order. A fault fails the call; the chunks that were written stay, and the
   * same call again answers for them as for repeats.
   */
  async appendMany(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const results: AppendResult[] = [];
    const underWay = new Map<Promise<void>, ReadonlySet<string>>();
    const faults: unknown[] = [];
    for (let from = 0; from < items.length && faults.length === 0;) {
      // The turn comes first: who has come to wait meanwhile decides how long the chunk may be.
      await this.bulkTurn();
      const { chunk, streams } = takeChunk(items, from, this.limits());
      const start = from;
      from += chunk.length;
      for (const [earlier, its] of underWay) if (overlap(its, streams)) await earlier;
      const done: Promise<void> = this.call(chunk)
        .then((answers) => answers.forEach((answer, at) => (results[start + at] = answer)))
        .catch((error: unknown) => void faults.push(error))
        .finally(() => {
          underWay.delete(done);
          this.bulkTurnEnds();
        });
      underWay.set(done, streams);
    }
    await Promise.all(underWay.keys());
    if (faults.length > 0) throw faults[0];
    return results;
  }

  /**
   * Bulk work that writes more than events takes its turns with the rest. It is told how many
   * events one call may hold, and answers where those stand that it added, or nothing when it added
   * none.
   */
  async inBulkTurn(work: BulkCall): Promise<void> {
    await this.bulkTurn();
    try {
      const done = await work(this.limits().events);
      if (done !== undefined) this.answered(done);
    } finally {
      this.bulkTurnEnds();
    }
  }

  private limits(): Limits {
    return this.people.areAtWork() ? polite : quiet;
  }

  private async bulkTurn(): Promise<void> {
    while (this.bulkCalls >= this.limits().lanes)
      await new Promise<void>((wake) => void this.bulkTurns.push(wake));
    this.bulkCalls += 1;
    this.people.bulkBegins();
  }

  private bulkTurnEnds(): void {
    this.bulkCalls -= 1;
    this.people.bulkEnds();
    const turns = this.bulkTurns;
    this.bulkTurns = [];
    for (const wake of turns) wake();
  }

  /** One round trip, one transaction, one link. */
  private async call(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const { rows } = await this.pool.query<[string | null, number, string | bigint | null]>({
      name: 'append_events',
      text: 'select refused, last_revision, at_position from append_events($1,$2,$3,$4,$5,$6,$7)',
      values: [...linesOf(items)],
      rowMode: 'array',
    });
    const [[, added, first] = [null, 0, null], ...refused] = rows;
    if (first === null) throw new Error('append_events did not answer');
    const answers = resultsOf(items, BigInt(first), refused);
    this.answered({ first: BigInt(first), added });
    return answers;
  }

  private answered({ first, added }: Added): void {
    this.lookForOthers(first);
    this.people.countOwn(added);
    this.lastOwn = this.people.ownEvents;
    if (added === 0) return;
    const head = first + BigInt(added) - 1n;
    if (head > this.lastPosition) this.lastPosition = head;
    this.lastAnswerMs = this.people.now();
    this.appended({ first, added });
  }

  /**
   * Positions are given out without gaps: those between two calls of ours went to others, or to
   * another thread of this process, which tells of its people itself. What came while we made no
   * calls says nothing of now.
   */
  private lookForOthers(first: bigint): void {
    const ours = this.people.ownEvents - this.lastOwn;
    const others = first - 1n - this.lastPosition - ours;
    const isRecent = this.people.now() - this.lastAnswerMs < recentlyMs;
    if (isRecent && others > 0n && others <= fewEvents) this.people.told(Number(others));
  }
}

/** What follows by itself waits for nobody's screen. */
function isReaction({ events: [first] }: AppendItem): boolean {
  return first?.metadata.includes('"actor":"system:') === true;
}

function takeChunk(items: readonly AppendItem[], from: number, limits: Limits) {
  const streams = new Set<string>();
  const chunk: AppendItem[] = [];
  let events = 0;
  for (let at = from; at < items.length; at += 1) {
    const item = items[at] as AppendItem;
    const full = chunk.length >= limits.items || events + item.events.length > limits.events;
    if (chunk.length > 0 && (full || streams.has(item.stream))) break;
    streams.add(item.stream);
    chunk.push(item);
    events += item.events.length;
  }
  return { chunk, streams };
}

function resultsOf(
  items: readonly AppendItem[],
  first: bigint,
  refused: readonly (readonly [string | null, number, string | bigint | null])[],
): readonly AppendResult[] {
  const refusals = new Map(refused.map(([stream, last, position]) => [stream, { last, position }]));
  let next = first;
  return items.map(({ stream, expected, events }) => {
    const revision = revisionAfter(expected) + events.length - 1;
    const refusal = refusals.get(stream);
    if (refusal === undefined) {
      next += BigInt(events.length);
      return { ok: true, revision, position: next - 1n };
    }
    if (refusal.position !== null)
      return { ok: true, revision, position: BigInt(refusal.position) };
    return { ok: false, actual: refusal.last < 0 ? 'none' : refusal.last };
  });
}

function answerAt(results: readonly AppendResult[], at: number): AppendResult {
  const result = results[at];
  if (result === undefined) throw new Error('append_events answered for fewer items than asked');
  return result;
}

function overlap(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const stream of others) if (some.has(stream)) return true;
  return false;
}
