import { impossible, type Decider } from '../decider.js';
import { refuse, type RefusalCode } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  personsOf,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import { noFen } from '../values/fen.js';
import type { Proposal, VerificationEvent } from './verification.events.js';

export type VerificationCommand =
  | Readonly<{ type: 'OpenWindow'; office: string; month: Month; from: Day; to: Day }>
  | Readonly<{ type: 'ReceiveSignIns'; documentId: string; document: string; lines: number }>
  | Readonly<{ type: 'DeclareNoSignIns'; reason: string; by: Signer; on: Day }>
  | Readonly<{
      type: 'ReceiveExtract';
      documentId: string;
      document: string;
      lines: number;
      withoutAward: number;
      on: Day;
    }>
  | Readonly<{ type: 'RaiseProposal'; proposal: Proposal; by: Signer; on: Day }>
  | Readonly<{
      type: 'SignProposal';
      proposalId: string;
      step: Step;
      root: string;
      by: Signer;
      on: Day;
    }>
  | Readonly<{
      type: 'SendProposalBack';
      proposalId: string;
      reason: string;
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'DropProposal'; proposalId: string; reason: string; by: Signer; on: Day }>
  | Readonly<{ type: 'LapseProposal'; proposalId: string; code: RefusalCode }>
  | Readonly<{
      type: 'JudgeSignIns';
      /** Files of sign-ins that the judgement was made from. */
      signInFiles: number;
      document: string;
      held: number;
      released: number;
      missedTwice: number;
      deferred?: number;
      on: Day;
    }>;

export type Verification =
  | Readonly<{ status: 'none' }>
  | Readonly<{
      status: 'open' | 'judged';
      office: string;
      month: Month;
      window: Readonly<{ from: Day; to: Day }>;
      documents: readonly string[];
      signInFiles: number;
      /** A person stated that nobody signed in: a judgement holds everybody. */
      declaredNone: boolean;
      proposals: Readonly<Record<string, Case>>;
      judgement?: string;
    }>;

type Live = Exclude<Verification, { status: 'none' }>;
type Case = Readonly<{
  proposal: Proposal;
  signing: Signing;
  status: 'open' | 'decided' | 'dropped' | 'lapsed';
}>;

export const verificationStream = (office: string, month: Month) =>
  `verification-${office}-${month}`;

export const verificationDecider: Decider<Verification, VerificationCommand, VerificationEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: VerificationCommand, state: Verification): readonly VerificationEvent[] {
  if (command.type === 'OpenWindow') return openWindow(command, state);
  if (state.status === 'none') return refuse('WINDOW_NOT_OPEN', {});
  switch (command.type) {
    case 'ReceiveSignIns': {
      if (state.documents.includes(command.documentId)) return [];
      const { type: _type, ...data } = command;
      return [{ type: 'SignInsReceived', data }];
    }
    case 'ReceiveExtract': {
      if (state.documents.includes(command.documentId)) return [];
      const { type: _type, ...data } = command;
      return [{ type: 'ExtractReceived', data }];
    }
    case 'DeclareNoSignIns':
      return declareNone(command, state);
    case 'RaiseProposal':
      return raise(command, state);
    case 'SignProposal':
      return signProposal(command, state);
    case 'SendProposalBack':
      return returnProposal(command, state);
    case 'DropProposal':
      return drop(command, state);
    case 'LapseProposal':
      return lapse(command, state);
    case 'JudgeSignIns':
      return judge(command, state);
    default:
      return impossible(command, 'verification command');
  }
}

function openWindow(
  { type: _type, ...data }: Extract<VerificationCommand, { type: 'OpenWindow' }>,
  state: Verification,
): readonly VerificationEvent[] {
  if (state.status !== 'none') return [];
  const { from, to, month } = data;
  if (from > to) refuse('FACT_IMPOSSIBLE', { fact: 'window', month, from, to });
  return [{ type: 'WindowOpened', data }];
}

/** Without any file of sign-ins a judgement holds everybody: somebody states that it is so. */
function declareNone(
  { reason, by, on }: Extract<VerificationCommand, { type: 'DeclareNoSignIns' }>,
  state: Live,
): readonly VerificationEvent[] {
  if (state.declaredNone) return [];
  if (state.status === 'judged') refuse('WINDOW_CLOSED', { month: state.month });
  if (state.signInFiles > 0) refuse('FACT_IMPOSSIBLE', { fact: 'noSignIns', month: state.month });
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  return [{ type: 'NoSignInsDeclared', data: { reason, hand: makerHand(by, on) } }];
}

/** A hit becomes a proposal in a person's name; the same hit again adds nothing. */
function raise(
  { proposal, by, on }: Extract<VerificationCommand, { type: 'RaiseProposal' }>,
  state: Live,
): readonly VerificationEvent[] {
  const before = state.proposals[proposal.proposalId];
  if (before !== undefined && !before.signing.returned) return [];
  const hand = makerHand(by, on, before?.signing);
  return [{ type: 'ProposalRaised', data: { proposal, hand } }];
}

function signProposal(
  { proposalId, step, root, by, on }: Extract<VerificationCommand, { type: 'SignProposal' }>,
  state: Live,
): readonly VerificationEvent[] {
  const { proposal, signing, status } = caseOf(state, proposalId);
  if (status === 'dropped') return refuse('PROPOSAL_DECIDED', { proposal: proposalId });
  const seen = seenOf(root);
  const hand = sign(signing, { step, by, day: on, seen });
  if (hand === undefined) return [];
  const signature: VerificationEvent = { type: 'ProposalSigned', data: { proposalId, hand, seen } };
  const after = signed(signing, hand);
  if (!isComplete(after)) return [signature];
  const data = { proposalId, proposal, by: personsOf(after) };
  return [signature, { type: 'ProposalDecided', data }];
}

function returnProposal(
  { proposalId, reason, by, on }: Extract<VerificationCommand, { type: 'SendProposalBack' }>,
  state: Live,
): readonly VerificationEvent[] {
  const { signing, status } = caseOf(state, proposalId);
  if (status !== 'open') return refuse('PROPOSAL_DECIDED', { proposal: proposalId });
  const hand = sendBack(signing, { by, day: on, reason });
  return hand === undefined
    ? []
    : [{ type: 'ProposalSentBack', data: { proposalId, hand, reason } }];
}

/** Found groundless by whoever stands next in the chain: the hold that it placed is lifted. */
function drop(
  { proposalId, reason, by, on }: Extract<VerificationCommand, { type: 'DropProposal' }>,
  state: Live,
): readonly VerificationEvent[] {
  const { signing, status } = caseOf(state, proposalId);
  if (status === 'dropped') return [];
  if (status !== 'open') return refuse('PROPOSAL_DECIDED', { proposal: proposalId });
  if (signing.returned) refuse('CHAIN_RETURNED', { proposal: proposalId });
  const hand = sendBack(signing, { by, day: on, reason });
  return hand === undefined
    ? []
    : [{ type: 'ProposalDropped', data: { proposalId, hand, reason } }];
}

/** What was decided can no longer be carried out: it is told once, and stays decided. */
function lapse(
  { proposalId, code }: Extract<VerificationCommand, { type: 'LapseProposal' }>,
  state: Live,
): readonly VerificationEvent[] {
  const { status } = caseOf(state, proposalId);
  if (status === 'lapsed') return [];
  if (status !== 'decided') refuse('STEP_OUT_OF_ORDER', { proposal: proposalId });
  return [{ type: 'ProposalLapsed', data: { proposalId, code } }];
}

/**
 * Sign-ins are judged after the roll and before the batch, when every proposal is decided, and from
 * all that came in: a file that arrived meanwhile makes it another judgement.
 */
function judge(
  { type: _type, signInFiles, ...data }: Extract<VerificationCommand, { type: 'JudgeSignIns' }>,
  state: Live,
): readonly VerificationEvent[] {
  if (state.status === 'judged') {
    return state.judgement === data.document ? [] : refuse('WINDOW_CLOSED', { month: state.month });
  }
  if (state.signInFiles === 0 && !state.declaredNone)
    refuse('SIGN_INS_MISSING', { office: state.office, month: state.month });
  if (state.signInFiles !== signInFiles) refuse('CONFLICT_TRY_AGAIN', { month: state.month });
  const open = Object.values(state.proposals).find(({ status }) => status === 'open');
  if (open !== undefined) refuse('PROPOSALS_OPEN', { proposal: open.proposal.proposalId });
  return [{ type: 'SignInsJudged', data }];
}

function evolve(state: Verification, event: VerificationEvent): Verification {
  if (event.type === 'WindowOpened') {
    if (state.status !== 'none') impossible(event.type, `a window that is ${state.status}`);
    const { office, month, from, to } = event.data;
    const window = { from, to };
    const nothing = { documents: [], signInFiles: 0, declaredNone: false, proposals: {} };
    return { status: 'open', office, month, window, ...nothing };
  }
  if (state.status === 'none') throw new Error(`${event.type} before WindowOpened`);
  switch (event.type) {
    case 'SignInsReceived':
      return { ...withDocument(state, event.data.documentId), signInFiles: state.signInFiles + 1 };
    case 'ExtractReceived':
      return withDocument(state, event.data.documentId);
    case 'NoSignInsDeclared':
      return { ...state, declaredNone: true };
    case 'ProposalRaised': {
      const { proposal, hand } = event.data;
      const before = state.proposals[proposal.proposalId]?.signing;
      const signing = begun(usualSteps, seenOf(rootOf(proposal)), hand, before);
      return withCase(state, { proposal, signing, status: 'open' });
    }
    case 'ProposalSigned':
      return changed(state, event.data.proposalId, (one) => ({
        ...one,
        signing: signed(one.signing, event.data.hand),
      }));
    case 'ProposalSentBack':
      return changed(state, event.data.proposalId, (one) => ({
        ...one,
        signing: sentBack(one.signing, event.data.hand),
      }));
    case 'ProposalDecided':
      return changed(state, event.data.proposalId, (one) => {
        if (!isComplete(one.signing)) impossible(event.type, 'a proposal that is not signed');
        return { ...one, status: 'decided' };
      });
    case 'ProposalDropped':
      return changed(state, event.data.proposalId, (one) => ({ ...one, status: 'dropped' }));
    case 'ProposalLapsed': {
      const { status, ...one } = caseOf(state, event.data.proposalId);
      if (status !== 'decided') impossible(event.type, `a proposal that is ${status}`);
      return withCase(state, { ...one, status: 'lapsed' });
    }
    case 'SignInsJudged':
      if (state.status === 'judged') impossible(event.type, 'a month that is judged');
      return { ...state, status: 'judged', judgement: event.data.document };
    default:
      return impossible(event, 'verification');
  }
}

/** What a signer sees of a proposal, in one line of text: any change of it changes the line. */
export function rootOf(proposal: Proposal): string {
  const { awardNo, personRef, event, on, source, effect, from, lastMonth, clause } = proposal;
  const subject = [awardNo, personRef, event, on, source];
  return [...subject, effect, from, lastMonth, String(proposal.mayResume), clause].join('|');
}

function seenOf(root: string): Seen {
  return { root, lines: 1, amountFen: noFen };
}

function caseOf(state: Live, proposalId: string): Case {
  const one = state.proposals[proposalId];
  if (one === undefined) return refuse('PROPOSAL_UNKNOWN', { proposal: proposalId });
  return one;
}

function changed(state: Live, proposalId: string, change: (one: Case) => Case): Verification {
  const one = state.proposals[proposalId];
  if (one === undefined) throw new Error(`no proposal ${proposalId}`);
  if (one.status !== 'open') impossible('a step', `a proposal that is ${one.status}`);
  return withCase(state, change(one));
}

function withDocument(state: Live, documentId: string): Live {
  return { ...state, documents: [...state.documents, documentId] };
}

function withCase(state: Live, one: Case): Verification {
  return { ...state, proposals: { ...state.proposals, [one.proposal.proposalId]: one } };
}
