import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Month } from '../values/calendar.js';
import type { AskedMonth, AskedMonthsEvent, Asker } from './asked-months.events.js';

/**
 * Asks for months of an award before a recovery of them is opened. `over` are months that a
 * recovery asked for and does not demand any more: they may be asked for anew.
 */
export type AskMonthsBack = Readonly<{
  type: 'AskMonthsBack';
  months: readonly Month[];
  over: readonly AskedMonth[];
}> &
  Asker;

/** By month: who asked for it last. */
export type AskedMonths = Readonly<Record<string, Asker>>;

export const askedMonthsStream = (awardNo: string): string => `asked-months-${awardNo}`;

/** One month of one award, one recovery: the first append wins, because no table is asked. */
export const askedMonthsDecider: Decider<AskedMonths, AskMonthsBack, AskedMonthsEvent> = {
  initial: {},
  decide,
  evolve,
};

/** Of these months those that another recovery asks back. */
export function askedByOthers(
  asked: AskedMonths,
  { recoveryNo, months }: Readonly<{ recoveryNo: string; months: readonly Month[] }>,
): readonly AskedMonth[] {
  return months.flatMap((month) => {
    const asker = asked[month];
    return asker === undefined || asker.recoveryNo === recoveryNo ? [] : [{ month, ...asker }];
  });
}

function decide(
  { recoveryNo, round, months, over }: AskMonthsBack,
  asked: AskedMonths,
): readonly AskedMonthsEvent[] {
  const others = askedByOthers(asked, { recoveryNo, months });
  const taken = others.find((other) => !over.some((one) => isSame(one, other)));
  if (taken !== undefined)
    refuse('RECOVERY_MONTH_TAKEN', { month: taken.month, recovery: taken.recoveryNo });
  const wanted = months.filter((month) => {
    const asker = asked[month];
    return asker?.recoveryNo !== recoveryNo || asker.round < round;
  });
  if (wanted.length === 0) return [];
  return [
    { type: 'MonthsAskedBack', data: { recoveryNo, round, months: wanted, instead: others } },
  ];
}

function evolve(asked: AskedMonths, { type, data }: AskedMonthsEvent): AskedMonths {
  const { recoveryNo, round, months, instead } = data;
  for (const other of askedByOthers(asked, { recoveryNo, months })) {
    if (!instead.some((one) => isSame(one, other)))
      return impossible(type, `${other.month}, which ${other.recoveryNo} asks back`);
  }
  return { ...asked, ...Object.fromEntries(months.map((month) => [month, { recoveryNo, round }])) };
}

function isSame(left: AskedMonth, right: AskedMonth): boolean {
  return (
    left.month === right.month && left.recoveryNo === right.recoveryNo && left.round === right.round
  );
}
