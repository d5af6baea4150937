/** Money: whole fen (分) as bigint. `amount * 0.9` does not compile, and rounding must be said. */
export type Fen = bigint & { readonly __unit: 'fen' };

/** A share such as 90 per 100: an integer ratio, so that money never meets a float. */
export type Ratio = Readonly<{ of: bigint; per: bigint }>;

export function fen(amount: bigint): Fen {
  return amount as Fen;
}

export const noFen: Fen = fen(0n);

export function sumFen(amounts: Iterable<Fen>): Fen {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return fen(total);
}

export function addFen(left: Fen, right: Fen): Fen {
  return fen(left + right);
}

export function subtractFen(left: Fen, right: Fen): Fen {
  return fen(left - right);
}

/** Multiplies by a ratio and rounds half up to the fen, once. Amounts are not negative here. */
export function shareOf(amount: Fen, { of, per }: Ratio): Fen {
  if (amount < 0n || of < 0n || per <= 0n) throw new RangeError(`shareOf ${amount} ${of}/${per}`);
  return fen((2n * amount * of + per) / (2n * per));
}

const zero = 0x30;
/** A number of so many digits is exact, and makes a bigint quicker than a text does. */
const exactDigits = 15;

/** Reads decimal text as it stands on disk: an optional minus and digits, in fen. */
export function fenFromText(text: string): Fen {
  const { length } = text;
  if (length === 0 || length > exactDigits) return longFenFromText(text);
  let amount = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return longFenFromText(text);
    amount = amount * 10 + digit;
  }
  return fen(BigInt(amount));
}

/** The whole form, as it is seldom met. */
function longFenFromText(text: string): Fen {
  if (!/^-?\d{1,18}$/.test(text)) throw new RangeError(`not an amount in fen: ${text}`);
  return fen(BigInt(text));
}

/** Reads yuan as people write them, `2412`, `2412.5`, `2412.00`; at most two decimals. */
export function fenFromYuan(text: string): Fen | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, yuan = '0', cents = ''] = match;
  const amount = BigInt(yuan) * 100n + BigInt(cents.padEnd(2, '0') || '0');
  return fen(sign === '-' ? -amount : amount);
}

/** Writes yuan with two decimals and no separators, as files and answers carry them. */
export function yuanText(amount: Fen): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
