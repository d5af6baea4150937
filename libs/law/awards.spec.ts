import { describe, expect, it } from '@jest/globals';
import { calculate } from './calculate.js';
import { policyRows } from './policy-file.js';
import { shippedPolicies, withRows } from './shipped.js';

type Facts = Readonly<Record<string, unknown>>;

function ask(facts: Facts): Facts {
  return calculate({ jurisdiction: '440100', on: '2026-09-15', ...facts }) as Facts;
}

describe('stop-rule in Guangzhou', () => {
  const award = { question: 'stop-rule', awardedMonths: 6, paidMonths: 2 };
  it.each([
    ['re-employed', { month: '2026-10' }, 'stop', '2026-11', true],
    ['re-employed', { month: '2026-10', day: '2026-10-16' }, 'stop', '2026-11', true],
    ['re-employed', { day: '2026-10-01' }, 'stop', '2026-10', true],
    ['re-employed', { day: '2026-10-02' }, 'stop', '2026-11', true],
    ['re-employed', { day: '2026-12-31' }, 'stop', '2027-01', true],
    ['enlisted', { day: '2026-09-20' }, 'stop', '2026-10', true],
    ['emigrated', { day: '2026-09-20' }, 'stop', '2026-10', false],
    ['pension', { day: '2026-11-01' }, 'stop', '2026-11', false],
    ['pension', { month: '2026-11' }, 'stop', '2026-11', false],
    ['pension', { day: '2026-11-02' }, 'stop', '2026-12', false],
    ['imprisoned', { day: '2026-10-01' }, 'pause', '2026-10', true],
    ['imprisoned', { month: '2026-10' }, 'pause', '2026-11', true],
    ['released', { month: '2026-12' }, 'none', null, true],
    ['refused', { month: '2026-10', count: 2 }, 'none', null, false],
    ['refused', { month: '2026-10', count: 3 }, 'stop', '2026-11', true],
    ['refused', { month: '2026-10', count: 3, goodReason: true }, 'none', null, false],
    ['not-verified', { month: '2026-10', count: 1 }, 'hold', '2026-10', true],
    ['not-verified', { month: '2026-10', count: 2 }, 'deemed-re-employed', '2026-10', true],
    ['not-verified', { month: '2026-10', count: 2, goodReason: true }, 'none', null, false],
    ['business', { day: '2026-10-16' }, 'stop', '2026-11', true],
    ['transferred', { day: '2026-10-16' }, 'stop', '2026-11', false],
    ['fraud', { day: '2026-10-16' }, 'stop', '2026-11', false],
  ])('%s %j: %s from %p', (event, facts, effect, from, mayResume) => {
    expect(ask({ ...award, event, ...facts })).toMatchObject({
      effect,
      from,
      mayResume,
      remainingMonths: 4,
    });
  });

  it('keeps the month of a death and loses the rest', () => {
    expect(ask({ ...award, event: 'died', day: '2026-09-20' })).toMatchObject({
      effect: 'terminate',
      from: '2026-10',
      lastBenefitMonth: '2026-09',
      remainingMonths: 0,
      mayResume: false,
    });
  });

  it('shows the article and the named decision', () => {
    expect(ask({ ...award, event: 're-employed', month: '2026-10' })).toMatchObject({
      law: { article: '第二十四条第一项', verified: true },
      warnings: [{ code: 'NAMED_DECISION:stop-month' }],
    });
  });

  it.each([
    [{ event: 'vanished', month: '2026-10' }, 'FACT_IMPOSSIBLE', 'event'],
    [{ event: 'died' }, 'FACT_MISSING', 'month'],
    [{ event: 'died', month: '2026-10', day: '2026-11-01' }, 'FACT_IMPOSSIBLE', 'day'],
    [{ event: 'died', month: '2026-13' }, 'FACT_IMPOSSIBLE', 'month'],
    [{ event: 'refused', month: '2026-10' }, 'FACT_MISSING', 'count'],
    [{ event: 'not-verified', month: '2026-10' }, 'FACT_MISSING', 'count'],
    [{ event: 'died', month: '2026-10', paidMonths: 7 }, 'FACT_IMPOSSIBLE', 'paidMonths'],
  ])('%j is refused %s for %s', (facts, code, fact) => {
    expect(ask({ ...award, ...facts })).toMatchObject({ refusal: code, facts: { fact } });
  });
});

describe('stop-rule elsewhere', () => {
  const award = { question: 'stop-rule', month: '2010-10', awardedMonths: 6, paidMonths: 2 };
  it.each([
    ['000000', '2010-11-08', 'imprisoned', {}, { effect: 'stop' }],
    ['000000', '2011-07-01', 'imprisoned', {}, { refusal: 'NO_LOCAL_RULE' }],
    ['000000', '2026-09-15', 're-employed', {}, { effect: 'stop' }],
    ['000000', '2026-09-15', 'refused', { count: 1 }, { effect: 'stop' }],
    ['000000', '2026-09-15', 'refused', { count: 0 }, { effect: 'none' }],
    ['000000', '2026-09-15', 'not-verified', { count: 2 }, { refusal: 'NO_LOCAL_RULE' }],
    ['000000', '2023-11-30', 'fraud', {}, { refusal: 'NO_LOCAL_RULE' }],
    ['000000', '2023-12-01', 'fraud', {}, { effect: 'stop' }],
    ['210000', '2010-11-08', 'imprisoned', {}, { effect: 'stop', mayResume: true }],
    ['210000', '2010-11-08', 'refused', { count: 1 }, { effect: 'stop' }],
    ['210000', '2010-11-08', 'died', {}, { effect: 'terminate', remainingMonths: 0 }],
    ['440100', '2022-05-31', 'imprisoned', {}, { refusal: 'NO_RULE_ON_DAY' }],
  ])('%s on %s, %s %j', (jurisdiction, on, event, facts, expected) => {
    expect(ask({ ...award, jurisdiction, on, event, ...facts })).toMatchObject(expected);
  });
});

describe('verification', () => {
  const window = { question: 'verification', window: '2026-10-25' };
  it.each([
    [{ signedBy: '2026-10-25' }, true, 'none', true],
    [{ signedBy: '2026-10-26', monthsMissed: 1 }, false, 'hold', true],
    [{ signedBy: null, monthsMissed: 1 }, false, 'hold', true],
    [{ signedBy: null, monthsMissed: 2 }, false, 'deemed-re-employed', false],
    [{ signedBy: null, monthsMissed: 5 }, false, 'deemed-re-employed', false],
    [{ signedBy: null, monthsMissed: 2, goodReason: true }, true, 'none', true],
    [{ signedBy: '2026-10-01', monthsMissed: 1 }, true, 'none', true],
  ])('%j', (facts, payThisMonth, effect, monthConsumed) => {
    expect(ask({ ...window, ...facts })).toMatchObject({ payThisMonth, effect, monthConsumed });
  });

  it.each([
    [{ signedBy: null }, 'FACT_MISSING'],
    [{ monthsMissed: 1 }, 'FACT_MISSING'],
    [{ signedBy: null, monthsMissed: 0 }, 'FACT_IMPOSSIBLE'],
    [{ signedBy: null, monthsMissed: 1, jurisdiction: '000000' }, 'NO_LOCAL_RULE'],
  ])('%j is refused %s', (facts, code) => {
    expect(ask({ ...window, ...facts })).toMatchObject({ refusal: code });
  });

  it('rests on the text of 2022 for two months since 2025, and says so', () => {
    const asked = { ...window, signedBy: null, monthsMissed: 2 };
    expect(ask({ ...asked, on: '2025-01-11' })).toMatchObject({ law: { verified: true } });
    expect(ask({ ...asked, on: '2025-01-12' })).toMatchObject({
      law: { article: '第三十三条', verified: false },
      warnings: [{ code: 'UNVERIFIED_ROW' }, { code: 'NAMED_DECISION:one-miss-holds' }],
    });
  });

  it('defers where a policy file says so, and pauses at the third miss', () => {
    const rows = policyRows({
      rows: [
        {
          topic: 'verification',
          jurisdiction: '370100',
          from: '2026-01-01',
          value: {
            missed: [
              { inARow: 1, effect: 'defer', payThisMonth: false, monthConsumed: false },
              { inARow: 3, effect: 'pause', payThisMonth: false, monthConsumed: false },
            ],
          },
          document: '某市发放审验办法',
          origin: 'entered by the office',
        },
      ],
    });
    const policies = withRows(shippedPolicies, rows);
    const place = { jurisdiction: '370100', on: '2026-10-31', signedBy: null };
    const effects = [1, 2, 3, 4].map(
      (monthsMissed) =>
        (calculate({ ...window, ...place, monthsMissed }, policies) as Facts)['effect'],
    );
    expect(effects).toEqual(['defer', 'defer', 'pause', 'pause']);
  });
});

describe('contribution', () => {
  const question = 'contribution';
  const guangzhou = { month: '2026-09', localAverageWageFen: 1_000_000 };
  const liaoning = { jurisdiction: '210000', on: '2010-11-08', month: '2010-01' };
  it.each([
    [{ ...guangzhou, wageFen: 1_044_000 }, 1_044_000, 5_220, 5_220],
    [{ ...guangzhou, wageFen: 267_999 }, 268_000, 1_340, 1_340],
    [{ ...guangzhou, wageFen: 268_001 }, 268_001, 1_340, 1_340],
    [{ ...guangzhou, wageFen: 268_099 }, 268_099, 1_340, 1_340],
    [{ ...guangzhou, wageFen: 268_100 }, 268_100, 1_341, 1_341],
    [{ ...guangzhou, wageFen: 3_000_000 }, 3_000_000, 15_000, 15_000],
    [{ ...guangzhou, wageFen: 3_000_001 }, 3_000_000, 15_000, 15_000],
    [{ ...liaoning, wageFen: 150_000, migrant: false }, 150_000, 3_000, 1_500],
    [{ ...liaoning, wageFen: 150_000, migrant: true }, 150_000, 3_000, 0],
    [{ ...liaoning, wageFen: 150_000, migrant: false, month: '2015-02' }, 150_000, 3_000, 1_500],
  ])('%j', (facts, baseFen, employerFen, employeeFen) => {
    expect(ask({ question, ...facts })).toMatchObject({ baseFen, employerFen, employeeFen });
  });

  it.each([
    [{ ...guangzhou }, 'FACT_MISSING'],
    [{ month: '2026-09', wageFen: 500_000 }, 'FACT_MISSING'],
    [{ ...guangzhou, month: '2026-08', wageFen: 500_000 }, 'FACT_MISSING'],
    [{ ...guangzhou, wageFen: -1 }, 'FACT_IMPOSSIBLE'],
    [{ ...guangzhou, wageFen: 1, localAverageWageFen: 1 }, 'FACT_IMPOSSIBLE'],
    [{ ...liaoning, wageFen: 150_000 }, 'FACT_MISSING'],
    [{ ...liaoning, wageFen: 150_000, month: '2015-03' }, 'NO_RULE_ON_DAY'],
    [{ ...guangzhou, wageFen: 1, jurisdiction: '370100' }, 'NO_LOCAL_RULE'],
  ])('%j is refused %s', (facts, code) => {
    expect(ask({ question, ...facts })).toMatchObject({ refusal: code });
  });

  it('says that the executed rate of Guangzhou is not verified', () => {
    expect(ask({ question, ...guangzhou, wageFen: 500_000 })).toMatchObject({
      law: { verified: false },
      warnings: [{ code: 'UNVERIFIED_ROW' }],
    });
  });

  it('makes 5,400.00 of twenty people over six months', () => {
    const asked = { question, ...liaoning, wageFen: 150_000, migrant: false };
    const { employerFen, employeeFen } = ask(asked);
    expect((Number(employerFen) + Number(employeeFen)) * 20 * 6).toBe(540_000);
  });
});
