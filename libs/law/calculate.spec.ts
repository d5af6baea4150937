import { describe, expect, it } from '@jest/globals';
import { calculate } from './calculate.js';
import { demonstrationPolicies } from './shipped.js';

type Facts = Readonly<Record<string, unknown>>;
const now = '2026-09-15';

function ask(facts: Facts): Facts {
  return calculate({ jurisdiction: '440100', on: now, ...facts }) as Facts;
}

const refusal = (code: string, facts?: Facts) => ({
  refusal: code,
  facts: facts === undefined ? expect.anything() : expect.objectContaining(facts),
});

describe('eligibility', () => {
  const entitled = {
    question: 'eligibility',
    paidMonths: 12,
    leftoverMonths: 0,
    termination: 'LCL-40',
    registered: '2026-09-03',
  };
  it.each([
    [{}, true, null],
    [{ paidMonths: 11 }, false, 'less-than-12-months'],
    [{ paidMonths: 0, leftoverMonths: 1 }, true, null],
    [{ paidMonths: 0, leftoverMonths: 1, jurisdiction: '000000' }, false, 'less-than-12-months'],
    [{ paidMonths: 11, leftoverMonths: undefined }, false, 'less-than-12-months'],
    [{ registered: null }, false, 'not-registered-unemployed'],
    [{ termination: 'resigned' }, false, 'voluntary'],
    [{ termination: 'LCL-36-person' }, false, 'voluntary'],
    [{ termination: 'LCL-36-employer' }, true, null],
    [{ termination: 'LCL-38' }, true, null],
    [{ termination: 'LCL-39' }, true, null],
    [{ termination: 'LCL-41' }, true, null],
    [{ termination: 'LCL-44-1' }, true, null],
    [{ termination: 'LCL-44-4' }, true, null],
    [{ termination: 'LCL-44-5' }, true, null],
    [{ termination: 'D13-13-4' }, true, null],
    [{ termination: 'other-by-law' }, true, null],
    [{ termination: 'resigned', paidMonths: 0, registered: null }, false, 'voluntary'],
    [{ termination: undefined, registered: null }, false, 'not-registered-unemployed'],
    [{ jurisdiction: '370100' }, true, null],
    [{ jurisdiction: '210000', on: '2010-11-08', paidMonths: 12 }, true, null],
    [{ jurisdiction: '210000', on: '2010-11-08', paidMonths: 11 }, false, 'less-than-12-months'],
  ])('%j', (facts, eligible, reason) => {
    expect(ask({ ...entitled, ...facts })).toMatchObject({ eligible, reason });
  });

  it.each([
    [{ termination: 'tired' }, 'FACT_IMPOSSIBLE', 'termination'],
    [{ termination: undefined }, 'FACT_MISSING', 'termination'],
    [{ registered: undefined }, 'FACT_MISSING', 'registered'],
    [{ registered: '2026-09-31' }, 'FACT_IMPOSSIBLE', 'registered'],
    [{ paidMonths: undefined }, 'FACT_MISSING', 'paidMonths'],
  ])('%j is refused %s', (facts, code, fact) => {
    expect(ask({ ...entitled, ...facts })).toEqual(refusal(code, { fact }));
  });

  it.each([
    ['440100', '2025-01-11', '广东省失业保险条例（2022-06-01修正）'],
    ['440100', '2025-01-12', '广东省失业保险条例（2025-01-12修正）'],
    ['440106', '2026-09-15', '广东省失业保险条例（2025-01-12修正）'],
    ['210000', '2011-06-30', '辽宁省失业保险条例（2001-07-27修正）'],
    ['210000', '2011-07-01', '中华人民共和国社会保险法（2018-12-29）'],
    ['000000', '1999-01-22', '失业保险条例（国务院令第258号）'],
    ['000000', '2011-06-30', '失业保险条例（国务院令第258号）'],
    ['000000', '2011-07-01', '中华人民共和国社会保险法（2018-12-29）'],
  ])('in %s on %s stands in %s', (jurisdiction, on, document) => {
    expect(ask({ ...entitled, jurisdiction, on })).toMatchObject({
      law: { document, verified: true },
      warnings: [],
    });
  });
});

const liaoning = { jurisdiction: '210000', on: '2010-11-08' };
const monthsTable: readonly (readonly [Facts, number | null, number])[] = [
  [{ paidMonths: 0 }, 0, 0],
  [{ paidMonths: 11 }, 0, 0],
  [{ paidMonths: 12 }, 1, 12],
  [{ paidMonths: 23 }, 1, 12],
  [{ paidMonths: 24 }, 2, 12],
  [{ paidMonths: 47 }, 3, 12],
  [{ paidMonths: 48 }, 4, 12],
  [{ paidMonths: 53 }, 4, 12],
  [{ paidMonths: 54 }, 5, 12],
  [{ paidMonths: 59 }, 5, 12],
  [{ paidMonths: 60 }, 6, 18],
  [{ paidMonths: 119 }, 15, 18],
  [{ paidMonths: 120 }, 16, 24],
  [{ paidMonths: 167 }, 23, 24],
  [{ paidMonths: 168 }, 24, 24],
  [{ paidMonths: 500 }, 24, 24],
  [{ paidMonths: 6, transferredMonths: 8, overlappingMonths: 2 }, 1, 12],
  [{ paidMonths: 6, transferredMonths: 8, overlappingMonths: 3 }, 0, 0],
  [{ ...liaoning, paidMonths: 8 }, 0, 0],
  [{ ...liaoning, paidMonths: 11 }, 0, 0],
  [{ ...liaoning, paidMonths: 12 }, 3, 12],
  [{ ...liaoning, paidMonths: 14 }, 3, 12],
  [{ ...liaoning, paidMonths: 23 }, 3, 12],
  [{ ...liaoning, paidMonths: 24 }, 6, 12],
  [{ ...liaoning, paidMonths: 36 }, 9, 12],
  [{ ...liaoning, paidMonths: 48 }, 12, 12],
  [{ ...liaoning, paidMonths: 59 }, 12, 12],
  [{ ...liaoning, paidMonths: 60 }, 13, 18],
  [{ ...liaoning, paidMonths: 119 }, 17, 18],
  [{ ...liaoning, paidMonths: 120 }, 24, 24],
  [{ jurisdiction: '000000', paidMonths: 11 }, null, 0],
  [{ jurisdiction: '000000', paidMonths: 12 }, null, 12],
  [{ jurisdiction: '000000', paidMonths: 59 }, null, 12],
  [{ jurisdiction: '000000', paidMonths: 60 }, null, 18],
  [{ jurisdiction: '000000', paidMonths: 120 }, null, 24],
];

describe('benefit-months', () => {
  const question = 'benefit-months';
  it.each(monthsTable)('%j gives %p of at most %p', (facts, months, ceiling) => {
    expect(ask({ question, ...facts })).toMatchObject({ months, ceiling });
  });

  it.each([
    [
      { paidMonths: 54, leftoverMonths: 3 },
      { months: 8, newlyAwarded: 5, mergedLeftover: 3 },
    ],
    [
      { paidMonths: 150, leftoverMonths: 3 },
      { months: 24, mergedLeftover: 3, discarded: 0 },
    ],
    [
      { paidMonths: 150, leftoverMonths: 4 },
      { months: 24, mergedLeftover: 3, discarded: 1 },
    ],
    [
      { paidMonths: 6, leftoverMonths: 4 },
      { months: 4, newlyAwarded: 0, mergedLeftover: 4 },
    ],
    [
      { jurisdiction: '210000', paidMonths: 6, leftoverMonths: 4 },
      { months: 0, mergedLeftover: 0, discarded: 0 },
    ],
  ])('merges what is left over: %j', (facts, expected) => {
    expect(ask({ question, ...facts })).toMatchObject(expected);
  });

  it('names its decisions where the text is ambiguous', () => {
    const { warnings } = ask({ question, ...liaoning, paidMonths: 120 });
    expect(warnings).toMatchObject([
      { code: 'NAMED_DECISION:increment-base' },
      { code: 'ONLY_MAXIMUM' },
    ]);
  });
});

describe('benefit-months of several spells', () => {
  const earlier = (claimed: boolean) => ({ paidMonths: 40, claimed });
  const present = { paidMonths: 12, claimed: false };
  it.each([
    [{ spells: [present] }, 1],
    [{ spells: [{ paidMonths: 12 }] }, 1],
    [{ spells: [{ paidMonths: 12, claimed: true }] }, 1],
    [{ spells: [earlier(true), present] }, 1],
    [{ spells: [earlier(false), present] }, 4],
    [{ spells: [earlier(false), earlier(true), present] }, 1],
    [{ spells: [earlier(true), earlier(false), present] }, 4],
    [{ spells: [present], paidMonths: 12 }, 1],
    [{ spells: [present], transferredMonths: 12 }, 2],
  ])('%j gives %p', (facts, months) => {
    expect(ask({ question: 'benefit-months', ...facts })).toMatchObject({ months });
  });

  it.each([
    [{ spells: [] }, 'FACT_IMPOSSIBLE', 'spells'],
    [{ spells: [present], paidMonths: 13 }, 'FACT_IMPOSSIBLE', 'spells'],
    [{ spells: [{ paidMonths: 40 }, present] }, 'FACT_MISSING', 'claimed'],
    [{ spells: [{ claimed: false }] }, 'FACT_MISSING', 'paidMonths'],
    [{ paidMonths: 1, overlappingMonths: 2 }, 'FACT_IMPOSSIBLE', 'overlappingMonths'],
    [{ paidMonths: 1, claimedBefore: 'no' }, 'FACT_IMPOSSIBLE', 'claimedBefore'],
    [{}, 'FACT_MISSING', 'paidMonths'],
  ])('%j is refused %s for %s', (facts, code, fact) => {
    const refused = refusal(code, { fact });
    expect(ask({ question: 'benefit-months', ...facts })).toEqual(refused);
  });
});

describe('benefit-amount', () => {
  const question = 'benefit-amount';
  const inLiaoning = { ...liaoning, payMonth: '2010-11' };
  it.each([
    [{ payMonth: '2026-09' }, 241_200],
    [{ payMonth: '2026-09', minimumWageFen: 1 }, 241_200],
    [{ payMonth: '2026-08', minimumWageFen: 250_000 }, 225_000],
    [{ payMonth: '2026-10', benefitMonthNo: 24 }, 241_200],
    [{ payMonth: '2026-10', benefitMonthNo: 25 }, 0],
    [{ payMonth: '2026-10', jurisdiction: '440300' }, 243_000],
    [{ payMonth: '2026-10', jurisdiction: '440000', zone: 'class-2' }, 207_000],
    [{ payMonth: '2026-10', jurisdiction: '440000', zone: 'class-3' }, 183_600],
    [{ ...inLiaoning, paidMonths: 11, minimumWageFen: 60_000 }, 0],
    [{ ...inLiaoning, paidMonths: 12, minimumWageFen: 60_000 }, 42_000],
    [{ ...inLiaoning, paidMonths: 119, minimumWageFen: 60_000 }, 42_000],
    [{ ...inLiaoning, paidMonths: 120, minimumWageFen: 60_000 }, 48_000],
    [{ ...inLiaoning, paidMonths: 12, minimumWageFen: 60_001 }, 42_001],
  ])('%j is %p fen', (facts, amountFen) => {
    expect(ask({ question, ...facts })).toMatchObject({ amountFen });
  });

  it.each([
    [{ payMonth: '2026-08' }, 'FACT_MISSING', { fact: 'minimumWageFen' }],
    [{}, 'FACT_MISSING', { fact: 'payMonth' }],
    [{ payMonth: '2026-10', jurisdiction: '440000' }, 'FACT_MISSING', { fact: 'zone' }],
    [{ payMonth: '2026-10', jurisdiction: '440000', zone: 'x' }, 'FACT_IMPOSSIBLE', {}],
    [{ payMonth: '2026-10', benefitMonthNo: 0 }, 'FACT_IMPOSSIBLE', { fact: 'benefitMonthNo' }],
    [{ payMonth: '2026-10', stage: 'extended' }, 'NO_LOCAL_RULE', {}],
    [{ payMonth: '2026-10', jurisdiction: '370100' }, 'NO_LOCAL_RULE', {}],
    [{ ...inLiaoning, minimumWageFen: 60_000 }, 'FACT_MISSING', { fact: 'paidMonths' }],
    [{ ...inLiaoning, paidMonths: 12 }, 'FACT_MISSING', { fact: 'minimumWageFen' }],
  ])('%j is refused %s', (facts, code, said) => {
    expect(ask({ question, ...facts })).toEqual(refusal(code, said));
  });

  it('goes on after the last known standard, with a warning', () => {
    expect(ask({ question, payMonth: '2026-12' })).toMatchObject({ warnings: [] });
    expect(ask({ question, payMonth: '2027-01' })).toMatchObject({
      amountFen: 241_200,
      warnings: [{ code: 'STANDARD_CARRIED_ON' }],
    });
  });

  it('says when a figure is only for demonstration', () => {
    const asked = { question, ...inLiaoning, paidMonths: 12 };
    expect(calculate(asked, demonstrationPolicies)).toMatchObject({
      amountFen: 42_000,
      law: { verified: false },
      warnings: [{ code: 'UNVERIFIED_ROW' }],
    });
  });
});

describe('benefit-schedule', () => {
  it('lists every month at its own standard', () => {
    const asked = { question: 'benefit-schedule', paidMonths: 24, firstPayMonth: '2026-12' };
    expect(ask(asked)).toMatchObject({
      months: [
        { no: 1, payMonth: '2026-12', amountFen: 241_200 },
        { no: 2, payMonth: '2027-01', amountFen: 241_200 },
      ],
      totalFen: 482_400,
    });
    expect(ask({ ...asked, paidMonths: 11 })).toMatchObject({ months: [], totalFen: 0 });
    expect(ask({ ...asked, firstPayMonth: '2026-07', minimumWageFen: 200_000 })).toMatchObject({
      months: [{ amountFen: 180_000 }, { amountFen: 180_000 }],
    });
  });
});

describe('start', () => {
  const holidays = { off: ['2026-09-25'], work: ['2026-09-20'] };
  const days = { accepted: undefined, reviewPassed: '2026-09-30', holidays };
  it.each([
    ['2026-09-14', '2026-09-14', '2026-09-14'],
    ['2026-09-14', '2026-09-22', '2026-09-14'],
    ['2026-09-14', '2026-09-23', '2026-09-23'],
    ['2026-09-16', '2026-09-24', '2026-09-16'],
    ['2026-09-16', '2026-09-25', '2026-09-25'],
    ['2026-09-17', '2026-09-28', '2026-09-17'],
    ['2026-09-17', '2026-09-29', '2026-09-29'],
  ])('registered %s, claimed %s: entitled from %s', (registered, applied, entitlementFrom) => {
    expect(ask({ question: 'start', registered, applied, ...days })).toMatchObject({
      entitlementFrom,
      firstBenefitMonth: '2026-10',
      firstPayMonth: '2026-10',
    });
  });

  it.each([
    ['2026-08-31', '2026-09'],
    ['2026-09-01', '2026-10'],
    ['2026-12-31', '2027-01'],
  ])('decided on %s, paid from %s', (reviewPassed, firstPayMonth) => {
    const asked = { question: 'start', registered: '2026-08-20', applied: '2026-08-21' };
    expect(ask({ ...asked, reviewPassed, holidays })).toMatchObject({ firstPayMonth });
  });

  it('says only what national law says', () => {
    const asked = { question: 'start', registered: '2026-08-20', jurisdiction: '000000' };
    expect(ask(asked)).toMatchObject({ entitlementFrom: '2026-08-20', firstPayMonth: null });
  });
});

describe('identity', () => {
  const question = 'identity';
  it.each([
    [{ residentId: '11010519491231002X' }, { valid: true, warning: null, birth: '1949-12-31' }],
    [{ residentId: '440524188001010014' }, { valid: true, sex: 'M', division: '440524' }],
    [{ residentId: '110105491231002' }, { valid: true, warning: 'id-15-digits', sex: 'F' }],
    [{ residentId: '110105194912310021' }, { valid: false, warning: 'id-check-character' }],
    [{ creditCode: '91350100M000100Y43' }, { valid: true, orgCodeValid: true }],
    [{ creditCode: '91350100M0001TGQXM' }, { valid: false, warning: 'credit-code-check' }],
    [{ bankCard: '6222600260001072444' }, { valid: true }],
    [{ bankCard: '6222600260001072445' }, { valid: false, warning: 'bank-card-check' }],
    [{}, refusal('FACT_MISSING')],
  ])('%j', (facts, expected) => {
    expect(calculate({ question, ...facts })).toMatchObject(expected);
  });
});

describe('what is asked wrongly', () => {
  const good = { question: 'benefit-months', paidMonths: 12 };
  it.each([
    ['a text', refusal('BODY_INVALID')],
    [null, refusal('BODY_INVALID')],
    [{}, refusal('FACT_MISSING', { fact: 'question' })],
    [{ question: 'late-fee' }, refusal('QUESTION_UNKNOWN')],
    [{ question: 'toString' }, refusal('QUESTION_UNKNOWN')],
    [{ ...good, on: now }, refusal('FACT_MISSING', { fact: 'jurisdiction' })],
    [{ ...good, jurisdiction: '440100' }, refusal('FACT_MISSING', { fact: 'on' })],
    [{ ...good, jurisdiction: '99', on: now }, refusal('JURISDICTION_UNKNOWN')],
    [{ ...good, jurisdiction: '990000', on: now }, refusal('JURISDICTION_UNKNOWN')],
    [{ ...good, jurisdiction: '440100', on: '2026-02-29' }, refusal('FACT_IMPOSSIBLE')],
    [{ ...good, jurisdiction: '440100', on: '2022-05-31' }, refusal('NO_RULE_ON_DAY')],
    [{ ...good, jurisdiction: '440100', on: '1998-12-31' }, refusal('NO_RULE_ON_DAY')],
    [{ ...good, jurisdiction: '000000', on: '1999-01-21' }, refusal('NO_RULE_ON_DAY')],
    [{ ...good, jurisdiction: '370100', on: now }, refusal('NO_LOCAL_RULE')],
  ])('%j', (asked, expected) => expect(calculate(asked)).toEqual(expected));

  it.each([-1, 1.5, '12', Number.NaN, 1201, {}, true])('paidMonths %p cannot be', (paidMonths) => {
    expect(ask({ ...good, paidMonths })).toEqual(
      refusal('FACT_IMPOSSIBLE', { fact: 'paidMonths' }),
    );
  });

  it('keeps the order of an array, refusals in their places', () => {
    const place = { jurisdiction: '440100', on: now };
    const asked = [{ ...good, ...place }, { question: 'x' }, { ...good, ...place, paidMonths: 24 }];
    expect(calculate(asked)).toMatchObject([
      { months: 1 },
      { refusal: 'QUESTION_UNKNOWN' },
      { months: 2 },
    ]);
  });
});
