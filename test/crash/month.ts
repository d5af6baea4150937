import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '#application/app.js';
import { carryOut } from '#application/aside-works.js';
import { batchIdOf } from '#application/batches.js';
import { recoverSubmissions } from '#application/recovery.js';
import { approveResend, proposeResend, querySubmission } from '#application/sending.js';
import { contextOf } from '#application/context.js';
import { derivedId } from '#application/ids.js';
import { stored } from '#application/stored.js';
import { answerBatch, type LineAnswer } from '#apps/cli/bank/bank.js';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { Refusal } from '#domain/refusal.js';
import { yuan } from '#test/application/bureau.js';
import { extractOf, month, office, signInsOf, type SteadyBureau } from './office.js';

const batch = { office, month, no: 1, layout: 'delimited-v1' };
export const batchId = batchIdOf(batch);

/** A month from its roll to its close. Begun again it goes on where it stopped. */
export async function workMonth(bureau: SteadyBureau, folder: string): Promise<void> {
  await untilFile(bureau, folder);
  await send(bureau);
  await bookAnswers(bureau);
  bureau.at('close');
  await bureau.close(office, month, '2026-10-31');
}

/** The naive way, which must fail: the file goes first, and what was done is noted afterwards. */
export async function sendFirst(bureau: SteadyBureau, folder: string): Promise<void> {
  const { app } = bureau;
  await untilFile(bureau, folder);
  if ((await sendingOf(app)) === 'sent') return;
  const { file } = await batchNow(app);
  if (file === undefined) throw new Error('no file was written');
  await app.bank.prepare();
  await app.bank.deliver(file.fileName, [Buffer.from(file.sha256)]);
  const { by, on, commandId } = bureau.act('cashier', '2026-10-12');
  const start = { type: 'StartSubmission', batchId, payees: [], by, on } as const;
  const evidence = `folder:${file.fileName}`;
  const sent = { type: 'RecordSent', batchId, attempt: 1, evidence } as const;
  for (const command of [start, sent]) {
    const context = contextOf(by, derivedId(commandId, command.type), on);
    await app.transact.run(stored.batch, batchStream(batchId), command, context);
  }
}

export async function untilFile(bureau: SteadyBureau, folder: string): Promise<void> {
  const { app } = bureau;
  bureau.at('roll');
  await bureau.roll(office, month, '2026-10-05');
  bureau.at('extract');
  await bureau.takeIn('extracts', extractOf(folder), '2026-10-06');
  bureau.at('proposal');
  await bureau.signProposals(office, month, '2026-10-06');
  bureau.at('verification');
  await bureau.takeIn('sign-ins', signInsOf(folder), '2026-10-07');
  await bureau.judge(office, month, '2026-10-08');
  bureau.at('plan');
  await bureau.plan(month, { [office]: yuan(90_000_000) }, '2026-10-09');
  bureau.at('batch');
  await carryOut(app, 'prepareBatch', bureau.act('payroll', '2026-10-10'), batch);
  await bureau.signBatch(batchId, '2026-10-10');
  bureau.at('file');
  await carryOut(app, 'writeFile', bureau.act('accountant', '2026-10-11'), batchId);
}

/** The right to send was won, and then the process died: nothing is in the bank's folder. */
export async function cutOffSubmission(bureau: SteadyBureau, day: string): Promise<void> {
  const { app } = bureau;
  await app.bank.prepare();
  bureau.at('a submission that is cut off');
  const { by, on, commandId } = bureau.act('cashier', day);
  const start = { type: 'StartSubmission', batchId, payees: [], by, on } as const;
  const context = contextOf(by, commandId, on);
  await app.transact.run(stored.batch, batchStream(batchId), start, context);
}

/** As an operator does: he sends, asks when nobody knows, and sends again only as two people. */
async function send(bureau: SteadyBureau): Promise<void> {
  const { app } = bureau;
  for (let attempt = 1; ; attempt += 1) {
    bureau.at(`sending ${attempt}`);
    await carryOut(app, 'submitBatch', bureau.act('cashier', '2026-10-12'), batchId);
    if ((await sendingOf(app)) === 'sent') return;
    await bureau.settle();
    await recoverSubmissions(app);
    const statement = 'the bank says that it received nothing';
    await querySubmission(app, bureau.act('cashier', '2026-10-12'), { id: batchId, statement });
    if ((await sendingOf(app)) === 'sent') return;
    const reason = 'the file did not arrive';
    await proposeResend(app, bureau.act('cashier', '2026-10-12'), { id: batchId, reason });
    await approveResend(app, bureau.act('approver', '2026-10-12'), batchId);
  }
}

async function batchNow(app: App): Promise<LiveBatch> {
  const state = await app.transact.state(stored.batch, batchStream(batchId));
  if (state.status === 'none') throw new Error('no batch was drawn up');
  return state;
}

async function sendingOf(app: App): Promise<string | undefined> {
  return (await batchNow(app)).sending?.status;
}

/** Some are paid, one fails, one comes back, one is told late and twice, one nobody knows. */
async function bookAnswers(bureau: SteadyBureau): Promise<void> {
  const { outgoing } = bureau.app.bank;
  const [name = ''] = await readdir(outgoing);
  const answers = ({ seq }: Readonly<{ seq: number }>): LineAnswer => {
    if (seq === 2) return { result: 'failed', reason: 'AC04' };
    if (seq === 3) return { returnedOn: '2026-10-20' };
    if (seq === 4) return { delivery: 'late', unknownAfter: true };
    return seq === 5 ? { delivery: 'double' } : {};
  };
  const { files } = answerBatch(await readFile(join(outgoing, name)), { answers, seed: batchId });
  for (const file of files) {
    bureau.at(`receipt ${file.name}`);
    try {
      await bureau.book(office, month, '2026-10-21', file);
    } catch (error) {
      // Booked before the crash, and followed up since.
      if (!(error instanceof Refusal) || error.code !== 'RECEIPT_BOOKED') throw error;
    }
  }
}
