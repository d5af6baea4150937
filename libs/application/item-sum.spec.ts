import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fen } from '#domain/values/fen.js';
import { addToSheet, cell, type Sheet } from '#domain/values/totals.js';
import { sharesOf, usualItem } from './document-lines.js';
import { ItemSum } from './item-sum.js';

const someItem = fc.constantFrom(usualItem, 'subsidy', 'medical');
const somePayment = fc.record({
  amountFen: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(fen),
  lines: fc.array(fc.constant('2026-10'), { minLength: 1, maxLength: 3 }),
  shares: fc.option(
    fc.array(
      fc.record({
        item: someItem,
        lines: fc.integer({ min: 1, max: 9 }),
        amount: fc.nat().map(String),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { nil: undefined },
  ),
});

it('adds payments up as their shares are added to a sheet one by one', () => {
  fc.assert(
    fc.property(fc.array(somePayment), (payments) => {
      const sum = new ItemSum();
      let sheet: Sheet = {};
      let totalFen = 0n;
      for (const { shares, ...payment } of payments) {
        const parts = shares === undefined ? {} : { shares };
        sum.add({ ...payment, ...parts });
        const counted = { amountFen: payment.amountFen, lines: payment.lines.length, ...parts };
        for (const { item, totals } of sharesOf(counted)) {
          sheet = addToSheet(sheet, item, 'paid', totals);
          totalFen += totals.amountFen;
        }
      }
      expect(sum.sheet('paid')).toEqual(sheet);
      expect(sum.totalFen).toBe(totalFen);
      expect(cell(sum.sheet('paid'), 'nothing', 'paid').lines).toBe(0);
    }),
  );
});

const someDue = fc.record({
  item: someItem,
  amountFen: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(fen),
});

it('adds the sums of parts up to the sum of all', () => {
  const parts = fc.array(fc.array(someDue));
  fc.assert(
    fc.property(parts, (all) => {
      const whole = new ItemSum();
      const added = new ItemSum();
      for (const lines of all) {
        const part = new ItemSum();
        for (const { item, amountFen } of lines) {
          whole.addLines(item, 1, amountFen);
          part.addLines(item, 1, amountFen);
        }
        added.addSums(part.byItem());
      }
      expect(added.sheet('due')).toEqual(whole.sheet('due'));
    }),
  );
});
