import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projections } from '#projections/all.js';
import { dump, openOffice, tell, type Office } from './harness.js';
import { papers, story } from './story.js';

describe('folding the same log', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(papers);
    await tell(office.store, story);
  });
  afterAll(() => office.database.close());

  it('at once, in threes and one by one fills the tables alike', async () => {
    const filled: unknown[] = [];
    for (const chunk of [5_000, 3, 1]) {
      const { app, owner } = office.database;
      await owner.query(
        [
          ...projections.flatMap(({ tables }) => tables.map((name) => `truncate read.${name}`)),
          'update read.projection_checkpoint set position = 0',
        ].join(';'),
      );
      const head = await office.runner({ chunk }).catchUp();
      expect(head).toBe(BigInt(story.length));
      filled.push(await dump(app));
    }
    expect(office.stops).toEqual([]);
    expect(filled[1]).toEqual(filled[0]);
    expect(filled[2]).toEqual(filled[0]);
  });

  it('leaves no table without a row', async () => {
    const empty = Object.entries(await dump(office.database.app))
      .filter(([, rows]) => rows.length === 0)
      .map(([table]) => table);
    expect(empty).toEqual([]);
  });

  it('brings every checkpoint to the head, also of those that wanted nothing', async () => {
    const standings = await office.runner().standings();
    expect(standings.map(({ name }) => name).sort()).toEqual(
      projections.map(({ name }) => name).sort(),
    );
    expect(standings.every(({ position }) => position === BigInt(story.length))).toBe(true);
  });
});
