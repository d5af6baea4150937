import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { duePart } from '#application/rolls.js';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import { month as monthOf } from '#domain/values/calendar.js';
import { shippedPolicies, withRows } from '#law/shipped.js';
import { policyRows } from '#law/policy-file.js';
import { rangesOfOffice } from '#projections/award-state.js';
import { month, office, pool, SteadyBureau } from '#test/crash/office.js';
import { residentId } from '#test/stories/desk.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-05';
const origin = { document: '测试标准', origin: '测试' };
const amount = (from: string, value: object) => ({
  ...{ topic: 'benefit-amount', jurisdiction: pool, from, value },
  ...origin,
});
const byMonth = (first: number, later: number) => ({
  kind: 'by-benefit-month',
  bands: [
    { fromNo: 1, monthlyFen: first },
    { fromNo: 5, monthlyFen: later },
  ],
});
const byYears = {
  kind: 'by-contribution-years',
  bands: [{ fromMonths: 12, monthlyFen: 200_000 }],
};

describe('an award brought in without an amount', () => {
  let test: TestSystem;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-by-law-'));
  });

  afterEach(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function bring(rows: readonly object[]) {
    test = await openTestSystem(withRows(shippedPolicies, policyRows({ rows })));
    const bureau = new SteadyBureau(test.system.app);
    bureau.at('go-live');
    await bureau.openOffices('2026-10-01');
    await bureau.openMonth(office, month, '2026-10-01');
    const { id18 } = residentId(1);
    const persons = `number,id,name,household,enrolledOn\nP1,${id18},孙八,urban,2010-01-01\n`;
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const terms = `A1,P1,12,3,2026-07,,${office},102581000001,6222000001,孙八`;
    await writeFile(join(folder, 'persons.csv'), persons);
    await writeFile(join(folder, 'opening.csv'), `${columns},bankCode,account,holder\n${terms}\n`);
    await bureau.takeIn('persons', join(folder, 'persons.csv'), '2026-10-01');
    const { outcome } = await bureau.takeIn('opening', join(folder, 'opening.csv'), on);
    await bureau.signRolls(outcome.made, on);
    return outcome;
  }

  async function linesOf(rollMonth: string) {
    const { app } = test.system;
    const parts: string[] = [];
    for (const range of await rangesOfOffice(app.pool, office)) {
      const of = { office, jurisdiction: pool, month: monthOf(rollMonth), range };
      parts.push((await duePart(app, of)).text);
    }
    const lines = parts.join('\n').split('\n');
    return lines.map((line) => JSON.parse(line) as { month: string; amountFen: string });
  }

  it('has what the law gives for each month, and follows a raised standard', async () => {
    const { refused } = await bring([
      amount('2026-01-01', byMonth(200_000, 160_000)),
      amount('2026-12-01', byMonth(210_000, 170_000)),
    ]);
    expect(refused).toEqual([]);
    expect((await linesOf('2026-12')).map((line) => [line.month, line.amountFen])).toEqual([
      ['2026-10', '200000'],
      ['2026-11', '160000'],
      ['2026-12', '170000'],
    ]);
  });

  it('is refused where the law needs the months paid', async () => {
    const { refused, made } = await bring([amount('2026-01-01', byYears)]);
    expect(refused).toMatchObject([{ key: 'A1', code: 'OPENING_AMOUNT_MISSING' }]);
    expect(made).toEqual([]);
    const { transact } = test.system.app;
    expect(await transact.state(stored.award, awardStream('A1'))).toEqual({ status: 'none' });
  });
});
