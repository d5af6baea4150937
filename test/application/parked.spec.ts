import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitingRows } from '#application/imports/files.js';
import { importFile, type ImportReport } from '#application/imports/import-file.js';
import { rowThatWaits, rowsThatWait } from '#application/imports/parked.js';
import { refusalTexts } from '#application/refusal-texts.js';
import { contributionMonth } from '#projections/contribution-ledger.js';
import { month } from '#domain/values/calendar.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-09-01'];
const declared = [
  'month,employer,person,wageFen,baseFen,employerFen,employeeFen',
  ...['P1', 'P2', 'P3'].map((person) => `2026-09,U1,${person},1044000,1044000,5220,5220`),
];

/** Two of three people of a declaration are not in the register yet. */
describe('a file with rows that wait', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await take('employers', 'employers.csv', [
      'number,creditCode,name,office,enrolledOn',
      `U1,91440103JG7LCMK1X7,某单位,${office},2017-04-01`,
    ]);
    await enrol(1);
  }, 60_000);

  afterAll(() => test.close());

  async function take(
    kind: string,
    fileName: string,
    rows: readonly string[],
    park = true,
  ): Promise<ImportReport> {
    const bytes = Buffer.from([...rows, ''].join('\n'));
    const input = { kind, fileName, bytes, park };
    const report = await importFile(test.system.app, bureau.act('intake', on), input);
    await bureau.settle();
    return report;
  }

  function enrol(no: number): Promise<ImportReport> {
    const row = `P${no},${residentId(no).id18},周九,urban,2020-01-01`;
    const header = 'number,id,name,household,enrolledOn';
    return take('persons', `persons-${no}.csv`, [header, row]);
  }

  const waiting = () => waitingRows(test.system.app.pool, [pool]);
  const again = (park = true) => take('declarations', 'declared.csv', declared, park);
  const declaredLines = async () =>
    (await contributionMonth(test.system.app.pool, month('2026-09'))).declaredLines;

  it('keeps them in a list, each with its reason and nothing of what it says', async () => {
    expect(await again()).toMatchObject({ status: 'taken', parked: 2, retaken: 0 });
    const [first] = await waiting();
    const place = { ref: first?.rejects ?? '', line: 3 };
    const act = bureau.act('intake', on);
    const row = await rowThatWaits(test.system.app, act, place);
    expect(row).toEqual({
      ...{ kind: 'declarations', name: 'declared.csv', line: 3, column: 'person' },
      ...{ reason: 'person-unknown', zh: '人员未登记', en: 'The person is not registered' },
    });
    expect((await rowsThatWait(test.system.app, act))[0]).toEqual({
      ...row,
      rejects: first?.rejects,
    });
    const elsewhere = { ...act, offices: ['440104'] };
    expect(await rowThatWaits(test.system.app, elsewhere, place)).toBeUndefined();
  });

  it('changes nothing when it comes again too early, or without being asked to', async () => {
    expect(await again()).toMatchObject({ status: 'same', parked: 2, retaken: 0 });
    await enrol(2);
    const head = await test.system.app.store.head();
    expect(await again(false)).toMatchObject({ status: 'same', parked: 2 });
    expect(await test.system.app.store.head()).toBe(head);
  });

  it('brings what is good by then, and leaves the rest in the list', async () => {
    expect(await again()).toMatchObject({ status: 'taken', parked: 1, retaken: 1 });
    expect(await waiting()).toMatchObject([{ line: 4, reason: 'person-unknown' }]);
    expect(await declaredLines()).toBe(2);
  });

  it('does so once', async () => {
    const head = await test.system.app.store.head();
    expect(await again()).toMatchObject({ status: 'same', parked: 1, retaken: 0 });
    expect(await test.system.app.store.head()).toBe(head);
  });

  it('is done when the last row has come, be it with another file', async () => {
    await enrol(3);
    const [header = '', , , third = ''] = declared;
    await take('declarations', 'third.csv', [header, third]);
    expect(await again()).toMatchObject({ parked: 0, retaken: 1 });
    expect(await waiting()).toEqual([]);
    expect(await declaredLines()).toBe(3);
  });

  it('keeps what a decision refuses, with the reason of that', async () => {
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const award = (claim: string, account: number) =>
      `${claim},P4,12,3,2026-06,241200,${office},102581000001,62220000${account},周九`;
    const header = `${columns},bankCode,account,holder`;
    const own = [header, award('A4', 600_004)];
    expect(await take('opening', 'early.csv', own)).toMatchObject({ parked: 1 });
    await enrol(4);
    await bureau.openMonth(office, month('2026-09'), on);
    const { outcome } = await take('opening', 'other.csv', [header, award('A5', 600_005)]);
    await bureau.signRolls(outcome.made, on);
    const refused = { outcome: { refused: [{ key: 'A4', code: 'ACCOUNT_DIFFERS' }] } };
    const report = await take('opening', 'early.csv', own);
    expect(report).toMatchObject({ status: 'same', parked: 1, retaken: 0, ...refused });
    const [row] = await waiting();
    const place = { ref: row?.rejects ?? '', line: 2 };
    expect(await rowThatWaits(test.system.app, bureau.act('intake', on), place)).toMatchObject({
      ...{ reason: 'ACCOUNT_DIFFERS', en: refusalTexts.ACCOUNT_DIFFERS.en },
    });
  });

  it('is still refused under its name with other content', async () => {
    const other = [...declared, '2026-09,U1,P1,1044001,1044000,5220,5220'];
    await expect(take('declarations', 'declared.csv', other)).rejects.toMatchObject({
      code: 'FILE_NAME_TAKEN',
    });
  });
});
