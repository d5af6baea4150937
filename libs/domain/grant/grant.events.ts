import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { AccountUse } from '../values/sealed.js';

/**
 * What a grant to an employer (单位补贴) can remember, from the application to its release after the
 * public notice. These shapes are on disk for ever: add a field as optional, or write a new version
 * and an upcaster. `digest` is the SHA-256 (hex) of the calculation as the signer's own evaluation
 * gave it.
 */
export type GrantEvent =
  | Fact<'GrantApplied', GrantHeader & GrantFacts & { hand: Hand }>
  | Fact<'GrantApproved', GrantFinding & { level: GrantLevel; digest: string; hand: Hand }>
  | Fact<'GrantReviewed', { hand: Hand; digest: string; agreed: true }>
  | Fact<'GrantAuthorised', { hand: Hand; digest: string; minutesNo: string }>
  | Fact<'GrantDecided', GrantFinding & { decidedOn: Day }>
  | Fact<'GrantSentBack', { hand: Hand; reason: string }>
  | Fact<'GrantResubmitted', { hand: Hand; corrected?: GrantFacts }>
  | Fact<'GrantWithdrawn', { hand: Hand; reason: string }>
  /** The notice has ended and nobody's objection stands: the money may fall due. */
  | Fact<'GrantReleased', { noticeNo: string; on: Day; amountFen: Fen }>
  | Fact<'GrantDenied', { noticeNo: string; objectionNo: string; on: Day }>;

/** What employers are given; the last two are the posts and insurance kept in 2009 and 2010. */
export const grantKinds = [
  'stabilisation-refund',
  'expansion-subsidy',
  'skill-subsidy',
  'training-subsidy',
  'placement-subsidy',
  'social-insurance-subsidy',
  'post-subsidy',
] as const;
export type GrantKind = (typeof grantKinds)[number];

export type GrantHeader = Readonly<{
  grantNo: string;
  office: string;
  employerNo: string;
  kind: GrantKind;
  /** The year it is given for. */
  year: number;
  appliedOn: Day;
}>;

/** What was stated, and with which document; an organisation's account, sealed as any other. */
export type GrantFacts = Readonly<{
  account: AccountUse;
  /** Facts of the kind's rule, by the names of the calculator. */
  stated: Readonly<Record<string, string | number | boolean>>;
  /** SHA-256 (hex) of the application as it was received. */
  document: string;
}>;

/** `raised` asks for the authoriser, who names the minutes of the meeting that decided (集体研究). */
export type GrantLevel = 'usual' | 'raised';

export type GrantFinding = Readonly<{
  outcome: 'grant' | 'reject';
  reason?: string;
  calculation: GrantCalculation;
}>;

/** What the law gave, with the text it was taken from: a fact that is not worked out again here. */
export type GrantCalculation = Readonly<{
  policyVersion: string;
  amountFen: Fen;
  law: readonly string[];
  warnings: readonly string[];
  /** False when a row of the policy has not been checked against its source. */
  verified: boolean;
}>;

const calculationAmounts = ['calculation.amountFen'];

export const grantCodecs: Record<GrantEvent['type'], EventCodec> = {
  GrantApplied: codec([]),
  GrantApproved: codec(calculationAmounts),
  GrantReviewed: codec([]),
  GrantAuthorised: codec([]),
  GrantDecided: codec(calculationAmounts),
  GrantSentBack: codec([]),
  GrantResubmitted: codec([]),
  GrantWithdrawn: codec([]),
  GrantReleased: codec(['amountFen']),
  GrantDenied: codec([]),
};
