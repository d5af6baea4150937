import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import type { Kind } from '#input/kinds.js';
import type { Migration } from '#postgres/migrations.js';
import type { Day } from '#domain/values/calendar.js';

/**
 * What was taken in: files by name and content, rows by keyed digests; the rows that wait, and
 * those that a decision refused.
 */
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
  {
    id: 'imports-0002',
    sql: `
      alter table import_row add column sha256 text;
      alter table import_file add column refused int not null default 0;
      grant update (sha256) on import_row to yuejie_app;`,
  },
  {
    id: 'imports-0003',
    sql: `alter table import_file add column office text not null default '';`,
  },
  {
    id: 'imports-0004',
    sql: `
      alter table import_problem add column settled_on text;
      create index import_file_rejects on import_file (rejects) where rejects is not null;
      grant update (col, reason, settled_on) on import_problem to yuejie_app;
      grant update (parked, rejects) on import_file to yuejie_app;`,
  },
  {
    id: 'imports-0005',
    sql: `
      create table import_refusal (
        kind   text not null,
        office text not null,
        name   text not null,
        line   int  not null,
        key    text not null,
        code   text not null,
        facts  text not null,
        primary key (kind, office, name, line)
      );
      alter table import_row add column refused boolean not null default false;
      grant select, insert on import_refusal to yuejie_app;
      grant update (content, refused) on import_row to yuejie_app;`,
  },
  {
    id: 'imports-0006',
    sql: `
      alter table import_problem add column office text not null default '';
      update import_problem p set office = f.office
        from import_file f where f.kind = p.kind and f.name = p.name;
      alter table import_file drop constraint import_file_pkey,
        add primary key (kind, office, name);
      alter table import_problem drop constraint import_problem_pkey,
        add primary key (kind, office, name, line);`,
  },
];

export type TakenFile = Readonly<{
  sha256: string;
  kind: Kind;
  name: string;
  rows: number;
  parked: number;
  /** Good rows that a decision refused: the same row may be tried again, in another file too. */
  refused: number;
  actor: string;
  /** The office that the importer acted for. */
  office: string;
  day: Day;
  /** The sealed file of the rows that wait, to be corrected and handed in again. */
  rejects: string | null;
}>;

/** How a file is known: two offices may each have one of that name. */
export type FileName = Readonly<{ kind: Kind; office: string; name: string }>;

/** @returns the file when the office has taken it in already with this content */
export async function fileTaken(
  pool: Pool,
  file: FileName & Readonly<{ sha256: string }>,
): Promise<TakenFile | undefined> {
  const { rows } = await pool.query<TakenFile>(
    'select * from import_file where kind = $1 and office = $2 and name = $3',
    [file.kind, file.office, file.name],
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
  const { sha256, kind, name, rows, parked, refused, actor, office, day, rejects } = file;
  await pool.query(
    `insert into import_file
       (sha256, kind, name, rows, parked, refused, actor, office, day, rejects)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (kind, office, name) do nothing`,
    [sha256, kind, name, rows, parked, refused, actor, office, day, rejects],
  );
  if (problems.length === 0) return;
  await pool.query(
    `insert into import_problem (kind, office, name, line, col, reason)
     select $1, $2, $3, cell[1]::int, cell[2], cell[3]
       from string_to_table($4, E'\\n') as line, string_to_array(line, E'\\t') as cell
     on conflict do nothing`,
    [
      ...[kind, office, name],
      problems.map(({ line, column, reason }) => [line, column, reason].join('\t')).join('\n'),
    ],
  );
}

/**
 * What was handed in under a key, and with which file: this very one, another that was taken in
 * wholly, or another that was cut off or had rows refused, so that something may be left to do.
 * A row that was itself refused may come with another content. The very bytes that were taken in
 * under another name, or by another office, are another file: what they brought is not done twice.
 */
export type KnownRow = Readonly<{
  content: string;
  from: 'this' | 'whole' | 'part';
  refused: boolean;
}>;

/**
 * Keyed digests of rows of a kind: the same row again is known, the same key otherwise is taken.
 */
export async function knownRows(
  pool: Pool,
  { kind, office, name, sha256 }: FileName & Readonly<{ sha256: string }>,
): Promise<ReadonlyMap<string, KnownRow>> {
  const { rows } = await pool.query<Readonly<{ key: string }> & KnownRow>(
    `with whole as (
       select sha256 from import_file where kind = $1 group by sha256 having min(refused) = 0
     ), twin as (
       select count(*) > 0 and bool_and((office, name) <> ($3, $4)) as taken
         from import_file where kind = $1 and sha256 = $2
     )
     select key, content, refused,
            case when sha256 = $2 and (refused or not (select taken from twin)) then 'this'
                 when not refused and (sha256 is null or sha256 = $2
                   or sha256 in (select w.sha256 from whole w)) then 'whole'
                 else 'part' end as "from"
     from import_row where kind = $1`,
    [kind, sha256, office, name],
  );
  return new Map(rows.map(({ key, ...known }) => [key, known]));
}

/** The file that tried a row last answers for it; an older one leaves it alone from then on. */
export async function recordRows(
  pool: Pool,
  { kind, sha256 }: Readonly<{ kind: Kind; sha256: string }>,
  taken: readonly Readonly<{ key: string; content: string }>[],
): Promise<void> {
  const chunk = 5_000;
  for (let from = 0; from < taken.length; from += chunk) {
    const part = new Map(taken.slice(from, from + chunk).map(({ key, content }) => [key, content]));
    await pool.query(
      `insert into import_row (kind, key, content, sha256)
       select $1, cell[1], cell[2], $3
         from string_to_table($2, E'\\n') as line, string_to_array(line, E'\\t') as cell
       on conflict (kind, key) do update
         set sha256 = excluded.sha256, content = excluded.content, refused = false`,
      [kind, [...part].map((cells) => cells.join('\t')).join('\n'), sha256],
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

/** The rows of those offices' files that wait in the list, file by file. */
export async function waitingRows(
  pool: Pool,
  offices: readonly string[],
): Promise<readonly Waiting[]> {
  const { rows } = await pool.query<Waiting>(
    `select p.kind, p.name, p.line, p.col as "column", p.reason, f.rejects
     from import_problem p join import_file f using (kind, office, name)
     where p.settled_on is null and f.office = any(string_to_array($1, E'\\n'))
     order by p.kind, p.name, f.office, p.line`,
    [offices.join('\n')],
  );
  return rows;
}

/** One row that waits in one of those offices' files, by its sealed file and its line. */
export async function waitingRow(
  pool: Pool,
  { ref, line, offices }: Readonly<{ ref: string; line: number; offices: readonly string[] }>,
): Promise<Waiting | undefined> {
  const { rows } = await pool.query<Waiting>(
    `select p.kind, p.name, p.line, p.col as "column", p.reason, f.rejects
     from import_problem p join import_file f using (kind, office, name)
     where f.rejects = $1 and p.line = $2 and p.settled_on is null
       and f.office = any(string_to_array($3, E'\\n'))`,
    [ref, line, offices.join('\n')],
  );
  return rows[0];
}

/** The lines of a file that wait, in their order. */
export async function waitingLines(
  pool: Pool,
  { kind, office, name }: FileName,
): Promise<readonly number[]> {
  const { rows } = await pool.query<Readonly<{ line: number }>>(
    `select line from import_problem
     where kind = $1 and office = $2 and name = $3 and settled_on is null order by line`,
    [kind, office, name],
  );
  return rows.map(({ line }) => line);
}

/** What left the list keeps its day; what stays has the reason that holds now. */
export async function keepWaiting(
  pool: Pool,
  after: FileName &
    Readonly<{
      stays: readonly Readonly<{ line: number; column: string; reason: string }>[];
      settled: readonly number[];
      rejects: string | null;
      day: Day;
    }>,
): Promise<void> {
  const { kind, office, name, stays, settled, rejects, day } = after;
  await pool.query(
    `with settled as (
       update import_problem set settled_on = $4
       where kind = $1 and name = $2 and office = $8
         and line = any(string_to_array($3, ',')::int[])
     ), stays as (
       update import_problem p set col = cell[2], reason = cell[3]
         from (
           select string_to_array(text, E'\\t') as cell from string_to_table($5, E'\\n') as text
         ) as told
       where p.kind = $1 and p.name = $2 and p.office = $8 and p.line = cell[1]::int
     )
     update import_file set parked = $6, rejects = $7
     where kind = $1 and name = $2 and office = $8`,
    [
      ...[kind, name, settled.join(','), day],
      stays.map(({ line, column, reason }) => [line, column, reason].join('\t')).join('\n'),
      ...[stays.length, rejects, office],
    ],
  );
}
