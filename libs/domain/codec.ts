import { fenFromText, type Fen } from './values/fen.js';

/**
 * Events on disk are JSON text in which an amount is decimal text. A codec names the paths that
 * hold amounts (`amountFen`, `lines.amountFen`: every element of an array), because a reviver that
 * looks at each value costs more than all the rest of reading an event.
 */
export type EventCodec = Readonly<{
  schema: number;
  encode: (data: object) => string;
  decode: (text: string, schema: number) => object;
}>;

type Json = { [key: string]: unknown };
/** Brings data of an older schema to the next one; `upcasters[1]` leads from 1 to 2. */
export type Upcasters = Readonly<Record<number, (old: Json) => Json>>;

export function codec(
  amounts: readonly string[],
  schema = 1,
  upcasters: Upcasters = {},
): EventCodec {
  const paths = amounts.map((path) => path.split('.'));
  return {
    schema,
    encode: (data) => JSON.stringify(paths.length === 0 ? data : withText(data as Json, paths)),
    decode: (text, written) => {
      let data = JSON.parse(text) as Json;
      for (let version = written; version < schema; version += 1) {
        const upcast = upcasters[version];
        if (upcast === undefined) throw new Error(`no upcaster from schema ${version}`);
        data = upcast(data);
      }
      for (const path of paths) change(data, path, 0, asFen);
      return data;
    },
  };
}

/**
 * A codec that first asks a quicker way of writing. What that prints must be what the codec would
 * have written; undefined leaves the event to the codec.
 */
export function printedBy(
  print: (data: object) => string | undefined,
  whole: EventCodec,
): EventCodec {
  return { ...whole, encode: (data) => print(data) ?? whole.encode(data) };
}

function withText(data: Json, paths: readonly (readonly string[])[]): Json {
  const deep = paths.some((path) => path.length > 1);
  const copy = deep ? structuredClone(data) : { ...data };
  for (const path of paths) change(copy, path, 0, asText);
  return copy;
}

function change(
  value: Json,
  path: readonly string[],
  at: number,
  convert: (amount: unknown) => unknown,
): void {
  const key = path[at];
  if (key === undefined) return;
  for (const name of key === '*' ? Object.keys(value) : [key]) {
    const held = value[name];
    if (held === undefined || held === null) continue;
    if (at === path.length - 1) value[name] = convert(held);
    else if (Array.isArray(held))
      for (const one of held) change(one as Json, path, at + 1, convert);
    else change(held as Json, path, at + 1, convert);
  }
}

function asText(amount: unknown): string {
  return String(amount as Fen);
}

function asFen(text: unknown): Fen {
  if (typeof text !== 'string') throw new Error('an amount on disk is decimal text');
  return fenFromText(text);
}
