import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { receiptText, type JudgedLine } from './document-lines.js';
import { ReceiptPrinter } from './receipt-printer.js';

/** So few that a line is often like the one before. */
const word = fc.constantFrom('', '44010320260100000001', 'a"b', '失业', '"award":"', '\\');
const line: fc.Arbitrary<JudgedLine> = fc.record({
  ...{ no: fc.nat(), lines: fc.nat({ max: 1 }) },
  ...{ instruction: word, batch: word, award: word, serial: word },
  amountFen: fc.constantFrom(fen(1n), fen(241_200n)),
  result: fc.constantFrom('success', 'failed', 'returned'),
  post: fc.constantFrom('paid', 'failed', 'returned', 'suspense'),
  reason: fc.constantFrom('', 'AC04'),
  valueDate: fc.constantFrom(day('2026-01-13'), day('2026-01-14')),
  why: fc.constantFrom(undefined, undefined, 'not-sent'),
  shares: fc.constantFrom(undefined, undefined, [{ item: 'benefit', lines: 1, amount: '1' }]),
});

describe('a line of a receipt', () => {
  it('is printed behind any other as by itself', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const printer = new ReceiptPrinter();
        const twice = lines.flatMap((one) => [one, { ...one, no: one.no + 1 }]);
        expect(twice.map((one) => printer.text(one))).toEqual(twice.map(receiptText));
      }),
    );
  });
});
