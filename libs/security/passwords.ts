import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { refuse } from '#domain/refusal.js';

/** OWASP's choice for argon2id, the library's default: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const shortest = 12;
const longest = 200;
/** Without 0/O, 1/I/L: a one-time password is read aloud and typed from paper. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost);
}

export function passwordMatches(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, password.normalize('NFKC'));
}

/** About 99 bits, in groups of five. */
export function oneTimePassword(): string {
  const letters = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]);
  return letters.join('').replaceAll(/(.{5})(?=.)/gu, '$1-');
}

/** @throws Refusal PASSWORD_WEAK, naming the rule and never the password */
export function assertStrong(password: string, login: string): void {
  const length = [...password].length;
  if (length < shortest) refuse('PASSWORD_WEAK', { rule: `at least ${shortest} characters` });
  if (length > longest) refuse('PASSWORD_WEAK', { rule: `at most ${longest} characters` });
  if (new Set(password).size < 5)
    refuse('PASSWORD_WEAK', { rule: 'at least 5 distinct characters' });
  if (password.toLowerCase().includes(login.toLowerCase()))
    refuse('PASSWORD_WEAK', { rule: 'not the login' });
}
