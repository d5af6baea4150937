import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { carryOut } from '#application/aside-works.js';
import { mergePersons } from '#application/people.js';
import { stored } from '#application/stored.js';
import { answerBatch } from '#apps/cli/bank/bank.js';
import { awardStream } from '#domain/award/award.js';
import { isPayable, unpaidReason, type LiveAward } from '#domain/award/award-state.js';
import { batchStream } from '#domain/batch/batch.js';
import { recoveryStream } from '#domain/recovery/recovery.js';
import { day } from '#domain/values/calendar.js';
import { batchId, untilFile } from '#test/crash/month.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { residentId } from '#test/stories/desk.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-12';

/**
 * Four people go live with an award each: the first two are one, and the last is somebody enrolled.
 */
describe('an award of a number that turns out to be another’s', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    folder = await mkdtemp(join(tmpdir(), 'yuejie-merges-'));
    bureau = new SteadyBureau(app);
    await goLive(app, folder, 4);
    bureau.at('unpaid');
    const columns = 'claim,person,month,item,amountFen,reason';
    const path = join(folder, 'unpaid.csv');
    await writeFile(path, `${columns}\nA10001,P10001,2026-09,benefit,241201,failed\n`);
    const { outcome } = await bureau.takeIn('opening-unpaid', path, '2026-10-02');
    await bureau.signRolls(outcome.made, '2026-10-02');
    await untilFile(bureau, folder);
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function award(awardNo: string): Promise<LiveAward> {
    const state = await bureau.app.transact.state(stored.award, awardStream(awardNo));
    if (state.status === 'none') throw new Error(`no award ${awardNo}`);
    return state;
  }

  async function merge(personRef: string, into: string): Promise<void> {
    bureau.at(`merge ${personRef}`);
    const two = { personRef, into };
    await mergePersons(bureau.app, bureau.act('intake', on), { ...two, step: 'make' });
    await mergePersons(bureau.app, bureau.act('approver', on), { ...two, step: 'approve' });
    await bureau.settle();
  }

  /** Takes a file of these rows in. */
  async function bring(kind: string, rows: readonly string[]): Promise<readonly string[]> {
    bureau.at(`bring ${kind}`);
    const path = join(folder, `${kind}-more.csv`);
    await writeFile(path, `${rows.join('\n')}\n`);
    const { outcome } = await bureau.takeIn(kind, path, on);
    return outcome.made;
  }

  async function demands(recoveryNo: string): Promise<readonly unknown[]> {
    const history = await bureau.app.store.read(recoveryStream(recoveryNo));
    return history.map(({ type, data }) => ({ ...(JSON.parse(data) as object), type }));
  }

  it('owes nothing more, for no month, once both are one', async () => {
    const { account, lines } = await award('A10001');
    if (account === undefined) throw new Error('the award came without an account');
    const changed = { ...account, accountRef: 'another' };
    const september = lines.find(({ lineId }) => lineId === '2026-09');
    if (september === undefined) throw new Error('the unpaid line was not brought');
    expect(isPayable({ ...(await award('A10001')), account: changed }, september, day(on))).toBe(
      true,
    );
    await merge('P10001', 'P10000');
    const after = await award('A10001');
    expect(after.status).toBe('stopped');
    expect(unpaidReason({ ...after, account: changed }, september, day(on))).toBe('disputed');
    expect(await demands('merge-A10001')).toEqual([]);
  });

  it('is asked back for what was on its way to the bank when they became one', async () => {
    bureau.at('send');
    await carryOut(bureau.app, 'submitBatch', bureau.act('cashier', on), batchId);
    const batch = await bureau.app.transact.state(stored.batch, batchStream(batchId));
    if (batch.status === 'none' || batch.file === undefined) throw new Error('no file');
    const bytes = await readFile(join(bureau.app.bank.outgoing, batch.file.fileName));
    for (const file of answerBatch(bytes, { answers: {}, seed: batchId }).files) {
      bureau.at(`receipt ${file.name}`);
      await bureau.book(office, month, on, file);
    }
    const asked = { awardNo: 'A10001', months: [month], amountFen: '241201' };
    expect(await demands('merge-A10001')).toMatchObject([{ type: 'RecoveryOpened', ...asked }]);
    expect(await demands('merge-A10000')).toEqual([]);
  });

  it('goes on when the number that stays has no award', async () => {
    const id = residentId(900).id18;
    const person = `P20000,${id},孙八,urban,2010-01-01`;
    await bring('persons', ['number,id,name,household,enrolledOn', person]);
    await merge('P10003', 'P20000');
    expect(await award('A10003')).toMatchObject({ status: 'open', holds: [] });
  });

  it('ends before it is paid once the number that stays has one too', async () => {
    await bring('sign-ins', ['person,signedOn', `P10003,${month}-07`]);
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const terms = `A20000,P20000,12,3,2026-07,241200,${office},102581000001,6222000029,孙八`;
    await bureau.signRolls(
      await bring('opening', [`${columns},bankCode,account,holder`, terms]),
      on,
    );
    bureau.at('second batch');
    const input = { office, month, no: 2, layout: 'delimited-v1' };
    await carryOut(bureau.app, 'prepareBatch', bureau.act('payroll', on), input);
    await bureau.signBatch(`${office}-${month}-2`, on);
    const { status, holds, lines, payments } = await award('A10003');
    expect({ status, lines, payments }).toEqual({ status: 'stopped', lines: [], payments: [] });
    expect(holds).toMatchObject([{ reason: 'disputed' }]);
    expect(await award('A20000')).toMatchObject({ status: 'open', holds: [] });
  });
});
