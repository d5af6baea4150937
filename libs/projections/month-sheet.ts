import type { PoolClient } from 'pg';
import { monthCodecs, type CloseStatement, type MonthEvent } from '#domain/month/month.events.js';
import type { Step } from '#domain/signing/signing.js';
import type { Month } from '#domain/values/calendar.js';
import { addFen, noFen, subtractFen, type Fen } from '#domain/values/fen.js';
import {
  addToSheet,
  cell,
  closingOf,
  columns,
  noTotals,
  plus,
  type Column,
  type Sheet,
  type Totals,
} from '#domain/values/totals.js';
import { officeOfMonth } from './batch-fold.js';
import {
  chainBegun,
  chainColumns,
  chainSentBack,
  chainSigned,
  type ChainColumns,
} from './chain.js';
import type { FoldedEvent, Projection } from './projection.js';
import {
  columnsOf,
  decodedRows,
  factOf,
  foldByKey,
  jsonText,
  known,
  rowsByKey,
  upsert,
  type Queryable,
  type Table,
} from './rows.js';
import { liveSchema } from './runner.js';

/** Where an office's month stands; `nextStep` is of its close and null while none is prepared. */
export type MonthRow = ChainColumns &
  Readonly<{
    office: string;
    month: Month;
    pool: string;
    status: 'open' | 'cut' | 'closed';
    provisional: boolean;
    /** Allotted and brought in, less what admitted documents reserve. */
    availableFen: Fen;
    cutPosition: bigint | null;
    closedPosition: bigint | null;
    /** As the last preparation had it; amounts are decimal text until `closeOf` reads them. */
    close: object | null;
  }>;

type CellRow = Readonly<{
  office: string;
  month: Month;
  item: string;
  sheetColumn: Column;
  fromPosition: bigint;
  toPosition: bigint | null;
  lines: number;
  personMonths: number;
  amountFen: Fen;
}>;

const monthTable: Table<MonthRow> = {
  name: 'month_standing',
  key: ['office', 'month'],
  columns: {
    office: 'text',
    month: 'text',
    pool: 'text',
    status: 'text',
    provisional: 'boolean',
    availableFen: 'bigint',
    cutPosition: 'bigint',
    closedPosition: 'bigint',
    close: 'json',
    ...chainColumns,
  },
};

const cellTable: Table<CellRow> = {
  name: 'month_cell',
  key: ['office', 'month', 'item', 'sheetColumn', 'fromPosition'],
  columns: {
    office: 'text',
    month: 'text',
    item: 'text',
    sheetColumn: 'text',
    fromPosition: 'bigint',
    toPosition: 'bigint',
    lines: 'int',
    personMonths: 'int',
    amountFen: 'bigint',
  },
};

/**
 * What was opened with, due, paid and left in a month? Each figure keeps from which position it was
 * true and until which, so that any sheet can be asked as of any point.
 */
export const monthSheet: Projection = {
  name: 'month_sheet',
  version: 1,
  ddl: `
    create table month_standing (
      office          text    not null,
      month           text    not null,
      pool            text    not null,
      status          text    not null,
      provisional     boolean not null,
      available_fen   bigint  not null,
      cut_position    bigint,
      closed_position bigint,
      close           text,
      hands           text    not null,
      returned        boolean not null,
      next_step       text,
      primary key (office, month)
    );
    create index month_standing_pool on month_standing (pool, month);
    create table month_cell (
      office        text   not null,
      month         text   not null,
      item          text   not null,
      sheet_column  text   not null,
      from_position bigint not null,
      to_position   bigint,
      lines         int    not null,
      person_months int    not null,
      amount_fen    bigint not null,
      primary key (office, month, item, sheet_column, from_position)
    );
    create index month_cell_month on month_cell (month, office);`,
  tables: ['month_standing', 'month_cell'],
  types: [
    'MonthOpened',
    'OpeningBrought',
    'AllotmentReceived',
    'DocumentAdmitted',
    'DocumentDischarged',
    'MonthCut',
    'ClosePrepared',
    'CloseSigned',
    'CloseSentBack',
    'MonthClosed',
  ],
  fold: async (events, db, sources) => {
    await foldStandings(events, db, sources);
    await foldCells(events, db);
  },
};

const monthKey = (event: FoldedEvent) => [officeOfMonth(event), event.stream.slice(-7)];

const foldStandings: Projection['fold'] = foldByKey(monthTable, monthKey, (row, event) => {
  const fact = factOf<MonthEvent>(event);
  if (fact.type !== 'MonthOpened') return monthAfter(known(row, event), fact, event.position);
  const { office, pool, month } = fact.data;
  return {
    ...{ office, pool, month, status: 'open', provisional: true, availableFen: noFen },
    ...{ cutPosition: null, closedPosition: null, close: null },
    ...{ hands: [], returned: false, nextStep: null },
  };
});

type Later = Exclude<MonthEvent, { type: 'MonthOpened' }>;

function monthAfter(row: MonthRow, fact: Later, position: bigint): MonthRow {
  const withFunds = (amountFen: Fen) => ({
    ...row,
    availableFen: addFen(row.availableFen, amountFen),
  });
  switch (fact.type) {
    case 'OpeningBrought':
      return { ...withFunds(fact.data.availableFen), provisional: false };
    case 'AllotmentReceived':
      return withFunds(fact.data.amountFen);
    case 'DocumentAdmitted':
      return withFunds(subtractFen(noFen, fact.data.reservedFen));
    case 'DocumentDischarged':
      return withFunds(fact.data.releasedFen);
    case 'MonthCut':
      return { ...row, status: 'cut', cutPosition: position };
    case 'ClosePrepared': {
      const before = row.hands.length === 0 ? undefined : row;
      return { ...row, close: fact.data.close, ...chainBegun(fact.data.hand, before) };
    }
    case 'CloseSigned':
      return { ...row, ...chainSigned(row, fact.data.hand) };
    case 'CloseSentBack':
      return { ...row, ...chainSentBack(row, fact.data.hand) };
    case 'MonthClosed':
      return { ...row, status: 'closed', closedPosition: position, close: fact.data.close };
  }
}

/** A figure that changes ends where its successor begins; within a batch, too, none is skipped. */
async function foldCells(events: readonly FoldedEvent[], db: PoolClient): Promise<void> {
  const changes = events.flatMap((event) => {
    const fact = factOf<MonthEvent>(event);
    const counts = fact.type === 'OpeningBrought' || fact.type === 'DocumentDischarged';
    return counts ? changesOf(event, fact.data.sheet) : [];
  });
  if (changes.length === 0) return;
  const current = await cellsNow(db, changes);
  const touched = new Map<string, CellRow>();
  for (const { totals, ...change } of changes) {
    const before = current.get(cellKey(change));
    const { lines, personMonths, amountFen } = plus(before ?? noTotals, totals);
    const after = { ...change, lines, personMonths, amountFen, toPosition: null };
    if (before !== undefined)
      touched.set(versionKey(before), { ...before, toPosition: change.fromPosition });
    touched.set(versionKey(after), after);
    current.set(cellKey(change), after);
  }
  await upsert(db, cellTable, [...touched.values()]);
}

type Change = Omit<CellRow, 'toPosition' | keyof Totals> & Readonly<{ totals: Totals }>;

function changesOf(event: FoldedEvent, sheet: Sheet): readonly Change[] {
  const [office = '', month = ''] = monthKey(event);
  return Object.keys(sheet).flatMap((item) =>
    columns.flatMap((column): readonly Change[] => {
      const totals = cell(sheet, item, column);
      if (totals.lines === 0 && totals.personMonths === 0 && totals.amountFen === 0n) return [];
      const place = { office, month: month as Month, item, sheetColumn: column };
      return [{ ...place, fromPosition: event.position, totals }];
    }),
  );
}

type Place = Pick<CellRow, 'office' | 'month' | 'item' | 'sheetColumn'>;

function cellKey({ office, month, item, sheetColumn }: Place): string {
  return [office, month, item, sheetColumn].join('\n');
}

function versionKey(row: CellRow): string {
  return `${cellKey(row)}\n${row.fromPosition}`;
}

async function cellsNow(db: PoolClient, places: readonly Place[]): Promise<Map<string, CellRow>> {
  const keys = new Map(
    places.map(({ office, month }) => [`${office} ${month}`, { office, month }]),
  );
  const wanted = [...keys.values()];
  const { rows } = await db.query<CellRow>(
    `select ${columnsOf(cellTable, 'c')} from month_cell c
     join unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n')) as k (office, month)
       on k.office = c.office and k.month = c.month
     where c.to_position is null`,
    [wanted.map(({ office }) => office).join('\n'), wanted.map(({ month }) => month).join('\n')],
  );
  return new Map(rows.map((row) => [cellKey(row), row]));
}

/** A sheet's item: the columns of the identity, and the closing that follows from them. */
export type SheetItem = Readonly<Record<Column | 'closing', Totals>>;

/** Whose sheet: some offices' together, or a whole pool's. `asOf` is a position; else it is now. */
export type SheetQuestion = Readonly<{ month: Month; asOf?: bigint }> &
  (Readonly<{ offices: readonly string[] }> | Readonly<{ pool: string }>);

export async function sheetOf(
  pool: Queryable,
  question: SheetQuestion,
): Promise<Readonly<Record<string, SheetItem>>> {
  const ofPool = 'pool' in question;
  const { rows } = await pool.query<Totals & { item: string; sheetColumn: Column }>(
    `select c.item, c.sheet_column as "sheetColumn", sum(c.lines)::int as lines,
            sum(c.person_months)::int as "personMonths", sum(c.amount_fen)::bigint as "amountFen"
     from ${liveSchema}.month_cell c join ${liveSchema}.month_standing m using (office, month)
     where c.month = $1
       and ${ofPool ? 'm.pool = $2' : `m.office = any(string_to_array($2, E'\\n'))`}
       and ($3::bigint is null and c.to_position is null
            or c.from_position <= $3 and coalesce(c.to_position > $3, true))
     group by c.item, c.sheet_column order by c.item`,
    [question.month, ofPool ? question.pool : question.offices.join('\n'), question.asOf ?? null],
  );
  let sheet: Sheet = {};
  for (const { item, sheetColumn, lines, personMonths, amountFen } of rows)
    sheet = addToSheet(sheet, item, sheetColumn, { lines, personMonths, amountFen });
  return Object.fromEntries(Object.keys(sheet).map((item) => [item, itemOf(sheet, item)]));
}

function itemOf(sheet: Sheet, item: string): SheetItem {
  const of = (column: Column) => cell(sheet, item, column);
  return {
    opening: of('opening'),
    due: of('due'),
    returned: of('returned'),
    increases: of('increases'),
    decreases: of('decreases'),
    paid: of('paid'),
    cancelled: of('cancelled'),
    closing: closingOf(sheet, item),
  };
}

export async function monthOfOffice(
  pool: Queryable,
  office: string,
  month: Month,
): Promise<MonthRow | undefined> {
  const rows = await rowsByKey(pool, monthTable, [[office, month]], liveSchema);
  return rows.get(`${office}\n${month}`);
}

/** An office's months, the newest first. */
export async function monthsOf(pool: Queryable, office: string): Promise<readonly MonthRow[]> {
  const { rows } = await pool.query<MonthRow>(
    `select ${columnsOf(monthTable)} from ${liveSchema}.month_standing
     where office = $1 order by month desc`,
    [office],
  );
  return decodedRows(monthTable, rows);
}

/** Where the offices of a pool stand in a month. */
export async function monthsOfPool(
  pool: Queryable,
  poolOffice: string,
  month: Month,
): Promise<readonly MonthRow[]> {
  const { rows } = await pool.query<MonthRow>(
    `select ${columnsOf(monthTable)} from ${liveSchema}.month_standing
     where pool = $1 and month = $2 order by office`,
    [poolOffice, month],
  );
  return decodedRows(monthTable, rows);
}

/** The first month that each office of a pool ever opened. */
export async function firstMonthsOfPool(
  pool: Queryable,
  poolOffice: string,
): Promise<ReadonlyMap<string, Month>> {
  const { rows } = await pool.query<Readonly<{ office: string; first: Month }>>(
    `select office, min(month) as first from ${liveSchema}.month_standing
     where pool = $1 group by office`,
    [poolOffice],
  );
  return new Map(rows.map(({ office, first }) => [office, first]));
}

/** Closes that wait for that step, for the inboxes of those offices. */
export async function closesWaiting(
  pool: Queryable,
  step: Step,
  offices: readonly string[],
): Promise<readonly MonthRow[]> {
  const { rows } = await pool.query<MonthRow>(
    `select ${columnsOf(monthTable)} from ${liveSchema}.month_standing
     where next_step = $1 and office = any(string_to_array($2, E'\\n')) order by month, office`,
    [step, offices.join('\n')],
  );
  return decodedRows(monthTable, rows);
}

/** The close's statement as it was prepared or signed last: what is unpaid, by reason and age. */
export async function closeOf(
  pool: Queryable,
  office: string,
  month: Month,
): Promise<(MonthRow & Readonly<{ statement: CloseStatement }>) | undefined> {
  const row = await monthOfOffice(pool, office, month);
  if (row === undefined || row.close === null) return undefined;
  const { decode, schema } = monthCodecs.MonthClosed;
  const { close } = decode(jsonText({ close: row.close }), schema) as { close: CloseStatement };
  return { ...row, statement: close };
}
