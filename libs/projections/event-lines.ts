import type { NewEvent } from '#event-store/port.js';
import { TextColumn } from './text-column.js';

/** An event without its metadata: of these only the command's id differs in one call. */
export type BareEvent = Omit<NewEvent, 'metadata'> &
  Readonly<{ stream: string; revision: number; commandId: string }>;

const columnNames = [
  ...(['stream', 'revision', 'id', 'type', 'schema', 'data', 'commandId'] as const),
] satisfies readonly (keyof BareEvent)[];

/**
 * The events of one call as its statement takes them: a text a column, one line an event. They are
 * written there as they are decided, page by page; thousands of small texts that wait together for
 * their call would be copied by every collection of garbage meanwhile.
 */
export class EventLines {
  private readonly columns = columnNames.map(() => new TextColumn());

  add(events: readonly BareEvent[]): void {
    if (events.length === 0) return;
    for (const [at, name] of columnNames.entries())
      this.columns[at]?.add(events.map((event) => event[name]).join('\n'));
  }

  clear(): void {
    for (const column of this.columns) column.clear();
  }

  /** In the order of the statement's parameters; to be copied before anything is added. */
  get values(): readonly Buffer[] {
    return this.columns.map(({ bytes }) => bytes);
  }

  /** {@link events} of each stream: those of one were added together. */
  eventsByStream(): readonly (readonly BareEvent[])[] {
    const streams: BareEvent[][] = [];
    for (const event of this.events()) {
      const last = streams.at(-1);
      if (last?.[0]?.stream === event.stream) last.push(event);
      else streams.push([event]);
    }
    return streams;
  }

  /** What was added, for whoever has to write it otherwise. */
  events(): readonly BareEvent[] {
    const [streams = [], ...others] = this.values.map((bytes) => bytes.toString().split('\n'));
    const [revisions, ids, types, schemas, data, commandIds] = others;
    const of = (texts: readonly string[] | undefined, at: number) => texts?.[at] ?? '';
    return streams.map((stream, at) => ({
      stream,
      revision: Number(of(revisions, at)),
      id: of(ids, at),
      type: of(types, at),
      schema: Number(of(schemas, at)),
      data: of(data, at),
      commandId: of(commandIds, at),
    }));
  }
}
