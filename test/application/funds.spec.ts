import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  batchIdOf,
  confirmStop,
  instructionIdOf,
  prepareBatch,
  proposeStop,
} from '#application/batches.js';
import { contextOf } from '#application/context.js';
import { admit, discharge } from '#application/month-documents.js';
import { cutMonth } from '#application/months.js';
import { recallExcluded } from '#application/reactions/batches.js';
import { stored } from '#application/stored.js';
import { decode } from '#application/transact.js';
import type { BatchEvent } from '#domain/batch/batch.events.js';
import { batchStream } from '#domain/batch/batch.js';
import { monthStream } from '#domain/month/month.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import { noFen, type Fen } from '#domain/values/fen.js';
import type { Metadata } from '#event-store/port.js';
import { goLive, month, office, pool, signInsOf, SteadyBureau } from '#test/crash/office.js';
import { Bureau, yuan } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

async function availableFen(test: TestSystem, of: string, at: Month): Promise<Fen | undefined> {
  const state = await test.system.app.transact.state(stored.month, monthStream(of, at));
  return state.status === 'none' ? undefined : state.availableFen;
}

describe('a released plan', () => {
  const unopened = '440106';
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office, unopened]);
    await bureau.openOffices('2026-10-01');
    await bureau.openMonth(office, month, '2026-10-01');
    await cutMonth(test.system.app, bureau.act('reconciler', '2026-10-30'), { office, month });
    await bureau.settle();
    await bureau.plan(month, { [unopened]: yuan(5), [office]: yuan(7) }, '2026-10-31');
  }, 60_000);

  afterAll(() => test.close());

  it('gives a month that is cut its money in the next, whoever else is not ready', async () => {
    expect(await availableFen(test, office, month)).toBe(noFen);
    expect(await availableFen(test, office, addMonths(month, 1))).toBe(yuan(7));
  });

  it('gives whoever was not ready the money later, and nobody twice', async () => {
    await bureau.openMonth(unopened, month, '2026-10-31');
    expect(await availableFen(test, unopened, month)).toBe(yuan(5));
    expect(await availableFen(test, office, addMonths(month, 1))).toBe(yuan(7));
  });
});

describe('a batch that waits for funds', () => {
  let test: TestSystem;
  let folder: string;
  let bureau: SteadyBureau;

  beforeAll(async () => {
    test = await openTestSystem();
    folder = await mkdtemp(join(tmpdir(), 'yuejie-funds-'));
    await goLive(test.system.app, folder, 3);
    bureau = new SteadyBureau(test.system.app);
    bureau.at('month');
    await bureau.roll(office, month, '2026-10-05');
    await bureau.takeIn('sign-ins', signInsOf(folder), '2026-10-07');
    await bureau.judge(office, month, '2026-10-08');
  }, 120_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test.close();
  });

  it('goes on when another document gives money back', async () => {
    const { app } = test.system;
    const batch = { office, month, no: 1, layout: 'delimited-v1' };
    const id = batchIdOf(batch);
    await prepareBatch(app, bureau.act('payroll', '2026-10-10'), batch);
    await bureau.signBatch(id, '2026-10-10');
    expect(await app.transact.state(stored.batch, batchStream(id))).toMatchObject({
      status: 'prepared',
    });
    await giveBack(yuan(10_000));
    await bureau.settle();
    expect(await app.transact.state(stored.batch, batchStream(id))).toMatchObject({
      status: 'instructed',
    });
  });

  it('gives a stopped line’s money back once, also when asked again after the cut', async () => {
    const { app } = test.system;
    const id = batchIdOf({ office, month, no: 1 });
    const stop = { id, instructionId: instructionIdOf({ office, month, no: 1 }, 1), reason: 'hit' };
    const before = await availableFen(test, office, month);
    await proposeStop(app, bureau.act('accountant', '2026-10-12'), stop);
    await confirmStop(app, bureau.act('reconciler', '2026-10-12'), stop);
    await bureau.settle();
    expect(await availableFen(test, office, month)).toBeGreaterThan(before ?? noFen);
    await cutMonth(app, bureau.act('reconciler', '2026-10-31'), { office, month });
    await bureau.settle();
    const batch = await app.store.read(batchStream(id));
    const excluded = batch.find(({ type }) => type === 'LineExcluded');
    if (excluded === undefined) throw new Error('no line was excluded');
    const event = decode<BatchEvent>(stored.batch.codecs, excluded);
    const metadata = JSON.parse(excluded.metadata) as Metadata;
    await recallExcluded.react(app, { ...excluded, event, metadata });
    expect(await availableFen(test, office, addMonths(month, 1))).toBe(noFen);
  });

  /** As a stopped line does: a document that adds no line and releases what was reserved. */
  async function giveBack(releasedFen: Fen): Promise<void> {
    const { app } = test.system;
    const place = { office, month, documentId: 'exclusion-1' };
    const { sha256, root, lines } = await app.documents.put('exclusion', ['{"instruction":"1"}']);
    const context = () => {
      const { by, commandId, on } = bureau.act('accountant', '2026-10-11');
      return contextOf(by, commandId, on);
    };
    await admit(app, context(), {
      ...{ ...place, sha256, root, lines, kind: 'adjustment' },
      ...{ sheet: {}, reservedFen: noFen },
    });
    await discharge(app, context(), { ...place, posted: 1, refused: 0, sheet: {}, releasedFen });
  }
});
