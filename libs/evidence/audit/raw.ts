/**
 * An event as the auditor takes it: the exact text that was hashed. Its shapes are read here by
 * small readers of the auditor's own, so that a mistake in the product's codecs is not repeated.
 */
export type RawEvent = Readonly<{
  id: string;
  position: bigint;
  stream: string;
  type: string;
  data: string;
}>;

/** The log in its order, in chunks, as an event store's `readAll` gives it. */
export type Log = AsyncIterable<readonly RawEvent[]> | Iterable<readonly RawEvent[]>;

export type Json = Readonly<Record<string, unknown>>;

/** An event with its data parsed, once for every auditor that looks at it. */
export type Fact = Readonly<{
  id: string;
  position: bigint;
  stream: string;
  type: string;
  data: Json;
}>;

/** The lines of a document by its SHA-256, in chunks; nothing when there is no such document. */
export type DocumentLines = (
  sha256: string,
) => AsyncIterable<readonly string[]> | Iterable<readonly string[]>;

/** What an event or a document's line holds is not what such a one can hold. */
export class Unreadable extends Error {
  constructor(readonly field: string) {
    super(`${field} is not what it should be`);
    this.name = 'Unreadable';
  }
}

/** @throws Unreadable when the data is not a JSON object */
export function factOf({ id, position, stream, type, data }: RawEvent): Fact {
  return { id, position, stream, type, data: parsed(data) };
}

/** @throws Unreadable when the text is not a JSON object */
export function parsed(json: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Unreadable('data');
  }
  return asObject(value, 'data');
}

/** What the line gives; undefined for one that is not what such a line must be. */
export function readable<Value>(line: string, read: (data: Json) => Value): Value | undefined {
  try {
    return read(parsed(line));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return undefined;
  }
}

export function text(data: Json, field: string): string {
  const value = data[field];
  if (typeof value !== 'string') throw new Unreadable(field);
  return value;
}

export function optionalText(data: Json, field: string): string | undefined {
  return data[field] === undefined ? undefined : text(data, field);
}

/** A count: a whole number that is not negative. */
export function count(data: Json, field: string): number {
  const value = data[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Unreadable(field);
  }
  return value;
}

/** Fen, from decimal text; a negative amount is read, so that it can be named. */
export function amount(data: Json, field: string): bigint {
  const value = data[field];
  if (typeof value !== 'string' || !/^-?\d{1,30}$/.test(value)) throw new Unreadable(field);
  return BigInt(value);
}

export function part(data: Json, field: string): Json {
  return asObject(data[field], field);
}

export function optionalPart(data: Json, field: string): Json | undefined {
  return data[field] === undefined || data[field] === null ? undefined : part(data, field);
}

export function parts(data: Json, field: string): readonly Json[] {
  const value = data[field];
  if (!Array.isArray(value)) throw new Unreadable(field);
  return value.map((one: unknown) => asObject(one, field));
}

export function texts(data: Json, field: string): readonly string[] {
  const value = data[field];
  if (!Array.isArray(value)) throw new Unreadable(field);
  return value.map((one: unknown) => {
    if (typeof one !== 'string') throw new Unreadable(field);
    return one;
  });
}

/** Whole months from one `YYYY-MM` to another. */
export function monthsApart(from: string, to: string): number {
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return number(to) - number(from);
}

/** The month before a `YYYY-MM`. */
export function monthBefore(month: string): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 2;
  const year = String(Math.floor(number / 12)).padStart(4, '0');
  return `${year}-${String((number % 12) + 1).padStart(2, '0')}`;
}

function asObject(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable(field);
  }
  return value as Json;
}
