import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { batchLayoutOf, decodeBatchFile, encodeBatchFile } from '#banking/batch-file.js';
import type { Layout } from '#banking/layout.js';
import { decodeReceipt, receiptLayoutOf } from '#banking/receipt.js';
import { refusalOf } from './refusal-of.js';
import { sampleBytes, sampleLayouts } from './samples.js';

const runs = 2_000;
const seed = 440_103;

/** What happens to files on their way: bytes change, vanish, appear; lines vanish, double, swap. */
type Damage =
  | Readonly<{ kind: 'change' | 'insert'; at: number; byte: number }>
  | Readonly<{ kind: 'remove'; at: number; length: number }>
  | Readonly<{ kind: 'cut'; at: number }>
  | Readonly<{ kind: 'double-line' | 'drop-line' | 'swap-lines'; at: number }>;

const at = fc.nat({ max: 1_000_000 });
const byte = fc.oneof(
  fc.nat({ max: 255 }),
  // Digits and separators do more harm than noise: the file still looks like one.
  fc.constantFrom(...'0123456789|SFRHDT \r\n.').map((letter) => letter.charCodeAt(0)),
);
const someDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constantFrom('change' as const, 'insert' as const), at, byte }),
  fc.record({ kind: fc.constant('remove' as const), at, length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({
    kind: fc.constantFrom('double-line' as const, 'drop-line' as const, 'swap-lines' as const),
    at,
  }),
);
const someDamages = fc.array(someDamage, { minLength: 1, maxLength: 3 });

function damaged(bytes: Buffer, damage: Damage): Buffer {
  const place = damage.at % (bytes.length + 1);
  const before = bytes.subarray(0, place);
  switch (damage.kind) {
    case 'cut':
      return before;
    case 'remove':
      return Buffer.concat([before, bytes.subarray(place + damage.length)]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([damage.byte]), bytes.subarray(place)]);
    case 'change':
      return Buffer.concat([before, Buffer.from([damage.byte]), bytes.subarray(place + 1)]);
    default:
      return damagedLines(bytes, damage);
  }
}

function damagedLines(bytes: Buffer, { kind, at: place }: Damage): Buffer {
  const lines = bytes.toString('latin1').split(/(?<=\n)/);
  const number = place % lines.length;
  const line = lines[number] ?? '';
  if (kind === 'double-line') lines.splice(number, 0, line);
  else if (kind === 'drop-line') lines.splice(number, 1);
  else lines.splice(number, 2, lines[number + 1] ?? '', line);
  return Buffer.from(lines.join(''), 'latin1');
}

/**
 * Adds up a receipt from its text alone, without the reader under test: what each result comes to.
 */
function addedUp(layout: Layout, bytes: Buffer): Readonly<Record<string, string>> {
  const lines = iconv.decode(bytes, 'latin1').split(/\r?\n/).slice(1, -2);
  const sums: Record<string, bigint> = { S: 0n, F: 0n, R: 0n };
  for (const line of lines) {
    const cells = line.split('|');
    const delimited = layout.shape.kind === 'delimited';
    const amount = delimited ? (cells[3] ?? '').replace('.', '') : line.slice(49, 65);
    const result = (delimited ? cells[4] : line[65]) ?? '';
    sums[result] = (sums[result] ?? 0n) + BigInt(amount);
  }
  return Object.fromEntries(Object.entries(sums).map(([result, sum]) => [result, String(sum)]));
}

describe.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
  'damaged files in %s',
  (_, layout) => {
    it('are refused, or are whole batches that would be written just so', () => {
      const sample = sampleBytes(layout, 'batch');
      fc.assert(
        fc.property(someDamages, (damages) => {
          const bytes = damages.reduce(damaged, sample);
          const refusal = refusalOf(() => {
            const { header, lines } = decodeBatchFile(batchLayoutOf(bytes), bytes);
            expect(encodeBatchFile(layout, header, lines).bytes.equals(bytes)).toBe(true);
          });
          expect(refusal === undefined || refusal.code.startsWith('FILE_')).toBe(true);
        }),
        { numRuns: runs, seed },
      );
    });

    it('are refused, or are receipts whose totals are those of their lines', () => {
      const sample = sampleBytes(layout, 'receipt');
      let refused = 0;
      fc.assert(
        fc.property(someDamages, (damages) => {
          const bytes = damages.reduce(damaged, sample);
          const refusal = refusalOf(() => {
            const { totals } = decodeReceipt(receiptLayoutOf(bytes), bytes);
            expect(addedUp(layout, bytes)).toEqual({
              S: String(totals.success.fen),
              F: String(totals.failed.fen),
              R: String(totals.returned.fen),
            });
          });
          if (refusal !== undefined) refused += 1;
          expect(refusal === undefined || /^(FILE|RECEIPT)_/.test(refusal.code)).toBe(true);
        }),
        { numRuns: runs, seed },
      );
      // Damage to a serial or to a date that stays one cannot be seen; damage to money always is.
      expect(refused).toBeGreaterThan(runs / 2);
    });

    it('are refused whenever a digit of an amount changed', () => {
      const sample = sampleBytes(layout, 'receipt');
      const amounts = layout.shape.kind === 'fixed' ? /0000\d{12}(?=[SFR])/g : /\d+\.\d\d/g;
      for (const found of sample.toString('latin1').matchAll(amounts))
        for (let place = found.index; place < found.index + found[0].length; place += 1) {
          const bytes = Buffer.from(sample);
          bytes.writeUInt8(bytes.readUInt8(place) === 0x37 ? 0x38 : 0x37, place);
          expect(refusalOf(() => decodeReceipt(layout, bytes))?.code).toBe('RECEIPT_CUT');
        }
    });
  },
);
