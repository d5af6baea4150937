import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { AccountUse, Sealed } from '../values/sealed.js';

/**
 * What an insured person (参保人) can remember. These shapes are on disk for ever: add a field as
 * optional, or write a new version and an upcaster. Nothing here is readable personal data: rows
 * are sealed, numbers are blind indexes. `hands` are the persons who signed, in order.
 */
export type PersonEvent =
  | Fact<'PersonEnrolled', Enrolment>
  | Fact<'HistoryBrought', { fileSha256: string; spans: readonly Span[] }>
  | Fact<'UnemploymentRegistered', Unemployment>
  | Fact<'RegistrationWithdrawn', { on: Day }>
  /** With `once` it is no claim of the monthly benefit, and keeps what is granted once. */
  | Fact<'ClaimReserved', { claimNo: string; office: string; once?: string }>
  | Fact<'ClaimReleased', { claimNo: string }>
  | Fact<'AwardGranted', { awardNo: string; claimNo?: string; imported?: true; resumed?: true }>
  /** Told again of the award that ended last, it corrects the months that are left over. */
  | Fact<'AwardEnded', { awardNo: string; leftoverMonths: number }>
  | Fact<'AccountRecorded', { account: AccountUse; source: 'claim' | 'opening'; recordedOn: Day }>
  | Fact<'AccountChangeProposed', { changeNo: string; account: AccountUse; hand: Hand }>
  | Fact<'AccountChangeSigned', { changeNo: string; hand: Hand }>
  | Fact<'AccountChangeSentBack', { changeNo: string; hand: Hand; reason: string }>
  | Fact<
      'AccountChanged',
      {
        changeNo: string;
        account: AccountUse;
        hands: readonly string[];
        changedOn: Day;
        usableFrom: Day;
      }
    >
  | Fact<'PersonMergeProposed', { into: string; hand: Hand }>
  | Fact<'PersonMerged', { into: string; hand: Hand; hands: readonly string[] }>;

/** `oldNumber`: the identity number was given with 15 digits. `household` is the bureau's code. */
export type Enrolment = Readonly<{
  personRef: string;
  office: string;
  enrolledOn: Day;
  household: string;
  identity: Sealed;
  identityKey: string;
  phone?: Sealed;
  oldNumber?: true;
}>;

/** Months paid before this system, both ends included; `used` ones led to an earlier benefit. */
export type Span = Readonly<{ from: Month; to: Month; used: boolean }>;

export type Unemployment = Readonly<{
  employerNo: string;
  endedOn: Day;
  termination: string;
  registeredOn: Day;
  certificate: Sealed;
}>;

export const personCodecs: Record<PersonEvent['type'], EventCodec> = {
  PersonEnrolled: codec([]),
  HistoryBrought: codec([]),
  UnemploymentRegistered: codec([]),
  RegistrationWithdrawn: codec([]),
  ClaimReserved: codec([]),
  ClaimReleased: codec([]),
  AwardGranted: codec([]),
  AwardEnded: codec([]),
  AccountRecorded: codec([]),
  AccountChangeProposed: codec([]),
  AccountChangeSigned: codec([]),
  AccountChangeSentBack: codec([]),
  AccountChanged: codec([]),
  PersonMergeProposed: codec([]),
  PersonMerged: codec([]),
};
