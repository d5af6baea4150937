import { describe, expect, it } from '@jest/globals';
import { segregationOf } from '#evidence/audit/segregation.js';
import type { RawEvent } from '#evidence/audit/raw.js';
import { hand, office } from './chains.js';
import type { Data, LogBuilder } from './log-builder.js';
import { twoMonths } from './two-months.js';

type Break = (log: LogBuilder) => RawEvent;

/** Puts another person's name in a signature: the same person through another account. */
function signedBy(type: string, has: string, person: string): Break {
  return (log) =>
    log.change(log.find(type, has), (data) => {
      const signature = data['hand'] as Data;
      signature['person'] = person;
      signature['account'] = `second-account-of-${person}`;
    });
}

/** One person with two accounts in each kind of chain there is. */
const samePerson: readonly (readonly [kind: string, broken: Break])[] = [
  ['claim', signedBy('ClaimReviewed', 'claim-C1', 'li')],
  ['roll', signedBy('RollSigned', '"approve"', 'li')],
  ['batch', signedBy('BatchSigned', '"review"', 'wang')],
  ['plan', signedBy('PlanSigned', '"review"', 'zhou')],
  ['close', signedBy('CloseSigned', '"approve"', 'sun')],
  ['proposal', signedBy('ProposalSigned', '"review"', 'li')],
  ['account-change', signedBy('AccountChangeSigned', '"review"', 'sun')],
  ['recovery', signedBy('RecoverySigned', '"approve"', 'li')],
  ['merge', signedBy('PersonMerged', '', 'li')],
  ['sharing', signedBy('SharingReviewed', '', 'li')],
  ['duty', signedBy('DutyGranted', '', 'zhou')],
  ['staff-account', signedBy('AccountOpened', 'actor-li', 'zhou')],
  [
    'stop-line',
    (log) =>
      log.change(log.find('LineExcluded'), (data) => {
        const [, second] = data['by'] as [Data, Data];
        second['person'] = 'zhou';
      }),
  ],
  [
    'resend',
    (log) => {
      resent(log);
      return signedBy('ResendApproved', '', 'zhou')(log);
    },
  ],
];

/** October's batch was not found at the bank, and goes out again. */
function resent(log: LogBuilder): void {
  const stream = 'batch-B-2026-10';
  const data = { batchId: 'B-2026-10', attempt: 1 };
  const first = () => log.find('SubmissionStarted', stream);
  const [by, second] = [hand('zhou', 'make', '2026-10'), hand('wu', 'approve', '2026-10')];
  const again = { ...data, attempt: 2, hand: hand('qian', 'send', '2026-10', 2) };
  log.insertAfter(first(), 'SubmissionStarted', stream, again);
  log.insertAfter(first(), 'ResendApproved', stream, { ...data, hand: second });
  log.insertAfter(first(), 'ResendProposed', stream, { ...data, reason: 'lost', hand: by });
}

/** Of an account that was opened by nobody. */
const door = { accountId: 'li-2' };

function changed(type: string, has: string, change: (data: Data) => void): Break {
  return (log) => log.change(log.find(type, has), change);
}

/** Drops what came before an event, which then stands on nothing. */
function without(dropped: readonly [string, string], left: readonly [string, string]): Break {
  return (log) => {
    log.drop(log.find(...dropped));
    return log.find(...left);
  };
}

/** Says of a person, before anything is signed, that he is related to who is paid. */
function related(actor: string, person: string, left: readonly [string, string]): Break {
  return (log) => {
    const registered = log.find('ActorRegistered', `actor-${actor}`);
    log.insertAfter(registered, 'RelationDeclared', `actor-${actor}`, { personRef: person });
    return log.find(...left);
  };
}

const otherRules: readonly (readonly [rule: string, broken: Break])[] = [
  ['HANDS_DIFFER', changed('AccountChanged', '', (data) => (data['hands'] = ['a', 'b', 'c']))],
  ['HANDS_DIFFER', changed('ProposalDecided', '', (data) => (data['by'] = ['li']))],
  [
    'HANDS_DIFFER',
    changed('LineExcluded', '', (data) => ((data['by'] as Data[])[0] = hand('wu', 'make', ''))),
  ],
  ['CHAIN_INCOMPLETE', without(['ClaimReviewed', 'claim-C1'], ['ClaimDecided', 'claim-C1'])],
  ['CHAIN_INCOMPLETE', without(['PlanSigned', '"review"'], ['PlanReleased', ''])],
  ['CHAIN_INCOMPLETE', without(['CloseSigned', '"review"'], ['MonthClosed', ''])],
  [
    'CHAIN_INCOMPLETE',
    (log) => {
      log.change(log.find('ClaimApproved', 'claim-C1'), (data) => (data['level'] = 'raised'));
      return log.find('ClaimDecided', 'claim-C1');
    },
  ],
  ['CHAIN_MISSING', without(['ClaimDecided', 'claim-C2'], ['AwardOpened', 'award-C2'])],
  ['CHAIN_MISSING', without(['RollSigned', '"review"'], ['DocumentAdmitted', '"R-2026-10"'])],
  ['CHAIN_MISSING', without(['BatchSigned', '"review"'], ['DocumentAdmitted', '"B-2026-10"'])],
  ['CHAIN_MISSING', without(['ProposalDecided', ''], ['DocumentAdmitted', 'adjustment'])],
  ['CHAIN_MISSING', without(['PlanReleased', ''], ['AllotmentReceived', ''])],
  [
    'CHAIN_MISSING',
    changed('PaymentInstructed', 'award-C1', (data) => (data['batchId'] = 'B-none')),
  ],
  ['CHAIN_MISSING', changed('AwardOpened', 'award-C3', (data) => (data['claimNo'] = 'C1'))],
  [
    'CHAIN_MISSING',
    (log) =>
      log.insertAfter(log.find('AwardOpened'), 'AwardBroughtIn', 'award-X1', {
        ...{ personRef: 'P9', office, documentId: 'opening-none' },
      }),
  ],
  ['CASHIER_IN_BATCH', signedBy('SubmissionStarted', 'B-2026-10', 'zhao')],
  ['CASHIER_IN_BATCH', signedBy('SubmissionStarted', 'B-2026-11', 'zhou')],
  [
    'CASHIER_IN_BATCH',
    (log) => {
      resent(log);
      return signedBy('SubmissionStarted', '"attempt":2', 'wu')(log);
    },
  ],
  ['RECONCILER_PAID', signedBy('ClosePrepared', '2026-10', 'qian')],
  ['RECONCILER_PAID', signedBy('CloseSigned', '"review"', 'li')],
  ['RECONCILER_PAID', sentBeforeAnswered],
  ['RECONCILER_PAID', sentAfterCut],
  ['HAND_IN_ACCOUNT_CHANGE', accountHandInBatch],
  ['SIGNER_IS_PAYEE', related('wang', 'P2', ['ClaimSentBack', 'claim-C2'])],
  ['SIGNER_IS_PAYEE', related('sun', 'P2', ['AccountChangeProposed', ''])],
  ['SIGNER_IS_PAYEE', related('qian', 'P3', ['SubmissionStarted', 'B-2026-10'])],
  ['SIGNER_IS_PAYEE', related('li', 'P8', ['PersonMergeProposed', ''])],
  ['SIGNER_IS_PAYEE', relatedOnRoll],
  [
    'SIGNER_IS_PAYEE',
    changed('SharingReviewProposed', '', (data) => (data['holders'] = ['actor:li'])),
  ],
  ['OWN_DUTY', signedBy('DutyProposed', '', 'li')],
  ['OWN_ACCOUNT', signedBy('AccountProposed', 'actor-li', 'li')],
  ['OWN_ACCOUNT', signedBy('AccountOpened', 'actor-li', 'li')],
  [
    'HANDS_DIFFER',
    changed('AccountOpened', 'actor-li', (data) => (data['hands'] = ['zhou', 'qian'])),
  ],
  ['CHAIN_INCOMPLETE', without(['AccountProposed', ''], ['AccountOpened', 'actor-li'])],
  [
    'CHAIN_INCOMPLETE',
    (log) => {
      const proposed = log.find('AccountProposed');
      const data = JSON.parse(proposed.data) as Data;
      log.insertAfter(proposed, 'AccountProposalWithdrawn', 'actor-li', data);
      return log.find('AccountOpened', 'actor-li');
    },
  ],
  [
    'CHAIN_INCOMPLETE',
    (log) => {
      const proposed = log.find('DutyProposed');
      const { stream } = proposed;
      const data = JSON.parse(proposed.data) as Data;
      log.insertAfter(proposed, 'DutyProposalWithdrawn', stream, data);
      return log.find('DutyGranted', stream);
    },
  ],
  ['UNSIGNED_ACCOUNT', changed('AccountOpened', 'actor-li', (data) => delete data['hand'])],
  [
    'UNSIGNED_ACCOUNT',
    (log) => log.insertAfter(log.find('ActorRegistered', 'li'), 'AccountOpened', 'actor-li', door),
  ],
  ['UNSIGNED_ACCOUNT', without(['DutyInstalled', 'actor-chen'], ['AccountOpened', 'actor-chen'])],
  ['UNSIGNED_DUTY', changed('DutyInstalled', '', (data) => (data['duty'] = 'payroll'))],
  [
    'RESEND_UNSIGNED',
    (log) => {
      resent(log);
      log.drop(log.find('ResendApproved'));
      return log.find('SubmissionStarted', '"attempt":2');
    },
  ],
  ['TOO_FEW_HANDS', changed('PaymentRecalled', '', (data) => (data['by'] = ['wang', 'wang']))],
  [
    'TOO_FEW_HANDS',
    (log) =>
      log.insertAfter(log.find('AwardOpened'), 'AwardAccountCleared', 'award-C1', {
        reviewedBy: ['li'],
      }),
  ],
];

/** `chen` sent October's batch; a payment of it comes back in November, which he reviews. */
function sentBeforeAnswered(log: LogBuilder): RawEvent {
  signedBy('SubmissionStarted', 'B-2026-10', 'chen')(log);
  return novemberReviewedBy(log, 'chen');
}

/** `chen` sends October's batch in November, which books no answer to it, and reviews it. */
function sentAfterCut(log: LogBuilder): RawEvent {
  sentLater(log, 'chen');
  log.drop(log.find('ReceiptBooked', 'Q-2026-11-returned'));
  return novemberReviewedBy(log, 'chen');
}

function sentLater(log: LogBuilder, person: string): void {
  const started = log.find('SubmissionStarted', 'B-2026-10');
  const data = JSON.parse(started.data) as Data;
  log.drop(started);
  const later = { ...data, hand: hand(person, 'send', '2026-11') };
  log.insertAfter(
    log.find('OpeningBrought', '2026-11'),
    'SubmissionStarted',
    started.stream,
    later,
  );
}

function novemberReviewedBy(log: LogBuilder, person: string): RawEvent {
  const has = (one: RawEvent) => one.stream.endsWith('2026-11') && one.data.includes('"review"');
  const review = log.events.find((one) => one.type === 'CloseSigned' && has(one));
  if (review === undefined) throw new Error('nobody reviewed November');
  return log.change(review, (data) => ((data['hand'] as Data)['person'] = person));
}

/** `sun` changed the account and prepares the batch that pays it, a day before it may be used. */
function accountHandInBatch(log: LogBuilder): RawEvent {
  signedBy('BatchPrepared', 'B-2026-11', 'sun')(log);
  return log.find('PaymentInstructed', 'account-2b');
}

/** `li` says after the claim, and before he draws up the roll, that a relative is on it. */
function relatedOnRoll(log: LogBuilder): RawEvent {
  const decided = log.find('AwardOpened', 'award-C1');
  log.insertAfter(decided, 'RelationDeclared', 'actor-li', { personRef: 'P1' });
  return log.find('LineDue', 'award-C1');
}

describe('the segregation certificate', () => {
  it('counts every case of an honest history and finds nothing', async () => {
    const log = twoMonths();
    const { found, breaches, byKind, cases } = await segregationOf(log.sources().events());
    expect(found).toEqual([]);
    expect(breaches).toBe(0);
    expect(byKind).toEqual({
      'account-change': { cases: 1, breaches: 0 },
      batch: { cases: 2, breaches: 0 },
      claim: { cases: 3, breaches: 0 },
      close: { cases: 2, breaches: 0 },
      duty: { cases: 1, breaches: 0 },
      merge: { cases: 1, breaches: 0 },
      plan: { cases: 2, breaches: 0 },
      proposal: { cases: 1, breaches: 0 },
      recovery: { cases: 1, breaches: 0 },
      roll: { cases: 2, breaches: 0 },
      sharing: { cases: 1, breaches: 0 },
      'staff-account': { cases: 1, breaches: 0 },
      'stop-line': { cases: 1, breaches: 0 },
    });
    expect(cases).toBe(19);
  });

  it('accepts a batch sent again by two people', async () => {
    const log = twoMonths();
    resent(log);
    const { found, byKind } = await segregationOf(log.sources().events());
    expect(found).toEqual([]);
    expect(byKind['resend']).toEqual({ cases: 1, breaches: 0 });
  });

  it.each(samePerson)('finds one person with two accounts in a %s', async (kind, broken) => {
    const log = twoMonths();
    const { position, stream } = broken(log);
    const { found, breaches } = await segregationOf(log.sources().events());
    const rule = 'SAME_PERSON';
    expect(found[0]).toMatchObject({ rule, kind, stream, position });
    expect(found[0]?.persons).toHaveLength(1);
    expect(breaches).toBe(found.length);
  });

  it.each(otherRules)('finds %s where it happened', async (rule, broken) => {
    const log = twoMonths();
    const { position } = broken(log);
    const { found } = await segregationOf(log.sources().events());
    const mine = found.find((one) => one.rule === rule);
    expect(mine).toMatchObject({ rule, position });
  });

  it('finds a person who signed another step in an earlier round', async () => {
    const log = twoMonths();
    const { position } = signedBy('ClaimReviewed', 'claim-C1', 'wang')(log);
    signedBy('ClaimApproved', 'claim-C1', 'chen')(log);
    const { found } = await segregationOf(log.sources().events());
    expect(found).toMatchObject([{ rule: 'SAME_PERSON', position, persons: ['wang'] }]);
  });

  it('forgives a relation that was declared only after the signature', async () => {
    const log = twoMonths();
    const decided = log.find('ClaimDecided', 'claim-C3');
    log.insertAfter(decided, 'RelationDeclared', 'actor-zhao', { personRef: 'P3' });
    const { found } = await segregationOf(log.sources().events());
    expect(found.filter(({ kind }) => kind === 'claim')).toEqual([]);
    expect(found.map(({ rule }) => rule)).toContain('SIGNER_IS_PAYEE');
  });

  it('forgives who signed a close and sent a batch of that month only later', async () => {
    const log = twoMonths();
    sentLater(log, 'wu');
    const { found } = await segregationOf(log.sources().events());
    const paid = found.filter(({ rule }) => rule === 'RECONCILER_PAID');
    expect(paid.map(({ stream }) => stream)).toEqual([`month-${office}-2026-11`]);
  });

  it('says of one month only what belongs to it', async () => {
    const log = twoMonths();
    signedBy('RollSigned', '"approve"', 'li')(log);
    const events = () => log.sources().events();
    expect(await segregationOf(events(), { month: '2026-11' })).toMatchObject({ breaches: 0 });
    const october = await segregationOf(events(), { month: '2026-10' });
    expect(october.breaches).toBeGreaterThan(0);
    expect(october.cases).toBe(4);
  });

  it('names persons of the staff and the rule in both languages', async () => {
    const log = twoMonths();
    signedBy('SubmissionStarted', 'B-2026-10', 'zhao')(log);
    const { found } = await segregationOf(log.sources().events());
    expect(found[0]).toMatchObject({
      persons: ['zhao'],
      zh: '出纳在同一发放批次中另有签署',
      en: 'The cashier is another hand of the same batch',
    });
  });
});
