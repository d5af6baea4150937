import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportReport } from '#application/imports/import-file.js';
import type { LineAnswer } from '#apps/cli/bank/bank.js';
import { reasonOfText } from '#banking/reasons.js';
import { addMonths, month as monthOf, type Month } from '#domain/values/calendar.js';
import { claimByNo } from '#projections/claim-register.js';
import { contributionMonth } from '#projections/contribution-ledger.js';
import { closeOf, sheetOf } from '#projections/month-sheet.js';
import { Bureau, yuan } from '#test/application/bureau.js';
import { openTestSystem, type TestSystem } from '#test/application/system.js';
import { bankResults, cityA, readOracle } from './oracle.js';

const oracle = readOracle();
const pool = '440100';
const offices = ['440103', '440106'];
const months = [monthOf('2026-09'), monthOf('2026-10'), monthOf('2026-11')];

/** Reads a figure for the whole city: the sum over its offices. */
describe("a bureau's own export of three months", () => {
  let test: TestSystem;
  let bureau: Bureau;
  const reports: ImportReport[] = [];

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, offices);
    await bureau.openOffices('2026-09-01');
    await goLive();
    for (const month of months) await workMonth(month);
  }, 240_000);

  afterAll(() => test.close());

  const take = async (kind: string, file: string, on: string): Promise<ImportReport> => {
    const report = await bureau.takeIn(kind, `${cityA}${file}.csv`, on);
    reports.push(report);
    return report;
  };

  async function goLive(): Promise<void> {
    const on = '2026-09-01';
    for (const office of offices) await bureau.openMonth(office, monthOf('2026-09'), on);
    await take('employers', '单位', on);
    await take('persons', '个人', on);
    await take('history', '缴费历史', on);
    const opening = await take('opening', '期初待遇', on);
    await bureau.signRolls(opening.outcome.made, on);
    const unpaid = await take('opening-unpaid', '期初未发', on);
    await bureau.signRolls(unpaid.outcome.made, on);
    await take('registrations', '失业登记', '2026-09-03');
    await take('claims', '申领', '2026-09-08');
  }

  async function workMonth(month: Month): Promise<void> {
    const of = month.replace('-', '');
    const changes = await take('accounts', `账户变更-${of}`, `${month}-03`);
    await bureau.signAccountChanges(changes.outcome.made, `${month}-03`);
    await take('extracts', `比对-${of}`, `${month}-05`);
    for (const office of offices) await bureau.signProposals(office, month, `${month}-06`);
    for (const { claim, applied } of oracle.decisions) {
      const row = await claimByNo(test.system.app.pool, claim);
      if (applied.startsWith(month) && row?.status === 'accepted')
        await bureau.decideClaim(claim, `${month}-14`);
    }
    await bureau.settle();
    for (const office of offices) await bureau.roll(office, month, `${month}-15`);
    await take('declarations', `申报-${of}`, `${month}-16`);
    await take('collections', `到账-${of}`, `${month}-18`);
    await returns(month);
    await take('sign-ins', `审验-${of}`, `${month}-21`);
    for (const office of offices) await bureau.judge(office, month, `${month}-21`);
    if (month === '2026-10') await reviewShared();
    const allotments = Object.fromEntries(offices.map((office) => [office, yuan(500_000)]));
    await bureau.plan(month, allotments, `${month}-22`);
    for (const office of offices) await payOffice(office, month);
    for (const office of offices) await bureau.close(office, month, `${month}-30`);
  }

  async function payOffice(office: string, month: Month): Promise<void> {
    const results = bankResults(month);
    const answer = (person: string): LineAnswer | undefined => {
      const row = results.get(person);
      if (row === undefined) return undefined;
      const reason = reasonOfText(row.reason) ?? 'MS03';
      return row.result === '失败' ? { result: 'failed', reason } : { returnedOn: row.on, reason };
    };
    const files = await bureau.pay(office, month, `${month}-23`, answer);
    for (const file of files) {
      if (file.day.startsWith(month)) await bureau.book(office, month, `${month}-25`, file);
      else later.push({ office, file });
    }
  }

  const later: { office: string; file: { name: string; bytes: Buffer; day: string } }[] = [];

  /** What the bank sends back weeks later is booked in the month in which it comes. */
  async function returns(month: Month): Promise<void> {
    for (const { office, file } of later) {
      if (file.day.startsWith(month)) await bureau.book(office, month, file.day, file);
    }
  }

  async function reviewShared(): Promise<void> {
    const claim = await claimByNo(test.system.app.pool, 'C000002');
    if (claim === undefined) throw new Error('C000002 is not in the register');
    const key = (await test.system.app.store.read('claim-C000002'))[0]?.data ?? '{}';
    const { account } = JSON.parse(key) as { account: { accountKey: string } };
    await bureau.reviewSharing(account.accountKey, '2026-10-22');
  }

  it('rejects exactly the rows that are wrong, each for its first reason', () => {
    const rejected = reports.flatMap(({ problems }) =>
      problems.map(({ file, line, reason }) => ({ file, line, reason })),
    );
    expect(rejected).toEqual(expect.arrayContaining([...oracle.rejected]));
    expect(rejected).toHaveLength(oracle.rejected.length);
    const warned = reports.flatMap(({ warnings }) =>
      warnings.map(({ file, line, reason }) => ({ file, line, reason })),
    );
    expect(warned).toEqual(expect.arrayContaining([...oracle.warned]));
    expect(warned).toHaveLength(oracle.warned.length);
  });

  it.each(oracle.decisions.map((decision) => [decision.claim, decision] as const))(
    'decides %s as the law gives it',
    async (claimNo, decision) => {
      const row = await claimByNo(test.system.app.pool, claimNo);
      if (decision.reason === 'open-claim-or-award') {
        expect(row).toMatchObject({ status: 'turned-away', code: 'OPEN_CLAIM_OR_AWARD' });
        return;
      }
      expect(row).toMatchObject({
        status: 'decided',
        outcome: decision.eligible ? 'grant' : 'reject',
      });
      if (decision.reason !== undefined) expect(row?.reason).toBe(decision.reason);
      if (!decision.eligible) return;
      expect(row).toMatchObject({
        months: decision.months,
        paidMonths: decision.paidMonths,
        firstMonth: decision.firstPayMonth,
        monthlyFen: BigInt(decision.monthlyFen ?? 0),
      });
    },
  );

  it.each(oracle.contributions ? Object.entries(oracle.contributions) : [])(
    'counts the contributions of %s',
    async (month, expected) => {
      const counted = await contributionMonth(test.system.app.pool, monthOf(month));
      expect({
        declaredLines: counted.declaredLines,
        declaredFen: Number(counted.declaredFen),
        receivedFen: Number(counted.receivedFen),
        unnamedFen: Number(counted.unnamedFen),
        employersFullyReceived: counted.employersFullyReceived,
        employersDeclaring: counted.employersDeclaring,
        linesOfEmployersFullyReceived: counted.linesOfEmployersFullyReceived,
      }).toEqual(expected);
    },
  );

  it.each(oracle.sheets.map((sheet) => [sheet.month, sheet] as const))(
    'closes %s to the fen, in lines, person-months and money',
    async (month, expected) => {
      const { app } = test.system;
      const [sheet] = await sheetOf(app.pool, { month: monthOf(month), pool }).then((items) =>
        Object.values(items),
      );
      if (sheet === undefined) throw new Error(`no sheet of ${month}`);
      const { lines, personMonths, fen } = expected;
      for (const column of Object.keys(lines) as (keyof typeof sheet)[]) {
        expect({ column, ...sheet[column], amountFen: Number(sheet[column].amountFen) }).toEqual({
          column,
          lines: lines[column],
          personMonths: personMonths[column],
          amountFen: fen[column],
        });
      }
      const byReason: Record<string, number> = {};
      for (const office of offices) {
        const close = await closeOf(app.pool, office, monthOf(month));
        for (const { reason, lines: count } of close?.statement.unpaid ?? [])
          byReason[reason] = (byReason[reason] ?? 0) + count;
      }
      expect(byReason).toEqual(expected.closingLinesByReason);
      expect(addMonths(monthOf(month), 1)).toBeDefined();
    },
  );
});
