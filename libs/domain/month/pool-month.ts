import type { Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Month } from '../values/calendar.js';
import { addSheets, type Sheet } from '../values/totals.js';
import type { ClosedOffice, PoolMonthEvent } from './pool-month.events.js';

export type PoolMonthCommand = Readonly<{
  type: 'ClosePoolMonth';
  pool: string;
  month: Month;
  /** Every office of the pool that works in this month, with its own close or without one. */
  offices: readonly Readonly<{ office: string; closed?: ClosedOffice & { sheet: Sheet } }>[];
}>;

export type PoolMonth = Readonly<{ status: 'open' | 'closed' }>;

/** The pool's own month stands above its offices': it closes when they have, and adds nothing. */
export const poolMonthStream = (pool: string, month: Month) => `pool-month-${pool}-${month}`;

export const poolMonthDecider: Decider<PoolMonth, PoolMonthCommand, PoolMonthEvent> = {
  initial: { status: 'open' },
  decide: ({ pool, month, offices }, state) => {
    if (state.status === 'closed') return [];
    const late = offices.flatMap(({ office, closed }) => (closed === undefined ? [office] : []));
    if (late.length > 0 || offices.length === 0)
      refuse('POOL_OFFICES_OPEN', { month, pool, offices: late.join(', ') });
    const closed = offices.flatMap((one) => (one.closed === undefined ? [] : [one.closed]));
    const sheet = closed.reduce<Sheet>((sum, one) => addSheets(sum, one.sheet), {});
    const cuts = closed.map(({ office, cutPosition, treeRoot }) => ({
      ...{ office, cutPosition, treeRoot },
    }));
    return [{ type: 'PoolMonthClosed', data: { pool, month, offices: cuts, sheet } }];
  },
  evolve: (state, { data }) => {
    if (state.status === 'closed') throw new Error(`${data.pool} closed ${data.month} twice`);
    return { status: 'closed' };
  },
};
