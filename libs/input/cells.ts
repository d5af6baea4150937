import { isDay, isMonth, type Day, type Month } from '#domain/values/calendar.js';
import { isCreditCode, isOrganisationCode } from '#domain/values/codes.js';
import { fen, fenFromYuan, type Fen } from '#domain/values/fen.js';
import { parseResidentId } from '#domain/values/resident-id.js';
import type { Reason, WarningReason } from './problems.js';

/** In what a file counts money. Our own headers say fen; bureaus write yuan with two decimals. */
export type Unit = 'fen' | 'yuan';

export type Cell<T> =
  | Readonly<{ ok: true; value: T; warning?: WarningReason }>
  | Readonly<{ ok: false; reason: Reason }>;

/** How a field is read from a cell that is not empty; the text has no blanks around it. */
export type Field<T> = Readonly<{
  read: (text: string, unit: Unit) => Cell<T>;
  /** What an empty cell stands for; without it the value is needed. */
  empty?: T;
  /** True when the file may lack the whole column. */
  mayLack?: true;
}>;

export function optional<T>(field: Field<T>, empty: T): Field<T> {
  return { ...field, empty };
}

export function mayLack<T>(field: Field<T>, empty: T): Field<T> {
  return { ...field, empty, mayLack: true };
}

/** Names keep their form (NFC); only the blanks around them go, U+3000 included. */
export const name: Field<string> = { read: (text) => good(text.normalize('NFC')) };

/**
 * An agency's own number. An identity number in its place is not taken: these numbers stand in
 * events and addresses, where no personal data may be.
 */
export const agencyNumber: Field<string> = {
  read: (text) => {
    const number = plain(text);
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(number)) return bad('number-invalid');
    if (number.length >= 15 && parseResidentId(number) !== undefined) return bad('number-invalid');
    return good(number);
  },
};

/** A certificate or receipt number, kept as written apart from width and blanks. */
export const reference: Field<string> = { read: (text) => good(plain(text)) };

export const residentId: Field<string> = {
  read: (text) => {
    const found = parseResidentId(text);
    if (found === undefined) return bad('id-invalid');
    return found.old ? good(found.id18, 'id-15-digits') : good(found.id18);
  },
};

/**
 * A failed check character only warns: genuine early codes fail it. Records from before October
 * 2015 name the organisation code (GB 11714), which stands inside the credit code now.
 */
export const creditCode: Field<string> = {
  read: (text) => {
    const code = plain(text).toUpperCase();
    const fits = isCreditCode(code) || isOrganisationCode(code);
    return fits ? good(code) : good(code, 'credit-code-check');
  },
};

/** A division code, of a county or, in longer form, of a street or village platform. */
export const officeCode: Field<string> = {
  read: (text) => matched(plain(text), /^\d{6}(?:\d{3}){0,2}$/, 'number-invalid'),
};

/** `2026-09-03`, and as other systems write it: 2026/9/3, 20260903, 2026年9月3日. */
export const day: Field<Day> = {
  read: (text) => {
    const clean = plain(text).replace(/0?0:00(?::00)?$/, '');
    const match =
      /^(\d{4})(\d{2})(\d{2})$/.exec(clean) ??
      /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(clean);
    const [, year = '', ofMonth = '', number = ''] = match ?? [];
    const written = `${year}-${ofMonth.padStart(2, '0')}-${number.padStart(2, '0')}`;
    return isDay(written) ? good(written) : bad('day-invalid');
  },
};

/** `2026-09`, and as other systems write it: 2026/9, 202609, 2026年9月. */
export const month: Field<Month> = {
  read: (text) => {
    const clean = plain(text);
    const match = /^(\d{4})(\d{2})$/.exec(clean) ?? /^(\d{4})[-/.年](\d{1,2})月?$/.exec(clean);
    const [, year = '', number = ''] = match ?? [];
    const written = `${year}-${number.padStart(2, '0')}`;
    return isMonth(written) ? good(written) : bad('month-invalid');
  },
};

/** Money in the unit its header says. The sign is kept: what may be negative is checked later. */
export const amount: Field<Fen> = {
  read: (text, unit) => {
    const clean = plain(text);
    const digits = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(clean)
      ? clean.replaceAll(',', '')
      : clean;
    if (!/^-?\d{1,15}(?:\.\d+)?$/.test(digits)) return bad('amount-invalid');
    const found = unit === 'yuan' ? fenFromYuan(digits) : wholeFen(digits);
    return found === undefined ? bad('amount-not-whole') : good(found);
  },
};

export const count: Field<number> = {
  read: (text) => {
    const clean = plain(text);
    return /^\d{1,4}$/.test(clean) ? good(Number(clean)) : bad('count-invalid');
  },
};

/** The twelve digits by which banks know one another (CNAPS). */
export const bankCode: Field<string> = {
  read: (text) => matched(tight(text), /^\d{12}$/, 'bank-code-invalid'),
};

/** Account or card. No check digit is asked for: passbooks and public accounts have none. */
export const account: Field<string> = {
  read: (text) => matched(tight(text), /^\d{8,32}$/, 'account-invalid'),
};

export const phone: Field<string> = { read: (text) => good(tight(text)) };

/** One of a closed list of codes; other words for them come from the mapping. */
export function oneOf<Code extends string>(codes: readonly Code[]): Field<Code> {
  return {
    read: (text) => {
      const clean = plain(text);
      const code = codes.find((one) => one.toLowerCase() === clean.toLowerCase());
      return code === undefined ? bad('code-unknown') : good(code);
    },
  };
}

export const yesOrNo: Field<boolean> = {
  read: (text) => {
    const clean = plain(text).toLowerCase();
    return clean === 'yes' || clean === 'no' ? good(clean === 'yes') : bad('code-unknown');
  },
};

/** Half-width, without blanks around it. Most cells are plain already, and cost one look. */
export function plain(text: string): string {
  return /^[\u0021-\u007e]*$/.test(text) ? text : text.normalize('NFKC').trim();
}

function tight(text: string): string {
  return plain(text).replace(/[\s-]/g, '');
}

function wholeFen(digits: string): Fen | undefined {
  return digits.includes('.') ? undefined : fen(BigInt(digits));
}

function matched(text: string, form: RegExp, reason: Reason): Cell<string> {
  return form.test(text) ? good(text) : bad(reason);
}

function good<T>(value: T, warning?: WarningReason): Cell<T> {
  return warning === undefined ? { ok: true, value } : { ok: true, value, warning };
}

function bad(reason: Reason): Readonly<{ ok: false; reason: Reason }> {
  return { ok: false, reason };
}
