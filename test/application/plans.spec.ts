import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { proposePlan, type PlanInput } from '#application/plans.js';
import { stored } from '#application/stored.js';
import { officeStream } from '#domain/office/office.js';
import { month } from '#domain/values/calendar.js';
import { Bureau, yuan } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const office = '440103';
const otherPool = '440300';
const on = '2026-10-01';

/** Whoever holds a duty in a pool gives that pool's money to that pool's offices. */
describe('a plan', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    bureau = new Bureau(app, pool, [office]);
    await bureau.openOffices(on);
    const { by, commandId, on: today } = bureau.act('intake', on);
    const code = otherPool;
    const names = { zh: code, en: code };
    const open = { type: 'OpenOffice', code, kind: 'pool', jurisdiction: pool, names } as const;
    await app.transact.run(
      stored.office,
      officeStream(code),
      open,
      contextOf(by, commandId, today),
    );
    await bureau.settle();
  }, 60_000);

  afterAll(() => test.close());

  const propose = (input: Partial<PlanInput>) =>
    proposePlan(test.system.app, bureau.act('accountant', on), {
      ...{ pool, month: month('2026-10'), no: 1 },
      allotments: [{ office, amountFen: yuan(1) }],
      ...input,
    });

  it('is a pool’s, and no office below one proposes its own', async () => {
    await expect(propose({ pool: office })).rejects.toMatchObject({
      ...{ code: 'FACT_IMPOSSIBLE', facts: { pool: office, fact: 'pool' } },
    });
  });

  it.each([
    ['OFFICE_OUT_OF_SCOPE', otherPool],
    ['OFFICE_UNKNOWN', '440399'],
  ])('is refused as %s when it allots to %s', async (code, stranger) => {
    const allotments = [
      { office, amountFen: yuan(1) },
      { office: stranger, amountFen: yuan(1) },
    ];
    await expect(propose({ allotments })).rejects.toMatchObject({
      ...{ code, facts: { office: stranger } },
    });
  });

  it('allots to the offices of its own pool', async () => {
    await expect(propose({})).resolves.toMatchObject({ events: ['PlanProposed'] });
  });
});
