import { isDay, type Day } from './calendar.js';

/** A resident's identity number (GB 11643-1999), always carried in its 18-character form. */
export type ResidentId = Readonly<{
  id18: string;
  birth: Day;
  sex: 'F' | 'M';
  /** Six-digit division code of the first registration; it may have been abolished since. */
  division: string;
  /** True when the text given was of the 15-digit kind. */
  old: boolean;
}>;

/** Why a text is not an identity number. */
export type ResidentIdFault = 'length' | 'characters' | 'birth' | 'check-character';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';

/**
 * Reads an identity number in any form people write it: blanks, full-width digits, a lower-case x,
 * 15 digits. The division is not looked up, because codes of abolished divisions stay valid.
 */
export function parseResidentId(text: string): ResidentId | undefined {
  const found = readResidentId(text);
  return typeof found === 'string' ? undefined : found;
}

/**
 * The reason a text is not an identity number; undefined when it is one. Never repeats the text.
 */
export function residentIdFault(text: string): ResidentIdFault | undefined {
  const found = readResidentId(text);
  return typeof found === 'string' ? found : undefined;
}

/**
 * The one 18-character form of a number, on which identities are compared; undefined if invalid.
 */
export function normaliseResidentId(text: string): string | undefined {
  return parseResidentId(text)?.id18;
}

/** The 18th character for the first 17 digits: Σ weight × digit mod 11. */
export function residentIdCheck(first17: string): string {
  let sum = 0;
  weights.forEach((weight, at) => {
    sum += weight * Number(first17[at]);
  });
  return checkCharacters.charAt(sum % 11);
}

function readResidentId(text: string): ResidentId | ResidentIdFault {
  const clean = text.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  if (clean.length !== 15 && clean.length !== 18) return 'length';
  if (!/^(?:\d{15}|\d{17}[\dX])$/.test(clean)) return 'characters';
  const old = clean.length === 15;
  const first17 = old ? `${clean.slice(0, 6)}19${clean.slice(6)}` : clean.slice(0, 17);
  const check = residentIdCheck(first17);
  const birth = `${first17.slice(6, 10)}-${first17.slice(10, 12)}-${first17.slice(12, 14)}`;
  if (!isBirth(birth)) return 'birth';
  if (!old && check !== clean[17]) return 'check-character';
  return {
    id18: first17 + check,
    birth,
    sex: Number(first17[16]) % 2 === 1 ? 'M' : 'F',
    division: first17.slice(0, 6),
    old,
  };
}

/**
 * The calendar begins in 1900, the numbers of the oldest do not: their years fall like those three
 * centuries later, leap years included.
 */
function isBirth(text: string): text is Day {
  return isDay(text.replace(/^18/, '21'));
}
