import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#test/given.js';
import { acting, signer } from '#test/signers.js';
import type { Hand, Step } from '../signing/signing.js';
import { day, month } from '../values/calendar.js';
import { fen, sumFen } from '../values/fen.js';
import type { Demand, RecoveryEvent } from './recovery.events.js';
import {
  demands,
  outstandingFen,
  recoveryDecider,
  recoveryStream,
  roundToOpen,
  type OpenRecovery,
  type RecordRepayment,
  type SendRecoveryBack,
  type SignRecovery,
} from './recovery.js';

const demand: Demand = {
  recoveryNo: 'R1',
  personRef: 'P0000010',
  awardNo: 'C1',
  months: [month('2026-09'), month('2026-10')],
  amountFen: fen(482_400n),
  cause: 'died',
};
const open: OpenRecovery = {
  type: 'OpenRecovery',
  ...{ ...demand, round: 1 },
  ...acting('li', '2026-11-09'),
};
const approve: SignRecovery = {
  type: 'SignRecovery',
  step: 'approve',
  months: demand.months,
  amountFen: demand.amountFen,
  ...acting('wang', '2026-11-10'),
};
const review: SignRecovery = { ...approve, step: 'review', ...acting('zhao', '2026-11-11') };
const sendBack: SendRecoveryBack = {
  type: 'SendRecoveryBack',
  reason: 'September was due',
  ...acting('zhao', '2026-11-11'),
};
const repay = (receiptNo: string, amount: bigint): RecordRepayment => ({
  type: 'RecordRepayment',
  receiptNo,
  amountFen: fen(amount),
  on: day('2026-12-01'),
});

const hand = (person: string, step: Step, on: string, round = 1): Hand => ({
  ...signer(person),
  step,
  round,
  day: day(on),
});
const opened: RecoveryEvent = {
  type: 'RecoveryOpened',
  data: { ...demand, hand: hand('li', 'make', '2026-11-09') },
};
const approved: RecoveryEvent = {
  type: 'RecoverySigned',
  data: { hand: hand('wang', 'approve', '2026-11-10') },
};
const reviewed: RecoveryEvent = {
  type: 'RecoverySigned',
  data: { hand: hand('zhao', 'review', '2026-11-11') },
};
const confirmed: RecoveryEvent = {
  type: 'RecoveryConfirmed',
  data: { hands: ['li', 'wang', 'zhao'] },
};
const returned: RecoveryEvent = {
  type: 'RecoverySentBack',
  data: { hand: hand('zhao', 'review', '2026-11-11'), reason: 'September was due' },
};
const repaid = (receiptNo: string, amount: bigint): RecoveryEvent => ({
  type: 'RepaymentReceived',
  data: { receiptNo, amountFen: fen(amount), on: day('2026-12-01') },
});
const settled: RecoveryEvent = { type: 'RecoverySettled', data: {} };
const inForce = [opened, approved, reviewed, confirmed] as const;

describe('opening a recovery', () => {
  it('records what is asked back', () => {
    given(recoveryDecider).when(open).records(opened);
    given(recoveryDecider, ...inForce)
      .when(open)
      .records();
    expect(recoveryStream('R1')).toBe('recovery-R1');
  });
  it('refuses the number to another demand', () => {
    const others: readonly Partial<Demand>[] = [
      { personRef: 'P0000011' },
      { awardNo: 'C2' },
      { months: [month('2026-09')] },
      { amountFen: fen(241_200n) },
      { cause: 're-employed' },
    ];
    for (const other of others) {
      given(recoveryDecider, opened)
        .when({ ...open, ...other })
        .refuses('RECOVERY_NUMBER_TAKEN');
    }
  });
  it('is of the round that its months were asked for', () => {
    given(recoveryDecider)
      .when({ ...open, round: 2 })
      .refuses('CONFLICT_TRY_AGAIN');
    const returnedOnce = given(recoveryDecider, opened, approved, returned).state;
    const states = [given(recoveryDecider).state, given(recoveryDecider, opened).state];
    expect([...states, returnedOnce].map(roundToOpen)).toEqual([1, 1, 2]);
  });
  it('demands its months until it is opened without them', () => {
    const { state } = given(recoveryDecider, opened, approved, returned);
    const asked = { awardNo: 'C1', month: month('2026-09'), round: 1 };
    expect(demands(state, asked)).toBe(true);
    expect(demands(state, { ...asked, month: month('2026-11') })).toBe(false);
    expect(demands(state, { ...asked, awardNo: 'C2' })).toBe(false);
    expect(demands(state, { ...asked, round: 2 })).toBeUndefined();
    expect(demands({ status: 'none' }, asked)).toBeUndefined();
  });
  it('refuses nothing to recover, a month twice, and one’s own case', () => {
    given(recoveryDecider)
      .when({ ...open, amountFen: fen(0n) })
      .refuses('AMOUNT_NEGATIVE');
    given(recoveryDecider)
      .when({ ...open, months: [] })
      .refuses('FACT_MISSING');
    given(recoveryDecider)
      .when({ ...open, months: [month('2026-09'), month('2026-09')] })
      .refuses('FACT_IMPOSSIBLE');
    given(recoveryDecider)
      .when({ ...open, related: ['P0000010'] })
      .refuses('SIGNER_IS_PAYEE');
  });
});

describe('signing a recovery', () => {
  it('is three people’s work', () => {
    given(recoveryDecider, opened).when(approve).records(approved);
    given(recoveryDecider, opened, approved).when(review).records(reviewed, confirmed);
  });
  it('never by one person twice, nor by a relative', () => {
    const step = given(recoveryDecider, opened, approved);
    step.when({ ...review, by: signer('li', 'li-2') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    step.when({ ...review, related: ['P0000010'] }).refuses('SIGNER_IS_PAYEE');
    step.when({ ...sendBack, related: ['P0000010'] }).refuses('SIGNER_IS_PAYEE');
  });
  it('binds the months and the amount', () => {
    given(recoveryDecider, opened)
      .when({ ...approve, amountFen: fen(1n) })
      .refuses('SEEN_CHANGED');
    given(recoveryDecider, opened)
      .when({ ...approve, months: [month('2026-09'), month('2026-11')] })
      .refuses('SEEN_CHANGED');
  });
  it('keeps its order', () => {
    given(recoveryDecider).when(approve).refuses('RECOVERY_UNKNOWN');
    given(recoveryDecider, opened).when(review).refuses('STEP_OUT_OF_ORDER');
    given(recoveryDecider, ...inForce)
      .when({ ...review, ...acting('chen', '2026-11-12') })
      .refuses('CHAIN_COMPLETE');
  });
  it('may end in a sending back, from which the maker opens it again', () => {
    given(recoveryDecider, opened, approved).when(sendBack).records(returned);
    given(recoveryDecider, opened, approved)
      .when({ ...sendBack, reason: '' })
      .refuses('REASON_MISSING');
    const back = given(recoveryDecider, opened, approved, returned);
    back.when(approve).refuses('CHAIN_RETURNED');
    back.when({ ...open, ...acting('wang', '2026-11-12') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    const less = { months: [month('2026-10')], amountFen: fen(241_200n) };
    back.when({ ...open, ...less }).refuses('CONFLICT_TRY_AGAIN');
    back.when({ ...open, ...less, round: 2 }).records({
      type: 'RecoveryOpened',
      data: { ...demand, ...less, hand: hand('li', 'make', '2026-11-09', 2) },
    });
  });
});

describe('repaying', () => {
  it('settles to the fen', () => {
    given(recoveryDecider, ...inForce)
      .when(repay('B1', 200_000n))
      .records(repaid('B1', 200_000n));
    given(recoveryDecider, ...inForce, repaid('B1', 200_000n))
      .when(repay('B2', 282_400n))
      .records(repaid('B2', 282_400n), settled);
  });
  it('never beyond what was asked back', () => {
    given(recoveryDecider, ...inForce, repaid('B1', 200_000n))
      .when(repay('B2', 282_401n))
      .refuses('RECOVERY_EXCEEDED');
    given(recoveryDecider, ...inForce, repaid('B1', 482_400n), settled)
      .when(repay('B2', 1n))
      .refuses('RECOVERY_EXCEEDED');
  });
  it('knows a receipt by its number', () => {
    given(recoveryDecider, ...inForce, repaid('B1', 200_000n))
      .when(repay('B1', 200_001n))
      .refuses('RECEIPT_NUMBER_TAKEN');
    given(recoveryDecider, ...inForce, repaid('B1', 482_400n), settled)
      .when(repay('B1', 482_400n))
      .records();
  });
  it('waits for the signatures, and takes money only', () => {
    given(recoveryDecider, opened, approved).when(repay('B1', 1n)).refuses('STEP_OUT_OF_ORDER');
    given(recoveryDecider, ...inForce)
      .when(repay('B1', 0n))
      .refuses('AMOUNT_NEGATIVE');
  });
  it('keeps every fen, whatever comes in', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 300_000n }), { maxLength: 12 });
    fc.assert(
      fc.property(amounts, (drawn) => {
        let { state } = given(recoveryDecider, ...inForce);
        for (const [index, amount] of drawn.entries()) {
          try {
            const events = recoveryDecider.decide(repay(`B${index}`, amount), state);
            state = events.reduce(recoveryDecider.evolve, state);
          } catch (error) {
            expect(error).toMatchObject({ code: 'RECOVERY_EXCEEDED' });
          }
        }
        if (state.status === 'none') throw new Error('a recovery was lost');
        const paid = sumFen(state.repayments.map(({ amountFen }) => amountFen));
        expect(paid + outstandingFen(state)).toBe(482_400n);
        expect(state.status === 'settled').toBe(outstandingFen(state) === 0n);
      }),
    );
  });
});

describe('a history that could not have happened', () => {
  it('stops', () => {
    for (const history of [
      [approved],
      [opened, opened],
      [opened, confirmed],
      [opened, repaid('B1', 1n)],
      [repaid('B1', 1n)],
      [...inForce, opened],
      [...inForce, settled],
      [...inForce, returned],
      [...inForce, reviewed],
    ]) {
      expect(() => given(recoveryDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
