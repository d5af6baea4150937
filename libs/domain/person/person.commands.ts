import type { Acting } from '../actor/relation.js';
import type { Signing } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { AccountUse } from '../values/sealed.js';
import type { Enrolment, Span, Unemployment } from './person.events.js';

export type PersonCommand =
  | EnrolPerson
  | BringHistory
  | RegisterUnemployment
  | WithdrawRegistration
  | ReserveClaim
  | ReleaseClaim
  | GrantAward
  | EndAward
  | PersonAccountCommand
  | MergePerson;

export type PersonAccountCommand =
  RecordAccount | ProposeAccountChange | SignAccountChange | SendAccountChangeBack;

export type EnrolPerson = Readonly<{ type: 'EnrolPerson'; on: Day }> & Enrolment;

export type BringHistory = Readonly<{
  type: 'BringHistory';
  fileSha256: string;
  spans: readonly Span[];
}>;

export type RegisterUnemployment = Readonly<{ type: 'RegisterUnemployment'; on: Day }> &
  Unemployment;

export type WithdrawRegistration = Readonly<{ type: 'WithdrawRegistration'; on: Day }>;

/** `once` names what a claim beside the monthly benefit is for; it is granted once. */
export type ReserveClaim = Readonly<{
  type: 'ReserveClaim';
  claimNo: string;
  office: string;
  once?: string;
}>;

export type ReleaseClaim = Readonly<{ type: 'ReleaseClaim'; claimNo: string }>;

/**
 * An imported award comes from the old system and had its claim there; a resumed one is the award
 * that ended last, whose months left over are drawn after all.
 */
export type GrantAward = Readonly<{ type: 'GrantAward'; awardNo: string }> &
  (Readonly<{ claimNo: string }> | Readonly<{ imported: true }> | Readonly<{ resumed: true }>);

export type EndAward = Readonly<{ type: 'EndAward'; awardNo: string; leftoverMonths: number }>;

/** The first account, as the claim or the opening list named it; any other is changed by three. */
export type RecordAccount = Readonly<{
  type: 'RecordAccount';
  account: AccountUse;
  source: 'claim' | 'opening';
  on: Day;
}>;

export type ProposeAccountChange = Readonly<{
  type: 'ProposeAccountChange';
  changeNo: string;
  account: AccountUse;
}> &
  Acting;

/** `sealedSha256` is what the signer saw; the last one's `usableFrom` ends the cooling period. */
export type SignAccountChange = Readonly<{
  type: 'SignAccountChange';
  changeNo: string;
  step: 'approve' | 'review';
  sealedSha256: string;
  usableFrom: Day;
}> &
  Acting;

export type SendAccountChangeBack = Readonly<{
  type: 'SendAccountChangeBack';
  changeNo: string;
  reason: string;
}> &
  Acting;

/** One person proposes (`make`), another agrees (`approve`) that this number is `into`'s. */
export type MergePerson = Readonly<{
  type: 'MergePerson';
  step: 'make' | 'approve';
  into: string;
}> &
  Acting;

export type Person = Readonly<{ status: 'none' }> | EnrolledPerson | MergedPerson;

export type EnrolledPerson = Readonly<{
  status: 'enrolled';
  enrolment: Enrolment;
  spans: readonly Span[];
  /** All ever made, so that an old file adds nothing; the last one holds if `registered`. */
  registrations: readonly Unemployment[];
  registered: boolean;
  reserved: string | null;
  /** What beside the monthly benefit is claimed or was granted, by the claim that keeps it. */
  keptOnce: Readonly<Record<string, string>>;
  /** Claims that had their answer here: a late repeat of a reservation reserves nothing. */
  answered: readonly string[];
  award: string | null;
  endedAwards: readonly string[];
  leftoverMonths: number;
  firstAccount: AccountUse | null;
  account: AccountUse | null;
  /** Null for an account that came with the claim or the opening: it has no cooling period. */
  usableFrom: Day | null;
  /** Persons whose hands made the last change; none while the first account stands. */
  accountHands: readonly string[];
  change: AccountChange | null;
  changeNos: readonly string[];
  merge: ProposedMerge | null;
}>;

export type MergedPerson = Readonly<{ status: 'merged'; enrolment: Enrolment }> & ProposedMerge;

export type AccountChange = Readonly<{ changeNo: string; account: AccountUse; signing: Signing }>;

export type ProposedMerge = Readonly<{ into: string; signing: Signing }>;
