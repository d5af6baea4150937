import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proposeAccountChange } from '#application/account-changes.js';
import {
  approveClaim,
  calculateClaim,
  fileClaim,
  resubmitClaim,
  reviewClaim,
  sendClaimBack,
} from '#application/claims.js';
import { importFile, type ImportReport } from '#application/imports/import-file.js';
import { stored } from '#application/stored.js';
import type { GivenAccount } from '#application/vault.js';
import type { PayeeAccount } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { personStream } from '#domain/person/person.js';
import { day, month } from '#domain/values/calendar.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-09-10'];
const persons = ['P1', 'P2', 'P3', 'P4'] as const;
const hands = ['intake', 'approver', 'reviewer'];

const account = (no: number): GivenAccount => {
  return { bankCode: '102581000001', account: `62220000${300_000 + no}`, holder: '赵六' };
};

/** Three people change an account; neither a claim nor a list of awards is a way round them. */
describe('an account', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await bureau.openMonth(office, month('2026-09'), on);
    await take('employers', [
      'number,creditCode,name,office,enrolledOn',
      `U00001,91440103JG7LCMK1X7,单位,${office},2017-04-01`,
    ]);
    await take('persons', [
      'number,id,name,household,enrolledOn',
      ...persons.map((ref, at) => `${ref},${residentId(at).id18},赵六,urban,2010-01-01`),
    ]);
    const paid = persons.map((ref) => `${ref},2020-01,2024-12,no`);
    await take('history', ['person,from,to,used', ...paid]);
    await take('registrations', [
      'person,employer,endedOn,reason,registeredOn,certificate',
      ...persons.map((ref) => `${ref},U00001,2026-08-31,LCL-40,2026-09-03,JY${ref}`),
    ]);
  }, 60_000);

  afterAll(() => test.close());

  async function take(kind: string, rows: readonly string[]): Promise<ImportReport> {
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const fileName = `${kind}-${rows.length}-${String(rows.at(-1)).slice(0, 2)}.csv`;
    const report = await importFile(bureau.app, bureau.act('intake', on), {
      ...{ kind, fileName, bytes },
    });
    await bureau.settle();
    expect({ kind, problems: report.problems }).toEqual({ kind, problems: [] });
    return report;
  }

  async function file(claimNo: string, personRef: string, no: number): Promise<void> {
    await fileClaim(bureau.app, bureau.act('intake', on), {
      ...{ claimNo, personRef, office },
      filedOn: day(on),
      account: account(no),
    });
    await bureau.settle();
  }

  async function approve(claimNo: string): Promise<unknown> {
    const act = bureau.act('approver', on);
    const { digest } = await calculateClaim(bureau.app, act, claimNo);
    return approveClaim(bureau.app, act, { claimNo, outcome: 'grant', digest });
  }

  async function review(claimNo: string): Promise<void> {
    await reviewClaim(bureau.app, bureau.act('reviewer', on), claimNo);
    await bureau.settle();
  }

  async function change(personRef: string, no: number): Promise<void> {
    const changeNo = `${personRef}-${on}`;
    const input = { personRef, changeNo, account: account(no) };
    await proposeAccountChange(bureau.app, bureau.act('intake', on), input);
    await bureau.signAccountChanges([changeNo], on);
  }

  async function accountOfPerson(personRef: string): Promise<unknown> {
    const person = await bureau.app.transact.state(stored.person, personStream(personRef));
    return person.status === 'enrolled' ? person.account : undefined;
  }

  async function accountOfAward(awardNo: string): Promise<PayeeAccount | undefined> {
    const award = await bureau.app.transact.state(stored.award, awardStream(awardNo));
    return award.status === 'none' ? undefined : award.account;
  }

  const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
  const opening = (...rows: readonly (readonly [string, string, number])[]) => [
    `${columns},bankCode,account,holder`,
    ...rows.map(([award, personRef, no]) => {
      const { bankCode, account: number, holder } = account(no);
      const drawing = '12,3,2026-06,241200';
      return `${award},${personRef},${drawing},${office},${bankCode},${number},${holder}`;
    }),
  ];

  it('that was changed while a claim was under way is what the award opens with', async () => {
    await file('C1', 'P1', 1);
    await approve('C1');
    await change('P1', 2);
    await review('C1');
    const paidTo = await accountOfAward('C1');
    expect(paidTo).toMatchObject((await accountOfPerson('P1')) as object);
    expect(paidTo).toMatchObject({ hands, usableFrom: '2026-09-17' });
    const history = await bureau.app.store.read(awardStream('C1'));
    expect(history.map(({ type }) => type)).toEqual(['AwardOpened']);
  });

  it('that a claim names beside the recorded one is refused, and corrected', async () => {
    await file('C2', 'P2', 3);
    await change('P2', 4);
    await expect(approve('C2')).rejects.toMatchObject({ code: 'ACCOUNT_DIFFERS' });
    const reason = 'not the recorded account';
    await sendClaimBack(bureau.app, bureau.act('approver', on), { claimNo: 'C2', reason });
    const corrected = { claimNo: 'C2', account: account(4) };
    await resubmitClaim(bureau.app, bureau.act('intake', on), corrected);
    await approve('C2');
    await review('C2');
    expect(await accountOfAward('C2')).toMatchObject((await accountOfPerson('P2')) as object);
  });

  it('that a list of awards names beside the recorded one is refused', async () => {
    await change('P3', 5);
    const report = await take(
      'opening',
      opening(['A3', 'P3', 6], ['A4', 'P4', 7], ['A5', 'P4', 8]),
    );
    expect(report.outcome.refused).toMatchObject([
      { line: 2, key: 'A3', code: 'ACCOUNT_DIFFERS' },
      { line: 4, key: 'A5', code: 'ACCOUNT_DIFFERS' },
    ]);
    expect(report.outcome.made).toHaveLength(1);
    await change('P4', 9);
    await bureau.signRolls(report.outcome.made, on);
    expect(await accountOfAward('A4')).toMatchObject({
      ...((await accountOfPerson('P4')) as object),
      ...{ hands, usableFrom: '2026-09-17' },
    });
  });
});
