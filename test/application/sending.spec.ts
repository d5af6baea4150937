import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recoverSubmissions } from '#application/recovery.js';
import { proposeResend, querySubmission } from '#application/sending.js';
import { stored } from '#application/stored.js';
import { answerBatch } from '#apps/cli/bank/bank.js';
import { batchStream } from '#domain/batch/batch.js';
import { batchId, cutOffSubmission, untilFile } from '#test/crash/month.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-12';

/** A submission began, and the process died: the bank may have the file or not. */
describe('a submission of which nobody knows whether it arrived', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;
  let file: Buffer;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    folder = await mkdtemp(join(tmpdir(), 'yuejie-sending-'));
    bureau = new SteadyBureau(app);
    await goLive(app, folder, 4);
    await untilFile(bureau, folder);
    file = await fileOfBatch();
    await cutOffSubmission(bureau, on);
    await bureau.settle();
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOfBatch(): Promise<Buffer> {
    const { app } = test.system;
    const batch = await app.transact.state(stored.batch, batchStream(batchId));
    if (batch.status === 'none' || batch.file === undefined) throw new Error('no file');
    const { rows } = await test.database.owner.query<{ ref: string }>(
      'select ref from sealed_files where sha256 = $1',
      [batch.file.sha256],
    );
    return (await app.vault.files.openBytes(rows[0]?.ref ?? '')).bytes;
  }

  async function sendingEvents(): Promise<readonly string[]> {
    const history = await bureau.app.store.read(batchStream(batchId));
    const texts = history.map(({ type, data }) => `${type} ${data}`);
    const from = texts.findIndex((text) => text.startsWith('SubmissionStarted'));
    return texts.slice(from);
  }

  it('stays unknown to the scan while the folder is empty', async () => {
    const unknown = [{ batchId, code: 'BATCH_STATE_UNKNOWN' }];
    expect(await recoverSubmissions(bureau.app)).toEqual({ found: [], unknown });
    expect(await sendingEvents()).toHaveLength(1);
  });

  it('is not sent again on the word of nobody', async () => {
    const act = bureau.act('cashier', on);
    const asked = querySubmission(bureau.app, act, { id: batchId });
    await expect(asked).rejects.toMatchObject({ code: 'BATCH_STATE_UNKNOWN' });
    const again = proposeResend(bureau.app, act, { id: batchId, reason: 'the folder is empty' });
    await expect(again).rejects.toMatchObject({ code: 'BATCH_RESEND_NOT_ALLOWED' });
    expect(await sendingEvents()).toHaveLength(1);
  });

  it('is known to have arrived by the receipt that the bank gives, which is booked', async () => {
    const { files } = answerBatch(file, { answers: {}, seed: batchId });
    const [first] = files;
    if (first === undefined) throw new Error('the bank gave no receipt');
    bureau.at('receipt');
    await bureau.book(office, month, on, first);
    const [started, sent, ...later] = await sendingEvents();
    expect(started).toMatch(/^SubmissionStarted/);
    expect(sent).toMatch(/^BatchSent .*"evidence":"receipt:receipt-[0-9a-f]{64}"/);
    expect(later.map((text) => text.split(' ')[0])).toEqual([
      ...['ReceiptTaken', 'ReceiptBooked', 'BatchSettled'],
    ]);
    const batch = await bureau.app.transact.state(stored.batch, batchStream(batchId));
    expect(batch).toMatchObject({ status: 'settled', answered: 2 });
  });
});
