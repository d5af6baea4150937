import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { decodeBatchFile, encodeBatchFile } from '#banking/batch-file.js';
import { decodeReceipt, encodeReceipt } from '#banking/receipt.js';
import { reasons } from '#banking/reasons.js';
import { formatTable } from './format-table.js';
import { sampleBytes, sampleHeader, sampleLayouts, sampleLines, sampleReceipt } from './samples.js';

describe.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
  'the documentation of %s',
  (_, layout) => {
    const text = readFileSync(`docs/formats/bank-${layout.shape.kind}.md`, 'utf8');

    it('has the columns that the layout has', () => {
      for (const form of [layout.batch, layout.receipt])
        for (const columns of [form.header, form.detail, form.trailer])
          expect(text).toContain(formatTable(layout, columns));
    });

    it('lists every reason code', () => {
      for (const { code, means } of layout.reasons) {
        expect(text).toContain(`\`${code}\``);
        expect(text).toContain(reasons[means].zh);
      }
    });

    it('has a sample batch that is written and read byte for byte', () => {
      const bytes = sampleBytes(layout, 'batch');
      expect(encodeBatchFile(layout, sampleHeader, sampleLines).bytes.equals(bytes)).toBe(true);
      expect(decodeBatchFile(layout, bytes)).toEqual({ header: sampleHeader, lines: sampleLines });
    });

    it('has a sample receipt that is written and read byte for byte', () => {
      const bytes = sampleBytes(layout, 'receipt');
      expect(encodeReceipt(layout, sampleReceipt).equals(bytes)).toBe(true);
      expect(decodeReceipt(layout, bytes)).toEqual(sampleReceipt);
    });
  },
);
