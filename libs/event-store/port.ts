/**
 * Global position: gapless from 1 within one store. Expected revision: the stream's last, or
 * 'none'.
 */
export type Expected = number | 'none';

/** The store's business metadata: who, why, from what; never personal data. */
export type Metadata = Readonly<{
  commandId: string;
  /** SHA-256 of the command's body: the same id with another body is refused. */
  bodyHash: string;
  /** The staff person (not the account), or `system:<reaction>`. */
  actor: string;
  duty: string;
  office: string;
  /** Business day on which it was decided, Asia/Shanghai. */
  day: string;
  /** Month it is booked in, where money moves. */
  month?: string;
  causation?: string;
  correlation?: string;
  policyVersion?: string;
}>;

/**
 * An event as it goes in: `data` and `metadata` are the exact JSON text that will be hashed and
 * kept.
 */
export type NewEvent = Readonly<{
  id: string;
  type: string;
  schema: number;
  data: string;
  metadata: string;
}>;

export type RecordedEvent = NewEvent &
  Readonly<{
    stream: string;
    /** 0 for a stream's first event. */
    revision: number;
    position: bigint;
  }>;

export type AppendItem = Readonly<{
  stream: string;
  expected: Expected;
  events: readonly NewEvent[];
}>;

/** One result an item; a refused item throws nothing and leaves nothing behind. */
export type AppendResult =
  | Readonly<{ ok: true; revision: number; position: bigint }>
  | Readonly<{ ok: false; actual: Expected }>;

/** What a filtered reading found, and up to which position it has looked. */
export type Stretch = Readonly<{ events: readonly RecordedEvent[]; to: bigint }>;

/** As much of an event as a fold over long stretches of the log asks of it. */
export type BareEvent = Pick<RecordedEvent, 'stream' | 'type' | 'schema' | 'data'>;

/** Which bare events are wanted. */
export type BareQuery = Readonly<{
  to: bigint;
  types: readonly string[];
  /** Those types of which only this office's are wanted; the others come of every office. */
  ofOffice: readonly string[];
  office: string;
}>;

/** The types wanted up to a position, asked when a stretch that ends there is about to be read. */
export type TypesUpTo = (to: bigint) => Promise<readonly string[]>;

/** One service for every store; everything else (retries, projections) is built on top, once. */
export interface EventStore {
  /** Oldest first from `fromRevision` (0); empty when the stream does not exist. */
  read(stream: string, fromRevision?: number): Promise<readonly RecordedEvent[]>;
  /** All or nothing. @throws VersionConflict when the stream's last revision is not `expected`. */
  append(item: AppendItem): Promise<Readonly<{ revision: number; position: bigint }>>;
  /**
   * Each item atomic on its own stream. The same event ids at the same place again are a repeat:
   * they answer as the first time did and add nothing.
   */
  appendMany(items: readonly AppendItem[]): Promise<readonly AppendResult[]>;
  /**
   * Every event after `from` (0n: all) up to the head seen when the call began, oldest first, in
   * chunks.
   */
  readAll(
    from: bigint,
    options?: Readonly<{ to?: bigint; chunk?: number }>,
  ): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * As readAll, with the events of those types alone and no more of each than a fold needs; a gap
   * is noticed among all the events that it passes by.
   *
   * @throws LogGap
   */
  readBare(from: bigint, query: BareQuery): AsyncIterable<readonly BareEvent[]>;
  /** As readAll, then live: at least once, none skipped even while others append; ends on abort. */
  follow(from: bigint, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * As follow, with the events of those types alone: who answers few events need not be shown all.
   * A stretch may hold none, and says how far the log was searched. It does not notice a gap.
   *
   * @param length how many positions are looked through at a time, where many are wanted of them
   */
  followTypes(
    from: bigint,
    types: readonly string[] | TypesUpTo,
    signal: AbortSignal,
    length?: bigint,
  ): AsyncIterable<Stretch>;
  /** The last position, 0n when empty. */
  head(): Promise<bigint>;
}

/**
 * When things were recorded: a day someone names first becomes a position, and only that is asked.
 */
export interface RecordedClock {
  /**
   * The last position recorded at or before that moment, in milliseconds since 1970; 0n before all.
   */
  positionAt(momentMs: number): Promise<bigint>;
  /**
   * Milliseconds since 1970, never going back along the log. @throws Error when nothing is there.
   */
  recordedAt(position: bigint): Promise<number>;
}

export class VersionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: Expected,
    readonly actual: Expected,
  ) {
    super(`${stream} is at ${actual}, not at ${expected}`);
    this.name = 'VersionConflict';
  }
}

/** A position that is missing was taken away: whatever was read after it would be wrong. */
export class LogGap extends Error {
  constructor(readonly position: bigint) {
    super(`the log holds no event at position ${position}`);
    this.name = 'LogGap';
  }
}
