import { z } from 'zod';
import { fenAmount, ratio, wholeMonths } from './topic-parts.js';

/** A sum of money as a text describes it. */
const sum = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), amountFen: fenAmount }),
  z.strictObject({ kind: z.literal('average-wage'), times: wholeMonths }),
  z.strictObject({ kind: z.literal('monthly-benefit'), times: wholeMonths }),
  /** So many months for each dependant, at most so many; more for a death in public interest. */
  z.strictObject({
    kind: z.literal('per-dependant'),
    of: z.enum(['average-wage', 'monthly-benefit']),
    times: wholeMonths,
    mostTimes: wholeMonths,
    publicInterestMore: ratio.optional(),
  }),
  /** Months by the number of dependants, from one on; the last serves all beyond. */
  z.strictObject({
    kind: z.literal('by-dependants'),
    of: z.enum(['average-wage', 'monthly-benefit']),
    times: z.array(wholeMonths).min(1),
  }),
]);

export const otherBenefitTopics = {
  /** To whom the premium of a drawing month goes. */
  'medical-premium': z.strictObject({ payee: z.enum(['medical-fund', 'person']) }),
  /** null: the text sets none. */
  'funeral-and-survivors': z.strictObject({
    funeral: sum.nullable(),
    survivors: sum.nullable(),
    /** Survivors who could have a funeral grant from another insurance too choose one. */
    chooseOne: z.boolean(),
  }),
  'lump-sum-business': z.strictObject({
    needs: z.array(z.enum(['licence', 'taxProof'])),
    /** One of them suffices; else all are needed. */
    oneSuffices: z.boolean(),
  }),
  're-employment-bonus': z.strictObject({
    /** Of the months that remain, rounded up to whole months. */
    share: ratio,
    contractYears: z.int().min(0).max(50),
    insuredMonths: wholeMonths,
    /** Whether the months paid out are all that is used up, or nothing remains. */
    remainder: z.enum(['kept', 'lost']),
  }),
  'job-seeking-allowance': z.strictObject({ share: ratio, mostMonths: wholeMonths }),
  'birth-allowance': z.strictObject({ times: wholeMonths }),
  'migrant-lump-sum': z.strictObject({
    leastMonths: wholeMonths,
    /** A month of the sum for each full `every` months, at most so many. */
    every: wholeMonths,
    mostMonths: wholeMonths,
    monthly: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('monthly-benefit') }),
      z.strictObject({ kind: z.literal('share-of-minimum-wage'), share: ratio }),
    ]),
    /** Where somebody may take a multiple of what he paid himself instead, for so many months. */
    instead: z.strictObject({ timesOwn: wholeMonths, mostMonths: wholeMonths }).optional(),
  }),
  'transfer-out': z.strictObject({ times: ratio }),
  'price-subsidy': z.strictObject({ paidWithBenefit: z.boolean() }),
  /** Whether a standard that is raised backwards is paid for the months already due. */
  'standard-change': z.strictObject({ arrears: z.boolean() }),
  recovery: z.strictObject({
    methods: z
      .array(z.enum(['at-once', 'instalments', 'offset-benefits', 'offset-account']))
      .min(1),
    premium: z.enum(['if-used', 'never']),
  }),
  /** A fine for fraud, in multiples of what was drawn. */
  'fraud-fine': z.strictObject({ leastTimes: wholeMonths, mostTimes: wholeMonths }),
  'late-fee': z.strictObject({ perDay: ratio }),
} as const;
