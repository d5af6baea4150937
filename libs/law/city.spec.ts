import { describe, expect, it } from '@jest/globals';
import { addMonths, day, monthOf } from '#domain/values/calendar.js';
import { monthlyAmount } from './benefit-amount.js';
import { benefitMonths } from './benefit-months.js';
import { eligibility, type Termination } from './eligibility.js';
import { shippedPolicies } from './shipped.js';
import { firstMonths } from './start.js';
import { rulesFor } from './table.js';

/**
 * The claims of a whole city over two months with the decisions they must lead to. One claim of the
 * 84, the second of a person whose first is open, is not for the law to refuse.
 */
type Claim = readonly [
  claim: string,
  applied: string,
  registered: string | null,
  termination: Termination | null,
  paidMonths: number,
  months: number,
  ceiling: number | null,
  reason: string | null,
];
// prettier-ignore
const claims: readonly Claim[] = [
  ['C000001', '2026-09-07', '2026-09-03', 'LCL-38', 53, 4, 12, null],
  ['C000002', '2026-09-07', '2026-09-03', 'LCL-40', 54, 5, 12, null],
  ['C000003', '2026-09-07', '2026-09-03', 'LCL-36-employer', 5, 0, 0, 'less-than-12-months'],
  ['C000004', '2026-09-07', '2026-09-03', 'LCL-40', 150, 21, 24, null],
  ['C000005', '2026-09-07', '2026-09-03', 'LCL-40', 168, 24, 24, null],
  ['C000006', '2026-09-07', '2026-09-03', 'LCL-44-1', 54, 5, 12, null],
  ['C000007', '2026-09-07', '2026-09-03', 'LCL-41', 59, 5, 12, null],
  ['C000008', '2026-09-07', '2026-09-03', 'LCL-44-1', 60, 6, 18, null],
  ['C000009', '2026-09-07', '2026-09-03', 'LCL-36-employer', 120, 16, 24, null],
  ['C000010', '2026-09-07', '2026-09-03', 'LCL-40', 200, 24, 24, null],
  ['C000011', '2026-09-07', '2026-09-03', 'resigned', 90, 0, null, 'voluntary'],
  ['C000012', '2026-09-07', '2026-09-03', 'LCL-36-employer', 24, 2, 12, null],
  ['C000013', '2026-09-07', '2026-09-03', 'LCL-40', 5, 0, 0, 'less-than-12-months'],
  ['C000014', '2026-09-07', '2026-09-03', 'LCL-36-employer', 47, 3, 12, null],
  ['C000015', '2026-09-07', '2026-09-03', 'LCL-38', 53, 4, 12, null],
  ['C000016', '2026-09-07', '2026-09-03', 'LCL-40', 24, 2, 12, null],
  ['C000017', '2026-09-07', '2026-09-03', 'LCL-36-employer', 23, 1, 12, null],
  ['C000018', '2026-09-07', '2026-09-03', 'LCL-41', 200, 24, 24, null],
  ['C000019', '2026-09-07', '2026-09-03', 'LCL-36-employer', 53, 4, 12, null],
  ['C000020', '2026-09-07', '2026-09-03', 'LCL-44-1', 18, 1, 12, null],
  ['C000021', '2026-09-07', '2026-09-03', 'LCL-38', 23, 1, 12, null],
  ['C000022', '2026-09-07', '2026-09-03', 'resigned', 59, 0, null, 'voluntary'],
  ['C000023', '2026-09-07', '2026-09-03', 'LCL-40', 11, 0, 0, 'less-than-12-months'],
  ['C000024', '2026-09-07', '2026-09-03', 'LCL-38', 5, 0, 0, 'less-than-12-months'],
  ['C000025', '2026-09-07', '2026-09-03', 'LCL-38', 150, 21, 24, null],
  ['C000026', '2026-09-07', '2026-09-03', 'LCL-40', 48, 4, 12, null],
  ['C000027', '2026-09-07', '2026-09-03', 'LCL-38', 119, 15, 18, null],
  ['C000028', '2026-09-07', '2026-09-03', 'LCL-36-employer', 200, 24, 24, null],
  ['C000029', '2026-09-07', '2026-09-03', 'LCL-38', 30, 2, 12, null],
  ['C000030', '2026-09-07', '2026-09-03', 'LCL-36-employer', 47, 3, 12, null],
  ['C000031', '2026-09-07', '2026-09-03', 'LCL-44-1', 48, 4, 12, null],
  ['C000032', '2026-09-07', '2026-09-03', 'LCL-36-employer', 72, 8, 18, null],
  ['C000033', '2026-09-07', '2026-09-03', 'resigned', 168, 0, null, 'voluntary'],
  ['C000034', '2026-09-07', '2026-09-03', 'LCL-36-employer', 54, 5, 12, null],
  ['C000035', '2026-09-07', '2026-09-03', 'LCL-38', 150, 21, 24, null],
  ['C000036', '2026-09-07', '2026-09-03', 'LCL-40', 168, 24, 24, null],
  ['C000037', '2026-09-07', '2026-09-03', 'LCL-38', 90, 11, 18, null],
  ['C000038', '2026-09-07', '2026-09-03', 'LCL-44-1', 23, 1, 12, null],
  ['C000039', '2026-09-07', '2026-09-03', 'LCL-41', 12, 1, 12, null],
  ['C000040', '2026-09-07', '2026-09-03', 'LCL-40', 47, 3, 12, null],
  ['C000041', '2026-09-07', '2026-09-03', 'LCL-38', 48, 4, 12, null],
  ['C000042', '2026-09-07', '2026-09-03', 'LCL-40', 11, 0, 0, 'less-than-12-months'],
  ['C000043', '2026-10-12', '2026-10-09', 'LCL-41', 31, 2, 12, null],
  ['C000044', '2026-10-12', '2026-10-09', 'LCL-36-employer', 169, 24, 24, null],
  ['C000045', '2026-10-12', '2026-10-09', 'LCL-40', 12, 1, 12, null],
  ['C000046', '2026-10-12', '2026-10-09', 'LCL-40', 54, 5, 12, null],
  ['C000047', '2026-10-12', '2026-10-09', 'LCL-40', 12, 1, 12, null],
  ['C000048', '2026-10-12', '2026-10-09', 'LCL-36-employer', 54, 5, 12, null],
  ['C000049', '2026-10-12', '2026-10-09', 'LCL-40', 13, 1, 12, null],
  ['C000050', '2026-10-12', '2026-10-09', 'LCL-41', 151, 21, 24, null],
  ['C000051', '2026-10-12', '2026-10-09', 'LCL-38', 19, 1, 12, null],
  ['C000052', '2026-10-12', '2026-10-09', 'LCL-41', 169, 24, 24, null],
  ['C000053', '2026-10-12', '2026-10-09', 'resigned', 119, 0, null, 'voluntary'],
  ['C000054', '2026-10-12', '2026-10-09', 'LCL-40', 31, 2, 12, null],
  ['C000055', '2026-10-12', '2026-10-09', 'LCL-38', 13, 1, 12, null],
  ['C000056', '2026-10-12', '2026-10-09', 'LCL-36-employer', 151, 21, 24, null],
  ['C000057', '2026-10-12', '2026-10-09', 'LCL-36-employer', 31, 2, 12, null],
  ['C000058', '2026-10-12', '2026-10-09', 'LCL-40', 31, 2, 12, null],
  ['C000059', '2026-10-12', '2026-10-09', 'LCL-38', 48, 4, 12, null],
  ['C000060', '2026-10-12', '2026-10-09', 'LCL-44-1', 61, 6, 18, null],
  ['C000061', '2026-10-12', '2026-10-09', 'LCL-40', 201, 24, 24, null],
  ['C000062', '2026-10-12', '2026-10-09', 'LCL-41', 120, 16, 24, null],
  ['C000063', '2026-10-12', '2026-10-09', 'LCL-36-employer', 25, 2, 12, null],
  ['C000064', '2026-10-12', '2026-10-09', 'resigned', 168, 0, null, 'voluntary'],
  ['C000065', '2026-10-12', '2026-10-09', 'LCL-40', 6, 0, 0, 'less-than-12-months'],
  ['C000066', '2026-10-12', '2026-10-09', 'LCL-38', 120, 16, 24, null],
  ['C000067', '2026-10-12', '2026-10-09', 'LCL-41', 49, 4, 12, null],
  ['C000068', '2026-10-12', '2026-10-09', 'LCL-44-1', 19, 1, 12, null],
  ['C000069', '2026-10-12', '2026-10-09', 'LCL-38', 13, 1, 12, null],
  ['C000070', '2026-10-12', '2026-10-09', 'LCL-44-1', 48, 4, 12, null],
  ['C000071', '2026-10-12', '2026-10-09', 'LCL-40', 54, 5, 12, null],
  ['C000072', '2026-10-12', '2026-10-09', 'LCL-38', 61, 6, 18, null],
  ['C000073', '2026-10-12', '2026-10-09', 'LCL-44-1', 49, 4, 12, null],
  ['C000074', '2026-10-12', '2026-10-09', 'LCL-40', 48, 4, 12, null],
  ['C000075', '2026-10-12', '2026-10-09', 'resigned', 120, 0, null, 'voluntary'],
  ['C000076', '2026-10-12', '2026-10-09', 'LCL-41', 60, 6, 18, null],
  ['C000077', '2026-10-12', '2026-10-09', 'LCL-41', 31, 2, 12, null],
  ['C000078', '2026-10-12', '2026-10-09', 'LCL-40', 55, 5, 12, null],
  ['C000079', '2026-10-12', '2026-10-09', 'LCL-36-employer', 31, 2, 12, null],
  ['C000080', '2026-10-12', '2026-10-09', 'LCL-36-employer', 48, 4, 12, null],
  ['C000081', '2026-10-12', '2026-10-09', 'LCL-41', 120, 16, 24, null],
  ['C000082', '2026-10-12', '2026-10-09', 'LCL-40', 169, 24, 24, null],
  ['C000084', '2026-09-08', null, null, 101, 0, null, 'not-registered-unemployed'],
];

describe('the decisions of a city', () => {
  it.each(claims)(
    '%s of %s',
    (_claim, applied, registered, termination, paidMonths, months, ceiling, reason) => {
      const rules = rulesFor('440100', day(applied), shippedPolicies);
      const answer = eligibility(rules, {
        paidMonths,
        leftoverMonths: 0,
        registered: registered === null ? null : day(registered),
        ...(termination && { termination }),
      });
      expect(answer).toEqual({ eligible: reason === null, reason });
      const awarded = benefitMonths(rules, { countedMonths: paidMonths, leftoverMonths: 0 });
      if (ceiling !== null) expect(awarded).toMatchObject({ months, ceiling });
      if (reason !== null || registered === null) return;
      const nextMonth = addMonths(monthOf(day(applied)), 1);
      const first = firstMonths(rules, {
        registered: day(registered),
        applied: day(applied),
        reviewPassed: day(applied),
      });
      expect(first).toEqual({
        entitlementFrom: registered,
        firstBenefitMonth: nextMonth,
        firstPayMonth: nextMonth,
      });
      expect(monthlyAmount(rules, { payMonth: nextMonth })).toBe(241_200n);
    },
  );

  it('are 83, of which 70 are awards', () => {
    expect(claims).toHaveLength(83);
    expect(claims.filter(([, , , , , , , reason]) => reason === null)).toHaveLength(70);
  });
});
