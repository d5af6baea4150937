/** Months are `YYYY-MM`, days `YYYY-MM-DD`, both in Asia/Shanghai; they compare as text. */
export type Month = string & { readonly __calendar: 'month' };
export type Day = string & { readonly __calendar: 'day' };

/** @throws RangeError when the text is not a month */
export function month(text: string): Month {
  if (!isMonth(text)) throw new RangeError(`not a month: ${text}`);
  return text;
}

/** @throws RangeError when the text is not a day that exists */
export function day(text: string): Day {
  if (!isDay(text)) throw new RangeError(`not a day: ${text}`);
  return text;
}

export function isMonth(text: string): text is Month {
  return /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(text);
}

export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ofMonth = text.slice(0, 7);
  const number = Number(text.slice(8));
  return isMonth(ofMonth) && number >= 1 && number <= daysIn(ofMonth);
}

export function monthOf(date: Day): Month {
  return month(date.slice(0, 7));
}

export function monthNumber(of: Month): number {
  return Number(of.slice(0, 4)) * 12 + Number(of.slice(5, 7)) - 1;
}

export function addMonths(to: Month, count: number): Month {
  const number = monthNumber(to) + count;
  const year = Math.floor(number / 12);
  return month(`${String(year).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`);
}

/** Whole months from one to another: 2026-01 to 2026-03 is 2. */
export function monthsBetween(from: Month, to: Month): number {
  return monthNumber(to) - monthNumber(from);
}

export function firstDay(of: Month): Day {
  return day(`${of}-01`);
}

export function lastDay(of: Month): Day {
  return day(`${of}-${String(daysIn(of)).padStart(2, '0')}`);
}

export function addDays(to: Day, count: number): Day {
  return dayFromNumber(dayNumber(to) + count);
}

/** Days since 1970-01-01, by the civil calendar's arithmetic: no clock and no time zone. */
export function dayNumber(date: Day): number {
  const year = Number(date.slice(0, 4));
  const ofMonth = Number(date.slice(5, 7));
  const shifted = ofMonth <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (ofMonth + (ofMonth > 2 ? -3 : 9)) + 2) / 5);
  const dayOfYear = ofYear + Number(date.slice(8, 10)) - 1;
  const dayOfEra = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(date: Day): number {
  return (((dayNumber(date) + 4) % 7) + 7) % 7;
}

/** Holidays as data: weekends that are worked (调休) and weekdays that are off. */
export type Holidays = Readonly<{ off: readonly string[]; work: readonly string[] }>;

export function isWorkingDay(date: Day, { off, work }: Holidays): boolean {
  if (work.includes(date)) return true;
  if (off.includes(date)) return false;
  return weekday(date) !== 0 && weekday(date) !== 6;
}

/** The day after `count` working days have passed from (and without) `from`. */
export function addWorkingDays(from: Day, count: number, holidays: Holidays): Day {
  let date = from;
  for (let left = count; left > 0;) {
    date = addDays(date, 1);
    if (isWorkingDay(date, holidays)) left -= 1;
  }
  return date;
}

function daysIn(of: Month): number {
  const year = Number(of.slice(0, 4));
  const number = Number(of.slice(5, 7));
  if (number === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
}

function dayFromNumber(number: number): Day {
  const shifted = number + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const dayOfMonth = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const ofMonth = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (ofMonth <= 2 ? 1 : 0);
  const two = (value: number) => String(value).padStart(2, '0');
  return day(`${String(year).padStart(4, '0')}-${two(ofMonth)}-${two(dayOfMonth)}`);
}
