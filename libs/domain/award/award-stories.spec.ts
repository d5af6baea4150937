import { describe, expect, it } from '@jest/globals';
import {
  account,
  bankLine,
  corrected,
  due,
  dueCommand,
  ended,
  failed,
  instructCommand,
  instructed,
  live,
  opened,
  paid,
  returned,
  stopCommand,
  stopped,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import { addMonths, day, month } from '../values/calendar.js';
import type { AwardEvent } from './award.events.js';
import { monthsDue, unpaidReason, type LiveAward } from './award-state.js';
import { awardDecider } from './award.js';

const last = day('2026-11-30');

function reasonOf(award: LiveAward, lineId: string, on = last): string {
  const found = award.lines.find((one) => one.lineId === lineId);
  return found === undefined ? 'not open' : unpaidReason(award, found, on);
}

describe('a job in mid-month: six awarded, two drawn, November signed and not sent', () => {
  const september = [
    due('2026-09', 1),
    instructed('I-09', ['2026-09'], '2026-09-20'),
    paid(bankLine('I-09', 1, '2026-09-21')),
  ] as const;
  const october = [
    due('2026-10', 2),
    instructed('I-10', ['2026-10'], '2026-10-20'),
    paid(bankLine('I-10', 1, '2026-10-20')),
  ] as const;
  const signed = [due('2026-11', 3), instructed('I-11', ['2026-11'], '2026-11-06')] as const;
  const before = [opened, ...september, ...october, ...signed] as const;
  const held: AwardEvent = {
    type: 'AwardHeld',
    data: { reason: 'hit-hold', cause: 'hit-11', from: month('2026-11') },
  };
  const recalled: AwardEvent = {
    type: 'PaymentRecalled',
    data: { instructionId: 'I-11', reason: 'hit-11', by: ['li', 'wang'] },
  };
  const withdrawn = ended('LineWithdrawn', '2026-11', '2026-11');
  const stop = stopped('2026-11', 4);

  it('holds November the same minute; two people take its line off the batch', () => {
    given(awardDecider, ...before)
      .when({ type: 'HoldAward', reason: 'hit-hold', cause: 'hit-11', from: month('2026-11') })
      .records(held);
    given(awardDecider, ...before, held)
      .when({ type: 'RecallPayment', instructionId: 'I-11', reason: 'hit-11', by: ['li', 'wang'] })
      .records(recalled);
    const award = live(...before, held, recalled);
    expect(reasonOf(award, '2026-11')).toBe('verification-hold');
    given(awardDecider, ...before, held, recalled)
      .when(instructCommand('I-12', ['2026-11'], '2026-11-09'))
      .refuses('LINE_NOT_PAYABLE');
  });

  it('stops from November: it is withdrawn and four months remain', () => {
    given(awardDecider, ...before, held, recalled)
      .when(stopCommand('2026-11'))
      .records(withdrawn, stop);
    expect(live(...before, held, recalled, withdrawn, stop)).toMatchObject({
      status: 'stopped',
      monthsDrawn: 2,
      mayResume: true,
      lines: [],
    });
  });

  it('may resume, and draws four more and no fifth', () => {
    const resumed: AwardEvent = {
      type: 'AwardResumed',
      data: { from: month('2027-03'), decisionId: 'resume-1' },
    };
    const released: AwardEvent = { type: 'AwardReleased', data: { cause: 'hit-11' } };
    const history = [...before, held, recalled, withdrawn, stop, released] as const;
    given(awardDecider, ...history)
      .when({ type: 'ResumeAward', from: month('2027-03'), decisionId: 'resume-1' })
      .records(resumed);
    const months = monthsDue(live(...history, resumed), month('2027-12'), (m) => addMonths(m, 1));
    expect(months).toEqual(['2027-03', '2027-04', '2027-05', '2027-06']);
    const more = months.map((one, index) => due(one, index + 3));
    given(awardDecider, ...history, resumed, ...more)
      .when(dueCommand('2027-07'))
      .refuses('AWARD_ENDED');
  });
});

describe('a return after the close: October comes back on 12 November', () => {
  const october = due('2026-10', 1);
  const first = instructed('I-10', ['2026-10'], '2026-10-20');
  const answer = paid(bankLine('I-10', 1, '2026-10-21'));
  const back = returned(bankLine('I-10', 3, '2026-11-12'));
  const change: AwardEvent = { type: 'AwardAccountChanged', data: { account: corrected } };
  const history = [opened, october, first, answer, back] as const;

  it('is open again for the month it was first due in', () => {
    const award = live(...history);
    expect(award.lines).toMatchObject([{ lineId: '2026-10', rollMonth: '2026-10' }]);
    expect(reasonOf(award, '2026-10')).toBe('returned');
  });

  it('cannot go to the account it came back from', () => {
    given(awardDecider, ...history)
      .when(instructCommand('I-11', ['2026-10'], '2026-11-20'))
      .refuses('LINE_NOT_PAYABLE');
  });

  it('is cooling at the cut when the account was corrected on the 27th', () => {
    expect(reasonOf(live(...history, change), '2026-10')).toBe('account-cooling');
    given(awardDecider, ...history, change)
      .when(instructCommand('I-11', ['2026-10'], '2026-11-30', corrected))
      .refuses('LINE_NOT_PAYABLE');
  });

  it('is paid in December by a new instruction; the old one stays returned', () => {
    const again = instructed('I-12', ['2026-10'], '2026-12-18', corrected);
    given(awardDecider, ...history, change)
      .when(instructCommand('I-12', ['2026-10'], '2026-12-18', account))
      .refuses('SEEN_CHANGED');
    given(awardDecider, ...history, change)
      .when(instructCommand('I-12', ['2026-10'], '2026-12-18', corrected))
      .records(again);
    const award = live(...history, change, again, paid(bankLine('I-12', 1, '2026-12-21')));
    expect(award.lines).toEqual([]);
    expect(award.monthsDrawn).toBe(1);
    expect(award.payments.map(({ instructionId, status }) => [instructionId, status])).toEqual([
      ['I-10', 'returned'],
      ['I-12', 'paid'],
    ]);
  });

  it('keeps a line that failed apart from one that came back', () => {
    const award = live(opened, october, first, failed(bankLine('I-10', 1, '2026-10-21')));
    expect(reasonOf(award, '2026-10')).toBe('failed');
  });
});
