import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import type { ActorIdentityEvent } from './actor-identity.events.js';
import {
  actorIdentityDecider,
  actorIdentityStream,
  type ActorIdentityCommand,
} from './actor-identity.js';

const reserve: ActorIdentityCommand = {
  type: 'ReserveActorIdentity',
  identityKey: 'k1',
  actorId: 'li',
};
const reserved: ActorIdentityEvent = {
  type: 'ActorIdentityReserved',
  data: { identityKey: 'k1', actorId: 'li' },
};

describe('the identity of a staff person', () => {
  it('is one actor’s, and never a second one’s', () => {
    given(actorIdentityDecider).when(reserve).records(reserved);
    given(actorIdentityDecider, reserved)
      .when({ ...reserve, actorId: 'li-again' })
      .refuses('ACTOR_ID_TAKEN');
    expect(actorIdentityStream('k1')).toBe('actoridentity-k1');
  });
  it('stops at a history that could not have happened', () => {
    expect(() => given(actorIdentityDecider, reserved, reserved)).toThrow(/impossible history/);
  });
});
