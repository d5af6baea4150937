import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { documentLine, receiptLine, receiptText, type JudgedLine } from './document-lines.js';

const someShares = fc.array(
  fc.record({ item: fc.string(), lines: fc.nat(), amount: fc.nat().map(String) }),
);
const someLine: fc.Arbitrary<JudgedLine> = fc.record({
  no: fc.nat(),
  instruction: fc.string(),
  amountFen: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(fen),
  result: fc.constantFrom('success' as const, 'failed' as const, 'returned' as const),
  valueDate: fc.constantFrom(day('2026-10-12'), day('2028-02-29')),
  post: fc.constantFrom('paid' as const, 'suspense' as const),
  batch: fc.string(),
  award: fc.string(),
  lines: fc.nat(),
  reason: fc.string(),
  serial: fc.string(),
  shares: fc.option(someShares, { nil: undefined }),
  why: fc.option(fc.string(), { nil: undefined }),
});

it('writes a line of a receipt as any line is written, and reads it again', () => {
  fc.assert(
    fc.property(someLine, (line) => {
      const text = receiptText(line);
      expect(text).toBe(documentLine(line));
      // A part that is not there is left out of the text.
      expect(receiptLine(text)).toEqual(line);
    }),
  );
});
