/** What may be shown or printed without unmasking. A text too short to mask shows nothing. */
const nothing = '****';

/** 张三 → 张*; the length of the name is not told. */
export function maskName(name: string): string {
  const [first = ''] = name.trim();
  return `${first}*`;
}

/** 440106199003071234 → 4401**********1234. */
export function maskId(id: string): string {
  if (id.length < 15) return nothing;
  return `${id.slice(0, 4)}${'*'.repeat(id.length - 8)}${id.slice(-4)}`;
}

/** 6222020200112341234 → 6222 **** **** 1234. */
export function maskAccount(account: string): string {
  const digits = account.replaceAll(/\s/gu, '');
  if (digits.length < 12) return nothing;
  return `${digits.slice(0, 4)} **** **** ${digits.slice(-4)}`;
}

/** 13800138000 → 138****8000. */
export function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/\s/gu, '');
  if (digits.length < 11) return nothing;
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
