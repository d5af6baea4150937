import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { metadataBehindId, metadataOf, sharedMetadata } from '#application/context.js';
import { derivedId } from '#application/ids.js';
import { sourcesOf } from '#application/start.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardCodecs } from '#domain/award/award.events.js';
import { awardDecider, awardStream } from '#domain/award/award.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { codecs } from '#domain/codecs.js';
import { MemoryEventStore } from '#event-store/memory-store.js';
import { appendFolded } from '#projections/award-append.js';
import { EventLines, type BareEvent } from '#projections/event-lines.js';
import { foldAwards } from '#projections/award-fold.js';
import {
  AwardPage,
  awardsInPage,
  pageColumns,
  pagesOfAwards,
  type PageRow,
} from '#projections/award-page.js';
import {
  awardsOfOffice,
  awardState,
  rangesOfOffice,
  type CachedAward,
} from '#projections/award-state.js';
import { FoldedEvent } from '#projections/projection.js';
import { rebuild } from '#projections/rebuild.js';
import { AwardLog, context, numbers, offices } from '../award-log.js';
import * as award from '../domain/award-samples.js';
import { anEvent } from '../event-store/events.js';
import { dump, openOffice, tell, type Office, type Told } from './harness.js';

const mine = [awardState];

/** Openings by turns in two offices, more than two pages of each, with months in between. */
function openingsAndMonths(): readonly Told[] {
  const told = numbers(2 * (2 * awardsInPage + 5)).flatMap((awardNo, at): Told[] => {
    const terms = { awardNo, office: offices[at % 2] as string };
    const opened = { type: 'AwardOpened', data: { ...award.opened.data, ...terms } };
    const months = at % 3 === 0 ? [award.due('2026-09', 1)] : [];
    return [opened, ...months].map((event) => ({ stream: awardStream(awardNo), ...event }));
  });
  const later = numbers(20).map((awardNo) => ({
    stream: awardStream(awardNo),
    ...award.due('2026-10', 2),
  }));
  return [...told, ...later];
}

async function awardsIn(some: AsyncIterable<readonly CachedAward[]>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const awards of some) found.push(...awards.map(({ awardNo }) => awardNo));
  return found;
}

describe('the pages of awards', () => {
  let office: Office;
  const story = openingsAndMonths();
  beforeAll(async () => {
    office = await openOffice({}, mine);
    await tell(office.store, story);
  });
  afterAll(() => office.database.close());

  const head = BigInt(story.length);

  async function refill(work: () => Promise<unknown>): Promise<unknown> {
    await office.database.owner.query(
      `truncate read.award_state, read.award_page;
       update read.projection_checkpoint set position = 0`,
    );
    await work();
    return dump(office.database.app, mine);
  }

  /** The first half of the log: what there was before a restart. */
  async function half(): Promise<MemoryEventStore> {
    const store = new MemoryEventStore(() => 0);
    await tell(store, story.slice(0, story.length / 2));
    return store;
  }

  it.each([1, 2, 3])('are read in ranges of %i as they are read in one', async (size) => {
    const pool = office.database.app;
    await refill(() => office.runner().catchUp());
    for (const of of offices)
      for (const openOnly of [false, true]) {
        const ranges = await rangesOfOffice(pool, of, { openOnly, size });
        const parts: string[] = [];
        for (const range of ranges)
          parts.push(...(await awardsIn(awardsOfOffice(pool, of, { openOnly, range }))));
        expect(parts).toEqual(await awardsIn(awardsOfOffice(pool, of, { openOnly })));
        expect(ranges).toHaveLength(Math.ceil(3 / size));
      }
  });

  it('fill in the order of openings whatever the batches are, and after a restart', async () => {
    const atOnce = await refill(() => office.runner().catchUp());
    expect(await refill(() => office.runner({ chunk: 37 }).catchUp())).toEqual(atOnce);
    expect(await refill(() => office.runner({ chunk: 1 }).catchUp())).toEqual(atOnce);
    const restarted = refill(async () => {
      await office.runner({ store: await half(), chunk: 50 }).catchUp();
      await office.runner().catchUp();
    });
    expect(await restarted).toEqual(atOnce);
    expect(office.stops).toEqual([]);
  });

  it('hold 64 awards each of one office, in the order of their openings', async () => {
    const { rows } = await office.database.app.query<PageRow>(
      `select ${pageColumns} from read.award_page order by page`,
    );
    const pages = rows.map((row) => new AwardPage(row));
    const full = awardsInPage;
    expect(pages.map(({ awardNos }) => awardNos.length)).toEqual([full, full, full, full, 5, 5]);
    expect(pages.map((page) => page.office)).toEqual([...offices, ...offices, ...offices]);
    for (const one of offices) {
      const held = pages.filter((page) => page.office === one).flatMap(({ awardNos }) => awardNos);
      expect(held).toEqual([...held].sort());
    }
    // The sums that name a page's version and find what is owed are those of its awards.
    for (const page of pages) {
      const all = page.all();
      const events = all.reduce((sum, { revision }) => sum + revision + 1, 0);
      const lines = all.flatMap(({ state }) => state.lines);
      expect(page.events).toBe(BigInt(events));
      expect(page.openLines).toBe(lines.length);
      expect(page.openFen).toBe(lines.reduce((sum, { amountFen }) => sum + amountFen, 0n));
    }
  });

  it('are the same when they are rebuilt', async () => {
    const { database, store, sources } = office;
    const options = { ownerPool: database.owner, store, codecs, sources, projection: awardState };
    expect(await rebuild(options)).toEqual({ position: head, differences: [], swapped: true });
  });
});

const shared = metadataBehindId('b1', sharedMetadata(context));

/** Moves an award on its page as bulk work does, and makes the event for the log. */
function moved(page: AwardPage, awardNo: string, event: AwardEvent): BareEvent {
  const slot = page.awardNos.indexOf(awardNo);
  const { revision, state } = page.award(slot);
  const after = awardDecider.evolve(state, event) as LiveAward;
  const before = { revision, lines: state.lines };
  page.putMoving(slot, { before, revision: revision + 1, after });
  const { schema, encode } = awardCodecs[event.type];
  const data = encode(event.data);
  return {
    ...{ stream: awardStream(awardNo), revision: revision + 1, type: event.type, schema, data },
    ...{ id: derivedId(awardNo, data), commandId: `post-${awardNo}` },
  };
}

describe('events that are appended with their pages', () => {
  let log: AwardLog;
  let awardNo: string;
  let beside: string;
  let no = 0;
  const september = award.due('2026-09', 1);

  beforeAll(async () => {
    log = await AwardLog.open();
  });
  afterAll(() => log.close());

  /** Two awards that share a page with earlier tests' or lie on the next. */
  async function twoAwards(): Promise<AwardPage> {
    no += 2;
    awardNo = `D${no}`;
    beside = `D${no + 1}`;
    await log.openAwards([awardNo]);
    await log.openAwards([beside]);
    return pageOf(awardNo);
  }

  async function pageOf(number: string): Promise<AwardPage> {
    const [page] = await pagesOfAwards(log.database.app, 'read.', [number]);
    if (page === undefined) throw new Error(`no page of ${number}`);
    return page;
  }

  const written = (page: AwardPage, ...events: BareEvent[]) => {
    const lines = new EventLines();
    lines.add(events);
    return appendFolded(log.database.app, lines, shared, [page]);
  };

  /** Appends to a stream that is no award's. */
  async function others(count: number): Promise<void> {
    const items = numbers(count, `other-${no}-`).map((stream) => ({
      ...{ stream, expected: 'none' as const },
      events: [anEvent()],
    }));
    await log.store.appendMany(items);
  }

  it('stand in the log as any other, one link, and on the page', async () => {
    const page = await twoAwards();
    const events = [moved(page, awardNo, september), moved(page, beside, september)];
    const before = await log.store.head();
    expect(await written(page, ...events)).toEqual({ first: before + 1n, added: 2 });
    const [, recorded] = await log.store.read(awardStream(awardNo));
    const [event] = events;
    if (event === undefined || recorded === undefined) throw new Error('nothing was written');
    const { commandId, ...bare } = event;
    const metadata = metadataOf(commandId, shared);
    expect(recorded).toEqual({ ...bare, metadata, position: before + 1n });
    for (const number of [awardNo, beside])
      expect(await log.cached(number)).toEqual(await log.folded(number));
    expect(await log.checkpoint()).toBe(before + 2n);
  });

  it('are refused with a page that has moved on: nothing is written', async () => {
    const stale = await twoAwards();
    const current = await pageOf(awardNo);
    await written(current, moved(current, beside, september));
    const before = await log.store.head();
    expect(await written(stale, moved(stale, awardNo, september))).toBeUndefined();
    expect(await log.store.head()).toBe(before);
    expect(await log.cached(awardNo)).toEqual(await log.folded(awardNo));
    expect(await log.cached(beside)).toEqual(await log.folded(beside));
  });

  it('would undo another’s on that page if its version were not compared', async () => {
    const stale = await twoAwards();
    const current = await pageOf(awardNo);
    await written(current, moved(current, beside, september));
    moved(stale, awardNo, september);
    await rolledBack(async (db) => {
      await db.query('update read.award_page set moving = $2 where page = $1', [
        stale.page,
        stale.movingText,
      ]);
      const { rows } = await db.query<PageRow>(
        `select ${pageColumns} from read.award_page where page = $1`,
        [stale.page],
      );
      const page = new AwardPage(rows[0] as PageRow);
      expect(page.award(page.awardNos.indexOf(beside)).state.lines).toEqual([]);
    });
    expect((await log.folded(beside)).state.lines).toHaveLength(1);
  });

  it('are refused with a stream that has moved on: nothing is written', async () => {
    const page = await twoAwards();
    await log.append(awardNo, september);
    const before = await log.store.head();
    const events = [moved(page, beside, september), moved(page, awardNo, september)];
    expect(await written(page, ...events)).toBeUndefined();
    expect(await log.store.head()).toBe(before);
    expect((await pageOf(awardNo)).events).toBe(page.before);
    await log.runner().catchUp();
    expect(await log.cached(awardNo)).toEqual(await log.folded(awardNo));
  });

  it('carry the checkpoint over other people’s events', async () => {
    const page = await twoAwards();
    await others(3);
    const before = await log.checkpoint();
    const done = await written(page, moved(page, awardNo, september));
    expect(done).toEqual({ first: (before ?? 0n) + 4n, added: 1 });
    expect(await log.checkpoint()).toBe(done?.first);
  });

  it('leave it when an award’s event stands between, and are not folded again', async () => {
    const page = await twoAwards();
    await log.append(beside, september);
    const before = await log.checkpoint();
    const first = await written(page, moved(page, awardNo, september));
    const again = await pageOf(awardNo);
    const second = await written(again, moved(again, awardNo, award.due('2026-10', 2)));
    expect([first?.added, second?.added]).toEqual([1, 1]);
    expect(await log.checkpoint()).toBe(before);
    await log.runner().catchUp();
    expect(await log.checkpoint()).toBe(await log.store.head());
    for (const number of [awardNo, beside])
      expect(await log.cached(number)).toEqual(await log.folded(number));
    expect((await log.cached(awardNo))?.state).toMatchObject({ monthsDrawn: 2 });
  });

  it('would be an impossible history to a fold that did not know their revisions', async () => {
    const page = await twoAwards();
    await written(page, moved(page, awardNo, september));
    const [, recorded] = await log.store.read(awardStream(awardNo));
    if (recorded === undefined) throw new Error('nothing was written');
    const fold = (revision: number) =>
      rolledBack(async (db) => {
        await db.query('set local search_path to read');
        const event = new FoldedEvent({ ...recorded, revision }, codecs);
        await foldAwards([event], db, sourcesOf(log));
        const [after] = await pagesOfAwards(db, '', [awardNo]);
        return after?.award(after.awardNos.indexOf(awardNo)).state.lines.length;
      });
    expect(await fold(recorded.revision)).toBe(1);
    // The same event, taken for one that the page has not seen.
    await expect(fold(recorded.revision + 1)).rejects.toThrow('2026-09 due in award');
  });

  it('leave a checkpoint that somebody holds, without waiting for him', async () => {
    const page = await twoAwards();
    const before = await log.checkpoint();
    await rolledBack(async (db) => {
      await db.query('select from read.projection_checkpoint for update');
      expect(await written(page, moved(page, awardNo, september))).toMatchObject({ added: 1 });
    });
    expect(await log.checkpoint()).toBe(before);
  });

  it('leave one that is far behind, and one that stopped', async () => {
    await log.runner().catchUp();
    const page = await twoAwards();
    await others(1_001);
    const behind = await log.checkpoint();
    await written(page, moved(page, awardNo, september));
    expect(await log.checkpoint()).toBe(behind);
    await log.runner().catchUp();
    await log.database.owner.query(`update read.projection_checkpoint set error = 'stopped'`);
    const again = await pageOf(awardNo);
    const stopped = await log.checkpoint();
    await written(again, moved(again, awardNo, award.due('2026-10', 2)));
    expect(await log.checkpoint()).toBe(stopped);
    await log.database.owner.query('update read.projection_checkpoint set error = null');
  });

  it('leave tables that equal a replay’s, also before the runner has read them', async () => {
    const page = await twoAwards();
    await log.append(beside, september);
    await written(page, moved(page, awardNo, september));
    expect(await log.compared()).toMatchObject({ differences: [] });
    await log.runner().catchUp();
    expect(await log.compared()).toMatchObject({
      position: await log.store.head(),
      differences: [],
    });
    expect(log.stops).toEqual([]);
  });

  async function rolledBack<T>(work: (db: PoolClient) => Promise<T>): Promise<T> {
    const db = await log.database.app.connect();
    try {
      await db.query('begin');
      return await work(db);
    } finally {
      await db.query('rollback');
      db.release();
    }
  }
});
