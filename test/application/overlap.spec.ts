import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importFile, type ImportReport } from '#application/imports/import-file.js';
import { declarationStream } from '#domain/declaration/declaration.js';
import { personStream } from '#domain/person/person.js';
import { month } from '#domain/values/calendar.js';
import { contributionMonth } from '#projections/contribution-ledger.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const office = '440103';
const on = '2026-09-01';
const declared = 'month,employer,person,wageFen,baseFen,employerFen,employeeFen';

/** A bureau hands a longer list in that begins with the shorter one of last week. */
describe('a row that another file brought', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await take('employers', 'employers.csv', [
      'number,creditCode,name,office,enrolledOn',
      `U1,91440103JG7LCMK1X7,某单位,${office},2017-04-01`,
      `U2,91440106LB9CG8YN4E,另一单位,${office},2017-04-01`,
    ]);
    const persons = ['P1', 'P2', 'P3'].map(
      (person, at) => `${person},${residentId(at).id18},周九,urban,2020-01-01`,
    );
    await take('persons', 'persons.csv', ['number,id,name,household,enrolledOn', ...persons]);
  }, 60_000);

  afterAll(() => test.close());

  async function take(
    kind: string,
    fileName: string,
    rows: readonly string[],
    progress?: () => void,
  ): Promise<ImportReport> {
    const bytes = Buffer.from([...rows, ''].join('\n'));
    const input = { kind, fileName, bytes };
    const report = await importFile(test.system.app, bureau.act('intake', on), input, progress);
    await bureau.settle();
    return report;
  }

  async function eventsOf(stream: string): Promise<readonly string[]> {
    return (await test.system.app.store.read(stream)).map(({ type }) => type);
  }

  it('is known and not taken again', async () => {
    const [first, second] = ['2026-07,U1,P1,500000', '2026-07,U1,P2,500000'].map(
      (row) => `${row},500000,2500,2500`,
    );
    const short = await take('declarations', 'short.csv', [declared, first ?? '']);
    expect(short).toMatchObject({ status: 'taken', known: 0 });
    const long = await take('declarations', 'long.csv', [declared, first ?? '', second ?? '']);
    expect(long).toMatchObject({ status: 'taken', rows: 2, good: 2, known: 1 });
    const months = await contributionMonth(test.system.app.pool, month('2026-07'));
    expect(months).toMatchObject({ declaredLines: 2, declaredFen: 10_000n });
  });

  it('is taken with the next file when its own was cut off before it', async () => {
    const rows = ['2026-08,U1,P2,500000,500000,2500,2500', '2026-08,U2,P3,500000,500000,2500,2500'];
    const cutOff = take('declarations', 'cut.csv', [declared, ...rows], () => {
      throw new Error('the power went');
    });
    await expect(cutOff).rejects.toThrow('the power went');
    await bureau.settle();
    const [done, left] = ['U1', 'U2'].map((employer) =>
      declarationStream(employer, month('2026-08')),
    );
    const written = await eventsOf(done ?? '');
    expect(await eventsOf(left ?? '')).toEqual([]);
    await take('declarations', 'whole.csv', [declared, ...[...rows].reverse()]);
    expect(await eventsOf(done ?? '')).toEqual(written);
    expect(await eventsOf(left ?? '')).toEqual(written);
    expect(await take('declarations', 'cut.csv', [declared, ...rows])).toMatchObject({ known: 2 });
    expect(await eventsOf(done ?? '')).toEqual(written);
    expect(await eventsOf(left ?? '')).toEqual(written);
  });

  it('is tried again when it was refused with the other', async () => {
    const header = 'person,changedOn,bankCode,account,holder';
    const early = 'P1,2026-09-01,102581000001,6222000099981,周九';
    const later = 'P1,2026-09-02,102581000001,6222000099982,周九';
    expect((await take('accounts', 'a.csv', [header, early])).outcome.refused).toEqual([]);
    const refused = await take('accounts', 'b.csv', [header, later]);
    expect(refused.outcome.refused).toMatchObject([{ code: 'ACCOUNT_CHANGE_OPEN' }]);
    await bureau.signAccountChanges(['P1-2026-09-01'], on);
    const again = await take('accounts', 'c.csv', [header, later, later.replace('02', '03')]);
    expect(again).toMatchObject({ known: 1 });
    expect((await eventsOf(personStream('P1'))).at(-1)).toBe('AccountChangeProposed');
  });
});
