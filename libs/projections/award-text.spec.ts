import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { awardDecider } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import type { LiveAward, OpenLine, Payment } from '#domain/award/award-state.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { lazyAward } from './lazy-award.js';
import {
  awardOf,
  movingOf,
  movingText,
  personOf,
  tailOf,
  termsText,
  usualTerms,
} from './award-text.js';

/** As codecs make objects: plain ones. */
const plain = { noNullPrototype: true } as const;
const sometimes = { ...plain, requiredKeys: [] as [] };
const word = fc.oneof(
  fc.stringMatching(/^[\w-]{0,12}$/),
  fc.string({ maxLength: 12, unit: 'binary' }),
);
const amountFen = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(fen);
const months = fc.integer({ min: -3, max: 48 });
const aMonth = fc
  .tuple(fc.integer({ min: 1999, max: 2099 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, no]) => month(`${year}-${String(no).padStart(2, '0')}`));
const aDay = aMonth.map((one) => day(`${one}-15`));
const hold = fc.constantFrom('verification-hold', 'hit-hold', 'disputed', 'court-freeze');

const line = fc
  .tuple(
    fc.record({
      lineId: word,
      item: word,
      month: aMonth,
      rollMonth: aMonth,
      amountFen,
      state: fc.constantFrom('due', 'instructed', 'stop-list', 'failed', 'returned'),
    }),
    fc.record({ hold, badAccount: word }, sometimes),
  )
  .map(([always, seldom]) => ({ ...always, ...seldom }) as OpenLine);

const payment = (status: Payment['status']) =>
  fc
    .record({ instructionId: word, accountRef: word, amountFen, lines: fc.array(line) })
    .map((rest): Payment => ({ ...rest, status }));

const account = fc.record(
  {
    ...{ accountRef: word, accountKey: word, sealedSha256: word, usableFrom: aDay },
    hands: fc.array(word),
  },
  plain,
);

/** One that was never changed. */
const ownAccount = account.map((one) => ({ ...one, hands: [] }));

const award = fc
  .tuple(
    fc.record({
      ...{ awardNo: word, personRef: word, office: word, jurisdiction: word, item: word },
      ...{ policyVersion: word, paidMonths: months, monthsAwarded: months, monthsDrawn: months },
      ...{ firstMonth: aMonth, nextMonth: aMonth, mayResume: fc.boolean(), shared: fc.boolean() },
      status: fc.constantFrom('open', 'paused', 'stopped'),
      holds: fc.array(fc.record({ reason: hold, cause: word, from: aMonth }, plain)),
      lines: fc.array(line, { maxLength: 5 }),
      payments: fc.array(payment('sent'), { maxLength: 3 }),
      decisions: fc.array(word),
    }),
    fc.record({ endedFrom: aMonth, monthlyFen: amountFen, account }, sometimes),
  )
  .map(([always, seldom]) => ({ ...always, ...seldom }) as LiveAward);

const fieldNames = [
  ...(['status', 'awardNo', 'personRef', 'office', 'jurisdiction', 'item'] as const),
  ...(['policyVersion', 'paidMonths', 'monthsAwarded', 'monthsDrawn', 'firstMonth'] as const),
  ...(['nextMonth', 'endedFrom', 'mayResume', 'monthlyFen', 'account', 'shared'] as const),
  ...(['holds', 'lines', 'payments', 'decisions'] as const),
];

const listOf = (one: OpenLine) => [
  ...[one.lineId, one.item, one.month, one.rollMonth, String(one.amountFen), one.state],
  ...[one.hold ?? null, one.badAccount ?? null],
];

/** Texts that look like the middle of usual terms, in terms that are not. */
const tricky: LiveAward = {
  ...{ awardNo: 'C1', personRef: ',"open",true,false,null,', office: 'open', item: ',' },
  ...{ jurisdiction: '","open",true,false,null,', policyVersion: '1', paidMonths: 1 },
  ...{ monthsAwarded: 2, monthsDrawn: 0, firstMonth: month('2026-09') },
  ...{ nextMonth: month('2026-09'), endedFrom: month('2026-10'), mayResume: true, shared: true },
  ...{ status: 'paused', holds: [], lines: [], payments: [] },
  decisions: ['open', ',"open",true,false,null,', 'open'],
};

describe('the text of a cached award', () => {
  it('gives back what moves, at its revision', () => {
    fc.assert(
      fc.property(award, fc.nat(), (one, revision) => {
        const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = one;
        expect(movingOf(movingText(revision, one))).toStrictEqual({
          ...{ revision, monthsAwarded, monthsDrawn, nextMonth, lines, payments },
        });
      }),
    );
  });

  it('prints what moves as JSON has it, in lists', () => {
    fc.assert(
      fc.property(award, months, (one, revision) => {
        const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = one;
        const sent = payments.map(({ instructionId, accountRef, amountFen: paid, lines: of }) => [
          ...[instructionId, accountRef, String(paid), of.map(listOf)],
        ]);
        const lists = [revision, monthsAwarded, monthsDrawn, nextMonth, lines.map(listOf), sent];
        expect(movingText(revision, one)).toBe(JSON.stringify(lists));
      }),
    );
  });

  it('prints and reads lines as they are, whatever those before them were', () => {
    // Few values, so that most lines are as the last one was or differ from it in one thing.
    const few = fc.constantFrom('a', 'b', '"', '\\u4e00');
    const aLine = fc
      .tuple(
        fc.record({
          ...{ lineId: few, item: few, month: fc.constant(month('2026-09')) },
          ...{ rollMonth: fc.constantFrom(month('2026-09'), month('2026-10')) },
          amountFen: fc.constantFrom(fen(1n), fen(2n)),
          state: fc.constantFrom('due', 'instructed', 'failed'),
        }),
        fc.record({ hold, badAccount: few }, sometimes),
        fc.boolean(),
      )
      .map(([always, seldom, isSeldom]) => ({ ...always, ...(isSeldom ? seldom : {}) }));
    const lines = fc.array(aLine as fc.Arbitrary<OpenLine>, { maxLength: 2 });
    const sent = fc
      .record({
        ...{ instructionId: few, accountRef: few, lines },
        amountFen: fc.constantFrom(fen(1n), fen(2n)),
      })
      .map((rest): Payment => ({ ...rest, status: 'sent' }));
    const part = fc.record({ lines, payments: fc.array(sent, { maxLength: 2 }) });
    const counts = { monthsAwarded: 3, monthsDrawn: 1, nextMonth: month('2026-11') };
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 8 }), (parts) => {
        for (const one of parts) {
          const text = movingText(1, { ...counts, ...one });
          expect(JSON.parse(text)).toStrictEqual([
            ...[1, 3, 1, '2026-11', one.lines.map(listOf)],
            one.payments.map((paid) => [
              ...[paid.instructionId, paid.accountRef, String(paid.amountFen)],
              paid.lines.map(listOf),
            ]),
          ]);
          expect(movingOf(text)).toStrictEqual({ revision: 1, ...counts, ...one });
        }
      }),
    );
  });

  it('gives back an award of which more months came unpaid than drawn, as once they could', () => {
    const old = { ...{ awardNo: 'C1', personRef: 'p1', office: '210102', jurisdiction: '2101' } };
    const brought = { documentId: 'opening', bookedMonth: month('2026-08') } as const;
    const unpaid = { month: month('2026-07'), rollMonth: month('2026-07'), amountFen: fen(1n) };
    const { evolve, decide } = awardDecider;
    const told: readonly AwardEvent[] = [
      {
        type: 'AwardBroughtIn',
        data: {
          ...{ ...old, item: 'benefit', policyVersion: '1', documentId: 'opening' },
          ...{ monthsAwarded: 12, monthsDrawn: 0, monthlyFen: fen(1n) },
          ...{ firstMonth: month('2026-07'), nextMonth: month('2026-08') },
        },
      },
      {
        type: 'LineBroughtIn',
        data: { ...unpaid, ...brought, lineId: '2026-07', item: 'benefit', reason: 'failed' },
      },
    ];
    const stop: AwardCommand = {
      type: 'StopAward',
      ...{ event: 'employed', on: day('2026-08-03'), from: month('2026-07'), clause: '' },
      ...{ decisionId: 'd1', lastMonth: month('2026-06'), mayResume: true },
      ...{ documentId: 'adjustment', bookedMonth: month('2026-08') },
    };
    const before = told.reduce(evolve, awardDecider.initial);
    const stopped = decide(stop, before).reduce(evolve, before) as LiveAward;
    expect(stopped.monthsDrawn).toBe(-1);
    expect(movingOf(movingText(3, stopped))).toMatchObject({ monthsDrawn: -1, lines: [] });
  });

  it('is not read when a piece of it is lost', () => {
    fc.assert(
      fc.property(award, fc.nat(), (one, at) => {
        const text = movingText(0, one);
        expect(() => movingOf(text.slice(0, at % text.length))).toThrow(/./);
        expect(() => movingOf(`${text}]`)).toThrow(/./);
      }),
    );
  });

  const usual = fc.record({ status: fc.constant('open'), mayResume: fc.constant(true) } as const);
  const awards = fc.oneof(
    award,
    fc.tuple(award, usual).map(([{ endedFrom: _endedFrom, ...one }, said]): LiveAward => {
      return { ...one, ...said, shared: false };
    }),
  );

  it('gives back the whole award of its two parts, and whose it is of one', () => {
    fc.assert(
      fc.property(awards, (one) => {
        const terms = termsText(one);
        const { revision: _revision, ...moving } = movingOf(movingText(0, one));
        expect(awardOf(terms, moving)).toStrictEqual(one);
        expect(personOf(terms)).toBe(one.personRef);
      }),
    );
  });

  it('tells a decision the same of an award that is parsed only as it asks', () => {
    const fields = fc.constantFrom(...fieldNames);
    fc.assert(
      fc.property(awards, fc.array(fields, { maxLength: 30 }), (one, asked) => {
        const lazy = lazyAward(one.awardNo, one, termsText(one));
        for (const field of asked) expect(lazy[field]).toStrictEqual(one[field]);
      }),
      { examples: [[tricky, fieldNames]] },
    );
  });

  it('cuts the account out of terms as parsing them gives it', () => {
    const one = awards.filter(({ status, mayResume }) => status === 'open' && mayResume);
    const nothingMore = fc.record(
      { holds: fc.constant([]), decisions: fc.constant([]), account: ownAccount },
      sometimes,
    );
    fc.assert(
      fc.property(one, nothingMore, (some, over) => {
        const { endedFrom: _endedFrom, monthlyFen: _monthlyFen, ...rest } = some;
        for (const terms of [termsText({ ...some, ...over }), termsText({ ...rest, ...over })]) {
          const from = usualTerms.endIn(terms);
          if (from < 0) continue;
          const { account: cut, holds, decisions, monthlyFen } = awardOf(terms, some);
          expect({
            account: undefined,
            monthlyFen: undefined,
            ...tailOf(terms, from),
          }).toStrictEqual({ account: cut, holds, decisions, monthlyFen });
        }
      }),
    );
  });

  it('leaves out payments that were answered, and nothing else', () => {
    const answered = fc.constantFrom('paid', 'failed', 'returned', 'recalled').chain(payment);
    fc.assert(
      fc.property(award, fc.array(answered), (one, more) => {
        const payments = [...more, ...one.payments];
        expect(movingText(3, { ...one, payments })).toBe(movingText(3, one));
      }),
    );
  });

  it('holds neither the end of a line nor what stands between texts of several lines', () => {
    fc.assert(
      fc.property(award, (one) => {
        for (const text of [movingText(7, one), termsText(one)])
          expect(text).not.toMatch(/[\n\u0002]/);
      }),
    );
  });
});
