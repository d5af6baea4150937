import { describe, expect, it } from '@jest/globals';
import {
  admitted,
  approve,
  authorise,
  calculation,
  facts,
  file,
  filed,
  hand,
  header,
  review,
} from '#test/claims.js';
import { given } from '#test/given.js';
import { acting, signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { ApproveClaim, FileClaim } from './claim.commands.js';
import { claimCodecs, type ClaimEvent } from './claim.events.js';
import { claimDecider } from './claim.js';
import { claimKinds, needsAuthoriser, needsVerification, onceOf } from './claim-kinds.js';

const kind = 'funeral-and-survivors';
const payee = { kind: 'survivor', ref: 'P0000202', relation: '配偶' } as const;
const benefit = {
  ...{ awardNo: 'C000001', on: day('2026-08-28'), averageWageFen: fen(1_000_000n) },
  otherFuneralGrants: ['pension'],
  choice: 'unemployment',
} as const;
const told = { kind, payee, benefit } as const;
const fileBenefit: FileClaim = { ...file, ...told };
const filedBenefit: ClaimEvent = {
  type: 'ClaimFiled',
  data: {
    ...{ ...header, kind },
    ...{ ...facts, payee, benefit },
    hand: hand('li', 'make', '2026-09-07'),
  },
};
const amountFen = fen(9_000_000n);
const found = {
  ...calculation,
  months: 1,
  amountFen,
  parts: [
    { name: 'funeral', amountFen: fen(3_000_000n) },
    { name: 'survivors', amountFen: fen(6_000_000n) },
  ],
};
const approveIt: ApproveClaim = { ...approve, calculation: found };
const approvedIt: ClaimEvent = {
  type: 'ClaimApproved',
  data: {
    ...{ outcome: 'grant', calculation: found, level: 'raised', digest: 'd1' },
    hand: hand('wang', 'approve', '2026-09-08'),
  },
};
const reviewedIt: ClaimEvent = {
  type: 'ClaimReviewed',
  data: { hand: hand('zhao', 'review', '2026-09-09'), digest: 'd1', agreed: true },
};

describe('a claim with a kind', () => {
  it('records the kind, who is paid, and what the amount follows from', () => {
    given(claimDecider).when(fileBenefit).records(filedBenefit);
    given(claimDecider, filed).when(fileBenefit).refuses('CLAIM_NUMBER_TAKEN');
    given(claimDecider, filedBenefit)
      .when({ ...fileBenefit, benefit: { ...benefit, choice: 'pension' } })
      .refuses('CLAIM_NUMBER_TAKEN');
    given(claimDecider, filedBenefit)
      .when({ ...fileBenefit, payee: { ...payee, relation: '子女' } })
      .refuses('CLAIM_NUMBER_TAKEN');
  });
  it('is four people’s work where the kind demands it, whatever level is asked for', () => {
    given(claimDecider, filedBenefit, admitted).when(approveIt).records(approvedIt);
    given(claimDecider, filedBenefit, admitted, approvedIt).when(review).records(reviewedIt);
    given(claimDecider, filedBenefit, admitted, approvedIt, reviewedIt)
      .when(authorise)
      .records(
        {
          type: 'ClaimAuthorised',
          data: { hand: hand('chen', 'authorise', '2026-09-10'), digest: 'd1' },
        },
        {
          type: 'ClaimDecided',
          data: { outcome: 'grant', calculation: found, decidedOn: day('2026-09-10') },
        },
      );
    given(claimDecider, filedBenefit, admitted, approvedIt, reviewedIt)
      .when({ ...authorise, by: signer('wang', 'wang-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('binds the fourth hand to the amount that was approved', () => {
    const { state } = given(claimDecider, filedBenefit, admitted, approvedIt);
    expect(state).toMatchObject({ signing: { seen: { amountFen } }, level: 'raised' });
  });
  it('is signed by nobody who is paid by it, or related to him', () => {
    const relative = ['P0000202'];
    given(claimDecider)
      .when({ ...fileBenefit, ...acting('li', '2026-09-07', relative) })
      .refuses('SIGNER_IS_PAYEE');
    const step = given(claimDecider, filedBenefit, admitted, approvedIt);
    step.when({ ...review, related: relative }).refuses('SIGNER_IS_PAYEE');
  });
  it('brings its amounts back from the disk', () => {
    for (const event of [filedBenefit, approvedIt]) {
      const codec = claimCodecs[event.type];
      expect(codec.decode(codec.encode(event.data), codec.schema)).toEqual(event.data);
    }
  });
});

describe('the kinds', () => {
  it('ask for a fourth hand for lump sums, transfers and survivors, and for nothing else', () => {
    expect(claimKinds.filter(needsAuthoriser)).toEqual([
      'funeral-and-survivors',
      'lump-sum-business',
      'migrant-lump-sum',
      'transfer-out',
    ]);
    expect(needsAuthoriser(undefined)).toBe(false);
  });
  it('ask for nobody’s sign-in, as the monthly benefit does', () => {
    expect(claimKinds.some(needsVerification)).toBe(false);
    expect(['benefit', 'price-subsidy'].every(needsVerification)).toBe(true);
  });
  it('are granted once a death, once a birth, once an award', () => {
    expect(onceOf(kind, benefit)).toBe(kind);
    expect(onceOf('birth-allowance', benefit)).toBe('birth-allowance/2026-08-28');
    expect(onceOf('re-employment-bonus', benefit)).toBe('re-employment-bonus/C000001');
  });
});
