import { assertStorable, revisionAfter } from './lines.js';
import {
  type AppendItem,
  type AppendResult,
  type BareEvent,
  type BareQuery,
  type EventStore,
  type RecordedClock,
  type RecordedEvent,
  type Stretch,
  type TypesUpTo,
  VersionConflict,
} from './port.js';

const usualChunk = 5_000;

/** The same contract in memory, for simulations and quick tests: nothing outlives the process. */
export class MemoryEventStore implements EventStore, RecordedClock {
  private readonly log: RecordedEvent[] = [];
  private readonly moments: number[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly sleepers = new Set<() => void>();

  /** @param nowMs the clock, in milliseconds since 1970 */
  constructor(private readonly nowMs: () => number = Date.now) {}

  async read(stream: string, fromRevision = 0): Promise<readonly RecordedEvent[]> {
    return (this.streams.get(stream) ?? []).slice(fromRevision);
  }

  async append(item: AppendItem): Promise<Readonly<{ revision: number; position: bigint }>> {
    const [result] = await this.appendMany([item]);
    if (result?.ok !== true)
      throw new VersionConflict(item.stream, item.expected, result?.actual ?? 'none');
    return { revision: result.revision, position: result.position };
  }

  async appendMany(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    items.forEach(assertStorable);
    const results = items.map((item) => this.appendItem(item));
    for (const wake of this.sleepers) wake();
    return results;
  }

  private appendItem({ stream, expected, events }: AppendItem): AppendResult {
    const kept = this.streams.get(stream) ?? [];
    const first = revisionAfter(expected);
    const revision = first + events.length - 1;
    if (kept.length !== first) {
      const repeated = events.every(({ id }, at) => kept[first + at]?.id === id);
      const position = kept[revision]?.position;
      if (repeated && position !== undefined) return { ok: true, revision, position };
      return { ok: false, actual: kept.length === 0 ? 'none' : kept.length - 1 };
    }
    const moment = Math.max(this.moments.at(-1) ?? 0, this.nowMs());
    for (const { id, type, schema, data, metadata } of events) {
      const position = BigInt(this.log.length + 1);
      const event = { stream, revision: kept.length, position, id, type, schema, data, metadata };
      kept.push(event);
      this.log.push(event);
      this.moments.push(moment);
    }
    this.streams.set(stream, kept);
    return { ok: true, revision, position: BigInt(this.log.length) };
  }

  async *readAll(
    from: bigint,
    { to, chunk = usualChunk }: Readonly<{ to?: bigint; chunk?: number }> = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    if (!Number.isInteger(chunk) || chunk < 1) throw new RangeError(`readAll: chunk ${chunk}`);
    const head = this.log.length;
    const last = to === undefined || to > BigInt(head) ? head : Number(to);
    for (let next = Number(from); next < last; next += chunk)
      yield this.log.slice(next, Math.min(next + chunk, last));
  }

  async *readBare(
    from: bigint,
    { to, types, ofOffice, office }: BareQuery,
  ): AsyncIterable<readonly BareEvent[]> {
    const mark = `"office":"${office}"`;
    for await (const events of this.readAll(from, { to }))
      yield events.filter(
        ({ type, metadata }) =>
          types.includes(type) && (!ofOffice.includes(type) || metadata.includes(mark)),
      );
  }

  async *follow(from: bigint, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    let position = from;
    while (!signal.aborted) {
      for await (const events of this.readAll(position)) {
        if (signal.aborted) return;
        yield events;
        position = events.at(-1)?.position ?? position;
      }
      if (position >= BigInt(this.log.length)) await this.grown(signal);
    }
  }

  async *followTypes(
    from: bigint,
    types: readonly string[] | TypesUpTo,
    signal: AbortSignal,
  ): AsyncIterable<Stretch> {
    for await (const some of this.follow(from, signal)) {
      const to = some.at(-1)?.position ?? from;
      const wanted = typeof types === 'function' ? await types(to) : types;
      yield { events: some.filter(({ type }) => wanted.includes(type)), to };
    }
  }

  private async grown(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.sleepers.add(wake);
    });
  }

  async head(): Promise<bigint> {
    return BigInt(this.log.length);
  }

  async positionAt(momentMs: number): Promise<bigint> {
    return BigInt(this.moments.findLastIndex((moment) => moment <= momentMs) + 1);
  }

  async recordedAt(position: bigint): Promise<number> {
    const moment = this.moments[Number(position) - 1];
    if (moment === undefined) throw new Error(`no event at position ${position}`);
    return moment;
  }
}
