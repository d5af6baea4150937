import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { importFile } from '#application/imports/import-file.js';
import { prepareRoll, rollIdOf, sendRollBack, signRoll } from '#application/rolls.js';
import { stored } from '#application/stored.js';
import { rollStream } from '#domain/roll/roll.js';
import type { Hand } from './bureau.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const on = '2026-10-05';
const place = { office, month, no: 1 };
const id = rollIdOf(place);
const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
const unpaid = 'claim,person,month,item,amountFen,reason';

/** A member of staff is among those whom the office pays, or has a relative there. */
describe('nobody signs what falls due to himself or a relative', () => {
  let test: TestSystem;
  let bureau: SteadyBureau;
  let folder: string;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-relatives-'));
    await goLive(test.system.app, folder, 2);
    bureau = new SteadyBureau(test.system.app);
    bureau.at('relatives');
  }, 60_000);

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  const relative = (hand: Hand, related = 'P10001'): Act => {
    return { ...bureau.act(hand, on), related: [related] };
  };
  const refused = { code: 'SIGNER_IS_PAYEE' };

  it('as the maker of a roll, who leaves nobody out', async () => {
    const { app } = test.system;
    await expect(prepareRoll(app, relative('payroll'), place)).rejects.toMatchObject(refused);
    expect(await app.store.read(rollStream(id))).toEqual([]);
    await prepareRoll(app, relative('payroll', 'P99999'), place);
  });

  it('as its approver or reviewer; he may send it back', async () => {
    const { app } = test.system;
    const roll = await app.transact.state(stored.roll, rollStream(id));
    if (roll.status === 'none') throw new Error(`no roll ${id}`);
    const { seen } = roll.signing;
    const approve = { id, step: 'approve', seen } as const;
    await expect(signRoll(app, relative('approver'), approve)).rejects.toMatchObject(refused);
    await signRoll(app, bureau.act('approver', on), approve);
    const review = { id, step: 'review', seen } as const;
    await expect(signRoll(app, relative('reviewer'), review)).rejects.toMatchObject(refused);
    await sendRollBack(app, relative('reviewer'), { id, reason: 'a relative is on it' });
  });

  it.each([
    [
      'opening',
      [
        `${columns},bankCode,account,holder`,
        `A20001,P10001,12,3,2026-07,241200,${office},102581000001,62220000200001,孙八`,
      ],
    ],
    ['opening-unpaid', [unpaid, 'A10001,P10001,2026-09,benefit,241201,failed']],
  ])('as the importer of an %s list', async (kind, rows) => {
    const { app } = test.system;
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const input = { kind, fileName: `${kind}-relative.csv`, bytes };
    const taken = importFile(app, relative('intake'), input);
    await expect(taken).rejects.toMatchObject(refused);
    const report = await importFile(app, bureau.act('intake', on), input);
    expect(report).toMatchObject({ status: 'taken', outcome: { made: [expect.any(String)] } });
  });
});
