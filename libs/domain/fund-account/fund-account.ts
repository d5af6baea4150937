import type { Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { FundAccountEvent } from './fund-account.events.js';

/** Money came in that names no employer: it is held (暂收款) and stays in the denominator. */
export type FundAccountCommand = Readonly<{
  type: 'ReceiveUnidentified';
  receiptNo: string;
  month: Month;
  amountFen: Fen;
  valueDate: Day;
  fileSha256: string;
}>;

export type FundAccount = Readonly<{ receipts: Readonly<Record<string, Fen>> }>;

export type FundAccountKind = 'revenue' | 'treasury' | 'fiscal' | 'payment' | 'suspense';

export const fundAccountStream = (pool: string, kind: FundAccountKind) =>
  `fund-account-${pool}-${kind}`;

export const fundAccountDecider: Decider<FundAccount, FundAccountCommand, FundAccountEvent> = {
  initial: { receipts: {} },
  decide: ({ type: _type, ...data }, { receipts }) => {
    const known = receipts[data.receiptNo];
    if (known === data.amountFen) return [];
    if (known !== undefined) refuse('RECEIPT_NUMBER_TAKEN', { receipt: data.receiptNo });
    if (data.amountFen < 0n) refuse('AMOUNT_NEGATIVE', { receipt: data.receiptNo });
    return [{ type: 'UnidentifiedReceived', data }];
  },
  evolve: ({ receipts }, { data }) => ({
    receipts: { ...receipts, [data.receiptNo]: data.amountFen },
  }),
};
