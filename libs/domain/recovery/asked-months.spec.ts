import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { month } from '../values/calendar.js';
import type { AskedMonthsEvent } from './asked-months.events.js';
import {
  askedByOthers,
  askedMonthsDecider,
  askedMonthsStream,
  type AskMonthsBack,
} from './asked-months.js';

const [september, october, november] = ['2026-09', '2026-10', '2026-11'].map(month) as [
  ReturnType<typeof month>,
  ReturnType<typeof month>,
  ReturnType<typeof month>,
];
const ask: AskMonthsBack = {
  type: 'AskMonthsBack',
  ...{ recoveryNo: 'R1', round: 1, months: [september, october], over: [] },
};
const asked: AskedMonthsEvent = {
  type: 'MonthsAskedBack',
  data: { recoveryNo: 'R1', round: 1, months: [september, october], instead: [] },
};
const other: AskMonthsBack = { ...ask, recoveryNo: 'R2', months: [october, november] };
const left = { month: october, recoveryNo: 'R1', round: 1 };

describe('a month of an award', () => {
  it('is the first recovery’s that asks for it', () => {
    given(askedMonthsDecider).when(ask).records(asked);
    given(askedMonthsDecider, asked).when(other).refuses('RECOVERY_MONTH_TAKEN');
    expect(askedMonthsStream('C1')).toBe('asked-months-C1');
  });
  it('is another’s beside it', () => {
    const months = [november];
    given(askedMonthsDecider, asked)
      .when({ ...other, months })
      .records({ type: 'MonthsAskedBack', data: { ...asked.data, recoveryNo: 'R2', months } });
  });
  it('says which recovery asks for it', () => {
    const { state } = given(askedMonthsDecider, asked);
    expect(() => askedMonthsDecider.decide(other, state)).toThrow(
      'RECOVERY_MONTH_TAKEN {"month":"2026-10","recovery":"R1"}',
    );
    expect(askedByOthers(state, other)).toEqual([left]);
    expect(askedByOthers(state, ask)).toEqual([]);
  });
  it('is asked for again by each round of its recovery, and by no earlier one', () => {
    const second: AskedMonthsEvent = { ...asked, data: { ...asked.data, round: 2 } };
    given(askedMonthsDecider, asked)
      .when({ ...ask, round: 2 })
      .records(second);
    given(askedMonthsDecider, asked, second).when(ask).records();
  });
  it('is free again once its recovery was opened without it', () => {
    given(askedMonthsDecider, asked)
      .when({ ...other, over: [left] })
      .records({
        type: 'MonthsAskedBack',
        data: { ...asked.data, recoveryNo: 'R2', months: other.months, instead: [left] },
      });
    for (const over of [
      { ...left, month: september },
      { ...left, round: 2 },
      { ...left, recoveryNo: 'R3' },
    ]) {
      given(askedMonthsDecider, asked)
        .when({ ...other, over: [over] })
        .refuses('RECOVERY_MONTH_TAKEN');
    }
  });
  it('stops at a history that could not have happened', () => {
    const stolen: AskedMonthsEvent = { ...asked, data: { ...asked.data, recoveryNo: 'R2' } };
    expect(() => given(askedMonthsDecider, asked, stolen)).toThrow(/impossible history/);
  });
});
