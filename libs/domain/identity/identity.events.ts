import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';

/**
 * What the reservation of an identity number can remember. These shapes are on disk for ever: add a
 * field as optional, or write a new version and an upcaster. The key is an HMAC over the 18 digits.
 */
export type IdentityEvent =
  | Fact<'IdentityReserved', { identityKey: string; personRef: string }>
  | Fact<'IdentityMoved', { personRef: string }>;

export const identityCodecs: Record<IdentityEvent['type'], EventCodec> = {
  IdentityReserved: codec([]),
  IdentityMoved: codec([]),
};
