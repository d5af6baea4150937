import type { EmployerEvent } from '#domain/employer/employer.events.js';
import type { Day } from '#domain/values/calendar.js';
import { pageOfOffices, type OfficesQuestion } from './office-page.js';
import type { Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  known,
  rowsByKey,
  type Page,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

export type EmployerRow = Readonly<{
  employerNo: string;
  office: string;
  registeredOn: Day;
  creditCode: string;
  creditCodeValid: boolean;
  /** From when the credit code holds; the day of registration at first. */
  creditCodeFrom: Day;
  nameRef: string;
  nameSha256: string;
  closedOn: Day | null;
  mergedInto: string | null;
}>;

const table: Table<EmployerRow> = {
  name: 'employer_register',
  key: ['employerNo'],
  columns: {
    employerNo: 'text',
    office: 'text',
    registeredOn: 'text',
    creditCode: 'text',
    creditCodeValid: 'boolean',
    creditCodeFrom: 'text',
    nameRef: 'text',
    nameSha256: 'text',
    closedOn: 'text',
    mergedInto: 'text',
  },
};

/** Which employers (单位) are there, under which credit code, and are they still open? */
export const employerRegister: Projection = {
  name: 'employer_register',
  version: 1,
  ddl: `
    create table employer_register (
      employer_no       text    primary key,
      office            text    not null,
      registered_on     text    not null,
      credit_code       text    not null,
      credit_code_valid boolean not null,
      credit_code_from  text    not null,
      name_ref          text    not null,
      name_sha256       text    not null,
      closed_on         text,
      merged_into       text
    );
    create index employer_register_office on employer_register (office, employer_no);
    create index employer_register_code on employer_register (credit_code);`,
  tables: ['employer_register'],
  types: ['EmployerRegistered', 'CreditCodeChanged', 'EmployerMerged', 'EmployerClosed'],
  fold: foldByKey(
    table,
    ({ stream }) => [stream.slice('employer-'.length)],
    (row, event) => {
      const fact = factOf<EmployerEvent>(event);
      if (fact.type === 'EmployerRegistered') return registered(fact.data);
      const before = known(row, event);
      switch (fact.type) {
        case 'CreditCodeChanged': {
          const { creditCode, creditCodeValid, from } = fact.data;
          return { ...before, creditCode, creditCodeValid, creditCodeFrom: from };
        }
        case 'EmployerMerged':
          return { ...before, mergedInto: fact.data.into };
        case 'EmployerClosed':
          return { ...before, closedOn: fact.data.on };
      }
    },
  ),
};

function registered(
  data: Extract<EmployerEvent, { type: 'EmployerRegistered' }>['data'],
): EmployerRow {
  const { employerNo, office, registeredOn, creditCode, creditCodeValid, name } = data;
  return {
    ...{ employerNo, office, registeredOn, creditCode, creditCodeValid },
    creditCodeFrom: registeredOn,
    nameRef: name.ref,
    nameSha256: name.sealedSha256,
    closedOn: null,
    mergedInto: null,
  };
}

export async function employerByNo(
  pool: Queryable,
  employerNo: string,
): Promise<EmployerRow | undefined> {
  return (await employersByNos(pool, [employerNo])).get(employerNo);
}

/** By employer number; unknown numbers are left out. */
export async function employersByNos(
  pool: Queryable,
  employerNos: readonly string[],
): Promise<ReadonlyMap<string, EmployerRow>> {
  const keys = [...new Set(employerNos)].map((employerNo) => [employerNo]);
  return rowsByKey(pool, table, keys, liveSchema);
}

export async function employersByCreditCode(
  pool: Queryable,
  creditCode: string,
): Promise<readonly EmployerRow[]> {
  const { rows } = await pool.query<EmployerRow>(
    `select ${columnsOf(table)} from ${liveSchema}.employer_register
     where credit_code = $1 order by employer_no`,
    [creditCode],
  );
  return decodedRows(table, rows);
}

/** Employers of the offices in the order of their numbers. */
export function employersPage(
  pool: Queryable,
  question: OfficesQuestion,
): Promise<Page<EmployerRow>> {
  return pageOfOffices(pool, { table, number: 'employerNo' }, question);
}
