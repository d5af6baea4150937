import { expect } from '@jest/globals';
import type { Decider } from '#domain/decider.js';
import { Refusal, type RefusalCode } from '#domain/refusal.js';

/**
 * given(decider, ...history).when(command).records(...events) or .refuses(code); retries add
 * nothing.
 */
export function given<S, C, E>(decider: Decider<S, C, E>, ...history: readonly E[]) {
  const state = history.reduce(decider.evolve, decider.initial);
  return {
    state,
    when: (command: C) => ({
      records: (...expected: readonly E[]) => {
        const events = decider.decide(command, state);
        expect(events).toEqual(expected);
        expect(decider.decide(command, events.reduce(decider.evolve, state))).toEqual([]);
      },
      /** For what two documents may ask: a retry is known by its command id, the second refused. */
      recordsOnce: (code: RefusalCode, ...expected: readonly E[]) => {
        const events = decider.decide(command, state);
        expect(events).toEqual(expected);
        const after = events.reduce(decider.evolve, state);
        expectRefusal(code, () => decider.decide(command, after));
      },
      refuses: (code: RefusalCode) => expectRefusal(code, () => decider.decide(command, state)),
    }),
  };
}

function expectRefusal(code: RefusalCode, decide: () => unknown): void {
  let refusal: unknown;
  try {
    decide();
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Refusal);
  expect((refusal as Refusal).code).toBe(code);
}
