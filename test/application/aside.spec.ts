import { afterAll, describe, expect, it } from '@jest/globals';
import { Aside } from '#application/aside.js';
import { shippedPolicies } from '#law/shipped.js';
import { isOutage } from '#projections/outage.js';
import { day } from '#domain/values/calendar.js';
import { testKeys } from './system.js';

const loader = new URL('../crash/typescript.mjs', import.meta.url).href;

describe('bulk work in a thread of its own', () => {
  const aside = new Aside({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    pool: { query: () => Promise.reject(new Error('nothing is asked here')) },
    ...{ keys: testKeys(), policies: shippedPolicies, people: new SharedArrayBuffer(160) },
    bank: { outgoing: '/nowhere/out', incoming: '/nowhere/in' },
    execArgv: ['--no-warnings', '--conditions=source', '--import', loader],
  });

  afterAll(() => aside.close());

  it('fails with a fault that passes when it does there, and says where', async () => {
    const fault = await faultOfWork();
    expect({ ...fault, isOutage: isOutage(fault) }).toMatchObject({
      ...{ code: 'ECONNREFUSED', isOutage: true },
    });
    expect(fault.stack).toContain('read-queue');
  }, 60_000);

  it('fails with a fault that passes when the thread ends, and goes on in another', async () => {
    const underWay = faultOfWork();
    await aside.close();
    const fault = await underWay;
    expect({ ...fault, isOutage: isOutage(fault) }).toMatchObject({
      ...{ code: 'ETHREAD', isOutage: true },
    });
    expect(await faultOfWork()).toMatchObject({ code: 'ECONNREFUSED' });
  }, 60_000);

  /** Of a work that finds no database there. */
  async function faultOfWork(): Promise<Error> {
    const by = { person: 'p1', account: 'a1', duty: 'cashier', office: '210102' } as const;
    const act = { by, on: day('2026-08-01'), commandId: 'c1', related: [], offices: ['210102'] };
    const asked = aside.run('writeFile', [act, '210102-2026-08-1']);
    const fault = await asked.catch((error: unknown) => error);
    if (!(fault instanceof Error)) throw new Error('it did not fail');
    return fault;
  }
});
