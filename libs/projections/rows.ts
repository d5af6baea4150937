import { createHash } from 'node:crypto';
import type { Pool, QueryConfig } from 'pg';
import type { FoldedEvent, Projection } from './projection.js';

/** A pool or one of its clients. */
export type Queryable = Pick<Pool, 'query'>;

/** By the text; there are as many as questions are written down in code. */
const statementNames = new Map<string, string>();

/**
 * A statement that is asked again and again: a connection parses and plans it once. Its name
 * follows from its text, so that no two texts share one.
 */
export function statement(text: string, values: unknown[]): QueryConfig {
  const given = statementNames.get(text);
  const name = given ?? createHash('sha256').update(text).digest('hex').slice(0, nameLength);
  if (given === undefined) statementNames.set(text, name);
  return { name, text, values };
}

/** Hexadecimal digits; PostgreSQL cuts names off at 63. */
const nameLength = 32;

/** How a column travels: `bigint` is an amount or a position, `json` is kept as text. */
export type Kind = 'text' | 'int' | 'bigint' | 'boolean' | 'json';

/** A table as its rows are known in code: columns in camel case there, in snake case on disk. */
export type Table<Row extends object> = Readonly<{
  name: string;
  key: readonly (keyof Row & string)[];
  columns: Readonly<Record<keyof Row & string, Kind>>;
}>;

/** What no text may hold: the mark of null, the end of a value, what PostgreSQL refuses. */
const reserved = /[\u0000\u0001\n]/g;
const nullText = '\u0001';

/** The event as its aggregate knows it, so that a switch over its type narrows its data. */
export function factOf<Event extends Readonly<{ type: string; data: object }>>({
  type,
  data,
}: FoldedEvent): Event {
  return { type, data } as Event;
}

/**
 * A fold with one row a key: reads the batch's rows at once, evolves them in the order of events
 * and writes them back at once, so that a batch costs two statements whatever its length.
 */
export function foldByKey<Row extends object>(
  table: Table<Row>,
  keyOf: (event: FoldedEvent) => readonly string[],
  evolve: (row: Row | undefined, event: FoldedEvent) => Row,
): Projection['fold'] {
  return async (events, db) => {
    const keys = new Map<string, readonly string[]>();
    for (const event of events) {
      const key = keyOf(event);
      keys.set(key.join('\n'), key);
    }
    if (keys.size === 0) return;
    const rows = await rowsByKey(db, table, [...keys.values()]);
    for (const event of events) {
      const key = keyOf(event).join('\n');
      rows.set(key, evolve(rows.get(key), event));
    }
    await upsert(db, table, [...rows.values()]);
  };
}

/** The row that an event changes; a history without the first event could not have happened. */
export function known<Row>(row: Row | undefined, { type, stream }: FoldedEvent): Row {
  if (row === undefined) throw new Error(`${type} in ${stream} before its first event`);
  return row;
}

export async function rowsByKey<Row extends object>(
  db: Queryable,
  table: Table<Row>,
  keys: readonly (readonly string[])[],
  schema?: string,
): Promise<Map<string, Row>> {
  const names = table.key.map(snake);
  const wanted = names.map((_name, index) => `string_to_array($${index + 1}, E'\\n')`);
  const text = `select ${columnsOf(table, 't')} from ${inSchema(table.name, schema)} t
     join unnest(${wanted.join(', ')}) as wanted (${names.join(', ')})
       on ${names.map((name) => `t.${name} = wanted.${name}`).join(' and ')}`;
  const values = names.map((_name, index) => keys.map((key) => key[index]).join('\n'));
  const { rows } = await db.query<Row>(statement(text, values));
  return new Map(rows.map((raw) => [keyText(table, raw), decoded(table, raw)]));
}

/** Inserts rows or replaces those with the same key, in one statement. */
export async function upsert<Row extends object>(
  db: Queryable,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> {
  const key = table.key.map(snake);
  const others = namesOf(table).filter((name) => !key.includes(name));
  const set = others.map((name) => `${name} = excluded.${name}`).join(', ');
  const otherwise = others.length === 0 ? 'do nothing' : `do update set ${set}`;
  await write(db, table, rows, `on conflict (${key.join(', ')}) ${otherwise}`);
}

/** Inserts rows, in one statement; a row with a key that is there already is a fault. */
export async function insert<Row extends object>(
  db: Queryable,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> {
  await write(db, table, rows, '');
}

async function write<Row extends object>(
  db: Queryable,
  table: Table<Row>,
  rows: readonly Row[],
  onConflict: string,
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(table.columns) as [keyof Row & string, Kind][];
  const names = namesOf(table);
  const values = columns.map(([name, kind]) => `new.${snake(name)}::${sqlTypes[kind]}`);
  const arrays = columns.map((_one, index) => `string_to_array($${index + 1}, E'\\n', E'\\x01')`);
  const [first = ''] = table.key.map(snake);
  const text = `insert into ${table.name} (${names.join(', ')})
     select ${values.join(', ')} from unnest(${arrays.join(', ')}) as new (${names.join(', ')})
     where new.${first} is not null ${onConflict}`;
  const lines = columns.map(([name, kind]) => asLines(rows.map((row) => textOf(row[name], kind))));
  await db.query(statement(text, lines));
}

const sqlTypes: Readonly<Record<Kind, string>> = {
  text: 'text',
  int: 'int',
  bigint: 'bigint',
  boolean: 'boolean',
  json: 'text',
};

/** An empty text would be read as no values at all: a line more is one, and its row has no key. */
function asLines(values: readonly string[]): string {
  const text = values.join('\n');
  return text === '' ? '\n' : text;
}

function textOf(value: unknown, kind: Kind): string {
  if (value === null || value === undefined) return nullText;
  if (kind === 'json') return jsonText(value);
  const text = String(value);
  return kind === 'text' ? text.replace(reserved, ' ') : text;
}

/** JSON with amounts as decimal text; control characters are escaped in it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    typeof held === 'bigint' ? String(held) : held,
  );
}

/** The columns for a select list, under the names that code knows them by. */
export function columnsOf<Row extends object>(table: Table<Row>, alias?: string): string {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return Object.keys(table.columns)
    .map((name) => `${prefix}${snake(name)} as "${name}"`)
    .join(', ');
}

/** Rows as a query gave them, with their JSON parsed. */
export function decodedRows<Row extends object>(table: Table<Row>, rows: readonly Row[]): Row[] {
  return rows.map((raw) => decoded(table, raw));
}

function decoded<Row extends object>(table: Table<Row>, raw: Row): Row {
  const row = { ...raw };
  for (const [name, kind] of Object.entries(table.columns) as [keyof Row & string, Kind][]) {
    const held = row[name];
    if (kind === 'json' && typeof held === 'string') row[name] = JSON.parse(held) as typeof held;
  }
  return row;
}

function keyText<Row extends object>(table: Table<Row>, row: Row): string {
  return table.key.map((name) => String(row[name])).join('\n');
}

function namesOf<Row extends object>(table: Table<Row>): readonly string[] {
  return Object.keys(table.columns).map(snake);
}

function inSchema(table: string, schema: string | undefined): string {
  return schema === undefined ? table : `${schema}.${table}`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A page of a list: `next` is what to ask after for the following page, absent on the last. */
export type Page<Row> = Readonly<{ rows: readonly Row[]; next?: string }>;

export function pageOf<Row>(
  rows: readonly Row[],
  size: number,
  cursor: (row: Row) => string,
): Page<Row> {
  const last = rows.at(size - 1);
  if (rows.length <= size || last === undefined) return { rows };
  return { rows: rows.slice(0, size), next: cursor(last) };
}
