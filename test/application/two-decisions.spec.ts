import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  batchIdOf,
  confirmStop,
  instructionIdOf,
  prepareBatch,
  proposeStop,
} from '#application/batches.js';
import { importFile } from '#application/imports/import-file.js';
import { cancelAfterEnd } from '#application/reactions/after-end.js';
import { stored } from '#application/stored.js';
import { decode } from '#application/transact.js';
import { proposalRoot, signProposal } from '#application/verifications.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { monthStream } from '#domain/month/month.js';
import { month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { verificationStream } from '#domain/verification/verification.js';
import type { Metadata } from '#event-store/port.js';
import { personByRef } from '#projections/person-register.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau, yuan } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office] = ['440100', '440103'];
const september = month('2026-09');
const october = month('2026-10');
const persons = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'] as const;
type Ref = (typeof persons)[number];

/**
 * Everybody is owed September and October when two registers report him. P1 and P2 did not sign in;
 * the September of the others is on its way to the bank, that of P4 in a batch that is not sent.
 */
describe('two decisions on one award', () => {
  let test: TestSystem;
  let bureau: Bureau;
  let files: Awaited<ReturnType<Bureau['pay']>>;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices('2026-09-01');
    await bureau.openMonth(office, september, '2026-09-01');
    await take('persons', '2026-09-01', [
      'number,id,name,household,enrolledOn',
      ...persons.map((ref, at) => `${ref},${residentId(at).id18},赵六,urban,2010-01-01`),
    ]);
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const opening = await take('opening', '2026-09-01', [
      `${columns},bankCode,account,holder`,
      ...persons.map((ref, at) => {
        const account = `102581000001,62220000${400_000 + at},赵六`;
        return `A${ref},${ref},12,2,2026-07,241200,${office},${account}`;
      }),
    ]);
    await bureau.signRolls(opening.outcome.made, '2026-09-01');
    await bureau.roll(office, september, '2026-09-05');
    await signIns('2026-09-07', ['P3', 'P5', 'P6']);
    await bureau.judge(office, september, '2026-09-10');
    await bureau.plan(september, { [office]: yuan(100_000) }, '2026-09-10');
    files = await bureau.pay(office, september, '2026-09-14', (person) =>
      person === 'P6' ? { returnedOn: '2026-09-18' } : { result: 'failed' },
    );
    await signIns('2026-09-15', ['P4']);
    const second = { office, month: september, no: 2, layout: 'delimited-v1' };
    await prepareBatch(bureau.app, bureau.act('payroll', '2026-09-16'), second);
    await bureau.signBatch(batchIdOf(second), '2026-09-16');
    await bureau.close(office, september, '2026-09-30');
    await bureau.roll(office, october, '2026-10-05');
    await take('extracts', '2026-10-08', [
      'source,id,event,happenedOn',
      hit(0, 're-employed', '2026-09-15'),
      hit(1, 'imprisoned', '2026-08-15'),
      hit(2, 're-employed', '2026-08-15'),
      hit(3, 're-employed', '2026-08-15'),
      hit(4, 'imprisoned', '2026-08-15'),
      hit(5, 're-employed', '2026-08-15'),
    ]);
    await take('extracts', '2026-10-09', [
      'source,id,event,happenedOn',
      hit(0, 'imprisoned', '2026-08-15'),
      hit(1, 're-employed', '2026-09-15'),
      hit(2, 're-employed', '2026-08-10'),
    ]);
  }, 120_000);

  afterAll(() => test.close());

  const hit = (at: number, event: string, on: string): string =>
    `another-register,${residentId(at).id18},${event},${on}`;

  async function take(kind: string, on: string, rows: readonly string[]) {
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const input = { kind, fileName: `${kind}-${on}.csv`, bytes };
    const report = await importFile(bureau.app, bureau.act('intake', on), input);
    await bureau.settle();
    expect({ kind, problems: report.problems }).toEqual({ kind, problems: [] });
    return report;
  }

  async function signIns(on: string, refs: readonly Ref[]): Promise<void> {
    await take('sign-ins', on, ['person,signedOn', ...refs.map((ref) => `${ref},2026-09-06`)]);
  }

  /** Signs what is proposed about these people and still open, in the order of the proposals. */
  async function decide(refs: readonly Ref[], most = 2): Promise<void> {
    const { transact } = bureau.app;
    const state = await transact.state(stored.verification, verificationStream(office, october));
    if (state.status === 'none') throw new Error('nothing was proposed');
    for (const ref of refs) {
      const open = Object.values(state.proposals).filter(
        ({ proposal, status }) => status === 'open' && proposal.personRef === ref,
      );
      for (const { proposal } of open.slice(0, most)) {
        const root = proposalRoot(proposal);
        const one = { office, month: october, proposalId: proposal.proposalId, root };
        for (const [hand, step] of [
          ['approver', 'approve'],
          ['reviewer', 'review'],
        ] as const)
          await signProposal(bureau.app, bureau.act(hand, '2026-10-12'), { ...one, step });
      }
    }
    await bureau.settle();
  }

  async function awardOf(ref: Ref): Promise<LiveAward> {
    const award = await bureau.app.transact.state(stored.award, awardStream(`A${ref}`));
    if (award.status === 'none') throw new Error(`no award of ${ref}`);
    return award;
  }

  const linesOf = async (ref: Ref) => (await awardOf(ref)).lines.map(({ lineId }) => lineId);

  const octoberSheet = async () => {
    const state = await bureau.app.transact.state(stored.month, monthStream(office, october));
    return state.status === 'none' ? undefined : state.sheet['benefit'];
  };

  it('end it from the earlier month, whichever comes first', async () => {
    await decide(['P1', 'P2']);
    for (const ref of ['P1', 'P2'] as const) {
      const ended = { status: 'stopped', endedFrom: september, lines: [], holds: [] };
      expect(await awardOf(ref)).toMatchObject({ ...ended, monthsDrawn: 2, mayResume: true });
      const person = await personByRef(bureau.app.pool, ref);
      expect(person).toMatchObject({ openAward: null, leftoverMonths: 10 });
    }
  });

  it('leave what is on its way to the bank', async () => {
    await decide(['P3', 'P4', 'P5', 'P6'], 1);
    for (const ref of ['P3', 'P4', 'P5', 'P6'] as const)
      expect((await awardOf(ref)).lines).toMatchObject([
        { lineId: september, state: 'instructed' },
      ]);
  });

  it('take back what comes back, by whatever way it does', async () => {
    const second = { office, month: september, no: 2 };
    const id = batchIdOf(second);
    const stop = { id, instructionId: instructionIdOf(second, 1), reason: 'hired' };
    await proposeStop(bureau.app, bureau.act('accountant', '2026-10-13'), stop);
    await confirmStop(bureau.app, bureau.act('reconciler', '2026-10-13'), stop);
    for (const file of files) await bureau.book(office, october, '2026-10-14', file);
    await bureau.settle();
    for (const ref of ['P3', 'P4', 'P5', 'P6'] as const) {
      expect(await linesOf(ref)).toEqual([]);
      expect(await awardOf(ref)).toMatchObject({ endedFrom: september, monthsDrawn: 2 });
    }
    const person = await personByRef(bureau.app.pool, 'P4');
    expect(person).toMatchObject({ openAward: null, leftoverMonths: 10 });
    const paused = await personByRef(bureau.app.pool, 'P5');
    expect(paused).toMatchObject({ openAward: 'AP5' });
  });

  it('take it back once, also when they are asked again', async () => {
    const before = await bureau.app.store.head();
    for (const ref of ['P3', 'P4', 'P5', 'P6'] as const)
      for (const recorded of await bureau.app.store.read(awardStream(`A${ref}`))) {
        if (!cancelAfterEnd.on.includes(recorded.type)) continue;
        const event = decode<AwardEvent>(stored.award.codecs, recorded);
        const metadata = JSON.parse(recorded.metadata) as Metadata;
        await cancelAfterEnd.react(bureau.app, { ...recorded, event, metadata });
      }
    expect(await bureau.app.store.head()).toBe(before);
  });

  it('add nothing the second time', async () => {
    await decide(['P3']);
    expect(await awardOf('P3')).toMatchObject({ status: 'stopped', endedFrom: september });
  });

  it('let the month be closed', async () => {
    await bureau.close(office, october, '2026-10-31');
    const state = await bureau.app.transact.state(stored.month, monthStream(office, october));
    expect(state).toMatchObject({ status: 'closed' });
  });

  it('are counted by it line by line, each once', async () => {
    const amountFen = fen(6n * 241_200n);
    const six = { lines: 6, personMonths: 6, amountFen };
    expect(await octoberSheet()).toMatchObject({ decreases: six, cancelled: six });
  });
});
