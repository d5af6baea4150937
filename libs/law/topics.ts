import { z } from 'zod';
import { fen } from '#domain/values/fen.js';

/**
 * What a row of law can say, topic by topic. One description serves the built-in tables, which the
 * compiler checks, and the policy files, which are checked when they are read.
 */
const wholeMonths = z.int().min(0).max(1200);
const ratio = z
  .strictObject({ of: z.int().min(0), per: z.int().min(1) })
  .transform(({ of, per }) => ({ of: BigInt(of), per: BigInt(per) }));
const fenAmount = z
  .int()
  .min(0)
  .transform((amount) => fen(BigInt(amount)));

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
  }),
  'benefit-amount': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('share-of-minimum-wage'),
      bands: z.array(z.strictObject({ fromMonths: wholeMonths, share: ratio })).min(1),
    }),
    z.strictObject({ kind: z.literal('fixed'), monthlyFen: fenAmount }),
  ]),
  'minimum-wage': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('one'), monthlyFen: fenAmount }),
    z.strictObject({ kind: z.literal('by-zone'), zones: z.record(z.string(), fenAmount) }),
  ]),
  start: z.strictObject({
    /** null: from registration always; else from the claim when it comes after so many days. */
    claimWithinWorkingDays: z.int().min(1).max(60).nullable(),
    /** null: the text does not say when the money begins. */
    moneyFrom: z.enum(['month-after-decision', 'month-after-acceptance']).nullable(),
  }),
  /** What becomes of the month in which an award ends. */
  'stop-month': z.strictObject({
    month: z.enum(['kept-if-entitled-on-a-day-of-it', 'not-due']),
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
    base: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('wage') }),
      z.strictObject({
        kind: z.literal('minimum-wage-to-multiple-of-average'),
        times: z.int().min(1).max(10),
      }),
    ]),
  }),
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
