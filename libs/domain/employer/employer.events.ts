import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Day } from '../values/calendar.js';
import type { Sealed } from '../values/sealed.js';

/**
 * What an employer (单位) can remember. These shapes are on disk for ever: add a field as optional,
 * or write a new version and an upcaster. The name is sealed: it may be a sole trader's own.
 */
export type EmployerEvent =
  | Fact<'EmployerRegistered', Registration>
  | Fact<'CreditCodeChanged', { creditCode: string; creditCodeValid: boolean; from: Day }>
  | Fact<'EmployerMerged', { into: string }>
  | Fact<'EmployerClosed', { on: Day }>;

/** A code that fails its check digit is kept with `creditCodeValid` false: early ones really do. */
export type Registration = Readonly<{
  employerNo: string;
  office: string;
  registeredOn: Day;
  name: Sealed;
  creditCode: string;
  creditCodeValid: boolean;
}>;

export const employerCodecs: Record<EmployerEvent['type'], EventCodec> = {
  EmployerRegistered: codec([]),
  CreditCodeChanged: codec([]),
  EmployerMerged: codec([]),
  EmployerClosed: codec([]),
};
