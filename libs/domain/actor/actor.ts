import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  personsOf,
  sign,
  signed,
  type Hand,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from '../signing/signing.js';
import { addDays, type Day } from '../values/calendar.js';
import { noFen } from '../values/fen.js';
import type { ActorEvent, ActorRegistration, DutyTerm } from './actor.events.js';
import { administrators, incompatible, type Administrator, type Duty } from './duties.js';

export type ActorCommand =
  | RegisterActor
  | InstallAccount
  | OpenAccount
  | CloseAccount
  | InstallDuty
  | GrantDuty
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
}>;

/** A revoked duty keeps its days until then; one that was revoked before it began held on none. */
export type HeldDuty = Readonly<{ term: DutyTerm; revokedOn: Day | null }>;

/** Kept once granted, so that a repeated signature is known. */
export type DutyProposal = Readonly<{ term: DutyTerm; signing: Signing }>;

export const actorStream = (actorId: string): string => `actor-${actorId}`;

export const actorDecider: Decider<Actor, ActorCommand, ActorEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

/** The duties that hold on a day. */
export function dutiesOn(actor: Actor, on: Day): readonly DutyTerm[] {
  if (actor.status === 'none') return [];
  return actor.duties
    .filter((held) => held.term.from <= on && on <= lastDayOf(held))
    .map(({ term }) => term);
}

/** Accounts that one person has proposed and that wait for the second. */
export function accountsProposed(
  actor: Actor,
): readonly Readonly<{ accountId: string; proposedBy: string }>[] {
  if (actor.status === 'none') return [];
  return Object.entries(actor.proposedAccounts)
    .filter(([, signing]) => !isComplete(signing))
    .map(([accountId, { hands }]) => ({ accountId, proposedBy: hands[0]?.person ?? '' }));
}

const grantSteps: readonly Step[] = ['make', 'approve'];

function decide(command: ActorCommand, actor: Actor): readonly ActorEvent[] {
  if (command.type === 'RegisterActor') return register(command, actor);
  if (actor.status === 'none') refuse('ACTOR_UNKNOWN', {});
  switch (command.type) {
    case 'InstallAccount':
      return installAccount(command, actor);
    case 'OpenAccount':
      return openAccount(command, actor);
    case 'CloseAccount':
      return closeAccount(command, actor);
    case 'InstallDuty':
      return install(command, actor);
    case 'GrantDuty':
      return grant(command, actor);
    case 'RevokeDuty':
      return revoke(command, actor);
    case 'DeclareRelation':
      return declareRelation(command, actor);
  }
}

function register(command: RegisterActor, actor: Actor): readonly ActorEvent[] {
  const { actorId, identityKey, office, related } = command;
  const registration = { actorId, identityKey, office, related };
  if (actor.status === 'none') return [{ type: 'ActorRegistered', data: registration }];
  if (!sameRegistration(actor.registration, registration)) refuse('ACTOR_ID_TAKEN', { actorId });
  return [];
}

function installAccount(
  { accountId }: InstallAccount,
  { openAccounts, closedAccounts, duties }: RegisteredActor,
): readonly ActorEvent[] {
  if (openAccounts.includes(accountId)) return [];
  if (closedAccounts.includes(accountId)) refuse('ACTOR_ACCOUNT_TAKEN', { accountId });
  if (!duties.every(({ term }) => administrators.some((one) => one === term.duty)))
    refuse('STEP_OUT_OF_ORDER', { step: 'approve', next: 'make' });
  return [{ type: 'AccountOpened', data: { accountId } }];
}

function openAccount(command: OpenAccount, actor: RegisteredActor): readonly ActorEvent[] {
  const { step, accountId, loginKey, by, on } = command;
  const proposed = actor.proposedAccounts[accountId];
  const mine = proposed && personsOf(proposed)[grantSteps.indexOf(step)];
  if (mine === by.person) return [];
  if (actor.closedAccounts.includes(accountId)) refuse('ACTOR_ACCOUNT_TAKEN', { accountId });
  if (by.person === actor.registration.actorId) refuse('SIGNER_IS_PAYEE', { accountId });
  if (step === 'make') {
    if (proposed !== undefined) refuse('STEP_OUT_OF_ORDER', { step, next: 'approve' });
    return [{ type: 'AccountProposed', data: { accountId, loginKey, hand: makerHand(by, on) } }];
  }
  if (proposed === undefined) return refuse('STEP_OUT_OF_ORDER', { step, next: 'make' });
  const hand = sign(proposed, { step, by, day: on, seen: loginSeen(loginKey) });
  if (hand === undefined) return [];
  const hands = personsOf(signed(proposed, hand));
  return [{ type: 'AccountOpened', data: { accountId, hand, hands } }];
}

function loginSeen(loginKey: string): Seen {
  return { root: loginKey, lines: 1, amountFen: noFen };
}

function closeAccount(
  { accountId }: CloseAccount,
  { openAccounts, closedAccounts }: RegisteredActor,
): readonly ActorEvent[] {
  if (closedAccounts.includes(accountId)) return [];
  if (!openAccounts.includes(accountId)) refuse('NOT_FOUND', { accountId });
  return [{ type: 'AccountClosed', data: { accountId } }];
}

function install(command: InstallDuty, actor: RegisteredActor): readonly ActorEvent[] {
  const term = termOf(command);
  if (actor.duties.some((held) => sameTerm(held.term, term))) return [];
  forbidIncompatible(term, actor);
  return [{ type: 'DutyInstalled', data: term }];
}

function grant(command: GrantDuty, actor: RegisteredActor): readonly ActorEvent[] {
  const { step, by, on } = command;
  const term = termOf(command);
  const proposal = actor.proposals.find((one) => sameTerm(one.term, term));
  const mine = proposal && personsOf(proposal.signing)[grantSteps.indexOf(step)];
  if (mine === by.person) return [];
  if (by.person === actor.registration.actorId) {
    refuse('DUTY_INCOMPATIBLE', { duty: term.duty, held: 'self' });
  }
  if (step === 'make') return propose(term, makerHand(by, on), actor);
  if (proposal === undefined) {
    return refuse('STEP_OUT_OF_ORDER', { step: 'approve', next: 'make' });
  }
  const { signing } = proposal;
  const hand = sign(signing, { step: 'approve', by, day: on, seen: signing.seen });
  if (hand === undefined) return [];
  forbidIncompatible(term, actor);
  const hands = personsOf(signed(signing, hand));
  return [{ type: 'DutyGranted', data: { ...term, hand, hands } }];
}

function propose(term: DutyTerm, hand: Hand, actor: RegisteredActor): readonly ActorEvent[] {
  if (term.to !== undefined && term.to < term.from) {
    refuse('FACT_IMPOSSIBLE', { fact: 'to', to: term.to });
  }
  const before = actor.proposals.find((one) => sameTerm(one.term, term));
  if (before !== undefined) refuse('STEP_OUT_OF_ORDER', { step: 'make', next: 'approve' });
  forbidIncompatible(term, actor);
  return [{ type: 'DutyProposed', data: { ...term, hand } }];
}

/** Everything that is held of that duty in that office, now or later, ends on the day. */
function revoke(
  { duty, office, on }: RevokeDuty,
  { duties }: RegisteredActor,
): readonly ActorEvent[] {
  const mine = duties.filter(({ term }) => term.duty === duty && term.office === office);
  if (mine.length === 0) refuse('NOT_FOUND', { duty, office });
  if (mine.every((held) => lastDayOf(held) < on)) return [];
  return [{ type: 'DutyRevoked', data: { duty, office, on } }];
}

function declareRelation(
  { personRef }: DeclareRelation,
  { related }: RegisteredActor,
): readonly ActorEvent[] {
  if (related.includes(personRef)) return [];
  return [{ type: 'RelationDeclared', data: { personRef } }];
}

/** By person, whatever accounts: two duties that exclude each other never hold on one day. */
function forbidIncompatible(term: DutyTerm, { duties }: RegisteredActor): void {
  const end = term.to ?? endless;
  for (const held of duties) {
    const { duty, office, from } = held.term;
    if (!incompatible(duty, term.duty, office === term.office)) continue;
    if (from <= end && term.from <= lastDayOf(held) && from <= lastDayOf(held)) {
      refuse('DUTY_INCOMPATIBLE', { duty: term.duty, held: duty });
    }
  }
}

const endless = '9999-12-31';

function lastDayOf({ term, revokedOn }: HeldDuty): string {
  const end = term.to ?? endless;
  if (revokedOn === null) return end;
  const last = addDays(revokedOn, -1);
  return last < end ? last : end;
}

function evolve(actor: Actor, event: ActorEvent): Actor {
  if (event.type === 'ActorRegistered') return registered(actor, event.data);
  if (actor.status === 'none') return impossible(event.type, 'an actor never registered');
  const { openAccounts, closedAccounts, duties, proposals, related, proposedAccounts } = actor;
  switch (event.type) {
    case 'AccountProposed': {
      const { accountId, loginKey, hand } = event.data;
      const signing = begun(grantSteps, loginSeen(loginKey), hand);
      return { ...actor, proposedAccounts: { ...proposedAccounts, [accountId]: signing } };
    }
    case 'AccountOpened':
      return accountOpened(actor, event.data);
    case 'AccountClosed': {
      const { accountId } = event.data;
      if (!openAccounts.includes(accountId)) return impossible(event.type, 'an account not open');
      return {
        ...actor,
        openAccounts: openAccounts.filter((one) => one !== accountId),
        closedAccounts: [...closedAccounts, accountId],
      };
    }
    case 'DutyProposed': {
      const term = termOf(event.data);
      const seen = { root: textOf(term), lines: 1, amountFen: noFen };
      const signing = begun(grantSteps, seen, event.data.hand);
      return { ...actor, proposals: [...proposals, { term, signing }] };
    }
    case 'DutyInstalled':
      return { ...actor, duties: [...duties, { term: termOf(event.data), revokedOn: null }] };
    case 'DutyGranted':
      return granted(actor, event.data);
    case 'DutyRevoked':
      return { ...actor, duties: duties.map((held) => revoked(held, event.data)) };
    case 'RelationDeclared':
      return { ...actor, related: [...related, event.data.personRef] };
    default:
      return impossible(event, 'an actor');
  }
}

function registered(actor: Actor, registration: ActorRegistration): RegisteredActor {
  if (actor.status !== 'none') return impossible('ActorRegistered', 'an actor registered already');
  return {
    status: 'registered',
    registration,
    related: registration.related,
    openAccounts: [],
    closedAccounts: [],
    duties: [],
    proposals: [],
    proposedAccounts: {},
  };
}

function accountOpened(
  actor: RegisteredActor,
  { accountId, hand }: Extract<ActorEvent, { type: 'AccountOpened' }>['data'],
): RegisteredActor {
  const open = { ...actor, openAccounts: [...actor.openAccounts, accountId] };
  if (hand === undefined) return open;
  const proposed = actor.proposedAccounts[accountId];
  if (proposed === undefined) return impossible('AccountOpened', 'an account nobody proposed');
  const proposedAccounts = { ...actor.proposedAccounts, [accountId]: signed(proposed, hand) };
  return { ...open, proposedAccounts };
}

function granted(
  actor: RegisteredActor,
  data: Extract<ActorEvent, { type: 'DutyGranted' }>['data'],
): RegisteredActor {
  const term = termOf(data);
  if (!actor.proposals.some((one) => sameTerm(one.term, term))) {
    return impossible('DutyGranted', 'a duty nobody proposed');
  }
  const proposals = actor.proposals.map((one) =>
    sameTerm(one.term, term) ? { term, signing: signed(one.signing, data.hand) } : one,
  );
  return { ...actor, duties: [...actor.duties, { term, revokedOn: null }], proposals };
}

function revoked(held: HeldDuty, { duty, office, on }: Omit<RevokeDuty, 'type'>): HeldDuty {
  const { term } = held;
  if (term.duty !== duty || term.office !== office || lastDayOf(held) < on) return held;
  return { term, revokedOn: on };
}

function termOf({ duty, office, from, to }: DutyTerm): DutyTerm {
  return to === undefined ? { duty, office, from } : { duty, office, from, to };
}

function sameTerm(left: DutyTerm, right: DutyTerm): boolean {
  return textOf(left) === textOf(right);
}

function textOf({ duty, office, from, to }: DutyTerm): string {
  return `${duty} ${office} ${from} ${to ?? ''}`;
}

function sameRegistration(left: ActorRegistration, right: ActorRegistration): boolean {
  return (
    left.actorId === right.actorId &&
    left.identityKey === right.identityKey &&
    left.office === right.office &&
    left.related.join(' ') === right.related.join(' ')
  );
}
