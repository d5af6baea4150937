import type { Acting } from '../actor/relation.js';
import type { RefusalCode } from '../refusal.js';
import type { Signing } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { ClaimFacts, ClaimHeader, Finding, Level } from './claim.events.js';

export type ClaimCommand =
  | FileClaim
  | AdmitClaim
  | TurnClaimAway
  | ApproveClaim
  | SignClaim
  | SendClaimBack
  | ResubmitClaim
  | WithdrawClaim;

export type FileClaim = Readonly<{ type: 'FileClaim' }> & ClaimHeader & ClaimFacts & Acting;

/** The person's stream has reserved this claim: no other claim or award of that person is open. */
export type AdmitClaim = Readonly<{ type: 'AdmitClaim' }>;

/** The person's stream said no; the system's coded answer ends the claim. */
export type TurnClaimAway = Readonly<{ type: 'TurnClaimAway'; code: RefusalCode }>;

/** `digest` is the SHA-256 (hex) of the calculation that the approver saw. */
export type ApproveClaim = Readonly<{ type: 'ApproveClaim'; level: Level; digest: string }> &
  Finding &
  Acting;

/** The reviewer's `digest` is that of his own recomputation, the authoriser's of what he saw. */
export type SignClaim = Readonly<{
  type: 'SignClaim';
  step: 'review' | 'authorise';
  digest: string;
}> &
  Acting;

export type SendClaimBack = Readonly<{ type: 'SendClaimBack'; reason: string }> & Acting;

export type ResubmitClaim = Readonly<{ type: 'ResubmitClaim'; corrected?: ClaimFacts }> & Acting;

export type WithdrawClaim = Readonly<{ type: 'WithdrawClaim'; reason: string }> & Acting;

/**
 * Filed until the person's stream has answered; then accepted, approved and, where a fourth hand is
 * asked for, reviewed; decided by the last one. `filed` keeps the facts as first told.
 */
export type Claim =
  | Readonly<{ status: 'none' }>
  | (Filed & Readonly<{ status: 'filed' | 'accepted' | 'returned' }>)
  | (Filed & Found & Readonly<{ status: 'approved' | 'reviewed' }>)
  | (Filed & Found & Readonly<{ status: 'decided'; decidedOn: Day }>)
  | (Filed & Readonly<{ status: 'turned-away'; code: RefusalCode }>)
  | (Filed & Readonly<{ status: 'withdrawn'; reason: string }>);

export type Filed = Readonly<{
  header: ClaimHeader;
  filed: ClaimFacts;
  facts: ClaimFacts;
  signing: Signing;
}>;

export type Found = Readonly<{ finding: Finding; level: Level; digest: string }>;
