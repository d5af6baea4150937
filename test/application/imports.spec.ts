import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileClaim } from '#application/claims.js';
import { importFile } from '#application/imports/import-file.js';
import { rowsThatWait } from '#application/imports/parked.js';
import { day } from '#domain/values/calendar.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const header = 'number,creditCode,name,office,enrolledOn';
const one = 'E0001,91440103JG7LCMK1X7,广州信恒服饰有限公司,440103,2017-04-01';
const two = 'E0002,91440106LB9CG8YN4E,广州宏达服饰有限公司,440103,2015-10-01';

describe('taking a file in', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, '440100', ['440103']);
    await bureau.openOffices('2026-09-01');
  });

  afterAll(() => test.close());

  const take = (fileName: string, rows: readonly string[], park = false) =>
    importFile(test.system.app, bureau.act('intake', '2026-09-02'), {
      ...{ kind: 'employers', fileName, park },
      bytes: Buffer.from([header, ...rows, ''].join('\n')),
    });

  it('changes nothing the second time, and refuses its name with other content', async () => {
    const first = await take('employers.csv', [one]);
    expect(first).toMatchObject({ status: 'taken', good: 1 });
    const head = await test.system.app.store.head();
    expect(await take('employers.csv', [one])).toMatchObject({ status: 'same' });
    await expect(take('employers.csv', [two])).rejects.toMatchObject({ code: 'FILE_NAME_TAKEN' });
    expect(await test.system.app.store.head()).toBe(head);
  });

  it('of a name that another office has used is that of its own', async () => {
    const three = 'E0009,91440106LB9CG8YN4E,广州宏远服饰有限公司,440103,2015-10-01';
    const act = bureau.act('intake', '2026-09-02');
    const county = { ...act, by: { ...act.by, office: '440103' } };
    const bad = 'E0010,91440106LB9CG8YN4E,广州宏远服饰有限公司,440103,2015-13-01';
    const bytes = Buffer.from([header, three, bad, ''].join('\n'));
    const input = { kind: 'employers', fileName: 'employers.csv', bytes, park: true };
    const first = await importFile(test.system.app, county, input);
    expect(first).toMatchObject({ status: 'taken', good: 1, parked: 1 });
    const again = { ...bureau.act('intake', '2026-09-03'), by: county.by };
    const same = await importFile(test.system.app, again, input);
    expect(same).toMatchObject({ status: 'same', parked: 1 });
    expect(await take('employers.csv', [one])).toMatchObject({ status: 'same', parked: 0 });
    const waiting = await rowsThatWait(test.system.app, county);
    expect(waiting).toMatchObject([{ name: 'employers.csv', line: 3, reason: 'day-invalid' }]);
  });

  it('takes nothing while a row is bad, or the good rows with the bad one parked', async () => {
    const bad = 'E0003,91440106LB9CG8YN4E,广州宏达服饰有限公司,440103,2015-13-01';
    const head = await test.system.app.store.head();
    expect(await take('more.csv', [two, bad])).toMatchObject({ status: 'rejected', good: 1 });
    expect(await test.system.app.store.head()).toBe(head);
    const parked = await take('more.csv', [two, bad], true);
    expect(parked).toMatchObject({ status: 'taken', good: 1, parked: 1 });
  });

  it('files no claim with half an account', async () => {
    const person = 'P1,450103199411286445,林志,urban,2012-04-01,13681485933';
    const persons = ['number,id,name,household,enrolledOn,phone', person, ''].join('\n');
    const act = bureau.act('intake', '2026-09-02');
    const input = { kind: 'persons', fileName: 'persons.csv', bytes: Buffer.from(persons) };
    await importFile(test.system.app, act, input);
    await bureau.settle();
    const claim = fileClaim(test.system.app, bureau.act('intake', '2026-09-02'), {
      ...{ claimNo: 'C1', personRef: 'P1', office: '440103', filedOn: day('2026-09-02') },
      account: { bankCode: '105581149721', account: ' ', holder: '林志' },
    });
    await expect(claim).rejects.toMatchObject({ code: 'ACCOUNT_MISSING' });
  });

  it('brings nothing twice when another clerk hands it in under another name', async () => {
    const claims = ['number,person,claimedOn,office,bankCode,account,holder', ''];
    claims.splice(1, 0, 'C2,P1,2026-09-02,440103,105581149721,6222000000004242,林志');
    const bytes = Buffer.from(claims.join('\n'));
    const file = (fileName: string) => ({ kind: 'claims', fileName, bytes });
    const { app } = test.system;
    const first = await importFile(app, bureau.act('intake', '2026-09-02'), file('claims.csv'));
    expect(first).toMatchObject({ status: 'taken', outcome: { refused: [], made: ['C2'] } });
    await bureau.settle();
    const head = await app.store.head();
    const again = await importFile(app, bureau.act('payroll', '2026-09-03'), file('again.csv'));
    expect(again).toMatchObject({ status: 'taken', known: 1, outcome: { refused: [], made: [] } });
    expect(await app.store.head()).toBe(head);
  });
});
