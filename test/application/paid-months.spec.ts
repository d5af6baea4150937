import { describe, expect, it } from '@jest/globals';
import { paidOfAward } from '#application/paid-months.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { addFen, fen } from '#domain/values/fen.js';
import { MemoryEventStore } from '#event-store/memory-store.js';
import { newEvent } from '../award-log.js';
import * as award from '../domain/award-samples.js';

const extraFen = fen(5_000n);
const arrears: AwardEvent = {
  type: 'LineAdded',
  data: {
    ...{ ...award.line('2026-09'), lineId: 'extra-1', amountFen: extraFen },
    ...{ documentId: 'a-1', reason: 'arrears', bookedMonth: award.terms.firstMonth },
  },
};

async function paidAfter(...facts: readonly AwardEvent[]) {
  const store = new MemoryEventStore();
  const events = [award.opened, ...facts].map((fact) => newEvent('C1', fact));
  await store.append({ stream: awardStream('C1'), expected: 'none', events });
  return Object.fromEntries(await paidOfAward({ store }, 'C1'));
}

const monthAndArrears: readonly AwardEvent[] = [
  award.due('2026-09', 1),
  arrears,
  award.instructed('I-1', ['2026-09']),
  award.instructed('I-2', ['extra-1']),
  award.paid(award.bankLine('I-1', 1)),
  award.paid(award.bankLine('I-2', 2, '2026-10-22', extraFen)),
];

describe('the months that an award was paid for', () => {
  it('hold all that was paid for them', async () => {
    const both = addFen(award.monthlyFen, extraFen);
    expect(await paidAfter(...monthAndArrears)).toEqual({ '2026-09': both });
  });

  it('keep what was not sent back with another line', async () => {
    const back = award.returned(award.bankLine('I-2', 1, '2026-10-30', extraFen));
    expect(await paidAfter(...monthAndArrears, back)).toEqual({ '2026-09': award.monthlyFen });
    const all = award.returned(award.bankLine('I-1', 2, '2026-10-30'));
    expect(await paidAfter(...monthAndArrears, back, all)).toEqual({});
  });
});
