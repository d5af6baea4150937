import type { RecoveryEvent } from '#domain/recovery/recovery.events.js';
import type { Step } from '#domain/signing/signing.js';
import type { Month } from '#domain/values/calendar.js';
import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import {
  chainBegun,
  chainColumns,
  chainSentBack,
  chainSigned,
  type ChainColumns,
} from './chain.js';
import { pageOfOffices, type OfficesQuestion } from './office-page.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  known,
  type Page,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

export type RecoveryRow = Readonly<{
  recoveryNo: string;
  office: string;
  awardNo: string;
  personRef: string;
  months: readonly Month[];
  amountFen: Fen;
  repaidFen: Fen;
  cause: string;
  status: 'open' | 'confirmed' | 'settled';
}> &
  ChainColumns;

const table: Table<RecoveryRow> = {
  name: 'recovery_register',
  key: ['recoveryNo'],
  columns: {
    recoveryNo: 'text',
    office: 'text',
    awardNo: 'text',
    personRef: 'text',
    months: 'json',
    amountFen: 'bigint',
    repaidFen: 'bigint',
    cause: 'text',
    status: 'text',
    ...chainColumns,
  },
};

/** What is asked back (追回), of which award, who has signed it, and how much has come back? */
export const recoveryRegister: Projection = {
  name: 'recovery_register',
  version: 1,
  ddl: `
    create table recovery_register (
      recovery_no text    primary key,
      office      text    not null,
      award_no    text    not null,
      person_ref  text    not null,
      months      text    not null,
      amount_fen  bigint  not null,
      repaid_fen  bigint  not null,
      cause       text    not null,
      status      text    not null,
      hands       text    not null,
      returned    boolean not null,
      next_step   text
    );
    create index recovery_register_office on recovery_register (office, recovery_no);`,
  tables: ['recovery_register'],
  types: [
    'RecoveryOpened',
    'RecoverySigned',
    'RecoverySentBack',
    'RecoveryConfirmed',
    'RepaymentReceived',
    'RecoverySettled',
  ],
  fold: foldByKey(table, ({ stream }) => [stream.slice('recovery-'.length)], evolve),
};

function evolve(row: RecoveryRow | undefined, event: FoldedEvent): RecoveryRow {
  const fact = factOf<RecoveryEvent>(event);
  if (fact.type === 'RecoveryOpened') {
    const { hand, ...demand } = fact.data;
    // Its events are filed under the office of the award that was paid too much.
    const { office } = event.metadata;
    return { ...demand, office, repaidFen: noFen, status: 'open', ...chainBegun(hand, row) };
  }
  const before = known(row, event);
  switch (fact.type) {
    case 'RecoverySigned':
      return { ...before, ...chainSigned(before, fact.data.hand) };
    case 'RecoverySentBack':
      return { ...before, ...chainSentBack(before, fact.data.hand) };
    case 'RecoveryConfirmed':
      return { ...before, status: 'confirmed' };
    case 'RepaymentReceived':
      return { ...before, repaidFen: addFen(before.repaidFen, fact.data.amountFen) };
    case 'RecoverySettled':
      return { ...before, status: 'settled' };
  }
}

/** Recoveries of the offices in the order of their numbers. */
export function recoveriesPage(
  pool: Queryable,
  question: OfficesQuestion,
): Promise<Page<RecoveryRow>> {
  return pageOfOffices(pool, { table, number: 'recoveryNo' }, question);
}

/** Recoveries of the offices whose next signature is of that step, the longest waiting first. */
export async function recoveriesWaiting(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly RecoveryRow[]> {
  const { rows } = await pool.query<RecoveryRow>(
    `select ${columnsOf(table)} from ${liveSchema}.recovery_register
     where next_step = $1 and office = any(string_to_array($2, E'\\n'))
     order by hands::jsonb -> -1 ->> 'day', recovery_no`,
    [step, offices.join('\n')],
  );
  return decodedRows(table, rows);
}
