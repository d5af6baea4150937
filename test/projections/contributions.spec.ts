import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { month } from '#domain/values/calendar.js';
import {
  contributedIn,
  contributionMonth,
  declarationsPage,
  paidMonthsBefore,
} from '#projections/contribution-ledger.js';
import { openOffice, tell, type Office, type Told } from './harness.js';
import { office, papers, pool as poolOffice, story } from './story.js';

const september = month('2026-09');

describe('months paid for a person', () => {
  let town: Office;
  beforeAll(async () => {
    town = await openOffice({ ...papers, 'd-9': papers['d-2'] ?? [] });
    await tell(town.store, story);
    await town.runner().catchUp();
  });
  afterAll(() => town.database.close());
  const db = () => town.database.app;

  it('are unused history and posted months, before the month that asks', async () => {
    expect(await paidMonthsBefore(db(), 'P-1', month('2026-10'))).toEqual({
      counted: 31,
      unusedHistory: 30,
      usedHistory: 24,
      posted: [september],
    });
    expect((await paidMonthsBefore(db(), 'P-1', september)).posted).toEqual([]);
    expect((await paidMonthsBefore(db(), 'P-1', month('2020-03'))).counted).toBe(2);
    expect((await paidMonthsBefore(db(), 'P-2', month('2026-10'))).counted).toBe(1);
    expect((await paidMonthsBefore(db(), 'P-8', month('2026-10'))).counted).toBe(0);
  });

  it('count once when history and a contribution coincide', async () => {
    await tell(town.store, [
      {
        stream: 'person-P-2',
        type: 'HistoryBrought',
        data: { fileSha256: 'f', spans: [{ from: '2026-08', to: '2026-09', used: false }] },
      },
    ]);
    await town.runner().catchUp();
    expect(await paidMonthsBefore(db(), 'P-2', month('2026-10'))).toMatchObject({
      counted: 2,
      unusedHistory: 2,
      posted: [],
    });
  });

  it('of a merged number count for the person who stays, once they are posted', async () => {
    expect((await paidMonthsBefore(db(), 'P-1', month('2026-10'))).counted).toBe(31);
    const of = (part: string, type: string, data: object): Told => ({
      stream: 'declaration-E-2-2026-08',
      type,
      data: { part, ...data },
    });
    const sums = { lines: 1, employerFen: 2_500n, employeeFen: 2_500n };
    await tell(town.store, [
      of('late', 'DeclarationLinesAdded', { chunk: 0, document: 'd-9', ...sums }),
      of('late', 'DeclarationBilled', { amountFen: 5_000n }),
      of('late', 'DeclarationPosted', { lines: 1, amountFen: 5_000n, on: '2026-09-30' }),
    ]);
    await town.runner().catchUp();
    expect((await paidMonthsBefore(db(), 'P-1', month('2026-10'))).counted).toBe(32);
  });

  it('that a granted claim has used do not count for the next', async () => {
    expect(await paidMonthsBefore(db(), 'P-1', month('2027-10'))).toMatchObject({
      counted: 0,
      usedHistory: 56,
    });
  });

  it('are shown by month with what is real of them', async () => {
    const all = await contributionMonth(db(), september);
    expect(all).toEqual({
      month: september,
      declaredLines: 3,
      declaredFen: 15_000n,
      receivedFen: 14_999n,
      unnamedFen: 12_345n,
      employersDeclaring: 2,
      employersFullyReceived: 1,
      linesOfEmployersFullyReceived: 2,
      postedLines: 2,
      postedFen: 10_000n,
      realLines: { of: 2n, per: 3n },
      realAmount: { of: 10_000n, per: 27_345n },
    });
    expect(await contributionMonth(db(), september, [office, poolOffice])).toEqual(all);
    expect(await contributionMonth(db(), september, ['440104'])).toMatchObject({
      declaredLines: 0,
      unnamedFen: 0n,
      realLines: { of: 0n, per: 0n },
    });
  });

  it('say for whom an employer declared, and what became of the declaration', async () => {
    const found = await contributedIn(db(), september, ['P-1', 'P-3', 'P-8']);
    expect(Object.fromEntries(found)).toEqual({
      'P-1': [{ employerNo: 'E-1', posted: true }],
      'P-3': [{ employerNo: 'E-2', posted: false }],
    });
    const page = await declarationsPage(db(), { month: september, offices: [office], size: 1 });
    expect(page).toMatchObject({
      rows: [{ employerNo: 'E-1', parts: 1, lines: 2, receivedFen: 10_000n, postedLines: 2 }],
      next: 'E-1',
    });
  });
});
