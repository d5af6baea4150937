import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fen, fenFromText } from '#domain/values/fen.js';
import { batchLine, documentLine, receiptAnswer, receiptLine, rollLine } from './document-lines.js';
import { LineCutter, Repeated, repeatedAmount } from './line-cutter.js';

/** What a line may hold, the seldom included. */
const word = fc.oneof(
  fc.constantFrom('', 'C1', 'benefit', '2026-10', '2026-10-12', 'a"b', 'a\\', '","person":"'),
  fc.string({ unit: 'binary' }),
);
const amount = fc.oneof(
  fc.constantFrom('0', '7', '241200', '-5', '007'),
  fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }).map(String),
);
const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(-1, 0.5, 1e21));
type Kind = Readonly<{
  read: (text: string) => object;
  words: readonly string[];
  order: string[];
}>;

const kinds: readonly Kind[] = [
  {
    read: rollLine,
    words: ['award', 'person', 'item', 'line', 'month', 'rollMonth'],
    order: ['award', 'person', 'item', 'no', 'amountFen', 'line', 'month', 'rollMonth'],
  },
  {
    read: batchLine,
    words: ['award', 'person', 'instruction', 'accountRef', 'sealedSha256'],
    order: [
      ...['seq', 'award', 'person', 'amountFen', 'instruction', 'lines', 'accountRef'],
      'sealedSha256',
    ],
  },
  {
    read: receiptLine,
    words: ['instruction', 'result', 'post', 'batch', 'award', 'reason', 'serial'],
    order: [
      ...['no', 'instruction', 'amountFen', 'result', 'valueDate', 'post', 'batch', 'award'],
      ...['lines', 'reason', 'serial'],
    ],
  },
];

function fieldOf({ read, words }: Kind, name: string): fc.Arbitrary<unknown> {
  if (words.includes(name)) return word;
  if (name === 'amountFen') return amount;
  if (name === 'valueDate') return fc.constantFrom('2026-10-12', '2028-02-29');
  return name === 'lines' && read === batchLine ? fc.array(word) : count;
}

/** A document of lines as they may stand there, most of them alike and some of another shape. */
const documents = fc.constantFrom(...kinds).chain((kind) => {
  const usual = fc.record(
    Object.fromEntries(kind.order.map((name) => [name, fieldOf(kind, name)])),
  );
  const { order } = kind;
  const orders = [order, order, order, [...order, 'why'], ['why', ...order]];
  const names: fc.Arbitrary<string[]> = fc
    .tuple(fc.constantFrom(...orders), fc.boolean())
    .chain(([some, isMixed]) =>
      isMixed ? fc.shuffledSubarray(some, { minLength: some.length }) : fc.constant(some),
    );
  const line = fc.record({ fields: usual, names, why: word, space: fc.constantFrom('', '', ' ') });
  return fc.record({
    read: fc.constant(kind.read),
    lines: fc.array(line, { minLength: 1 }),
    repeats: fc.nat({ max: 3 }),
  });
});

it('reads every line as one that parses it does, whatever stood before it', () => {
  fc.assert(
    fc.property(documents, ({ read, lines, repeats }) => {
      for (const { fields, names, why, space } of lines) {
        const known: Readonly<Record<string, unknown>> = { ...fields, why };
        const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, known[name]])));
        const parsed = JSON.parse(text) as { amountFen: unknown };
        parsed.amountFen = fenFromText(String(parsed.amountFen));
        for (let time = 0; time <= repeats; time += 1) expect(read(text + space)).toEqual(parsed);
      }
    }),
  );
});

const receipt = {
  ...{ no: 1, instruction: 'I', amountFen: '7', result: 'success', valueDate: '2026-10-12' },
  ...{ post: 'paid', batch: 'B', award: 'A', lines: 1, reason: '', serial: 'S' },
};

it('takes what a line says from that line, and not from the one before it', () => {
  const changes = [
    { amountFen: '8' },
    { amountFen: '70' },
    { result: 'failed', post: 'failed', reason: 'closed' },
    { lines: 2 },
    { batch: 'B2' },
    { valueDate: '2028-02-29' },
    {},
  ];
  for (const change of changes) {
    const line = { ...receipt, ...change };
    const amountFen = fenFromText(line.amountFen);
    expect(receiptLine(documentLine(line))).toEqual({ ...line, amountFen });
    const { no, post, lines } = line;
    expect(receiptAnswer(documentLine(line))).toEqual({ no, post, lines, amountFen });
  }
});

it('takes no day that there is not, however often it stands there', () => {
  const text = documentLine({ ...receipt, valueDate: '2026-02-30' });
  expect(() => receiptLine(text)).toThrow(RangeError);
  expect(() => receiptLine(text)).toThrow(RangeError);
});

it('cuts words and numbers at their places, and knows when something is not there', () => {
  const cutter = new LineCutter('{"no":12,"of":"x"}');
  cutter.pass('{"no":');
  expect(cutter.number()).toBe(12);
  cutter.pass(',"of":"');
  expect(cutter.word()).toBe('x');
  expect(cutter.isWhole).toBe(false);
  cutter.pass('"}');
  expect(cutter.isWhole).toBe(true);
  cutter.pass('"');
  expect(cutter.isWhole).toBe(false);
});

it.each(['', '-1', '01', 'x', '1234567890123456'])('leaves the number %j to a parser', (text) => {
  const cutter = new LineCutter(`${text}}`);
  cutter.number();
  cutter.pass('}');
  expect(cutter.isWhole).toBe(false);
});

it('remembers a part that was read whole, and no other', () => {
  const amounts = repeatedAmount('"', '"');
  const texts = ['","amountFen":"5"', '","amountFen":"5"', '","amountFen":"55"', '","amount'];
  const read = texts.map((text) => {
    const cutter = new LineCutter(text);
    return [amounts.cut(cutter), cutter.isWhole];
  });
  expect(read).toEqual([
    [fen(5n), true],
    [fen(5n), true],
    [fen(55n), true],
    [fen(0n), false],
  ]);
  const words = new Repeated((cutter) => cutter.word());
  for (const [text, found] of [
    ['a"', 'a'],
    ['b"', 'b'],
    ['c', 'c'],
    ['b"', 'b'],
  ] as const)
    expect(words.cut(new LineCutter(text)).slice(0, 1)).toBe(found === 'c' ? '' : found);
});
