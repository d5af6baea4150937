import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { cutMonth } from '#application/months.js';
import { importFile } from '#application/imports/import-file.js';
import { stored } from '#application/stored.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardStream } from '#domain/award/award.js';
import { monthStream } from '#domain/month/month.js';
import { rollStream } from '#domain/roll/roll.js';
import { month as monthOf } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-05';
const award = 'A10000';

/** Two lists of what is unpaid, each without fault when it is handed in, and together too long. */
describe('unpaid months of an award, brought in by two lists', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;
  const made: string[] = [];

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-opening-'));
    await goLive(test.system.app, folder, 2);
    bureau = new SteadyBureau(test.system.app);
    bureau.at('opening');
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are good for each list by itself, before either is signed', async () => {
    const columns = 'claim,person,month,item,amountFen,reason';
    const lists = { first: ['2026-07', '2026-08'], second: ['2026-06', '2026-09'] };
    for (const [name, months] of Object.entries(lists)) {
      const rows = months.map((of) => `${award},P10000,${of},benefit,241200,failed`);
      const bytes = Buffer.from(`${[columns, ...rows].join('\n')}\n`);
      const file = { kind: 'opening-unpaid', fileName: `${name}.csv`, bytes };
      const report = await importFile(test.system.app, bureau.act('intake', on), file);
      expect(report).toMatchObject({ status: 'taken', outcome: { refused: [] } });
      made.push(...report.outcome.made);
    }
    expect(made).toHaveLength(2);
  });

  it('are taken in the order of the lists as long as so many were drawn', async () => {
    const { transact } = test.system.app;
    await bureau.signRolls(made, on);
    const state = await transact.state(stored.award, awardStream(award));
    const lines = state.status === 'none' ? [] : state.lines.map(({ lineId }) => lineId);
    expect(lines).toEqual(['2026-07', '2026-08', '2026-06']);
    const [first = '', second = ''] = made;
    expect(await transact.state(stored.roll, rollStream(first))).toMatchObject({
      status: 'discharged',
    });
    const events = await test.system.app.store.read(monthStream(office, month));
    const discharged = events.filter(
      ({ type, data }) => type === 'DocumentDischarged' && data.includes(second),
    );
    expect(discharged.map(({ data }) => JSON.parse(data) as object)).toMatchObject([
      { posted: 1, refused: 1, refusedKeys: [`${award}/2026-09`] },
    ]);
  });

  it('say why one more is not taken', async () => {
    const { by, commandId, on: today } = bureau.act('intake', on);
    const asked = { lineId: '2026-05', month: monthOf('2026-05'), rollMonth: monthOf('2026-05') };
    const command: AwardCommand = {
      type: 'BringLine',
      ...{ ...asked, item: 'benefit', amountFen: fen(241_200n) },
      reason: 'failed',
      ...{ documentId: 'third', bookedMonth: month },
    };
    const { transact } = test.system.app;
    const context = contextOf(by, commandId, today);
    const bringing = transact.run(stored.award, awardStream(award), command, context);
    await expect(bringing).rejects.toMatchObject({
      ...{ code: 'MONTHS_UNPAID_TOO_MANY', facts: { award, line: '2026-05', drawn: '3' } },
    });
  });

  async function bring(kind: string, name: string, rows: readonly string[]) {
    bureau.at(name);
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const file = { kind, fileName: `${name}.csv`, bytes };
    const report = await importFile(test.system.app, bureau.act('intake', on), file);
    await bureau.settle();
    return report.outcome;
  }

  const unpaid = 'claim,person,month,item,amountFen,reason';

  it('are none that fall due by themselves', async () => {
    const row = 'A10001,P10001,2026-10,benefit,241201,failed';
    expect(await bring('opening-unpaid', 'ahead', [unpaid, row])).toMatchObject({
      ...{ refused: [{ key: 'A10001/2026-10', code: 'MONTH_NOT_DRAWN' }], made: [] },
    });
  });

  it('are neither taken nor signed once the first month is cut', async () => {
    const row = (of: string) => `A10001,P10001,${of},benefit,241201,failed`;
    const { made: waiting } = await bring('opening-unpaid', 'waiting', [unpaid, row('2026-09')]);
    expect(waiting).toHaveLength(1);
    bureau.at('cut');
    await cutMonth(test.system.app, bureau.act('reconciler', on), { office, month });
    await bureau.settle();
    await expect(bureau.signRolls(waiting, on)).rejects.toMatchObject({
      ...{ code: 'OPENING_OVER', facts: { office } },
    });
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const terms = `A10009,P10001,12,3,2026-07,241200,${office},102581000001,6222000020,孙八`;
    const header = `${columns},bankCode,account,holder`;
    for (const outcome of [
      await bring('opening-unpaid', 'late', [unpaid, row('2026-08')]),
      await bring('opening', 'late-awards', [header, terms]),
    ]) {
      expect(outcome.refused).toMatchObject([{ code: 'OPENING_OVER' }]);
      expect(outcome.made).toEqual([]);
    }
  });
});
