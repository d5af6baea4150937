import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codec, printedBy } from './codec.js';
import { codecs } from './codecs.js';
import { fen } from './values/fen.js';

const flat = codec(['amountFen']);
const deep = codec(['amountFen', 'lines.amountFen', 'seen.amountFen', 'sheet.*.*.amountFen']);
const someFen = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map(fen);

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
      fc.property(someFen, fc.array(someFen), (amountFen, amounts) => {
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

describe('an event that is printed', () => {
  const whole = codec(['amountFen']);
  const word = fc.oneof(
    fc.stringMatching(/^[\w-]{0,12}$/),
    fc.string({ maxLength: 12, unit: 'binary' }),
  );
  const number = fc.oneof(fc.integer(), fc.constantFrom(-0, 0.5, 1e21, Number.NaN, Infinity));
  const odd = fc.constantFrom(undefined, null, true, [], {}, 'x', 7);
  const kinds = {
    LineDue: fc.record({
      ...{ lineId: word, item: word, month: word, rollMonth: word, amountFen: someFen },
      ...{ documentId: word, bookedMonth: word, no: number },
    }),
    PaymentInstructed: fc.record({
      ...{ instructionId: word, lineIds: fc.array(word, { maxLength: 3 }), bookedMonth: word },
      ...{ batchId: word, amountFen: someFen, accountRef: word, sealedSha256: word },
    }),
    PaymentBooked: fc.record({
      ...{ documentId: word, bookedMonth: word, amountFen: someFen, valueDate: word },
      ...{ lineNo: number, bankSerial: word, instructionId: word },
    }),
  };
  const encode = (type: string, data: object) => codecs[type]?.encode(data);
  /** An amount under a name of no amount cannot be written, whoever tries. */
  const attempt = (write: () => string | undefined) => {
    try {
      return write();
    } catch (error) {
      return String(error);
    }
  };

  it.each(Object.entries(kinds))('stands as the codec writes it: %s', (type, datas) => {
    fc.assert(
      fc.property(datas, (data) => {
        expect(encode(type, data)).toBe(whole.encode(data));
        expect(JSON.parse(String(encode(type, data)))).toHaveProperty('amountFen');
      }),
    );
  });

  it.each(Object.entries(kinds))(
    'is written whole with other fields, in another order, or with other values: %s',
    (type, datas) => {
      const changes = fc.record({ at: fc.nat(6), name: word, value: odd, turned: fc.boolean() });
      fc.assert(
        fc.property(datas, changes, (data, { at, name, value, turned }) => {
          const fields = Object.entries(data);
          const [field = ''] = fields[at] ?? [];
          const without = fields.filter(([other]) => other !== field);
          const others = [
            ...[without, [...fields, [name, value]], [...without, ...fields]],
            fields.map(([other, held]) => [other, other === field ? value : held]),
            fields.map(([other, held]) => [other === field ? name : other, held]),
          ];
          for (const other of others) {
            const changed: object = Object.fromEntries(turned ? other.toReversed() : other);
            expect(attempt(() => encode(type, changed))).toBe(attempt(() => whole.encode(changed)));
          }
        }),
      );
    },
  );

  it('is read as every other, and written whole where nothing is printed', () => {
    const data = { no: 1, amountFen: fen(2n) };
    const asked = printedBy((given) => ('no' in given ? undefined : 'printed'), whole);
    expect(asked.encode(data)).toBe('{"no":1,"amountFen":"2"}');
    expect(asked.encode({})).toBe('printed');
    expect(asked).toMatchObject({ schema: 1, decode: whole.decode });
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
