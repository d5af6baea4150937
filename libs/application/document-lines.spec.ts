import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import {
  batchLine,
  documentLine,
  judgementText,
  linesOfText,
  numberedText,
  receiptAnswer,
  receiptLine,
  receiptText,
  rollLine,
  rollText,
  signInLine,
  unnumberedText,
  type JudgedLine,
  type JudgementLine,
  type PayableLine,
  type RollLine,
} from './document-lines.js';

const someAmount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(fen);
const someMonth = fc.constantFrom(month('2026-10'), month('2028-02'));

const someShares = fc.array(
  fc.record({ item: fc.string(), lines: fc.nat(), amount: fc.nat().map(String) }),
);
const someLine: fc.Arbitrary<JudgedLine> = fc.record({
  no: fc.nat(),
  instruction: fc.string(),
  amountFen: someAmount,
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

it('writes a line of a receipt as every line is written, and reads it again', () => {
  fc.assert(
    fc.property(someLine, (line) => {
      const text = receiptText(line);
      expect(text).toBe(documentLine(line));
      // A part that is not there is left out of the text.
      expect(receiptLine(text)).toEqual(line);
    }),
  );
});

const someRollLine: fc.Arbitrary<RollLine> = fc.record({
  award: fc.string(),
  person: fc.string(),
  item: fc.string(),
  no: fc.nat(),
  amountFen: someAmount,
  line: fc.string(),
  month: someMonth,
  rollMonth: someMonth,
});

it('writes a line of a roll as every line is written, and reads it again', () => {
  fc.assert(
    fc.property(someRollLine, (line) => {
      const text = rollText(line);
      expect(text).toBe(documentLine(line));
      expect(rollLine(text)).toEqual(line);
    }),
  );
});

const somePayable: fc.Arbitrary<PayableLine> = fc.record({
  seq: fc.nat(),
  award: fc.string(),
  person: fc.string(),
  amountFen: someAmount,
  instruction: fc.stringMatching(/^\d{20}$/),
  lines: fc.array(fc.string()),
  accountRef: fc.string(),
  sealedSha256: fc.string(),
  shares: fc.option(someShares, { nil: undefined }),
});

function batchText(line: PayableLine): string {
  return numberedText(unnumberedText(line), line.seq, line.instruction);
}

it('writes a line of a batch as every line is written, and reads it again', () => {
  fc.assert(
    fc.property(somePayable, (line) => {
      const text = batchText(line);
      expect(text).toBe(documentLine(line));
      expect(batchLine(text)).toEqual(line);
    }),
  );
});

const someAct = fc.constantFrom<JudgementLine['act']>('hold', 'release', 'missed', 'missed-twice');
const someJudgement: fc.Arbitrary<JudgementLine> = fc.record(
  { award: fc.string(), person: fc.string(), line: fc.string(), act: someAct, months: fc.nat() },
  { requiredKeys: ['award', 'person', 'line', 'act'] },
);

it('writes a line of a judgement as every line is written', () => {
  fc.assert(
    fc.property(someJudgement, (line) => {
      expect(judgementText(line)).toBe(documentLine(line));
    }),
  );
});

it('cuts what a count asks of a line out of it, or parses the line', () => {
  const lines = [
    '{"no":7,"instruction":"I-1","amountFen":"241200","result":"success",' +
      '"valueDate":"2026-10-12","post":"paid","batch":"B","award":"A","lines":2,"reason":""}',
    '{"award":"A","lines":2,"post":"paid","valueDate":"2026-10-12","amountFen":"241200","no":7}',
  ];
  for (const text of lines)
    expect(receiptAnswer(text)).toMatchObject({
      ...{ no: 7, post: 'paid', lines: 2 },
      amountFen: fen(241_200n),
    });
  fc.assert(
    fc.property(someLine, (line) => {
      const { no, post, amountFen } = line;
      expect(receiptAnswer(receiptText(line))).toMatchObject({
        ...{ no, post, amountFen },
        lines: line.lines,
      });
    }),
  );
});

it('reads whoever signed in, and when', () => {
  const signedOn = fc.constantFrom(day('2026-10-12'), day('2028-02-29'));
  fc.assert(
    fc.property(fc.record({ person: fc.string(), signedOn }), (line) => {
      expect(signInLine(documentLine(line))).toEqual(line);
      const { person, signedOn: on } = line;
      expect(signInLine(documentLine({ signedOn: on, person }))).toEqual(line);
    }),
  );
});

it('takes no line that was torn off', () => {
  const texts = fc.oneof(
    someLine.map((line) => [receiptText(line), receiptAnswer] as const),
    someLine.map((line) => [receiptText(line), receiptLine] as const),
    someRollLine.map((line) => [rollText(line), rollLine] as const),
    somePayable.map((line) => [batchText(line), batchLine] as const),
  );
  fc.assert(
    fc.property(texts, fc.nat(), ([text, read], cut) => {
      expect(() => read(text.slice(0, cut % text.length))).toThrow(SyntaxError);
    }),
  );
});

it('takes lines out of a text that holds none, one or many', () => {
  const [none, one, two] = [[], ['a'], ['a', 'b']];
  for (const lines of [none, one, two]) expect(linesOfText(lines.join('\n'))).toEqual(lines);
});
