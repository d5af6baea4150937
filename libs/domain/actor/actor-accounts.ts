import { impossible } from '../decider.js';
import { refuse } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  personsOf,
  sign,
  signed,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from '../signing/signing.js';
import { noFen } from '../values/fen.js';
import type {
  Actor,
  ActorCommand,
  CloseAccount,
  InstallAccount,
  OpenAccount,
  RegisteredActor,
  WithdrawAccount,
} from './actor.commands.js';
import type { ActorEvent } from './actor.events.js';
import { administrators } from './duties.js';

type AccountCommand = Extract<ActorCommand, { type: `${string}Account` }>;
type AccountEvent = Extract<ActorEvent, { type: `Account${string}` }>;

/** What one proposes another agrees to: accounts of the staff, and their duties. */
export const pairSteps: readonly Step[] = ['make', 'approve'];

/** The doors of a person at work: proposed by one, opened by another; withdrawn, closed. */
export function decideAccount(
  command: AccountCommand,
  actor: RegisteredActor,
): readonly AccountEvent[] {
  switch (command.type) {
    case 'InstallAccount':
      return install(command, actor);
    case 'OpenAccount':
      return command.step === 'make' ? propose(command, actor) : open(command, actor);
    case 'WithdrawAccount':
      return withdraw(command, actor);
    case 'CloseAccount':
      return close(command, actor);
  }
}

function install(
  { accountId }: InstallAccount,
  { openAccounts, closedAccounts, duties }: RegisteredActor,
): readonly AccountEvent[] {
  if (openAccounts.includes(accountId)) return [];
  if (closedAccounts.includes(accountId)) refuse('ACTOR_ACCOUNT_TAKEN', { accountId });
  if (!duties.every(({ term }) => administrators.some((one) => one === term.duty)))
    refuse('STEP_OUT_OF_ORDER', { step: 'approve', next: 'make' });
  return [{ type: 'AccountOpened', data: { accountId } }];
}

function propose(command: OpenAccount, actor: RegisteredActor): readonly AccountEvent[] {
  const { accountId, loginKey, by, on } = command;
  const proposed = actor.proposedAccounts[accountId];
  if (proposed !== undefined && isSigned(proposed, command)) return [];
  forbidOwner(command, actor);
  if (proposed !== undefined) refuse('STEP_OUT_OF_ORDER', { step: 'make', next: 'approve' });
  const other = accountOfLogin(actor, loginKey);
  if (other !== undefined) refuse('ACTOR_ACCOUNT_TAKEN', { accountId: other });
  return [{ type: 'AccountProposed', data: { accountId, loginKey, hand: makerHand(by, on) } }];
}

function open(command: OpenAccount, actor: RegisteredActor): readonly AccountEvent[] {
  const { step, accountId, loginKey, by, on } = command;
  const proposed = actor.proposedAccounts[accountId];
  if (proposed !== undefined && isSigned(proposed, command)) return [];
  forbidOwner(command, actor);
  if (proposed === undefined || actor.withdrawnAccounts.includes(accountId))
    return refuse('STEP_OUT_OF_ORDER', { step, next: 'make' });
  const { seen } = proposed;
  const hand = sign(proposed, { step, by, day: on, seen });
  if (hand === undefined) return [];
  forbidOtherLogin(proposed, { accountId, loginKey });
  const hands = personsOf(signed(proposed, hand));
  return [{ type: 'AccountOpened', data: { accountId, hand, hands } }];
}

/** A repeat says again what was signed; another login is no repeat. */
function isSigned(proposed: Signing, { step, by, ...account }: OpenAccount): boolean {
  if (personsOf(proposed)[pairSteps.indexOf(step)] !== by.person) return false;
  forbidOtherLogin(proposed, account);
  return true;
}

function forbidOwner(
  { accountId, by }: OpenAccount,
  { closedAccounts, registration }: RegisteredActor,
): void {
  if (closedAccounts.includes(accountId)) refuse('ACTOR_ACCOUNT_TAKEN', { accountId });
  if (by.person === registration.actorId) refuse('SIGNER_IS_PAYEE', { accountId });
}

/** Of the login only a digest is kept: its proposer knows what was meant. */
function forbidOtherLogin(
  proposed: Signing,
  { accountId, loginKey }: Readonly<{ accountId: string; loginKey: string }>,
): void {
  if (proposed.seen.root === loginKey) return;
  refuse('LOGIN_DIFFERS', { accountId, proposedBy: proposerOf(proposed) });
}

/** The account that was proposed for this login and not withdrawn; a closed one keeps its login. */
function accountOfLogin(
  { proposedAccounts, withdrawnAccounts }: RegisteredActor,
  loginKey: string,
): string | undefined {
  const same = Object.entries(proposedAccounts).find(
    ([accountId, { seen }]) => seen.root === loginKey && !withdrawnAccounts.includes(accountId),
  );
  return same?.[0];
}

function withdraw(
  { accountId, by, on }: WithdrawAccount,
  { proposedAccounts, withdrawnAccounts, registration }: RegisteredActor,
): readonly AccountEvent[] {
  const proposed = proposedAccounts[accountId];
  if (proposed === undefined) return refuse('NOT_FOUND', { accountId });
  forbidWithdrawal(proposed, { by, registration, facts: { accountId } });
  if (withdrawnAccounts.includes(accountId)) return [];
  if (isComplete(proposed)) refuse('CHAIN_COMPLETE', { accountId });
  const hand = makerHand(by, on);
  return [{ type: 'AccountProposalWithdrawn', data: { accountId, hand } }];
}

/**
 * Taking back gives nobody anything, and what is proposed anew is signed by two again: whoever has
 * the proposer's duty may, but not for himself.
 *
 * @throws Refusal SIGNER_NOT_PROPOSER, SIGNER_IS_PAYEE
 */
export function forbidWithdrawal(
  { hands }: Signing,
  {
    by,
    registration,
    facts,
  }: Pick<RegisteredActor, 'registration'> &
    Readonly<{ by: Signer; facts: Readonly<Record<string, string>> }>,
): void {
  if (by.person === registration.actorId) refuse('SIGNER_IS_PAYEE', facts);
  const [proposer] = hands;
  if (by.person === proposer?.person || by.duty === proposer?.duty) return;
  refuse('SIGNER_NOT_PROPOSER', { ...facts, proposedBy: proposer?.person ?? '' });
}

function close(
  { accountId }: CloseAccount,
  { openAccounts, closedAccounts }: RegisteredActor,
): readonly AccountEvent[] {
  if (closedAccounts.includes(accountId)) return [];
  if (!openAccounts.includes(accountId)) refuse('NOT_FOUND', { accountId });
  return [{ type: 'AccountClosed', data: { accountId } }];
}

export function evolveAccount(actor: RegisteredActor, event: AccountEvent): RegisteredActor {
  const { type, data } = event;
  const { openAccounts, closedAccounts, proposedAccounts, withdrawnAccounts } = actor;
  const { accountId } = data;
  switch (type) {
    case 'AccountProposed': {
      const signing = begun(pairSteps, loginSeen(data.loginKey), data.hand);
      return { ...actor, proposedAccounts: { ...proposedAccounts, [accountId]: signing } };
    }
    case 'AccountProposalWithdrawn':
      if (!isWaiting(actor, accountId)) return impossible(type, 'an account nobody proposed');
      return { ...actor, withdrawnAccounts: [...withdrawnAccounts, accountId] };
    case 'AccountOpened':
      return opened(actor, data);
    case 'AccountClosed':
      if (!openAccounts.includes(accountId)) return impossible(type, 'an account not open');
      return {
        ...actor,
        openAccounts: openAccounts.filter((one) => one !== accountId),
        closedAccounts: [...closedAccounts, accountId],
      };
  }
}

function opened(
  actor: RegisteredActor,
  { accountId, hand }: Extract<AccountEvent, { type: 'AccountOpened' }>['data'],
): RegisteredActor {
  const after = { ...actor, openAccounts: [...actor.openAccounts, accountId] };
  if (hand === undefined) return after;
  const proposed = actor.proposedAccounts[accountId];
  if (proposed === undefined || !isWaiting(actor, accountId))
    return impossible('AccountOpened', 'an account nobody proposed');
  const proposedAccounts = { ...actor.proposedAccounts, [accountId]: signed(proposed, hand) };
  return { ...after, proposedAccounts };
}

function isWaiting(
  { proposedAccounts, withdrawnAccounts }: RegisteredActor,
  accountId: string,
): boolean {
  const proposed = proposedAccounts[accountId];
  return proposed !== undefined && !isComplete(proposed) && !withdrawnAccounts.includes(accountId);
}

export type ProposedAccount = Readonly<{ accountId: string; proposedBy: string }>;

/** Accounts that one person has proposed and that wait for the second. */
export function accountsProposed(actor: Actor): readonly ProposedAccount[] {
  if (actor.status === 'none') return [];
  return Object.entries(actor.proposedAccounts)
    .filter(([accountId]) => isWaiting(actor, accountId))
    .map(([accountId, signing]) => ({ accountId, proposedBy: proposerOf(signing) }));
}

/** Both are null for one that was installed with a new system. */
export type AccountInForce = Readonly<{
  accountId: string;
  proposedBy: string | null;
  openedBy: string | null;
}>;

/** Accounts that are open, with the two people who gave them. */
export function accountsInForce(actor: Actor): readonly AccountInForce[] {
  if (actor.status === 'none') return [];
  return actor.openAccounts.map((accountId) => {
    const signing = actor.proposedAccounts[accountId];
    const [proposedBy = null, openedBy = null] = signing === undefined ? [] : personsOf(signing);
    return { accountId, proposedBy, openedBy };
  });
}

/** Whether that account was proposed and taken back: its login may be another's. */
export function isWithdrawn(actor: Actor, accountId: string): boolean {
  return actor.status !== 'none' && actor.withdrawnAccounts.includes(accountId);
}

/** Whether that account was ever proposed, whatever became of it. */
export function wasProposed(actor: Actor, accountId: string): boolean {
  return actor.status !== 'none' && actor.proposedAccounts[accountId] !== undefined;
}

function proposerOf(signing: Signing): string {
  return personsOf(signing)[0] ?? '';
}

function loginSeen(loginKey: string): Seen {
  return { root: loginKey, lines: 1, amountFen: noFen };
}
