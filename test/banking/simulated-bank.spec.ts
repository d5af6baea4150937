import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerBatch, type BankAnswers } from '#apps/cli/bank/bank.js';
import { answerFolder, findBatch, writeWhole } from '#apps/cli/bank/folder.js';
import { batchFileName, encodeBatchFile } from '#banking/batch-file.js';
import { delimitedV1 } from '#banking/layouts.js';
import { decodeReceipt, type Receipt } from '#banking/receipt.js';
import { refusalOf } from './refusal-of.js';
import { sampleBytes, sampleHeader, sampleLayouts, sampleLines } from './samples.js';

const batch = sampleBytes(delimitedV1, 'batch');
const { batchId } = sampleHeader;
const numbered = (number: number) => `${batchId}-00000${number}`;
const day = String(sampleHeader.valueDate);
const allSuccess: BankAnswers = {};

/** One of each kind of trouble. */
const troubled: BankAnswers = {
  [numbered(1)]: { result: 'failed', reason: 'BE01' },
  [numbered(2)]: { returnedOn: '2026-10-14', reason: 'AC06' },
  [numbered(3)]: { delivery: 'late' },
  [numbered(4)]: { delivery: 'double', unknownAfter: true },
  [numbered(5)]: { returnedOn: '2026-10-12', reason: 'AC04' },
};

function receiptsOf(answers: BankAnswers): readonly Receipt[] {
  const { files } = answerBatch(batch, { answers, seed: 7 });
  return files.map(({ bytes }) => decodeReceipt(delimitedV1, bytes));
}

function told({ lines }: Receipt): readonly string[] {
  return lines.map(({ instructionId, result, reasonCode }) =>
    [instructionId.replace(/-[0-9A-F]{16}$/, ''), result, reasonCode].join(' ').trim(),
  );
}

describe('the simulated bank', () => {
  it.each(sampleLayouts.map((layout) => [layout.name, layout] as const))(
    'credits every line on the value date, and answers in %s as it was asked',
    (_, layout) => {
      const { files } = answerBatch(sampleBytes(layout, 'batch'), { answers: {}, seed: 7 });
      expect(files.map(({ name, day: on }) => [name, on])).toEqual([[`RCT-${batchId}-1.txt`, day]]);
      const [receipt] = files.map(({ bytes }) => decodeReceipt(layout, bytes));
      expect(receipt?.totals.success).toEqual({ count: 5, fen: sampleHeader.totalFen });
      expect(receipt?.lines.map((line) => line.instructionId)).toEqual(
        sampleLines.map((line) => line.instructionId),
      );
    },
  );

  it('fails, returns, forgets, repeats and invents lines where it is told to', () => {
    const [first, second, earlier, later] = receiptsOf(troubled);
    expect(first && told(first)).toEqual([
      `${numbered(1)} failed BE01`,
      `${numbered(2)} success`,
      `${numbered(4)} success`,
      'UNKNOWN success',
      `${numbered(5)} success`,
    ]);
    expect(second && told(second)).toEqual([`${numbered(3)} success`, `${numbered(4)} success`]);
    expect(earlier && told(earlier)).toEqual([`${numbered(5)} returned AC04`]);
    expect(later && told(later)).toEqual([`${numbered(2)} returned AC06`]);
    expect([earlier?.kind, earlier?.madeOn, earlier?.part]).toEqual(['returns', '2026-10-12', 1]);
    expect([later?.kind, later?.madeOn, later?.part]).toEqual(['returns', '2026-10-14', 2]);
  });

  it('tells a double line twice in the same words, the serial included', () => {
    const [first, second] = receiptsOf(troubled);
    const [once, again] = [first, second].map((receipt) =>
      receipt?.lines.find(({ instructionId }) => instructionId === numbered(4)),
    );
    expect({ ...once, lineNo: 0 }).toEqual({ ...again, lineNo: 0 });
  });

  it('asks a function about every line, too', () => {
    const [receipt] = receiptsOf((line, header) =>
      header.month === '2026-09' && line.seq === 2 ? { result: 'failed' } : undefined,
    );
    expect(receipt?.lines[1]).toMatchObject({ result: 'failed', reasonCode: 'MS03' });
    expect(receipt?.totals.success.count).toBe(4);
  });

  it('sends nothing back that it never credited', () => {
    const answers = { [numbered(1)]: { result: 'failed' as const, returnedOn: '2026-10-14' } };
    expect(receiptsOf(answers).map(({ kind }) => kind)).toEqual(['results']);
  });

  it('gives the same bytes for the same seed and other serials for another', () => {
    const answer = (seed: number) => answerBatch(batch, { answers: troubled, seed });
    expect(answer(7)).toEqual(answer(7));
    expect(answer(7)).not.toEqual(answer(8));
  });

  it('refuses half a batch', () => {
    const half = batch.subarray(0, batch.length / 2);
    expect(refusalOf(() => answerBatch(half, { answers: {}, seed: 7 }))?.code).toBe('FILE_CUT');
  });
});

describe('the folders of the bank', () => {
  let root = '';
  const inbox = () => join(root, 'in');
  const outbox = () => join(root, 'out');
  const bank = (answers: BankAnswers) => ({ inbox: inbox(), outbox: outbox(), answers, seed: 7 });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bank-'));
    await mkdir(inbox());
    await writeWhole(inbox(), batchFileName(batchId), batch);
  });

  afterEach(() => rm(root, { recursive: true }));

  it('give each receipt once, even when it was taken away', async () => {
    const once = await answerFolder(bank(allSuccess));
    expect(once).toEqual({ written: [`RCT-${batchId}-1.txt`], setAside: [] });
    await rm(join(outbox(), `RCT-${batchId}-1.txt`));
    expect((await answerFolder(bank(allSuccess))).written).toEqual([]);
    expect(await readdir(outbox())).toEqual([]);
  });

  it('give the same bytes again when told to', async () => {
    await answerFolder(bank(troubled));
    const name = join(outbox(), `RCT-${batchId}-1.txt`);
    const before = await readFile(name);
    const again = await answerFolder({ ...bank(troubled), again: true });
    expect(again.written).toHaveLength(4);
    expect((await readFile(name)).equals(before)).toBe(true);
  });

  it('give each receipt when its day has come', async () => {
    const written = async (today: string) =>
      (await answerFolder({ ...bank(troubled), today })).written;
    expect(await written('2026-09-24')).toEqual([]);
    expect(await written('2026-09-25')).toEqual([`RCT-${batchId}-1.txt`]);
    expect(await written('2026-09-30')).toEqual([`RCT-${batchId}-2.txt`]);
    expect(await written('2026-10-12')).toEqual([`RET-${batchId}-1.txt`]);
    expect(await written('2026-11-01')).toEqual([`RET-${batchId}-2.txt`]);
    expect(await written('2026-12-01')).toEqual([]);
  });

  it('answer a file that came twice once, and set another under its number aside', async () => {
    await answerFolder(bank(allSuccess));
    const other = encodeBatchFile(delimitedV1, sampleHeader, [
      ...sampleLines.slice(0, 4),
      ...sampleLines.slice(4).map((line) => ({ ...line, remark: '更正' })),
    ]).bytes;
    await writeFile(join(inbox(), 'AGAIN.txt'), batch);
    await writeFile(join(inbox(), 'OTHER.txt'), other);
    const { written, setAside } = await answerFolder(bank(allSuccess));
    expect(written).toEqual([]);
    expect(setAside.map(({ name }) => name)).toEqual(['OTHER.txt']);
  });

  it('set aside what is no batch, and see nothing that is not finished', async () => {
    await writeFile(join(inbox(), '.half.tmp'), batch.subarray(0, 50));
    await writeFile(join(inbox(), 'ZZZ.txt'), batch.subarray(0, 50));
    const { written, setAside } = await answerFolder(bank(allSuccess));
    expect(written).toHaveLength(1);
    expect(setAside).toEqual([{ name: 'ZZZ.txt', reason: expect.stringMatching(/^FILE_CUT/) }]);
    expect((await readdir(outbox())).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('say whether a batch was received, and which bytes', async () => {
    const { sha256 } = encodeBatchFile(delimitedV1, sampleHeader, sampleLines);
    const name = batchFileName(batchId);
    expect(await findBatch({ inbox: inbox(), batchId })).toEqual({ name, sha256 });
    expect(await findBatch({ inbox: inbox(), batchId: '440103-2026-09-2' })).toBeUndefined();
  });

  it('say nothing when they are not there: that is no proof that nothing came', async () => {
    const missing = join(root, 'none');
    await expect(findBatch({ inbox: missing, batchId })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
