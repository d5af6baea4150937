import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';

/**
 * What a bank account can remember: who is paid on it. These shapes are on disk for ever: add a
 * field as optional, or write a new version and an upcaster. Holders are person numbers, or
 * `actor:<id>` for a member of staff.
 */
export type AccountEvent =
  | Fact<'HolderRecorded', { accountKey: string; holder: string; kind: HolderKind }>
  | Fact<'SharingFlagged', { holders: readonly string[] }>
  | Fact<'SharingReviewProposed', { holders: readonly string[]; reason: string; hand: Hand }>
  | Fact<'SharingReviewed', { holders: readonly string[]; hand: Hand; hands: readonly string[] }>;

export type HolderKind = 'person' | 'actor';

export const accountCodecs: Record<AccountEvent['type'], EventCodec> = {
  HolderRecorded: codec([]),
  SharingFlagged: codec([]),
  SharingReviewProposed: codec([]),
  SharingReviewed: codec([]),
};
