import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proposeAccountChange } from '#application/account-changes.js';
import { calculateClaim, fileClaim } from '#application/claims.js';
import { closeEmployer } from '#application/employers.js';
import { importFile } from '#application/imports/import-file.js';
import { withdrawRegistration } from '#application/people.js';
import { day } from '#domain/values/calendar.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-09-10'];
const account = { bankCode: '102581000001', account: '6222000099001', holder: '周九' };
const personColumns = 'number,id,name,household,enrolledOn';
const employerColumns = 'number,creditCode,name,office,enrolledOn';

/** Read models follow in their own time; who works on is not told that nobody is there. */
describe('what was recorded a moment ago', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await take('employers', [employerColumns, `U1,91440103JG7LCMK1X7,单位,${office},2017-04-01`]);
    await bureau.settle();
  }, 60_000);

  afterAll(() => test.close());

  async function take(kind: string, rows: readonly string[]): Promise<void> {
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const fileName = `${kind}-${String(rows.at(-1)).slice(0, 2)}.csv`;
    const act = bureau.act('intake', on);
    const report = await importFile(bureau.app, act, { kind, fileName, bytes });
    expect({ kind, problems: report.problems }).toEqual({ kind, problems: [] });
  }

  /** Recorded while no read model can follow; they may once the work has begun. */
  async function atOnce<Result>(
    record: () => Promise<void>,
    work: () => Promise<Result>,
  ): Promise<Result> {
    await bureau.settle();
    const holds = await test.database.owner.connect();
    try {
      await holds.query('begin');
      await holds.query('select from read.projection_checkpoint for update');
      await record();
      const working = work();
      await holds.query('rollback');
      return await working;
    } finally {
      holds.release();
    }
  }

  const works: readonly (readonly [string, (personRef: string) => Promise<unknown>])[] = [
    [
      'a claim',
      (personRef) => {
        const claim = { claimNo: 'C1', personRef, office, filedOn: day(on), account };
        return fileClaim(bureau.app, bureau.act('intake', on), claim);
      },
    ],
    [
      'a change of account',
      (personRef) => {
        const input = { personRef, changeNo: `${personRef}-${on}`, account };
        return proposeAccountChange(bureau.app, bureau.act('intake', on), input);
      },
    ],
    [
      'a registration that is taken back',
      (personRef) => withdrawRegistration(bureau.app, bureau.act('intake', on), { personRef }),
    ],
  ];

  it.each(works)('is known to %s', async (name, work) => {
    const at = works.findIndex(([one]) => one === name);
    const row = `P${at},${residentId(at).id18},周九,urban,2010-01-01`;
    await atOnce(
      () => take('persons', [personColumns, row]),
      () => work(`P${at}`),
    );
  });

  it('counts for a claim, and nothing is worked out from what has stopped', async () => {
    const person = `P8,${residentId(8).id18},周八,urban,2010-01-01`;
    await take('persons', [personColumns, person]);
    await bureau.settle();
    const claim = { claimNo: 'C8', personRef: 'P8', office, filedOn: day(on), account };
    await fileClaim(bureau.app, bureau.act('intake', on), claim);
    const calculate = () => calculateClaim(bureau.app, bureau.act('approver', on), 'C8');
    const history = ['person,from,to,used', 'P8,2018-01,2019-12,no'];
    const worth = await atOnce(() => take('history', history), calculate);
    expect(worth).toMatchObject({ finding: { calculation: { paidMonths: 24 } } });

    const stopped = (error: string | null) =>
      test.database.owner.query(
        "update read.projection_checkpoint set error = $1 where name = 'contribution_ledger'",
        [error],
      );
    await stopped('ContributionsRecorded at 7: nobody knows');
    await expect(calculate()).rejects.toMatchObject({
      ...{ code: 'READ_MODEL_STOPPED', facts: { model: 'contribution_ledger' } },
    });
    await stopped(null);
    await expect(calculate()).resolves.toMatchObject({ finding: worth.finding });
  });

  it('is known to who closes an employer', async () => {
    const input = { employerNo: 'U2', on: day(on) };
    await atOnce(
      () => take('employers', [employerColumns, `U2,91440101MA59AB1C2D,单位,${office},2017-04-01`]),
      () => closeEmployer(bureau.app, bureau.act('intake', on), input),
    );
  });
});
