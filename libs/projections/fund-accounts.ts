import type { PoolClient } from 'pg';
import type { DeclarationEvent } from '#domain/declaration/declaration.events.js';
import type { FundAccountEvent } from '#domain/fund-account/fund-account.events.js';
import type { MonthEvent } from '#domain/month/month.events.js';
import type { PlanEvent } from '#domain/plan/plan.events.js';
import { monthOf, type Month } from '#domain/values/calendar.js';
import { addFen, fen, noFen, sumFen, type Fen } from '#domain/values/fen.js';
import { cell, type Column, type Sheet } from '#domain/values/totals.js';
import { officeOfMonth } from './batch-fold.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  factOf,
  insert,
  pageOf,
  type Page,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

/**
 * Fiscal special account, payment account (支出户), money without a name (暂收款), and the fund's
 * income and expense. Books are kept as money moves: what is due and unpaid stands in the months.
 */
export type FundAccount =
  'fiscal' | 'payment' | 'suspense' | 'contribution-income' | 'benefit-expense';

/** One side of a posting; the other sides of the same position make it balance. */
export type EntryRow = Readonly<{
  position: bigint;
  no: number;
  account: FundAccount;
  debitFen: Fen;
  creditFen: Fen;
  /** The month that the money moved in. */
  month: Month;
  office: string;
  memo: string;
}>;

const table: Table<EntryRow> = {
  name: 'fund_entry',
  key: ['position', 'no'],
  columns: {
    position: 'bigint',
    no: 'int',
    account: 'text',
    debitFen: 'bigint',
    creditFen: 'bigint',
    month: 'text',
    office: 'text',
    memo: 'text',
  },
};

/**
 * Where is the fund's money, and does it balance? Payments and returns are booked by the discharged
 * document, which the month counts, and not one by one.
 */
export const fundAccounts: Projection = {
  name: 'fund_accounts',
  version: 1,
  ddl: `
    create table fund_entry (
      position   bigint not null,
      no         int    not null,
      account    text   not null,
      debit_fen  bigint not null,
      credit_fen bigint not null,
      month      text   not null,
      office     text   not null,
      memo       text   not null,
      primary key (position, no)
    );
    create index fund_entry_office on fund_entry (office, position);
    create table fund_balance (
      office     text   not null,
      account    text   not null,
      debit_fen  bigint not null,
      credit_fen bigint not null,
      primary key (office, account)
    );`,
  tables: ['fund_entry', 'fund_balance'],
  types: ['ContributionReceived', 'UnidentifiedReceived', 'PlanReleased', 'DocumentDischarged'],
  fold: async (events, db) => {
    const entries = events.flatMap(entriesOf);
    await insert(db, table, entries);
    await addToBalances(db, entries);
  },
};

/** Money moves from the credited account to the debited one; nothing is booked for nothing. */
type Transfer = Readonly<{
  debit: FundAccount;
  credit: FundAccount;
  amountFen: Fen;
  month: Month;
  office: string;
  memo: string;
}>;

function entriesOf(event: FoldedEvent): readonly EntryRow[] {
  const { position } = event;
  return transfersOf(event)
    .filter(({ amountFen }) => amountFen !== 0n)
    .flatMap(({ debit, credit, amountFen, ...common }, index) => [
      {
        ...common,
        ...{ position, no: 2 * index, account: debit },
        ...{ debitFen: amountFen, creditFen: noFen },
      },
      {
        ...common,
        ...{ position, no: 2 * index + 1, account: credit },
        ...{ debitFen: noFen, creditFen: amountFen },
      },
    ]);
}

type Booked = DeclarationEvent | FundAccountEvent | PlanEvent | MonthEvent;

function transfersOf(event: FoldedEvent): readonly Transfer[] {
  const fact = factOf<Booked>(event);
  switch (fact.type) {
    case 'ContributionReceived': {
      const { receiptNo, amountFen, valueDate } = fact.data;
      const { office } = event.metadata;
      const common = { amountFen, month: monthOf(valueDate), office, memo: receiptNo };
      return [{ debit: 'fiscal', credit: 'contribution-income', ...common }];
    }
    case 'UnidentifiedReceived': {
      const { receiptNo, amountFen, valueDate } = fact.data;
      const account = event.stream.slice('fund-account-'.length);
      const office = account.slice(0, account.lastIndexOf('-'));
      const common = { amountFen, month: monthOf(valueDate), office, memo: receiptNo };
      return [{ debit: 'fiscal', credit: 'suspense', ...common }];
    }
    case 'PlanReleased': {
      const { planId, month, allotments } = fact.data;
      return allotments.map(({ office, amountFen }) => {
        const common = { amountFen, month, office, memo: planId };
        return { debit: 'payment', credit: 'fiscal', ...common };
      });
    }
    case 'DocumentDischarged': {
      const { month, documentId, sheet } = fact.data;
      const common = { month, office: officeOfMonth(event), memo: documentId };
      return [
        { debit: 'benefit-expense', credit: 'payment', amountFen: sum(sheet, 'paid'), ...common },
        {
          debit: 'payment',
          credit: 'benefit-expense',
          amountFen: sum(sheet, 'returned'),
          ...common,
        },
      ];
    }
    default:
      throw new Error(`${fact.type} moves no money`);
  }
}

function sum(sheet: Sheet, column: Column): Fen {
  return sumFen(Object.keys(sheet).map((item) => cell(sheet, item, column).amountFen));
}

async function addToBalances(db: PoolClient, entries: readonly EntryRow[]): Promise<void> {
  const sums = new Map<string, Pick<EntryRow, 'office' | 'account' | 'debitFen' | 'creditFen'>>();
  for (const { office, account, debitFen, creditFen } of entries) {
    const key = `${office}\n${account}`;
    const before = sums.get(key) ?? { debitFen: noFen, creditFen: noFen };
    sums.set(key, {
      ...{ office, account },
      debitFen: addFen(before.debitFen, debitFen),
      creditFen: addFen(before.creditFen, creditFen),
    });
  }
  const rows = [...sums.values()];
  if (rows.length === 0) return;
  await db.query(
    `insert into fund_balance (office, account, debit_fen, credit_fen)
     select * from unnest(
       string_to_array($1, E'\\n'), string_to_array($2, E'\\n'),
       string_to_array($3, E'\\n')::bigint[], string_to_array($4, E'\\n')::bigint[])
     on conflict (office, account) do update set
       debit_fen = fund_balance.debit_fen + excluded.debit_fen,
       credit_fen = fund_balance.credit_fen + excluded.credit_fen`,
    [
      rows.map(({ office }) => office).join('\n'),
      rows.map(({ account }) => account).join('\n'),
      rows.map(({ debitFen }) => debitFen).join('\n'),
      rows.map(({ creditFen }) => creditFen).join('\n'),
    ],
  );
}

/** Debits less credits; `trialFen` over all accounts is zero, or the books are wrong. */
export type TrialBalance = Readonly<{
  accounts: readonly Readonly<{
    account: FundAccount;
    debitFen: Fen;
    creditFen: Fen;
    balanceFen: Fen;
  }>[];
  trialFen: Fen;
}>;

type Sums = Readonly<{ account: FundAccount; debit: bigint; credit: bigint }>;

/** The accounts of those offices (all, unless given) now, or as of a position. */
export async function trialBalance(
  pool: Queryable,
  { asOf, offices }: Readonly<{ asOf?: bigint; offices?: readonly string[] }> = {},
): Promise<TrialBalance> {
  const from = asOf === undefined ? 'fund_balance' : 'fund_entry';
  const { rows } = await pool.query<Sums>(
    `select account, sum(debit_fen)::bigint as debit, sum(credit_fen)::bigint as credit
     from ${liveSchema}.${from}
     where ($1::text is null or office = any(string_to_array($1, E'\\n')))
       ${asOf === undefined ? '' : 'and position <= $2'}
     group by account order by account`,
    [offices?.join('\n') ?? null, ...(asOf === undefined ? [] : [asOf])],
  );
  const accounts = rows.map(({ account, debit, credit }) => ({
    account,
    debitFen: fen(debit),
    creditFen: fen(credit),
    balanceFen: fen(debit - credit),
  }));
  return { accounts, trialFen: sumFen(accounts.map(({ balanceFen }) => balanceFen)) };
}

/** Entries of an office in the order of the log; ask again with `next` as `after`. */
export async function journalPage(
  pool: Queryable,
  {
    offices,
    month,
    after = '0:0',
    size = 100,
  }: Readonly<{ offices: readonly string[]; month?: Month; after?: string; size?: number }>,
): Promise<Page<EntryRow>> {
  const [position = '0', no = '0'] = after.split(':');
  const { rows } = await pool.query<EntryRow>(
    `select ${columnsOf(table)} from ${liveSchema}.fund_entry
     where office = any(string_to_array($1, E'\\n')) and ($2::text is null or month = $2)
       and (position, no) > ($3::bigint, $4::int)
     order by position, no limit $5`,
    [offices.join('\n'), month ?? null, position, no, size + 1],
  );
  return pageOf(rows, size, (row) => `${row.position}:${row.no}`);
}
