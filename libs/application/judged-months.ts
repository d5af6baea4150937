import type { Month } from '#domain/values/calendar.js';
import { monthsOf } from '#projections/month-sheet.js';
import type { Queryable } from '#projections/rows.js';
import { judgedMonths } from '#projections/verification-board.js';

/** What an office has verified: plain values, which another thread can be given. */
export type JudgedMonths = Readonly<{
  /** The first month that the office ever opened; absent before it has. */
  first?: Month;
  judged: readonly Month[];
}>;

/** What an office has verified by now; the read models must be as fresh as the lines are. */
export async function judgedMonthsOf(pool: Queryable, office: string): Promise<JudgedMonths> {
  const first = (await monthsOf(pool, office)).at(-1)?.month;
  const judged = await judgedMonths(pool, office);
  return { judged, ...(first === undefined ? {} : { first }) };
}

/**
 * Nothing leaves unverified, whatever month the batch is named for: a line waits until the sign-ins
 * of the month in whose roll it fell due are judged. A month from before the office's first one was
 * the old system's to verify, and its line was brought in under three signatures.
 */
export function isVerified({ first, judged }: JudgedMonths, rollMonth: Month): boolean {
  return (first !== undefined && rollMonth < first) || judged.includes(rollMonth);
}
