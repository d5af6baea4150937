import { impossible, type Decider } from '../decider.js';
import { actorHolder, forbidPayee, type Acting } from '../actor/relation.js';
import { refuse } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  personsOf,
  sign,
  signed,
  type Signing,
  type Step,
} from '../signing/signing.js';
import { noFen } from '../values/fen.js';
import type { AccountEvent, HolderKind } from './account.events.js';

export type AccountCommand = RecordHolder | ReviewSharing;

/** `holder` is a person number, or `actor:<id>` for a member of staff. */
export type RecordHolder = Readonly<{
  type: 'RecordHolder';
  accountKey: string;
  holder: string;
  kind: HolderKind;
}>;

/** One finds the sharing in order (`make`), another agrees (`approve`); both saw `holders`. */
export type ReviewSharing = Readonly<{
  type: 'ReviewSharing';
  step: 'make' | 'approve';
  holders: readonly string[];
  reason: string;
}> &
  Acting;

/** Nobody is paid on an account not `cleared`: it has two holders and no finished review. */
export type Account = Readonly<{
  holders: readonly string[];
  cleared: boolean;
  review: Signing | null;
}>;

export const accountStream = (accountKey: string): string => `account-${accountKey}`;

export const accountDecider: Decider<Account, AccountCommand, AccountEvent> = {
  initial: { holders: [], cleared: true, review: null },
  decide,
  evolve,
};

const reviewSteps: readonly Step[] = ['make', 'approve'];

function decide(command: AccountCommand, account: Account): readonly AccountEvent[] {
  switch (command.type) {
    case 'RecordHolder':
      return record(command, account);
    case 'ReviewSharing':
      return review(command, account);
  }
}

/** A second holder is recorded, not refused: couples share accounts. Payment waits for review. */
function record(
  { accountKey, holder, kind }: RecordHolder,
  { holders: known }: Account,
): readonly AccountEvent[] {
  if (known.includes(holder)) return [];
  const recorded: AccountEvent = { type: 'HolderRecorded', data: { accountKey, holder, kind } };
  const holders = [...known, holder];
  if (holders.length === 1) return [recorded];
  return [recorded, { type: 'SharingFlagged', data: { holders } }];
}

function review(command: ReviewSharing, account: Account): readonly AccountEvent[] {
  const { step, holders: seen, by } = command;
  const { holders, review: before } = account;
  if (before !== null && personsOf(before)[reviewSteps.indexOf(step)] === by.person) {
    if (sameHolders(seen, holders)) return [];
  }
  for (const holder of holders) forbidPayee(command, holder);
  if (holders.includes(actorHolder(by.person))) refuse('SIGNER_IS_PAYEE', {});
  if (!sameHolders(seen, holders)) refuse('SEEN_CHANGED', { holders: String(holders.length) });
  if (holders.length < 2) refuse('ACCOUNT_NOT_SHARED', {});
  return step === 'make' ? propose(command, account) : agree(command, account);
}

function propose(
  { by, on, reason }: ReviewSharing,
  { holders, cleared, review: before }: Account,
): readonly AccountEvent[] {
  if (cleared) refuse('CHAIN_COMPLETE', { step: 'make' });
  if (before !== null) refuse('STEP_OUT_OF_ORDER', { step: 'make', next: 'approve' });
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  const hand = makerHand(by, on);
  return [{ type: 'SharingReviewProposed', data: { holders, reason, hand } }];
}

function agree(
  { by, on }: ReviewSharing,
  { holders, review: before }: Account,
): readonly AccountEvent[] {
  if (before === null) return refuse('STEP_OUT_OF_ORDER', { step: 'approve', next: 'make' });
  const hand = sign(before, { step: 'approve', by, day: on, seen: before.seen });
  if (hand === undefined) return [];
  const hands = personsOf(signed(before, hand));
  return [{ type: 'SharingReviewed', data: { holders, hand, hands } }];
}

function evolve(account: Account, event: AccountEvent): Account {
  const { holders, review: before } = account;
  switch (event.type) {
    case 'HolderRecorded':
      return { ...account, holders: [...holders, event.data.holder] };
    case 'SharingFlagged':
      if (!sameHolders(event.data.holders, holders)) return impossible(event.type, 'an account');
      return { ...account, cleared: false, review: null };
    case 'SharingReviewProposed': {
      if (account.cleared) return impossible(event.type, 'an account in order');
      const seen = { root: holders.join(' '), lines: holders.length, amountFen: noFen };
      return { ...account, review: begun(reviewSteps, seen, event.data.hand) };
    }
    case 'SharingReviewed': {
      if (before === null || isComplete(before)) return impossible(event.type, 'an account');
      return { ...account, cleared: true, review: signed(before, event.data.hand) };
    }
    default:
      return impossible(event, 'an account');
  }
}

function sameHolders(left: readonly string[], right: readonly string[]): boolean {
  const sorted = [...right].sort();
  return left.length === right.length && [...left].sort().every((one, at) => one === sorted[at]);
}
