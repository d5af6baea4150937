import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reviewSharing } from '#application/account-changes.js';
import type { Act } from '#application/app.js';
import { waitingRows } from '#application/imports/files.js';
import { importFile } from '#application/imports/import-file.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { month } from '#domain/values/calendar.js';
import { personByRef } from '#projections/person-register.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const [here, there] = ['440103', '440104'] as const;
const on = '2026-09-01';

/** Two counties of one pool: whoever works in one does not speak for the other. */
describe('what an office’s people may bring in', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [here, there]);
    await bureau.openOffices(on);
    const header = 'number,id,name,household,enrolledOn';
    for (const [at, office] of [here, there].entries()) {
      await bureau.openMonth(office, month('2026-09'), on);
      const person = `P-${office}`;
      const row = `${person},${residentId(at).id18},周九,urban,2020-01-01`;
      await take(office, 'persons', `persons-${office}.csv`, [header, row]);
    }
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const rows = [here, there].map((office) => {
      const drawing = `A-${office},P-${office},12,3,2026-06,241200,${office}`;
      return `${drawing},102581000001,6222000099981,周九`;
    });
    const opening = [`${columns},bankCode,account,holder`, ...rows];
    const report = await take(pool, 'opening', 'opening.csv', opening);
    await bureau.signRolls(report.outcome.made, on);
  }, 120_000);

  afterAll(() => test.close());

  function actOf(office: string, hand: Parameters<Bureau['act']>[0] = 'intake'): Act {
    const act = bureau.act(hand, on);
    const offices = office === pool ? act.offices : [office];
    return { ...act, by: { ...act.by, office }, offices };
  }

  async function take(office: string, kind: string, fileName: string, rows: readonly string[]) {
    const bytes = Buffer.from([...rows, ''].join('\n'));
    const input = { kind, fileName, bytes, park: true };
    const report = await importFile(test.system.app, actOf(office), input);
    await bureau.settle();
    return report;
  }

  it('is what its own people signed, and not another county’s', async () => {
    const rows = ['person,signedOn', `P-${here},${on}`, `P-${there},${on}`];
    const report = await take(here, 'sign-ins', 'sign-ins.csv', rows);
    expect(report).toMatchObject({ good: 1, parked: 1 });
    expect(report.problems).toMatchObject([{ line: 3, reason: 'office-out-of-scope' }]);
    const verification = (office: string) =>
      test.system.app.store.read(`verification-${office}-2026-09`);
    expect(await verification(here)).not.toEqual([]);
    expect(await verification(there)).toEqual([]);
  });

  it('waits in the list of its own office and of the pool', async () => {
    const names = async (offices: readonly string[]) =>
      (await waitingRows(test.system.app.pool, offices)).map(({ name }) => name);
    expect(await names([here])).toEqual(['sign-ins.csv']);
    expect(await names([there])).toEqual([]);
    expect(await names([pool, here, there])).toEqual(['sign-ins.csv']);
  });

  it('is no word on an account that somebody of another county has too', async () => {
    const { app } = test.system;
    const accountKey = (await personByRef(app.pool, `P-${here}`))?.accountKey ?? '';
    const { holders } = await app.transact.state(stored.account, accountStream(accountKey));
    expect(holders).toEqual([`P-${here}`, `P-${there}`]);
    const review = { accountKey, holders, reason: 'a couple', step: 'make' } as const;
    await expect(reviewSharing(app, actOf(here, 'approver'), review)).rejects.toMatchObject({
      ...{ code: 'OFFICE_OUT_OF_SCOPE', facts: { holder: `P-${there}` } },
    });
    const ofPool = await reviewSharing(app, actOf(pool, 'approver'), review);
    expect(ofPool).toMatchObject({ events: ['SharingReviewProposed'] });
  });
});
