import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Repayment } from './recovery.events.js';

/**
 * What the bank's receipt of a repayment can remember. These shapes are on disk for ever: add a
 * field as optional, or write a new version and an upcaster. `instead` is the recovery that it was
 * kept for before, and that cannot take it any more.
 */
export type RepaymentEvent = Fact<'RepaymentReserved', ReservedRepayment & { instead?: string }>;

export type ReservedRepayment = Repayment & Readonly<{ recoveryNo: string }>;

export const repaymentCodecs: Record<RepaymentEvent['type'], EventCodec> = {
  RepaymentReserved: codec(['amountFen']),
};
