import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { fen, sumFen } from '#domain/values/fen.js';
import { refusalOf } from '#test/banking/refusal-of.js';
import { sampleHeader, sampleLayouts, sampleLine, sampleLines } from '#test/banking/samples.js';
import {
  batchFileName,
  batchLayoutOf,
  canonicalLine,
  decodeBatchFile,
  encodeBatchFile,
  type BatchHeader,
  type PaymentLine,
} from './batch-file.js';
import type { Layout } from './layout.js';
import { delimitedV1, fixedV1 } from './layouts.js';
import { fileLimitBytes } from './records.js';

function headerFor(lines: readonly PaymentLine[]): BatchHeader {
  const totalFen = sumFen(lines.map(({ amountFen }) => amountFen));
  return { ...sampleHeader, count: lines.length, totalFen };
}

function encodeOne(layout: Layout, change: Partial<PaymentLine>): Buffer {
  const lines = [{ ...sampleLine, ...change }];
  return encodeBatchFile(layout, headerFor(lines), lines).bytes;
}

function edited(layout: Layout, from: string, to: string): Buffer {
  const text = iconv.decode(encodeBatchFile(layout, sampleHeader, sampleLines).bytes, 'gb18030');
  if (!text.includes(from)) throw new Error(`sample has no ${from}`);
  return iconv.encode(text.replace(from, to), 'gb18030');
}

/**
 * Han of the basic plane and of extension B (four bytes), Latin letters, the dot and inner spaces.
 */
const nameCharacter = fc.oneof(
  fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x20000, max: 0x2a6d6 }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom('·', 'A', 'z', ' ', '（', '）', '瑋', '𠮷', '䶮', '0'),
);
const someName = fc
  .array(nameCharacter, { minLength: 1, maxLength: 30 })
  .map((characters) => characters.join('').trim())
  .filter((name) => name !== '');
const digits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length });
const someLine = fc.record({
  payeeAccount: digits(19).map((all) => all.join('')),
  payeeName: someName,
  bankCode: digits(12).map((all) => all.join('')),
  amountFen: fc.bigInt({ min: 1n, max: 9_999_999_999n }).map(fen),
  remark: fc.oneof(fc.constant(''), fc.constant('失业保险金 补发')),
});
const someLines = fc
  .array(someLine, { maxLength: 20 })
  .map((lines) =>
    lines.map((line, index) => ({ ...line, seq: index + 1, instructionId: `I-${index + 1}` })),
  );

describe.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
  'a batch file in %s',
  (_, layout) => {
    it('comes back as it was written', () => {
      fc.assert(
        fc.property(someLines, (lines) => {
          const header = headerFor(lines);
          const { bytes } = encodeBatchFile(layout, header, lines);
          expect(batchLayoutOf(bytes)).toBe(layout);
          expect(decodeBatchFile(layout, bytes)).toEqual({ header, lines });
        }),
      );
    });

    it('is the same bytes for the same batch', () => {
      const once = encodeBatchFile(layout, sampleHeader, sampleLines);
      expect(encodeBatchFile(layout, sampleHeader, sampleLines)).toEqual(once);
      expect(once.sha256).toMatch(/^[0-9a-f]{64}$/);
    });

    it.each<[string, Partial<PaymentLine>, string, string]>([
      ['a line end in a name', { payeeName: '张\n伟' }, 'payeeName', 'not-allowed'],
      ['a name that begins with a space', { payeeName: ' 张伟' }, 'payeeName', 'not-allowed'],
      ['a name that ends with a space', { payeeName: '张伟 ' }, 'payeeName', 'not-allowed'],
      ['a name of 121 bytes', { payeeName: `${'张'.repeat(60)}A` }, 'payeeName', 'too-long'],
      ['a name of 31 rare characters', { payeeName: '𠮷'.repeat(31) }, 'payeeName', 'too-long'],
      ['half a character', { payeeName: '张\ud842' }, 'payeeName', 'encoding'],
      ['a character without a code', { payeeName: '张\ue5e5' }, 'payeeName', 'encoding'],
      ['the mark of lost bytes', { payeeName: '张\ufffd' }, 'payeeName', 'not-allowed'],
      ['no name', { payeeName: '' }, 'payeeName', 'empty'],
      ['no account', { payeeAccount: '' }, 'payeeAccount', 'empty'],
      ['an account with a space', { payeeAccount: '6228 9005' }, 'payeeAccount', 'not-allowed'],
      ['a bank code of 11 digits', { bankCode: '10258100001' }, 'bankCode', 'not-allowed'],
      ['an amount of nothing', { amountFen: fen(0n) }, 'amountFen', 'not-allowed'],
      ['an amount below nothing', { amountFen: fen(-1n) }, 'amountFen', 'not-allowed'],
      ['an amount of 16 digits', { amountFen: fen(10n ** 15n) }, 'amountFen', 'not-allowed'],
      [
        'an instruction of 41 letters',
        { instructionId: 'I'.repeat(41) },
        'instructionId',
        'too-long',
      ],
    ])('is not written with %s', (_case, change, column, why) => {
      const refusal = refusalOf(() => encodeOne(layout, change));
      expect(refusal?.code).toBe('FILE_COLUMNS');
      expect(refusal?.facts).toEqual({ line: '2', column, why });
    });

    it.each([
      ['a name of 120 bytes', { payeeName: '张'.repeat(60) }],
      ['a name of 30 rare characters', { payeeName: '𠮷'.repeat(30) }],
      ['one fen', { amountFen: fen(1n) }],
      ['an amount of 15 digits', { amountFen: fen(10n ** 15n - 1n) }],
      ['no remark', { remark: '' }],
    ])('holds %s', (_case, change) => {
      const [line] = decodeBatchFile(layout, encodeOne(layout, change)).lines;
      expect(line).toMatchObject(change);
    });

    it('is never written with a header that disagrees with its lines', () => {
      const broken: readonly [BatchHeader, readonly PaymentLine[]][] = [
        [{ ...sampleHeader, count: 4 }, sampleLines],
        [{ ...sampleHeader, totalFen: fen(1n) }, sampleLines],
        [sampleHeader, [...sampleLines].reverse()],
        [headerFor([sampleLine, sampleLine]), [sampleLine, { ...sampleLine, seq: 2 }]],
      ];
      for (const [header, lines] of broken)
        expect(() => encodeBatchFile(layout, header, lines)).toThrow(/of its lines/);
    });

    it('is refused when it was cut anywhere', () => {
      const { bytes } = encodeBatchFile(layout, sampleHeader, sampleLines);
      for (let length = 0; length < bytes.length; length += 1)
        expect(refusalOf(() => decodeBatchFile(layout, bytes.subarray(0, length)))).toBeDefined();
    });

    it('is refused when it is empty, too large, binary or of another kind', () => {
      const decode = (bytes: Buffer) => refusalOf(() => decodeBatchFile(layout, bytes))?.code;
      expect(decode(Buffer.alloc(0))).toBe('FILE_EMPTY');
      expect(decode(Buffer.from('\r\n \r\n'))).toBe('FILE_EMPTY');
      expect(decode(Buffer.alloc(fileLimitBytes + 1, 'H'))).toBe('FILE_TOO_LARGE');
      expect(decode(Buffer.from([0x50, 0x4b, 3, 4, 0, 255]))).toBe('FILE_NOT_TEXT');
      expect(decode(Buffer.from('序号,账号\r\n', 'utf8'))).toBe('FILE_KIND_UNKNOWN');
    });

    it('is refused when an instruction stands in it twice', () => {
      const twice = edited(layout, '440103-2026-09-1-000002', '440103-2026-09-1-000001');
      const refusal = refusalOf(() => decodeBatchFile(layout, twice));
      expect(refusal?.code).toBe('FILE_COLUMNS');
      expect(refusal?.facts).toEqual({ why: 'repeated', column: 'instructionId' });
    });
  },
);

describe('the delimited layout', () => {
  it('refuses a separator in a name before writing, and does not repeat the name', () => {
    const refusal = refusalOf(() => encodeOne(delimitedV1, { payeeName: '张|伟' }));
    expect(refusal?.facts).toEqual({ line: '2', column: 'payeeName', why: 'separator' });
    expect(refusal?.message).not.toContain('张');
  });

  it('splits after decoding: the second byte of a character may be that of the separator', () => {
    const bytes = encodeOne(delimitedV1, { payeeName: '陈瑋' });
    expect(bytes.includes(Buffer.from([0xac, 0x7c]))).toBe(true);
    expect(decodeBatchFile(delimitedV1, bytes).lines[0]?.payeeName).toBe('陈瑋');
  });

  it.each([
    ['one decimal', '|2250.00|', '|2250.0|'],
    ['separators of thousands', '|2250.00|', '|2,250.00|'],
    ['a zero in front', '|2250.00|', '|02250.00|'],
    ['a day that does not exist', '2026-09-25', '2026-02-30'],
    ['a padded cell', '|陈瑋|', '|陈瑋 |'],
  ])('refuses %s', (_case, from, to) => {
    const bytes = edited(delimitedV1, from, to);
    expect(refusalOf(() => decodeBatchFile(delimitedV1, bytes))?.code).toBe('FILE_COLUMNS');
  });

  it('refuses totals that are not those of the lines', () => {
    const bytes = edited(delimitedV1, 'T|5|120712.50', 'T|5|120712.51');
    const refusal = refusalOf(() => decodeBatchFile(delimitedV1, bytes));
    expect([refusal?.code, refusal?.facts]).toEqual(['FILE_CUT', { why: 'totals' }]);
  });
});

describe('the fixed layout', () => {
  it('counts bytes, not characters', () => {
    const [, detail] = encodeOne(fixedV1, { payeeName: '𠮷田' }).toString('latin1').split('\n');
    expect(detail).toHaveLength(289);
  });

  it('refuses a line that is a byte too long', () => {
    const refusal = refusalOf(() => decodeBatchFile(fixedV1, edited(fixedV1, '陈瑋', '陈瑋 ')));
    expect([refusal?.code, refusal?.facts]).toEqual(['FILE_CUT', { why: 'columns', line: '5' }]);
  });
});

describe('a canonical line', () => {
  it('tells instruction, amount and payee, the payee only as a digest', () => {
    expect(canonicalLine(sampleLine)).toMatch(/^440103-2026-09-1-000001\|225000\|[0-9a-f]{64}$/);
  });

  it.each<Partial<PaymentLine>>([
    { payeeAccount: '1' },
    { payeeName: '张' },
    { bankCode: '000000000000' },
    { amountFen: fen(1n) },
    { instructionId: 'I' },
  ])('changes with %j', (change) => {
    expect(canonicalLine({ ...sampleLine, ...change })).not.toBe(canonicalLine(sampleLine));
  });

  it('is the same for the line that was written and the line that is read', () => {
    const { bytes } = encodeBatchFile(fixedV1, sampleHeader, sampleLines);
    const read = decodeBatchFile(fixedV1, bytes).lines.map(canonicalLine);
    expect(read).toEqual(sampleLines.map(canonicalLine));
  });
});

it('a batch file is named by its batch', () => {
  expect(batchFileName('440103-2026-09-1')).toBe('PAY-440103-2026-09-1.txt');
});
