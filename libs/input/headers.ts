import { refuse } from '#domain/refusal.js';
import type { Unit } from './cells.js';

/**
 * How one kind of file is written: under which headers its columns stand, in which unit its amounts
 * are, and which words stand for our codes. It is data, so an office's own can be given as JSON.
 */
export type Mapping<Field extends string = string> = Readonly<{
  unit: Unit;
  columns: Readonly<{ [F in Field]?: readonly string[] }>;
  values?: Readonly<{ [F in Field]?: Readonly<Record<string, string>> }>;
}>;

/** Where a field stands in this file. */
export type Column = Readonly<{
  field: string;
  index: number;
  /** As the file writes it, for messages. */
  header: string;
  unit: Unit;
  values: Readonly<Record<string, string>>;
}>;

/** A header without blanks, width and case, as headers are compared. */
export function headerText(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').toLowerCase();
}

/**
 * Finds each field's column; mappings that come first win. A header may name its unit: 金额(分).
 * A field that may lack its column and does is left out.
 *
 * @throws Refusal FILE_COLUMNS naming the header that is missing, or stands there twice
 */
export function matchColumns(
  fileName: string,
  header: readonly string[],
  fields: readonly Readonly<{ name: string; mayLack: boolean }>[],
  mappings: readonly Mapping[],
): readonly Column[] {
  const places = placesOf(fileName, header);
  const columns: Column[] = [];
  for (const { name, mayLack } of fields) {
    const found = find(name, places, mappings);
    if (found !== undefined) {
      columns.push({ field: name, ...found, values: translations(name, mappings) });
      continue;
    }
    const expected = [...new Set(mappings.flatMap((one) => one.columns[name] ?? []))];
    if (!mayLack) refuse('FILE_COLUMNS', { file: fileName, column: expected.join(' / ') });
  }
  return columns;
}

type Place = Readonly<{ index: number; header: string; unit: Unit | undefined }>;

function placesOf(fileName: string, header: readonly string[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  header.forEach((cell, index) => {
    const text = headerText(cell);
    if (text === '') return;
    const name = text.replace(/\((?:元|分)\)$/, '');
    const unit = text.endsWith('(元)') ? 'yuan' : text.endsWith('(分)') ? 'fen' : undefined;
    if (places.has(name)) refuse('FILE_COLUMNS', { file: fileName, column: name, found: 'twice' });
    places.set(name, { index, header: cell.normalize('NFKC').trim(), unit });
  });
  return places;
}

function find(field: string, places: ReadonlyMap<string, Place>, mappings: readonly Mapping[]) {
  for (const mapping of mappings) {
    for (const name of mapping.columns[field] ?? []) {
      const place = places.get(headerText(name));
      if (place === undefined) continue;
      return { index: place.index, header: place.header, unit: place.unit ?? mapping.unit };
    }
  }
  return undefined;
}

function translations(field: string, mappings: readonly Mapping[]): Record<string, string> {
  const words: Record<string, string> = {};
  for (const mapping of mappings)
    for (const [from, to] of Object.entries(mapping.values?.[field] ?? {}))
      words[headerText(from)] ??= to;
  return words;
}
