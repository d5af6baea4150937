import { describe, expect, it } from '@jest/globals';
import {
  account,
  bankLine,
  brought,
  corrected,
  due,
  failed,
  instructed,
  line,
  live,
  opened,
  paid,
  paused,
  returned,
  stopped,
} from '#test/domain/award-samples.js';
import { addMonths, day, month, type Month } from '../values/calendar.js';
import { unpaidReasons } from '../month/month.events.js';
import type { AwardEvent, BroughtReason, HoldReason } from './award.events.js';
import { isPayable, monthsDue, monthsPaid, unpaidReason } from './award-state.js';

const { account: _account, ...accountless } = opened.data;
const withoutAccount: AwardEvent = { type: 'AwardOpened', data: accountless };
const september = due('2026-09', 1);
const sent = instructed('I-1', ['2026-09'], '2026-09-20');
const isFailed = failed(bankLine('I-1', 1));
const isReturned = returned(bankLine('I-1', 2));
const recalled: AwardEvent = {
  type: 'PaymentRecalled',
  data: { instructionId: 'I-1', reason: 'hit', by: ['li', 'wang'] },
};
const changed: AwardEvent = { type: 'AwardAccountChanged', data: { account: corrected } };
const shared: AwardEvent = { type: 'AwardAccountShared', data: { holders: 2 } };
const cleared: AwardEvent = { type: 'AwardAccountCleared', data: { reviewedBy: ['wang', 'zhao'] } };
const hold = (reason: HoldReason): AwardEvent => ({
  type: 'LineHeld',
  data: { lineId: '2026-09', reason, cause: 'c' },
});
const awardHold = (reason: HoldReason, from: string): AwardEvent => ({
  type: 'AwardHeld',
  data: { reason, cause: 'c', from: month(from) },
});
const old = (reason: BroughtReason): AwardEvent => ({
  type: 'LineBroughtIn',
  data: { ...line('2026-09'), reason, documentId: 'opening', bookedMonth: month('2026-09') },
});

type Row = readonly [string, readonly AwardEvent[], string, string];

/** case · history · day · reason. The corrected account cools until 4 December. */
const reasons: readonly Row[] = [
  ['nothing but a signature', [opened, september], '2026-09-20', 'awaiting-approval'],
  ['on its way', [opened, september, sent], '2026-09-20', 'in-transit'],
  [
    'on its way while held',
    [opened, september, sent, awardHold('disputed', '2026-09')],
    '2026-09-20',
    'in-transit',
  ],
  [
    'held for its sign-in',
    [opened, september, hold('verification-hold')],
    '2026-09-20',
    'verification-hold',
  ],
  ['held by a hit', [opened, september, hold('hit-hold')], '2026-09-20', 'verification-hold'],
  ['held in dispute', [opened, september, hold('disputed')], '2026-09-20', 'disputed'],
  ['frozen by a court', [opened, september, hold('court-freeze')], '2026-09-20', 'court-freeze'],
  [
    'award held by a hit from its month',
    [opened, september, awardHold('hit-hold', '2026-09')],
    '2026-09-20',
    'verification-hold',
  ],
  [
    'award held from a later month',
    [opened, september, awardHold('hit-hold', '2026-10')],
    '2026-09-20',
    'awaiting-approval',
  ],
  [
    'line and award held',
    [opened, september, awardHold('disputed', '2026-09'), hold('court-freeze')],
    '2026-09-20',
    'court-freeze',
  ],
  [
    'held without an account',
    [withoutAccount, september, hold('disputed')],
    '2026-09-20',
    'disputed',
  ],
  ['no account', [withoutAccount, september], '2026-09-20', 'account-missing'],
  ['an account after all', [withoutAccount, september, changed], '2026-12-04', 'awaiting-approval'],
  ['failed', [opened, september, sent, isFailed], '2026-10-20', 'failed'],
  [
    'returned',
    [opened, september, sent, paid(bankLine('I-1', 1)), isReturned],
    '2026-10-20',
    'returned',
  ],
  [
    'failed, corrected, the day before',
    [opened, september, sent, isFailed, changed],
    '2026-12-03',
    'account-cooling',
  ],
  [
    'failed, corrected, the day itself',
    [opened, september, sent, isFailed, changed],
    '2026-12-04',
    'awaiting-approval',
  ],
  ['brought in as failed', [brought, old('failed')], '2026-09-20', 'failed'],
  ['brought in as returned', [brought, old('returned')], '2026-09-20', 'returned'],
  [
    'brought in without an account',
    [brought, old('account-missing')],
    '2026-09-20',
    'account-missing',
  ],
  [
    'brought in, corrected',
    [brought, old('account-missing'), changed],
    '2026-12-04',
    'awaiting-approval',
  ],
  ['changed, the day before', [opened, september, changed], '2026-12-03', 'account-cooling'],
  ['shared and cooling', [opened, september, changed, shared], '2026-12-03', 'account-cooling'],
  ['shared', [opened, september, shared], '2026-09-20', 'disputed'],
  ['shared and cleared', [opened, september, shared, cleared], '2026-09-20', 'awaiting-approval'],
  ['taken off a batch', [opened, september, sent, recalled], '2026-09-20', 'stop-list'],
  [
    'taken off a batch, shared',
    [opened, september, sent, recalled, shared],
    '2026-09-20',
    'disputed',
  ],
  ['stopped from its month', [opened, september, stopped('2026-09', 6)], '2026-09-20', 'disputed'],
  [
    'stopped from the next month',
    [opened, september, stopped('2026-10', 5)],
    '2026-09-20',
    'awaiting-approval',
  ],
  [
    'stopped, failed',
    [opened, september, sent, stopped('2026-09', 6), isFailed],
    '2026-09-20',
    'failed',
  ],
  [
    'stopped, failed, corrected',
    [opened, september, sent, stopped('2026-09', 6), isFailed, changed],
    '2026-12-04',
    'disputed',
  ],
];

const nextOf = (of: Month) => addMonths(of, 1);

describe('the reason why a line is unpaid', () => {
  it.each(reasons)('%s', (_case, history, on, reason) => {
    const award = live(...history);
    const [first] = award.lines;
    if (first === undefined) throw new Error('the line is gone');
    expect(unpaidReason(award, first, day(on))).toBe(reason);
    const payable = reason === 'awaiting-approval' || reason === 'stop-list';
    expect(isPayable(award, first, day(on))).toBe(payable);
  });

  it('is each of the reasons that an award alone can know', () => {
    const known = new Set(reasons.map(([, , , reason]) => reason));
    expect(unpaidReasons.filter((reason) => !known.has(reason))).toEqual([
      'not-collected',
      'awaiting-funds',
      'survivors',
    ]);
  });
});

describe('the account’s first usable day', () => {
  it.each([
    ['2026-08-31', 'account-cooling'],
    ['2026-09-01', 'awaiting-approval'],
    ['2026-09-02', 'awaiting-approval'],
  ])('%s is %s', (on, reason) => {
    const award = live(opened, september);
    expect(account.usableFrom).toBe('2026-09-01');
    expect(unpaidReason(award, { ...line('2026-09'), state: 'due' }, day(on))).toBe(reason);
  });
});

describe('the months that fall due', () => {
  const first = due('2026-09', 1);
  const resumed: AwardEvent = {
    type: 'AwardResumed',
    data: { from: month('2026-12'), decisionId: 'd' },
  };
  const rows: readonly (readonly [string, readonly AwardEvent[], string, readonly string[]])[] = [
    ['none before the first', [opened], '2026-08', []],
    ['the first', [opened], '2026-09', ['2026-09']],
    ['those that a late decision missed', [opened], '2026-11', ['2026-09', '2026-10', '2026-11']],
    ['none that fell due already', [opened, first], '2026-09', []],
    ['the next', [opened, first], '2026-10', ['2026-10']],
    [
      'none past the months awarded',
      [{ ...brought, data: { ...brought.data, monthsDrawn: 5 } }],
      '2026-12',
      ['2026-10'],
    ],
    [
      'none of an award drawn to its end',
      [{ ...brought, data: { ...brought.data, monthsDrawn: 6 } }],
      '2026-12',
      [],
    ],
    ['those before a pause', [opened, paused('2026-10')], '2026-12', ['2026-09']],
    ['none from a pause on', [opened, first, paused('2026-10')], '2026-12', []],
    ['those before a stop', [opened, stopped('2026-11', 6)], '2026-12', ['2026-09', '2026-10']],
    [
      'none that a pause froze, after a later stop',
      [opened, first, paused('2026-10'), stopped('2026-12', 5)],
      '2026-12',
      [],
    ],
    [
      'those from the resumption on',
      [opened, first, paused('2026-10'), resumed],
      '2026-12',
      ['2026-12'],
    ],
  ];

  it.each(rows)('%s', (_case, history, rollMonth, expected) => {
    expect(monthsDue(live(...history), month(rollMonth), nextOf)).toEqual(expected);
  });
});

describe('the months that the fund has paid', () => {
  it.each<readonly [string, readonly AwardEvent[], number]>([
    ['none that is only due', [opened, september], 0],
    ['none on its way', [opened, september, sent], 0],
    ['one that the bank paid', [opened, september, sent, paid(bankLine('I-1', 1))], 1],
    ['none that came back', [opened, september, sent, paid(bankLine('I-1', 1)), isReturned], 0],
  ])('%s', (_case, history, expected) => {
    expect(monthsPaid(live(...history))).toBe(expected);
  });
});
