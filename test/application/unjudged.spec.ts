import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchIdOf, prepareBatch } from '#application/batches.js';
import { batchLine } from '#application/document-lines.js';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import { batchStream } from '#domain/batch/batch.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import { goLive, month as october, office, SteadyBureau } from '#test/crash/office.js';
import { openTestSystem, type TestSystem } from './system.js';

const november = addMonths(october, 1);
const december = addMonths(october, 2);

/** Two awards. Batches are drawn up and never signed: each takes in what may be paid that day. */
describe('a month whose sign-ins are not judged', () => {
  let test: TestSystem;
  let folder: string;
  let bureau: SteadyBureau;
  let batches = 0;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-unjudged-'));
    await goLive(test.system.app, folder, 2);
    bureau = new SteadyBureau(test.system.app);
    bureau.at('month');
    await bureau.roll(office, october, '2026-10-05');
    await signIns(october, ['P10000']);
    await bureau.judge(office, october, '2026-10-21');
    await bureau.close(office, october, '2026-10-31');
    await bureau.roll(office, november, '2026-11-05');
  }, 120_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test.close();
  });

  async function signIns(month: Month, persons: readonly string[]): Promise<void> {
    batches += 1;
    const path = join(folder, `sign-ins-${batches}.csv`);
    const rows = persons.map((person) => `${person},${month}-06`);
    await writeFile(path, `${['person,signedOn', ...rows].join('\n')}\n`);
    await bureau.takeIn('sign-ins', path, `${month}-07`);
  }

  /** What a batch of that month takes in, line by line. */
  async function takenBy(month: Month, on: string): Promise<readonly string[]> {
    batches += 1;
    const input = { office, month, no: batches, layout: 'delimited-v1' };
    await prepareBatch(test.system.app, bureau.act('payroll', on), input);
    const stream = batchStream(batchIdOf(input));
    const state = await test.system.app.transact.state(stored.batch, stream);
    if (state.status === 'none') throw new Error('no batch was drawn up');
    const lines: string[] = [];
    for await (const chunk of test.system.app.documents.lines(state.document))
      for (const { award, lines: of } of chunk.map(batchLine))
        lines.push(...of.map((line) => `${award}/${line}`));
    return lines;
  }

  it('is not paid by a batch that bears the name of an earlier month', async () => {
    expect(await takenBy(october, '2026-11-06')).toEqual([`A10000/${october}`]);
  });

  it('is not paid by its own batch either', async () => {
    await expect(takenBy(november, '2026-11-06')).rejects.toMatchObject({
      code: 'WINDOW_NOT_OPEN',
    });
  });

  it('is not paid by the next month’s batch when its judgement was skipped', async () => {
    await bureau.close(office, november, '2026-11-30');
    await bureau.roll(office, december, '2026-12-05');
    await signIns(december, ['P10000']);
    await bureau.judge(office, december, '2026-12-21');
    const lines = await takenBy(december, '2026-12-22');
    expect(lines).toEqual([`A10000/${october}`, `A10000/${december}`]);
  });

  it('is paid with the next batch once it has been judged after all', async () => {
    await signIns(november, ['P10000', 'P10001']);
    await bureau.judge(office, november, '2026-12-23');
    const lines = await takenBy(december, '2026-12-24');
    const paid = [october, november, december].map((of) => `A10000/${of}`);
    expect(lines).toEqual([...paid, `A10001/${october}`, `A10001/${november}`]);
  });

  it('frees nobody of a month that was judged before, and that he missed', async () => {
    const missed = await test.system.app.transact.state(stored.award, awardStream('A10001'));
    if (missed.status === 'none') throw new Error('no award A10001');
    expect(missed.lines.map(({ lineId, hold }) => [lineId, hold])).toEqual([
      [october, undefined],
      [november, undefined],
      [december, 'verification-hold'],
    ]);
  });
});
