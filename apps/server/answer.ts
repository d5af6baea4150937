import { fen, yuanText } from '#domain/values/fen.js';

/**
 * An answer as JSON carries it: an amount (`…Fen`, or `fen` in a total) is an integer of fen with
 * its yuan beside it as decimal text; every other bigint, such as a position, is text.
 *
 * @throws RangeError for an amount beyond what a JSON number holds exactly
 */
export function toAnswer(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(toAnswer);
  if (!isPlain(value)) return value;
  const answer: Record<string, unknown> = {};
  for (const [key, held] of Object.entries(value)) {
    if (typeof held === 'bigint' && isAmount(key)) Object.assign(answer, money(key, held));
    else answer[key] = toAnswer(held);
  }
  return answer;
}

export function answerText(value: unknown): string {
  return JSON.stringify(toAnswer(value));
}

/** `amountFen: 241200n` gives `{ amountFen: 241200, amountYuan: '2412.00' }`. */
export function money(key: string, amount: bigint): Readonly<Record<string, unknown>> {
  const inJson = Number(amount);
  if (!Number.isSafeInteger(inJson)) throw new RangeError(`${key} does not fit a JSON number`);
  return { [key]: inJson, [yuanKey(key)]: yuanText(fen(amount)) };
}

function isAmount(key: string): boolean {
  return key === 'fen' || key.endsWith('Fen');
}

function yuanKey(key: string): string {
  return key === 'fen' ? 'yuan' : `${key.slice(0, -'Fen'.length)}Yuan`;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
