import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { RefusalCode } from '../refusal.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { AccountUse } from '../values/sealed.js';
import type { BenefitFacts, ClaimKind, ClaimPayee } from './claim-kinds.js';

/**
 * What a claim (申领) can remember, from the counter to the decision. These shapes are on disk for
 * ever: add a field as optional, or write a new version and an upcaster. `digest` is the SHA-256
 * (hex) of the calculation as the signer's own evaluation gave it.
 */
export type ClaimEvent =
  | Fact<'ClaimFiled', ClaimHeader & ClaimFacts & { hand: Hand }>
  | Fact<'ClaimAdmitted', object>
  | Fact<'ClaimTurnedAway', { code: RefusalCode }>
  | Fact<'ClaimApproved', Finding & { level: Level; digest: string; hand: Hand }>
  | Fact<'ClaimReviewed', { hand: Hand; digest: string; agreed: true }>
  | Fact<'ClaimAuthorised', { hand: Hand; digest: string }>
  | Fact<'ClaimDecided', Finding & { decidedOn: Day }>
  | Fact<'ClaimSentBack', { hand: Hand; reason: string }>
  | Fact<'ClaimResubmitted', { hand: Hand; corrected?: ClaimFacts }>
  | Fact<'ClaimWithdrawn', { hand: Hand; reason: string }>;

export type ClaimHeader = Readonly<{
  claimNo: string;
  personRef: string;
  office: string;
  filedOn: Day;
  /** Absent for the monthly benefit. */
  kind?: ClaimKind;
}>;

/** What a sending back may ask to be put right. A null day was not known at the counter. */
export type ClaimFacts = Readonly<{
  /** Absent when none was given: the award is then paid once three people have given it one. */
  account?: AccountUse;
  registration: Readonly<{
    termination: string;
    registeredOn: Day | null;
    endedOn: Day | null;
  }>;
  /** Absent when the person himself is paid; the account is then this one's. */
  payee?: ClaimPayee;
  /** Of a claim with a kind: what its amount follows from. */
  benefit?: BenefitFacts;
}>;

/** A rejection (不予核定) is a person's decision and has a reason that is served. */
export type Finding = Readonly<{
  outcome: 'grant' | 'reject';
  reason?: string;
  calculation: Calculation;
}>;

/** `raised` asks for a fourth hand, the authoriser (审批). */
export type Level = 'usual' | 'raised';

/** What the law gave, with the text it was taken from: a fact that is not worked out again here. */
export type Calculation = Readonly<{
  policyVersion: string;
  paidMonths: number;
  /** Months granted, leftover ones included. */
  months: number;
  /** The statutory tier, 0, 12, 18 or 24. */
  ceiling: number;
  monthlyFen: Fen;
  firstMonth: Month;
  entitlementFrom: Day | null;
  /** Months lost to the ceiling. */
  discarded: number;
  law: readonly string[];
  warnings: readonly string[];
  /** False when a row of the policy has not been checked against its source. */
  verified: boolean;
  /** Of a claim with a kind: what is paid, once, and what it is made of. */
  amountFen?: Fen;
  parts?: readonly Readonly<{ name: string; amountFen: Fen }>[];
  /** Months of the person's award that count as drawn with it. */
  monthsConsumed?: number;
  /** The month of a death that was not paid any more is paid to the survivors. */
  openMonthToSurvivors?: true;
}>;

const calculationAmounts = [
  'calculation.monthlyFen',
  'calculation.amountFen',
  'calculation.parts.amountFen',
];
const benefitAmounts = ['benefit.averageWageFen', 'benefit.minimumWageFen'];

export const claimCodecs: Record<ClaimEvent['type'], EventCodec> = {
  ClaimFiled: codec(benefitAmounts),
  ClaimAdmitted: codec([]),
  ClaimTurnedAway: codec([]),
  ClaimApproved: codec(calculationAmounts),
  ClaimReviewed: codec([]),
  ClaimAuthorised: codec([]),
  ClaimDecided: codec(calculationAmounts),
  ClaimSentBack: codec([]),
  ClaimResubmitted: codec(benefitAmounts.map((path) => `corrected.${path}`)),
  ClaimWithdrawn: codec([]),
};
