import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchIdOf, prepareBatch } from '#application/batches.js';
import { batchLine, rollLine } from '#application/document-lines.js';
import { prepareRoll, recordRoll, rollIdOf } from '#application/rolls.js';
import { stored } from '#application/stored.js';
import { batchStream } from '#domain/batch/batch.js';
import { monthStream } from '#domain/month/month.js';
import { rollStream } from '#domain/roll/roll.js';
import { addMonths } from '#domain/values/calendar.js';
import { addToSheet } from '#domain/values/totals.js';
import { residentId } from '#test/stories/desk.js';
import { goLive, month, office, signInsOf, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const place = { office, month };
const notReady = { code: 'ROLL_NOT_READY' };

/** Three awards in force; the third person does not sign in. Two more are brought in afterwards. */
describe('the rolls of a month', () => {
  let test: TestSystem;
  let folder: string;
  let bureau: SteadyBureau;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-rolls-'));
    await goLive(test.system.app, folder, 3);
    bureau = new SteadyBureau(test.system.app);
    bureau.at('month');
  }, 120_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test.close();
  });

  const prepare = (no: number, on: string) =>
    prepareRoll(test.system.app, bureau.act('payroll', on), { ...place, no });

  const benefit = async () => {
    const { app } = test.system;
    const state = await app.transact.state(stored.month, monthStream(office, month));
    return state.status === 'none' ? undefined : state.sheet['benefit'];
  };

  it('come before the judgement, or nobody would be verified', async () => {
    await expect(bureau.judge(office, month, '2026-10-04')).rejects.toMatchObject(notReady);
  });

  it('are of this month or the next: a mistyped year would take all that is left', async () => {
    const later = { ...place, month: addMonths(month, 2), no: 1 };
    const drawnUp = prepareRoll(test.system.app, bureau.act('payroll', '2026-10-05'), later);
    await expect(drawnUp).rejects.toMatchObject({ code: 'MONTH_AHEAD' });
  });

  it('are drawn up one after another, so that no month is due twice', async () => {
    await prepare(1, '2026-10-05');
    await expect(prepare(2, '2026-10-05')).rejects.toMatchObject(notReady);
    await expect(bureau.judge(office, month, '2026-10-05')).rejects.toMatchObject(notReady);
    await bureau.signRolls([rollIdOf({ ...place, no: 1 })], '2026-10-06');
    expect(await benefit()).toMatchObject({ due: { lines: 3 } });
  });

  it('hold at once what falls due after the judgement, for whoever has not signed in', async () => {
    await bureau.takeIn('sign-ins', signInsOf(folder), '2026-10-07');
    await bureau.judge(office, month, '2026-10-08');
    await bringTwoMore();
    const late = join(folder, 'late-sign-ins.csv');
    await writeFile(late, `person,signedOn\nP10003,${month}-12\n`);
    await bureau.takeIn('sign-ins', late, '2026-10-12');
    await prepare(2, '2026-10-13');
  });

  it('count a month once, though another one drew it up before that was posted', async () => {
    const { app } = test.system;
    await copyFirstLine(rollIdOf({ ...place, no: 2 }), rollIdOf({ ...place, no: 3 }));
    await bureau.signRolls(
      [2, 3].map((no) => rollIdOf({ ...place, no })),
      '2026-10-13',
    );
    expect(await benefit()).toMatchObject({ due: { lines: 5, personMonths: 5 } });
    const twice = rollIdOf({ ...place, no: 3 });
    const told = (await app.store.read(rollStream(twice))).at(-1)?.data;
    expect(JSON.parse(told ?? '')).toMatchObject({ rollId: twice, posted: 0, refused: 1 });
  });

  it('bring into the batch only those whose month was verified', async () => {
    const { app } = test.system;
    const batch = { ...place, no: 1, layout: 'delimited-v1' };
    await prepareBatch(app, bureau.act('payroll', '2026-10-14'), batch);
    const state = await app.transact.state(stored.batch, batchStream(batchIdOf(batch)));
    if (state.status === 'none') throw new Error('no batch was drawn up');
    const persons: string[] = [];
    for await (const chunk of app.documents.lines(state.document))
      persons.push(...chunk.map((text) => batchLine(text).person));
    expect(persons).toEqual(['P10000', 'P10001', 'P10003']);
  });

  /** As a second clerk's request that overtook the first one's: the guard has not seen it. */
  async function copyFirstLine(from: string, to: string): Promise<void> {
    const { app } = test.system;
    const roll = await app.transact.state(stored.roll, rollStream(from));
    if (roll.status === 'none') throw new Error(`no roll ${from}`);
    const lines: string[] = [];
    for await (const chunk of app.documents.lines(roll.document)) lines.push(...chunk);
    const [first = ''] = lines;
    const { amountFen } = rollLine(first);
    const document = await app.documents.put('roll', [first]);
    const sheet = addToSheet({}, 'benefit', 'due', { lines: 1, personMonths: 1, amountFen });
    await recordRoll(app, bureau.act('payroll', '2026-10-13'), {
      ...{ rollId: to, ...place, kind: 'supplement', document: document.sha256, sheet },
      seen: { root: document.root, lines: 1, amountFen },
      policyVersion: app.law.version('440100'),
    });
  }

  async function bringTwoMore(): Promise<void> {
    const persons = [3, 4].map(
      (at) => `P${10_000 + at},${residentId(at).id18},孙八,urban,2010-01-01`,
    );
    const awards = [3, 4].map((at) => {
      const account = `102581000001,62220000${200_000 + at},孙八`;
      return `A${10_000 + at},P${10_000 + at},12,3,2026-07,241200,${office},${account}`;
    });
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const files = { persons: join(folder, 'more-p.csv'), opening: join(folder, 'more-o.csv') };
    const header = 'number,id,name,household,enrolledOn';
    await writeFile(files.persons, `${[header, ...persons].join('\n')}\n`);
    const opening = [`${columns},bankCode,account,holder`, ...awards];
    await writeFile(files.opening, `${opening.join('\n')}\n`);
    await bureau.takeIn('persons', files.persons, '2026-10-10');
    const { outcome } = await bureau.takeIn('opening', files.opening, '2026-10-10');
    await bureau.signRolls(outcome.made, '2026-10-10');
  }
});
