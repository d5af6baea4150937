import { describe, expect, it } from '@jest/globals';
import { reportText } from '#apps/cli/demo/table.js';
import { unpaidZh } from '#apps/cli/unpaid.js';
import { unpaidReasons } from '#domain/month/month.events.js';

describe('the report for people', () => {
  it('has Chinese words for every reason why a line is unpaid', () => {
    expect(Object.keys(unpaidZh).sort()).toEqual([...unpaidReasons].sort());
  });

  it('says what is unpaid and what happened in both languages', () => {
    const none = { opening: 0, returned: 0, increases: 0, decreases: 0, paid: 0, cancelled: 0 };
    const sums = { ...none, due: 241_200, closing: 241_200 };
    const counts = { failed: 0, returned: 0, unknown: 0, late: 0, double: 0, reissued: 0 };
    const text = reportText({
      ...{ seed: 1, persons: 50, verified: true },
      months: [
        {
          ...{ month: '2026-09', status: 'closed', lines: sums, personMonths: sums, fen: sums },
          unpaidByReason: { 'account-missing': { lines: 1, fen: 241_200 } },
          happened: { ...counts, stopList: 2, held: 0, stopped: 0, plans: 1 },
          claims: { granted: 3, rejected: 0, turnedAway: 0 },
        },
      ],
    });
    expect(text).toContain('未发原因 unpaid: 账户缺失 account-missing 1 (2,412.00)');
    expect(text).toContain('止付 stopList 2');
    expect(text).toContain('核定 granted 3');
  });
});
