import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafEntry, verifyLog } from '#evidence/links.js';
import { logSource } from '#evidence/sealer.js';
import type { AppendItem } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import { migrate } from '#postgres/migrations.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { anEvent, someEvents } from './events.js';

const asFirstMade = eventStoreMigrations.filter(({ id }) => /^event-store-[1-4]-/.test(id));

/** Always the same, with text of more than one byte a character, and signs that escape. */
const frozenItems: readonly AppendItem[] = [
  {
    stream: 'award-失业-\\x00',
    expected: 'none',
    events: [0, 1, 2].map((at) => ({
      id: `00000000-0000-4000-8000-00000000000${at}`,
      type: 'BenefitDue',
      schema: at + 1,
      data: JSON.stringify({ amountFen: '225000', item: '失业保险金', path: '\\n\t"' }),
      metadata: JSON.stringify({ commandId: `c-${at}`, office: '440106' }),
    })),
  },
  {
    stream: 'claim-1',
    expected: 'none',
    events: [
      {
        id: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
        type: 'ClaimAccepted',
        schema: 32_767,
        data: '{}',
        metadata: '{}',
      },
    ],
  },
];
/** Of the four leaves that the function of the first schema wrote for them. */
const frozenLeaves = '311205ed7fc4917cf2d5583c069305f8710c55f9742c617aeedd5991006c3bf2';

describe('the function that appends', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(asFirstMade);
  });
  afterAll(() => database.close());

  const leavesOf = async (from: bigint): Promise<string> => {
    const { rows } = await database.owner.query<{ leaves: Buffer }>(
      'select leaves from links where first >= $1 order by first',
      [from],
    );
    const hash = createHash('sha256');
    for (const { leaves } of rows) hash.update(leaves);
    return hash.digest('hex');
  };

  it('goes on in a log that its predecessor began, with the same leaves', async () => {
    const store = openPostgresStore(database.app);
    await store.appendMany(frozenItems);
    expect(await leavesOf(1n)).toBe(frozenLeaves);
    const applied = await migrate(database.owner, eventStoreMigrations);
    expect(applied.length).toBeGreaterThan(0);

    const after = await store.head();
    const again = frozenItems.map((item) => ({ ...item, stream: `${item.stream}-again` }));
    await store.appendMany(again);
    const entries: string[] = [];
    for await (const events of store.readAll(after)) entries.push(...events.map(leafEntry));
    const hash = createHash('sha256');
    for (const entry of entries) hash.update(createHash('sha256').update(`\0${entry}`).digest());
    expect(await leavesOf(after + 1n)).toBe(hash.digest('hex'));
    await store.append({ stream: 'claim-1', expected: 0, events: someEvents(2) });
    expect(await verifyLog(await logSource(database.app, store))).toMatchObject({ ok: true });
  });

  it('refuses the same, whatever it finds before the lock and under it', async () => {
    const store = openPostgresStore(database.app);
    await store.append({ stream: 'there', expected: 'none', events: someEvents(3) });
    const twice = { stream: 'there-too', expected: 'none', events: someEvents(2) } as const;
    const first = await store.append(twice);
    const head = await store.head();
    const results = await store.appendMany([
      { stream: 'fresh', expected: 'none', events: someEvents(2) },
      { stream: 'there', expected: 3, events: [anEvent()] },
      twice,
      { stream: 'absent', expected: 0, events: [anEvent()] },
      { stream: 'other', expected: 'none', events: [anEvent()] },
    ]);
    expect(results).toEqual([
      { ok: true, revision: 1, position: head + 2n },
      { ok: false, actual: 2 },
      { ok: true, ...first },
      { ok: false, actual: 'none' },
      { ok: true, revision: 0, position: head + 3n },
    ]);
    for (const expected of ['none', 1, 3] as const) {
      const item = { stream: 'there', expected, events: [anEvent()] };
      await expect(store.append(item)).rejects.toMatchObject({ actual: 2 });
    }
    expect(await store.head()).toBe(head + 3n);
    expect(await verifyLog(await logSource(database.app, store))).toMatchObject({ ok: true });
  });

  it('is refused by the index what came between its look and its turn', async () => {
    const store = openPostgresStore(database.app);
    const another = openPostgresStore(database.owner);
    await store.append({ stream: 'raced', expected: 'none', events: [anEvent()] });
    const head = await store.head();
    const holder = await database.owner.connect();
    try {
      await holder.query('begin; select from log_head for update');
      const attempts = [store, another].map((one) =>
        one.appendMany([
          { stream: 'raced', expected: 0, events: someEvents(2) },
          { stream: 'raced-new', expected: 'none', events: someEvents(2) },
        ]),
      );
      await waiting(2);
      await holder.query('commit');
      const answers = (await Promise.all(attempts)).map((results) => results.map(({ ok }) => ok));
      expect(answers.toSorted()).toEqual([
        [false, false],
        [true, true],
      ]);
    } finally {
      holder.release(true);
    }
    expect(await store.head()).toBe(head + 4n);
    expect(await verifyLog(await logSource(database.app, store))).toMatchObject({ ok: true });
  });

  it('takes no stream in two pieces, though each would fit alone', async () => {
    const append = (streams: string, revisions: string): Promise<unknown> => {
      const lines = (one: () => string) => [1, 2, 3].map(one).join('\n');
      return database.app.query('select * from append_events($1,$2,$3,$4,$5,$6,$7)', [
        streams,
        revisions,
        lines(() => anEvent().id),
        lines(() => 'T'),
        lines(() => '1'),
        lines(() => '{}'),
        lines(() => '{}'),
      ]);
    };
    const store = openPostgresStore(database.app);
    await store.append({ stream: 'pieces', expected: 'none', events: someEvents(2) });
    const head = await store.head();
    for (const revisions of ['2\n0\n3', '2\n0\n2', '1\n0\n2', '3\n0\n2'])
      await expect(append('pieces\nb\npieces', revisions)).rejects.toThrow('not in one piece');
    for (const revisions of ['0\n0\n1', '0\n0\n0'])
      await expect(append('new\nb\nnew', revisions)).rejects.toThrow('not in one piece');
    expect(await store.head()).toBe(head);
  });

  /** Until so many sessions wait for a lock. */
  async function waiting(sessions: number): Promise<void> {
    for (;;) {
      const { rows } = await database.owner.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_locks join pg_stat_activity using (pid)
          where not granted and datname = current_database()`,
      );
      if ((rows[0]?.waiting ?? 0) >= sessions) return;
    }
  }
});
