import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { day, month } from '#domain/values/calendar.js';
import {
  actorByAccount,
  actorById,
  dutiesOf,
  dutiesOn,
  dutiesProposed,
  jurisdictionOf,
  officesWithin,
  poolOf,
} from '#projections/actors.js';
import { awardByNo, awardCounts, awardsPage, unpaidByReason } from '#projections/award-board.js';
import {
  batchById,
  batchesOf,
  documentsOf,
  isReceiptBooked,
  planById,
  plansOf,
  rollById,
  rollsOf,
  unfinishedWork,
  waitingFor,
} from '#projections/batch-board.js';
import {
  claimByNo,
  claimsOfPerson,
  claimsPage,
  claimsWaiting,
} from '#projections/claim-register.js';
import {
  employerByNo,
  employersByCreditCode,
  employersPage,
} from '#projections/employer-register.js';
import { journalPage, trialBalance } from '#projections/fund-accounts.js';
import {
  closeOf,
  closesWaiting,
  monthsOf,
  monthsOfPool,
  sheetOf,
} from '#projections/month-sheet.js';
import {
  accountChangesWaiting,
  personByIdentityKey,
  personByRef,
  personsByAccountKey,
  personsPage,
} from '#projections/person-register.js';
import { recoveriesPage, recoveriesWaiting } from '#projections/recovery-register.js';
import {
  proposalsOf,
  proposalsOfAward,
  proposalsWaiting,
  receivedFor,
  windowOf,
} from '#projections/verification-board.js';
import { close, lines } from '../domain/month-samples.js';
import { openOffice, tell, type Office } from './harness.js';
import { office, papers, pool as poolOffice, story } from './story.js';

const october = month('2026-10');
const offices = [office];

describe('the read models of one town', () => {
  let town: Office;
  beforeAll(async () => {
    town = await openOffice(papers);
    await tell(town.store, story);
    await town.runner().catchUp();
    expect(town.stops).toEqual([]);
  });
  afterAll(() => town.database.close());
  const db = () => town.database.app;

  it('know a person, and where the pending change of account stands', async () => {
    expect(await personByRef(db(), 'P-1')).toMatchObject({
      office,
      identityRef: 'id-P-1',
      phoneRef: null,
      registration: { termination: '01', registeredOn: '2026-09-15' },
      openClaim: null,
      openAward: 'C-1',
      accountKey: 'key-1',
      accountUsableFrom: null,
      change: { changeNo: 'K-1', returned: false, nextStep: 'review' },
      changeStep: 'review',
    });
    expect(await personByRef(db(), 'P-8')).toBeUndefined();
    const waiting = await accountChangesWaiting(db(), 'review', offices);
    expect(waiting.map(({ personRef }) => personRef)).toEqual(['P-1']);
    expect(await accountChangesWaiting(db(), 'review', ['440104'])).toEqual([]);
  });

  it('lead from a number that was merged to the person who stays', async () => {
    expect((await personByIdentityKey(db(), 'hmac-P-3'))?.personRef).toBe('P-1');
    expect((await personByIdentityKey(db(), 'hmac-P-2'))?.personRef).toBe('P-2');
    expect(await personByIdentityKey(db(), 'hmac-P-8')).toBeUndefined();
  });

  it('find persons by account and in pages', async () => {
    const paid = await personsByAccountKey(db(), 'key-1');
    expect(paid.map(({ personRef }) => personRef)).toEqual(['P-1']);
    const first = await personsPage(db(), { offices, size: 2 });
    expect(first.rows.map(({ personRef }) => personRef)).toEqual(['P-1', 'P-2']);
    const second = await personsPage(db(), { offices, after: first.next ?? '', size: 2 });
    expect(second.rows.map(({ personRef }) => personRef)).toEqual(['P-3']);
    expect(second.next).toBeUndefined();
  });

  it('know employers by number, code and page', async () => {
    expect(await employerByNo(db(), 'E-1')).toMatchObject({
      creditCode: 'code-new',
      creditCodeValid: false,
      creditCodeFrom: '2026-07-01',
    });
    const [found] = await employersByCreditCode(db(), 'code-E-2');
    expect(found).toMatchObject({ employerNo: 'E-2', mergedInto: 'E-1', closedOn: null });
    expect((await employersPage(db(), { offices, size: 1 })).next).toBe('E-1');
  });

  it('know a claim with all its hands, and one that was turned away', async () => {
    expect(await claimByNo(db(), 'C-1')).toMatchObject({
      status: 'decided',
      outcome: 'grant',
      level: 'raised',
      months: 2,
      monthlyFen: 241_200n,
      firstMonth: '2026-11',
      decidedOn: '2026-10-12',
      nextStep: null,
      position: expect.any(BigInt),
    });
    const claim = await claimByNo(db(), 'C-1');
    expect(claim?.hands.map(({ person, round }) => `${person} ${round}`)).toEqual([
      ...['li 1', 'wang 1'],
      ...['li 2', 'wang 2', 'zhao 2', 'sun 2'],
    ]);
    expect(await claimsOfPerson(db(), 'P-2')).toMatchObject([
      { status: 'turned-away', code: 'OPEN_CLAIM_OR_AWARD' },
    ]);
    expect((await claimsPage(db(), { offices, status: 'decided' })).rows).toHaveLength(1);
    expect(await claimsWaiting(db(), 'approve', offices)).toEqual([]);
  });

  it('know rolls, batches and plans, and whom each waits for', async () => {
    expect(await rollsOf(db(), office, october)).toMatchObject([
      { status: 'prepared', nextStep: 'review', lines: 2, amountFen: 482_400n },
    ]);
    expect(await rollById(db(), 'none')).toBeUndefined();
    expect(await batchesOf(db(), office, october)).toMatchObject([
      { status: 'sending', sendingStatus: 'unknown', attempt: 1, fileSha256: 'f1', nextStep: null },
    ]);
    expect(await plansOf(db(), poolOffice, october)).toMatchObject([{ status: 'released' }]);
    expect(await planById(db(), 'none')).toBeUndefined();
    const waiting = await waitingFor(db(), 'review', [office, poolOffice]);
    expect(waiting).toMatchObject([
      { kind: 'roll', id: '440103-2026-10-1', returned: false, amountFen: 482_400n },
    ]);
    expect(waiting[0]?.hands.map(({ person }) => person)).toEqual(['li', 'wang']);
  });

  it('know what a restart has to take up again', async () => {
    const { rolls, batches, documents, unknown } = await unfinishedWork(db());
    expect([rolls, batches, documents]).toEqual([[], [], []]);
    expect(unknown.map(({ batchId }) => batchId)).toEqual(['440103-2026-10-1']);
    expect(await batchById(db(), '440103-2026-10-1')).toEqual(unknown[0]);
  });

  it('know which documents a month took in, and that a receipt is booked', async () => {
    const documents = await documentsOf(db(), office, october);
    expect(documents.map(({ documentId, status }) => `${documentId} ${status}`)).toEqual([
      ...['R-1 discharged', 'B-1 discharged', 'S-1 discharged'],
    ]);
    expect(await isReceiptBooked(db(), 'S-1')).toBe(true);
    expect(await isReceiptBooked(db(), 'S-2')).toBe(false);
  });

  it('know a month’s sheet as of any point, of an office and of its pool', async () => {
    const none = lines(0);
    const now = { opening: lines(2), due: lines(10), paid: lines(11), closing: lines(1) };
    const rest = { returned: none, increases: none, decreases: none, cancelled: none };
    expect(await sheetOf(db(), { month: october, offices })).toEqual({
      benefit: { ...now, ...rest },
    });
    expect(await sheetOf(db(), { month: october, pool: poolOffice })).toEqual({
      benefit: { ...now, ...rest },
    });
    const discharged = await positionOf('DocumentDischarged');
    expect(await sheetOf(db(), { month: october, offices, asOf: discharged })).toMatchObject({
      benefit: { opening: lines(2), due: lines(10), paid: none, closing: lines(12) },
    });
    expect(await sheetOf(db(), { month: october, offices, asOf: discharged - 1n })).toMatchObject({
      benefit: { opening: lines(2), due: none },
    });
    expect(await sheetOf(db(), { month: october, offices, asOf: 1n })).toEqual({});
    expect(await sheetOf(db(), { month: october, offices: ['440104'] })).toEqual({});
  });

  async function positionOf(type: string): Promise<bigint> {
    for await (const events of town.store.readAll(0n))
      for (const event of events) if (event.type === type) return event.position;
    throw new Error(`no ${type}`);
  }

  it('know the close of a month as it was signed', async () => {
    const closed = await closeOf(db(), office, october);
    expect(closed).toMatchObject({ status: 'closed', provisional: false, availableFen: 0n });
    expect(closed?.statement).toEqual(close);
    expect(closed?.closedPosition).toBe(await positionOf('MonthClosed'));
    expect(await closeOf(db(), office, month('2026-09'))).toBeUndefined();
    expect(await monthsOf(db(), office)).toHaveLength(1);
    expect(await monthsOfPool(db(), poolOffice, october)).toHaveLength(1);
    expect(await closesWaiting(db(), 'review', offices)).toEqual([]);
  });

  it('keep books that balance at every event', async () => {
    const head = await town.store.head();
    for (let asOf = 1n; asOf <= head; asOf += 1n)
      expect((await trialBalance(db(), { asOf })).trialFen).toBe(0n);
    const now = await trialBalance(db());
    expect(now).toEqual(await trialBalance(db(), { asOf: head }));
    expect(Object.fromEntries(now.accounts.map((one) => [one.account, one.balanceFen]))).toEqual({
      'benefit-expense': 2_653_200n,
      'contribution-income': -14_999n,
      fiscal: 10_000n + 4_999n + 12_345n - 3_000_000n,
      payment: 3_000_000n - 2_653_200n,
      suspense: -12_345n,
    });
    const journal = await journalPage(db(), { offices, month: october, size: 3 });
    expect(journal.rows).toHaveLength(3);
    const more = await journalPage(db(), { offices, month: october, after: journal.next ?? '' });
    expect(more.rows).toMatchObject([{ account: 'payment', creditFen: 2_653_200n, memo: 'S-1' }]);
  });

  it('know what is unpaid and why', async () => {
    const on = day('2026-10-31');
    expect((await awardsPage(db(), { office, on, unpaidOnly: true })).rows).toMatchObject([
      { awardNo: 'C000001', status: 'open', monthsAwarded: 6, monthsDrawn: 2, openFen: 482_400n },
    ]);
    expect(await unpaidByReason(db(), office, on)).toEqual([
      { reason: 'returned', lines: 2, amountFen: 482_400n },
    ]);
    expect((await awardByNo(db(), 'C000001', on))?.unpaid[0]).toMatchObject({ reason: 'returned' });
    expect(await awardByNo(db(), 'none', on)).toBeUndefined();
    const counts = { open: 1, paused: 0, stopped: 0, openLines: 2, openFen: 482_400n };
    expect(await awardCounts(db(), offices)).toEqual(counts);
  });

  it('know the window of a month, what was received and what was proposed', async () => {
    expect(await windowOf(db(), office, october)).toMatchObject({ status: 'open', held: 0 });
    expect(await receivedFor(db(), office, october)).toMatchObject([
      { kind: 'extract', withoutAward: 2 },
      { kind: 'sign-ins', lines: 2 },
    ]);
    const proposals = await proposalsOf(db(), office, october);
    expect(proposals.map(({ proposalId, status }) => `${proposalId} ${status}`)).toEqual([
      ...['H-1 open', 'H-2 dropped'],
    ]);
    const waiting = await proposalsWaiting(db(), 'review', offices);
    expect(waiting.map(({ proposalId }) => proposalId)).toEqual(['H-1']);
    expect(await proposalsOfAward(db(), 'C000001')).toHaveLength(2);
  });

  it('know what is asked back, who signed it and what came of it', async () => {
    const { rows } = await recoveriesPage(db(), { offices });
    expect(rows).toMatchObject([
      {
        ...{ recoveryNo: 'R-1', office, awardNo: 'C000001', months: ['2026-10'] },
        ...{ amountFen: 241_200n, repaidFen: 241_200n, status: 'settled', nextStep: null },
      },
      { recoveryNo: 'R-2', status: 'open', returned: true, nextStep: 'make', repaidFen: 0n },
    ]);
    expect(await recoveriesPage(db(), { offices: ['440199'] })).toEqual({ rows: [] });
    expect(await recoveriesWaiting(db(), 'make', offices)).toMatchObject([{ recoveryNo: 'R-2' }]);
    expect(await recoveriesWaiting(db(), 'make', ['440199'])).toEqual([]);
    expect(await recoveriesWaiting(db(), 'approve', offices)).toEqual([]);
  });

  it('know staff by account, and which duties hold on a day', async () => {
    const wang = {
      ...{ actorId: 'wang', identityKey: 'hmac-wang', office },
      ...{ related: ['P-2', 'P-3'], accounts: ['wang-2'] },
    };
    expect(await actorById(db(), 'wang')).toEqual(wang);
    expect(await actorByAccount(db(), 'wang-2')).toEqual(wang);
    expect(await actorByAccount(db(), 'wang-1')).toBeUndefined();
    expect(await dutiesOn(db(), 'wang', day('2026-10-31'))).toMatchObject([{ duty: 'approver' }]);
    expect(await dutiesOn(db(), 'wang', day('2026-11-01'))).toEqual([]);
    expect(await dutiesOf(db(), 'wang')).toMatchObject([
      { duty: 'approver', status: 'held', toDay: null, proposedBy: 'sun', revokedOn: '2026-11-01' },
      { duty: 'payroll', status: 'proposed', toDay: '2026-12-31' },
    ]);
    expect(await dutiesProposed(db(), offices)).toMatchObject([{ duty: 'payroll' }]);
  });

  it('know what lies below an office, with what was merged into it', async () => {
    expect(await officesWithin(db(), poolOffice)).toEqual(['440100', '440103', '440104', '440199']);
    expect(await officesWithin(db(), '440103')).toEqual(['440103', '440199']);
    expect(await poolOf(db(), '440199')).toBe(poolOffice);
    expect(await jurisdictionOf(db(), '440103')).toBe('440100');
    await expect(jurisdictionOf(db(), '440999')).rejects.toMatchObject({ code: 'OFFICE_UNKNOWN' });
    await expect(poolOf(db(), '440999')).rejects.toMatchObject({ code: 'OFFICE_UNKNOWN' });
  });
});
