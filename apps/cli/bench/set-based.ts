import type { Pool } from 'pg';
import type { Month } from '#domain/values/calendar.js';

/**
 * The same month as a programmer without an event store would write it: whole-table statements over
 * the three states of a line, with the totals and the check that a close asks for. Nothing says who
 * did it, nothing can be replayed, and nothing proves that a row was not changed.
 */
export class SetBasedMonth {
  constructor(private readonly owner: Pool) {}

  /** Tables of the same size as the awards: as many recipients, as many months of history. */
  async seed(recipients: number, history: readonly Month[], monthlyFen: number): Promise<void> {
    await this.owner.query(`
      drop table if exists sql_award, sql_line, sql_month;
      create table sql_award (
        award_no text primary key, office text not null, person_ref text not null,
        status text not null, months_awarded int not null, monthly_fen bigint not null);
      create table sql_line (
        award_no text not null, month text not null, amount_fen bigint not null,
        state text not null, instruction text, value_date date,
        primary key (award_no, month));
      create table sql_month (
        office text not null, month text not null, state text not null, lines int not null,
        amount_fen bigint not null, primary key (office, month, state));`);
    await this.owner.query(
      `insert into sql_award
       select 'C' || lpad(n::text, 7, '0'), '440103', 'P' || lpad(n::text, 7, '0'), 'open', 24, $2
       from generate_series(1, $1::int) n`,
      [recipients, monthlyFen],
    );
    for (const month of history) {
      await this.owner.query(
        `insert into sql_line
         select award_no, $1, monthly_fen, 'paid', 'I' || award_no || $1, $1::date + 24
         from sql_award`.replaceAll('$1::date', `date '${month}-01'`),
        [month],
      );
    }
    await this.owner.query('vacuum analyze sql_award, sql_line');
  }

  async run(month: Month): Promise<void> {
    const { owner } = this;
    await owner.query(
      `insert into sql_line (award_no, month, amount_fen, state)
       select award_no, $1, monthly_fen, 'due' from sql_award where status = 'open'`,
      [month],
    );
    await owner.query(
      `update sql_line set state = 'instructed', instruction = 'I' || award_no || month
       where month = $1 and state = 'due'`,
      [month],
    );
    await owner.query(
      `update sql_line set state = 'paid', value_date = current_date
       where month = $1 and state = 'instructed'`,
      [month],
    );
    await this.close(month);
  }

  private async close(month: Month): Promise<void> {
    await this.owner.query(
      `insert into sql_month
       select a.office, l.month, l.state, count(*), sum(l.amount_fen)
       from sql_line l join sql_award a using (award_no)
       where l.month = $1 group by a.office, l.month, l.state`,
      [month],
    );
    const { rows } = await this.owner.query<{ differs: boolean }>(
      `select (select sum(amount_fen) from sql_line where month = $1)
              is distinct from (select sum(amount_fen) from sql_month where month = $1) as differs`,
      [month],
    );
    if (rows[0]?.differs !== false) throw new Error(`${month} does not balance`);
  }
}
