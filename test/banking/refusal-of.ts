import { Refusal } from '#domain/refusal.js';

/**
 * The refusal a call ends in; undefined when it returns. Any other error is passed on and fails the
 * test.
 */
export function refusalOf(call: () => unknown): Refusal | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
