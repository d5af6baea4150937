import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import { unpaidReason } from '#domain/award/award-state.js';
import { day, month } from '#domain/values/calendar.js';
import { claimByNo } from '#projections/claim-register.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const samples = fileURLToPath(new URL('../../docs/formats/samples/', import.meta.url));
const [pool, office] = ['440100', '440103'];
const days: Readonly<Record<string, readonly string[]>> = {
  '2026-10-01': ['employers', 'persons', 'history', 'opening', 'opening-unpaid'],
  '2026-10-02': ['declarations', 'collections', 'registrations', 'claims'],
  '2026-10-06': ['sign-ins', 'extracts', 'accounts'],
};

/** The files that the documentation shows, taken in by an office as the page says. */
describe('the documented samples', () => {
  let test: TestSystem;
  let bureau: Bureau;
  let folder: string;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-samples-'));
    bureau = new Bureau(test.system.app, pool, [office, '440106']);
    await bureau.openOffices('2026-10-01');
    for (const code of bureau.offices) await bureau.openMonth(code, month('2026-10'), '2026-10-01');
  }, 60_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test.close();
  });

  it.each(Object.entries(days).flatMap(([on, kinds]) => kinds.map((kind) => ({ kind, on }))))(
    'of $kind are taken whole on $on, and no row is refused',
    async ({ kind, on }) => {
      const report = await bureau.takeIn(kind, join(samples, `${kind}.csv`), on, false);
      expect(report).toMatchObject({ status: 'taken', problems: [], outcome: { refused: [] } });
      if (kind.startsWith('opening')) await bureau.signRolls(report.outcome.made, on);
    },
  );

  it('hold a claim without an account, which is accepted like the other', async () => {
    for (const claimNo of ['C000001', 'C000002'])
      expect(await claimByNo(test.system.app.pool, claimNo)).toMatchObject({ status: 'accepted' });
  });

  async function takes(kind: string, rows: readonly string[], on: string) {
    const path = join(folder, `${kind}-more.csv`);
    await writeFile(path, `${rows.join('\n')}\n`);
    return bureau.takeIn(kind, path, on, false);
  }

  it('describe one that is granted without an account, and paid when it has one', async () => {
    const [no, on] = ['P0000009', '2026-09-21'];
    const { id18 } = residentId(9);
    await takes(
      'persons',
      ['number,id,name,household,enrolledOn', `${no},${id18},周九,urban,2012-04-01`],
      on,
    );
    await takes('history', ['person,from,to,used', `${no},2018-01,2026-08,no`], on);
    const registered = `${no},U00001,2026-08-31,LCL-40,2026-09-03`;
    await takes('registrations', ['person,employer,endedOn,reason,registeredOn', registered], on);
    const columns = 'number,person,claimedOn,office,bankCode,account,holder';
    await takes('claims', [columns, `C000009,${no},2026-09-07,${office},,,`], on);
    expect(await bureau.decideClaim('C000009', on)).toBe('grant');
    await bureau.settle();
    const award = async () => {
      const { transact } = test.system.app;
      const state = await transact.state(stored.award, awardStream('C000009'));
      if (state.status === 'none') throw new Error('no award C000009');
      return state;
    };
    expect((await award()).account).toBeUndefined();
    await bureau.roll(office, month('2026-10'), '2026-10-07');
    const reason = async (at: string) => {
      const state = await award();
      return state.lines.map((line) => unpaidReason(state, line, day(at)));
    };
    expect(await reason('2026-10-20')).toEqual(['account-missing']);
    const account = `${no},2026-10-08,102581000001,6222000000000000909,周九`;
    const { outcome } = await takes(
      'accounts',
      ['person,changedOn,bankCode,account,holder', account],
      '2026-10-08',
    );
    await bureau.signAccountChanges(outcome.made, '2026-10-09');
    expect((await award()).account).toMatchObject({ accountRef: expect.any(String) });
    expect(await reason('2026-10-20')).not.toContain('account-missing');
  });
});
