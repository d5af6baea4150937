import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codec } from './codec.js';
import { codecs } from './codecs.js';
import { fen } from './values/fen.js';

const flat = codec(['amountFen']);
const deep = codec(['amountFen', 'lines.amountFen', 'seen.amountFen', 'sheet.*.*.amountFen']);
const anyFen = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map(fen);

describe('an event on disk', () => {
  it('writes amounts as decimal text and leaves the rest alone', () => {
    const data = { lineId: '2026-09', amountFen: fen(241_200n), lines: 3 };
    expect(flat.encode(data)).toBe('{"lineId":"2026-09","amountFen":"241200","lines":3}');
    expect(flat.decode(flat.encode(data), 1)).toEqual(data);
  });

  it('reaches into objects, arrays and every key of a table', () => {
    const data = {
      lines: [{ amountFen: fen(1n) }, { amountFen: fen(-2n) }],
      seen: { root: 'r', amountFen: fen(3n) },
      sheet: { benefit: { due: { lines: 1, amountFen: fen(4n) } }, medical: {} },
    };
    expect(JSON.parse(deep.encode(data))).toEqual({
      lines: [{ amountFen: '1' }, { amountFen: '-2' }],
      seen: { root: 'r', amountFen: '3' },
      sheet: { benefit: { due: { lines: 1, amountFen: '4' } }, medical: {} },
    });
    expect(deep.decode(deep.encode(data), 1)).toEqual(data);
  });

  it('does not change what it was given', () => {
    const data = { lines: [{ amountFen: fen(1n) }], amountFen: fen(2n) };
    deep.encode(data);
    expect(data).toEqual({ lines: [{ amountFen: 1n }], amountFen: 2n });
  });

  it('may leave an optional amount out', () => {
    expect(flat.encode({ reason: 'r' })).toBe('{"reason":"r"}');
    expect(flat.decode('{"reason":"r","amountFen":null}', 1)).toEqual({
      reason: 'r',
      amountFen: null,
    });
    expect(codec([]).decode(codec([]).encode({ a: 1 }), 1)).toEqual({ a: 1 });
  });

  it('keeps every amount past the numbers that JSON can hold', () => {
    fc.assert(
      fc.property(anyFen, fc.array(anyFen), (amountFen, amounts) => {
        const data = { amountFen, lines: amounts.map((one) => ({ amountFen: one })) };
        expect(deep.decode(deep.encode(data), 1)).toEqual(data);
      }),
    );
  });

  it.each(['241200', '2412.00', '"2412.00"', '"x"', '""', 'true', '{"amountFen":1}'])(
    'is not read with an amount that is %s',
    (amount) => {
      expect(() => flat.decode(`{"amountFen":${amount}}`, 1)).toThrow(/amount/);
    },
  );

  it('cannot be written when an amount is not named', () => {
    expect(() => codec([]).encode({ amountFen: fen(1n) })).toThrow(TypeError);
  });
});

describe('an event of an older schema', () => {
  const third = codec(['totalFen'], 3, {
    1: ({ amount, ...rest }) => ({ ...rest, total: amount }),
    2: ({ total, ...rest }) => ({ ...rest, totalFen: total }),
  });

  it.each([
    [1, '{"no":"B-1","amount":"5"}'],
    [2, '{"no":"B-1","total":"5"}'],
    [3, '{"no":"B-1","totalFen":"5"}'],
  ])('is brought up from %i', (schema, text) => {
    expect(third.schema).toBe(3);
    expect(third.decode(text, schema)).toEqual({ no: 'B-1', totalFen: 5n });
  });

  it('stops where no way leads up', () => {
    expect(() => codec([], 2).decode('{}', 1)).toThrow('no upcaster from schema 1');
  });
});

describe('the list of codecs', () => {
  it('holds every aggregate’s types', () => {
    for (const type of ['AwardOpened', 'BatchSent', 'MonthClosed', 'PlanReleased', 'RollSigned'])
      expect(codecs).toHaveProperty(type);
    for (const type of ['PersonEnrolled', 'ClaimFiled', 'OfficeOpened', 'RecoveryOpened'])
      expect(codecs).toHaveProperty(type);
  });
});
