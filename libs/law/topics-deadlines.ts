import { z } from 'zod';
import { wholeMonths } from './topic-parts.js';

/** What has to be done within a term. */
export const clocks = [
  'claim-decision',
  'stop-report',
  'enrolment',
  'employer-list',
  'declaration',
  'payment',
  'inspection-result',
  'rectification',
  'survivors-claim',
  'registration',
] as const;
export type Clock = (typeof clocks)[number];

const term = z.discriminatedUnion('kind', [
  /** So many days or working days; the day after the beginning is the first. */
  z.strictObject({ kind: z.literal('days'), days: z.int().min(1).max(400), working: z.boolean() }),
  z.strictObject({ kind: z.literal('months'), months: wholeMonths }),
  /** That day of the month, itself included. */
  z.strictObject({ kind: z.literal('day-of-month'), day: z.int().min(1).max(31) }),
]);

export const deadlineTopics = {
  'deadline:claim-decision': term,
  'deadline:stop-report': term,
  'deadline:enrolment': term,
  'deadline:employer-list': term,
  'deadline:declaration': term,
  'deadline:payment': term,
  'deadline:inspection-result': term,
  'deadline:rectification': term,
  'deadline:survivors-claim': term,
  'deadline:registration': term,
  /** What becomes of the months awarded when the claim comes after so many days. */
  'late-claim': z.strictObject({
    withinDays: z.int().min(1).max(400),
    after: z.enum(['a-month-less-for-each-month-or-part', 'nothing']),
    excusedByGoodReason: z.boolean(),
  }),
} as const satisfies Record<`deadline:${Clock}` | 'late-claim', z.ZodType>;
