import type { ChainKind } from './chain.js';
import { count, optionalPart, optionalText, part, parts, text, texts, type Fact } from './raw.js';

/** How an event stands in a chain: it opens a round, signs, sends back, or ends the chain. */
export type ChainEvent = Readonly<{
  kind: ChainKind;
  /** Opens the chain or its next round. */
  makes?: true;
  returns?: true;
  /** After this event the matter takes effect: every hand must be there. */
  ends?: true;
  /** Opens a chain of its own each time, whatever stood there before. */
  renews?: true;
  signs?: true;
}>;

const makes = { makes: true, signs: true } as const;
const signs = { signs: true } as const;
const returns = { returns: true, signs: true } as const;
const ends = { ends: true } as const;

export const chainEvents: Readonly<Record<string, ChainEvent>> = {
  ClaimFiled: { kind: 'claim', ...makes },
  ClaimResubmitted: { kind: 'claim', ...makes },
  ClaimApproved: { kind: 'claim', ...signs },
  ClaimReviewed: { kind: 'claim', ...signs },
  ClaimAuthorised: { kind: 'claim', ...signs },
  ClaimSentBack: { kind: 'claim', ...returns },
  ClaimDecided: { kind: 'claim', ...ends },
  RollPrepared: { kind: 'roll', ...makes },
  RollSigned: { kind: 'roll', ...signs },
  RollSentBack: { kind: 'roll', ...returns },
  RollAdmitted: { kind: 'roll', ...ends },
  BatchPrepared: { kind: 'batch', ...makes },
  BatchSigned: { kind: 'batch', ...signs },
  BatchSentBack: { kind: 'batch', ...returns },
  BatchAdmitted: { kind: 'batch', ...ends },
  PlanProposed: { kind: 'plan', ...makes },
  PlanSigned: { kind: 'plan', ...signs },
  PlanSentBack: { kind: 'plan', ...returns },
  PlanReleased: { kind: 'plan', ...ends },
  ClosePrepared: { kind: 'close', ...makes },
  CloseSigned: { kind: 'close', ...signs },
  CloseSentBack: { kind: 'close', ...returns },
  MonthClosed: { kind: 'close', ...ends },
  ProposalRaised: { kind: 'proposal', ...makes },
  ProposalSigned: { kind: 'proposal', ...signs },
  ProposalSentBack: { kind: 'proposal', ...returns },
  ProposalDropped: { kind: 'proposal', ...returns },
  ProposalDecided: { kind: 'proposal', ...ends },
  AccountChangeProposed: { kind: 'account-change', ...makes },
  AccountChangeSigned: { kind: 'account-change', ...signs },
  AccountChangeSentBack: { kind: 'account-change', ...returns },
  AccountChanged: { kind: 'account-change', ...ends },
  RecoveryOpened: { kind: 'recovery', ...makes },
  RecoverySigned: { kind: 'recovery', ...signs },
  RecoverySentBack: { kind: 'recovery', ...returns },
  RecoveryConfirmed: { kind: 'recovery', ...ends },
  PersonMergeProposed: { kind: 'merge', ...makes, renews: true },
  PersonMerged: { kind: 'merge', ...signs, ...ends },
  StopProposed: { kind: 'stop-line', ...makes },
  LineExcluded: { kind: 'stop-line', ...ends },
  ResendProposed: { kind: 'resend', ...makes, renews: true },
  ResendApproved: { kind: 'resend', ...signs, ...ends },
  SharingReviewProposed: { kind: 'sharing', ...makes, renews: true },
  SharingReviewed: { kind: 'sharing', ...signs, ...ends },
  DutyProposed: { kind: 'duty', ...makes, renews: true },
  DutyGranted: { kind: 'duty', ...signs, ...ends },
  DutyProposalWithdrawn: { kind: 'duty', ...returns },
  AccountProposed: { kind: 'staff-account', ...makes },
  AccountProposalWithdrawn: { kind: 'staff-account', ...returns },
  AccountOpened: { kind: 'staff-account', ...signs, ...ends },
};

/** Which chain of its stream an event belongs to. @throws Unreadable */
export function chainKey({ stream, data }: Fact, kind: ChainKind): string {
  switch (kind) {
    case 'proposal': {
      const id = optionalText(data, 'proposalId') ?? text(part(data, 'proposal'), 'proposalId');
      return `${stream} ${id}`;
    }
    case 'account-change':
      return `${stream} change ${text(data, 'changeNo')}`;
    case 'stop-line':
      return `${stream} stop ${text(data, 'instructionId')}`;
    case 'resend':
      return `${stream} resend ${count(data, 'attempt')}`;
    case 'duty': {
      const term = [text(data, 'duty'), text(data, 'office'), text(data, 'from')];
      return `${stream} ${term.join(' ')} ${optionalText(data, 'to') ?? ''}`;
    }
    case 'staff-account':
      return `${stream} account ${text(data, 'accountId')}`;
    case 'merge':
      return `${stream} merge`;
    default:
      return stream;
  }
}

/** The persons whom an ending event itself lists as its hands; undefined when it lists none. */
export function listedHands({ type, data }: Fact): readonly string[] | undefined {
  if (type === 'LineExcluded') return parts(data, 'by').map((hand) => text(hand, 'person'));
  if (type === 'ProposalDecided') return texts(data, 'by');
  return data['hands'] === undefined ? undefined : texts(data, 'hands');
}

/** Whom a chain is about, so that nobody signs for himself or a relative. */
export function personsOf({ type, stream, data }: Fact): readonly string[] | undefined {
  switch (type) {
    case 'ClaimFiled': {
      const payee = optionalPart(data, 'payee');
      const others = payee === undefined ? [] : [text(payee, 'ref')];
      return [text(data, 'personRef'), ...others];
    }
    case 'RecoveryOpened':
      return [text(data, 'personRef')];
    case 'AccountChangeProposed':
      return [stream.slice('person-'.length)];
    case 'PersonMergeProposed':
      return [stream.slice('person-'.length), text(data, 'into')];
    case 'SharingReviewProposed':
      return texts(data, 'holders');
    default:
      return undefined;
  }
}
