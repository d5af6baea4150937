import type { Signer, Signing } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { ActorRegistration, DutyTerm } from './actor.events.js';
import type { Administrator, Duty } from './duties.js';

export type ActorCommand =
  | RegisterActor
  | InstallAccount
  | OpenAccount
  | WithdrawAccount
  | CloseAccount
  | InstallDuty
  | GrantDuty
  | WithdrawDuty
  | RevokeDuty
  | DeclareRelation;

export type RegisterActor = Readonly<{ type: 'RegisterActor' }> & ActorRegistration;

/** The accounts of the first administrators: there is nobody yet who could sign for them. */
export type InstallAccount = Readonly<{ type: 'InstallAccount'; accountId: string }>;

/**
 * An actor may have several accounts: they are doors, the person who comes in is one. Whoever
 * opened a door alone could go through it as somebody else: one person proposes it (`make`),
 * another opens it (`approve`) for the same login, of which only a keyed digest is kept.
 */
export type OpenAccount = Readonly<{
  type: 'OpenAccount';
  step: 'make' | 'approve';
  accountId: string;
  loginKey: string;
  by: Signer;
  on: Day;
}>;

/**
 * Takes back what nobody has opened yet, and its login is free again: its proposer does, or another
 * person with the proposer's duty, as a proposer may have left.
 */
export type WithdrawAccount = Readonly<{
  type: 'WithdrawAccount';
  accountId: string;
  by: Signer;
  on: Day;
}>;

export type CloseAccount = Readonly<{ type: 'CloseAccount'; accountId: string }>;

/** The first administrators of an empty system, who can grant every other duty by two hands. */
export type InstallDuty = Readonly<{ type: 'InstallDuty'; duty: Administrator }> & DutyTerm;

/** One person proposes a duty (`make`), another grants it (`approve`). */
export type GrantDuty = Readonly<{
  type: 'GrantDuty';
  step: 'make' | 'approve';
  by: Signer;
  on: Day;
}> &
  DutyTerm;

/** Takes back a duty that is proposed and not granted, as an account's proposal is taken back. */
export type WithdrawDuty = Readonly<{ type: 'WithdrawDuty'; by: Signer; on: Day }> & DutyTerm;

/** Taking a duty away waits for nobody; `on` is the first day without it. */
export type RevokeDuty = Readonly<{ type: 'RevokeDuty'; duty: Duty; office: string; on: Day }>;

export type DeclareRelation = Readonly<{ type: 'DeclareRelation'; personRef: string }>;

export type Actor = Readonly<{ status: 'none' }> | RegisteredActor;

export type RegisteredActor = Readonly<{
  status: 'registered';
  registration: ActorRegistration;
  related: readonly string[];
  openAccounts: readonly string[];
  closedAccounts: readonly string[];
  duties: readonly HeldDuty[];
  proposals: readonly DutyProposal[];
  /** Kept once opened, so that a repeated signature is known. */
  proposedAccounts: Readonly<Record<string, Signing>>;
  withdrawnAccounts: readonly string[];
}>;

/** A revoked duty keeps its days until then; one that was revoked before it began held on none. */
export type HeldDuty = Readonly<{ term: DutyTerm; revokedOn: Day | null }>;

/** Kept once granted or withdrawn, so that a repeat is known. */
export type DutyProposal = Readonly<{ term: DutyTerm; signing: Signing; isWithdrawn: boolean }>;
