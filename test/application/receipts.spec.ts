import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { bookReceipt } from '#application/receipts.js';
import { submitBatch } from '#application/sending.js';
import { answerBatch } from '#apps/cli/bank/bank.js';
import { addMonths } from '#domain/values/calendar.js';
import { batchId, untilFile } from '#test/crash/month.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-21';

describe('a receipt that is handed in', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;
  let file: Readonly<{ name: string; bytes: Buffer }>;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    folder = await mkdtemp(join(tmpdir(), 'yuejie-receipts-'));
    bureau = new SteadyBureau(app);
    await goLive(app, folder, 4);
    await untilFile(bureau, folder);
    bureau.at('sending');
    await submitBatch(app, bureau.act('cashier', '2026-10-12'), batchId);
    await bureau.settle();
    const [name = ''] = await readdir(app.bank.outgoing);
    const sent = await readFile(join(app.bank.outgoing, name));
    const [first] = answerBatch(sent, { answers: {}, seed: batchId }).files;
    if (first === undefined) throw new Error('the bank gave no receipt');
    file = first;
    bureau.at('receipt');
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  const hand = (act: Act, bytes: Buffer, of = month) =>
    bookReceipt(bureau.app, act, { office, month: of, fileName: file.name, bytes });
  const cashier = () => bureau.act('cashier', on);

  /** Everything that a booking writes: a refused one must leave none of it. */
  async function written(): Promise<readonly unknown[]> {
    const { rows } = await test.database.owner.query<{ documents: number; files: number }>(
      `select (select count(*)::int from documents where kind = 'receipt') documents,
              (select count(*)::int from document_chunks) chunks,
              (select count(*)::int from sealed_files) files`,
    );
    return [...rows, await bureau.app.store.head()];
  }

  const named = (other: string) =>
    Buffer.from(file.bytes.toString('latin1').replaceAll(batchId, other), 'latin1');

  it('leaves nothing behind when it was cut, wherever that was', async () => {
    const before = await written();
    for (const length of [60, file.bytes.length >> 1, file.bytes.length - 5]) {
      const cut = hand(cashier(), file.bytes.subarray(0, length));
      await expect(cut).rejects.toMatchObject({ code: 'RECEIPT_CUT' });
    }
    expect(await written()).toEqual(before);
  });

  it('is said to be cut before its batch is said to be unknown', async () => {
    const other = named(`${office}-2026-10-7`);
    await expect(hand(cashier(), other)).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
    const cut = hand(cashier(), other.subarray(0, -5));
    await expect(cut).rejects.toMatchObject({ code: 'RECEIPT_CUT' });
  });

  it('leaves nothing behind for a month that takes no documents', async () => {
    const before = await written();
    const early = hand(cashier(), file.bytes, addMonths(month, 3));
    await expect(early).rejects.toMatchObject({ code: 'MONTH_NOT_OPEN' });
    expect(await written()).toEqual(before);
  });

  it('is booked once when several hand it in at a time, and answers each of them', async () => {
    const acts = [cashier(), cashier(), cashier()];
    const results = await Promise.allSettled(acts.map((act) => hand(act, file.bytes)));
    const codes = results.map((one) => (one.status === 'rejected' ? one.reason.code : 'booked'));
    expect(codes.sort()).toEqual(['RECEIPT_BOOKED', 'RECEIPT_BOOKED', 'booked']);
    await bureau.settle();
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    const booked = results[winner];
    if (booked?.status !== 'fulfilled') throw new Error('nobody booked it');
    const again = await hand(acts[winner] as Act, file.bytes);
    expect(again).toEqual({ ...booked.value, repeated: true });
    const late = hand(cashier(), file.bytes);
    await expect(late).rejects.toMatchObject({ code: 'RECEIPT_BOOKED' });
  });
});
