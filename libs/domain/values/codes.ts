const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** One form for codes and card numbers: half-width, upper case, no blanks and no hyphens. */
export function normaliseCode(text: string): string {
  return text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
}

/**
 * The check character of a unified social credit code (GB 32100-2015). Genuine early codes fail it,
 * so a failure is a warning and never a ground to reject a row.
 */
export function isCreditCode(text: string): boolean {
  const code = normaliseCode(text);
  if (code.length !== 18) return false;
  let sum = 0;
  for (const [at, weight] of creditWeights.entries()) {
    const value = creditAlphabet.indexOf(code.charAt(at));
    if (value < 0) return false;
    sum += weight * value;
  }
  return code[17] === creditAlphabet.charAt((31 - (sum % 31)) % 31);
}

/** The organisation code (GB 11714) inside a credit code: its characters 9 to 17. */
export function organisationCodeOf(creditCode: string): string {
  return normaliseCode(creditCode).slice(8, 17);
}

/** The check character of a nine-character organisation code (GB 11714), hyphen or not. */
export function isOrganisationCode(text: string): boolean {
  const code = normaliseCode(text);
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(code)) return false;
  let sum = 0;
  organisationWeights.forEach((weight, at) => {
    sum += weight * organisationAlphabet.indexOf(code.charAt(at));
  });
  const check = (11 - (sum % 11)) % 11;
  return code[8] === (check === 10 ? 'X' : String(check));
}

/**
 * The Luhn check of a bank card of 16 to 19 digits. Passbooks and corporate accounts need not pass,
 * so a failure is a warning only.
 */
export function isBankCard(text: string): boolean {
  const digits = normaliseCode(text);
  if (!/^\d{16,19}$/.test(digits)) return false;
  let sum = 0;
  [...digits].reverse().forEach((digit, fromRight) => {
    const value = Number(digit) * (fromRight % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}
