import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate } from '#postgres/migrations.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

const notes = {
  id: '001-notes',
  sql: 'create table notes (note text); grant select on notes to yuejie_app',
};
const marks = { id: '002-marks', sql: 'create table marks (mark text)' };

describe('migrating a database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  it('applies each step once', async () => {
    expect(await migrate(database.owner, [notes])).toEqual(['001-notes']);
    expect(await migrate(database.owner, [notes, marks])).toEqual(['002-marks']);
    expect(await migrate(database.owner, [notes, marks])).toEqual([]);
  });

  it('is done once by two processes that start together', async () => {
    const both = await Promise.all([
      migrate(database.owner, [notes, marks]),
      migrate(database.owner, [notes, marks]),
    ]);
    expect(both.flat().sort()).toEqual(['001-notes', '002-marks']);
  });

  it('refuses a step whose text has changed', async () => {
    await migrate(database.owner, [notes]);
    const edited = { ...notes, sql: `${notes.sql};` };
    await expect(migrate(database.owner, [edited, marks])).rejects.toMatchObject({
      fault: 'MIGRATION_CHANGED',
    });
    await expect(database.owner.query('select from marks')).rejects.toMatchObject({
      code: '42P01',
    });
  });

  it('leaves nothing of a step that fails', async () => {
    const broken = { id: '003-broken', sql: 'create table half (a int); select nothing_there()' };
    await expect(migrate(database.owner, [broken])).rejects.toThrow('003-broken');
    await expect(database.owner.query('select from half')).rejects.toMatchObject({ code: '42P01' });
  });

  it('lets the app role do what was granted and nothing else', async () => {
    await migrate(database.owner, [notes]);
    await database.app.query('select from notes');
    for (const sql of [
      "insert into notes values ('x')",
      'create table mine (a int)',
      'create temp table t (a int)',
      'drop table notes',
      'select from schema_migrations',
    ])
      await expect(database.app.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('reads bigint as BigInt and days as text', async () => {
    const { rows } = await database.app.query(
      "select 9007199254740993::bigint as n, date '2026-03-01' as d",
    );
    expect(rows).toEqual([{ n: 9007199254740993n, d: '2026-03-01' }]);
  });
});
