import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { importFile } from '#application/imports/import-file.js';
import { proposeResumption } from '#application/resumptions.js';
import { stored } from '#application/stored.js';
import { proposalRoot, signProposal } from '#application/verifications.js';
import { awardStream } from '#domain/award/award.js';
import { monthsDue, type LiveAward } from '#domain/award/award-state.js';
import { personStream } from '#domain/person/person.js';
import { addMonths, month as monthOf } from '#domain/values/calendar.js';
import type { Proposal } from '#domain/verification/verification.events.js';
import { verificationStream } from '#domain/verification/verification.js';
import { personByRef } from '#projections/person-register.js';
import { proposalsOfAward } from '#projections/verification-board.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-10-05'];
const month = monthOf('2026-10');
const november = monthOf('2026-11');
const persons = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'] as const;

/** Each draws the last of four months in October; P1 was hired in September, P2 has died. */
describe('an award whose last month is taken back', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office]);
    await bureau.openOffices(on);
    await bureau.openMonth(office, month, on);
    await take('persons', [
      'number,id,name,household,enrolledOn',
      ...persons.map((ref, at) => `${ref},${residentId(at).id18},赵六,urban,2010-01-01`),
    ]);
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const opening = await take('opening', [
      `${columns},bankCode,account,holder`,
      ...persons.map((ref, at) => {
        const account = `102581000001,62220000${400_000 + at},赵六`;
        return `A${ref},${ref},4,3,2026-07,241200,${office},${account}`;
      }),
    ]);
    await bureau.signRolls(opening.outcome.made, on);
    await bureau.roll(office, month, on);
  }, 60_000);

  afterAll(() => test.close());

  async function take(name: string, rows: readonly string[]) {
    const kind = name.replace(/-\d$/, '');
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const input = { kind, fileName: `${name}.csv`, bytes };
    const report = await importFile(bureau.app, bureau.act('intake', on), input);
    await bureau.settle();
    expect({ kind, problems: report.problems }).toEqual({ kind, problems: [] });
    return report;
  }

  async function awardOf(person: string): Promise<LiveAward> {
    const award = await bureau.app.transact.state(stored.award, awardStream(`A${person}`));
    if (award.status === 'none') throw new Error(`no award of ${person}`);
    return award;
  }

  const propose = (person: string, act: Act = bureau.act('payroll', on)) =>
    proposeResumption(bureau.app, act, {
      ...{ office, month, awardNo: `A${person}`, from: november },
      clause: '失业保险条例 第十五条',
    });

  it('has run out, and its person is free with nothing left', async () => {
    expect(await awardOf('P1')).toMatchObject({ monthsDrawn: 4, monthsAwarded: 4 });
    const person = await personByRef(bureau.app.pool, 'P1');
    expect(person).toMatchObject({ openAward: null, leftoverMonths: 0 });
  });

  it('is stopped by three people, and leaves the month over that it gave back', async () => {
    await take('extracts', [
      'source,id,event,happenedOn',
      `social-insurance,${residentId(0).id18},re-employed,2026-09-15`,
      `civil-affairs,${residentId(1).id18},died,2026-09-15`,
    ]);
    await bureau.signProposals(office, month, on);
    expect(await awardOf('P1')).toMatchObject({ status: 'stopped', monthsDrawn: 3 });
    const hired = await personByRef(bureau.app.pool, 'P1');
    expect(hired).toMatchObject({ openAward: null, leftoverMonths: 1 });
    const dead = await personByRef(bureau.app.pool, 'P2');
    expect(dead).toMatchObject({ openAward: null, leftoverMonths: 0 });
  });

  it('is not resumed when it runs, when nothing may be left, or by a relative', async () => {
    const relative = { ...bureau.act('payroll', on), related: ['P1'] };
    await expect(propose('P1', relative)).rejects.toMatchObject({ code: 'SIGNER_IS_PAYEE' });
    await expect(propose('P2')).rejects.toMatchObject({ code: 'AWARD_ENDED' });
    await expect(propose('P3')).rejects.toMatchObject({ code: 'FACT_IMPOSSIBLE' });
    await expect(propose('P9')).rejects.toMatchObject({ code: 'AWARD_UNKNOWN' });
  });

  it('is resumed by three people, and draws what was left', async () => {
    await propose('P1');
    expect((await propose('P1')).repeated).toBe(true);
    await bureau.settle();
    expect(await awardOf('P1')).toMatchObject({ status: 'stopped', holds: [] });
    await bureau.signProposals(office, month, on);
    const award = await awardOf('P1');
    expect(award).toMatchObject({ status: 'open', monthsDrawn: 3 });
    expect(monthsDue(award, addMonths(november, 1), (of) => addMonths(of, 1))).toEqual([november]);
    const stream = personStream('P1');
    const person = await bureau.app.transact.state(stored.person, stream);
    expect(person).toMatchObject({ award: 'AP1', leftoverMonths: 0, endedAwards: [] });
    const row = await personByRef(bureau.app.pool, 'P1');
    expect(row).toMatchObject({ openAward: 'AP1', leftoverMonths: 0 });
  });

  it('is its person’s again when a pause gives the month back', async () => {
    await take('extracts-2', [
      'source,id,event,happenedOn',
      ...[3, 4].map((at) => `justice,${residentId(at).id18},imprisoned,2026-09-15`),
    ]);
    await inClaim('P5');
    await bureau.signProposals(office, month, on);
    expect(await awardOf('P4')).toMatchObject({ status: 'paused', monthsDrawn: 3 });
    const row = await personByRef(bureau.app.pool, 'P4');
    expect(row).toMatchObject({ openAward: 'AP4', leftoverMonths: 0 });
  });

  it('ends, and leaves the month over, when a claim came before the pause', async () => {
    expect(await awardOf('P5')).toMatchObject({ status: 'stopped', monthsDrawn: 3 });
    const row = await personByRef(bureau.app.pool, 'P5');
    expect(row).toMatchObject({ openAward: null, leftoverMonths: 1 });
  });

  it('lapses unresumed when a later award has counted its months', async () => {
    await take('extracts-3', [
      'source,id,event,happenedOn',
      `social-insurance,${residentId(5).id18},re-employed,2026-09-15`,
    ]);
    await bureau.signProposals(office, month, on);
    await propose('P6');
    const claimNo = await inClaim('P6');
    const grant = { type: 'GrantAward', awardNo: claimNo, claimNo } as const;
    const { by, commandId, on: today } = bureau.act('intake', on);
    const stream = personStream('P6');
    await bureau.app.transact.run(stored.person, stream, grant, contextOf(by, commandId, today));
    await bureau.signProposals(office, month, on);
    expect(await awardOf('P6')).toMatchObject({ status: 'stopped' });
    const proposals = await proposalsOfAward(bureau.app.pool, 'AP6');
    expect(proposals.map(({ effect, status }) => [effect, status])).toEqual([
      ['stop', 'decided'],
      ['resume', 'lapsed'],
    ]);
  });

  it('lapses when the award has ended for good since, and leaves its person free', async () => {
    await take('extracts-4', [
      'source,id,event,happenedOn',
      `social-insurance,${residentId(6).id18},re-employed,2026-09-15`,
    ]);
    await take('extracts-5', [
      'source,id,event,happenedOn',
      `civil-affairs,${residentId(6).id18},died,2026-08-15`,
    ]);
    const [stop, death] = await openProposals();
    await sign(stop);
    await propose('P7');
    await sign(death);
    await bureau.signProposals(office, month, on);
    expect(await awardOf('P7')).toMatchObject({ status: 'stopped', mayResume: false });
    const proposals = await proposalsOfAward(bureau.app.pool, 'AP7');
    expect(proposals.at(-1)).toMatchObject({ effect: 'resume', status: 'lapsed' });
    const person = await personByRef(bureau.app.pool, 'P7');
    expect(person).toMatchObject({ openAward: null, leftoverMonths: 0 });
  });

  async function openProposals(): Promise<readonly Proposal[]> {
    const stream = verificationStream(office, month);
    const state = await bureau.app.transact.state(stored.verification, stream);
    if (state.status === 'none') throw new Error('nothing was proposed');
    const open = Object.values(state.proposals).filter(({ status }) => status === 'open');
    return open.map(({ proposal }) => proposal);
  }

  async function sign(proposal: Proposal | undefined): Promise<void> {
    if (proposal === undefined) throw new Error('it was not proposed');
    const root = proposalRoot(proposal);
    const one = { office, month, proposalId: proposal.proposalId, root };
    await signProposal(bureau.app, bureau.act('approver', on), { ...one, step: 'approve' });
    await signProposal(bureau.app, bureau.act('reviewer', on), { ...one, step: 'review' });
    await bureau.settle();
  }

  /** As another county's counter would have it: the person's stream alone decides. */
  async function inClaim(person: string): Promise<string> {
    const claimNo = `N${person}`;
    const reserve = { type: 'ReserveClaim', claimNo, office } as const;
    const { by, commandId, on: today } = bureau.act('intake', on);
    const context = contextOf(by, commandId, today);
    await bureau.app.transact.run(stored.person, personStream(person), reserve, context);
    return claimNo;
  }
});
