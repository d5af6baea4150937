import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LogVerdict, leafEntry, verifyLog } from '#evidence/links.js';
import { Sealer, logSource } from '#evidence/sealer.js';
import { TreeBuilder, documentRoot } from '#evidence/tree.js';
import { type PostgresEventStore, openPostgresStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { someEvents } from './events.js';

describe('the evidence of a log on PostgreSQL', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  beforeAll(async () => {
    database = await openTestDatabase(eventStoreMigrations);
    store = openPostgresStore(database.app);
    // Two processes at once: a chain that forks would not verify.
    const another = openPostgresStore(database.owner);
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        (at % 2 === 0 ? store : another).append({
          stream: `claim-${at}`,
          expected: 'none',
          events: someEvents(2),
        }),
      ),
    );
    // Two of three are refused, so that a link is made of what is left.
    await store.appendMany([
      { stream: 'claim-1', expected: 'none', events: someEvents(2) },
      { stream: 'award-失业', expected: 'none', events: someEvents(5) },
      { stream: 'claim-2', expected: 7, events: someEvents(1) },
    ]);
    await store.appendMany(
      Array.from({ length: 300 }, (_, at) => ({
        stream: `award-${at}`,
        expected: 'none' as const,
        events: someEvents(3),
      })),
    );
  });
  afterAll(() => database.close());

  async function verify(): Promise<LogVerdict> {
    return verifyLog(await logSource(database.app, store));
  }

  async function entries(): Promise<readonly string[]> {
    const all: string[] = [];
    for await (const events of store.readAll(0n)) all.push(...events.map(leafEntry));
    return all;
  }

  it('verifies, and the tree is the one over the events', async () => {
    const verdict = await verify();
    expect(verdict).toMatchObject({ ok: true, size: await store.head() });
    expect(verdict).toMatchObject({ root: documentRoot(await entries()) });
  });

  it('gives the root at the head and at any past position', async () => {
    const sealer = new Sealer(database.app);
    const lines = await entries();
    expect(await sealer.rootAt(3n)).toBe(documentRoot(lines.slice(0, 3)));
    expect(await sealer.seal()).toEqual({ size: await store.head(), root: documentRoot(lines) });
    for (const position of [0n, 1n, 2n, 77n, 83n, 84n, 85n, 400n, await store.head()])
      expect(await sealer.rootAt(position)).toBe(documentRoot(lines.slice(0, Number(position))));
    await store.append({ stream: 'later', expected: 'none', events: someEvents(9) });
    expect(await sealer.seal()).toMatchObject({ root: documentRoot(await entries()) });
    const { rows } = await database.app.query('select size::int as size from log_tree');
    expect(rows).toEqual([{ size: lines.length }, { size: lines.length + 9 }]);
    await expect(sealer.rootAt((await store.head()) + 1n)).rejects.toThrow(RangeError);
  });

  it.each([
    [
      'an altered amount',
      `update events set data = replace(data, 'Fen":"', 'Fen":"9') where position = 83`,
    ],
    ['an altered hand', `update events set metadata = metadata || ' ' where position = 83`],
    ['another stream', `update events set stream = 'claim-x' where position = 83`],
    ['another type', `update events set type = 'BenefitPaid' where position = 83`],
    ['another schema', `update events set schema = 2 where position = 83`],
    ['another id', `update events set id = gen_random_uuid() where position = 83`],
    ['another revision', `update events set revision = 99 where position = 83`],
    ['a deleted event', 'delete from events where position = 83'],
    [
      'two events exchanged',
      `update events set position = 0 where position = 83;
       update events set position = 83 where position = 84;
       update events set position = 84 where position = 0`,
    ],
    [
      'an altered leaf beside its event',
      `update events set data = '{}' where position = 83;
       update links set leaves = overlay(leaves placing sha256('x') from
         (32 * (83 - first) + 1)::int) where first <= 83 and first + count > 83`,
    ],
  ])('finds %s, at its position', async (_, sql) => {
    expect(await tampered(sql)).toMatchObject({ ok: false, position: 83n });
  });

  it.each([
    ['a link that is gone', `delete from links where first = 81`, 'link-missing'],
    ['an altered moment', `update links set recorded_at = recorded_at + 1 where first = 81`, ''],
    ['an altered hash', `update links set hash = sha256('') where first = 81`, 'link-altered'],
    ['an altered count', `update links set count = count - 1 where first = 81`, 'link-altered'],
  ])('finds %s', async (_, sql, fault) => {
    expect(await tampered(sql)).toMatchObject({
      ok: false,
      position: 81n,
      ...(fault === '' ? {} : { fault }),
    });
  });

  it('finds a head that was put back, and a tail that was cut off without it', async () => {
    const position = await store.head();
    expect(await tampered(`update log_head set hash = sha256('')`)).toEqual({
      ok: false,
      position,
      fault: 'head-differs',
    });
    const cut = 'delete from events where position > 900; delete from links where first > 800';
    expect(await tampered(cut)).toMatchObject({ ok: false });
  });

  /** What `verify` says after the owner did that; everything is put back afterwards. */
  async function tampered(sql: string): Promise<LogVerdict> {
    const { owner } = database;
    const tables = ['events', 'links', 'log_head'];
    for (const table of tables) await owner.query(`create table kept_${table} as table ${table}`);
    try {
      await owner.query(sql);
      return await verifyLog(await logSource(owner, openPostgresStore(owner)));
    } finally {
      for (const table of tables)
        await owner.query(
          `truncate ${table}; insert into ${table} table kept_${table}; drop table kept_${table}`,
        );
      expect(await verify()).toMatchObject({ ok: true });
    }
  }

  it('keeps a tree that resumes at a link larger than what is read at once', async () => {
    const builder = new TreeBuilder();
    for (const line of await entries()) builder.add(line);
    const events = someEvents(2_500);
    for (let at = 0; at < 10; at += 1)
      await store.append({ stream: `long-${at}`, expected: 'none', events });
    for await (const some of store.readAll(BigInt(builder.size)))
      for (const event of some) builder.add(leafEntry(event));
    expect((await new Sealer(database.app).seal()).root).toBe(builder.root());
    expect(await verify()).toMatchObject({ ok: true, root: builder.root() });
  });
});
