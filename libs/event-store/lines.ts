import type { AppendItem, NewEvent } from './port.js';

/** The seven arguments of `append_events`: one line an event, never an array. */
export type EventLines = readonly [string, string, string, string, string, string, string];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const largestSchema = 32_767;
const largestRevision = 2_147_483_647;

/**
 * What one bad item would otherwise do to the others of its group: the whole call fails.
 *
 * @throws RangeError naming the field; a caller's bug, not a refusal
 */
export function assertStorable({ stream, expected, events }: AppendItem): void {
  if (!isLine(stream)) throw new RangeError('a stream name is one line, and not empty');
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}`);
  if (expected !== 'none' && !(Number.isInteger(expected) && expected >= 0))
    throw new RangeError(`${stream}: expected ${expected}`);
  if (revisionAfter(expected) + events.length > largestRevision)
    throw new RangeError(`${stream} is too long`);
  for (const event of events) assertStorableEvent(stream, event);
}

function assertStorableEvent(stream: string, { id, type, schema, data, metadata }: NewEvent): void {
  if (!uuid.test(id)) throw new RangeError(`${stream}: an event id is a lower-case UUID`);
  if (!isLine(type)) throw new RangeError(`${stream}: an event type is one line, and not empty`);
  if (!Number.isInteger(schema) || schema < 0 || schema > largestSchema)
    throw new RangeError(`${stream}: schema ${schema}`);
  if (!isLine(data)) throw new RangeError(`${stream}: data is JSON on one line`);
  if (!isLine(metadata)) throw new RangeError(`${stream}: metadata is JSON on one line`);
}

function isLine(text: string): boolean {
  return text !== '' && !text.includes('\n') && !text.includes('\0');
}

/** The revision that the next event of a stream at `expected` has. */
export function revisionAfter(expected: number | 'none'): number {
  return expected === 'none' ? 0 : expected + 1;
}

/** Items of different streams as the strings that the database takes. */
export function linesOf(items: readonly AppendItem[]): EventLines {
  const streams: string[] = [];
  const revisions: number[] = [];
  const ids: string[] = [];
  const types: string[] = [];
  const schemas: number[] = [];
  const data: string[] = [];
  const metadata: string[] = [];
  for (const { stream, expected, events } of items) {
    let revision = revisionAfter(expected);
    for (const event of events) {
      streams.push(stream);
      revisions.push(revision++);
      ids.push(event.id);
      types.push(event.type);
      schemas.push(event.schema);
      data.push(event.data);
      metadata.push(event.metadata);
    }
  }
  return [
    streams.join('\n'),
    revisions.join('\n'),
    ids.join('\n'),
    types.join('\n'),
    schemas.join('\n'),
    data.join('\n'),
    metadata.join('\n'),
  ];
}
