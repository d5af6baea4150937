import { describe, expect, it } from '@jest/globals';
import type { BenefitFacts, ClaimKind } from '#domain/claim/claim-kinds.js';
import { day, type Day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { shippedPolicies } from '#law/shipped.js';
import { newTrace, rulesFor } from '#law/table.js';
import { benefitAmount } from './benefit-amounts.js';

type Asking = Readonly<{
  kind: ClaimKind;
  facts?: Partial<BenefitFacts>;
  claimedOn?: Day;
  remaining?: number;
  place?: string;
}>;

function answer({ kind, facts, claimedOn, remaining = 5, place = '440100' }: Asking) {
  const on = claimedOn ?? day('2026-11-20');
  const question = {
    facts: { awardNo: 'A1', on: day('2026-08-28'), ...facts },
    claimedOn: on,
    monthlyBenefitFen: fen(241_200n),
    remainingMonths: remaining,
  };
  return benefitAmount(kind, rulesFor(place, on, shippedPolicies), question, newTrace());
}

const wage = { averageWageFen: fen(1_000_000n) };

describe('what survivors are paid', () => {
  const kind = 'funeral-and-survivors';
  it('is three and six months of the average wage', () => {
    expect(answer({ kind, facts: wage })).toMatchObject({
      ...{ eligible: true, amountFen: 9_000_000n, openMonthToSurvivors: true, monthsConsumed: 0 },
      parts: [
        { name: 'funeral', amountFen: 3_000_000n },
        { name: 'survivors', amountFen: 6_000_000n },
      ],
    });
  });
  it('asks which of several funeral grants they chose', () => {
    const others = { ...wage, otherFuneralGrants: ['pension'] } as const;
    expect(() => answer({ kind, facts: others })).toThrow(/FACT_MISSING.*choice/);
    expect(() => answer({ kind, facts: { ...others, choice: 'work-injury' } })).toThrow(
      /FACT_IMPOSSIBLE/,
    );
    expect(answer({ kind, facts: { ...others, choice: 'unemployment' } })).toMatchObject({
      amountFen: 9_000_000n,
    });
    expect(answer({ kind, facts: { ...others, choice: 'pension' } })).toMatchObject({
      parts: [{ name: 'survivors', amountFen: 6_000_000n }],
    });
  });
  it('is claimed within six months, the last day included', () => {
    const on = (claimedOn: string, died = '2026-08-28') =>
      answer({ kind, facts: { ...wage, on: day(died) }, claimedOn: day(claimedOn) });
    expect(on('2027-02-28')).toMatchObject({ eligible: true });
    expect(on('2027-03-01')).toMatchObject({ eligible: false, reason: 'claimed-late' });
    expect(on('2027-02-28', '2026-08-31')).toMatchObject({ eligible: true });
    expect(on('2027-03-01', '2026-08-31')).toMatchObject({ eligible: false });
  });
  it('needs the average wage, and a place whose text is known', () => {
    expect(() => answer({ kind })).toThrow(/FACT_MISSING.*averageWageFen/);
    expect(() => answer({ kind, facts: wage, place: '210100' })).toThrow(/NO_LOCAL_RULE/);
  });
});

describe('what is paid of the months that are left', () => {
  it('is all of them for a business, with licence and tax proof', () => {
    const kind = 'lump-sum-business';
    const both = { licence: true, taxProof: true };
    expect(answer({ kind, facts: both })).toMatchObject({
      ...{ eligible: true, amountFen: 1_206_000n, monthsConsumed: 5 },
    });
    expect(answer({ kind, facts: { taxProof: true } })).toMatchObject({ reason: 'no-licence' });
    expect(answer({ kind, facts: { licence: true } })).toMatchObject({ reason: 'no-tax-proof' });
    expect(answer({ kind, facts: both, remaining: 0 })).toMatchObject({
      reason: 'nothing-remains',
    });
  });
  it('is half of them, rounded up, for work that lasts', () => {
    const kind = 're-employment-bonus';
    const ask = (contractYears: number, insuredMonths: number, remaining = 5) =>
      answer({ kind, facts: { contractYears, insuredMonths }, remaining });
    expect(ask(1, 3)).toMatchObject({ amountFen: 723_600n, monthsConsumed: 3 });
    expect(ask(1, 3, 4)).toMatchObject({ amountFen: 482_400n, monthsConsumed: 2 });
    expect(ask(1, 3, 1)).toMatchObject({ amountFen: 241_200n, monthsConsumed: 1 });
    expect(ask(0, 3)).toMatchObject({ reason: 'contract-too-short' });
    expect(ask(1, 2)).toMatchObject({ reason: 'insured-too-short' });
    expect(ask(1, 3, 0)).toMatchObject({ reason: 'nothing-remains' });
  });
});

describe('other benefits', () => {
  it('are three months for a birth', () => {
    expect(answer({ kind: 'birth-allowance' })).toMatchObject({
      ...{ amountFen: 723_600n, monthsConsumed: 0 },
    });
  });
  it('are given by no text that is known here', () => {
    for (const kind of ['migrant-lump-sum', 'transfer-out'] as const)
      expect(() => answer({ kind })).toThrow(/NO_LOCAL_RULE/);
  });
  it('say when their article was not read', () => {
    const { law } = answer({ kind: 'birth-allowance' });
    expect(law).toMatchObject([{ verified: false }]);
    const earlier = answer({ kind: 'birth-allowance', claimedOn: day('2024-05-01') });
    expect(earlier.law).toMatchObject([{ verified: true }]);
  });
});
