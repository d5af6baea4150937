import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Month } from '../values/calendar.js';

/**
 * What the months of one award that recoveries ask back can remember. These shapes are on disk for
 * ever: add a field as optional, or write a new version and an upcaster.
 */
export type AskedMonthsEvent = Fact<
  'MonthsAskedBack',
  Asker & { months: readonly Month[]; instead: readonly AskedMonth[] }
>;

/** The opening of a recovery: its number, and the round of signatures that it begins. */
export type Asker = Readonly<{ recoveryNo: string; round: number }>;

/** One month and the opening that asked for it last. */
export type AskedMonth = Asker & Readonly<{ month: Month }>;

export const askedMonthsCodecs: Record<AskedMonthsEvent['type'], EventCodec> = {
  MonthsAskedBack: codec([]),
};
