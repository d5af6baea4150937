import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import type { IdentityEvent } from './identity.events.js';
import { identityDecider, identityStream, type ReserveIdentity } from './identity.js';

const reserve: ReserveIdentity = { type: 'ReserveIdentity', identityKey: 'k1', personRef: 'P1' };
const reserved: IdentityEvent = {
  type: 'IdentityReserved',
  data: { identityKey: 'k1', personRef: 'P1' },
};
const moved: IdentityEvent = { type: 'IdentityMoved', data: { personRef: 'P2' } };

describe('an identity number', () => {
  it('is the first person’s who asks', () => {
    given(identityDecider).when(reserve).records(reserved);
    given(identityDecider, reserved)
      .when({ ...reserve, personRef: 'P2' })
      .refuses('ID_TAKEN');
    expect(identityStream('k1')).toBe('identity-k1');
  });
  it('is not told whose it is', () => {
    const { state } = given(identityDecider, reserved);
    expect(() => identityDecider.decide({ ...reserve, personRef: 'P2' }, state)).toThrow(
      /^ID_TAKEN \{"personRef":"P2"\}$/,
    );
  });
  it('moves to the surviving number after a merge', () => {
    given(identityDecider, reserved).when({ type: 'MoveIdentity', personRef: 'P2' }).records(moved);
    given(identityDecider, reserved, moved).when(reserve).refuses('ID_TAKEN');
    given(identityDecider, reserved, moved)
      .when({ ...reserve, personRef: 'P2' })
      .records();
    given(identityDecider)
      .when({ type: 'MoveIdentity', personRef: 'P2' })
      .refuses('PERSON_UNKNOWN');
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [[moved], [reserved, reserved]]) {
      expect(() => given(identityDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
