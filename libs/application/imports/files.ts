import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import type { Kind } from '#input/kinds.js';
import type { Migration } from '#postgres/migrations.js';
import type { Day } from '#domain/values/calendar.js';

/** What was taken in: files by name and content, rows by keyed digests, and the rows that wait. */
export const importMigrations: readonly Migration[] = [
  {
    id: 'imports-0001',
    sql: `
      create table import_file (
        sha256   text not null,
        kind     text not null,
        name     text not null,
        rows     int  not null,
        parked   int  not null,
        actor    text not null,
        day      text not null,
        rejects  text,
        primary key (kind, name)
      );
      create table import_row (
        kind    text  not null,
        key     text  not null,
        content text  not null,
        primary key (kind, key)
      );
      create table import_problem (
        kind   text not null,
        name   text not null,
        line   int  not null,
        col    text not null,
        reason text not null,
        primary key (kind, name, line)
      );
      grant select, insert on import_file, import_row, import_problem to yuejie_app;`,
  },
];

export type TakenFile = Readonly<{
  sha256: string;
  kind: Kind;
  name: string;
  rows: number;
  parked: number;
  actor: string;
  day: Day;
  /** The sealed file of the rows that wait, to be corrected and handed in again. */
  rejects: string | null;
}>;

/** @returns the file when it was taken in already with this content */
export async function fileTaken(
  pool: Pool,
  file: Readonly<{ kind: Kind; name: string; sha256: string }>,
): Promise<TakenFile | undefined> {
  const { rows } = await pool.query<TakenFile>(
    'select * from import_file where kind = $1 and name = $2',
    [file.kind, file.name],
  );
  const [known] = rows;
  if (known !== undefined && known.sha256 !== file.sha256)
    refuse('FILE_NAME_TAKEN', { file: file.name });
  return known;
}

export async function recordFile(
  pool: Pool,
  file: TakenFile,
  problems: readonly Readonly<{ line: number; column: string; reason: string }>[],
): Promise<void> {
  const { sha256, kind, name, rows, parked, actor, day, rejects } = file;
  await pool.query(
    `insert into import_file (sha256, kind, name, rows, parked, actor, day, rejects)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (kind, name) do nothing`,
    [sha256, kind, name, rows, parked, actor, day, rejects],
  );
  if (problems.length === 0) return;
  await pool.query(
    `insert into import_problem (kind, name, line, col, reason)
     select $1, $2, cell[1]::int, cell[2], cell[3]
       from string_to_table($3, E'\\n') as line, string_to_array(line, E'\\t') as cell
     on conflict do nothing`,
    [
      kind,
      name,
      problems.map(({ line, column, reason }) => [line, column, reason].join('\t')).join('\n'),
    ],
  );
}

/**
 * Keyed digests of rows of a kind: the same row again is known, the same key otherwise is taken.
 */
export async function knownRows(pool: Pool, kind: Kind): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ key: string; content: string }>(
    'select key, content from import_row where kind = $1',
    [kind],
  );
  return new Map(rows.map(({ key, content }) => [key, content]));
}

export async function recordRows(
  pool: Pool,
  kind: Kind,
  taken: readonly Readonly<{ key: string; content: string }>[],
): Promise<void> {
  const chunk = 5_000;
  for (let from = 0; from < taken.length; from += chunk) {
    const part = taken.slice(from, from + chunk);
    await pool.query(
      `insert into import_row (kind, key, content)
       select $1, cell[1], cell[2]
         from string_to_table($2, E'\\n') as line, string_to_array(line, E'\\t') as cell
       on conflict do nothing`,
      [kind, part.map(({ key, content }) => `${key}\t${content}`).join('\n')],
    );
  }
}

export type Waiting = Readonly<{
  kind: Kind;
  name: string;
  line: number;
  column: string;
  reason: string;
  rejects: string | null;
}>;

/** The rows that wait in the list, file by file. */
export async function waitingRows(pool: Pool): Promise<readonly Waiting[]> {
  const { rows } = await pool.query<Waiting>(
    `select p.kind, p.name, p.line, p.col as "column", p.reason, f.rejects
     from import_problem p join import_file f using (kind, name)
     order by p.kind, p.name, p.line`,
  );
  return rows;
}
