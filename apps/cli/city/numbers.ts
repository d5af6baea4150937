/**
 * Numbers and months as a city's own systems make them. They are written here a second time, apart
 * from the readers, so that a mistake in one is caught by the other.
 */

/** `2026-09` and a count of months → the month that many later. */
export function monthAfter(month: string, count: number): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${Math.floor(number / 12)}-${two((number % 12) + 1)}`;
}

export function dayOf(month: string, day: number): string {
  return `${month}-${two(day)}`;
}

export function lastDayOf(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (number === 2) return dayOf(month, leap ? 29 : 28);
  return dayOf(month, [4, 6, 9, 11].includes(number) ? 30 : 31);
}

/** 17 digits with their check character (GB 11643). */
export function residentId(first17: string): string {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += Number(first17[at]) * (2 ** (17 - at) % 11);
  return first17 + '10X98765432'.charAt(sum % 11);
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** 17 characters with their check character (GB 32100). */
export function creditCode(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += creditAlphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return first17 + creditAlphabet.charAt((31 - (sum % 31)) % 31);
}

/** Digits with the check digit cards carry at their end. */
export function cardNumber(digits: string): string {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const value = at % 2 === 0 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Eight digits with the check character of an organisation code (GB 11714). */
export function organisationCode(first8: string): string {
  let sum = 0;
  for (const [at, weight] of organisationWeights.entries()) sum += Number(first8[at]) * weight;
  return first8 + '0X987654321'.charAt(sum % 11);
}

/** So many thousandths of a base in fen, rounded half up. */
export function shareHalfUp(baseFen: bigint, thousandths: bigint): bigint {
  return (baseFen * thousandths + 500n) / 1000n;
}

/** The year of a month or day, less some. */
export function yearBefore(date: string, years: number): number {
  return Number(date.slice(0, 4)) - years;
}

/** 2 → `02`. */
export function two(number: number): string {
  return String(number).padStart(2, '0');
}
