import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { ActorIdentityEvent } from './actor-identity.events.js';

export type ActorIdentityCommand = Readonly<{
  type: 'ReserveActorIdentity';
  identityKey: string;
  actorId: string;
}>;

export type ActorIdentity =
  Readonly<{ status: 'free' }> | Readonly<{ status: 'taken'; actorId: string }>;

export const actorIdentityStream = (identityKey: string): string => `actoridentity-${identityKey}`;

/** One human being, one actor: whoever had two could sign twice. The first append wins. */
export const actorIdentityDecider: Decider<
  ActorIdentity,
  ActorIdentityCommand,
  ActorIdentityEvent
> = {
  initial: { status: 'free' },
  decide: ({ identityKey, actorId }, identity) => {
    if (identity.status === 'free') {
      return [{ type: 'ActorIdentityReserved', data: { identityKey, actorId } }];
    }
    if (identity.actorId !== actorId) refuse('ACTOR_ID_TAKEN', { actorId });
    return [];
  },
  evolve: (identity, { type, data }) => {
    if (identity.status !== 'free') return impossible(type, 'an identity taken already');
    return { status: 'taken', actorId: data.actorId };
  },
};
