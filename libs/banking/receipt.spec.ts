import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { fen } from '#domain/values/fen.js';
import { refusalOf } from '#test/banking/refusal-of.js';
import { sampleHeader, sampleLayouts, sampleLines, sampleReceipt } from '#test/banking/samples.js';
import { encodeBatchFile } from './batch-file.js';
import type { Layout } from './layout.js';
import { delimitedFailuresV1, delimitedV1, fixedV1 } from './layouts.js';
import { reasonCodes, reasonOfText, reasons } from './reasons.js';
import {
  decodeReceipt,
  draftReceipt,
  encodeReceipt,
  receiptLayoutOf,
  type ReceiptDraft,
} from './receipt.js';
import { fileLimitBytes } from './records.js';

type Line = ReceiptDraft['lines'][number];

const someBooking = {
  instructionId: fc.stringMatching(/^[0-9A-Za-z._-]{1,40}$/),
  amountFen: fc.bigInt({ min: 1n, max: 9_999_999_999n }).map(fen),
  valueDate: fc.constantFrom('2026-09-25', '2028-02-29', '2026-12-31'),
  bankSerial: fc.stringMatching(/^[0-9A-Z]{0,32}$/),
};
const someReason = fc.constantFrom(...reasonCodes);
const credited = fc.record({ ...someBooking, result: fc.constant('success' as const) });
const failed = fc.record({
  ...someBooking,
  result: fc.constant('failed' as const),
  reasonCode: someReason,
});
const returned = fc.record({
  ...someBooking,
  result: fc.constant('returned' as const),
  reasonCode: someReason,
});

function draft(kind: ReceiptDraft['kind'], lines: readonly Line[]): ReceiptDraft {
  return { receiptId: 'R-1', batchId: 'B-1', part: 1, kind, madeOn: '2026-09-26', lines };
}

function edited(layout: Layout, from: string, to: string): Buffer {
  const text = iconv.decode(encodeReceipt(layout, sampleReceipt), 'gb18030');
  if (!text.includes(from)) throw new Error(`sample has no ${from}`);
  return iconv.encode(text.replace(from, to), 'gb18030');
}

describe.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
  'a receipt in %s',
  (_, layout) => {
    const bytes = encodeReceipt(layout, sampleReceipt);

    it('comes back as it was written, results and returns alike', () => {
      const results = fc.array(fc.oneof(credited, failed)).map((lines) => draft('results', lines));
      const returns = fc.array(returned).map((lines) => draft('returns', lines));
      fc.assert(
        fc.property(fc.oneof(results, returns), (some) => {
          const receipt = draftReceipt('every-line', some);
          const written = encodeReceipt(layout, receipt);
          expect(receiptLayoutOf(written)).toBe(layout);
          expect(decodeReceipt(layout, written)).toEqual(receipt);
        }),
      );
    });

    it('counts what was credited, failed and returned', () => {
      expect(decodeReceipt(layout, bytes).totals).toEqual({
        success: { count: 3, fen: 11_461_250n },
        failed: { count: 2, fen: 610_000n },
        returned: { count: 0, fen: 0n },
      });
    });

    it('is refused when it was cut anywhere after its first cells', () => {
      for (let length = 20; length < bytes.length; length += 1) {
        const refusal = refusalOf(() => decodeReceipt(layout, bytes.subarray(0, length)));
        expect(refusal?.code).toBe('RECEIPT_CUT');
      }
    });

    it('is refused when any of its lines is missing, the trailer included', () => {
      const newline = Buffer.from(layout.newline);
      const lines = bytes.toString('latin1').split(layout.newline).slice(0, -1);
      for (let gone = 1; gone < lines.length; gone += 1) {
        const rest = lines.filter((_line, index) => index !== gone);
        const text = rest.map((line) => line + newline.toString('latin1')).join('');
        const refusal = refusalOf(() => decodeReceipt(layout, Buffer.from(text, 'latin1')));
        expect(refusal?.code).toBe('RECEIPT_CUT');
      }
    });

    it.each([
      ['nothing', Buffer.alloc(0), 'FILE_EMPTY'],
      ['line ends only', Buffer.from('\r\n\r\n'), 'FILE_EMPTY'],
      ['more than 50 MB', Buffer.alloc(fileLimitBytes + 1, 'H'), 'FILE_TOO_LARGE'],
      ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'FILE_NOT_TEXT'],
      ['bytes that are no characters', Buffer.from('48ff8180ff', 'hex'), 'FILE_NOT_TEXT'],
      ['a table of something else', Buffer.from('a,b\n1,2\n'), 'RECEIPT_LAYOUT_UNKNOWN'],
      [
        'the batch itself',
        encodeBatchFile(layout, sampleHeader, sampleLines).bytes,
        'RECEIPT_LAYOUT_UNKNOWN',
      ],
    ])('is refused when it holds %s', (_case, content, code) => {
      expect(refusalOf(() => decodeReceipt(layout, content))?.code).toBe(code);
      expect(refusalOf(() => receiptLayoutOf(content))?.code).toBe(code);
    });

    it('is refused when zeros follow a good beginning', () => {
      const zeros = Buffer.concat([bytes, Buffer.alloc(9)]);
      expect(refusalOf(() => decodeReceipt(layout, zeros))?.code).toBe('FILE_NOT_TEXT');
    });

    it('is never written with totals or results that are not those of its lines', () => {
      const { success } = sampleReceipt.totals;
      const totals = { ...sampleReceipt.totals, success: { ...success, fen: fen(1n) } };
      const [line] = sampleReceipt.lines;
      const unnumbered = line === undefined ? [] : [{ ...line, lineNo: 2 }];
      for (const change of [
        { totals },
        { count: 4 },
        { part: 0 },
        { kind: 'returns' as const },
        { coverage: 'failures-only' as const },
        { lines: unnumbered, count: 1 },
      ])
        expect(() => encodeReceipt(layout, { ...sampleReceipt, ...change })).toThrow(
          /^receipt RCT/,
        );
    });

    it('is not written with a value that does not fit', () => {
      const receipt = draftReceipt('every-line', { ...draft('results', []), receiptId: '回盘' });
      expect(refusalOf(() => encodeReceipt(layout, receipt))?.code).toBe('FILE_COLUMNS');
    });
  },
);

describe('the cells of a receipt', () => {
  it.each([
    [
      'an amount changed',
      'D|1|440103-2026-09-1-000001|2250.00',
      'D|1|440103-2026-09-1-000001|2250.01',
    ],
    ['an amount of nothing', '|2250.00|S', '|0.00|S'],
    ['a success turned into a failure', '|2362.50|S', '|2362.50|F'],
    ['a result without meaning', '|2362.50|S', '|2362.50|X'],
    ['a line number twice', 'D|3|', 'D|2|'],
    ['a success with a reason', '|2362.50|S||', '|2362.50|S|AC04|'],
    ['the wrong kind', '|1|R|', '|1|T|'],
    ['a count in the header', '2026-09-25|5\r\n', '2026-09-25|6\r\n'],
    ['a count in the trailer', 'T|5|', 'T|4|'],
    ['successes without money', 'T|5|3|114612.50|', 'T|5|3|0.00|'],
    ['another line end', '\r\nD|4', '\nD|4'],
    ['a personal name for an instruction', '440103-2026-09-1-000003', '张伟'],
  ])('are refused with %s', (_case, from, to) => {
    const refusal = refusalOf(() => decodeReceipt(delimitedV1, edited(delimitedV1, from, to)));
    expect(refusal?.code).toBe('RECEIPT_CUT');
    expect(refusal?.message).not.toContain('张伟');
  });

  it('say where the file is damaged', () => {
    const damaged = edited(delimitedV1, '|2362.50|S', '|2362.5|S');
    expect(refusalOf(() => decodeReceipt(delimitedV1, damaged))?.facts).toEqual({
      why: 'not-allowed',
      line: '4',
      column: 'amountFen',
    });
  });

  it('take a line that nobody sent: whose it is decides the one who books', () => {
    const stray = edited(delimitedV1, '440103-2026-09-1-000003', 'X-1');
    expect(decodeReceipt(delimitedV1, stray).lines[2]?.instructionId).toBe('X-1');
  });

  it("do not take the bank's own words, which may name a person", () => {
    const named = edited(delimitedV1, '户名不符', '户名不符:张伟');
    expect(decodeReceipt(delimitedV1, named).lines[1]?.reasonText).toBe('户名不符');
  });

  it('read a code that nobody knows, or none, as no reason given', () => {
    for (const code of ['ZZ99', '']) {
      const bytes = edited(delimitedV1, '|F|BE01|', `|F|${code}|`);
      const [, line] = decodeReceipt(delimitedV1, bytes).lines;
      expect([line?.reasonCode, line?.reasonText]).toEqual(['MS03', '其他原因']);
    }
  });

  it('read several codes of a bank as one reason', () => {
    const dormant = edited(fixedV1, 'F1001', 'F1005');
    expect(decodeReceipt(fixedV1, dormant).lines[1]?.reasonCode).toBe('AC06');
  });
});

describe('a receipt that lists only failures', () => {
  const unlisted = { count: 997, fen: fen(224_325_000n) };
  const lines = [1, 2, 3].map((number) => ({
    instructionId: `I-${number}`,
    amountFen: fen(225_000n),
    result: 'failed' as const,
    reasonCode: 'AC04' as const,
    valueDate: '2026-09-25',
    bankSerial: '',
  }));
  const receipt = draftReceipt('failures-only', { ...draft('results', lines), unlisted });
  const bytes = encodeReceipt(delimitedFailuresV1, receipt);

  it('totals the successes and says that no line stands behind them', () => {
    const read = decodeReceipt(delimitedFailuresV1, bytes);
    expect(read).toEqual(receipt);
    expect([read.coverage, read.count, read.totals.success]).toEqual([
      'failures-only',
      3,
      unlisted,
    ]);
  });

  it('is not taken for one that lists every line', () => {
    expect(refusalOf(() => receiptLayoutOf(bytes))?.code).toBe('RECEIPT_LAYOUT_UNKNOWN');
    expect(receiptLayoutOf(bytes, [delimitedV1, delimitedFailuresV1])).toBe(delimitedFailuresV1);
  });

  it('is refused when its failures are not those of its totals, or a success is listed', () => {
    for (const [from, to] of [
      ['|3|6750.00|', '|3|6750.01|'],
      ['D|2|I-2|2250.00|F|AC04|账户已销', 'D|2|I-2|2250.00|S||'],
    ] as const) {
      const text = iconv.decode(bytes, 'gb18030');
      expect(text).toContain(from);
      const changed = iconv.encode(text.replace(from, to), 'gb18030');
      expect(refusalOf(() => decodeReceipt(delimitedFailuresV1, changed))?.code).toBe(
        'RECEIPT_CUT',
      );
    }
  });
});

describe('the reasons', () => {
  it('are found by the words people write', () => {
    for (const code of reasonCodes) expect(reasonOfText(reasons[code].zh)).toBe(code);
    expect(reasonOfText('不详')).toBeUndefined();
  });

  it.each([delimitedV1, fixedV1, delimitedFailuresV1])(
    'are all known to $name',
    ({ reasons: known }) => {
      expect(new Set(known.map(({ means }) => means))).toEqual(new Set(reasonCodes));
    },
  );
});
