import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardDecider } from '#domain/award/award.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { fen } from '#domain/values/fen.js';
import {
  awardsByNumber,
  awardsOfOffice,
  awardsOfPersons,
  awardState,
} from '#projections/award-state.js';
import * as award from '../domain/award-samples.js';
import { openOffice, tell, type Office } from './harness.js';

const end = {
  ...{ amountFen: award.monthlyFen, reason: 'withdrawn', documentId: 'adjustment-1' },
  bookedMonth: award.line('2026-11').month,
};
const added = { ...award.line('2026-12'), lineId: 'extra-1', amountFen: fen(9_000n) };

/** Every event of an award at least once, with months and people's decisions in turn. */
const survivor = 'P0000202';
const histories: Readonly<Record<string, readonly AwardEvent[]>> = {
  'that is paid, fails, is recalled and comes back': [
    award.opened,
    award.due('2026-09', 1),
    award.instructed('I-1', ['2026-09']),
    award.failed(award.bankLine('I-1', 1)),
    { type: 'AwardAccountChanged', data: { account: award.corrected } },
    award.due('2026-10', 2),
    award.instructed('I-2', ['2026-09', '2026-10'], '2026-12-20', award.corrected),
    { type: 'PaymentRecalled', data: { instructionId: 'I-2', reason: 'hit', by: ['li', 'wang'] } },
    award.instructed('I-3', ['2026-09', '2026-10'], '2026-12-21', award.corrected),
    award.paid(award.bankLine('I-3', 2, '2026-12-22', fen(482_400n))),
    award.due('2026-11', 3, '2026-12'),
    award.returned(award.bankLine('I-3', 3, '2026-12-28', fen(482_400n))),
  ],
  'whose lines are held, released, added, withdrawn and cancelled': [
    award.opened,
    award.due('2026-09', 1),
    {
      type: 'LineHeld',
      data: { lineId: '2026-09', reason: 'verification-hold', cause: 'judged-1' },
    },
    { type: 'LineReleased', data: { lineId: '2026-09', cause: 'judged-2' } },
    { type: 'LineHeld', data: { lineId: '2026-09', reason: 'disputed', cause: 'letter-1' } },
    award.due('2026-10', 2),
    {
      type: 'LineAdded',
      data: { ...added, documentId: 'a-1', bookedMonth: added.rollMonth, reason: 'arrears' },
    },
    { type: 'LineWithdrawn', data: { lineId: '2026-10', ...end } },
    { type: 'LineCancelled', data: { lineId: '2026-09', ...end } },
    award.due('2026-11', 2),
  ],
  'that is brought in, held, shared, paused, resumed and stopped': [
    award.brought,
    {
      type: 'LineBroughtIn',
      data: {
        ...award.line('2026-08'),
        ...{ reason: 'returned', documentId: 'opening-1', bookedMonth: award.terms.firstMonth },
      },
    },
    { type: 'AwardAccountShared', data: { holders: 2 } },
    award.due('2026-10', 4),
    { type: 'AwardAccountCleared', data: { reviewedBy: ['li', 'wang'] } },
    {
      type: 'AwardHeld',
      data: { reason: 'hit-hold', cause: 'hit-1', from: award.line('2026-11').month },
    },
    { type: 'AwardReleased', data: { cause: 'hit-1' } },
    award.paused('2026-11'),
    {
      type: 'AwardResumed',
      data: { from: award.line('2026-12').month, decisionId: 'resume-1' },
    },
    award.due('2026-12', 5),
    award.stopped('2027-01', 1),
    { type: 'AwardExhausted', data: { lastMonth: award.line('2026-12').month } },
    { type: 'MonthsConsumed', data: { months: 1, decisionId: 'claim/C000007' } },
    {
      type: 'AwardPayeeAssigned',
      data: {
        payee: { kind: 'survivor', ref: survivor },
        ...{ account: award.corrected, decisionId: 'claim/C000009' },
      },
    },
  ],
};

/** As the cache keeps an award: without payments that were answered. */
function folded(history: readonly AwardEvent[]): LiveAward {
  const state = history.reduce(awardDecider.evolve, awardDecider.initial);
  if (state.status === 'none') throw new Error('the award was never opened');
  return { ...state, payments: state.payments.filter(({ status }) => status === 'sent') };
}

describe('the cached awards', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice({}, [awardState]);
  });
  afterAll(() => office.database.close());

  it.each(Object.entries(histories))('equal, event by event, an award %s', async (name, events) => {
    const awardNo = `C-${Object.keys(histories).indexOf(name)}`;
    for (const [revision, { type, data }] of events.entries()) {
      await tell(office.store, [{ stream: `award-${awardNo}`, type, data }]);
      await office.runner().catchUp();
      const cached = (await awardsByNumber(office.database.app, [awardNo])).get(awardNo);
      expect({ type, ...cached }).toEqual({
        ...{ type, awardNo, revision },
        state: folded(events.slice(0, revision + 1)),
      });
    }
    expect(office.stops).toEqual([]);
  });

  it('tell every award event apart', () => {
    const seen = new Set(Object.values(histories).flatMap((all) => all.map(({ type }) => type)));
    expect([...seen].sort()).toEqual([...awardState.types].sort());
  });

  it('are read by office in pages, by person, and with open lines only', async () => {
    const { app } = office.database;
    const all: string[] = [];
    for await (const page of awardsOfOffice(app, '440103', { size: 1 }))
      all.push(...page.map(({ awardNo }) => awardNo));
    expect(all).toEqual(['C-0', 'C-1', 'C-2']);
    const open: string[] = [];
    for await (const page of awardsOfOffice(app, '440103', { openOnly: true }))
      open.push(...page.map(({ awardNo }) => awardNo));
    expect(open).toEqual(['C-0', 'C-1', 'C-2']);
    expect(await awardsOfPersons(app, [award.terms.personRef])).toHaveLength(2);
    expect(await awardsOfPersons(app, [survivor])).toHaveLength(1);
    expect(await awardsOfPersons(app, ['nobody'])).toEqual([]);
  });

  it('stop at a month’s event of an award that was never opened', async () => {
    const { type, data } = award.due('2026-09', 1);
    await tell(office.store, [{ stream: 'award-none', type, data }]);
    await office.runner().catchUp();
    expect(office.stops).toMatchObject([{ name: 'award_state', message: '1 awards not opened' }]);
  });
});
