import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Month } from '../values/calendar.js';
import type { Sheet } from '../values/totals.js';

/**
 * What a pool's month can remember: that all its offices closed, where each was cut, and the sum.
 */
export type PoolMonthEvent = Fact<
  'PoolMonthClosed',
  { pool: string; month: Month; offices: readonly ClosedOffice[]; sheet: Sheet }
>;

export type ClosedOffice = Readonly<{ office: string; cutPosition: string; treeRoot: string }>;

export const poolMonthCodecs: Record<PoolMonthEvent['type'], EventCodec> = {
  PoolMonthClosed: codec(['sheet.*.*.amountFen']),
};
