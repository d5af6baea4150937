import type { PersonEvent } from '#domain/person/person.events.js';
import type { RollEvent } from '#domain/roll/roll.events.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { Proposal } from '#domain/verification/verification.events.js';
import * as award from '../domain/award-samples.js';
import * as batch from '../domain/batch-samples.js';
import { hand, seen } from '../domain/hands.js';
import * as months from '../domain/month-samples.js';
import type { Papers, Told } from './harness.js';

/** One small town in its autumn of 2026: every read model has something to answer about it. */
export const office = '440103';
export const pool = '440100';

const sealed = (ref: string) => ({ ref, sealedSha256: `sha-${ref}` });
const use = (no: number) => ({
  accountRef: `account-${no}`,
  accountKey: `key-${no}`,
  sealedSha256: `sha-${no}`,
});

const at =
  (stream: string) =>
  ({ type, data }: Readonly<{ type: string; data: object }>): Told => ({ stream, type, data });

function enrolled(personRef: string): Told {
  return at(`person-${personRef}`)({
    type: 'PersonEnrolled',
    data: {
      personRef,
      office,
      enrolledOn: day('2010-03-01'),
      household: '10',
      identity: sealed(`id-${personRef}`),
      identityKey: `hmac-${personRef}`,
    },
  });
}

const houses: readonly Told[] = [
  at(`office-${pool}`)({
    type: 'OfficeOpened',
    data: {
      code: pool,
      kind: 'pool',
      jurisdiction: '440100',
      names: { zh: '市中心', en: 'City office' },
    },
  }),
  ...['440103', '440104'].map((code) =>
    at(`office-${code}`)({
      type: 'OfficeOpened',
      data: {
        ...{ code, parent: pool, kind: 'county', jurisdiction: '440100' },
        names: { zh: `分中心 ${code}`, en: `County office ${code}` },
      },
    }),
  ),
  at('office-440199')({
    type: 'OfficeOpened',
    data: {
      ...{ code: '440199', parent: '440104', kind: 'street', jurisdiction: '440100' },
      names: { zh: '街道', en: 'Street' },
    },
  }),
  at('office-440199')({ type: 'OfficeMerged', data: { into: '440103' } }),
];

const term = { duty: 'approver', office, from: day('2026-01-01') };
const staff: readonly Told[] = [
  {
    type: 'ActorRegistered',
    data: { actorId: 'wang', identityKey: 'hmac-wang', office, related: ['P-2'] },
  },
  { type: 'AccountOpened', data: { accountId: 'wang-1' } },
  { type: 'AccountOpened', data: { accountId: 'wang-2' } },
  { type: 'AccountClosed', data: { accountId: 'wang-1' } },
  { type: 'RelationDeclared', data: { personRef: 'P-3' } },
  { type: 'DutyProposed', data: { ...term, hand: hand('sun', 'make') } },
  {
    type: 'DutyGranted',
    data: { ...term, hand: hand('zhou', 'approve'), hands: ['sun', 'zhou'] },
  },
  {
    type: 'DutyProposed',
    data: { ...term, duty: 'payroll', to: day('2026-12-31'), hand: hand('sun', 'make') },
  },
  { type: 'DutyProposed', data: { ...term, duty: 'intake', hand: hand('sun', 'make') } },
  { type: 'DutyProposalWithdrawn', data: { ...term, duty: 'intake', hand: hand('sun', 'make') } },
  { type: 'DutyRevoked', data: { duty: 'approver', office, on: day('2026-11-01') } },
].map(at('actor-wang'));

const employers: readonly Told[] = [
  ...['E-1', 'E-2'].map((employerNo) =>
    at(`employer-${employerNo}`)({
      type: 'EmployerRegistered',
      data: {
        ...{ employerNo, office, registeredOn: day('2012-05-01') },
        ...{ name: sealed(employerNo), creditCode: `code-${employerNo}`, creditCodeValid: true },
      },
    }),
  ),
  at('employer-E-1')({
    type: 'CreditCodeChanged',
    data: { creditCode: 'code-new', creditCodeValid: false, from: day('2026-07-01') },
  }),
  at('employer-E-2')({ type: 'EmployerMerged', data: { into: 'E-1' } }),
];

const unemployment: Extract<PersonEvent, { type: 'UnemploymentRegistered' }> = {
  type: 'UnemploymentRegistered',
  data: {
    employerNo: 'E-1',
    endedOn: day('2026-09-10'),
    termination: '01',
    registeredOn: day('2026-09-15'),
    certificate: sealed('certificate-1'),
  },
};

const change = { changeNo: 'K-1', account: use(2) };
const persons: readonly Told[] = [
  ...['P-1', 'P-2', 'P-3'].map(enrolled),
  ...[
    {
      type: 'HistoryBrought',
      data: {
        fileSha256: 'f1',
        spans: [
          { from: month('2010-01'), to: month('2011-12'), used: true },
          { from: month('2020-01'), to: month('2022-06'), used: false },
        ],
      },
    },
    unemployment,
    {
      type: 'AccountRecorded',
      data: { account: use(1), source: 'claim', recordedOn: '2026-10-08' },
    },
    { type: 'ClaimReserved', data: { claimNo: 'C-1', office } },
    { type: 'AwardGranted', data: { awardNo: 'C-1', claimNo: 'C-1' } },
    { type: 'AccountChangeProposed', data: { ...change, hand: hand('li', 'make') } },
    {
      type: 'AccountChangeSentBack',
      data: { changeNo: 'K-1', hand: hand('wang', 'approve'), reason: 'two names' },
    },
    { type: 'AccountChangeProposed', data: { ...change, hand: hand('li', 'make', 2) } },
    { type: 'AccountChangeSigned', data: { changeNo: 'K-1', hand: hand('wang', 'approve', 2) } },
  ].map(at('person-P-1')),
  at('person-P-3')({
    type: 'PersonMerged',
    data: { into: 'P-1', hand: hand('wang', 'approve'), hands: ['li', 'wang'] },
  }),
];

const calculation = {
  ...{ policyVersion: '440100-3', paidMonths: 32, months: 2, ceiling: 12 },
  ...{ monthlyFen: fen(241_200n), firstMonth: month('2026-11'), entitlementFrom: null },
  ...{ discarded: 0, law: ['广东省失业保险条例 第十七条'], warnings: [], verified: true },
};
const facts = {
  account: use(1),
  registration: { termination: '01', registeredOn: null, endedOn: null },
};
const claims: readonly Told[] = [
  ...[
    {
      type: 'ClaimFiled',
      data: {
        ...{ claimNo: 'C-1', personRef: 'P-1', office, filedOn: day('2026-10-08') },
        ...facts,
        hand: hand('li', 'make'),
      },
    },
    { type: 'ClaimAdmitted', data: {} },
    { type: 'ClaimSentBack', data: { hand: hand('wang', 'approve'), reason: 'no certificate' } },
    { type: 'ClaimResubmitted', data: { hand: hand('li', 'make', 2) } },
    {
      type: 'ClaimApproved',
      data: {
        ...{ outcome: 'grant', calculation, level: 'raised', digest: 'd1' },
        hand: hand('wang', 'approve', 2),
      },
    },
    {
      type: 'ClaimReviewed',
      data: { hand: hand('zhao', 'review', 2), digest: 'd1', agreed: true },
    },
    { type: 'ClaimAuthorised', data: { hand: hand('sun', 'authorise', 2), digest: 'd1' } },
    { type: 'ClaimDecided', data: { outcome: 'grant', calculation, decidedOn: '2026-10-12' } },
  ].map(at('claim-C-1')),
  ...[
    {
      type: 'ClaimFiled',
      data: {
        ...{ claimNo: 'C-2', personRef: 'P-2', office, filedOn: day('2026-10-09') },
        ...facts,
        hand: hand('li', 'make'),
      },
    },
    { type: 'ClaimTurnedAway', data: { code: 'OPEN_CLAIM_OR_AWARD' } },
  ].map(at('claim-C-2')),
];

/** Two employers declare September; one has paid in full, the other a fen too little. */
export const papers: Papers = {
  'd-1': [contribution('P-1'), contribution('P-2')],
  'd-2': [contribution('P-3')],
};

function contribution(person: string): string {
  return JSON.stringify({
    ...{ person, wageFen: '500000', baseFen: '500000' },
    ...{ employerFen: '2500', personFen: '2500' },
  });
}

function declared(employerNo: string, document: string, lines: number): readonly Told[] {
  const part = 'first';
  const half = fen(BigInt(lines) * 2_500n);
  const sums = { lines, employerFen: half, employeeFen: half };
  const amountFen = fen(2n * half);
  return [
    { type: 'DeclarationLinesAdded', data: { part, chunk: 0, document, ...sums } },
    { type: 'DeclarationCompleted', data: { part, digest: 'd', ...sums } },
    { type: 'DeclarationBilled', data: { part, amountFen } },
  ].map(at(`declaration-${employerNo}-2026-09`));
}

function received(employerNo: string, receiptNo: string, amountFen: bigint): Told {
  const data = { receiptNo, amountFen, valueDate: '2026-09-20', fileSha256: 'f2' };
  return at(`declaration-${employerNo}-2026-09`)({ type: 'ContributionReceived', data });
}

const contributions: readonly Told[] = [
  ...declared('E-1', 'd-1', 2),
  received('E-1', 'R-1', 10_000n),
  at('declaration-E-1-2026-09')({
    type: 'DeclarationPosted',
    data: { part: 'first', lines: 2, amountFen: fen(10_000n), on: '2026-09-20' },
  }),
  ...declared('E-2', 'd-2', 1),
  received('E-2', 'R-2', 4_999n),
  at(`fund-account-${pool}-suspense`)({
    type: 'UnidentifiedReceived',
    data: {
      ...{ receiptNo: 'R-3', month: '2026-09', amountFen: fen(12_345n) },
      ...{ valueDate: '2026-09-21', fileSha256: 'f2' },
    },
  }),
];

const awards: readonly Told[] = [
  award.opened,
  award.due('2026-09', 1),
  award.due('2026-10', 2),
  award.instructed('I-1', ['2026-09', '2026-10']),
  award.paid(award.bankLine('I-1', 1, '2026-10-21', fen(482_400n))),
  award.returned(award.bankLine('I-1', 2, '2026-10-25', fen(482_400n))),
].map(at('award-C000001'));

const roll = { rollId: `${office}-2026-10-1`, month: month('2026-10') };
const rollEvents: readonly RollEvent[] = [
  {
    type: 'RollPrepared',
    data: {
      ...{ ...roll, office, kind: 'benefit', document: 'd1', seen, policyVersion: '440100-3' },
      sheet: { benefit: { due: { lines: 2, personMonths: 2, amountFen: fen(482_400n) } } },
      hand: hand('li', 'make'),
    },
  },
  { type: 'RollSigned', data: { rollId: roll.rollId, hand: hand('wang', 'approve'), seen } },
];

const allotments = [{ office, amountFen: fen(3_000_000n) }];
const plan = { planId: `${pool}-2026-10-1`, month: month('2026-10') };
const work: readonly Told[] = [
  ...rollEvents.map(at(`roll-${roll.rollId}`)),
  ...[...batch.unknown].map(at('batch-440103-2026-10-1')),
  ...[
    {
      type: 'PlanProposed',
      data: { ...plan, pool, allotments, seen, hand: hand('li', 'make') },
    },
    { type: 'PlanSigned', data: { planId: plan.planId, hand: hand('wang', 'approve'), seen } },
    { type: 'PlanSigned', data: { planId: plan.planId, hand: hand('zhao', 'review'), seen } },
    { type: 'PlanReleased', data: { ...plan, allotments } },
  ].map(at(`plan-${plan.planId}`)),
];

const monthEvents: readonly Told[] = [
  ...months.cut,
  months.prepared,
  months.approved,
  months.reviewed,
  months.closed,
].map(at('month-440103-2026-10'));

export const proposal: Proposal = {
  ...{ proposalId: 'H-1', awardNo: 'C000001', personRef: 'P-1', event: 'employed' },
  ...{ on: day('2026-10-16'), source: 'ledger', effect: 'stop' },
  ...{ from: month('2026-11'), lastMonth: month('2026-10'), mayResume: true },
  clause: '失业保险条例 第十五条',
};

const verification: readonly Told[] = [
  {
    type: 'WindowOpened',
    data: { office, month: '2026-10', from: '2026-10-01', to: '2026-10-20' },
  },
  { type: 'SignInsReceived', data: { documentId: 's-1', document: 'd-s', lines: 2 } },
  {
    type: 'ExtractReceived',
    data: { documentId: 'x-1', document: 'd-x', lines: 3, withoutAward: 2, on: '2026-10-18' },
  },
  { type: 'ProposalRaised', data: { proposal, hand: hand('li', 'make') } },
  {
    type: 'ProposalRaised',
    data: { proposal: { ...proposal, proposalId: 'H-2' }, hand: hand('li', 'make') },
  },
  { type: 'ProposalSigned', data: { proposalId: 'H-1', hand: hand('wang', 'approve'), seen } },
  {
    type: 'ProposalDropped',
    data: { proposalId: 'H-2', hand: hand('wang', 'approve'), reason: 'x' },
  },
].map(at(`verification-${office}-2026-10`));

const demand = {
  ...{ personRef: 'P-1', awardNo: 'C000001', amountFen: fen(241_200n), cause: 'hired' },
  months: [month('2026-10')],
};
const recoveries: readonly Told[] = [
  ...[
    { type: 'RecoveryOpened', data: { recoveryNo: 'R-1', ...demand, hand: hand('li', 'make') } },
    { type: 'RecoverySigned', data: { hand: hand('wang', 'approve') } },
    { type: 'RecoverySigned', data: { hand: hand('zhou', 'review') } },
    { type: 'RecoveryConfirmed', data: { hands: ['li', 'wang', 'zhou'] } },
    {
      type: 'RepaymentReceived',
      data: { receiptNo: 'H-1', amountFen: fen(100n), on: day('2026-10-20') },
    },
    {
      type: 'RepaymentReceived',
      data: { receiptNo: 'H-2', amountFen: fen(241_100n), on: day('2026-10-20') },
    },
    { type: 'RecoverySettled', data: {} },
  ].map(at('recovery-R-1')),
  ...[
    { type: 'RecoveryOpened', data: { recoveryNo: 'R-2', ...demand, hand: hand('li', 'make') } },
    { type: 'RecoverySentBack', data: { hand: hand('wang', 'approve'), reason: 'x' } },
  ].map(at('recovery-R-2')),
];

export const story: readonly Told[] = [
  ...houses,
  ...staff,
  ...employers,
  ...persons,
  ...claims,
  ...contributions,
  ...awards,
  ...work,
  ...monthEvents,
  ...verification,
  ...recoveries,
];
