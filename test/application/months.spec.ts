import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutMonth, openMonth, sendCloseBack, signClose } from '#application/months.js';
import { month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const office = '440103';
const on = '2026-10-01';

describe('an office’s first month', () => {
  let test: TestSystem;
  let bureau: Bureau;

  beforeAll(async () => {
    test = await openTestSystem();
    bureau = new Bureau(test.system.app, pool, [office, '440104']);
    await bureau.openOffices(on);
    await bureau.openMonth(office, month('2026-10'), on);
  }, 60_000);

  afterAll(() => test.close());

  const open = (text: string, at = office) =>
    openMonth(test.system.app, bureau.act('reconciler', on), { office: at, month: month(text) });

  it.each(['2026-12', '2027-10', '2026-09'])(
    'is the only one of its kind: %s waits',
    async (text) => {
      await expect(open(text)).rejects.toMatchObject({
        ...{ code: 'MONTH_PREVIOUS_OPEN', facts: { month: text, latest: '2026-10' } },
      });
    },
  );

  it('does not follow one that is open, which is named', async () => {
    await expect(open('2026-11')).rejects.toMatchObject({
      ...{ code: 'MONTH_PREVIOUS_OPEN', facts: { month: '2026-11', previous: '2026-10' } },
    });
  });

  it('does not lie beyond the one that comes next, as nothing earlier could follow', async () => {
    await expect(open('2026-12', '440104')).rejects.toMatchObject({
      ...{ code: 'MONTH_AHEAD', facts: { month: '2026-12', day: on } },
    });
  });

  it('is opened again without a trace, and is not another office’s', async () => {
    await expect(open('2026-10')).resolves.toMatchObject({ events: [] });
    await expect(open('2026-11', '440104')).resolves.toMatchObject({ events: ['OpeningBrought'] });
  });

  it('is cut, and the log’s tree grows to there before anybody asks for its root', async () => {
    const { app } = test.system;
    const cut = await cutMonth(app, bureau.act('reconciler', '2026-10-31'), {
      ...{ office, month: month('2026-10') },
    });
    const grown = 'select max(size) as size from log_tree';
    for (let size = 0n; size < cut.position;) {
      const { rows } = await app.pool.query<{ size: bigint | null }>(grown);
      size = rows[0]?.size ?? 0n;
      await setImmediate();
    }
  });

  it('is not signed between its cut and the statement of its close, nor sent back', async () => {
    const place = { office, month: month('2026-10') };
    const act = bureau.act('approver', '2026-10-31');
    const missing = { code: 'CLOSE_NOT_PREPARED', facts: { month: '2026-10' } };
    const signature = { step: 'approve' as const, seen: { root: '', lines: 0, amountFen: noFen } };
    const signed = signClose(test.system.app, act, { ...place, ...signature });
    await expect(signed).rejects.toMatchObject(missing);
    const returned = sendCloseBack(test.system.app, act, { ...place, reason: 'too soon' });
    await expect(returned).rejects.toMatchObject(missing);
  });
});
