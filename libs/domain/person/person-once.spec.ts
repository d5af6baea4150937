import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { day } from '../values/calendar.js';
import type { ReserveClaim } from './person.commands.js';
import type { PersonEvent } from './person.events.js';
import { personDecider } from './person.js';

const enrolled: PersonEvent = {
  type: 'PersonEnrolled',
  data: {
    ...{ personRef: 'P0000101', office: '440103', enrolledOn: day('2012-04-01') },
    ...{ household: 'urban', identityKey: 'k1' },
    identity: { ref: 'identity-P0000101', sealedSha256: 'aa' },
  },
};
const once = 'funeral-and-survivors';
const reserve = (claimNo: string, what = once): ReserveClaim => ({
  type: 'ReserveClaim',
  ...{ claimNo, office: '440103', once: what },
});
const reserved = (claimNo: string, what = once): PersonEvent => ({
  type: 'ClaimReserved',
  data: { claimNo, office: '440103', once: what },
});
const monthly: PersonEvent = { type: 'ClaimReserved', data: { claimNo: 'C1', office: '440103' } };
const granted: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'C1', claimNo: 'C1' } };

describe('what a person is granted once', () => {
  it('is kept beside the one open award, and does not count as it', () => {
    given(personDecider, enrolled, monthly, granted).when(reserve('C9')).records(reserved('C9'));
    const { state } = given(personDecider, enrolled, monthly, granted, reserved('C9'));
    expect(state).toMatchObject({ award: 'C1', reserved: null, keptOnce: { [once]: 'C9' } });
    given(personDecider, enrolled, reserved('C9'))
      .when({ type: 'ReserveClaim', claimNo: 'C1', office: '440103' })
      .records(monthly);
  });
  it('is the first claim’s, and says nothing of it to another', () => {
    const { state } = given(personDecider, enrolled, reserved('C9'));
    expect(() => personDecider.decide(reserve('C8'), state)).toThrow(
      /^BENEFIT_ALREADY_CLAIMED \{\}$/,
    );
    given(personDecider, enrolled, reserved('C9'))
      .when(reserve('C8', 'birth-allowance/2026-09-01'))
      .records(reserved('C8', 'birth-allowance/2026-09-01'));
  });
  it('is free again when the claim was not granted', () => {
    const released: PersonEvent = { type: 'ClaimReleased', data: { claimNo: 'C9' } };
    given(personDecider, enrolled, reserved('C9'))
      .when({ type: 'ReleaseClaim', claimNo: 'C9' })
      .records(released);
    given(personDecider, enrolled, reserved('C9'), released)
      .when(reserve('C8'))
      .records(reserved('C8'));
    given(personDecider, enrolled, reserved('C9'), released).when(reserve('C9')).records();
  });
  it('cannot have been kept twice', () => {
    expect(() => given(personDecider, enrolled, reserved('C9'), reserved('C8'))).toThrow(
      /impossible history/,
    );
  });
});
