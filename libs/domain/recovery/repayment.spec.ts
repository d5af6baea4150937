import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { day } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { RepaymentEvent } from './repayment.events.js';
import { repaymentDecider, repaymentStream, type ReserveRepayment } from './repayment.js';

const data = {
  ...{ recoveryNo: 'R1', receiptNo: 'B1', amountFen: fen(200_000n), on: day('2026-12-01') },
};
const reserve: ReserveRepayment = { type: 'ReserveRepayment', ...data };
const reserved: RepaymentEvent = { type: 'RepaymentReserved', data };

describe('the receipt of a repayment', () => {
  it('is the first recovery’s that asks for it', () => {
    given(repaymentDecider).when(reserve).records(reserved);
    expect(repaymentStream('440100', 'B1')).toBe('repayment-440100-B1');
  });
  it('is no other’s, and of no other money', () => {
    for (const other of [
      { recoveryNo: 'R2' },
      { amountFen: fen(200_001n) },
      { on: day('2026-12-02') },
    ]) {
      given(repaymentDecider, reserved)
        .when({ ...reserve, ...other })
        .refuses('RECEIPT_NUMBER_TAKEN');
    }
  });
  it('passes on from a recovery that can never take it', () => {
    const second = { ...data, recoveryNo: 'R2' };
    given(repaymentDecider, reserved)
      .when({ ...reserve, ...second, over: 'R1' })
      .records({ type: 'RepaymentReserved', data: { ...second, instead: 'R1' } });
    given(repaymentDecider, reserved)
      .when({ ...reserve, ...second, over: 'R3' })
      .refuses('RECEIPT_NUMBER_TAKEN');
  });
  it('stops at a history that could not have happened', () => {
    expect(() => given(repaymentDecider, reserved, reserved)).toThrow(/impossible history/);
  });
});
