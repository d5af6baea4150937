import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { carryOut } from '#application/aside-works.js';
import { confirmStop, proposeStop } from '#application/batches.js';
import { alone } from '#application/sending-lock.js';
import {
  approveResend,
  proposeResend,
  querySubmission,
  submitBatch,
} from '#application/sending.js';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import { batchStream } from '#domain/batch/batch.js';
import { batchId, cutOffSubmission, untilFile } from '#test/crash/month.js';
import { goLive, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-12';

type CutOff = Readonly<{ test: TestSystem; bureau: SteadyBureau; end: () => Promise<void> }>;

/** A submission that was cut off, and that the bank says it has not received. */
async function cutOff(): Promise<CutOff> {
  const test = await openTestSystem();
  const { app } = test.system;
  const folder = await mkdtemp(join(tmpdir(), 'yuejie-resending-'));
  const bureau = new SteadyBureau(app);
  await goLive(app, folder, 4);
  await untilFile(bureau, folder);
  await cutOffSubmission(bureau, on);
  const statement = 'the bank says that it received nothing';
  await querySubmission(app, bureau.act('cashier', on), { id: batchId, statement });
  await bureau.settle();
  const end = async (): Promise<void> => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { test, bureau, end };
}

/** Two people allow another attempt. */
async function allow(bureau: SteadyBureau): Promise<void> {
  const reason = 'the file did not arrive';
  await proposeResend(bureau.app, bureau.act('cashier', on), { id: batchId, reason });
  await approveResend(bureau.app, bureau.act('approver', on), batchId);
}

describe('a batch that may be sent again', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let end: () => Promise<void>;

  beforeAll(async () => {
    ({ test, bureau, end } = await cutOff());
    await allow(bureau);
  }, 60_000);

  afterAll(() => end());

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
    await expect(lost).rejects.toThrow(/terminat|connection/i);
    expect(await alone(app.pool, batchId, () => Promise.resolve('another'))).toBe('another');
  });
});

describe('a line that is stopped between two attempts', () => {
  const instructionId = '44010320261001000001';
  let bureau: SteadyBureau;
  let end: () => Promise<void>;

  beforeAll(async () => {
    ({ bureau, end } = await cutOff());
    bureau.at('stop');
    const stop = { id: batchId, instructionId, reason: 'has died' };
    await proposeStop(bureau.app, bureau.act('payroll', on), stop);
    await confirmStop(bureau.app, bureau.act('reviewer', on), stop);
    await bureau.settle();
  }, 60_000);

  afterAll(() => end());

  async function lineOf(): Promise<string | undefined> {
    const award = await bureau.app.transact.state(stored.award, awardStream('A10000'));
    return award.status === 'none' ? undefined : award.lines[0]?.state;
  }

  it('is not due again while the first file may still be found', async () => {
    expect(await lineOf()).toBe('instructed');
  });

  it('is in no later file, and due for the next batch', async () => {
    await allow(bureau);
    await expect(submitBatch(bureau.app, bureau.act('cashier', on), batchId)).rejects.toMatchObject(
      {
        code: 'BATCH_NOT_READY',
      },
    );
    await carryOut(bureau.app, 'writeFile', bureau.act('accountant', on), batchId);
    await submitBatch(bureau.app, bureau.act('cashier', on), batchId);
    await bureau.settle();
    const [name = '', ...others] = await readdir(bureau.app.bank.outgoing);
    expect([name, others]).toEqual([`PAY-${batchId}-x1.txt`, []]);
    const text = await readFile(join(bureau.app.bank.outgoing, name), 'latin1');
    expect(text).not.toContain(instructionId);
    expect(text).toContain('44010320261001000002');
    expect(await lineOf()).toBe('stop-list');
  });
});
