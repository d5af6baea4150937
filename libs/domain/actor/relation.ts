import { refuse } from '../refusal.js';
import type { Signer } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';

/**
 * A person at work on a case: who, on which business day, and the persons of the register
 * (`related`) that are the signer or a declared relative (回避).
 */
export type Acting = Readonly<{ by: Signer; on: Day; related: readonly string[] }>;

/** @throws Refusal SIGNER_IS_PAYEE when the signer or a declared relative is the one concerned */
export function forbidPayee({ related }: Acting, personRef: string): void {
  if (related.includes(personRef)) refuse('SIGNER_IS_PAYEE', {});
}

/** How a member of staff stands among the holders of a bank account. */
export function actorHolder(actorId: string): string {
  return `actor:${actorId}`;
}
