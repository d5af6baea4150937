import { describe, expect, it } from '@jest/globals';
import {
  bankLine,
  brought,
  due,
  ended,
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
import { month } from '../values/calendar.js';
import type { AwardEvent } from './award.events.js';
import { awardDecider } from './award.js';

const { account: _account, ...accountless } = opened.data;
const september = due('2026-09', 1);
const sent = instructed('I-1', ['2026-09'], '2026-09-20');
const answer = bankLine('I-1', 1);
const recalled: AwardEvent = {
  type: 'PaymentRecalled',
  data: { instructionId: 'I-1', reason: 'hit', by: ['li', 'wang'] },
};
const held: AwardEvent = {
  type: 'LineHeld',
  data: { lineId: '2026-09', reason: 'disputed', cause: 'c' },
};
const released: AwardEvent = { type: 'LineReleased', data: { lineId: '2026-09', cause: 'c' } };
const resumed: AwardEvent = {
  type: 'AwardResumed',
  data: { from: month('2026-12'), decisionId: 'd' },
};
const added: AwardEvent = {
  type: 'LineAdded',
  data: { ...line('2026-09'), documentId: 'd', bookedMonth: month('2026-09'), reason: 'r' },
};
const whole: AwardEvent = { ...brought, data: { ...brought.data, monthsDrawn: 6 } };

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const rows: readonly (readonly [string, readonly AwardEvent[], AwardEvent])[] = [
    ['opened twice', [opened], opened],
    ['brought in twice', [brought], brought],
    ['opened after it was brought in', [brought], opened],
    ['due before it was opened', [], september],
    ['the same month due twice', [opened, september], september],
    ['an earlier month due later', [opened, due('2026-10', 1)], september],
    ['a month past those awarded', [whole], due('2026-10', 7)],
    ['one line added twice', [opened, september], added],
    ['a hold on no line', [opened], held],
    ['a release of no line', [opened], released],
    ['a line withdrawn that is not there', [opened], ended('LineWithdrawn', '2026-09', '2026-09')],
    [
      'a line withdrawn in transit',
      [opened, september, sent],
      ended('LineWithdrawn', '2026-09', '2026-09'),
    ],
    [
      'a line cancelled twice',
      [opened, september, ended('LineCancelled', '2026-09', '2026-10')],
      ended('LineCancelled', '2026-09', '2026-10'),
    ],
    ['a payment of no line', [opened], sent],
    ['one line in two payments', [opened, september, sent], instructed('I-2', ['2026-09'])],
    ['one instruction twice', [opened, september, sent, recalled], sent],
    ['paid without an instruction', [opened, september], paid(answer)],
    ['paid twice', [opened, september, sent, paid(answer)], paid(answer)],
    ['failed after it was paid', [opened, september, sent, paid(answer)], failed(answer)],
    ['paid after it was recalled', [opened, september, sent, recalled], paid(answer)],
    ['recalled after it was paid', [opened, september, sent, paid(answer)], recalled],
    ['returned before it was paid', [opened, september, sent], returned(answer)],
    ['returned after it failed', [opened, september, sent, failed(answer)], returned(answer)],
    ['returned twice', [opened, september, sent, paid(answer), returned(answer)], returned(answer)],
    ['resumed while open', [opened], resumed],
    ['paused after a stop', [opened, stopped('2026-09', 6)], paused('2026-09')],
    [
      'shared without an account',
      [{ type: 'AwardOpened', data: accountless }],
      { type: 'AwardAccountShared', data: { holders: 2 } },
    ],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    const state = history.reduce(awardDecider.evolve, awardDecider.initial);
    expect(() => awardDecider.evolve(state, next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const unknown = { type: 'AwardPainted', data: {} } as unknown as AwardEvent;
    expect(() => awardDecider.evolve(live(opened), unknown)).toThrow('impossible history');
  });

  it('knows that the last month was drawn without changing anything', () => {
    const award = live(opened, september);
    const exhausted: AwardEvent = {
      type: 'AwardExhausted',
      data: { lastMonth: month('2026-09') },
    };
    expect(awardDecider.evolve(award, exhausted)).toEqual(award);
  });
});
