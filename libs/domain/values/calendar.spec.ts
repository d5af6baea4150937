import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  addWorkingDays,
  day,
  dayNumber,
  firstDay,
  isDay,
  isMonth,
  isWorkingDay,
  lastDay,
  month,
  monthNumber,
  monthOf,
  monthsBetween,
  weekday,
} from './calendar.js';

const instants = fc.date({
  min: new Date('1900-03-01T00:00:00Z'),
  max: new Date('2199-12-01T00:00:00Z'),
  noInvalidDate: true,
});
const days = instants.map((instant) => day(instant.toISOString().slice(0, 10)));

describe('months', () => {
  it.each(['1900-01', '2026-09', '2199-12'])('%s is one', (text) => {
    expect(isMonth(text)).toBe(true);
    expect(month(text)).toBe(text);
  });

  it.each([
    '',
    '2026',
    '2026-00',
    '2026-13',
    '2026-9',
    '1899-12',
    '2200-01',
    '2026-09-01',
    '2026-09\n',
  ])('%j is none', (text) => {
    expect(isMonth(text)).toBe(false);
    expect(() => month(text)).toThrow(RangeError);
  });

  it.each([
    ['2026-09', 0, '2026-09'],
    ['2026-09', 4, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-12', 1, '2027-01'],
    ['2026-06', -18, '2024-12'],
    ['2026-06', 24, '2028-06'],
  ])('%s and %i more is %s', (from, count, to) => {
    expect(addMonths(month(from), count)).toBe(to);
    expect(monthsBetween(month(from), month(to))).toBe(count);
  });

  it('do not leave the calendar', () => {
    expect(() => addMonths(month('2199-12'), 1)).toThrow(RangeError);
  });

  it('compare as text as they do in time', () => {
    fc.assert(
      fc.property(days, days, (left, right) => {
        const [a, b] = [monthOf(left), monthOf(right)];
        expect(a < b).toBe(monthNumber(a) < monthNumber(b));
      }),
    );
  });

  it.each([
    ['2026-02', '2026-02-28'],
    ['2024-02', '2024-02-29'],
    ['2000-02', '2000-02-29'],
    ['2100-02', '2100-02-28'],
    ['2026-04', '2026-04-30'],
    ['2026-12', '2026-12-31'],
  ])('%s ends on %s', (of, last) => {
    expect(lastDay(month(of))).toBe(last);
    expect(firstDay(month(of))).toBe(`${of}-01`);
    expect(monthOf(day(last))).toBe(of);
  });
});

describe('days', () => {
  it.each(['2026-02-29', '2100-02-29', '2026-04-31', '2026-01-00', '2026-13-01', '2026-1-1', ''])(
    '%j is none',
    (text) => {
      expect(isDay(text)).toBe(false);
      expect(() => day(text)).toThrow(RangeError);
    },
  );

  it.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-03-01', 11_017],
    ['2026-11-22', 20_779],
  ])('%s is number %i', (text, number) => {
    expect(dayNumber(day(text))).toBe(number);
  });

  it('agree with the machine’s own calendar', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -400, max: 400 }), (instant, count) => {
        const text = day(instant.toISOString().slice(0, 10));
        const midnight = Date.parse(`${text}T00:00:00Z`);
        expect(dayNumber(text)).toBe(midnight / 86_400_000);
        expect(weekday(text)).toBe(new Date(midnight).getUTCDay());
        const later = new Date(midnight + count * 86_400_000).toISOString().slice(0, 10);
        if (isDay(later)) expect(addDays(text, count)).toBe(later);
      }),
    );
  });
});

describe('working days', () => {
  /** The National Day of 2026: off from 1 to 7 October, worked on Saturday 10 October. */
  const holidays = {
    off: ['01', '02', '05', '06', '07'].map((number) => `2026-10-${number}`),
    work: ['2026-10-10'],
  };

  it.each([
    ['2026-09-30', true],
    ['2026-10-01', false],
    ['2026-10-03', false],
    ['2026-10-08', true],
    ['2026-10-10', true],
    ['2026-10-11', false],
    ['2026-10-17', false],
  ])('%s: %s', (date, expected) => {
    expect(isWorkingDay(day(date), holidays)).toBe(expected);
  });

  it.each([
    ['2026-11-27', 5, '2026-12-04'],
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-09-30', 3, '2026-10-10'],
    ['2026-09-30', 4, '2026-10-12'],
    ['2026-10-03', 1, '2026-10-08'],
    ['2026-10-03', 0, '2026-10-03'],
  ])('%s and %i of them is %s', (from, count, to) => {
    expect(addWorkingDays(day(from), count, holidays)).toBe(to);
  });

  it('work on a day that is named both ways', () => {
    expect(isWorkingDay(day('2026-10-01'), { off: ['2026-10-01'], work: ['2026-10-01'] })).toBe(
      true,
    );
  });
});
