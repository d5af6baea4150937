import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reviewSharing } from '#application/account-changes.js';
import { importFile } from '#application/imports/import-file.js';
import { Staff } from '#application/staff.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { awardStream } from '#domain/award/award.js';
import { month } from '#domain/values/calendar.js';
import { StaffAccounts } from '#security/accounts.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-10-05'];
const persons = ['P1', 'P2', 'P3'] as const;

/** P1 comes to work here after the list was brought in, P2 worked here before; P3 never does. */
describe('a benefit that is paid to somebody who works here', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await bureau.openMonth(office, month('2026-10'), on);
    await hire('wang', 1);
    await take('persons', [
      'number,id,name,household,enrolledOn',
      ...persons.map((ref, at) => `${ref},${residentId(at).id18},赵六,urban,2010-01-01`),
    ]);
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const made = await take('opening', [
      `${columns},bankCode,account,holder`,
      ...persons.map((ref, at) => {
        const account = `102581000001,62220000${500_000 + at},赵六`;
        return `A${ref},${ref},12,3,2026-07,241200,${office},${account}`;
      }),
    ]);
    await bureau.signRolls(made, on);
    await hire('li', 0);
  }, 60_000);

  afterAll(() => test.close());

  async function hire(actorId: string, serial: number): Promise<void> {
    const { app } = test.system;
    const staff = new Staff(app, new StaffAccounts(app.pool, () => new Date()));
    const act = { ...bureau.act('intake', on), commandId: randomUUID() };
    const { id18: idNumber } = residentId(serial);
    await staff.registerActor(act, { actorId, office: pool, name: '赵六', idNumber });
    await bureau.settle();
  }

  async function take(kind: string, rows: readonly string[]): Promise<readonly string[]> {
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const input = { kind, fileName: `${kind}.csv`, bytes };
    const { outcome } = await importFile(bureau.app, bureau.act('intake', on), input);
    await bureau.settle();
    return outcome.made;
  }

  async function awardOf(person: string) {
    const award = await bureau.app.transact.state(stored.award, awardStream(`A${person}`));
    if (award.status === 'none' || award.account === undefined) throw new Error(person);
    const { accountKey } = award.account;
    const account = await bureau.app.transact.state(stored.account, accountStream(accountKey));
    return { shared: award.shared, accountKey, ...account };
  }

  it.each([
    ['P1', ['P1', 'actor:li']],
    ['P2', ['P2', 'actor:wang']],
  ])('waits: the account of %s is a member of staff’s', async (person, holders) => {
    expect(await awardOf(person)).toMatchObject({ shared: true, cleared: false, holders });
  });

  it('waits for nobody else', async () => {
    expect(await awardOf('P3')).toMatchObject({ shared: false, cleared: true, holders: ['P3'] });
  });

  it('is paid once two others have found it in order, and never by himself', async () => {
    const { accountKey, holders } = await awardOf('P1');
    const review = { accountKey, holders, reason: 'he left before', step: 'make' } as const;
    const own = bureau.act('approver', on);
    const himself = { ...own, by: { ...own.by, person: 'li' } };
    await expect(reviewSharing(bureau.app, himself, review)).rejects.toMatchObject({
      code: 'SIGNER_IS_PAYEE',
    });
    await bureau.reviewSharing(accountKey, on);
    expect(await awardOf('P1')).toMatchObject({ shared: false, cleared: true });
  });
});
