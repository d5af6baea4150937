import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

/**
 * What an account of the pool can remember of money that no declaration or instruction explains.
 */
export type FundAccountEvent = Fact<
  'UnidentifiedReceived',
  { receiptNo: string; month: Month; amountFen: Fen; valueDate: Day; fileSha256: string }
>;

export const fundAccountCodecs: Record<FundAccountEvent['type'], EventCodec> = {
  UnidentifiedReceived: codec(['amountFen']),
};
