import type { Data, LogBuilder } from './log-builder.js';

export const office = '440103';
export const pool = '440100';

/** A hand as events keep it, on the tenth of the month. */
export function hand(person: string, step: string, month: string, round = 1): Data {
  const account = `account-of-${person}`;
  return { person, account, duty: 'duty', office, step, round, day: `${month}-10` };
}

const persons = ['li', 'wang', 'zhao', 'qian', 'sun', 'zhou', 'wu', 'chen'];

/** Nobody of the staff is related to who is paid; `chen` is related to a person who is not. */
export function staff(log: LogBuilder): void {
  for (const person of persons) {
    const related = person === 'chen' ? ['P99'] : [];
    const data = { actorId: person, identityKey: `key-${person}`, office, related };
    log.add(`actor-${person}`, 'ActorRegistered', data);
  }
  const term = { duty: 'payroll', office, from: '2026-09-01' };
  log.add('actor-chen', 'DutyInstalled', { ...term, duty: 'audit-admin' });
  log.add('actor-chen', 'AccountOpened', { accountId: 'chen-1' });
  const first = hand('li', 'make', '2026-09');
  log.add('actor-li', 'DutyProposed', { ...term, hand: hand('zhou', 'make', '2026-09') });
  const second = { hand: hand('wu', 'approve', '2026-09'), hands: ['zhou', 'wu'] };
  log.add('actor-li', 'DutyGranted', { ...term, ...second });
  const door = { accountId: 'li-1' };
  const proposed = { ...door, loginKey: 'key', hand: hand('zhou', 'make', '2026-09') };
  log.add('actor-li', 'AccountProposed', proposed);
  log.add('actor-li', 'AccountOpened', { ...door, ...second });
  merged(log, first);
}

/** Two numbers of one person, and a shared account, each settled by two people. */
function merged(log: LogBuilder, first: Data): void {
  const second = hand('wang', 'approve', '2026-09');
  log.add('person-P7', 'PersonMergeProposed', { into: 'P8', hand: first });
  log.add('person-P7', 'PersonMerged', { into: 'P8', hand: second, hands: ['li', 'wang'] });
  const holders = ['P7', 'P8'];
  log.add('account-aa', 'SharingFlagged', { holders });
  log.add('account-aa', 'SharingReviewProposed', { holders, reason: 'couple', hand: first });
  log.add('account-aa', 'SharingReviewed', { holders, hand: second, hands: ['li', 'wang'] });
}

function accountOf(log: LogBuilder, accountRef: string): Data {
  return { accountRef, accountKey: `key-${accountRef}`, sealedSha256: log.seal(accountRef) };
}

/** A claim through its three hands, sent back once, and the award that it opens. */
export function claim(log: LogBuilder, no: number): void {
  const [stream, claimNo, personRef] = [`claim-C${no}`, `C${no}`, `P${no}`];
  const identity = { ref: `id-${no}`, sealedSha256: log.seal(`id-${no}`) };
  log.add(`person-P${no}`, 'PersonEnrolled', { personRef, office, identity });
  const account = accountOf(log, `account-${no}`);
  const filed = { claimNo, personRef, office, filedOn: '2026-09-08', account };
  const calculation = { monthlyFen: '241200' };
  log.add(stream, 'ClaimFiled', { ...filed, hand: hand('li', 'make', '2026-09') });
  log.add(stream, 'ClaimAdmitted', {});
  log.add(stream, 'ClaimSentBack', { reason: 'unclear', hand: hand('wang', 'approve', '2026-09') });
  log.add(stream, 'ClaimResubmitted', { hand: hand('li', 'make', '2026-09', 2) });
  log.add(stream, 'ClaimApproved', {
    ...{ outcome: 'grant', calculation, level: 'usual', digest: 'd' },
    hand: hand('wang', 'approve', '2026-09', 2),
  });
  const review = { digest: 'd', agreed: true, hand: hand('zhao', 'review', '2026-09', 2) };
  log.add(stream, 'ClaimReviewed', review);
  log.add(stream, 'ClaimDecided', { outcome: 'grant', calculation, decidedOn: '2026-09-10' });
  log.add(`award-C${no}`, 'AwardOpened', {
    ...{ awardNo: claimNo, personRef, office, jurisdiction: pool, item: 'benefit' },
    ...{ monthsAwarded: 6, firstMonth: '2026-10', policyVersion: '440100-3', claimNo },
    account: { ...account, usableFrom: '2026-09-10', hands: [] },
  });
}

export function plan(log: LogBuilder, month: string, amountFen: bigint): void {
  const planId = `${pool}-${month}-1`;
  const stream = `plan-${planId}`;
  const seen = { root: 'plan', lines: 1, amountFen: String(amountFen) };
  const data = { planId, month, allotments: [{ office, amountFen: String(amountFen) }] };
  const signature = (person: string, step: string) => ({ seen, hand: hand(person, step, month) });
  log.add(stream, 'PlanProposed', { ...data, pool, ...signature('zhou', 'make') });
  log.add(stream, 'PlanSigned', { planId, ...signature('wu', 'approve') });
  log.add(stream, 'PlanSigned', { planId, ...signature('sun', 'review') });
  log.add(stream, 'PlanReleased', data);
}

/** The account of an award, corrected by three hands that are none of the next batch's. */
export function accountChange(log: LogBuilder, no: number): void {
  const stream = `person-P${no}`;
  const account = accountOf(log, `account-${no}b`);
  const changeNo = `change-${no}`;
  const by = (person: string, step: string) => ({ changeNo, hand: hand(person, step, '2026-11') });
  log.add(stream, 'AccountChangeProposed', { account, ...by('sun', 'make') });
  log.add(stream, 'AccountChangeSigned', by('zhou', 'approve'));
  log.add(stream, 'AccountChangeSigned', by('wu', 'review'));
  const hands = ['sun', 'zhou', 'wu'];
  const usable = { changedOn: '2026-11-10', usableFrom: '2026-11-17' };
  log.add(stream, 'AccountChanged', { changeNo, account, hands, ...usable });
  const payee = { ...account, usableFrom: '2026-11-17', hands };
  log.add(`award-C${no}`, 'AwardAccountChanged', { account: payee });
}

/** What the comparison found becomes a decision of three people; the recovery is another. */
export function proposal(log: LogBuilder, no: number, month: string): string {
  const stream = `verification-${office}-${month}`;
  const proposalId = `stop-C${no}`;
  const content = { proposalId, awardNo: `C${no}`, personRef: `P${no}`, effect: 'stop' };
  const seen = { root: 'p', lines: 1, amountFen: '0' };
  log.add(stream, 'ProposalRaised', { proposal: content, hand: hand('li', 'make', month) });
  const by = (person: string, step: string) => {
    return { proposalId, seen, hand: hand(person, step, month) };
  };
  log.add(stream, 'ProposalSigned', by('wang', 'approve'));
  log.add(stream, 'ProposalSigned', by('zhao', 'review'));
  const decided = { proposalId, proposal: content, by: ['li', 'wang', 'zhao'] };
  const { id } = log.add(stream, 'ProposalDecided', decided);
  recovery(log, no, month);
  return id;
}

function recovery(log: LogBuilder, no: number, month: string): void {
  const stream = `recovery-V${no}`;
  const demand = { recoveryNo: `V${no}`, personRef: `P${no}`, awardNo: `C${no}`, months: [month] };
  const opened = { ...demand, amountFen: '100', cause: 'employed' };
  log.add(stream, 'RecoveryOpened', { ...opened, hand: hand('li', 'make', month) });
  log.add(stream, 'RecoverySigned', { hand: hand('wang', 'approve', month) });
  log.add(stream, 'RecoverySigned', { hand: hand('zhao', 'review', month) });
  log.add(stream, 'RecoveryConfirmed', { hands: ['li', 'wang', 'zhao'] });
}
