import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { day } from '../values/calendar.js';
import type { PersonCommand } from './person.commands.js';
import type { PersonEvent } from './person.events.js';
import { personDecider } from './person.js';

const enrolled: PersonEvent = {
  type: 'PersonEnrolled',
  data: {
    personRef: 'P0000101',
    office: '440103',
    enrolledOn: day('2012-04-01'),
    household: 'urban',
    identity: { ref: 'identity-P0000101', sealedSha256: 'aa' },
    identityKey: 'k1',
  },
};
const reserved = (claimNo: string): PersonEvent => ({
  type: 'ClaimReserved',
  data: { claimNo, office: '440103' },
});
const granted: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'C1', claimNo: 'C1' } };

describe('an award that ended', () => {
  const end: PersonCommand = { type: 'EndAward', awardNo: 'C1', leftoverMonths: 0 };
  const ranOut: PersonEvent = { type: 'AwardEnded', data: { awardNo: 'C1', leftoverMonths: 0 } };
  const corrected: PersonEvent = { type: 'AwardEnded', data: { awardNo: 'C1', leftoverMonths: 1 } };
  const resume: PersonCommand = { type: 'GrantAward', awardNo: 'C1', resumed: true };
  const resumed: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'C1', resumed: true } };
  const over = [enrolled, reserved('C1'), granted, ranOut] as const;

  it('has its months left over corrected, once', () => {
    given(personDecider, ...over)
      .when({ ...end, leftoverMonths: 1 })
      .records(corrected);
    given(personDecider, ...over, corrected)
      .when({ ...end, leftoverMonths: 1 })
      .records();
    expect(given(personDecider, ...over, corrected).state).toMatchObject({
      ...{ award: null, leftoverMonths: 1, endedAwards: ['C1'] },
    });
  });

  it('is corrected beside a later claim, and no more when another award has ended', () => {
    given(personDecider, ...over, reserved('C2'))
      .when({ ...end, leftoverMonths: 1 })
      .records(corrected);
    const next: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'C2', claimNo: 'C2' } };
    const last: PersonEvent = { type: 'AwardEnded', data: { awardNo: 'C2', leftoverMonths: 3 } };
    given(personDecider, ...over, reserved('C2'), next, last)
      .when({ ...end, leftoverMonths: 1 })
      .records();
    given(personDecider, ...over, reserved('C2'), next, last)
      .when(resume)
      .refuses('AWARD_ENDED');
  });

  it('is granted again when it is resumed, and can end again', () => {
    given(personDecider, ...over, corrected)
      .when(resume)
      .records(resumed);
    const again = given(personDecider, ...over, corrected, resumed);
    expect(again.state).toMatchObject({ award: 'C1', leftoverMonths: 0, endedAwards: [] });
    again.when(resume).records();
    again.when(end).records(ranOut);
  });

  it('is not resumed beside a claim or another award', () => {
    given(personDecider, ...over, reserved('C2'))
      .when(resume)
      .refuses('OPEN_CLAIM_OR_AWARD');
    given(personDecider, enrolled).when(resume).refuses('AWARD_ENDED');
  });
});
