import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importFile, type ImportReport } from '#application/imports/import-file.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-09-01'];
const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
const header = `${columns},bankCode,account,holder`;
const award = (claim: string, person: string, account: number) =>
  `${claim},${person},12,3,2026-06,241200,${office},102581000001,62220000${account},周九`;

/** Well-formed rows, one of which is refused: a second award names another account of a person. */
describe('a file of which a row is refused', () => {
  let test: TestSystem;
  let bureau: Bureau;
  const rows = [header, award('A1', 'P1', 600_001), award('A2', 'P1', 600_002)];

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    const persons = [1, 2].map((no) => `P${no},${residentId(no).id18},周九,urban,2020-01-01`);
    await take('persons', 'persons.csv', ['number,id,name,household,enrolledOn', ...persons]);
  }, 60_000);

  afterAll(() => test.close());

  async function take(
    kind: string,
    fileName: string,
    lines: readonly string[],
  ): Promise<ImportReport> {
    const input = { kind, fileName, bytes: Buffer.from([...lines, ''].join('\n')) };
    const report = await importFile(test.system.app, bureau.act('intake', on), input);
    await bureau.settle();
    return report;
  }

  const refused = {
    ...{ line: 3, key: 'A2', code: 'ACCOUNT_DIFFERS', facts: { claim: 'A2' } },
    zh: expect.stringContaining('A2'),
    en: expect.stringContaining('(claim: A2)'),
    ...{ doZh: expect.stringMatching(/./), doEn: expect.stringMatching(/./) },
  };

  it('names it by its line, with why and what to do', async () => {
    const { status, good, parked, outcome } = await take('opening', 'opening.csv', rows);
    expect({ status, good, parked }).toEqual({ status: 'taken', good: 2, parked: 0 });
    expect(outcome).toEqual({ refused: [refused], made: [expect.stringContaining(office)] });
  });

  it('names it again when it comes again', async () => {
    const head = await test.system.app.store.head();
    const again = await take('opening', 'opening.csv', rows);
    expect(again).toMatchObject({ status: 'same', outcome: { refused: [refused], made: [] } });
    expect(await test.system.app.store.head()).toBe(head);
  });

  it('lets it come corrected in another file, and is quiet about it from then on', async () => {
    const corrected = await take('opening', 'corrected.csv', [header, award('A2', 'P1', 600_001)]);
    expect(corrected).toMatchObject({ status: 'taken', known: 0, outcome: { refused: [] } });
    expect(corrected.outcome.made).toHaveLength(1);
    const again = await take('opening', 'opening.csv', rows);
    expect(again).toMatchObject({ status: 'same', outcome: { refused: [] } });
  });

  it('does not let a number that was taken come with other content', async () => {
    const other = await take('opening', 'other.csv', [header, award('A1', 'P2', 600_003)]);
    expect(other.problems).toMatchObject([{ line: 2, reason: 'number-taken' }]);
  });
});
