import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PeopleClock } from '#event-store/people-clock.js';
import { LogGap } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import { openPool } from '#postgres/database.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { eventStoreContract } from './contract.js';
import { anEvent, someEvents } from './events.js';
import { followNaively, naiveLog } from './naive-reader.js';

eventStoreContract('the store on PostgreSQL', async () => {
  const database = await openTestDatabase(eventStoreMigrations);
  return { store: openPostgresStore(database.app), close: () => database.close() };
});

describe('the log on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(eventStoreMigrations);
    const store = openPostgresStore(database.app);
    await store.append({ stream: 'award-1', expected: 'none', events: someEvents(3) });
  });
  afterAll(() => database.close());

  it.each(
    ['events', 'links', 'log_head'].flatMap((table) => [
      `insert into ${table} select * from ${table}`,
      `update ${table} set ${table === 'log_head' ? 'position' : 'hash'} = null`.replace(
        'events set hash',
        'events set data',
      ),
      `delete from ${table}`,
      `truncate ${table}`,
      `drop table ${table}`,
      `alter table ${table} disable trigger all`,
    ]),
  )('refuses the app role: %s', async (sql) => {
    await expect(database.app.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(['update log_tree set root = null', 'delete from log_tree', 'truncate log_tree'])(
    'refuses the app role: %s',
    async (sql) => {
      await expect(database.app.query(sql)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('refuses lines that do not match, and an item that is not in one piece', async () => {
    const append = (streams: string, revisions: string) => {
      const { id } = anEvent();
      const twice = (text: string): string => `${text}\n${text}`;
      return database.app.query('select * from append_events($1,$2,$3,$4,$5,$6,$7)', [
        streams,
        revisions,
        twice(id),
        twice('T'),
        twice('1'),
        twice('{}'),
        twice('{}'),
      ]);
    };
    await expect(append('a', '0')).rejects.toThrow('the lines do not match');
    await expect(append('a\na', '0\n2')).rejects.toThrow('not in one piece');
    await expect(append('a\na', '1\n0')).rejects.toThrow('not in one piece');
    expect(await openPostgresStore(database.app).read('a')).toEqual([]);
  });

  it.each([
    [4, 17],
    [16, 17],
    [1_000, 17],
    [7, 28],
  ])('reads by %i up to a gap at %i, and says where it is', async (chunk, gap) => {
    const emptied = await openTestDatabase(eventStoreMigrations);
    const store = openPostgresStore(emptied.app);
    await store.append({ stream: 'gap', expected: 'none', events: someEvents(28) });
    await emptied.owner.query('delete from events where position = $1', [gap]);
    const seen: bigint[] = [];
    const reading = (async () => {
      for await (const events of store.readAll(0n, { chunk }))
        seen.push(...events.map(({ position }) => position));
    })();
    await expect(reading).rejects.toEqual(new LogGap(BigInt(gap)));
    expect(seen).toEqual(Array.from({ length: gap - 1 }, (_, at) => BigInt(at + 1)));
    await emptied.close();
  });

  it.each([1, 1_999, 2_003, 4_500])(
    'finds a gap at %i among events it does not want',
    async (gap) => {
      const emptied = await openTestDatabase(eventStoreMigrations);
      const store = openPostgresStore(emptied.app);
      await store.append({ stream: 'gap', expected: 'none', events: someEvents(4_500) });
      await emptied.owner.query('delete from events where position = $1', [gap]);
      const query = { to: 4_500n, types: ['Wanted'], ofOffice: ['Wanted'], office: '440106' };
      const reading = (async () => {
        for await (const events of store.readBare(0n, query)) expect(events).toEqual([]);
      })();
      await expect(reading).rejects.toEqual(new LogGap(BigInt(gap)));
      await emptied.close();
    },
  );

  it('has two indexes on the events and no more', async () => {
    const { rows } = await database.owner.query(
      "select indexname from pg_indexes where tablename = 'events'",
    );
    expect(rows).toHaveLength(2);
  });
});

describe('bulk work on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(eventStoreMigrations);
  });
  afterAll(() => database.close());

  /** How long its last call was, beside eight clerks of another process or alone. */
  async function lastCall(name: string, beside: boolean): Promise<number | undefined> {
    const clerk = openPostgresStore(database.owner);
    // Its clock stands still: what it has seen of people stays recent, however slow the machine is.
    const people = new PeopleClock({ now: () => 1_700_000_000_000 });
    const items = Array.from({ length: 20_000 }, (_, at) => ({
      stream: `${name}-bulk-${at}`,
      expected: 'none' as const,
      events: [anEvent()],
    }));
    const done = new AbortController();
    if (!beside) done.abort();
    const bulk = openPostgresStore(database.app, people)
      .appendMany(items)
      .finally(() => done.abort());
    const clerks = Array.from({ length: 8 }, (_, no) => no);
    for (let at = 0; !done.signal.aborted; at += 1)
      await Promise.all(
        clerks.map((no) =>
          clerk.append({ stream: `${name}-${no}-${at}`, expected: 'none', events: [anEvent()] }),
        ),
      );
    await bulk;
    const { rows } = await database.owner.query<{ count: number }>(
      'select count from links where count > 50 order by first desc limit 1',
    );
    return rows[0]?.count;
  }

  it('goes in short calls beside people of another process, in long ones alone', async () => {
    expect(await lastCall('alone', false)).toBe(2_000);
    expect(await lastCall('beside', true)).toBe(125);
  });
});

describe('followers on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(eventStoreMigrations);
  });
  afterAll(() => database.close());

  it('see the events of another process although their LISTEN connection is ended', async () => {
    const store = openPostgresStore(database.app);
    const another = openPostgresStore(database.owner);
    const stop = new AbortController();
    const seen = new Set<bigint>();
    const followed = (async () => {
      for await (const some of store.follow(0n, stop.signal)) {
        for (const { position } of some) seen.add(position);
        if (seen.size === 60) stop.abort();
      }
    })();
    const listening = "query = 'listen events' and datname = current_database()";
    const isHeard = `select from pg_stat_activity where ${listening}`;
    while ((await database.app.query(isHeard)).rowCount === 0) await pause(5);
    let ended = 0;
    for (let at = 0; at < 60; at += 1) {
      await another.append({ stream: `f-${at}`, expected: 'none', events: [anEvent()] });
      const { rowCount } = await database.app.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where ${listening}`,
      );
      ended += rowCount ?? 0;
    }
    await followed;
    expect(ended).toBeGreaterThan(0);
    expect(seen.size).toBe(60);
  });

  it('believe no hint of what is not there', async () => {
    const store = openPostgresStore(database.app);
    const another = openPostgresStore(database.owner);
    const stop = new AbortController();
    const from = await store.head();
    const looks: bigint[] = [];
    const seen: bigint[] = [];
    const followed = (async () => {
      for await (const { events, to } of store.followTypes(from, ['BenefitDue'], stop.signal)) {
        looks.push(to);
        seen.push(...events.map(({ position }) => position));
        if (seen.length === 2) stop.abort();
      }
    })();
    const hintOf = (position: bigint) =>
      database.owner.query("select pg_notify('events', $1)", [String(position)]);
    const listening = `select from pg_stat_activity
      where query = 'listen events' and datname = current_database() and state = 'idle'`;
    while ((await database.app.query(listening)).rowCount === 0) await pause(5);
    for (const [at, ahead] of [3n, 1_000_000n].entries()) {
      await hintOf(from + BigInt(at) + ahead);
      const item = { stream: `h-${at}`, expected: 'none' as const, events: [anEvent()] };
      await another.append(item);
      while (seen.length <= at) await pause(5);
    }
    await followed;
    expect(seen).toEqual([from + 1n, from + 2n]);
    expect(looks.filter((to) => to > from + 2n)).toEqual([]);
  });

  it('need no connection of a pool of one that their caller uses too', async () => {
    const pool = openPool({ connectionString: database.appUrl, max: 1 });
    const store = openPostgresStore(pool);
    const stop = new AbortController();
    await store.append({ stream: 'one', expected: 'none', events: someEvents(3) });
    for await (const some of store.follow(0n, stop.signal)) {
      expect(await store.read('one')).toHaveLength(some.length > 0 ? 3 : 0);
      if (some.at(-1)?.position === (await store.head())) stop.abort();
    }
    await pool.end();
  });

  it('go on after every connection of theirs was cut', async () => {
    const store = openPostgresStore(database.app);
    const another = openPostgresStore(database.owner);
    const stop = new AbortController();
    const killer = openPool({ connectionString: database.appUrl, max: 1 });
    const from = await store.head();
    let cut = 0;
    const seen = new Set<bigint>();
    const followed = (async () => {
      for await (const some of store.follow(from, stop.signal)) {
        for (const { position } of some) seen.add(position);
        if (seen.size === 20) stop.abort();
      }
    })();
    for (let at = 0; at < 20; at += 1) {
      await another.append({ stream: `c-${at}`, expected: 'none', events: [anEvent()] });
      const { rowCount } = await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where usename = 'yuejie_app' and datname = current_database()
            and pid <> pg_backend_pid()`,
      );
      cut += rowCount ?? 0;
    }
    await followed;
    await killer.end();
    expect(cut).toBeGreaterThan(0);
    expect(seen.size).toBe(20);
  });

  it('are needed: a reader of a serial number loses events under sixteen writers', async () => {
    await database.owner.query(naiveLog);
    const { written, seen } = await followNaively(database.ownerUrl, 16, 60);
    expect(written).toBe(16 * 60);
    expect(written - seen).toBeGreaterThan(0);
  });
});
