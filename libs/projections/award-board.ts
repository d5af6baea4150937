import type { Pool } from 'pg';
import { unpaidReason, type LiveAward } from '#domain/award/award-state.js';
import type { UnpaidReason } from '#domain/month/month.events.js';
import type { Day, Month } from '#domain/values/calendar.js';
import type { Payee } from '#domain/values/payee.js';
import { addFen, fen, noFen, sumFen, type Fen } from '#domain/values/fen.js';
import { awardsAfter, awardsByNumber, awardsOfOffice } from './award-state.js';
import { pageOf, type Page, type Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/** A line that is open, with the one typed reason why it was not paid by that day. */
export type UnpaidLine = Readonly<{
  lineId: string;
  item: string;
  month: Month;
  rollMonth: Month;
  amountFen: Fen;
  reason: UnpaidReason;
}>;

/** An award as a list shows it. */
export type AwardRow = Readonly<{
  awardNo: string;
  personRef: string;
  office: string;
  status: LiveAward['status'];
  item: string;
  /** Who is paid, when it is not the person. */
  payee: Payee | null;
  monthsAwarded: number;
  monthsDrawn: number;
  nextMonth: Month;
  openFen: Fen;
  unpaid: readonly UnpaidLine[];
}>;

export type AwardsQuestion = Readonly<{
  office: string;
  /** The day on which the reasons are judged. */
  on: Day;
  status?: LiveAward['status'];
  /** Only awards with lines that are not paid. */
  unpaidOnly?: boolean;
  after?: string;
  size?: number;
}>;

/** What is in force in an office, and what of it is not paid yet? Asks the cached awards. */
export async function awardsPage(
  pool: Queryable,
  { office, on, status, unpaidOnly = false, after = '', size = 50 }: AwardsQuestion,
): Promise<Page<AwardRow>> {
  const rows = await awardsAfter(pool, {
    ...{ office, after, unpaidOnly, size: size + 1 },
    ...(status === undefined ? {} : { status }),
  });
  const awards = rows.map(({ state }) => awardRow(state, on));
  return pageOf(awards, size, ({ awardNo }) => awardNo);
}

/** One award of any office; undefined when there is none of that number. */
export async function awardByNo(
  pool: Queryable,
  awardNo: string,
  on: Day,
): Promise<AwardRow | undefined> {
  const cached = (await awardsByNumber(pool, [awardNo])).get(awardNo);
  return cached === undefined ? undefined : awardRow(cached.state, on);
}

function awardRow(award: LiveAward, on: Day): AwardRow {
  const { awardNo, personRef, office, status, item } = award;
  const { monthsAwarded, monthsDrawn, nextMonth, lines } = award;
  return {
    ...{ awardNo, personRef, office, status, item, monthsAwarded, monthsDrawn, nextMonth },
    payee: award.payee ?? null,
    openFen: sumFen(lines.map(({ amountFen }) => amountFen)),
    unpaid: lines.map((line) => {
      const { lineId, month, rollMonth, amountFen } = line;
      const reason = unpaidReason(award, line, on);
      return { lineId, item: line.item, month, rollMonth, amountFen, reason };
    }),
  };
}

export type UnpaidSum = Readonly<{ reason: UnpaidReason; lines: number; amountFen: Fen }>;

/** An office's open lines by the reason that holds on a day, largest number of lines first. */
export async function unpaidByReason(
  pool: Pool,
  office: string,
  on: Day,
): Promise<readonly UnpaidSum[]> {
  const sums = new Map<UnpaidReason, UnpaidSum>();
  for await (const awards of awardsOfOffice(pool, office, { openOnly: true })) {
    for (const { state } of awards) {
      for (const line of state.lines) {
        const reason = unpaidReason(state, line, on);
        const { lines, amountFen } = sums.get(reason) ?? { lines: 0, amountFen: noFen };
        sums.set(reason, {
          reason,
          lines: lines + 1,
          amountFen: addFen(amountFen, line.amountFen),
        });
      }
    }
  }
  return [...sums.values()].sort((left, right) => right.lines - left.lines);
}

export type AwardCounts = Readonly<{
  open: number;
  paused: number;
  stopped: number;
  openLines: number;
  openFen: Fen;
}>;

export async function awardCounts(
  pool: Queryable,
  offices: readonly string[],
): Promise<AwardCounts> {
  const { rows } = await pool.query<{ status: LiveAward['status']; awards: number }>(
    `select status, count(*)::int as awards from ${liveSchema}.award_state
     where office = any(string_to_array($1, E'\\n')) group by status`,
    [offices.join('\n')],
  );
  const { rows: open } = await pool.query<{ lines: number; amount: bigint }>(
    `select coalesce(sum(open_lines), 0)::int as lines,
            coalesce(sum(open_fen), 0)::bigint as amount
     from ${liveSchema}.award_page where office = any(string_to_array($1, E'\\n'))`,
    [offices.join('\n')],
  );
  const of = (status: LiveAward['status']) =>
    rows.find((row) => row.status === status)?.awards ?? 0;
  return {
    open: of('open'),
    paused: of('paused'),
    stopped: of('stopped'),
    openLines: open[0]?.lines ?? 0,
    openFen: fen(open[0]?.amount ?? 0n),
  };
}
