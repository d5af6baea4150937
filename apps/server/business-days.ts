import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import { day, type Day } from '#domain/values/calendar.js';
import type { Migration } from '#postgres/migrations.js';

export const businessDayMigrations: readonly Migration[] = [
  {
    id: 'server-001-business-days',
    sql: `
      create table business_days (
        pool text primary key,
        day  date not null
      );
      grant select, insert, update on business_days to yuejie_app;`,
  },
];

/** The day that decisions are dated with: the calendar's, until a pool's own is set. */
export class BusinessDays {
  constructor(
    private readonly database: Pick<Pool, 'query'>,
    private readonly now: () => Date,
  ) {}

  async of(pool: string): Promise<Day> {
    const { rows } = await this.database.query<{ day: string }>(
      'select day from business_days where pool = $1',
      [pool],
    );
    return rows[0] === undefined ? dayInShanghai(this.now()) : day(rows[0].day);
  }

  /** @throws Refusal BUSINESS_DAY_AHEAD when that day has not begun by the calendar */
  refuseAhead(asked: Day): void {
    const calendarDay = dayInShanghai(this.now());
    if (asked > calendarDay) refuse('BUSINESS_DAY_AHEAD', { calendarDay, day: asked });
  }

  /**
   * A tick. The same day again changes nothing, and time does not run backwards.
   *
   * @throws Refusal BUSINESS_DAY_PASSED when the pool's day is later already
   */
  async tick(pool: string, to: Day): Promise<Day> {
    const { rowCount } = await this.database.query(
      `insert into business_days (pool, day) values ($1, $2)
       on conflict (pool) do update set day = excluded.day where business_days.day <= excluded.day`,
      [pool, to],
    );
    if (rowCount === 0) refuse('BUSINESS_DAY_PASSED', { today: await this.of(pool), day: to });
    return to;
  }
}

/** The civil day in Asia/Shanghai, which keeps one offset all the year. */
export function dayInShanghai(at: Date): Day {
  const eightHoursMs = 8 * 3_600_000;
  return day(new Date(at.getTime() + eightHoursMs).toISOString().slice(0, 10));
}
