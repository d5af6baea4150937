import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { Duty } from './duties.js';

/**
 * What an actor, a staff person with any number of accounts, can remember. These shapes are on disk
 * for ever: add a field as optional, or write a new version and an upcaster. `related` are the
 * persons of the register that are the actor or a declared relative (回避).
 */
export type ActorEvent =
  | Fact<'ActorRegistered', ActorRegistration>
  | Fact<'AccountProposed', { accountId: string; loginKey: string; hand: Hand }>
  /** The hand of whoever takes it back before anybody has opened it. */
  | Fact<'AccountProposalWithdrawn', { accountId: string; hand: Hand }>
  /** Without hands: installed with a new system, or opened before two were asked for. */
  | Fact<'AccountOpened', { accountId: string; hand?: Hand; hands?: readonly string[] }>
  | Fact<'AccountClosed', { accountId: string }>
  | Fact<'DutyProposed', DutyTerm & { hand: Hand }>
  /** The hand of whoever takes it back before anybody has granted it. */
  | Fact<'DutyProposalWithdrawn', DutyTerm & { hand: Hand }>
  | Fact<'DutyInstalled', DutyTerm>
  | Fact<'DutyGranted', DutyTerm & { hand: Hand; hands: readonly string[] }>
  | Fact<'DutyRevoked', { duty: Duty; office: string; on: Day }>
  | Fact<'RelationDeclared', { personRef: string }>;

export type ActorRegistration = Readonly<{
  actorId: string;
  identityKey: string;
  office: string;
  related: readonly string[];
}>;

/** Both days included; without `to` the duty holds until it is revoked. */
export type DutyTerm = Readonly<{ duty: Duty; office: string; from: Day; to?: Day }>;

export const actorCodecs: Record<ActorEvent['type'], EventCodec> = {
  ActorRegistered: codec([]),
  AccountProposed: codec([]),
  AccountProposalWithdrawn: codec([]),
  AccountOpened: codec([]),
  AccountClosed: codec([]),
  DutyProposed: codec([]),
  DutyProposalWithdrawn: codec([]),
  DutyInstalled: codec([]),
  DutyGranted: codec([]),
  DutyRevoked: codec([]),
  RelationDeclared: codec([]),
};
