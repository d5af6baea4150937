import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addFen,
  fen,
  fenFromText,
  fenFromYuan,
  noFen,
  shareOf,
  subtractFen,
  sumFen,
  yuanText,
} from './fen.js';

const anyFen = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(fen);

describe('sums', () => {
  it('of nothing are nothing', () => {
    expect(sumFen([])).toBe(noFen);
  });

  it('do not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(anyFen), (amounts) => {
        expect(sumFen([...amounts].reverse())).toBe(sumFen(amounts));
      }),
    );
  });

  it('are undone by subtraction', () => {
    fc.assert(
      fc.property(anyFen, anyFen, (left, right) => {
        expect(subtractFen(addFen(left, right), right)).toBe(left);
      }),
    );
  });
});

describe('a share', () => {
  it.each([
    [2_010n, 90n, 100n, 1_809n],
    [268_000n, 90n, 100n, 241_200n],
    [1n, 1n, 2n, 1n],
    [1n, 49n, 100n, 0n],
    [1n, 50n, 100n, 1n],
    [3n, 1n, 2n, 2n],
    [100n, 1n, 3n, 33n],
    [200n, 1n, 3n, 67n],
    [0n, 90n, 100n, 0n],
    [5n, 0n, 1n, 0n],
  ])('of %i fen at %i/%i is %i, half a fen upwards', (amount, of, per, share) => {
    expect(shareOf(fen(amount), { of, per })).toBe(share);
  });

  it('is never half a fen away from the exact one', () => {
    const whole = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(whole, whole, fc.bigInt({ min: 1n, max: 10_000n }), (amount, of, per) => {
        const twice = 2n * shareOf(fen(amount), { of, per }) * per - 2n * amount * of;
        expect(twice > -per && twice <= per).toBe(true);
      }),
    );
  });

  it.each([
    [-1n, 1n, 2n],
    [1n, -1n, 2n],
    [1n, 1n, 0n],
    [1n, 1n, -2n],
  ])('of %i at %i/%i is a fault', (amount, of, per) => {
    expect(() => shareOf(fen(amount), { of, per })).toThrow(RangeError);
  });
});

describe('fen as text', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['007', 7n],
    ['-241200', -241_200n],
    ['999999999999999', 999_999_999_999_999n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['999999999999999999', 999_999_999_999_999_999n],
  ])('%s is read', (text, amount) => {
    expect(fenFromText(text)).toBe(amount);
  });

  it.each([
    '',
    '-',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '１',
    '0x1',
    '1000000000000000000',
    '1\n',
    '12:4',
    '12/4',
  ])('%j is not', (text) => {
    expect(() => fenFromText(text)).toThrow(RangeError);
  });
});

describe('yuan as people write them', () => {
  it.each([
    ['2412', 241_200n],
    ['2412.5', 241_250n],
    ['2412.50', 241_250n],
    ['2412.05', 241_205n],
    ['-0.01', -1n],
    ['0', 0n],
    ['999999999999999.99', 99_999_999_999_999_999n],
  ])('%s is read', (text, amount) => {
    expect(fenFromYuan(text)).toBe(amount);
  });

  it.each(['', '.5', '5.', '1.234', '1,000', '+1', '--1', '1e3', '¥1', '1000000000000000', '1\n'])(
    '%j is not',
    (text) => {
      expect(fenFromYuan(text)).toBeUndefined();
    },
  );

  it.each([
    [0n, '0.00'],
    [1n, '0.01'],
    [-1n, '-0.01'],
    [10n, '0.10'],
    [241_200n, '2412.00'],
    [-241_205n, '-2412.05'],
  ])('%i fen is written %s', (amount, text) => {
    expect(yuanText(fen(amount))).toBe(text);
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(anyFen, (amount) => {
        expect(fenFromYuan(yuanText(amount))).toBe(amount);
        expect(fenFromText(String(amount))).toBe(amount);
      }),
    );
  });
});
