import { impossible, type Decider } from '../decider.js';
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
import { sameAccount } from '../values/sealed.js';
import type {
  Applied,
  ApplyForGrant,
  ApproveGrant,
  AuthoriseGrant,
  EndGrantNotice,
  Grant,
  GrantCommand,
  GrantFound,
  ResubmitGrant,
  ReviewGrant,
  SendGrantBack,
  WithdrawGrant,
} from './grant.commands.js';
import type { GrantEvent, GrantFacts, GrantFinding, GrantHeader } from './grant.events.js';

export const grantStream = (grantNo: string): string => `grant-${grantNo}`;

export const grantDecider: Decider<Grant, GrantCommand, GrantEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

type OnFile = Exclude<Grant, { status: 'none' }>;
type InChain = Exclude<OnFile, { status: 'withdrawn' }>;

function decide(command: GrantCommand, grant: Grant): readonly GrantEvent[] {
  if (command.type === 'ApplyForGrant') return apply(command, grant);
  if (grant.status === 'none') refuse('GRANT_UNKNOWN', {});
  switch (command.type) {
    case 'ApproveGrant':
      return approve(command, grant);
    case 'ReviewGrant':
      return review(command, grant);
    case 'AuthoriseGrant':
      return authorise(command, grant);
    case 'SendGrantBack':
      return returnToMaker(command, grant);
    case 'ResubmitGrant':
      return resubmit(command, grant);
    case 'WithdrawGrant':
      return withdraw(command, grant);
    case 'EndGrantNotice':
      return endNotice(command, grant);
  }
}

function apply(command: ApplyForGrant, grant: Grant): readonly GrantEvent[] {
  const { grantNo, office, employerNo, kind, year, appliedOn } = command;
  const header = { grantNo, office, employerNo, kind, year, appliedOn };
  const facts = factsOf(command);
  if (grant.status !== 'none') {
    if (sameHeader(grant.header, header) && sameFacts(grant.applied, facts)) return [];
    refuse('GRANT_NUMBER_TAKEN', { grant: grantNo });
  }
  if (appliedOn > command.on) refuse('DAY_IN_FUTURE', { filedOn: appliedOn });
  const hand = makerHand(command.by, command.on);
  return [{ type: 'GrantApplied', data: { ...header, ...facts, hand } }];
}

/** What is approved is the law's answer, named by its digest, which the reviewer has to meet. */
function approve(command: ApproveGrant, grant: OnFile): readonly GrantEvent[] {
  const { by, on, level, digest, outcome, reason, calculation } = command;
  const chain = inChain(grant);
  const { signing } = chain;
  const hand = sign(signing, { step: 'approve', by, day: on, seen: signing.seen });
  if (hand === undefined) return repeatedWith(digest, chain);
  if (outcome === 'grant' && calculation.amountFen <= 0n) refuse('GRANT_INELIGIBLE', {});
  if (outcome === 'reject' && (reason ?? '').trim() === '') refuse('REASON_MISSING', {});
  const finding = findingOf({ outcome, calculation, ...(reason === undefined ? {} : { reason }) });
  return [{ type: 'GrantApproved', data: { ...finding, level, digest, hand } }];
}

/** Another digest means that the facts or the law moved since the approval. */
function review(command: ReviewGrant, grant: OnFile): readonly GrantEvent[] {
  const { by, on, digest } = command;
  const chain = inChain(grant);
  const hand = sign(chain.signing, { step: 'review', by, day: on, seen: chain.signing.seen });
  if (hand === undefined) return repeatedWith(digest, chain);
  const found = foundIn(chain);
  if (digest !== found.digest) refuse('GRANT_FACTS_CHANGED', {});
  const reviewed: GrantEvent = { type: 'GrantReviewed', data: { hand, digest, agreed: true } };
  return nextStep(signed(chain.signing, hand)) === undefined
    ? [reviewed, decidedBy(found, command)]
    : [reviewed];
}

/** A large sum is decided by a meeting: who signs for it names the minutes. */
function authorise(command: AuthoriseGrant, grant: OnFile): readonly GrantEvent[] {
  const { by, on, digest, minutesNo } = command;
  const chain = inChain(grant);
  const seen = { ...chain.signing.seen, root: digest };
  const hand = sign(chain.signing, { step: 'authorise', by, day: on, seen });
  if (hand === undefined) return repeatedWith(digest, chain);
  if (minutesNo.trim() === '') refuse('MINUTES_MISSING', {});
  const found = foundIn(chain);
  const authorised: GrantEvent = { type: 'GrantAuthorised', data: { hand, digest, minutesNo } };
  return [authorised, decidedBy(found, command)];
}

function decidedBy({ finding }: GrantFound, { on }: ReviewGrant | AuthoriseGrant): GrantEvent {
  return { type: 'GrantDecided', data: { ...finding, decidedOn: on } };
}

function returnToMaker(command: SendGrantBack, grant: OnFile): readonly GrantEvent[] {
  const { by, on, reason } = command;
  const hand = sendBack(inChain(grant).signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'GrantSentBack', data: { hand, reason } }];
}

function resubmit(command: ResubmitGrant, grant: OnFile): readonly GrantEvent[] {
  const { by, on, corrected } = command;
  const { status, signing, facts } = inChain(grant);
  const last = signing.hands.at(-1);
  const isRepeat = last?.step === 'make' && last.round > 1 && last.person === by.person;
  if (isRepeat && sameFacts(corrected ?? facts, facts)) return [];
  if (status !== 'returned') refuse('STEP_OUT_OF_ORDER', { step: 'make', status });
  const hand = makerHand(by, on, signing);
  const data = corrected === undefined ? { hand } : { hand, corrected: factsOf(corrected) };
  return [{ type: 'GrantResubmitted', data }];
}

/** The employer takes it back; what is decided is not taken back any more. */
function withdraw(command: WithdrawGrant, grant: OnFile): readonly GrantEvent[] {
  const { by, on, reason } = command;
  if (grant.status === 'withdrawn') return [];
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  const { status, signing } = grant;
  const isOpen = ['applied', 'returned', 'approved', 'reviewed'].includes(status);
  if (!isOpen) refuse('GRANT_NOT_OPEN', { status });
  const hand = { ...makerHand(by, on, signing), round: signing.round };
  return [{ type: 'GrantWithdrawn', data: { hand, reason } }];
}

function endNotice(command: EndGrantNotice, grant: OnFile): readonly GrantEvent[] {
  const { noticeNo, objectionNo, on } = command;
  if (grant.status === 'released' || grant.status === 'denied') {
    if (grant.noticeNo === noticeNo) return [];
    refuse('GRANT_NOT_OPEN', { status: grant.status });
  }
  if (grant.status !== 'decided') refuse('GRANT_NOT_OPEN', { status: grant.status });
  if (objectionNo !== undefined)
    return [{ type: 'GrantDenied', data: { noticeNo, objectionNo, on } }];
  const { amountFen } = grant.finding.calculation;
  return [{ type: 'GrantReleased', data: { noticeNo, on, amountFen } }];
}

/** A signature repeated by the same person adds nothing, but it cannot change what was signed. */
function repeatedWith(digest: string, grant: InChain): readonly GrantEvent[] {
  if (grant.status === 'returned') refuse('CHAIN_RETURNED', {});
  if (digest !== foundIn(grant).digest) refuse('GRANT_FACTS_CHANGED', {});
  return [];
}

/** Signatures are for what was not taken back; after the last one they are repeats or refused. */
function inChain(grant: OnFile): InChain {
  if (grant.status === 'withdrawn') refuse('GRANT_NOT_OPEN', { status: grant.status });
  return grant;
}

function evolve(grant: Grant, event: GrantEvent): Grant {
  if (event.type === 'GrantApplied') return applied(event.data, grant);
  if (grant.status === 'none') return impossible(event.type, 'a grant nobody applied for');
  const { header, applied: first, facts, signing } = grant;
  const base: Applied = { header, applied: first, facts, signing };
  switch (event.type) {
    case 'GrantApproved':
      return approved(event.data, was(['applied'], grant, base));
    case 'GrantReviewed':
    case 'GrantAuthorised': {
      const step = event.type === 'GrantReviewed' ? 'approved' : 'reviewed';
      const chain = { ...was([step], grant, base), signing: signed(signing, event.data.hand) };
      return { ...chain, ...foundIn(grant), status: 'reviewed' };
    }
    case 'GrantDecided': {
      const status = event.data.outcome === 'grant' ? 'decided' : 'rejected';
      return { ...was(['reviewed'], grant, base), ...foundIn(grant), status };
    }
    case 'GrantSentBack':
      was(['applied', 'approved', 'reviewed'], grant, base);
      return { ...base, signing: sentBack(signing, event.data.hand), status: 'returned' };
    case 'GrantResubmitted': {
      const { hand, corrected } = event.data;
      const again = begun(usualSteps, nothingSeen, hand, was(['returned'], grant, base).signing);
      return { ...base, facts: corrected ?? facts, signing: again, status: 'applied' };
    }
    case 'GrantWithdrawn':
      return {
        ...was(['applied', 'returned', 'approved', 'reviewed'], grant, base),
        status: 'withdrawn',
      };
    case 'GrantReleased':
    case 'GrantDenied': {
      const status = event.type === 'GrantReleased' ? 'released' : 'denied';
      const { noticeNo } = event.data;
      return { ...was(['decided'], grant, base), ...foundIn(grant), status, noticeNo };
    }
    default:
      return impossible(event, 'a grant');
  }
}

/** Until it is approved a grant has no calculation to be seen. */
const nothingSeen: Seen = { root: '', lines: 1, amountFen: noFen };

function applied(data: GrantHeader & GrantFacts & { hand: Hand }, grant: Grant): Grant {
  if (grant.status !== 'none') return impossible('GrantApplied', `a grant that is ${grant.status}`);
  const { grantNo, office, employerNo, kind, year, appliedOn, hand } = data;
  const facts = factsOf(data);
  return {
    status: 'applied',
    header: { grantNo, office, employerNo, kind, year, appliedOn },
    applied: facts,
    facts,
    signing: begun(usualSteps, nothingSeen, hand),
  };
}

function approved(
  data: GrantFinding & Omit<GrantFound, 'finding'> & { hand: Hand },
  base: Applied,
): Grant {
  const { level, digest, hand, ...rest } = data;
  const finding = findingOf(rest);
  const steps = level === 'raised' ? raisedSteps : usualSteps;
  const seen = { root: digest, lines: 1, amountFen: finding.calculation.amountFen };
  const signing = signed({ ...base.signing, steps, seen }, hand);
  return { ...base, signing, finding, level, digest, status: 'approved' };
}

function findingOf({ outcome, reason, calculation }: GrantFinding): GrantFinding {
  return reason === undefined ? { outcome, calculation } : { outcome, reason, calculation };
}

function foundIn(grant: OnFile): GrantFound {
  if (!('finding' in grant)) return impossible('a signature', `a grant that is ${grant.status}`);
  const { finding, level, digest } = grant;
  return { finding, level, digest };
}

function was(statuses: readonly Grant['status'][], grant: Grant, base: Applied): Applied {
  if (!statuses.includes(grant.status)) impossible('a step', `a grant that is ${grant.status}`);
  return base;
}

function factsOf({ account, stated, document }: GrantFacts): GrantFacts {
  return { account, stated, document };
}

function sameHeader(left: GrantHeader, right: GrantHeader): boolean {
  return (
    left.grantNo === right.grantNo &&
    left.office === right.office &&
    left.employerNo === right.employerNo &&
    left.kind === right.kind &&
    left.year === right.year &&
    left.appliedOn === right.appliedOn
  );
}

function sameFacts(left: GrantFacts, right: GrantFacts): boolean {
  const names = new Set([...Object.keys(left.stated), ...Object.keys(right.stated)]);
  return (
    left.document === right.document &&
    sameAccount(left.account, right.account) &&
    [...names].every((name) => left.stated[name] === right.stated[name])
  );
}
