import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';

/**
 * What the reservation of a staff person's identity can remember: one actor a human being. The
 * shape is on disk for ever: add a field as optional, or write a new version and an upcaster.
 */
export type ActorIdentityEvent = Fact<
  'ActorIdentityReserved',
  { identityKey: string; actorId: string }
>;

export const actorIdentityCodecs: Record<ActorIdentityEvent['type'], EventCodec> = {
  ActorIdentityReserved: codec([]),
};
