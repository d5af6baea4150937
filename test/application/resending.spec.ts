import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { alone } from '#application/sending-lock.js';
import {
  approveResend,
  proposeResend,
  querySubmission,
  submitBatch,
} from '#application/sending.js';
import { stored } from '#application/stored.js';
import { batchStream } from '#domain/batch/batch.js';
import { batchId, untilFile } from '#test/crash/month.js';
import { goLive, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-12';

/** A submission that was cut off, and that the bank said it had not received: two allow another. */
describe('a batch that may be sent again', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    folder = await mkdtemp(join(tmpdir(), 'yuejie-resending-'));
    bureau = new SteadyBureau(app);
    await goLive(app, folder, 4);
    await untilFile(bureau, folder);
    await app.bank.prepare();
    bureau.at('a submission that is cut off');
    const { by, on: today, commandId } = bureau.act('cashier', on);
    const start = { type: 'StartSubmission', batchId, payees: [], by, on: today } as const;
    const context = contextOf(by, commandId, today);
    await app.transact.run(stored.batch, batchStream(batchId), start, context);
    const statement = 'the bank says that it received nothing';
    await querySubmission(app, bureau.act('cashier', on), { id: batchId, statement });
    const reason = 'the file did not arrive';
    await proposeResend(app, bureau.act('cashier', on), { id: batchId, reason });
    await approveResend(app, bureau.act('approver', on), batchId);
    await bureau.settle();
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is not sent when the bank’s note of it has come since', async () => {
    const { app } = bureau;
    const batch = await app.transact.state(stored.batch, batchStream(batchId));
    if (batch.status === 'none' || batch.file === undefined) throw new Error('no file');
    await mkdir(join(app.bank.outgoing, 'taken'));
    await writeFile(join(app.bank.outgoing, 'taken', `${batchId}.taken`), batch.file.sha256);
    const act = bureau.act('cashier', on);
    const receipt = await submitBatch(app, act, batchId);
    expect(receipt).toMatchObject({ events: ['BatchSent'], repeated: false });
    expect(await readdir(app.bank.outgoing)).toEqual(['taken']);
    expect(await app.transact.state(stored.batch, batchStream(batchId))).toMatchObject({
      sending: { status: 'sent', attempt: 1 },
    });
    expect(await submitBatch(app, act, batchId)).toEqual({ ...receipt, repeated: true });
  });

  it('is let go by a sender whose connection the database has ended', async () => {
    const { app } = bureau;
    const { owner } = test.database;
    const lost = alone(app.pool, batchId, async (stillMine) => {
      await stillMine();
      await owner.query(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and granted
           and (classid::bigint << 32 | objid::bigint) = hashtextextended('sending ' || $1, 0)`,
        [batchId],
      );
      await stillMine();
      return 'sent';
    });
    await expect(lost).rejects.toThrow();
    expect(await alone(app.pool, batchId, () => Promise.resolve('another'))).toBe('another');
  });
});
