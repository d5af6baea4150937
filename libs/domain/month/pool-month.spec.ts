import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { month } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import { poolMonthDecider, type PoolMonthCommand } from './pool-month.js';

const totals = (lines: number) => ({
  lines,
  personMonths: lines,
  amountFen: fen(BigInt(lines) * 241_200n),
});
const closed = (office: string, lines: number) => ({
  office,
  closed: {
    ...{ office, cutPosition: '10', treeRoot: 'a1' },
    sheet: { benefit: { paid: totals(lines) } },
  },
});
const close: PoolMonthCommand = {
  type: 'ClosePoolMonth',
  pool: '440100',
  month: month('2026-09'),
  offices: [closed('440103', 2), closed('440106', 3)],
};

describe("a pool's month", () => {
  it('closes with the sum of its offices when all of them have', () => {
    given(poolMonthDecider)
      .when(close)
      .records({
        type: 'PoolMonthClosed',
        data: {
          pool: '440100',
          month: month('2026-09'),
          offices: [
            { office: '440103', cutPosition: '10', treeRoot: 'a1' },
            { office: '440106', cutPosition: '10', treeRoot: 'a1' },
          ],
          sheet: { benefit: { paid: totals(5) } },
        },
      });
  });

  it('waits for a late office, and for the first of all', () => {
    given(poolMonthDecider)
      .when({ ...close, offices: [closed('440103', 2), { office: '440106' }] })
      .refuses('POOL_OFFICES_OPEN');
    given(poolMonthDecider)
      .when({ ...close, offices: [] })
      .refuses('POOL_OFFICES_OPEN');
  });

  it('does not close twice', () => {
    const [event] = poolMonthDecider.decide(close, poolMonthDecider.initial);
    if (event === undefined) throw new Error('nothing was decided');
    expect(() => poolMonthDecider.evolve({ status: 'closed' }, event)).toThrow('twice');
  });
});
