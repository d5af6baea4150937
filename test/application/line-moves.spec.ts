import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineMoves, streamsLeft } from '#application/line-moves.js';
import { lineTypes, openingTypes, OpenLines, type Open } from '#application/open-lines.js';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { BareEvent, NewEvent } from '#event-store/port.js';
import { LogGap } from '#event-store/port.js';
import { openPostgresStore, type PostgresEventStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { someEvents } from '../event-store/events.js';

const office = '440103';
const ofMonth = month('2026-10');
const amountFen = fen(241200n);

type Told = Readonly<{ type: string; data: string; schema?: number; office?: string }>;

const told = ({ type, data, schema = 1, office: at = office }: Told): NewEvent => ({
  ...{ id: randomUUID(), type, schema, data },
  metadata: JSON.stringify({ commandId: randomUUID(), office: at, day: '2026-10-16' }),
});

/** As the program itself prints it. */
const printed = (event: AwardEvent): Told => ({
  type: event.type,
  data: awardCodecs[event.type].encode(event.data),
});

const due = (lineId = '2026-10'): Told =>
  printed({
    type: 'LineDue',
    data: {
      ...{ lineId, item: 'benefit', month: ofMonth, rollMonth: ofMonth, amountFen, no: 1 },
      ...{ documentId: 'roll-440103-2026-10-1', bookedMonth: ofMonth },
    },
  });

const instructed = (instructionId = 'I1', lineIds: readonly string[] = ['2026-10']): Told =>
  printed({
    type: 'PaymentInstructed',
    data: {
      ...{ instructionId, lineIds, bookedMonth: ofMonth, batchId: '440103-2026-10-1', amountFen },
      ...{ accountRef: 'account-1', sealedSha256: 'ab' },
    },
  });

const answered = (type: 'PaymentBooked' | 'PaymentReturned', instructionId = 'I1'): Told =>
  printed({
    type,
    data: {
      ...{ documentId: 'receipt-1', bookedMonth: ofMonth, amountFen },
      ...{ valueDate: day('2026-10-25'), lineNo: 1, bankSerial: 'S1', instructionId },
    },
  } as AwardEvent);

const booked = (instructionId?: string): Told => answered('PaymentBooked', instructionId);

let database: TestDatabase;
let store: PostgresEventStore;

beforeAll(async () => {
  database = await openTestDatabase(eventStoreMigrations);
  store = openPostgresStore(database.app);
});

afterAll(() => database.close());

const app = () => ({ pool: database.app, store });

/** Writes each award's events in turn, beside so many others that few streams are left. */
async function written(awards: ReadonlyMap<string, readonly Told[]>, others = 200) {
  const from = await store.head();
  await store.append({
    ...{ stream: `plan-${randomUUID()}`, expected: 'none', events: someEvents(others) },
  });
  const next = new Map<string, number>();
  const turns = [...awards.values()].reduce((most, events) => Math.max(most, events.length), 0);
  for (let turn = 0; turn < turns; turn += 1)
    for (const [stream, events] of awards) {
      const event = events[turn];
      if (event === undefined) continue;
      const revision = next.get(stream) ?? -1;
      const expected = revision < 0 ? 'none' : revision;
      await store.append({ stream, expected, events: [told(event)] });
      next.set(stream, revision + 1);
    }
  return { office, from, to: await store.head() };
}

const award = (): string => `award-${randomUUID()}`;

describe('the awards of a month that are left to be folded', () => {
  it.each<[string, readonly Told[], 'folded' | 'left out']>([
    ['one line due, instructed and paid', [due(), instructed(), booked()], 'left out'],
    ['an id in Chinese', [due('补发'), instructed('I', ['补发']), booked('I')], 'left out'],
    ['nothing that moves a line', [{ type: 'LineHeld', data: '{}' }], 'left out'],
    ['a line that is only due', [due()], 'folded'],
    ['a line instructed', [due(), instructed()], 'folded'],
    ['what was due before', [instructed(), booked()], 'folded'],
    ['another line paid', [due(), instructed('I1', ['2026-09']), booked()], 'folded'],
    ['a line whose id only begins so', [due(), instructed('I1', ['2026-1']), booked()], 'folded'],
    ['two lines paid', [due(), instructed('I1', ['2026-10', '2026-09']), booked()], 'folded'],
    ['two lines due', [due(), due('2026-09'), instructed(), booked()], 'folded'],
    ['another payment booked', [due(), instructed(), booked('I2')], 'folded'],
    ['one whose id only ends so', [due(), instructed('I1'), booked('1')], 'folded'],
    ['a payment booked first', [due(), booked(), instructed()], 'folded'],
    ['a line due last', [instructed(), booked(), due()], 'folded'],
    [
      'a payment that came back',
      [due(), instructed(), booked(), answered('PaymentReturned')],
      'folded',
    ],
    ['two that came back', [due(), instructed(), answered('PaymentReturned')], 'folded'],
    ['an older shape', [{ ...due(), schema: 0 }, instructed(), booked()], 'folded'],
    ['an id that is escaped', [due('a\\'), instructed('I1', ['a\\']), booked()], 'folded'],
    ['an id with a quote', [due('a'), instructed('I1', ['a"]']), booked()], 'folded'],
    [
      'a field before the line’s',
      [{ type: 'LineDue', data: '{"x":"1","lineId":"2026-10","z":"1"}' }, instructed(), booked()],
      'folded',
    ],
    [
      'a field behind the payment’s',
      [due(), instructed(), { type: 'PaymentBooked', data: '{"instructionId":"I1","x":1}' }],
      'folded',
    ],
  ])('%s', async (_, events, result) => {
    const stream = award();
    const span = await written(new Map([[stream, events]]));
    const left = result === 'folded' ? [{ stream, revision: 0 }] : [];
    await expect(streamsLeft(database.app, span)).resolves.toEqual(left);
  });

  it('are not told apart where that is more work than reading them all', async () => {
    const span = await written(new Map([[award(), [due()]]]), 10);
    await expect(streamsLeft(database.app, span)).resolves.toBeUndefined();
  });

  it('are not read one by one where they are most of the stretch', async () => {
    const many = Array.from({ length: 50 }, () => due());
    const span = await written(new Map([[award(), many]]), 100);
    await expect(streamsLeft(database.app, span)).resolves.toBeUndefined();
  });

  it('are not looked for behind the end of the log, which is a gap', async () => {
    const span = await written(new Map([[award(), [due()]]]));
    const moves = lineMoves(app(), { ...span, to: span.to + 1n });
    await expect(collected(moves)).rejects.toEqual(new LogGap(span.to + 1n));
  });
});

describe('the lines that are open after the awards left', () => {
  it('are those of all events, in whatever order awards moved', () =>
    fc.assert(
      fc.asyncProperty(someMonth, async (awards) => {
        const named = awards.map((events) => [award(), events] as const);
        const span = await written(new Map(named));
        await expect(streamsLeft(database.app, span)).resolves.toBeDefined();
        const query = { to: span.to, types: lineTypes, ofOffice: openingTypes, office };
        const all = await collected(store.readBare(span.from, query));
        expect(folded(await collected(lineMoves(app(), span)))).toEqual(folded(all));
      }),
      { numRuns: 60 },
    ));

  it('are those of the stretch alone', async () => {
    const stream = award();
    const { to: from } = await written(new Map([[stream, [due('2026-09')]]]));
    await store.append({ stream, expected: 0, events: [told(due())] });
    const { to } = await written(new Map());
    await store.append({ stream, expected: 1, events: [told(instructed())] });
    await expect(streamsLeft(database.app, { from, to })).resolves.toEqual([
      { stream, revision: 1 },
    ]);
    const [moved, ...others] = await collected(lineMoves(app(), { office, from, to }));
    expect(moved?.data).toContain('"lineId":"2026-10"');
    expect(others).toEqual([]);
  });
});

const someTold: fc.Arbitrary<Told> = fc
  .oneof(
    fc.constantFrom('2026-10', '2026-09', '').map((lineId) => due(lineId)),
    fc
      .tuple(
        fc.constantFrom('I1', 'I2'),
        fc.subarray(['2026-10', '2026-09', ''], { minLength: 1, maxLength: 2 }),
      )
      .map(([id, lineIds]) => instructed(id, lineIds)),
    fc.constantFrom('I1', 'I2').map((id) => booked(id)),
    fc.constantFrom('I1', 'I2').map((instructionId) => ({
      ...{ type: 'PaymentFailed', data: JSON.stringify({ instructionId, reason: '销户' }) },
    })),
    fc.constant({ type: 'LineHeld', data: '{"lineId":"2026-10"}' }),
  )
  .chain((event) =>
    fc.constantFrom(office, office, office, '440104').map((at) => ({ ...event, office: at })),
  );

const usual: readonly Told[] = [due(), instructed(), booked()];

/** Few awards, so that few streams are left: the usual three events, in some order, and any. */
const someMonth = fc.array(
  fc.oneof(
    fc.constant(usual),
    fc.shuffledSubarray([...usual]),
    fc.array(someTold, { maxLength: 4 }),
    fc.array(someTold, { maxLength: 2 }).map((more) => [...usual, ...more]),
  ),
  { minLength: 1, maxLength: 8 },
);

async function collected(chunks: AsyncIterable<readonly BareEvent[]>) {
  const all: BareEvent[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}

function folded(events: readonly BareEvent[]) {
  const open = new OpenLines();
  for (const event of events) open.fold(event);
  const text = (line: Open) => JSON.stringify({ ...line, amountFen: String(line.amountFen) });
  return { lines: open.all().map(text).sort(), returned: [...open.returned].sort() };
}
