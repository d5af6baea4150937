import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchHeader, PaymentLine } from '#banking/batch-file.js';
import type { Layout } from '#banking/layout.js';
import { delimitedV1, fixedV1 } from '#banking/layouts.js';
import { draftReceipt, type Receipt } from '#banking/receipt.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';

/** The content of the sample files in docs/formats/samples: people and accounts are invented. */
export const sampleHeader: BatchHeader = {
  batchId: '440103-2026-09-1',
  payerAccount: '3602000109200088888',
  pool: '440100',
  month: month('2026-09'),
  count: 5,
  totalFen: fen(12_071_250n),
  valueDate: day('2026-09-25'),
};

export const sampleLine: PaymentLine = line(
  1,
  '6228900506251269914',
  '张伟',
  '102581000019',
  225_000n,
);

export const sampleLines: readonly PaymentLine[] = [
  sampleLine,
  line(2, '6222738551519412824', '阿卜杜拉·买买提', '104581000034', 225_000n),
  // Four bytes in GB18030.
  line(3, '6217003320001234567', '𠮷田', '105581000042', 236_250n),
  // The second byte of 瑋 in GB18030 is that of the separator.
  line(4, '6214830201234567', '陈瑋', '308581000052', 385_000n),
  line(5, '44050158340100000123', '广州市荔湾区示例制衣有限公司', '105581000042', 11_000_000n),
];

function line(
  seq: number,
  payeeAccount: string,
  payeeName: string,
  bankCode: string,
  amount: bigint,
): PaymentLine {
  const instructionId = `440103-2026-09-1-${String(seq).padStart(6, '0')}`;
  const remark = seq === 5 ? '' : '失业保险金 2026-09';
  return { seq, payeeAccount, payeeName, bankCode, amountFen: fen(amount), instructionId, remark };
}

const credited = { result: 'success' } as const;
const answers = [
  credited,
  { result: 'failed', reasonCode: 'BE01' },
  credited,
  { result: 'failed', reasonCode: 'AC04' },
  credited,
] as const;

export const sampleReceipt: Receipt = draftReceipt('every-line', {
  receiptId: 'RCT-440103-2026-09-1-1',
  batchId: sampleHeader.batchId,
  part: 1,
  kind: 'results',
  madeOn: '2026-09-25',
  lines: sampleLines.map(({ seq, instructionId, amountFen }) => ({
    instructionId,
    amountFen,
    valueDate: '2026-09-25',
    bankSerial: `20260925${String(seq).padStart(8, '0')}`,
    ...(answers[seq - 1] ?? credited),
  })),
});

export const sampleLayouts: readonly Layout[] = [delimitedV1, fixedV1];

/** `delimited-v1` has its samples in bank-delimited-batch.txt and bank-delimited-receipt.txt. */
export function samplePath(layout: Layout, kind: 'batch' | 'receipt'): string {
  return join('docs', 'formats', 'samples', `bank-${layout.shape.kind}-${kind}.txt`);
}

export function sampleBytes(layout: Layout, kind: 'batch' | 'receipt'): Buffer {
  return readFileSync(samplePath(layout, kind));
}
