import { expect, it } from '@jest/globals';
import { accountStream } from '#domain/account/account.js';
import { awardStream } from '#domain/award/award.js';
import { batchStream } from '#domain/batch/batch.js';
import { claimStream } from '#domain/claim/claim.js';
import { monthStream } from '#domain/month/month.js';
import { poolMonthStream } from '#domain/month/pool-month.js';
import { personStream } from '#domain/person/person.js';
import { planStream } from '#domain/plan/plan.js';
import { rollStream } from '#domain/roll/roll.js';
import { month } from '#domain/values/calendar.js';
import { verificationStream } from '#domain/verification/verification.js';
import { isOfMonth } from './month-streams.js';

const office = '440103';
const of = month('2026-09');

it('tells the steps of a month from what clerks do beside it', () => {
  const steps = [
    verificationStream(office, of),
    rollStream('440103-2026-09-1'),
    planStream('440100-2026-09-1'),
    batchStream('440103-2026-09-1'),
    monthStream(office, of),
    poolMonthStream('440100', of),
  ];
  const counter = [
    personStream('P1'),
    claimStream('C1'),
    awardStream('C1'),
    accountStream('month-roll-batch'),
  ];
  expect(steps.filter(isOfMonth)).toEqual(steps);
  expect(counter.filter(isOfMonth)).toEqual([]);
});
