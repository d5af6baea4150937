import { describe, expect, it } from '@jest/globals';
import { by, hand } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import type { Step } from '../signing/signing.js';
import { day, month } from '../values/calendar.js';
import { noFen } from '../values/fen.js';
import type { Proposal, VerificationEvent } from './verification.events.js';
import {
  rootOf,
  verificationDecider,
  verificationStream,
  type VerificationCommand,
} from './verification.js';

const window = {
  office: '440103',
  month: month('2026-11'),
  from: day('2026-11-01'),
  to: day('2026-11-10'),
};
const opened: VerificationEvent = { type: 'WindowOpened', data: window };
const proposal: Proposal = {
  proposalId: 'hit-1',
  awardNo: 'C000001',
  personRef: 'P0000101',
  event: 'employed',
  on: day('2026-10-16'),
  source: 'contributions',
  effect: 'stop',
  from: month('2026-11'),
  lastMonth: month('2026-10'),
  mayResume: true,
  clause: '失业保险条例 第十五条',
};
const proposalId = 'hit-1';
const seen = { root: rootOf(proposal), lines: 1, amountFen: noFen };
const raise: Extract<VerificationCommand, { type: 'RaiseProposal' }> = {
  type: 'RaiseProposal',
  proposal,
  ...by('li'),
};
const raised: VerificationEvent = {
  type: 'ProposalRaised',
  data: { proposal, hand: hand('li', 'make') },
};
const sign = (step: Step, person: string, root = seen.root): VerificationCommand => ({
  type: 'SignProposal',
  proposalId,
  step,
  root,
  ...by(person),
});
const signed = (step: Step, person: string): VerificationEvent => ({
  type: 'ProposalSigned',
  data: { proposalId, hand: hand(person, step), seen },
});
const approved = signed('approve', 'wang');
const reviewed = signed('review', 'zhao');
const decided: VerificationEvent = {
  type: 'ProposalDecided',
  data: { proposalId, proposal, by: ['li', 'wang', 'zhao'] },
};
const reasoned = { proposalId, reason: 'the day is wrong' };
const sendBack: VerificationCommand = { type: 'SendProposalBack', ...reasoned, ...by('zhao') };
const sentBack: VerificationEvent = {
  type: 'ProposalSentBack',
  data: { ...reasoned, hand: hand('zhao', 'review') },
};
const drop: VerificationCommand = { type: 'DropProposal', ...reasoned, ...by('wang') };
const dropped: VerificationEvent = {
  type: 'ProposalDropped',
  data: { ...reasoned, hand: hand('wang', 'approve') },
};
const judgement = { document: 'j1', held: 3, released: 2, missedTwice: 1, on: day('2026-11-11') };
const judge: VerificationCommand = { type: 'JudgeSignIns', signInFiles: 1, ...judgement };
const signIns = { documentId: 's1', document: 'd1', lines: 180 };
const received: VerificationEvent = { type: 'SignInsReceived', data: signIns };
const judged: VerificationEvent = { type: 'SignInsJudged', data: judgement };
const declareNone: VerificationCommand = {
  type: 'DeclareNoSignIns',
  reason: 'flood',
  ...by('li'),
};
const declaredNone: VerificationEvent = {
  type: 'NoSignInsDeclared',
  data: { reason: 'flood', hand: hand('li', 'make') },
};
const whole = [opened, raised, approved, reviewed, decided] as const;
const stateOf = (...history: readonly VerificationEvent[]) =>
  history.reduce(verificationDecider.evolve, verificationDecider.initial);

describe('the window', () => {
  it('opens once', () => {
    given(verificationDecider)
      .when({ type: 'OpenWindow', ...window })
      .records(opened);
    expect(verificationStream('440103', window.month)).toBe('verification-440103-2026-11');
  });

  it('does not end before it begins', () => {
    const { from, to } = window;
    given(verificationDecider)
      .when({ type: 'OpenWindow', ...window, from: to, to: from })
      .refuses('FACT_IMPOSSIBLE');
  });

  it.each<VerificationCommand>([
    { type: 'ReceiveSignIns', documentId: 's1', document: 'd', lines: 1 },
    raise,
    sign('approve', 'wang'),
    sendBack,
    drop,
    judge,
  ])('is not open for $type before that', (command) => {
    given(verificationDecider).when(command).refuses('WINDOW_NOT_OPEN');
  });
});

describe('what comes in', () => {
  const extract = { ...signIns, documentId: 'e1', withoutAward: 4, on: day('2026-11-02') };

  it('is taken once, document by document', () => {
    given(verificationDecider, opened)
      .when({ type: 'ReceiveSignIns', ...signIns })
      .records({ type: 'SignInsReceived', data: signIns });
    given(verificationDecider, opened, { type: 'SignInsReceived', data: signIns })
      .when({ type: 'ReceiveExtract', ...extract })
      .records({ type: 'ExtractReceived', data: extract });
  });
});

describe('a proposal', () => {
  it('is raised in a person’s name', () => {
    given(verificationDecider, opened).when(raise).records(raised);
  });

  it('is decided with the last signature', () => {
    given(verificationDecider, opened, raised).when(sign('approve', 'wang')).records(approved);
    given(verificationDecider, opened, raised, approved)
      .when(sign('review', 'zhao'))
      .records(reviewed, decided);
  });

  it('is raised again after a decision without a trace', () => {
    given(verificationDecider, ...whole)
      .when(raise)
      .records();
    given(verificationDecider, opened, raised, dropped).when(raise).records();
  });

  it('is raised anew after a sending back', () => {
    const corrected = { ...proposal, on: day('2026-10-17') };
    given(verificationDecider, opened, raised, approved, sentBack)
      .when({ ...raise, proposal: corrected })
      .records({
        type: 'ProposalRaised',
        data: { proposal: corrected, hand: hand('li', 'make', 2) },
      });
    given(verificationDecider, opened, raised, approved, sentBack)
      .when({ ...raise, by: signer('wang') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });

  const rows: readonly (readonly [
    string,
    readonly VerificationEvent[],
    VerificationCommand,
    string,
  ])[] = [
    ['signed when unknown', [opened], sign('approve', 'wang'), 'PROPOSAL_UNKNOWN'],
    ['sent back when unknown', [opened], sendBack, 'PROPOSAL_UNKNOWN'],
    ['dropped when unknown', [opened], drop, 'PROPOSAL_UNKNOWN'],
    [
      'signed by the one who raised it',
      [opened, raised],
      sign('approve', 'li'),
      'SIGNER_ALREADY_IN_CHAIN',
    ],
    ['signed out of order', [opened, raised], sign('review', 'zhao'), 'STEP_OUT_OF_ORDER'],
    [
      'signed when another was seen',
      [opened, raised],
      sign('approve', 'wang', 'r2'),
      'SEEN_CHANGED',
    ],
    [
      'signed after a sending back',
      [opened, raised, approved, sentBack],
      sign('review', 'sun'),
      'CHAIN_RETURNED',
    ],
    ['signed by a fourth', whole, sign('review', 'sun'), 'CHAIN_COMPLETE'],
    [
      'signed after it was dropped',
      [opened, raised, dropped],
      sign('approve', 'wang'),
      'PROPOSAL_DECIDED',
    ],
    ['sent back after its decision', whole, sendBack, 'PROPOSAL_DECIDED'],
    ['sent back after it was dropped', [opened, raised, dropped], sendBack, 'PROPOSAL_DECIDED'],
    [
      'sent back without a reason',
      [opened, raised, approved],
      { ...sendBack, reason: '' },
      'REASON_MISSING',
    ],
    ['dropped after its decision', whole, drop, 'PROPOSAL_DECIDED'],
    [
      'dropped by the one who raised it',
      [opened, raised],
      { ...drop, by: signer('li') },
      'SIGNER_ALREADY_IN_CHAIN',
    ],
    ['dropped without a reason', [opened, raised], { ...drop, reason: ' ' }, 'REASON_MISSING'],
    [
      'dropped while its maker has it back',
      [opened, raised, approved, sentBack],
      { ...drop, by: signer('zhao') },
      'CHAIN_RETURNED',
    ],
  ];

  it.each(rows)('is refused to be %s', (_case, history, command, code) => {
    given(verificationDecider, ...history)
      .when(command)
      .refuses(code as 'PROPOSAL_UNKNOWN');
  });

  it('is sent back or dropped by whoever stands next', () => {
    given(verificationDecider, opened, raised, approved).when(sendBack).records(sentBack);
    given(verificationDecider, opened, raised).when(drop).records(dropped);
  });
});

describe('what a signer of a proposal sees', () => {
  it.each<Partial<Proposal>>([
    { awardNo: 'C000002' },
    { personRef: 'P0000102' },
    { event: 'died' },
    { on: day('2026-10-17') },
    { source: 'pensions' },
    { effect: 'pause' },
    { from: month('2026-12') },
    { lastMonth: month('2026-11') },
    { mayResume: false },
    { clause: '失业保险条例 第十四条' },
  ])('changes with %j', (change) => {
    expect(rootOf({ ...proposal, ...change })).not.toBe(seen.root);
  });
});

describe('judging the sign-ins', () => {
  it('is done once', () => {
    given(verificationDecider, ...whole, received)
      .when(judge)
      .records(judged);
    given(verificationDecider, opened, raised, dropped, received).when(judge).records(judged);
    given(verificationDecider, opened, received, judged)
      .when({ ...judge, document: 'j2' } as VerificationCommand)
      .refuses('WINDOW_CLOSED');
  });

  it('waits until every proposal is decided', () => {
    given(verificationDecider, opened, received, raised, approved)
      .when(judge)
      .refuses('PROPOSALS_OPEN');
    given(verificationDecider, opened, received, raised, approved, sentBack)
      .when(judge)
      .refuses('PROPOSALS_OPEN');
  });

  it('waits for the sign-ins, or for somebody who says that there are none', () => {
    const extract = { documentId: 'e1', document: 'd', lines: 1, withoutAward: 0 };
    const compared: VerificationEvent = {
      type: 'ExtractReceived',
      data: { ...extract, on: day('2026-11-02') },
    };
    given(verificationDecider, opened, compared).when(judge).refuses('SIGN_INS_MISSING');
    given(verificationDecider, opened, declaredNone)
      .when({ ...judge, signInFiles: 0 } as VerificationCommand)
      .records(judged);
  });

  it('counts every file that came in', () => {
    given(verificationDecider, opened, received)
      .when({ ...judge, signInFiles: 0 } as VerificationCommand)
      .refuses('CONFLICT_TRY_AGAIN');
  });

  it('leaves room for a hit that comes later', () => {
    given(verificationDecider, opened, judged).when(raise).records(raised);
    expect(stateOf(opened, judged, raised)).toMatchObject({ status: 'judged', judgement: 'j1' });
  });
});

describe('that nobody signed in', () => {
  it('is stated by a person, with a reason', () => {
    given(verificationDecider, opened).when(declareNone).records(declaredNone);
    given(verificationDecider, opened)
      .when({ ...declareNone, reason: ' ' } as VerificationCommand)
      .refuses('REASON_MISSING');
  });

  it('is not so where a file says otherwise, and is too late after the judgement', () => {
    given(verificationDecider, opened, received).when(declareNone).refuses('FACT_IMPOSSIBLE');
    given(verificationDecider, opened, judged).when(declareNone).refuses('WINDOW_CLOSED');
  });
});

describe('a decision that can no longer be carried out', () => {
  const lapse: VerificationCommand = {
    type: 'LapseProposal',
    ...{ proposalId, code: 'OPEN_CLAIM_OR_AWARD' },
  };
  const lapsed: VerificationEvent = {
    type: 'ProposalLapsed',
    data: { proposalId, code: 'OPEN_CLAIM_OR_AWARD' },
  };

  it('is told once', () => {
    given(verificationDecider, ...whole)
      .when(lapse)
      .records(lapsed);
    given(verificationDecider, opened, raised).when(lapse).refuses('STEP_OUT_OF_ORDER');
    given(verificationDecider, ...whole, lapsed)
      .when(drop)
      .refuses('PROPOSAL_DECIDED');
    expect(() => stateOf(opened, raised, lapsed)).toThrow(notPossible);
  });
});

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const rows: readonly (readonly [string, readonly VerificationEvent[], VerificationEvent])[] = [
    ['anything before the window', [], raised],
    ['two windows', [opened], opened],
    ['a proposal raised twice', [opened, raised], raised],
    ['a signature on no proposal', [opened], approved],
    ['a signature out of order', [opened, raised], reviewed],
    ['decided without its signatures', [opened, raised, approved], decided],
    ['decided twice', whole, decided],
    ['dropped after its decision', whole, dropped],
    ['sent back after it was dropped', [opened, raised, dropped], sentBack],
    ['judged twice', [opened, judged], judged],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    expect(() => verificationDecider.evolve(stateOf(...history), next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const strange = { type: 'WindowPainted', data: {} } as unknown as VerificationEvent;
    expect(() => verificationDecider.evolve(stateOf(opened), strange)).toThrow(
      'impossible history',
    );
  });
});
