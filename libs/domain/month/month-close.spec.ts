import { describe, expect, it } from '@jest/globals';
import { hand } from '#test/domain/hands.js';
import {
  approved,
  close,
  closed,
  closingDay,
  cut,
  discharge,
  admit,
  brought,
  lines,
  live,
  monthCut,
  opened,
  posted,
  prepare,
  prepared,
  reviewed,
  sendBack,
  sentBack,
  signClose,
  unpaid,
} from '#test/domain/month-samples.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import { fen, noFen } from '../values/fen.js';
import type { CloseStatement, MonthEvent, UnpaidCount } from './month.events.js';
import { sameClose, seenOf } from './month-close.js';
import { monthDecider, type MonthCommand } from './month.js';

const [one] = unpaid;
if (one === undefined) throw new Error('the sample has no unpaid line');
const withUnpaid = (...counts: readonly UnpaidCount[]): CloseStatement => ({
  ...close,
  unpaid: counts,
});
const withReceipts = (change: Partial<CloseStatement['receipts']>): CloseStatement => ({
  ...close,
  receipts: { ...close.receipts, ...change },
});
const done = [...cut, prepared, approved, reviewed, closed] as const;

describe('preparing the close', () => {
  it('states what was counted, by reason and age', () => {
    given(monthDecider, ...cut)
      .when(prepare)
      .records(prepared);
    expect(seenOf(close)).toEqual({ root: 't1', lines: 1, amountFen: fen(241_200n) });
  });

  it('adds the reasons of one item together', () => {
    const split = [
      { ...one, amountFen: fen(241_199n) },
      { ...one, reason: 'failed' as const, lines: 0, amountFen: fen(1n) },
    ];
    const event: MonthEvent = {
      ...prepared,
      data: { ...prepared.data, close: withUnpaid(...split), seen: seenOf(withUnpaid(...split)) },
    };
    given(monthDecider, ...cut)
      .when({ ...prepare, close: withUnpaid(...split) })
      .records(event);
  });

  it.each<readonly [string, CloseStatement]>([
    ['a line more', withUnpaid(one, { ...one, reason: 'failed', amountFen: noFen })],
    ['a line less', withUnpaid()],
    ['a fen more', withUnpaid({ ...one, amountFen: fen(241_201n) })],
    ['the line under another item', withUnpaid({ ...one, item: 'medical' })],
    ['a paid line more at the bank', withReceipts({ paidLines: 12 })],
    ['a paid fen less at the bank', withReceipts({ paidFen: fen(lines(11).amountFen - 1n) })],
    ['a returned line more at the bank', withReceipts({ returnedLines: 1 })],
    ['a returned fen more at the bank', withReceipts({ returnedFen: fen(1n) })],
  ])('is refused with %s', (_case, statement) => {
    given(monthDecider, ...cut)
      .when({ ...prepare, close: statement })
      .refuses('MONTH_DIFFERS');
  });

  it('names both sums: the lines may agree where the money does not', () => {
    const statement = withUnpaid({ ...one, amountFen: fen(241_201n) });
    const facts = { stream: '1', counted: '1', streamFen: '241200', countedFen: '241201' };
    const decide = () => monthDecider.decide({ ...prepare, close: statement }, live(...cut));
    expect(decide).toThrow(
      expect.objectContaining({ code: 'MONTH_DIFFERS', facts: expect.objectContaining(facts) }),
    );
  });

  it('counts what came back as unpaid', () => {
    const sheet = { benefit: { due: lines(2), paid: lines(2), returned: lines(1) } };
    const history = [
      opened,
      { ...brought, data: { ...brought.data, sheet: {} } },
      admit('S-1', 'receipt', sheet).event,
      discharge('S-1', sheet).event,
      { ...monthCut, data: { ...monthCut.data, sheet } },
    ] as const;
    const receipts = {
      paidFen: lines(2).amountFen,
      paidLines: 2,
      returnedFen: lines(1).amountFen,
      returnedLines: 1,
    };
    const statement = { ...close, receipts };
    given(monthDecider, ...history)
      .when({ ...prepare, close: statement })
      .records({ type: 'ClosePrepared', data: { ...prepared.data, close: statement } });
  });

  it('closes a month in which nothing happened', () => {
    const empty = { ...brought, data: { ...brought.data, sheet: {} } };
    const quiet = { ...monthCut, data: { ...monthCut.data, sheet: {} } };
    const nothing = { paidFen: noFen, paidLines: 0, returnedFen: noFen, returnedLines: 0 };
    const statement = { ...close, unpaid: [], receipts: nothing };
    const data = { ...prepared.data, close: statement, seen: seenOf(statement) };
    given(monthDecider, opened, empty, quiet)
      .when({ ...prepare, close: statement })
      .records({ type: 'ClosePrepared', data });
  });

  it('is refused before the cut, and to one who paid in the month', () => {
    given(monthDecider, ...posted)
      .when(prepare)
      .refuses('MONTH_NOT_CUT');
    given(monthDecider, ...cut)
      .when({ ...prepare, by: signer('chen') })
      .refuses('SIGNER_RECONCILER_PAID');
  });

  it('is refused to be changed while it is being signed', () => {
    given(monthDecider, ...cut, prepared)
      .when({ ...prepare, close: { ...close, document: 'unpaid-2' } })
      .refuses('SEEN_CHANGED');
  });

  it('adds nothing to a month that is closed', () => {
    given(monthDecider, ...done)
      .when(prepare)
      .records();
  });

  it('may change once it was sent back', () => {
    const changed = { ...close, document: 'unpaid-2' };
    const data = { ...prepared.data, close: changed, hand: hand('li', 'make', 2, closingDay) };
    given(monthDecider, ...cut, prepared, approved, sentBack)
      .when({ ...prepare, close: changed })
      .records({ type: 'ClosePrepared', data });
  });
});

describe('signing the close', () => {
  it('closes the month with the last signature', () => {
    given(monthDecider, ...cut, prepared)
      .when(signClose('approve', 'wang'))
      .records(approved);
    given(monthDecider, ...cut, prepared, approved)
      .when(signClose('review', 'zhao'))
      .records(reviewed, closed);
    expect(live(...done)).toMatchObject({ status: 'closed', close });
  });

  it.each<readonly [string, readonly MonthEvent[], MonthCommand, string]>([
    ['before the cut', posted, signClose('approve', 'wang'), 'MONTH_NOT_CUT'],
    ['before it was prepared', cut, signClose('approve', 'wang'), 'CLOSE_NOT_PREPARED'],
    ['to the cashier', [...cut, prepared], signClose('approve', 'chen'), 'SIGNER_RECONCILER_PAID'],
    [
      'to the payroll clerk',
      [...cut, prepared, approved],
      signClose('review', 'zhou'),
      'SIGNER_RECONCILER_PAID',
    ],
    ['to the maker', [...cut, prepared], signClose('approve', 'li'), 'SIGNER_ALREADY_IN_CHAIN'],
    ['out of order', [...cut, prepared], signClose('review', 'zhao'), 'STEP_OUT_OF_ORDER'],
    [
      'when the signer’s own recomputation differs',
      [...cut, prepared],
      { ...signClose('approve', 'wang'), recomputed: { ...close, treeRoot: 't2' } },
      'MONTH_DIFFERS',
    ],
    [
      'when other totals were seen',
      [...cut, prepared],
      { ...signClose('approve', 'wang'), seen: { ...seenOf(close), lines: 2 } },
      'SEEN_CHANGED',
    ],
    [
      'after a sending back',
      [...cut, prepared, approved, sentBack],
      signClose('review', 'sun'),
      'CHAIN_RETURNED',
    ],
    ['to a fourth', done, signClose('review', 'sun'), 'CHAIN_COMPLETE'],
  ])('is refused %s', (_case, history, command, code) => {
    given(monthDecider, ...history)
      .when(command)
      .refuses(code as 'MONTH_DIFFERS');
  });

  it('is the same after the close, whoever has paid since', () => {
    given(monthDecider, ...done)
      .when({ ...signClose('review', 'zhao'), payers: ['zhao'] })
      .records();
  });
});

describe('sending the close back', () => {
  it('is recorded with its reason', () => {
    given(monthDecider, ...cut, prepared, approved)
      .when(sendBack)
      .records(sentBack);
  });

  it('is refused before it was prepared, without a reason and after the close', () => {
    given(monthDecider, ...cut)
      .when(sendBack)
      .refuses('CLOSE_NOT_PREPARED');
    given(monthDecider, ...cut, prepared, approved)
      .when({ ...sendBack, reason: '' })
      .refuses('REASON_MISSING');
    given(monthDecider, ...done)
      .when({ ...sendBack, by: signer('sun') })
      .refuses('CHAIN_COMPLETE');
  });
});

describe('two statements are one', () => {
  it.each<readonly [string, CloseStatement]>([
    ['cut position', { ...close, cutPosition: '1025' }],
    ['head link', { ...close, headLink: 'h2' }],
    ['tree root', { ...close, treeRoot: 't2' }],
    ['document', { ...close, document: 'unpaid-2' }],
    ['list of policy versions', { ...close, policyVersions: ['440100-9'] }],
    ['sum paid', withReceipts({ paidFen: noFen })],
    ['sum returned', withReceipts({ returnedFen: fen(1n) })],
  ])('unless the %s differs', (_case, other) => {
    expect(sameClose(close, { ...close })).toBe(true);
    expect(sameClose(close, other)).toBe(false);
  });
});
