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
} from '../signing/signing.js';
import { addDays, type Day } from '../values/calendar.js';
import { noFen } from '../values/fen.js';
import { decideAccount, evolveAccount, forbidWithdrawal, pairSteps } from './actor-accounts.js';
import type {
  Actor,
  ActorCommand,
  DeclareRelation,
  DutyProposal,
  GrantDuty,
  HeldDuty,
  InstallDuty,
  RegisterActor,
  RegisteredActor,
  RevokeDuty,
  WithdrawDuty,
} from './actor.commands.js';
import type { ActorEvent, ActorRegistration, DutyTerm } from './actor.events.js';
import { incompatible } from './duties.js';

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

function decide(command: ActorCommand, actor: Actor): readonly ActorEvent[] {
  if (command.type === 'RegisterActor') return register(command, actor);
  if (actor.status === 'none') refuse('ACTOR_UNKNOWN', {});
  switch (command.type) {
    case 'InstallAccount':
    case 'OpenAccount':
    case 'WithdrawAccount':
    case 'CloseAccount':
      return decideAccount(command, actor);
    case 'InstallDuty':
      return install(command, actor);
    case 'GrantDuty':
      return grant(command, actor);
    case 'WithdrawDuty':
      return withdraw(command, actor);
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

function install(command: InstallDuty, actor: RegisteredActor): readonly ActorEvent[] {
  const term = termOf(command);
  if (actor.duties.some((held) => sameTerm(held.term, term))) return [];
  forbidIncompatible(term, actor);
  return [{ type: 'DutyInstalled', data: term }];
}

function grant(command: GrantDuty, actor: RegisteredActor): readonly ActorEvent[] {
  const { step, by, on } = command;
  const term = termOf(command);
  const proposal = waiting(actor, term);
  const mine = proposal && personsOf(proposal.signing)[pairSteps.indexOf(step)];
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
  if (waiting(actor, term) !== undefined)
    refuse('STEP_OUT_OF_ORDER', { step: 'make', next: 'approve' });
  forbidIncompatible(term, actor);
  return [{ type: 'DutyProposed', data: { ...term, hand } }];
}

function withdraw(command: WithdrawDuty, actor: RegisteredActor): readonly ActorEvent[] {
  const { by, on, duty, office } = command;
  const term = termOf(command);
  const facts = { duty, office };
  const proposal = actor.proposals.find((one) => sameTerm(one.term, term));
  if (proposal === undefined) return refuse('NOT_FOUND', facts);
  const { signing, isWithdrawn } = proposal;
  forbidWithdrawal(signing, { by, registration: actor.registration, facts });
  if (isWithdrawn) return [];
  if (isComplete(signing)) refuse('CHAIN_COMPLETE', facts);
  return [{ type: 'DutyProposalWithdrawn', data: { ...term, hand: makerHand(by, on) } }];
}

/** What was proposed and not taken back, granted or not. */
function waiting({ proposals }: RegisteredActor, term: DutyTerm): DutyProposal | undefined {
  return proposals.find((one) => sameTerm(one.term, term) && !one.isWithdrawn);
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
    const { duty, from } = held.term;
    if (!incompatible(duty, term.duty)) continue;
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
  const { duties, proposals, related } = actor;
  switch (event.type) {
    case 'AccountProposed':
    case 'AccountProposalWithdrawn':
    case 'AccountOpened':
    case 'AccountClosed':
      return evolveAccount(actor, event);
    case 'DutyProposed': {
      const term = termOf(event.data);
      const seen = { root: textOf(term), lines: 1, amountFen: noFen };
      const signing = begun(pairSteps, seen, event.data.hand);
      const others = proposals.filter((one) => !sameTerm(one.term, term));
      return { ...actor, proposals: [...others, { term, signing, isWithdrawn: false }] };
    }
    case 'DutyProposalWithdrawn':
      return withProposal(actor, event, (one) => ({ ...one, isWithdrawn: true }));
    case 'DutyInstalled':
      return { ...actor, duties: [...duties, { term: termOf(event.data), revokedOn: null }] };
    case 'DutyGranted': {
      const term = termOf(event.data);
      const { hand } = event.data;
      const after = withProposal(actor, event, (one) => {
        return { ...one, signing: signed(one.signing, hand) };
      });
      return { ...after, duties: [...duties, { term, revokedOn: null }] };
    }
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
    withdrawnAccounts: [],
  };
}

/** What comes of a proposal that waits. */
function withProposal(
  actor: RegisteredActor,
  { type, data }: Extract<ActorEvent, { type: 'DutyGranted' | 'DutyProposalWithdrawn' }>,
  become: (proposal: DutyProposal) => DutyProposal,
): RegisteredActor {
  const proposal = waiting(actor, termOf(data));
  if (proposal === undefined || isComplete(proposal.signing))
    return impossible(type, 'a duty nobody proposed');
  const proposals = actor.proposals.map((one) => (one === proposal ? become(one) : one));
  return { ...actor, proposals };
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
