import type { PoolClient } from 'pg';
import type { AwardEvent } from '#domain/award/award.events.js';
import type { EventCodec } from '#domain/codec.js';
import type { Metadata, RecordedEvent } from '#event-store/port.js';

/** One question: its tables, its fold over a batch of events, and (beside it) its queries. */
export type Projection = Readonly<{
  name: string;
  /** A change of the tables or the fold is a new version, rebuilt beside the live one. */
  version: number;
  /** Tables without a schema name: the runner decides whether they are live or being rebuilt. */
  ddl: string;
  tables: readonly string[];
  types: readonly string[];
  /** Whoever appends may fold along, and then moves the checkpoint too. */
  foldedByWriters?: true;
  /** Folds a batch set-based, inside the transaction that moves the checkpoint. */
  fold: (events: readonly FoldedEvent[], db: PoolClient, sources: Sources) => Promise<void>;
}>;

/**
 * What a fold may read beside its events, because it never changes: the documents that events name,
 * and the earlier events of an award's own stream.
 */
export type Sources = Readonly<{
  documentLines: (sha256: string) => AsyncIterable<readonly string[]>;
  awardHistory: (awardNo: string, to: bigint) => Promise<readonly AwardEvent[]>;
}>;

/** A recorded event that decodes its data and metadata at most once, and only when asked. */
export class FoldedEvent {
  #data: object | undefined;
  #metadata: Metadata | undefined;

  constructor(
    readonly recorded: RecordedEvent,
    private readonly codecs: Readonly<Record<string, EventCodec>>,
  ) {}

  get type(): string {
    return this.recorded.type;
  }

  get stream(): string {
    return this.recorded.stream;
  }

  get position(): bigint {
    return this.recorded.position;
  }

  get data(): object {
    return (this.#data ??= this.decoded());
  }

  get metadata(): Metadata {
    return (this.#metadata ??= JSON.parse(this.recorded.metadata) as Metadata);
  }

  private decoded(): object {
    const { type, schema, data } = this.recorded;
    const codec = this.codecs[type];
    if (codec === undefined) throw new Error(`no codec for ${type}`);
    return codec.decode(data, schema);
  }
}
