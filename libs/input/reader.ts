import { z } from 'zod';
import { refuse } from '#domain/refusal.js';
import type { Field, Unit } from './cells.js';
import { headerText, matchColumns, type Column, type Mapping } from './headers.js';
import { shapes, type FieldOf, type Kind, type RowOf } from './kinds.js';
import { bureauMappings } from './mappings/bureau.js';
import type { Reason, WarningReason } from './problems.js';

type Warned = Readonly<{ column: string; reason: WarningReason }>;

export type ReadRow<K extends Kind> =
  | Readonly<{ ok: true; row: RowOf[K]; warned: readonly Warned[] }>
  | Readonly<{ ok: false; column: string; reason: Reason }>;

/** Reads the rows of one file of one kind; `column` names a field as that file's header does. */
export type RowReader<K extends Kind> = Readonly<{
  read: (cells: readonly string[]) => ReadRow<K>;
  column: (field: FieldOf<K>) => string;
}>;

/**
 * A reader for the rows under this header. An office's mapping comes first, then our own headers
 * (the names of the fields, amounts in fen), then those bureaus write.
 *
 * @throws Refusal FILE_COLUMNS when a column is missing or stands there twice
 */
export function rowReader<K extends Kind>(
  kind: K,
  fileName: string,
  header: readonly string[],
  mapping?: Mapping,
): RowReader<K> {
  const fields = Object.entries<Field<unknown>>(shapes[kind]);
  const names = fields.map(([name, field]) => ({ name, mayLack: field.mayLack === true }));
  const mappings = [...(mapping === undefined ? [] : [mapping]), own(kind), bureauMappings[kind]];
  const columns = new Map<string, Column>();
  for (const column of matchColumns(fileName, header, names, mappings))
    columns.set(column.field, column);

  const places = fields.map(([name, field]) => placeOf(name, field, columns.get(name)));
  const read = (cells: readonly string[]): ReadRow<K> => {
    if (cells.length !== header.length) return { ok: false, column: '', reason: 'row-length' };
    const row: Record<string, unknown> = {};
    const warned: Warned[] = [];
    for (const place of places) {
      const cell = readCell(place, cells);
      if (!cell.ok) return { ok: false, column: place.header, reason: cell.reason };
      row[place.name] = cell.value;
      if (cell.warning !== undefined) warned.push({ column: place.header, reason: cell.warning });
    }
    // Each field was read by the reader its shape gives it: this is where text becomes a row.
    return { ok: true, row: row as RowOf[K], warned };
  };
  return { read, column: (field) => columns.get(field)?.header ?? field };
}

type FieldPlace = Readonly<{
  name: string;
  field: Field<unknown>;
  header: string;
  /** Where the cell stands; undefined when the file lacks the column. */
  index: number | undefined;
  unit: Unit;
  values: Readonly<Record<string, string>> | undefined;
}>;

function placeOf(name: string, field: Field<unknown>, column: Column | undefined): FieldPlace {
  if (column === undefined)
    return { name, field, header: name, index: undefined, unit: 'fen', values: undefined };
  const { header, index, unit, values } = column;
  // Most fields have no words of their own, and a million cells need not be looked up for none.
  const some = Object.keys(values).length > 0 ? values : undefined;
  return { name, field, header, index, unit, values: some };
}

function readCell({ field, index, unit, values }: FieldPlace, cells: readonly string[]) {
  const text = index === undefined ? '' : (cells[index] ?? '').trim();
  if (text === '') {
    if (field.empty === undefined) return missing;
    return { ok: true, value: field.empty, warning: undefined } as const;
  }
  if (text.includes('\ufffd')) return damaged;
  const word = values?.[headerText(text)];
  return field.read(word ?? text, unit);
}

const missing = { ok: false, reason: 'value-missing' } as const;
const damaged = { ok: false, reason: 'text-damaged' } as const;

function own(kind: Kind): Mapping {
  const names = Object.keys(shapes[kind]);
  return { unit: 'fen', columns: Object.fromEntries(names.map((name) => [name, [name]])) };
}

const mappingShape = z.strictObject({
  unit: z.enum(['fen', 'yuan']),
  columns: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
  values: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

/**
 * An office's own mapping file, as JSON: `{"unit": "yuan", "columns": {"baseFen": "基数"}}`, and
 * `values` for the words that stand for our codes.
 *
 * @throws Refusal BODY_INVALID naming the part that is wrong, or a field this kind does not have
 */
export function mappingFrom(kind: Kind, json: string): Mapping {
  const parsed = mappingShape.safeParse(jsonOf(json));
  if (!parsed.success)
    refuse('BODY_INVALID', { part: parsed.error.issues[0]?.path.join('.') ?? 'mapping' });
  const { unit, columns, values } = parsed.data;
  for (const name of [...Object.keys(columns), ...Object.keys(values ?? {})])
    if (!Object.hasOwn(shapes[kind], name)) refuse('BODY_INVALID', { part: name });
  const lists = Object.entries(columns).map(([name, one]) => [name, [one].flat()] as const);
  return { unit, columns: Object.fromEntries(lists), ...(values === undefined ? {} : { values }) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('BODY_INVALID', { part: 'mapping' });
  }
}
