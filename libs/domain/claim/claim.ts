import { impossible, type Decider } from '../decider.js';
import { forbidPayee, type Acting } from '../actor/relation.js';
import { refuse } from '../refusal.js';
import {
  begun,
  makerHand,
  nextStep,
  raisedSteps,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Hand,
  type Seen,
} from '../signing/signing.js';
import { noFen } from '../values/fen.js';
import { samePayee } from '../values/payee.js';
import { sameAccount, type AccountUse } from '../values/sealed.js';
import { needsAuthoriser, sameBenefit } from './claim-kinds.js';
import type {
  ApproveClaim,
  Claim,
  ClaimCommand,
  FileClaim,
  Filed,
  Found,
  ResubmitClaim,
  SendClaimBack,
  SignClaim,
  TurnClaimAway,
  WithdrawClaim,
} from './claim.commands.js';
import type { ClaimEvent, ClaimFacts, ClaimHeader, Finding } from './claim.events.js';

export const claimStream = (claimNo: string): string => `claim-${claimNo}`;

export const claimDecider: Decider<Claim, ClaimCommand, ClaimEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

type OnFile = Exclude<Claim, { status: 'none' }>;

function decide(command: ClaimCommand, claim: Claim): readonly ClaimEvent[] {
  if (command.type === 'FileClaim') return file(command, claim);
  if (claim.status === 'none') refuse('CLAIM_UNKNOWN', {});
  switch (command.type) {
    case 'AdmitClaim':
      return admit(claim);
    case 'TurnClaimAway':
      return turnAway(command, claim);
    case 'ApproveClaim':
      return approve(command, claim);
    case 'SignClaim':
      return signNext(command, claim);
    case 'SendClaimBack':
      return returnToMaker(command, claim);
    case 'ResubmitClaim':
      return resubmit(command, claim);
    case 'WithdrawClaim':
      return withdraw(command, claim);
  }
}

function file(command: FileClaim, claim: Claim): readonly ClaimEvent[] {
  const { filedOn, claimNo } = command;
  const header = headerOf(command);
  const facts = factsOf(command);
  if (claim.status !== 'none' && sameHeader(claim.header, header) && sameFacts(claim.filed, facts))
    return [];
  forbidPayees(command, { header, facts });
  if (filedOn > command.on) refuse('DAY_IN_FUTURE', { filedOn });
  if (claim.status !== 'none') refuse('CLAIM_NUMBER_TAKEN', { claimNo });
  const hand = makerHand(command.by, command.on);
  return [{ type: 'ClaimFiled', data: { ...header, ...facts, hand } }];
}

function admit(claim: OnFile): readonly ClaimEvent[] {
  if (claim.status === 'turned-away') refuse('CLAIM_NOT_OPEN', { status: claim.status });
  if (claim.status !== 'filed') return []; // A reaction may tell it again, whatever came since.
  return [{ type: 'ClaimAdmitted', data: {} }];
}

function turnAway({ code }: TurnClaimAway, claim: OnFile): readonly ClaimEvent[] {
  if (claim.status === 'turned-away' || claim.status === 'withdrawn') return [];
  if (claim.status !== 'filed') refuse('CLAIM_NOT_OPEN', { status: claim.status });
  return [{ type: 'ClaimTurnedAway', data: { code } }];
}

/** What is approved is the law's answer, named by its digest, which the reviewer has to meet. */
function approve(command: ApproveClaim, claim: OnFile): readonly ClaimEvent[] {
  const { by, on, digest, outcome, reason, calculation } = command;
  forbidPayees(command, claim);
  const level = needsAuthoriser(claim.header.kind) ? 'raised' : command.level;
  const chain = inChain(claim);
  const { signing } = chain;
  const hand = sign(signing, { step: 'approve', by, day: on, seen: signing.seen });
  if (hand === undefined) return repeatedWith(digest, chain);
  if (outcome === 'grant' && calculation.months === 0) refuse('CLAIM_INELIGIBLE', {});
  if (outcome === 'reject' && (reason ?? '').trim() === '') refuse('REASON_MISSING', {});
  const finding = findingOf({ outcome, calculation, ...(reason === undefined ? {} : { reason }) });
  return [{ type: 'ClaimApproved', data: { ...finding, level, digest, hand } }];
}

/**
 * The reviewer has recomputed the claim: another digest means that the facts or the law moved since
 * the approval. The authoriser has seen what both signed. The last signature decides.
 */
function signNext(command: SignClaim, claim: OnFile): readonly ClaimEvent[] {
  const { by, on, step, digest } = command;
  forbidPayees(command, claim);
  const chain = inChain(claim);
  const seen = step === 'review' ? chain.signing.seen : { ...chain.signing.seen, root: digest };
  const hand = sign(chain.signing, { step, by, day: on, seen });
  if (hand === undefined) return repeatedWith(digest, chain);
  const found = foundIn(chain);
  if (digest !== found.digest) refuse('CLAIM_FACTS_CHANGED', {});
  const signature: ClaimEvent =
    step === 'review'
      ? { type: 'ClaimReviewed', data: { hand, digest, agreed: true } }
      : { type: 'ClaimAuthorised', data: { hand, digest } };
  if (nextStep(signed(chain.signing, hand)) !== undefined) return [signature];
  return [signature, { type: 'ClaimDecided', data: { ...found.finding, decidedOn: on } }];
}

function returnToMaker(command: SendClaimBack, claim: OnFile): readonly ClaimEvent[] {
  const { by, on, reason } = command;
  forbidPayees(command, claim);
  const hand = sendBack(inChain(claim).signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'ClaimSentBack', data: { hand, reason } }];
}

function resubmit(command: ResubmitClaim, claim: OnFile): readonly ClaimEvent[] {
  const { by, on, corrected } = command;
  forbidPayees(command, claim);
  if (corrected !== undefined) forbidPayees(command, { ...claim, facts: corrected });
  const { status, signing, facts } = inChain(claim);
  const last = signing.hands.at(-1);
  const isRepeat = last?.step === 'make' && last.round > 1 && last.person === by.person;
  if (isRepeat && sameFacts(corrected ?? facts, facts)) return [];
  if (status !== 'returned') refuse('STEP_OUT_OF_ORDER', { step: 'make', status });
  const hand = makerHand(by, on, signing);
  const data = corrected === undefined ? { hand } : { hand, corrected };
  return [{ type: 'ClaimResubmitted', data }];
}

/** The claimant takes it back, through a clerk who has checked nothing of it. */
function withdraw(command: WithdrawClaim, claim: OnFile): readonly ClaimEvent[] {
  const { by, on, reason } = command;
  if (claim.status === 'withdrawn') return [];
  forbidPayees(command, claim);
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  if (claim.status === 'turned-away' || claim.status === 'decided') {
    refuse('CLAIM_NOT_OPEN', { status: claim.status });
  }
  const hand = { ...makerHand(by, on, claim.signing), round: claim.signing.round };
  return [{ type: 'ClaimWithdrawn', data: { hand, reason } }];
}

/** A signature repeated by the same person adds nothing, but it cannot change what was signed. */
function repeatedWith(digest: string, claim: OnFile): readonly ClaimEvent[] {
  if (claim.status === 'returned') refuse('CHAIN_RETURNED', {});
  if (digest !== foundIn(claim).digest) refuse('CLAIM_FACTS_CHANGED', {});
  return [];
}

/** Signatures are for claims that the person's stream admitted and that have not ended. */
function inChain(claim: OnFile) {
  if (claim.status === 'filed' || claim.status === 'turned-away' || claim.status === 'withdrawn') {
    refuse('CLAIM_NOT_OPEN', { status: claim.status });
  }
  return claim;
}

function evolve(claim: Claim, event: ClaimEvent): Claim {
  if (event.type === 'ClaimFiled') return filed(event.data, claim);
  if (claim.status === 'none') return impossible(event.type, 'a claim that was never filed');
  const { header, filed: first, facts, signing } = claim;
  const base: Filed = { header, filed: first, facts, signing };
  switch (event.type) {
    case 'ClaimAdmitted':
      return { ...was(['filed'], claim, base), status: 'accepted' };
    case 'ClaimTurnedAway':
      return { ...was(['filed'], claim, base), status: 'turned-away', code: event.data.code };
    case 'ClaimApproved':
      return approved(event.data, was(['accepted'], claim, base));
    case 'ClaimReviewed':
    case 'ClaimAuthorised': {
      const step = event.type === 'ClaimReviewed' ? 'approved' : 'reviewed';
      const chain = { ...was([step], claim, base), signing: signed(signing, event.data.hand) };
      return { ...chain, ...foundIn(claim), status: 'reviewed' };
    }
    case 'ClaimDecided': {
      const { decidedOn } = event.data;
      return { ...was(['reviewed'], claim, base), ...foundIn(claim), status: 'decided', decidedOn };
    }
    case 'ClaimSentBack':
      was(['accepted', 'approved', 'reviewed'], claim, base);
      return { ...base, signing: sentBack(signing, event.data.hand), status: 'returned' };
    case 'ClaimResubmitted': {
      const { hand, corrected } = event.data;
      const again = begun(usualSteps, nothingSeen, hand, was(['returned'], claim, base).signing);
      return { ...base, facts: corrected ?? facts, signing: again, status: 'accepted' };
    }
    case 'ClaimWithdrawn':
      was(['filed', 'accepted', 'returned', 'approved', 'reviewed'], claim, base);
      return { ...base, status: 'withdrawn', reason: event.data.reason };
    default:
      return impossible(event, 'a claim');
  }
}

/** Until it is approved a claim has no calculation to be seen. */
const nothingSeen: Seen = { root: '', lines: 1, amountFen: noFen };

function filed(data: ClaimHeader & ClaimFacts & { hand: Hand }, claim: Claim): Claim {
  if (claim.status !== 'none') return impossible('ClaimFiled', `a claim that is ${claim.status}`);
  const { hand } = data;
  const facts = factsOf(data);
  return {
    status: 'filed',
    header: headerOf(data),
    filed: facts,
    facts,
    signing: begun(usualSteps, nothingSeen, hand),
  };
}

function approved(data: Finding & Omit<Found, 'finding'> & { hand: Hand }, base: Filed): Claim {
  const { level, digest, hand, ...rest } = data;
  const finding = findingOf(rest);
  const steps = level === 'raised' ? raisedSteps : usualSteps;
  const { amountFen, monthlyFen } = finding.calculation;
  const seen = { root: digest, lines: 1, amountFen: amountFen ?? monthlyFen };
  const signing = signed({ ...base.signing, steps, seen }, hand);
  return { ...base, signing, finding, level, digest, status: 'approved' };
}

function findingOf({ outcome, reason, calculation }: Finding): Finding {
  return reason === undefined ? { outcome, calculation } : { outcome, reason, calculation };
}

function foundIn(claim: OnFile): Found {
  if (!('finding' in claim)) return impossible('a signature', `a claim that is ${claim.status}`);
  const { finding, level, digest } = claim;
  return { finding, level, digest };
}

function was(statuses: readonly Claim['status'][], claim: Claim, base: Filed): Filed {
  if (!statuses.includes(claim.status)) impossible('a step', `a claim that is ${claim.status}`);
  return base;
}

/** Whoever the claim is about or would be paid by it, and their relatives, sign nothing of it. */
function forbidPayees(command: Acting, { header, facts }: Pick<Filed, 'header' | 'facts'>): void {
  forbidPayee(command, header.personRef);
  if (facts.payee !== undefined) forbidPayee(command, facts.payee.ref);
}

/** Field by field: whatever else a caller's object holds must not reach an event. */
function headerOf({ claimNo, personRef, office, filedOn, kind }: ClaimHeader): ClaimHeader {
  const header = { claimNo, personRef, office, filedOn };
  return kind === undefined ? header : { ...header, kind };
}

function factsOf({ account, registration, payee, benefit }: ClaimFacts): ClaimFacts {
  return {
    ...(account === undefined ? {} : { account }),
    registration,
    ...(payee === undefined ? {} : { payee }),
    ...(benefit === undefined ? {} : { benefit }),
  };
}

function sameHeader(left: ClaimHeader, right: ClaimHeader): boolean {
  return (
    left.claimNo === right.claimNo &&
    left.personRef === right.personRef &&
    left.office === right.office &&
    left.filedOn === right.filedOn &&
    left.kind === right.kind
  );
}

function sameFacts(left: ClaimFacts, right: ClaimFacts): boolean {
  return (
    bothSame(left.account, right.account) &&
    samePayee(left.payee, right.payee) &&
    left.payee?.relation === right.payee?.relation &&
    sameBenefit(left.benefit, right.benefit) &&
    left.registration.termination === right.registration.termination &&
    left.registration.registeredOn === right.registration.registeredOn &&
    left.registration.endedOn === right.registration.endedOn
  );
}

function bothSame(left: AccountUse | undefined, right: AccountUse | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return sameAccount(left, right);
}
