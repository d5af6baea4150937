import { describe, expect, it } from '@jest/globals';
import { fen } from '#domain/values/fen.js';
import { toAnswer } from './answer.js';

describe('an answer', () => {
  it('carries amounts as fen and as yuan, and positions as text', () => {
    expect(
      toAnswer({
        amountFen: fen(241_205n),
        position: 12n,
        due: { lines: 2, personMonths: 2, fen: fen(-5n) },
        lines: [{ monthlyFen: fen(0n) }],
        none: null,
      }),
    ).toEqual({
      amountFen: 241_205,
      amountYuan: '2412.05',
      position: '12',
      due: { lines: 2, personMonths: 2, fen: -5, yuan: '-0.05' },
      lines: [{ monthlyFen: 0, monthlyYuan: '0.00' }],
      none: null,
    });
  });

  it('rather fails than rounds', () => {
    expect(() => toAnswer({ amountFen: 2n ** 53n })).toThrow(RangeError);
  });
});
