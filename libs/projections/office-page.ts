import { columnsOf, decodedRows, pageOf, type Page, type Queryable, type Table } from './rows.js';
import { liveSchema } from './runner.js';

/** Ask again with a page's `next` as `after`. */
export type OfficesQuestion = Readonly<{
  offices: readonly string[];
  after?: string;
  size?: number;
}>;

/** One page of a register: what belongs to the offices, in the order of its numbers. */
export async function pageOfOffices<Row extends object & Readonly<{ office: string }>>(
  pool: Queryable,
  { table, number }: Readonly<{ table: Table<Row>; number: keyof Row & string }>,
  { offices, after = '', size = 50 }: OfficesQuestion,
): Promise<Page<Row>> {
  const { rows } = await pool.query<Row>(
    `select * from (select ${columnsOf(table)} from ${liveSchema}.${table.name}) register
     where office = any(string_to_array($1, E'\\n')) and "${number}" > $2
     order by "${number}" limit $3`,
    [offices.join('\n'), after, size + 1],
  );
  return pageOf(decodedRows(table, rows), size, (row) => String(row[number]));
}
