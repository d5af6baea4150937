import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prepareBatch } from '#application/batches.js';
import {
  declareNoSignIns,
  dropProposal,
  judgeSignIns,
  openWindow,
} from '#application/verifications.js';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { monthStream } from '#domain/month/month.js';
import { personStream } from '#domain/person/person.js';
import { day, month as monthOf, type Month } from '#domain/values/calendar.js';
import { verificationStream } from '#domain/verification/verification.js';
import { policyRows } from '#law/policy-file.js';
import { shippedPolicies, withRows } from '#law/shipped.js';
import type { Policies } from '#law/table.js';
import { windowOf } from '#projections/verification-board.js';
import { goLive, month, office, signInsOf, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

/** An office at work with so many awards, of which the last person does not sign in. */
class Desk {
  private constructor(
    readonly test: TestSystem,
    readonly folder: string,
    readonly bureau: SteadyBureau,
  ) {}

  static async open(awards: number, policies?: Policies): Promise<Desk> {
    const test = await openTestSystem(policies);
    const folder = await mkdtemp(join(tmpdir(), 'yuejie-sign-ins-'));
    await goLive(test.system.app, folder, awards);
    const bureau = new SteadyBureau(test.system.app);
    bureau.at('month');
    return new Desk(test, folder, bureau);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await this.test.close();
  }

  async award(no: string): Promise<LiveAward> {
    const { transact } = this.test.system.app;
    const award = await transact.state(stored.award, awardStream(no));
    if (award.status === 'none') throw new Error(`no award ${no}`);
    return award;
  }

  async signIns(name: string, rows: readonly string[], on: string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(path, `${['person,signedOn', ...rows].join('\n')}\n`);
    await this.bureau.takeIn('sign-ins', path, on);
  }

  async proposals(of: Month) {
    const { transact } = this.test.system.app;
    const state = await transact.state(stored.verification, verificationStream(office, of));
    return state.status === 'none' ? [] : Object.values(state.proposals);
  }
}

describe('a month whose sign-ins have not come', () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await Desk.open(3);
    await desk.bureau.roll(office, month, '2026-10-05');
  }, 120_000);

  afterAll(() => desk.close());

  const judge = (on: string) => desk.bureau.judge(office, month, on);
  const batch = () => {
    const input = { office, month, no: 1, layout: 'delimited-v1' };
    return prepareBatch(desk.test.system.app, desk.bureau.act('payroll', '2026-10-08'), input);
  };

  it('has no batch before its verification is open', async () => {
    await expect(batch()).rejects.toMatchObject({
      ...{ code: 'WINDOW_NOT_OPEN', facts: { month } },
    });
  });

  it('is not judged: that would hold everybody', async () => {
    await expect(judge('2026-10-08')).rejects.toMatchObject({
      ...{ code: 'SIGN_INS_MISSING', facts: { office, month } },
    });
  });

  it('is judged once somebody states that there were none', async () => {
    const { app } = desk.test.system;
    const stated = { office, month, reason: 'the counters were flooded' };
    const elsewhere = { ...desk.bureau.act('payroll', '2026-10-08'), offices: ['440104'] };
    await expect(declareNoSignIns(app, elsewhere, stated)).rejects.toMatchObject({
      code: 'OFFICE_OUT_OF_SCOPE',
    });
    await declareNoSignIns(app, desk.bureau.act('payroll', '2026-10-08'), stated);
    // Open, but nobody has been judged: that is what is missing, and it is told apart.
    await expect(batch()).rejects.toMatchObject({
      ...{ code: 'WINDOW_NOT_JUDGED', facts: { month } },
    });
    await judge('2026-10-08');
    const window = await windowOf(app.pool, office, month);
    expect(window).toMatchObject({ status: 'judged', held: 3, declaredNone: true, deferred: 0 });
  });

  it('keeps the days that it was opened with, and says which they are', async () => {
    const { app } = desk.test.system;
    const act = desk.bureau.act('payroll', '2026-10-08');
    const days = { from: day(`${month}-01`), to: day(`${month}-20`) };
    const again = await openWindow(app, act, { office, month, ...days });
    expect(again.repeated).toBe(true);
    const shorter = { office, month, ...days, to: day(`${month}-10`) };
    await expect(openWindow(app, act, shorter)).rejects.toMatchObject({
      ...{ code: 'WINDOW_DIFFERS', facts: { month, ...days } },
    });
  });

  it('frees whoever signed in time, when his file comes late, and nobody else', async () => {
    await desk.signIns('late.csv', ['P10000,2026-10-19', 'P10001,2026-10-25'], '2026-10-26');
    expect((await desk.award('A10000')).lines).toMatchObject([{ lineId: month }]);
    expect((await desk.award('A10000')).lines[0]?.hold).toBeUndefined();
    for (const no of ['A10001', 'A10002'])
      expect((await desk.award(no)).lines).toMatchObject([{ hold: 'verification-hold' }]);
  });
});

describe('two months that were missed', () => {
  let desk: Desk;
  const november = monthOf('2026-11');

  beforeAll(async () => {
    desk = await Desk.open(2);
    for (const each of [month, november]) {
      await desk.bureau.roll(office, each, `${each}-05`);
      const stated = { office, month: each, reason: 'the counters were flooded' };
      await declareNoSignIns(
        desk.test.system.app,
        desk.bureau.act('payroll', `${each}-08`),
        stated,
      );
      await desk.bureau.judge(office, each, `${each}-21`);
      if (each === month) await desk.bureau.close(office, month, '2026-10-31');
    }
  }, 120_000);

  afterAll(() => desk.close());

  it('are freed one by one: a late file of the first says nothing of the second', async () => {
    await desk.signIns('late-october.csv', ['P10000,2026-10-19'], '2026-11-25');
    const [first, second] = (await desk.award('A10000')).lines;
    expect(first?.lineId).toBe(month);
    expect(first?.hold).toBeUndefined();
    expect(second).toMatchObject({ lineId: november, hold: 'verification-hold' });
  });
});

const deferring = policyRows({
  rows: [
    {
      ...{ topic: 'verification', jurisdiction: '440100', from: '2026-01-01' },
      value: {
        missed: [
          { inARow: 1, effect: 'defer', payThisMonth: false, monthConsumed: false },
          { inARow: 3, effect: 'pause', payThisMonth: false, monthConsumed: false },
        ],
      },
      ...{ document: '本市失业保险金发放办法', article: '第十条', origin: 'this test' },
    },
  ],
});

describe('a month missed where the place defers it', () => {
  let desk: Desk;
  const months = ['2026-10', '2026-11', '2026-12'].map(monthOf);
  const [october, november, december] = months as [Month, Month, Month];

  beforeAll(async () => {
    desk = await Desk.open(3, withRows(shippedPolicies, deferring));
  }, 120_000);

  afterAll(() => desk.close());

  const sheet = async (of: Month) => {
    const { transact } = desk.test.system.app;
    const state = await transact.state(stored.month, monthStream(office, of));
    return state.status === 'none' ? undefined : state.sheet['benefit'];
  };

  it('is held at once, and its deferral is proposed', async () => {
    await desk.bureau.roll(office, october, '2026-10-05');
    await desk.bureau.takeIn('sign-ins', signInsOf(desk.folder), '2026-10-07');
    await desk.bureau.judge(office, october, '2026-10-21');
    expect(await desk.award('A10002')).toMatchObject({
      ...{ holds: [], lines: [{ lineId: october, hold: 'verification-hold' }] },
    });
    expect(await desk.proposals(october)).toMatchObject([
      { status: 'open', proposal: { awardNo: 'A10002', effect: 'defer', from: october } },
    ]);
    const window = await windowOf(desk.test.system.app.pool, office, october);
    expect(window).toMatchObject({ held: 1, missedTwice: 0, deferred: 1 });
  });

  it('is withdrawn from what is due when three people have signed, and is not drawn', async () => {
    await desk.bureau.signProposals(office, october, '2026-10-22');
    expect(await desk.award('A10002')).toMatchObject({ monthsDrawn: 3, lines: [], status: 'open' });
    const fen = BigInt(241_202);
    const decrease = { lines: 1, personMonths: 1, amountFen: fen };
    expect(await sheet(october)).toMatchObject({ due: { lines: 3 }, decreases: decrease });
  });

  it('stays due when people find a good reason', async () => {
    await desk.bureau.close(office, october, '2026-10-31');
    await desk.bureau.roll(office, november, '2026-11-05');
    await desk.signIns('november.csv', ['P10000,2026-11-06'], '2026-11-07');
    await desk.bureau.judge(office, november, '2026-11-21');
    const [excused] = (await desk.proposals(november)).filter(
      ({ proposal }) => proposal.awardNo === 'A10001',
    );
    await dropProposal(desk.test.system.app, desk.bureau.act('approver', '2026-11-22'), {
      ...{ office, month: november, reason: 'in hospital' },
      proposalId: excused?.proposal.proposalId ?? '',
    });
    await desk.bureau.signProposals(office, november, '2026-11-22');
    const [line] = (await desk.award('A10001')).lines.filter(({ lineId }) => lineId === november);
    expect(line).toMatchObject({ state: 'due' });
    expect(line?.hold).toBeUndefined();
    expect(await desk.award('A10002')).toMatchObject({ monthsDrawn: 3, lines: [] });
  });

  it('pauses the award when it is the third in a row', async () => {
    await desk.bureau.close(office, november, '2026-11-30');
    await desk.bureau.roll(office, december, '2026-12-05');
    await desk.signIns('december.csv', ['P10000,2026-12-06', 'P10001,2026-12-06'], '2026-12-07');
    await desk.bureau.judge(office, december, '2026-12-21');
    expect(await desk.proposals(december)).toMatchObject([
      { proposal: { awardNo: 'A10002', effect: 'pause', from: december } },
    ]);
    await desk.bureau.signProposals(office, december, '2026-12-22');
    expect(await desk.award('A10002')).toMatchObject({
      ...{ status: 'paused', endedFrom: december, monthsDrawn: 3, lines: [] },
    });
    const { transact } = desk.test.system.app;
    const person = await transact.state(stored.person, personStream('P10002'));
    expect(person).toMatchObject({ award: 'A10002' });
  });

  it('is judged once for all: a repeat adds nothing', async () => {
    const act = desk.bureau.act('payroll', '2026-12-22');
    const again = await judgeSignIns(desk.test.system.app, act, { office, month: december });
    expect(again.repeated).toBe(true);
  });
});
