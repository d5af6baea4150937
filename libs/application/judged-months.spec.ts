import { describe, expect, it } from '@jest/globals';
import { month } from '#domain/values/calendar.js';
import { isVerified, type JudgedMonths } from './judged-months.js';

describe('a line’s verification', () => {
  const october = { first: month('2026-10'), judged: [month('2026-10'), month('2026-12')] };

  it.each<readonly [string, JudgedMonths, string, boolean]>([
    ['of a judged month', october, '2026-10', true],
    ['of a month that was skipped', october, '2026-11', false],
    ['of a month judged after one that was skipped', october, '2026-12', true],
    ['of a month that has only begun', october, '2027-01', false],
    ['of the old system', october, '2026-09', true],
    ['of the first month before its judgement', { ...october, judged: [] }, '2026-10', false],
    ['of an office that has opened no month', { judged: [] }, '2026-09', false],
  ])('%s', (_case, months, rollMonth, verified) => {
    expect(isVerified(months, month(rollMonth))).toBe(verified);
  });
});
