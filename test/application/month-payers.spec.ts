import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { carryOut } from '#application/aside-works.js';
import { streamsLeft } from '#application/line-moves.js';
import { cutMonth } from '#application/months.js';
import { answerBatch } from '#apps/cli/bank/bank.js';
import { month as monthOf, type Month } from '#domain/values/calendar.js';
import { bankFolders } from './bureau.js';
import { batchId, untilFile } from '#test/crash/month.js';
import { goLive, month as october, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const november = monthOf('2026-11');
const december = monthOf('2026-12');

/** October's batch is sent in November, and the bank answers in December. */
describe('whoever sent a batch that an earlier month had admitted', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-payers-'));
    bureau = new SteadyBureau(test.system.app);
    await goLive(test.system.app, folder, 4);
    await untilFile(bureau, folder);
    bureau.at('october');
    await bureau.close(office, october, '2026-10-31');
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function cut(month: Month, on: string): Promise<void> {
    bureau.at(`cut ${month}`);
    await cutMonth(bureau.app, bureau.act('reconciler', on), { office, month });
    await bureau.settle();
  }

  async function refusedToCashier(month: Month, on: string): Promise<void> {
    bureau.at(`cashier ${month}`);
    const prepared = carryOut(bureau.app, 'prepareClose', bureau.act('cashier', on), {
      ...{ office, month },
    });
    await expect(prepared).rejects.toMatchObject({ code: 'SIGNER_RECONCILER_PAID' });
  }

  /** Nobody closes while the batches that moved are not all known. */
  async function refusedWhileUnknown(month: Month, on: string): Promise<void> {
    const stop = "update read.projection_checkpoint set error = $1 where name = 'batch_board'";
    await test.database.owner.query(stop, ['an event that it cannot fold']);
    bureau.at(`unknown ${month}`);
    const prepared = carryOut(bureau.app, 'prepareClose', bureau.act('reconciler', on), {
      ...{ office, month },
    });
    await expect(prepared).rejects.toMatchObject({
      ...{ code: 'READ_MODEL_STOPPED', facts: { model: 'batch_board' } },
    });
    await test.database.owner.query(stop, [null]);
  }

  it('does not sign for the month in which he sent it', async () => {
    bureau.at('sending');
    await carryOut(bureau.app, 'submitBatch', bureau.act('cashier', '2026-11-03'), batchId);
    await bureau.settle();
    await cut(november, '2026-11-30');
    await refusedWhileUnknown(november, '2026-11-30');
    await refusedToCashier(november, '2026-11-30');
    bureau.at('november');
    await bureau.close(office, november, '2026-11-30');
  });

  it('does not sign for the month that counts what the bank paid of it', async () => {
    const [name = ''] = await bankFolders(bureau.app);
    const bytes = await readFile(join(bureau.app.bank.outgoing, name));
    const [receipt] = answerBatch(bytes, { answers: {}, seed: batchId }).files;
    if (receipt === undefined) throw new Error('the bank gave no receipt');
    bureau.at('receipt');
    await bureau.book(office, december, '2026-12-02', receipt);
    await cut(december, '2026-12-31');
    await refusedToCashier(december, '2026-12-31');
    bureau.at('december');
    await bureau.close(office, december, '2026-12-31');
  });

  it('has paid two awards of four, and the others alone are left to be folded', async () => {
    const { pool, store } = bureau.app;
    const left = await streamsLeft(pool, { from: 0n, to: await store.head() });
    expect(left?.map(({ stream }) => stream).sort()).toEqual(['award-A10002', 'award-A10003']);
  });

  it('signs for a month in which nothing of it moved', async () => {
    const january = monthOf('2027-01');
    await cut(january, '2027-01-31');
    bureau.at('january');
    const act = bureau.act('cashier', '2027-01-31');
    const prepared = carryOut(bureau.app, 'prepareClose', act, { office, month: january });
    await expect(prepared).resolves.toMatchObject({ events: ['ClosePrepared'] });
  });
});
