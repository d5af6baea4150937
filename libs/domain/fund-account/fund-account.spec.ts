import { describe, it } from '@jest/globals';
import { day, month } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import { given } from '#test/given.js';
import { fundAccountDecider, type FundAccountCommand } from './fund-account.js';

const receive: FundAccountCommand = {
  type: 'ReceiveUnidentified',
  receiptNo: 'R-1',
  month: month('2026-09'),
  amountFen: fen(12_345n),
  valueDate: day('2026-09-10'),
  fileSha256: 'f1',
};
const { type: _type, ...data } = receive;

describe('money that names no employer', () => {
  it('is held under its receipt number', () => {
    given(fundAccountDecider).when(receive).records({ type: 'UnidentifiedReceived', data });
  });

  it('is refused when the number stands for another amount', () => {
    given(fundAccountDecider, { type: 'UnidentifiedReceived', data })
      .when({ ...receive, amountFen: fen(1n) })
      .refuses('RECEIPT_NUMBER_TAKEN');
  });

  it('is never negative', () => {
    given(fundAccountDecider)
      .when({ ...receive, amountFen: fen(-1n) })
      .refuses('AMOUNT_NEGATIVE');
  });
});
