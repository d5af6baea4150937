import { describe, expect, it } from '@jest/globals';
import {
  account,
  bankLine,
  due,
  dueCommand,
  failed,
  instructed,
  live,
  opened,
  terms,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import { day, month } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { AwardCommand } from './award.commands.js';
import type { AwardEvent, PayeeAccount } from './award.events.js';
import { awardDecider } from './award.js';
import { isPayable, unpaidReason } from './award-state.js';

const fixedFen = fen(9_000_000n);
const payee = { kind: 'survivor', ref: 'P0000202' } as const;
const grant = {
  ...terms,
  ...{ claimNo: 'C000009', awardNo: 'C000009', paidMonths: 76, item: 'funeral-and-survivors' },
  ...{ monthsAwarded: 1, fixedFen, payee },
} as const;
const granted: AwardEvent = { type: 'AwardOpened', data: grant };

const theirs: PayeeAccount = { ...account, accountRef: 'account-9', accountKey: 'ee55' };
const died: Extract<AwardEvent, { type: 'AwardStopped' }> = {
  type: 'AwardStopped',
  data: {
    ...{ event: 'died', on: day('2026-10-28'), from: month('2026-11'), clause: '第二十一条' },
    ...{ decisionId: 'stop', lastMonth: month('2026-10'), remaining: 4, mayResume: false },
  },
};
const assign: AwardCommand = {
  type: 'AssignPayee',
  ...{ payee, account: theirs, decisionId: 'claim/C000009' },
};
const assigned: AwardEvent = {
  type: 'AwardPayeeAssigned',
  data: { payee, account: theirs, decisionId: 'claim/C000009' },
};

describe('an award that is paid once', () => {
  it('keeps its item, its amount and who is paid', () => {
    given(awardDecider)
      .when({ type: 'OpenAward', ...grant })
      .records(granted);
    expect(live(granted)).toMatchObject({ item: grant.item, monthlyFen: fixedFen, payee });
  });
  it('runs out with its one line', () => {
    const { lineId } = due('2026-09', 1).data;
    const line = { ...dueCommand('2026-09'), item: grant.item, amountFen: fixedFen };
    const { type: _type, ...data } = line;
    expect(awardDecider.decide(line, live(granted))).toEqual([
      { type: 'LineDue', data: { ...data, no: 1 } },
      { type: 'AwardExhausted', data: { lastMonth: month(lineId) } },
    ]);
  });
});

describe('what an award owes after a death', () => {
  const owed = [opened, due('2026-09', 1), died] as const;
  it('is owed to survivors, and paid to nobody until three and one more have named them', () => {
    const award = live(...owed);
    const [line] = award.lines;
    if (line === undefined) throw new Error('nothing is owed');
    expect(unpaidReason(award, line, day('2026-12-01'))).toBe('survivors');
    expect(isPayable(award, line, day('2026-12-01'))).toBe(false);
    const after = live(...owed, assigned);
    expect(unpaidReason(after, line, day('2026-12-01'))).toBe('awaiting-approval');
    expect(after).toMatchObject({ payee, account: theirs });
  });
  it('is taken over by the payee of the decision', () => {
    given(awardDecider, ...owed)
      .when(assign)
      .records(assigned);
    expect(live(...owed, assigned).account).toEqual(theirs);
  });
  it('waits for an account of the payee’s, never for the old one', () => {
    const data = { payee, decisionId: 'claim/C000009' };
    expect(live(...owed, { type: 'AwardPayeeAssigned', data }).account).toBeUndefined();
  });
  it('is taken over of no award that was stopped for anything else', () => {
    given(awardDecider, opened).when(assign).refuses('AWARD_NOT_ENDED_BY_DEATH');
    const other: AwardEvent = { ...died, data: { ...died.data, event: 're-employed' } };
    given(awardDecider, opened, other).when(assign).refuses('AWARD_NOT_ENDED_BY_DEATH');
  });
  it('is still known to have failed on the way', () => {
    const sent = [instructed('I-1', ['2026-09']), failed(bankLine('I-1', 1))];
    const award = live(opened, due('2026-09', 1), ...sent, died, assigned);
    const [line] = award.lines;
    expect(line?.badAccount).toBe(account.accountRef);
    expect(line !== undefined && isPayable(award, line, day('2026-12-01'))).toBe(true);
  });
});

describe('months that are paid out at once', () => {
  const stopped: AwardEvent = {
    ...died,
    data: { ...died.data, event: 'business', mayResume: true },
  };
  const consume = { type: 'ConsumeMonths', months: 5, decisionId: 'claim/C000007' } as const;
  const consumed: AwardEvent = {
    type: 'MonthsConsumed',
    data: { months: 5, decisionId: 'claim/C000007' },
  };
  it('count as drawn', () => {
    given(awardDecider, opened, due('2026-09', 1), stopped).when(consume).records(consumed);
    expect(live(opened, due('2026-09', 1), stopped, consumed)).toMatchObject({
      ...{ monthsAwarded: 1, monthsDrawn: 1 },
    });
  });
  it('are those that are left, of an award that has stopped', () => {
    given(awardDecider, opened).when(consume).refuses('AWARD_NOT_STOPPED');
    given(awardDecider, opened, due('2026-09', 1), stopped)
      .when({ ...consume, months: 6 })
      .refuses('FACT_IMPOSSIBLE');
    given(awardDecider, opened, stopped)
      .when({ ...consume, months: 0 })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('are drawn by nobody once the award is resumed', () => {
    const resumed: AwardEvent = {
      type: 'AwardResumed',
      data: { from: month('2027-01'), decisionId: 'resume' },
    };
    given(awardDecider, opened, due('2026-09', 1), stopped, consumed, resumed)
      .when(dueCommand('2027-01'))
      .refuses('AWARD_ENDED');
  });
  it('cannot have been those of an award in force', () => {
    expect(() => live(opened, consumed)).toThrow(/impossible history/);
  });
});
