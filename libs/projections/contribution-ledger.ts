import type { Month } from '#domain/values/calendar.js';
import { fen, noFen, type Fen, type Ratio } from '#domain/values/fen.js';
import { foldContributions } from './contribution-fold.js';
import type { Projection } from './projection.js';
import { pageOf, type Page, type Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/**
 * Which months were paid for whom, by which employer, and is the money there? The
 * lines of declarations stand in documents and are read from there.
 */
export const contributionLedger: Projection = {
  name: 'contribution_ledger',
  version: 1,
  ddl: `
    create table history_span (
      person_ref text    not null,
      from_month text    not null,
      to_month   text    not null,
      used       boolean not null
    );
    create index history_span_person on history_span (person_ref);
    create table contribution (
      person_ref   text   not null,
      month        text   not null,
      employer_no  text   not null,
      part         text   not null,
      base_fen     bigint not null,
      employer_fen bigint not null,
      person_fen   bigint not null
    );
    create index contribution_person on contribution (person_ref, month);
    create table declaration_part (
      employer_no  text    not null,
      month        text    not null,
      part         text    not null,
      office       text    not null,
      lines        int     not null,
      declared_fen bigint  not null,
      billed_fen   bigint  not null,
      posted       boolean not null,
      primary key (employer_no, month, part)
    ) with (fillfactor = 70);
    create index declaration_part_month on declaration_part (month, employer_no);
    create table contribution_receipt (
      employer_no text   not null,
      month       text   not null,
      receipt_no  text   not null,
      office      text   not null,
      amount_fen  bigint not null,
      primary key (employer_no, month, receipt_no)
    );
    create index contribution_receipt_month on contribution_receipt (month, employer_no);
    create table unnamed_receipt (
      pool       text   not null,
      receipt_no text   not null,
      month      text   not null,
      amount_fen bigint not null,
      primary key (pool, receipt_no)
    );
    create index unnamed_receipt_month on unnamed_receipt (month);
    create table contribution_merge (
      person_ref text primary key,
      kept_ref   text not null
    );
    create index contribution_merge_kept on contribution_merge (kept_ref);
    create table contribution_use (
      claim_no   text    primary key,
      person_ref text    not null,
      month      text    not null,
      granted    boolean not null
    );
    create index contribution_use_person on contribution_use (person_ref);`,
  tables: [
    'history_span',
    'contribution',
    'declaration_part',
    'contribution_receipt',
    'unnamed_receipt',
    'contribution_merge',
    'contribution_use',
  ],
  types: [
    'HistoryBrought',
    'PersonMerged',
    'ClaimFiled',
    'ClaimDecided',
    'DeclarationLinesAdded',
    'DeclarationBilled',
    'DeclarationPosted',
    'ContributionReceived',
    'UnidentifiedReceived',
  ],
  fold: foldContributions,
};

/** Months as they count for a claim; months used for an earlier benefit stand beside them. */
export type PaidMonths = Readonly<{
  /** Months of unused history and posted contributions, each counted once. */
  counted: number;
  unusedHistory: number;
  usedHistory: number;
  /** Posted months that no earlier benefit used, oldest first. */
  posted: readonly Month[];
}>;

/**
 * Months paid for a person (and for the numbers merged into theirs) before a month, that month
 * not included. A month that led to an earlier benefit, or is paid twice, does not count again.
 */
export async function paidMonthsBefore(
  pool: Queryable,
  personRef: string,
  before: Month,
): Promise<PaidMonths> {
  const { rows } = await pool.query<{ month: Month; history: boolean; used: boolean }>(
    `with recursive mine (person_ref) as (
       select $1::text
       union
       select m.person_ref from ${liveSchema}.contribution_merge m
       join mine on m.kept_ref = mine.person_ref
     ), earlier as (
       select max(u.month) as month from ${liveSchema}.contribution_use u
       join mine using (person_ref) where u.granted and u.month < $2
     ), paid as (
       select to_char(m, 'YYYY-MM') as month, true as history, s.used
       from ${liveSchema}.history_span s join mine using (person_ref),
            generate_series((s.from_month || '-01')::timestamp, (s.to_month || '-01')::timestamp,
                            interval '1 month') m
       union all
       select c.month, false, false
       from ${liveSchema}.contribution c join mine using (person_ref)
       join ${liveSchema}.declaration_part p using (employer_no, month, part)
       where p.posted
     )
     select month, bool_or(history) as history,
            bool_or(used) or coalesce(month < (select month from earlier), false) as used
     from paid where month < $2 group by month order by month`,
    [personRef, before],
  );
  const unused = rows.filter(({ used }) => !used);
  return {
    counted: unused.length,
    unusedHistory: unused.filter(({ history }) => history).length,
    usedHistory: rows.length - unused.length,
    posted: unused.filter(({ history }) => !history).map(({ month }) => month),
  };
}

export type ContributionMonth = Readonly<{
  month: Month;
  declaredLines: number;
  /** Employers' and persons' parts together, as declared. */
  declaredFen: Fen;
  /** Money that names an employer. */
  receivedFen: Fen;
  /** Money that names none. */
  unnamedFen: Fen;
  employersDeclaring: number;
  employersFullyReceived: number;
  linesOfEmployersFullyReceived: number;
  postedLines: number;
  postedFen: Fen;
  /** 做实率 by lines: posted of declared. */
  realLines: Ratio;
  /** 做实率 by amount: posted of declared, with the money without a name in the denominator. */
  realAmount: Ratio;
}>;

/** A month of contributions (费款所属期), of all offices or of those given. */
export async function contributionMonth(
  pool: Queryable,
  month: Month,
  offices?: readonly string[],
): Promise<ContributionMonth> {
  const { rows } = await pool.query<Record<string, bigint>>(
    `with employers as (
       select employer_no, sum(lines) as lines, sum(declared_fen) as declared,
              sum(billed_fen) as billed, sum(lines) filter (where posted) as posted_lines,
              sum(billed_fen) filter (where posted) as posted,
              bool_and(billed_fen = declared_fen) as billed_whole
       from ${liveSchema}.declaration_part
       where month = $1 and ($2::text is null or office = any(string_to_array($2, E'\\n')))
       group by employer_no
     ), money as (
       select employer_no, sum(amount_fen) as received
       from ${liveSchema}.contribution_receipt
       where month = $1 and ($2::text is null or office = any(string_to_array($2, E'\\n')))
       group by employer_no
     ), both_sides as (
       select *, billed_whole and coalesce(received, 0) >= billed as is_full
       from employers full join money using (employer_no)
     )
     select coalesce(sum(lines), 0)::bigint as lines,
            coalesce(sum(declared), 0)::bigint as declared,
            coalesce(sum(received), 0)::bigint as received, count(lines) as declaring,
            count(*) filter (where is_full) as full,
            coalesce(sum(lines) filter (where is_full), 0)::bigint as full_lines,
            coalesce(sum(posted_lines), 0)::bigint as posted_lines,
            coalesce(sum(posted), 0)::bigint as posted,
            (select coalesce(sum(amount_fen), 0)::bigint from ${liveSchema}.unnamed_receipt
             where month = $1 and ($2::text is null or pool = any(string_to_array($2, E'\\n'))))
              as unnamed
     from both_sides`,
    [month, offices?.join('\n') ?? null],
  );
  const amount = (name: string): Fen => fen(rows[0]?.[name] ?? noFen);
  const count = (name: string): number => Number(amount(name));
  return {
    month,
    declaredLines: count('lines'),
    declaredFen: amount('declared'),
    receivedFen: amount('received'),
    unnamedFen: amount('unnamed'),
    employersDeclaring: count('declaring'),
    employersFullyReceived: count('full'),
    linesOfEmployersFullyReceived: count('full_lines'),
    postedLines: count('posted_lines'),
    postedFen: amount('posted'),
    realLines: { of: amount('posted_lines'), per: amount('lines') },
    realAmount: { of: amount('posted'), per: amount('declared') + amount('unnamed') },
  };
}

export type Contributed = Readonly<{ employerNo: string; posted: boolean }>;

/** Who of these persons has a declared contribution in the month, and from which employers. */
export async function contributedIn(
  pool: Queryable,
  month: Month,
  personRefs: readonly string[],
): Promise<ReadonlyMap<string, readonly Contributed[]>> {
  const { rows } = await pool.query<Contributed & { personRef: string }>(
    `select c.person_ref as "personRef", c.employer_no as "employerNo", p.posted
     from ${liveSchema}.contribution c
     join ${liveSchema}.declaration_part p using (employer_no, month, part)
     where c.month = $1 and c.person_ref = any(string_to_array($2, E'\\n'))
     order by c.person_ref, c.employer_no`,
    [month, personRefs.join('\n')],
  );
  const found = new Map<string, Contributed[]>();
  for (const { personRef, employerNo, posted } of rows) {
    const mine = found.get(personRef) ?? [];
    mine.push({ employerNo, posted });
    found.set(personRef, mine);
  }
  return found;
}

/** What an employer declared for a month, what was billed, received and posted. */
export type Declaration = Readonly<{
  employerNo: string;
  office: string;
  month: Month;
  parts: number;
  lines: number;
  declaredFen: Fen;
  billedFen: Fen;
  receivedFen: Fen;
  postedLines: number;
}>;

/** Declarations of a month by employer's number; ask again with `next` as `after`. */
export async function declarationsPage(
  pool: Queryable,
  {
    month,
    offices,
    after = '',
    size = 50,
  }: Readonly<{ month: Month; offices: readonly string[]; after?: string; size?: number }>,
): Promise<Page<Declaration>> {
  const { rows } = await pool.query<Declaration>(
    `select p.employer_no as "employerNo", min(p.office) as office, p.month,
            count(*)::int as parts, sum(p.lines)::int as lines,
            sum(p.declared_fen)::bigint as "declaredFen", sum(p.billed_fen)::bigint as "billedFen",
            coalesce(sum(p.lines) filter (where p.posted), 0)::int as "postedLines",
            coalesce((select sum(r.amount_fen) from ${liveSchema}.contribution_receipt r
                      where r.employer_no = p.employer_no and r.month = p.month), 0)::bigint
              as "receivedFen"
     from ${liveSchema}.declaration_part p
     where p.month = $1 and p.office = any(string_to_array($2, E'\\n')) and p.employer_no > $3
     group by p.employer_no, p.month order by p.employer_no limit $4`,
    [month, offices.join('\n'), after, size + 1],
  );
  return pageOf(rows, size, ({ employerNo }) => employerNo);
}
