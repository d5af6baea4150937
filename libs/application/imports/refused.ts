import type { Pool } from 'pg';
import type { RefusalCode } from '#domain/refusal.js';
import type { CheckedRow } from '#input/check.js';
import type { Kind } from '#input/kinds.js';
import { refusalTexts, refusalWords } from '../refusal-texts.js';
import type { FileName } from './files.js';
import type { Refused } from './takers.js';

/** A good row that a decision refused: where it stands, why, and what to do about it. */
export type RefusedRow = Readonly<{
  line: number;
  /** The number that the decision knows it by, of a person, claim, receipt … */
  key: string;
  code: RefusalCode;
  facts: Readonly<Record<string, string>>;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
}>;

/** Every refused row by its line; several rows of one command were refused together. */
export function refusedRows<K extends Kind>(
  rows: readonly CheckedRow<K>[],
  refused: readonly Refused[],
): readonly RefusedRow[] {
  const lines = new Map<object, number>(rows.map(({ row, line }) => [row, line]));
  const told = refused.flatMap(({ key, code, facts, rows: mine }) =>
    mine.map((row) => said({ line: lines.get(row) ?? 0, key, code, facts })),
  );
  return told.toSorted((one, other) => one.line - other.line);
}

function said(row: Pick<RefusedRow, 'line' | 'key' | 'code' | 'facts'>): RefusedRow {
  const { zh, en } = refusalWords(row.code, row.facts);
  const { doZh, doEn } = refusalTexts[row.code];
  return { ...row, zh: zh.detail, en: en.detail, doZh, doEn };
}

/** Keeps which rows of a file were refused, so that the same file can be told of them again. */
export async function keepRefused(
  pool: Pool,
  { kind, office, name }: FileName,
  refused: readonly RefusedRow[],
): Promise<void> {
  if (refused.length === 0) return;
  const rows = refused.map(({ line, key, code, facts }) =>
    [line, key, code, JSON.stringify(facts)].join('\t'),
  );
  await pool.query(
    `insert into import_refusal (kind, office, name, line, key, code, facts)
     select $1, $2, $3, cell[1]::int, cell[2], cell[3], cell[4]
       from string_to_table($4, E'\\n') as line, string_to_array(line, E'\\t') as cell
     on conflict do nothing`,
    [kind, office, name, rows.join('\n')],
  );
}

/** What was refused of a file when it was taken, by line. */
export async function refusedOf(
  pool: Pool,
  { kind, office, name }: FileName,
): Promise<readonly RefusedRow[]> {
  const { rows } = await pool.query<
    Pick<RefusedRow, 'line' | 'key' | 'code'> & Readonly<{ facts: string }>
  >(
    `select line, key, code, facts from import_refusal
     where kind = $1 and office = $2 and name = $3 order by line`,
    [kind, office, name],
  );
  return rows.map(({ facts, ...row }) =>
    said({ ...row, facts: JSON.parse(facts) as RefusedRow['facts'] }),
  );
}

/** A row that was refused does not hold its number: it may come corrected, in another file. */
export async function releaseKeys(pool: Pool, kind: Kind, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await pool.query(
    `update import_row set refused = true
     where kind = $1 and key = any(string_to_array($2, E'\\n'))`,
    [kind, keys.join('\n')],
  );
}
