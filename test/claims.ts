import type {
  ApproveClaim,
  FileClaim,
  SendClaimBack,
  SignClaim,
  WithdrawClaim,
} from '#domain/claim/claim.commands.js';
import type {
  Calculation,
  ClaimEvent,
  ClaimFacts,
  ClaimHeader,
} from '#domain/claim/claim.events.js';
import type { Hand, Step } from '#domain/signing/signing.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { acting, signer } from './signers.js';

type Event<Type extends ClaimEvent['type']> = Extract<ClaimEvent, { type: Type }>;

/** A claim of Guangzhou's, each command of its life with the event that answers it. */
export const account = { accountRef: 'account-1', accountKey: 'aa11', sealedSha256: 'bb22' };
export const header: ClaimHeader = {
  claimNo: 'C000001',
  personRef: 'P0000101',
  office: '440103',
  filedOn: day('2026-09-07'),
};
export const facts: ClaimFacts = {
  account,
  registration: {
    termination: 'LCL-40',
    registeredOn: day('2026-09-03'),
    endedOn: day('2026-08-31'),
  },
};
export const calculation: Calculation = {
  policyVersion: '440100-3',
  paidMonths: 53,
  months: 4,
  ceiling: 12,
  monthlyFen: fen(241_200n),
  firstMonth: month('2026-10'),
  entitlementFrom: day('2026-09-03'),
  discarded: 0,
  law: ['广东省失业保险条例 第十七条'],
  warnings: [],
  verified: true,
};
export const hand = (person: string, step: Step, on: string, round = 1): Hand => ({
  ...signer(person),
  step,
  round,
  day: day(on),
});

export const file: FileClaim = {
  type: 'FileClaim',
  ...header,
  ...facts,
  ...acting('li', '2026-09-07'),
};
export const approve: ApproveClaim = {
  type: 'ApproveClaim',
  level: 'usual',
  digest: 'd1',
  outcome: 'grant',
  calculation,
  ...acting('wang', '2026-09-08'),
};
export const review: SignClaim = {
  type: 'SignClaim',
  step: 'review',
  digest: 'd1',
  ...acting('zhao', '2026-09-09'),
};
export const authorise: SignClaim = {
  type: 'SignClaim',
  step: 'authorise',
  digest: 'd1',
  ...acting('chen', '2026-09-10'),
};
export const sendBack: SendClaimBack = {
  type: 'SendClaimBack',
  reason: 'the proof of termination is another person’s',
  ...acting('zhao', '2026-09-09'),
};
export const withdraw: WithdrawClaim = {
  type: 'WithdrawClaim',
  reason: 'found work',
  ...acting('sun', '2026-09-10'),
};

export const filed: Event<'ClaimFiled'> = {
  type: 'ClaimFiled',
  data: { ...header, ...facts, hand: hand('li', 'make', '2026-09-07') },
};
export const admitted: Event<'ClaimAdmitted'> = { type: 'ClaimAdmitted', data: {} };
export const turnedAway: Event<'ClaimTurnedAway'> = {
  type: 'ClaimTurnedAway',
  data: { code: 'OPEN_CLAIM_OR_AWARD' },
};
export const approved: Event<'ClaimApproved'> = {
  type: 'ClaimApproved',
  data: {
    outcome: 'grant',
    calculation,
    level: 'usual',
    digest: 'd1',
    hand: hand('wang', 'approve', '2026-09-08'),
  },
};
export const raised: Event<'ClaimApproved'> = {
  ...approved,
  data: { ...approved.data, level: 'raised' },
};
export const reviewed: Event<'ClaimReviewed'> = {
  type: 'ClaimReviewed',
  data: { hand: hand('zhao', 'review', '2026-09-09'), digest: 'd1', agreed: true },
};
export const decided: Event<'ClaimDecided'> = {
  type: 'ClaimDecided',
  data: { outcome: 'grant', calculation, decidedOn: day('2026-09-09') },
};
export const sentBackByReviewer: Event<'ClaimSentBack'> = {
  type: 'ClaimSentBack',
  data: { hand: hand('zhao', 'review', '2026-09-09'), reason: sendBack.reason },
};
