import type { EventCodec } from '#domain/codec.js';
import type { Decider } from '#domain/decider.js';
import { Refusal, refuse } from '#domain/refusal.js';
import {
  VersionConflict,
  type AppendItem,
  type EventStore,
  type Expected,
  type Metadata,
  type NewEvent,
  type RecordedEvent,
} from '#event-store/port.js';
import { metadataText, type Context } from './context.js';
import { bodyHash, derivedId } from './ids.js';

/** What a decider needs to be run against the store: how its events are written and read. */
export type Stored<State, Command, Event extends AnyEvent> = Readonly<{
  decider: Decider<State, Command, Event>;
  codecs: Readonly<Record<Event['type'], EventCodec>>;
}>;

export type AnyEvent = Readonly<{ type: string; data: object }>;

/** What a command answers: where its stream stands, and the position to wait for when reading. */
export type Receipt = Readonly<{
  stream: string;
  revision: Expected;
  position: bigint;
  events: readonly string[];
  repeated: boolean;
}>;

/** One item of bulk work: a command, and the state and revision it may be decided from. */
export type BulkItem<State, Command> = Readonly<{
  stream: string;
  command: Command;
  context: Context;
  cached?: Readonly<{ state: State; revision: Expected }>;
  /** SHA-256 of what the command says, where that is known from what it was made of. */
  bodyHash?: string;
  /** What an earlier version of the program took for it: its events are a repeat too. */
  earlierHash?: string;
}>;

export type BulkResult = Readonly<{ events: number; refusal?: Refusal }>;

const maxAttempts = 8;

/** Loads, decides, appends: the one way a fact comes into being. */
export class Transact {
  constructor(readonly store: EventStore) {}

  /** @throws Refusal for an expected "no"; COMMAND_ID_REUSED for the same id with another body */
  async run<State, Command, Event extends AnyEvent>(
    { decider, codecs }: Stored<State, Command, Event>,
    stream: string,
    command: Command,
    context: Context,
    hash = bodyHash(command),
  ): Promise<Receipt> {
    for (let attempt = 1; ; attempt += 1) {
      const history = await this.store.read(stream);
      const earlier = repeatOf(history, context.commandId, hash);
      if (earlier !== undefined) return receiptOf(stream, earlier, true);
      const events = decider.decide(command, foldHistory({ decider, codecs }, history));
      const expected = revisionOf(history);
      if (events.length === 0)
        return {
          stream,
          revision: expected,
          position: lastPosition(history),
          events: [],
          repeated: true,
        };
      const written = write(codecs, stream, events, context, hash);
      try {
        const { revision, position } = await this.store.append({
          stream,
          expected,
          events: written,
        });
        const types = events.map(({ type }) => type);
        return { stream, revision, position, events: types, repeated: false };
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        if (attempt >= maxAttempts) return refuse('CONFLICT_TRY_AGAIN', { stream });
      }
    }
  }

  /**
   * Decides each item from its cached state and appends them together; whatever conflicts, or is
   * refused from a cache that may be old, is decided again from its stream before that counts.
   */
  async runMany<State, Command, Event extends AnyEvent>(
    stored: Stored<State, Command, Event>,
    items: readonly BulkItem<State, Command>[],
  ): Promise<readonly BulkResult[]> {
    const results = Array.from<BulkResult | undefined>({ length: items.length });
    const appends: AppendItem[] = [];
    const places: number[] = [];
    items.forEach((item, place) => {
      const append = fromCache(stored, item);
      if (append === undefined) return;
      appends.push(append);
      places.push(place);
    });
    const answers = await this.store.appendMany(appends);
    answers.forEach((answer, index) => {
      const place = places[index];
      const events = appends[index]?.events.length ?? 0;
      if (answer.ok && place !== undefined) results[place] = { events };
    });
    for (const [place, item] of items.entries()) {
      results[place] ??= await this.settle(stored, item);
    }
    return results.map((result) => result ?? { events: 0 });
  }

  /**
   * Decides one item of bulk work from its stream: its refusal is its result.
   *
   * @throws Refusal CONFLICT_TRY_AGAIN, which says nothing of the item: the work is done again
   */
  async settle<State, Command, Event extends AnyEvent>(
    stored: Stored<State, Command, Event>,
    item: BulkItem<State, Command>,
  ): Promise<BulkResult> {
    const { stream, command, context, bodyHash: hash, earlierHash, ...others } = item;
    try {
      const { events } = await this.run(stored, stream, command, context, hash);
      return { events: events.length };
    } catch (error) {
      if (earlierHash !== undefined && isReuse(error))
        return this.settle(stored, { ...others, stream, command, context, bodyHash: earlierHash });
      if (error instanceof Refusal && error.code !== 'CONFLICT_TRY_AGAIN')
        return { events: 0, refusal: error };
      throw error;
    }
  }

  /** The stream's state now; the initial one when there is no such stream. */
  async state<State, Command, Event extends AnyEvent>(
    stored: Stored<State, Command, Event>,
    stream: string,
  ): Promise<State> {
    return foldHistory(stored, await this.store.read(stream));
  }
}

export function foldHistory<State, Command, Event extends AnyEvent>(
  { decider, codecs }: Stored<State, Command, Event>,
  history: readonly RecordedEvent[],
): State {
  return history.reduce(
    (state, recorded) => decider.evolve(state, decode<Event>(codecs, recorded)),
    decider.initial,
  );
}

/** @throws Error when the stream holds a type that its aggregate does not know */
export function decode<Event extends AnyEvent>(
  codecs: Readonly<Record<string, EventCodec>>,
  { type, schema, data, stream }: RecordedEvent,
): Event {
  const codec = codecs[type];
  if (codec === undefined) throw new Error(`${stream} holds ${type}, which is unknown there`);
  return { type, data: codec.decode(data, schema) } as Event;
}

function fromCache<State, Command, Event extends AnyEvent>(
  { decider, codecs }: Stored<State, Command, Event>,
  { stream, command, context, cached, bodyHash: hash }: BulkItem<State, Command>,
): AppendItem | undefined {
  if (cached === undefined) return undefined;
  try {
    const events = decider.decide(command, cached.state);
    if (events.length === 0) return undefined;
    const written = write(codecs, stream, events, context, hash ?? bodyHash(command));
    return { stream, expected: cached.revision, events: written };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function write<Event extends AnyEvent>(
  codecs: Readonly<Record<string, EventCodec>>,
  stream: string,
  events: readonly Event[],
  context: Context,
  hash: string,
): readonly NewEvent[] {
  const metadata = metadataText(context, hash);
  return events.map(({ type, data }, ordinal) => {
    const codec = codecs[type];
    if (codec === undefined) throw new Error(`no codec for ${type}`);
    const id = derivedId(context.commandId, stream, ordinal);
    return { id, type, schema: codec.schema, data: codec.encode(data), metadata };
  });
}

function isReuse(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'COMMAND_ID_REUSED';
}

function repeatOf(
  history: readonly RecordedEvent[],
  commandId: string,
  hash: string,
): readonly RecordedEvent[] | undefined {
  const mine = history.filter(
    ({ metadata }) =>
      metadata.includes(commandId) && (JSON.parse(metadata) as Metadata).commandId === commandId,
  );
  const [first] = mine;
  if (first === undefined) return undefined;
  if ((JSON.parse(first.metadata) as Metadata).bodyHash !== hash)
    refuse('COMMAND_ID_REUSED', { command: commandId });
  return mine;
}

function receiptOf(stream: string, events: readonly RecordedEvent[], repeated: boolean): Receipt {
  const types = events.map(({ type }) => type);
  const revision = revisionOf(events);
  return { stream, revision, position: lastPosition(events), events: types, repeated };
}

function revisionOf(events: readonly RecordedEvent[]): Expected {
  return events.at(-1)?.revision ?? 'none';
}

function lastPosition(events: readonly RecordedEvent[]): bigint {
  return events.at(-1)?.position ?? 0n;
}
