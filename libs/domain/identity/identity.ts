import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { IdentityEvent } from './identity.events.js';

export type IdentityCommand = ReserveIdentity | MoveIdentity;

export type ReserveIdentity = Readonly<{
  type: 'ReserveIdentity';
  identityKey: string;
  personRef: string;
}>;

/** After a merge the identity is the surviving number's. */
export type MoveIdentity = Readonly<{ type: 'MoveIdentity'; personRef: string }>;

export type Identity =
  | Readonly<{ status: 'free' }>
  | Readonly<{ status: 'taken'; identityKey: string; personRef: string }>;

export const identityStream = (identityKey: string): string => `identity-${identityKey}`;

/** One identity number, one person: the first append wins, because no table is asked. */
export const identityDecider: Decider<Identity, IdentityCommand, IdentityEvent> = {
  initial: { status: 'free' },
  decide,
  evolve,
};

function decide(command: IdentityCommand, identity: Identity): readonly IdentityEvent[] {
  switch (command.type) {
    case 'ReserveIdentity':
      return reserve(command, identity);
    case 'MoveIdentity':
      return move(command, identity);
  }
}

/** The refusal names the number that asked, never the one that holds it in another county. */
function reserve(
  { identityKey, personRef }: ReserveIdentity,
  identity: Identity,
): readonly IdentityEvent[] {
  if (identity.status === 'free') {
    return [{ type: 'IdentityReserved', data: { identityKey, personRef } }];
  }
  if (identity.personRef !== personRef) refuse('ID_TAKEN', { personRef });
  return [];
}

function move({ personRef }: MoveIdentity, identity: Identity): readonly IdentityEvent[] {
  if (identity.status === 'free') refuse('PERSON_UNKNOWN', {});
  if (identity.personRef === personRef) return [];
  return [{ type: 'IdentityMoved', data: { personRef } }];
}

function evolve(identity: Identity, event: IdentityEvent): Identity {
  switch (event.type) {
    case 'IdentityReserved':
      if (identity.status !== 'free') return impossible(event.type, 'an identity taken already');
      return { status: 'taken', ...event.data };
    case 'IdentityMoved':
      if (identity.status !== 'taken') return impossible(event.type, 'an identity that is free');
      return { ...identity, personRef: event.data.personRef };
    default:
      return impossible(event, 'an identity');
  }
}
