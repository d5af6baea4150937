import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OpenLine, Payment } from '#domain/award/award-state.js';
import { month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { movingText } from './award-text.js';
import { isSentIn } from './sent-payments.js';

/** So few that lines, accounts and payments are often called the same. */
const word = fc.constantFrom('44010320260100000001', '1', '2026-01', '', '失业', 'a"b', '","', '[');
const of = month('2026-01');
const amountFen = fc.constantFrom(fen(1n), fen(241_200n));

const line = fc
  .record({ lineId: word, item: word, amountFen })
  .map((rest): OpenLine => ({ ...rest, month: of, rollMonth: of, state: 'due' }));
const payment = fc
  .record({ instructionId: word, accountRef: word, amountFen, lines: fc.array(line) })
  .map((rest): Payment => ({ ...rest, status: 'sent' }));
const moving = fc
  .record({ lines: fc.array(line), payments: fc.array(payment, { maxLength: 3 }) })
  .map((rest) => ({ ...rest, monthsAwarded: 12, monthsDrawn: 3, nextMonth: of }));

describe('a payment in transit', () => {
  it('is found in what moves of its award, and nothing else is taken for it', () => {
    fc.assert(
      fc.property(moving, word, (award, asked) => {
        const isThere = award.payments.some(({ instructionId }) => instructionId === asked);
        expect(isSentIn(movingText(3, award), asked)).toBe(isThere);
      }),
      { numRuns: 2_000 },
    );
  });
});
