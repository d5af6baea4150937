import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { BareEvent } from '#event-store/port.js';
import { InTurn } from './in-turn.js';
import { lineTypes, OpenLines, printed, type Open } from './open-lines.js';

/** Texts that a search could take for something else, and the usual ones. */
const someId = fc.oneof(
  fc.constantFrom('2026-10', '2026-11', '44010320261001010000', '补发-2026-10'),
  fc.constantFrom('"', '\\', ']', '"]', '","', '{', '"lineId":"x"', '","lineIds":["', ''),
  fc.string({ maxLength: 4 }),
);

const someData = fc
  .record({
    lineId: someId,
    item: fc.constantFrom('benefit', '丧葬补助金'),
    month: fc.constant(month('2026-10')),
    rollMonth: fc.constantFrom(month('2026-10'), month('2026-11')),
    amountFen: fc.nat().map(String),
    instructionId: someId,
    lineIds: fc.array(someId, { maxLength: 3 }),
    reason: someId,
  })
  .chain((data) =>
    fc
      .shuffledSubarray(Object.keys(data), { minLength: Object.keys(data).length })
      .map((names) => Object.fromEntries(names.map((name) => [name, Reflect.get(data, name)]))),
  );

const someEvent: fc.Arbitrary<BareEvent> = fc
  .record({
    stream: fc.constantFrom('award-A1', 'award-A2', 'plan-440103-2026-10'),
    type: fc.constantFrom(...lineTypes),
    schema: fc.constant(1),
    data: someData,
  })
  .map((event) => ({ ...event, data: JSON.stringify(event.data) }));

type Data = Omit<Open, 'amountFen'> &
  Readonly<{ lineId: string; amountFen: string; instructionId: string; lineIds: string[] }>;

/** The same count over whole objects, with everything parsed. */
function foldParsed(events: readonly BareEvent[]): readonly Open[] {
  let open: Open[] = [];
  for (const { stream, type, data: text } of events) {
    if (!stream.startsWith('award-')) continue;
    const award = stream.slice('award-'.length);
    const data = JSON.parse(text) as Data;
    const { lineId, lineIds, instructionId, item, month: of, rollMonth } = data;
    if (['LineBroughtIn', 'LineDue', 'LineAdded'].includes(type)) {
      const amountFen = fen(BigInt(data.amountFen));
      open.push({ award, line: lineId, item, month: of, rollMonth, amountFen });
    }
    const mine = (line: Open) => line.award === award;
    if (['LineWithdrawn', 'LineCancelled'].includes(type))
      open = open.filter((line) => !(mine(line) && line.line === lineId));
    if (type === 'PaymentInstructed')
      open = open.map((line) =>
        mine(line) && lineIds.includes(line.line) ? { ...line, instruction: instructionId } : line,
      );
    if (['PaymentRecalled', 'PaymentFailed'].includes(type))
      open = open.map((line) => {
        const { instruction, ...free } = line;
        return mine(line) && instruction === instructionId ? free : line;
      });
    if (type === 'PaymentBooked')
      open = open.filter((line) => !(mine(line) && line.instruction === instructionId));
  }
  return open;
}

type Step = readonly [type: string, awards: readonly string[]];

/** A month as it is usually written: whole steps, each with some awards in some order. */
const someMonth: fc.Arbitrary<readonly BareEvent[]> = fc
  .record({
    awards: fc.uniqueArray(fc.constantFrom('C3', 'C1', 'C2', 'Aa', 'BB', 'C4'), { minLength: 2 }),
    line: fc.constantFrom('2026-10', '2026-1', '"'),
    amountFen: fc.constantFrom('241200', '24120'),
  })
  .chain(({ awards, line, amountFen }) => {
    const types = ['LineDue', 'PaymentInstructed', 'PaymentBooked', 'LineAdded', 'PaymentFailed'];
    const someStep: fc.Arbitrary<Step> = fc.tuple(
      fc.constantFrom(...types),
      fc.oneof(fc.constant(awards), fc.shuffledSubarray(awards)),
    );
    const due = { item: 'benefit', month: '2026-10', rollMonth: '2026-10', amountFen, no: 1 };
    return fc.array(someStep, { maxLength: 6 }).map((steps) =>
      steps.flatMap(([type, some]) =>
        some.map((award) => {
          const data = type.startsWith('Line')
            ? { lineId: type === 'LineDue' ? line : '补发', ...due }
            : { instructionId: `I-${award}`, lineIds: [line] };
          return { stream: `award-${award}`, type, schema: 1, data: JSON.stringify(data) };
        }),
      ),
    );
  });

/** Finds the award whose turn it is, and no other. */
class OnlyNext<Value> extends InTurn<Value> {
  protected override lookUp(): undefined {
    return undefined;
  }
}

const inAnyOrder = (openLines: () => OpenLines) =>
  fc.property(someMonth, (events) => {
    const open = openLines();
    for (const event of events) open.fold(event);
    expect(byText(open.all())).toEqual(byText(foldParsed(events)));
  });

const byText = (lines: readonly Open[]) =>
  lines.map((line) => JSON.stringify({ ...line, amountFen: String(line.amountFen) })).sort();

describe('the lines that are open', () => {
  it('are those that a fold over parsed events leaves open', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 30 }), (events) => {
        const open = new OpenLines();
        for (const event of events) open.fold(event);
        expect(byText(open.all())).toEqual(byText(foldParsed(events)));
        const returned = events.filter(({ stream, type }) => {
          return type === 'PaymentReturned' && stream.startsWith('award-');
        });
        expect(open.returned).toEqual(new Set(returned.map(({ stream }) => stream.slice(6))));
      }),
    );
  });

  it('are the same in whatever order a month names its awards', () => {
    fc.assert(inAnyOrder(() => new OpenLines()));
    const withoutLookUp = inAnyOrder(() => new OpenLines(new OnlyNext()));
    expect(fc.check(withoutLookUp).failed).toBe(true);
  });

  it('are carried from the month before, with the payment that is on its way', () => {
    const open = new OpenLines();
    const line = { item: 'benefit', month: month('2026-09'), rollMonth: month('2026-09') };
    const due = { award: 'A1', amountFen: fen(241_200n), ...line };
    open.carry({ ...due, line: 'L1', reason: 'in-transit', age: 0, instruction: 'I1' });
    open.carry({ ...due, line: 'L2', reason: 'account-missing', age: 0 });
    expect(open.all()).toEqual([
      { ...due, line: 'L1', instruction: 'I1' },
      { ...due, line: 'L2' },
    ]);
    open.fold({
      ...{ stream: 'award-A1', type: 'PaymentBooked', schema: 1 },
      data: '{"instructionId":"I1"}',
    });
    expect(open.all()).toEqual([{ ...due, line: 'L2' }]);
    expect(open.has('A1', 'L2')).toBe(true);
    expect(open.has('A1', 'L1')).toBe(false);
  });
});

it('a field is cut out of a text as parsing it would give it, or left to be parsed', () => {
  fc.assert(
    fc.property(someData, (data) => {
      const cut = printed(JSON.stringify(data), '"lineId":"', '"');
      if (cut !== undefined) expect(cut).toBe(Reflect.get(data, 'lineId'));
    }),
  );
  expect(printed('{"no":1,"lineId":"2026-10","item":"benefit"}', '"lineId":"', '"')).toBe(
    '2026-10',
  );
  expect(printed('{"of":{"lineId":"2026-10"},"lineId":"2026-11"}', '"lineId":"', '"')).toBe(
    undefined,
  );
});
