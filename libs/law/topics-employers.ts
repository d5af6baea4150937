import { z } from 'zod';
import { fenAmount, ratio, wholeMonths } from './topic-parts.js';

export const sizes = ['large', 'medium', 'small', 'micro'] as const;
export type Size = (typeof sizes)[number];

/** What employers and workers are given to keep or find work, and what a city rewards. */
export const employerTopics = {
  'stabilisation-refund': z.strictObject({
    paidMonths: wholeMonths,
    mostLayoffs: ratio,
    /** With at most so many insured a larger share of layoffs does. */
    few: z.strictObject({ insured: z.int().min(1), mostLayoffs: ratio }).optional(),
    shares: z.strictObject({ large: ratio, medium: ratio, small: ratio, micro: ratio }),
    /** The text gives no more than the highest share for these sizes. */
    onlyMaximum: z.array(z.enum(sizes)).optional(),
  }),
  'expansion-subsidy': z.strictObject({
    perPersonFen: fenAmount,
    contract: z.boolean(),
    paidMonths: wholeMonths,
  }),
  'skill-subsidy': z.strictObject({
    junior: fenAmount,
    intermediate: fenAmount,
    senior: fenAmount,
    insuredMonths: wholeMonths,
    withinMonths: wholeMonths,
  }),
  /** What training and placement may cost in a year, of last year's income of the fund. */
  'training-cap': z.strictObject({ ofLastYearsIncome: ratio }),
  /** A city's own reward for each head above its target, and penalty for each one short. */
  'target-reward': z.strictObject({ perHeadFen: fenAmount }),
} as const;
