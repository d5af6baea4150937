import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportReport } from '#application/imports/import-file.js';
import type { AnswerFile, LineAnswer } from '#apps/cli/bank/bank.js';
import { reasonOfText } from '#banking/reasons.js';
import { month as monthOf, type Month } from '#domain/values/calendar.js';
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

/** The bureau's three months, from the files of go-live to the third close. */
class CityRun {
  readonly reports: ImportReport[] = [];
  /** What the bank sends back weeks later waits here for its day. */
  private readonly later: { office: string; file: AnswerFile }[] = [];

  constructor(private readonly bureau: Bureau) {}

  async work(): Promise<void> {
    await this.bureau.openOffices('2026-09-01');
    await this.goLive();
    for (const month of months) await this.workMonth(month);
  }

  private async take(kind: string, file: string, on: string): Promise<ImportReport> {
    const report = await this.bureau.takeIn(kind, `${cityA}${file}.csv`, on);
    this.reports.push(report);
    return report;
  }

  private async goLive(): Promise<void> {
    const on = '2026-09-01';
    for (const office of offices) await this.bureau.openMonth(office, monthOf('2026-09'), on);
    await this.take('employers', '单位', on);
    await this.take('persons', '个人', on);
    await this.take('history', '缴费历史', on);
    const opening = await this.take('opening', '期初待遇', on);
    await this.bureau.signRolls(opening.outcome.made, on);
    const unpaid = await this.take('opening-unpaid', '期初未发', on);
    await this.bureau.signRolls(unpaid.outcome.made, on);
    await this.take('registrations', '失业登记', '2026-09-03');
    await this.take('claims', '申领', '2026-09-08');
  }

  private async workMonth(month: Month): Promise<void> {
    const { bureau } = this;
    const of = month.replace('-', '');
    const changes = await this.take('accounts', `账户变更-${of}`, `${month}-03`);
    await bureau.signAccountChanges(changes.outcome.made, `${month}-03`);
    await this.take('extracts', `比对-${of}`, `${month}-05`);
    for (const office of offices) await bureau.signProposals(office, month, `${month}-06`);
    await this.decideClaims(month);
    for (const office of offices) await bureau.roll(office, month, `${month}-15`);
    await this.take('declarations', `申报-${of}`, `${month}-16`);
    await this.take('collections', `到账-${of}`, `${month}-18`);
    for (const { office, file } of this.later)
      if (file.day.startsWith(month)) await bureau.book(office, month, file.day, file);
    await this.take('sign-ins', `审验-${of}`, `${month}-21`);
    for (const office of offices) await bureau.judge(office, month, `${month}-21`);
    if (month === '2026-10') await this.reviewShared();
    const allotments = Object.fromEntries(offices.map((office) => [office, yuan(500_000)]));
    await bureau.plan(month, allotments, `${month}-22`);
    for (const office of offices) await this.payOffice(office, month);
    for (const office of offices) await bureau.close(office, month, `${month}-30`);
  }

  private async decideClaims(month: Month): Promise<void> {
    for (const { claim, applied } of oracle.decisions) {
      const row = await claimByNo(this.bureau.app.pool, claim);
      if (applied.startsWith(month) && row?.status === 'accepted')
        await this.bureau.decideClaim(claim, `${month}-14`);
    }
    await this.bureau.settle();
  }

  private async payOffice(office: string, month: Month): Promise<void> {
    const results = bankResults(month);
    const answer = (person: string): LineAnswer | undefined => {
      const row = results.get(person);
      if (row === undefined) return undefined;
      const reason = reasonOfText(row.reason) ?? 'MS03';
      if (row.result === '失败') return { result: 'failed', reason };
      return { returnedOn: row.on, reason };
    };
    const files = await this.bureau.pay(office, month, `${month}-23`, answer);
    for (const file of files) {
      if (file.day.startsWith(month)) await this.bureau.book(office, month, `${month}-25`, file);
      else this.later.push({ office, file });
    }
  }

  private async reviewShared(): Promise<void> {
    const [filed] = await this.bureau.app.store.read('claim-C000002');
    const { account } = JSON.parse(filed?.data ?? '{}') as { account: { accountKey: string } };
    await this.bureau.reviewSharing(account.accountKey, '2026-10-22');
  }
}

describe("a bureau's own export of three months", () => {
  let test: TestSystem;
  let run: CityRun;

  beforeAll(async () => {
    test = await openTestSystem();
    run = new CityRun(new Bureau(test.system.app, pool, offices));
    await run.work();
  });

  afterAll(() => test.close());

  it('rejects exactly the rows that are wrong, each for its first reason', () => {
    const rejected = run.reports.flatMap(({ problems }) =>
      problems.map(({ file, line, reason }) => ({ file, line, reason })),
    );
    expect(rejected).toEqual(expect.arrayContaining([...oracle.rejected]));
    expect(rejected).toHaveLength(oracle.rejected.length);
    const warned = run.reports.flatMap(({ warnings }) =>
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

  it.each(Object.entries(oracle.contributions))(
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
    },
  );
});
