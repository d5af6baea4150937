import type { Day } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { PayeeKind } from '../values/payee.js';

/**
 * What is claimed beside the monthly benefit: each is decided once, and opens an award of its own
 * whose lines bear the kind's name as their item. 失业保险条例 第十条 closes the list of what the fund
 * may be used for.
 */
export const claimKinds = [
  'funeral-and-survivors',
  'lump-sum-business',
  're-employment-bonus',
  'birth-allowance',
  'migrant-lump-sum',
  'transfer-out',
] as const;

export type ClaimKind = (typeof claimKinds)[number];

/**
 * 社会保险经办条例 第三十六条 asks for grades and names no amounts: lump sums, money that leaves with a
 * transfer and what survivors are paid need a fourth hand, whatever the amount.
 */
const raisedKinds: readonly ClaimKind[] = [
  'funeral-and-survivors',
  'lump-sum-business',
  'migrant-lump-sum',
  'transfer-out',
];

export function needsAuthoriser(kind: ClaimKind | undefined): boolean {
  return kind !== undefined && raisedKinds.includes(kind);
}

/** The monthly verification is of people who draw by the month: it asks nothing of these. */
export function needsVerification(item: string): boolean {
  return !claimKinds.some((kind) => kind === item);
}

/** Facts of a kind as told at the counter, with their evidence: what no register here knows. */
export type BenefitFacts = Readonly<{
  /** The person's award that it follows from. */
  awardNo: string;
  /** The day of the death, of the birth, or on which the work or the business began. */
  on: Day;
  /** The place's average monthly wage of the year before. */
  averageWageFen?: Fen;
  minimumWageFen?: Fen;
  /** Persons whom the deceased supported. */
  dependants?: number;
  publicInterest?: boolean;
  otherFuneralGrants?: readonly FuneralGrant[];
  /** Of several funeral grants the one that the survivors chose (社会保险法 第四十九条). */
  choice?: FuneralGrant | 'unemployment';
  licence?: boolean;
  taxProof?: boolean;
  contractYears?: number;
  insuredMonths?: number;
  continuousMonths?: number;
  /** Where the relation is moved to. */
  toPlace?: string;
}>;

export const funeralGrants = ['pension', 'work-injury'] as const;
export type FuneralGrant = (typeof funeralGrants)[number];

/** Survivors and guardians state in which relation they stand to the person. */
export type ClaimPayee = Readonly<{
  kind: Exclude<PayeeKind, 'employer'>;
  ref: string;
  relation: string;
}>;

/**
 * What a person is granted once: of two claims of the same the first reservation wins. A birth is
 * known by its day, all else by the award that it follows from.
 */
export function onceOf(kind: ClaimKind, { awardNo, on }: BenefitFacts): string {
  if (kind === 'funeral-and-survivors') return kind;
  return kind === 'birth-allowance' ? `${kind}/${on}` : `${kind}/${awardNo}`;
}

export function sameBenefit(
  left: BenefitFacts | undefined,
  right: BenefitFacts | undefined,
): boolean {
  return textOf(left) === textOf(right);
}

function textOf(facts: BenefitFacts | undefined): string {
  const entries = Object.entries(facts ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return entries.sort().join('\n');
}
