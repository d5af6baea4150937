import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Aside } from '#application/aside.js';
import { applicationMigrations, System } from '#application/start.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { PeopleClock } from '#event-store/people-clock.js';
import { shippedPolicies } from '#law/shipped.js';
import { isOutage } from '#projections/outage.js';
import { day, month } from '#domain/values/calendar.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { testKeys } from './system.js';

const loader = new URL('../crash/typescript.mjs', import.meta.url).href;
const execArgv = ['--no-warnings', '--conditions=source', '--import', loader];
const by = { person: 'p1', account: 'a1', duty: 'cashier', office: '210102' } as const;
const act = { by, on: day('2026-08-01'), commandId: 'c1', related: [], offices: ['210102'] };
const given = { keys: testKeys(), policies: shippedPolicies };
const lend = () => Promise.reject(new Error('no part is lent here'));
const bank = { outgoing: '/nowhere/out', incoming: '/nowhere/in' };

describe('bulk work in a thread of its own', () => {
  it('fails with a fault that passes when it does there, and says where', async () => {
    const aside = asideAt(1);
    const fault = await faultOfWork(aside);
    expect({ ...fault, isOutage: isOutage(fault) }).toMatchObject({
      ...{ code: 'ECONNREFUSED', isOutage: true },
    });
    expect(fault.stack).toContain('read-queue');
    await aside.close();
  });

  it('fails with a fault that passes when the thread ends, and goes on in another', async () => {
    const silent = await openSilentServer();
    const aside = asideAt(silent.port);
    const underWay = faultOfWork(aside);
    await silent.isAsked;
    await aside.close();
    const fault = await underWay;
    expect({ ...fault, isOutage: isOutage(fault) }).toMatchObject({
      ...{ code: 'ETHREAD', isOutage: true },
    });
    await silent.close();
    expect(await faultOfWork(aside)).toMatchObject({ code: 'ECONNREFUSED' });
    await aside.close();
  });

  function asideAt(port: number): Aside {
    return new Aside({
      databaseUrl: `postgres://nobody@127.0.0.1:${port}/none`,
      pool: { query: () => Promise.reject(new Error('nothing is asked here')) },
      ...{ ...given, bank, execArgv, lend, people: new PeopleClock() },
    });
  }

  /** Of a work that finds no database there. */
  async function faultOfWork(aside: Aside): Promise<Error> {
    const asked = aside.run('writeFile', [act, '210102-2026-08-1']);
    const fault = await asked.catch((error: unknown) => error);
    if (!(fault instanceof Error)) throw new Error('it did not fail');
    return fault;
  }

  /** One that takes a connection and never answers: the work that asks it is under way for long. */
  async function openSilentServer(): Promise<{
    port: number;
    isAsked: Promise<unknown>;
    close: () => Promise<unknown>;
  }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    const isAsked = once(server, 'connection');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const close = (): Promise<unknown> => {
      for (const socket of sockets) socket.destroy();
      return once(server.close(), 'close');
    };
    return { port: (server.address() as AddressInfo).port, isAsked, close };
  }
});

describe('bulk work that waits in its thread', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(applicationMigrations);
  });
  afterAll(() => database.close());

  it('is let go when the system ends, and none begins after it', async () => {
    const pool = database.app;
    const { app } = new System({ ...given, pool, bank, onStopped: () => undefined });
    const command = {
      type: 'RecordHolder',
      accountKey: 'k1',
      holder: 'p1',
      kind: 'person',
    } as const;
    const context = { commandId: randomUUID(), actor: 'a1', duty: 'intake', office: '210102' };
    await app.transact.run(stored.account, accountStream('k1'), command, {
      ...context,
      day: act.on,
    });
    const aside = new Aside({
      ...{ ...given, bank, execArgv, lend, pool, people: new PeopleClock() },
      databaseUrl: database.appUrl,
    });
    const place = { office: '210102', month: month('2026-08') };
    // Nobody follows the log, so that what it waits for never comes.
    const waiting = aside.run('judgeSignIns', [act, place]);
    aside.letGo();
    await expect(waiting).rejects.toMatchObject({ code: 'EENDING' });
    await expect(aside.run('judgeSignIns', [act, place])).rejects.toMatchObject({
      code: 'EENDING',
    });
    await aside.close();
  });
});
