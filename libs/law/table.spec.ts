import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Refusal } from '#domain/refusal.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { monthlyAmount } from './benefit-amount.js';
import { benefitMonths } from './benefit-months.js';
import { calculate } from './calculate.js';
import { contributionOf } from './contribution.js';
import { policyRows } from './policy-file.js';
import { demonstrationPolicies, shippedPolicies, withRows } from './shipped.js';
import { levelsOf, policyVersion, rulesFor } from './table.js';

const jinan = {
  rows: [
    { from: '2014-07-01', to: '2015-06-30', value: { kind: 'fixed', monthlyFen: 73_000 } },
    { from: '2015-07-01', value: { kind: 'fixed', monthlyFen: 83_000 } },
  ].map((row) => ({
    topic: 'benefit-amount',
    jurisdiction: '370100',
    document: '济南市失业保险金标准',
    origin: 'entered by the office',
    ...row,
  })),
};

describe('a table', () => {
  it('is asked from the place to the nation', () => {
    expect(levelsOf('440106')).toEqual(['440106', '440100', '440000', '000000']);
    expect(levelsOf('440000')).toEqual(['440000', '000000']);
    expect(levelsOf('000000')).toEqual(['000000']);
  });

  it('has no two texts in force at one place on one day', () => {
    const last = (to: string | undefined) => to ?? '9999-12-31';
    const clashes = shippedPolicies.filter((row) =>
      shippedPolicies.some(
        (other) =>
          other !== row &&
          other.topic === row.topic &&
          other.jurisdiction === row.jurisdiction &&
          other.value !== 'local' &&
          row.value !== 'local' &&
          other.from <= last(row.to) &&
          row.from <= last(other.to),
      ),
    );
    expect(clashes).toEqual([]);
  });

  it('states on whose word an unverified row stands', () => {
    const silent = demonstrationPolicies.filter(
      ({ law }) => !law.verified && !(law.origin && law.originEn),
    );
    expect(silent).toEqual([]);
  });

  it('takes a fixed standard by the month that is paid', () => {
    const policies = withRows(shippedPolicies, policyRows(jinan));
    const rules = rulesFor('370100', day('2015-10-08'), policies);
    const amounts = ['2015-06', '2015-07', '2015-10'].map((payMonth) =>
      monthlyAmount(rules, { payMonth: month(payMonth) }),
    );
    expect(amounts).toEqual([73_000n, 83_000n, 83_000n]);
  });

  it('warns of every row of a policy file', () => {
    const policies = withRows(shippedPolicies, policyRows(jinan));
    const asked = { question: 'benefit-amount', jurisdiction: '370100', payMonth: '2015-08' };
    expect(calculate({ ...asked, on: '2015-08-01' }, policies)).toMatchObject({
      amountFen: 83_000,
      law: { verified: false },
      warnings: [{ code: 'UNVERIFIED_ROW' }],
    });
  });
});

describe('a policy file', () => {
  const [good] = jinan.rows;
  it.each([
    [{}, 'rows'],
    [{ rows: [{ ...good, topic: 'weather' }] }, 'topic'],
    [{ rows: [{ ...good, jurisdiction: '37' }] }, 'jurisdiction'],
    [{ rows: [{ ...good, from: '2014-02-30' }] }, 'from'],
    [{ rows: [{ ...good, to: '2014-06-30' }] }, 'to'],
    [{ rows: [{ ...good, origin: '' }] }, 'origin'],
    [{ rows: [{ ...good, value: { kind: 'fixed', monthlyFen: 730.5 } }] }, 'value'],
    [{ rows: [{ ...good, verified: true }] }, ''],
  ])('%j is refused at %s', (file, field) => {
    let refused: unknown;
    try {
      policyRows(file);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).code).toBe('BODY_INVALID');
    expect((refused as Refusal).facts['field']).toContain(field);
  });
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a policy version', () => {
  const version = policyVersion('440100', shippedPolicies, sha256);
  it('is short, the same for the same rows in any order, and of the place alone', () => {
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(policyVersion('440100', [...shippedPolicies].reverse(), sha256)).toBe(version);
    expect(policyVersion('440100', demonstrationPolicies, sha256)).toBe(version);
    expect(policyVersion('210000', shippedPolicies, sha256)).not.toBe(version);
  });

  it('changes with any row of the place', () => {
    const rows = policyRows({
      rows: jinan.rows.map((row) => ({ ...row, jurisdiction: '440100' })),
    });
    expect(policyVersion('440100', withRows(shippedPolicies, rows), sha256)).not.toBe(version);
  });
});

describe('properties', () => {
  const paid = fc.integer({ min: 0, max: 1200 });
  const rules = [
    rulesFor('440100', day('2026-09-15'), shippedPolicies),
    rulesFor('210000', day('2010-11-08'), shippedPolicies),
  ];

  it.each(rules)('months stay under their ceilings and never fall: $jurisdiction', (local) => {
    fc.assert(
      fc.property(paid, paid, fc.integer({ min: 0, max: 24 }), (one, other, leftoverMonths) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const of = (countedMonths: number) =>
          benefitMonths(local, { countedMonths, leftoverMonths });
        const { months, ceiling, newlyAwarded, mergedLeftover, discarded } = of(less);
        expect(newlyAwarded).toBeLessThanOrEqual(ceiling);
        expect(months).toBeLessThanOrEqual(24);
        expect(months).toBe(newlyAwarded + mergedLeftover);
        if (months > 0) expect(mergedLeftover + discarded).toBe(leftoverMonths);
        expect(of(more).months).toBeGreaterThanOrEqual(months);
      }),
    );
  });

  it('both parts of a contribution are within half a fen of the rate', () => {
    const [guangzhou = rules[0]] = rules;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000_000n }), (base) => {
        if (guangzhou === undefined) throw new Error('no rules');
        const { employerFen, employeeFen } = contributionOf(guangzhou, fen(base));
        expect(employerFen).toBe(employeeFen);
        const twice = employerFen * 2000n - base * 10n;
        expect(twice > -1000n && twice <= 1000n).toBe(true);
      }),
    );
  });

  it('one set of rules answers a roll of 100,000 quickly', () => {
    const local = rulesFor('440100', day('2026-10-15'), shippedPolicies);
    let totalFen = 0n;
    for (let person = 0; person < 100_000; person += 1)
      totalFen += monthlyAmount(local, { payMonth: month('2026-10'), benefitMonthNo: 3 });
    expect(totalFen).toBe(24_120_000_000n);
  });
});
