import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { asOnlyFollower } from '#application/only-follower.js';
import { applicationMigrations, System } from '#application/start.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { day } from '#domain/values/calendar.js';
import { shippedPolicies } from '#law/shipped.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { Bureau } from './bureau.js';
import { openTestSystem, testKeys, type TestSystem } from './system.js';

describe('the log of one database', () => {
  let test: TestSystem;
  beforeAll(async () => {
    test = await openTestSystem();
    // What is done and followed once shows that it has the lock: nobody else was there to follow.
    await new Bureau(test.system.app, '440100', ['440103']).openOffices('2026-10-01');
  });
  afterAll(() => test.close());

  it('is followed by one process, whoever else would', async () => {
    const stopped: string[] = [];
    const other = systemOver(test.database, (name) => stopped.push(name));
    const end = new AbortController();
    const waiting = other.follow(end.signal);
    // What is settled for the one that waits was done by the other.
    await new Bureau(other.app, '440100', ['440104']).openOffices('2026-10-01');
    expect(other.lanes.map(({ reached }) => reached)).toEqual([0n, 0n]);
    const head = await other.app.store.head();
    expect(head).toBeGreaterThan(2n);
    expect(test.system.lanes.map(({ reached }) => reached)).toEqual([head, head]);
    end.abort();
    await waiting;
    expect(stopped).toEqual([]);
  });
});

function systemOver({ app }: TestDatabase, onStopped: (name: string) => void): System {
  const bank = { outgoing: tmpdir(), incoming: tmpdir() };
  const given = { bank, onStopped, pool: app, keys: testKeys(), policies: shippedPolicies };
  return new System(given);
}

describe('loops that are cut off', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(applicationMigrations);
  });
  afterAll(() => database.close());

  it('end together though a reaction waits for a read model, and begin again', async () => {
    const stopped: string[] = [];
    const system = systemOver(database, (name) => stopped.push(name));
    const { app } = system;
    const end = new AbortController();
    const following = system.follow(end.signal).catch((error: Error) => error.message);
    const holds = (holder: string) =>
      app.transact.run(
        stored.account,
        accountStream('k1'),
        { type: 'RecordHolder', accountKey: 'k1', holder, kind: 'person' },
        {
          ...{ commandId: randomUUID(), actor: 'a1', duty: 'intake', office: '440100' },
          day: day('2026-10-01'),
        },
      );
    await holds('p1');
    await app.settled(1n);
    const holder = await database.owner.connect();
    await holder.query('begin; select from read.projection_checkpoint for update');
    // The second holder is a sharing: its reaction looks into a read model that cannot move.
    await holds('p2');
    await cutOff(following);
    expect(await following).toContain('terminat');
    expect(system.lanes.map(({ reached }) => reached)).not.toEqual([3n, 3n]);
    await holder.query('rollback');
    holder.release();
    const again = system.follow(end.signal);
    await app.settled(3n);
    expect(system.lanes.map(({ reached }) => reached)).toEqual([3n, 3n]);
    end.abort();
    await again;
    expect(stopped).toEqual([]);
  });

  /**
   * Ends the connections that wait for the one that holds the read models up, until the loops have
   * ended: some of them may begin to wait after others have been cut off.
   */
  async function cutOff(following: Promise<unknown>): Promise<void> {
    const ended = following.then(() => true);
    const later = () => pause(25).then(() => false);
    while (!(await Promise.race([ended, later()])))
      await database.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity join pg_locks using (pid)
         where datname = current_database() and not granted`,
      );
  }
});

describe('who does not follow', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(applicationMigrations);
  });
  afterAll(() => database.close());

  it('waits for the read models that go on, and for none that has stopped', async () => {
    const { app } = systemOver(database, () => undefined);
    const put = (name: string, position: number, error: string | null) =>
      database.owner.query(
        `insert into read.projection_checkpoint (name, version, position, error)
         values ($1, 1, $2, $3)`,
        [name, position, error],
      );
    await put('stopped', 1, 'an event that cannot be folded');
    await put('goes-on', 2, null);
    const order: string[] = [];
    const waiting = app.projected(3n).then(() => order.push('projected'));
    await app.projected(2n);
    order.push('moved');
    await database.owner.query(`update read.projection_checkpoint set position = 3
                                where name = 'goes-on'`);
    await waiting;
    expect(order).toEqual(['moved', 'projected']);
  });

  it('waits no longer than the system runs', async () => {
    const system = systemOver(database, () => undefined);
    const waits = [system.app.projected(99n), system.app.settled(99n)];
    system.end();
    const fault = { status: 'rejected', reason: { code: 'EENDING' } };
    const ends = await Promise.allSettled([...waits, system.app.projected(99n)]);
    expect(ends).toMatchObject([fault, fault, fault]);
  });
});

describe('who waits in a process that another takes the following over from', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase(applicationMigrations);
  });
  afterEach(() => database.close());

  const ended = { code: 'EENDING' };

  /** One that led, with the lock lost, and the other that leads now. */
  async function takenOver(waiting: (first: System, next: bigint) => void) {
    const stopped: string[] = [];
    const [first, second] = [1, 2].map(() => systemOver(database, (name) => stopped.push(name)));
    if (first === undefined || second === undefined) throw new Error('two systems were begun');
    const end = new AbortController();
    const led = first.follow(end.signal).catch((error: Error) => error.message);
    const open = (office: string) =>
      new Bureau(second.app, '440100', [office]).openOffices('2026-10-01');
    // What is settled for the second was done by the first: it leads, and knows of two offices.
    await open('440103');
    waiting(first, (await second.app.store.head()) + 1n);
    const leads = second.follow(end.signal);
    await endHolder(database);
    expect(await led).toContain('terminat');
    const close = async (): Promise<void> => {
      end.abort();
      await leads;
      expect(stopped).toEqual([]);
    };
    return { first, open: () => open('440104'), close };
  }

  it('is answered from what the other has followed', async () => {
    const waits: Promise<void>[] = [];
    const order: string[] = [];
    const alone = new AbortController();
    const { first, open, close } = await takenOver(({ app, runner }, next) => {
      waits.push(app.projected(next), app.settled(next));
      // Whoever waits in the memory of the first alone is told of nothing that the second does.
      waits.push(runner.reached(next, alone.signal).finally(() => order.push('in memory')));
    });
    await open();
    await Promise.all(waits.slice(0, 2));
    order.push('answered');
    expect(first.lanes.map(({ reached }) => reached)).toEqual([2n, 2n]);
    alone.abort(new Error('it waited until it was let go'));
    await expect(waits[2]).rejects.toThrow('until it was let go');
    expect(order).toEqual(['answered', 'in memory']);
    await close();
  });

  it('is let go when its own process ends', async () => {
    const waits: Promise<void>[] = [];
    const { first, close } = await takenOver(({ app }, next) => {
      waits.push(app.projected(next), app.settled(next));
    });
    first.end();
    const ends = await Promise.allSettled(waits);
    const fault = { status: 'rejected', reason: ended };
    expect(ends).toMatchObject([fault, fault]);
    await close();
  });
});

/** Ends the connection of whoever follows the log of this database. */
async function endHolder({ owner }: TestDatabase): Promise<void> {
  await owner.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`,
  );
}

describe('who follows alone', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const never = new AbortController().signal;
  const until = (signal: AbortSignal) =>
    new Promise<void>((wake) => void signal.addEventListener('abort', () => wake()));

  it('is told to end when the lock is lost, and whoever waited takes over', async () => {
    const order: string[] = [];
    let begun: () => void = () => undefined;
    const first = new Promise<void>((wake) => (begun = wake));
    const holder = asOnlyFollower(database.app, never, async (signal) => {
      order.push('first');
      begun();
      await until(signal);
      order.push('told');
    });
    const fault = holder.catch((error: Error) => error.message);
    await first;
    const given = new AbortController();
    const impatient = asOnlyFollower(database.app, given.signal, async () => {
      order.push('impatient');
    });
    given.abort();
    await impatient;
    const next = asOnlyFollower(database.app, never, async () => void order.push('next'));
    await endHolder(database);
    await next;
    expect(await fault).toContain('terminat');
    expect(order.sort()).toEqual(['first', 'next', 'told']);
  });
});
