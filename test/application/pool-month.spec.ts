import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { stored } from '#application/stored.js';
import { poolMonthStream } from '#domain/month/pool-month.js';
import { officeStream } from '#domain/office/office.js';
import { month } from '#domain/values/calendar.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const [first, second, street, later] = ['440103', '440104', '440105', '440106'] as const;
const october = month('2026-10');

/** Two county offices since October, a street that keeps no month, a third county in November. */
describe('the month of a pool', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [first, second]);
    await bureau.openOffices('2026-10-01');
    await open(street, 'street', '2026-10-01');
    await open(later, 'county', '2026-11-02');
  }, 60_000);

  afterAll(() => test.close());

  async function open(code: string, kind: 'street' | 'county', on: string): Promise<void> {
    const { by, commandId, on: day } = bureau.act('intake', on);
    const place = { code, kind, parent: pool, jurisdiction: pool, names: { zh: code, en: code } };
    const command = { type: 'OpenOffice', ...place } as const;
    const context = contextOf(by, commandId, day);
    await bureau.app.transact.run(stored.office, officeStream(code), command, context);
  }

  const closed = async (): Promise<string> => {
    const stream = poolMonthStream(pool, october);
    return (await test.system.app.transact.state(stored.poolMonth, stream)).status;
  };

  const blocks = async () => {
    const { rows } = await test.system.app.pool.query<{ code: string; facts: string }>(
      `select code, facts from reaction_block where reaction = 'close-pool'`,
    );
    return rows.map(({ code, facts }) => ({ code, facts: JSON.parse(facts) as unknown }));
  };

  it('names the office that has not so much as opened it', async () => {
    await bureau.openMonth(first, october, '2026-10-01');
    await bureau.close(first, october, '2026-10-31');
    expect(await closed()).toBe('open');
    expect(await blocks()).toMatchObject([
      { code: 'POOL_OFFICES_OPEN', facts: { month: october, pool, offices: second } },
    ]);
  });

  it('closes when that office has closed it, empty as it is', async () => {
    await bureau.openMonth(second, october, '2026-10-31');
    await bureau.close(second, october, '2026-10-31');
    expect(await closed()).toBe('closed');
    const [event] = await test.system.app.store.read(poolMonthStream(pool, october));
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      offices: [{ office: first }, { office: second }],
    });
  });
});
