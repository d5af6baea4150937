import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

/**
 * What a recovery (追回) can remember: money paid in excess, asked back and repaid. These shapes are
 * on disk for ever: add a field as optional, or write a new version and an upcaster. A recovery
 * that was sent back is opened again, for the next round of its signatures.
 */
export type RecoveryEvent =
  | Fact<'RecoveryOpened', Demand & { hand: Hand }>
  | Fact<'RecoverySigned', { hand: Hand }>
  | Fact<'RecoverySentBack', { hand: Hand; reason: string }>
  | Fact<'RecoveryConfirmed', { hands: readonly string[] }>
  | Fact<'RepaymentReceived', Repayment>
  | Fact<'RecoverySettled', object>;

export type Demand = Readonly<{
  recoveryNo: string;
  personRef: string;
  awardNo: string;
  months: readonly Month[];
  amountFen: Fen;
  cause: string;
}>;

export type Repayment = Readonly<{ receiptNo: string; amountFen: Fen; on: Day }>;

export const recoveryCodecs: Record<RecoveryEvent['type'], EventCodec> = {
  RecoveryOpened: codec(['amountFen']),
  RecoverySigned: codec([]),
  RecoverySentBack: codec([]),
  RecoveryConfirmed: codec([]),
  RepaymentReceived: codec(['amountFen']),
  RecoverySettled: codec([]),
};
