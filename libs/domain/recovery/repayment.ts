import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { RepaymentEvent, ReservedRepayment } from './repayment.events.js';

/**
 * Keeps a receipt for one recovery before the repayment is recorded there. `over` is a recovery
 * that the receipt was kept for, never booked, and can never take: what is owed there is less.
 */
export type ReserveRepayment = Readonly<{ type: 'ReserveRepayment'; over?: string }> &
  ReservedRepayment;

export type RepaymentReceipt =
  Readonly<{ status: 'free' }> | (Readonly<{ status: 'reserved' }> & ReservedRepayment);

/** The bank numbers receipts by account, and accounts belong to the pool. */
export const repaymentStream = (pool: string, receiptNo: string): string =>
  `repayment-${pool}-${receiptNo}`;

/** One receipt, one recovery: the first append wins, because no table is asked. */
export const repaymentDecider: Decider<RepaymentReceipt, ReserveRepayment, RepaymentEvent> = {
  initial: { status: 'free' },
  decide,
  evolve,
};

function decide(
  { recoveryNo, receiptNo, amountFen, on, over }: ReserveRepayment,
  receipt: RepaymentReceipt,
): readonly RepaymentEvent[] {
  const data = { recoveryNo, receiptNo, amountFen, on };
  if (receipt.status === 'free') return [{ type: 'RepaymentReserved', data }];
  if (isSame(receipt, data)) return [];
  if (receipt.recoveryNo !== over) refuse('RECEIPT_NUMBER_TAKEN', { receiptNo });
  return [{ type: 'RepaymentReserved', data: { ...data, instead: over } }];
}

function evolve(
  receipt: RepaymentReceipt,
  { type, data: { instead, ...data } }: RepaymentEvent,
): RepaymentReceipt {
  if (receipt.status === 'reserved' && receipt.recoveryNo !== instead)
    return impossible(type, `a receipt that is kept for ${receipt.recoveryNo}`);
  return { status: 'reserved', ...data };
}

function isSame(left: ReservedRepayment, right: ReservedRepayment): boolean {
  return (
    left.recoveryNo === right.recoveryNo &&
    left.amountFen === right.amountFen &&
    left.on === right.on
  );
}
