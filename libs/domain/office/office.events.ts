import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';

/**
 * What an office (经办机构) can remember. These shapes are on disk for ever: add a field as
 * optional, or write a new version and an upcaster. `parent` is missing for a pool (统筹区).
 */
export type OfficeEvent =
  Fact<'OfficeOpened', OfficeOpening> | Fact<'OfficeMerged', { into: string }>;

export type OfficeOpening = Readonly<{
  code: string;
  parent?: string;
  kind: OfficeKind;
  jurisdiction: string;
  names: Readonly<{ zh: string; en: string }>;
}>;

/** Pools own the accounts, counties decide and pay, streets and townships accept and verify. */
export type OfficeKind = 'pool' | 'county' | 'street' | 'township';

export const officeCodecs: Record<OfficeEvent['type'], EventCodec> = {
  OfficeOpened: codec([]),
  OfficeMerged: codec([]),
};
