import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refusalOf } from '#test/banking/refusal-of.js';
import { sampleBytes, sampleHeader, sampleLayouts, sampleLines } from '#test/banking/samples.js';
import { BatchFileReader, BatchFileWriter, encodeBatchFile } from './batch-file.js';
import { ReceiptCutter, ReceiptDetails, ReceiptReader } from './receipt.js';
import { runsOf } from './record-cutter.js';
import { piecesOf } from './records.js';

type Reader = Readonly<{ take: (piece: Buffer) => readonly unknown[]; end: () => unknown }>;

/** What a reader makes of a file: its lines and its head, or why it is refused. */
function outcome(reader: Reader, pieces: Iterable<Buffer>): unknown {
  const lines: unknown[] = [];
  let head: unknown;
  const refusal = refusalOf(() => {
    for (const piece of pieces) lines.push(...reader.take(piece));
    head = reader.end();
  });
  return refusal === undefined ? { lines, head } : { code: refusal.code, facts: refusal.facts };
}

/** Cuts anywhere: inside characters, between the two bytes of a line's end, twice at one place. */
function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const cuts = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const ends = [...cuts, bytes.length];
  return [0, ...cuts].map((from, index) => bytes.subarray(from, ends[index]));
}

const somePlaces = fc.array(fc.nat({ max: 100_000 }), { maxLength: 12 });
const someDamage = fc.option(fc.record({ at: fc.nat({ max: 100_000 }), byte: fc.nat(255) }));

describe.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
  'a file in %s that comes in pieces',
  (_, layout) => {
    it.each([
      ['batch', () => new BatchFileReader(layout)],
      ['receipt', () => new ReceiptReader(layout)],
    ] as const)('is the same %s as when it comes whole', (kind, open) => {
      const sample = sampleBytes(layout, kind);
      fc.assert(
        fc.property(somePlaces, someDamage, (places, damage) => {
          const bytes = Buffer.from(sample);
          if (damage !== null) bytes.writeUInt8(damage.byte, damage.at % bytes.length);
          const whole = outcome(open(), [bytes]);
          expect(outcome(open(), cutAt(bytes, places))).toEqual(whole);
        }),
        { numRuns: 500 },
      );
    });

    it.each([1, 2, 3, 50])(
      'is the same receipt when it is read in runs of %i lines',
      (linesInRun) => {
        const sample = sampleBytes(layout, 'receipt');
        const { newline } = layout;
        fc.assert(
          fc.property(someDamage, (damage) => {
            const bytes = Buffer.from(sample);
            if (damage !== null) bytes.writeUInt8(damage.byte, damage.at % bytes.length);
            const cutter = new ReceiptCutter(layout);
            const take = (piece: Buffer) => cutter.take(piece);
            const inRuns: Reader = {
              take: (piece) => {
                const runs = [...runsOf(piece, { take, newline, linesInRun })];
                for (const { lines } of runs.slice(0, -1)) expect(lines).toBe(linesInRun);
                return runs.flatMap((run) => {
                  const { lines, sum } = new ReceiptDetails(layout).read(run);
                  cutter.add(sum);
                  return lines;
                });
              },
              end: () => cutter.end(),
            };
            expect(outcome(inRuns, [bytes])).toEqual(outcome(new ReceiptReader(layout), [bytes]));
          }),
          { numRuns: 300 },
        );
      },
    );

    it('is refused at a line without an end before all of it was gathered', () => {
      const endless = Buffer.alloc(70_000, 'H');
      const whole = outcome(new ReceiptReader(layout), [endless]);
      expect(whole).toEqual({ code: 'RECEIPT_CUT', facts: { why: 'too-long', line: '1' } });
      expect(outcome(new ReceiptReader(layout), piecesOf(endless))).toEqual(whole);
    });

    it('is written as when it is written whole', () => {
      const writer = new BatchFileWriter(layout, sampleHeader);
      const pieces = [
        writer.begin(),
        ...[sampleLines.slice(0, 2), [], sampleLines.slice(2)].map((lines) => writer.lines(lines)),
        writer.end(),
      ];
      const { bytes } = encodeBatchFile(layout, sampleHeader, sampleLines);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    });

    it('is not ended when a line of it was forgotten', () => {
      const writer = new BatchFileWriter(layout, sampleHeader);
      writer.lines(sampleLines.slice(0, -1));
      expect(() => writer.end()).toThrow('count of its lines');
    });
  },
);
