import { z } from 'zod';
import { deadlineTopics } from './topics-deadlines.js';
import { employerTopics } from './topics-employers.js';
import { otherBenefitTopics } from './topics-other-benefits.js';
import { fenAmount, ratio, wholeMonths } from './topic-parts.js';

/**
 * What a row of law can say, topic by topic. One description serves the built-in tables, which the
 * compiler checks, and the policy files, which are checked when they are read.
 */

const monthsBand = z.strictObject({
  /** The band serves counted months from here to the next band. */
  fromMonths: wholeMonths,
  base: wholeMonths,
  /**
   * Beyond fromMonths, `add` months for each full `every`; a remainder from `countsFrom` counts as
   * one more.
   */
  every: z.int().min(1).max(1200).optional(),
  add: wholeMonths.optional(),
  countsFrom: z.int().min(1).max(1200).optional(),
  /** The text gives no more than a maximum for this band. */
  onlyMaximum: z.boolean().optional(),
});

export const stopEvents = [
  're-employed',
  'enlisted',
  'emigrated',
  'pension',
  'imprisoned',
  'released',
  'refused',
  'not-verified',
  'died',
  'business',
  'transferred',
  'fraud',
] as const;
export type StopEvent = (typeof stopEvents)[number];

export const effects = [
  'none',
  'hold',
  'defer',
  'pause',
  'stop',
  'terminate',
  'deemed-re-employed',
] as const;
export type Effect = (typeof effects)[number];

const stop = z.strictObject({
  effect: z.enum(effects),
  /** How many times it must happen, as the text counts; below that nothing follows. */
  count: z.int().min(1).max(24).optional(),
  excusedByGoodReason: z.boolean().optional(),
  /** Months left over may be drawn later: when the cause ends or at the next unemployment. */
  resumable: z.boolean(),
  /** Months left over are lost. */
  losesRemainder: z.boolean().optional(),
  /** When only the month is known, the day on which the event is taken to have happened. */
  assumedDay: z.enum(['first', 'later']),
});

const baseBound = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('minimum-wage') }),
  z.strictObject({ kind: z.literal('share-of-average'), share: ratio }),
  z.strictObject({ kind: z.literal('fixed'), monthlyFen: fenAmount }),
]);

export const topicValues = {
  eligibility: z.strictObject({
    paidMonths: wholeMonths,
    /** Fewer paid months do when months are left over from an earlier award. */
    leftoverSuffices: z.boolean(),
  }),
  /** The statutory tiers, which no local table may exceed. */
  'months-ceiling': z.strictObject({
    tiers: z.array(z.strictObject({ fromMonths: wholeMonths, months: wholeMonths })).min(1),
    maximum: wholeMonths,
  }),
  'benefit-months': z.strictObject({
    bands: z.array(monthsBand).min(1),
    /** Below the first band, months left over may be drawn by themselves. */
    leftoverAlone: z.boolean(),
    /**
     * What a claim uses up of the contributions: full units of so many months, at most so many
     * months; the rest is kept for the next claim. Absent: a claim uses up everything.
     */
    usedUp: z.strictObject({ unitMonths: wholeMonths, mostMonths: wholeMonths }).optional(),
  }),
  'benefit-amount': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('share-of-minimum-wage'),
      bands: z.array(z.strictObject({ fromMonths: wholeMonths, share: ratio })).min(1),
    }),
    z.strictObject({ kind: z.literal('fixed'), monthlyFen: fenAmount }),
    z.strictObject({ kind: z.literal('fixed-by-zone'), zones: z.record(z.string(), fenAmount) }),
    z.strictObject({
      kind: z.literal('by-contribution-years'),
      bands: z.array(z.strictObject({ fromMonths: wholeMonths, monthlyFen: fenAmount })).min(1),
      /** From that month of benefit on everybody draws the same. */
      later: z.strictObject({ fromNo: wholeMonths, monthlyFen: fenAmount }).optional(),
    }),
    z.strictObject({
      kind: z.literal('by-benefit-month'),
      bands: z.array(z.strictObject({ fromNo: wholeMonths, monthlyFen: fenAmount })).min(1),
    }),
  ]),
  /** What an older recipient draws after the last month, until retirement. */
  'extended-amount': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), monthlyFen: fenAmount }),
    z.strictObject({ kind: z.literal('share-of-benefit'), share: ratio }),
  ]),
  /** Who may go on drawing: those who retire within so many months when their benefit ends. */
  extension: z.strictObject({
    withinMonths: wholeMonths,
    /** Granted without an application. */
    automatic: z.boolean(),
    pensionContributions: z.boolean(),
  }),
  'minimum-wage': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('one'), monthlyFen: fenAmount }),
    z.strictObject({ kind: z.literal('by-zone'), zones: z.record(z.string(), fenAmount) }),
  ]),
  start: z.strictObject({
    /** Where the right begins otherwise than with registration. */
    entitledFrom: z.enum(['claim', 'month-of-decision', 'first-pay-month']).optional(),
    /** null: from registration always; else from the claim when it comes after so many days. */
    claimWithinWorkingDays: z.int().min(1).max(60).nullable(),
    /** null: the text does not say when the money begins. */
    moneyFrom: z
      .enum(['month-after-registration', 'month-after-decision', 'month-after-acceptance'])
      .nullable(),
    /** The month that the first line is for, where it is not the month it is paid in. */
    firstBenefitMonth: z.enum(['month-of-entitlement']).optional(),
  }),
  /** What becomes of the month in which an award ends. */
  'stop-month': z.strictObject({
    month: z.enum(['kept-if-entitled-on-a-day-of-it', 'kept', 'not-due']),
  }),
  ...stopTopics(),
  verification: z.strictObject({
    /** By months missed in a row, ascending; the last one reached counts. */
    missed: z
      .array(
        z.strictObject({
          inARow: z.int().min(1).max(24),
          effect: z.enum(effects),
          payThisMonth: z.boolean(),
          monthConsumed: z.boolean(),
        }),
      )
      .min(1),
  }),
  contribution: z.strictObject({
    employer: ratio,
    employee: ratio,
    /** What a contract worker from the countryside pays himself, where the text sets it apart. */
    migrantEmployee: ratio.optional(),
  }),
  /** What the statute prints, where notices have the executed rate otherwise. */
  'contribution-statutory': z.strictObject({
    employer: ratio,
    employee: ratio,
    migrantEmployee: ratio.optional(),
  }),
  /** Between what the wage is held; without bounds the base is the wage. */
  'contribution-base': z.strictObject({
    floor: baseBound.optional(),
    cap: baseBound.optional(),
    /** What stands in for a wage that is not known. */
    unknownWage: z.enum(['local-average']).optional(),
  }),
  ...deadlineTopics,
  ...otherBenefitTopics,
  ...employerTopics,
} as const;

function stopTopics(): Readonly<Record<`stop:${StopEvent}`, typeof stop>> {
  return {
    'stop:re-employed': stop,
    'stop:enlisted': stop,
    'stop:emigrated': stop,
    'stop:pension': stop,
    'stop:imprisoned': stop,
    'stop:released': stop,
    'stop:refused': stop,
    'stop:not-verified': stop,
    'stop:died': stop,
    'stop:business': stop,
    'stop:transferred': stop,
    'stop:fraud': stop,
  };
}

export type Topic = keyof typeof topicValues;
export type TopicValue<T extends Topic> = z.output<(typeof topicValues)[T]>;

export function isTopic(text: string): text is Topic {
  return Object.hasOwn(topicValues, text);
}
