import type { Signer, Signing } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { GrantFacts, GrantFinding, GrantHeader, GrantLevel } from './grant.events.js';

export type GrantCommand =
  | ApplyForGrant
  | ApproveGrant
  | ReviewGrant
  | AuthoriseGrant
  | SendGrantBack
  | ResubmitGrant
  | WithdrawGrant
  | EndGrantNotice;

type ByHand = Readonly<{ by: Signer; on: Day }>;

export type ApplyForGrant = Readonly<{ type: 'ApplyForGrant' }> & GrantHeader & GrantFacts & ByHand;

/** `digest` is the SHA-256 (hex) of the calculation that the approver saw. */
export type ApproveGrant = Readonly<{ type: 'ApproveGrant'; level: GrantLevel; digest: string }> &
  GrantFinding &
  ByHand;

/** The reviewer's `digest` is that of his own recomputation. */
export type ReviewGrant = Readonly<{ type: 'ReviewGrant'; digest: string }> & ByHand;

export type AuthoriseGrant = Readonly<{
  type: 'AuthoriseGrant';
  digest: string;
  minutesNo: string;
}> &
  ByHand;

export type SendGrantBack = Readonly<{ type: 'SendGrantBack'; reason: string }> & ByHand;

export type ResubmitGrant = Readonly<{ type: 'ResubmitGrant'; corrected?: GrantFacts }> & ByHand;

export type WithdrawGrant = Readonly<{ type: 'WithdrawGrant'; reason: string }> & ByHand;

/** What its notice came to; `objectionNo` is the objection that was upheld against it. */
export type EndGrantNotice = Readonly<{
  type: 'EndGrantNotice';
  noticeNo: string;
  objectionNo?: string;
  on: Day;
}>;

/**
 * Applied for, approved, reviewed and, where the level asks for it, authorised: then decided. A
 * grant waits for its public notice and is released or denied by it.
 */
export type Grant =
  | Readonly<{ status: 'none' }>
  | (Applied & Readonly<{ status: 'applied' | 'returned' }>)
  | (Applied & GrantFound & Readonly<{ status: 'approved' | 'reviewed' }>)
  | (Applied &
      GrantFound &
      Readonly<{ status: 'decided' | 'rejected' | 'released' | 'denied'; noticeNo?: string }>)
  | (Applied & Readonly<{ status: 'withdrawn' }>);

export type Applied = Readonly<{
  header: GrantHeader;
  /** As first told. */
  applied: GrantFacts;
  facts: GrantFacts;
  signing: Signing;
}>;

export type GrantFound = Readonly<{ finding: GrantFinding; level: GrantLevel; digest: string }>;
