import { randomUUID } from 'node:crypto';
import { describe, expect, it, beforeAll, afterAll } from '@jest/globals';
import {
  type BareEvent,
  type EventStore,
  type RecordedClock,
  type RecordedEvent,
  VersionConflict,
} from '#event-store/port.js';
import { anEvent, someEvents } from './events.js';

export type OpenStore = Readonly<{
  store: EventStore & RecordedClock;
  close(): Promise<void>;
}>;

/**
 * What every store keeps. Streams have names of their own, so that one log serves all the tests.
 */
export function eventStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the event-store contract`, () => {
    let opened: OpenStore;
    let store: OpenStore['store'];
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());
    const given = (): EventStore & RecordedClock => store;
    streamTests(given);
    bulkTests(given);
    logTests(given);
    followTests(given);
    writersTests(given);
  });
}

type Given = () => EventStore & RecordedClock;

function streamTests(given: Given): void {
  it('finds a missing stream empty', async () => {
    expect(await given().read('award-missing')).toEqual([]);
    expect(await given().read('award\nmissing')).toEqual([]);
  });

  it('keeps the order within a stream, and reads from any revision', async () => {
    const [first, second, third] = [anEvent(1n), anEvent(2n), anEvent(3n)];
    await given().append({ stream: 'award-order', expected: 'none', events: [first, second] });
    const { revision, position } = await given().append({
      stream: 'award-order',
      expected: 1,
      events: [third],
    });
    expect(revision).toBe(2);
    const events = await given().read('award-order');
    expect(events.map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
    expect(events.map((event) => event.revision)).toEqual([0, 1, 2]);
    expect(events.at(-1)?.position).toBe(position);
    expect(await given().read('award-order', 2)).toEqual(events.slice(2));
  });

  it('gives text and amounts back as they came', async () => {
    const event = anEvent(9_007_199_254_740_993_111n, '待遇核定');
    await given().append({ stream: 'award-中文\t\\n', expected: 'none', events: [event] });
    const [found] = await given().read('award-中文\t\\n');
    expect(found).toMatchObject(event);
    expect((await all(given())).find(({ id }) => id === event.id)).toEqual(found);
  });

  it('refuses a wrong expectation, says where the stream is, and keeps nothing', async () => {
    await given().append({ stream: 'award-wrong', expected: 'none', events: someEvents(2) });
    const head = await given().head();
    for (const expected of ['none', 0, 2, 7] as const) {
      const attempt = given().append({ stream: 'award-wrong', expected, events: someEvents(2) });
      await expect(attempt).rejects.toEqual(new VersionConflict('award-wrong', expected, 1));
    }
    const early = given().append({ stream: 'award-early', expected: 0, events: [anEvent()] });
    await expect(early).rejects.toMatchObject({ actual: 'none' });
    expect(await given().head()).toBe(head);
    expect(await given().read('award-wrong')).toHaveLength(2);
  });

  it('keeps the same events once and answers as the first time', async () => {
    const item = { stream: 'award-twice', expected: 'none', events: someEvents(3) } as const;
    const first = await given().append(item);
    await given().append({ stream: 'award-twice', expected: 2, events: [anEvent()] });
    const head = await given().head();
    expect(await given().append(item)).toEqual(first);
    expect(await given().appendMany([item])).toEqual([{ ok: true, ...first }]);
    const partly = [...item.events.slice(0, 2), anEvent()];
    await expect(given().append({ ...item, events: partly })).rejects.toMatchObject({ actual: 3 });
    expect(await given().head()).toBe(head);
  });

  it('takes a thousand events at once', async () => {
    const events = someEvents(1_000);
    await given().append({ stream: 'award-long', expected: 'none', events });
    const found = await given().read('award-long');
    expect(found.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('does not take what it could not give back', async () => {
    const head = await given().head();
    const bad = [
      { ...anEvent(), data: '{\n}' },
      { ...anEvent(), metadata: '' },
      { ...anEvent(), id: 'one' },
      { ...anEvent(), type: '' },
      { ...anEvent(), schema: 40_000 },
      { ...anEvent(), data: '"\0"' },
    ];
    for (const event of bad) {
      const item = { stream: 'award-bad', expected: 'none', events: [anEvent(), event] } as const;
      await expect(given().append(item)).rejects.toThrow(RangeError);
    }
    const none = given().append({ stream: 'award-bad', expected: 'none', events: [] });
    await expect(none).rejects.toThrow(RangeError);
    expect(await given().head()).toBe(head);
  });

  it('lets one of two writers at the same revision win', async () => {
    await given().append({ stream: 'award-race', expected: 'none', events: [anEvent()] });
    const write = () => given().append({ stream: 'award-race', expected: 0, events: [anEvent()] });
    const race = await Promise.allSettled([write(), write(), write()]);
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await given().read('award-race')).toHaveLength(2);
  });
}

function bulkTests(given: Given): void {
  it('appends many items, each atomic, and answers for each', async () => {
    await given().append({ stream: 'roll-taken', expected: 'none', events: [anEvent()] });
    const head = await given().head();
    const results = await given().appendMany([
      { stream: 'roll-1', expected: 'none', events: someEvents(2) },
      { stream: 'roll-taken', expected: 'none', events: someEvents(2) },
      { stream: 'roll-absent', expected: 3, events: [anEvent()] },
      { stream: 'roll-2', expected: 'none', events: [anEvent()] },
      { stream: 'roll-1', expected: 1, events: [anEvent()] },
      { stream: 'roll-1', expected: 1, events: [anEvent()] },
    ]);
    expect(results.map((result) => (result.ok ? result.revision : result.actual))).toEqual([
      1,
      0,
      'none',
      0,
      2,
      2,
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, false, true, true, false]);
    expect(await given().head()).toBe(head + 4n);
    expect(await given().read('roll-1')).toHaveLength(3);
    expect(await given().read('roll-taken')).toHaveLength(1);
    expect(await given().appendMany([])).toEqual([]);
  });

  it.each([
    ['a stream that is not there', 'gap-absent', 0, 'none'],
    ['a gap', 'gap-there', 2, 1],
    ['a place that is taken', 'gap-there', 0, 1],
    ['a stream that is there already', 'gap-there', 'none', 1],
  ] as const)('refuses %s alone among items that fit', async (_, stream, expected, actual) => {
    if ((await given().read('gap-there')).length === 0)
      await given().append({ stream: 'gap-there', expected: 'none', events: someEvents(2) });
    const after = await given().head();
    const results = await given().appendMany([
      { stream: `gap-before-${after}`, expected: 'none', events: someEvents(2) },
      { stream, expected, events: someEvents(2) },
      { stream: `gap-behind-${after}`, expected: 'none', events: [anEvent()] },
    ]);
    expect(results).toEqual([
      { ok: true, revision: 1, position: after + 2n },
      { ok: false, actual },
      { ok: true, revision: 0, position: after + 3n },
    ]);
    expect((await all(given(), after)).map(({ position }) => position)).toEqual([
      after + 1n,
      after + 2n,
      after + 3n,
    ]);
  });

  it('goes on in streams that are there, and adds to new ones, in one call', async () => {
    const items = ['old-1', 'old-2'].map((stream) => ({ stream, events: someEvents(2) }));
    await given().appendMany(items.map((item) => ({ ...item, expected: 'none' as const })));
    const results = await given().appendMany([
      { stream: 'old-1', expected: 1, events: someEvents(3) },
      { stream: 'old-3', expected: 'none', events: someEvents(2) },
      { stream: 'old-2', expected: 1, events: [anEvent()] },
    ]);
    expect(results.map((result) => (result.ok ? result.revision : result))).toEqual([4, 1, 2]);
    const revisions = (await given().read('old-1')).map(({ revision }) => revision);
    expect(revisions).toEqual([0, 1, 2, 3, 4]);
  });

  it('appends more than one chunk, and the same again adds nothing', async () => {
    const items = Array.from({ length: 6_000 }, (_, at) => ({
      stream: `line-${at}`,
      expected: 'none' as const,
      events: someEvents(1 + (at % 3)),
    }));
    const first = await given().appendMany(items);
    expect(first.every(({ ok }) => ok)).toBe(true);
    const head = await given().head();
    expect(await given().appendMany(items)).toEqual(first);
    expect(await given().head()).toBe(head);
    const at = 4_321;
    const last = (await given().read(`line-${at}`)).at(-1);
    expect(first[at]).toEqual({ ok: true, revision: at % 3, position: last?.position });
  });
}

function logTests(given: Given): void {
  it('reads the whole log, oldest first, without a gap, in chunks', async () => {
    const chunks: number[] = [];
    const events: RecordedEvent[] = [];
    for await (const some of given().readAll(0n, { chunk: 700 })) {
      chunks.push(some.length);
      events.push(...some);
    }
    expect(Math.max(...chunks)).toBe(700);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, at) => BigInt(at + 1)));
    expect(BigInt(events.length)).toBe(await given().head());
    expect(await all(given(), 10n, 25n)).toEqual(events.slice(10, 25));
    expect(await all(given(), await given().head())).toEqual([]);
  });

  it('gives as much as a fold needs of the wanted types, and an office its own', async () => {
    const from = await given().head();
    const metadata = (office: string) => JSON.stringify({ commandId: randomUUID(), office });
    const [mine, another] = [metadata('4401_3'), metadata('440103')];
    const said = [
      { type: 'Opened', text: mine },
      { type: 'Opened', text: another },
      { type: 'Unwanted', text: mine },
      { type: "It'sPaid", text: another },
      { type: 'Opened', text: mine },
    ];
    const events = said.map(({ type, text }) => ({ ...anEvent(1n, type), metadata: text }));
    await given().append({ stream: 'award-bare', expected: 'none', events });
    const wanted = { types: ['Opened', "It'sPaid"], ofOffice: ['Opened'], office: '4401_3' };
    const bare: BareEvent[] = [];
    for await (const some of given().readBare(from, { ...wanted, to: from + 4n }))
      bare.push(...some);
    expect(bare).toMatchObject(
      [events[0], events[3]].map((event) => ({
        stream: 'award-bare',
        ...{ type: event?.type, schema: 1, data: event?.data },
      })),
    );
    let every = 0;
    const usual = { types: ['BenefitDue', 'Opened'], ofOffice: [], office: '' };
    for await (const some of given().readBare(0n, { ...usual, to: from + 5n }))
      every += some.length;
    const others = (await all(given(), 0n)).filter(({ type }) => usual.types.includes(type));
    expect(every).toBe(others.length);
  });

  it('may be left in the middle', async () => {
    for await (const some of given().readAll(0n, { chunk: 10 })) {
      expect(some).toHaveLength(10);
      break;
    }
    expect(await given().head()).toBeGreaterThan(10n);
  });

  it('turns a moment into a position', async () => {
    const head = await given().head();
    const moment = await given().recordedAt(head);
    expect(await given().recordedAt(1n)).toBeLessThanOrEqual(moment);
    expect(await given().positionAt(moment)).toBe(head);
    expect(await given().positionAt((await given().recordedAt(1n)) - 1)).toBe(0n);
    await expect(given().recordedAt(head + 1n)).rejects.toThrow('no event');
  });
}

function followTests(given: Given): void {
  it('follows from a position, live, and resumes without skipping', async () => {
    const head = await given().head();
    const stop = new AbortController();
    const seen: string[] = [];
    const items = someEvents(30).map((event, at) => ({
      stream: `live-${at}`,
      expected: 'none' as const,
      events: [event],
    }));
    await given().appendMany(items.slice(0, 10));
    const [last] = items.slice(-1);
    const followed = (async () => {
      for await (const some of given().follow(head + 5n, stop.signal)) {
        seen.push(...some.map(({ id }) => id));
        if (seen.includes(last?.events[0]?.id ?? '')) stop.abort();
      }
    })();
    for (const item of items.slice(10)) await given().append(item);
    await followed;
    expect(new Set(seen)).toEqual(new Set(items.slice(5).map(({ events }) => events[0]?.id)));
  });

  it('follows some types alone and says how far it has looked', async () => {
    const head = await given().head();
    const stop = new AbortController();
    const types = ['Wanted', "Not'Wanted", 'Wanted', 'BenefitDue'];
    const items = types.map((type, at) => ({
      stream: `typed-${at}`,
      expected: 'none' as const,
      events: [anEvent(1n, type)],
    }));
    await given().appendMany(items);
    const seen: bigint[] = [];
    for await (const { events, to } of given().followTypes(head, ['Wanted'], stop.signal)) {
      seen.push(...events.map(({ position }) => position));
      if (to === head + 4n) stop.abort();
    }
    expect(seen).toEqual([head + 1n, head + 3n]);
  });

  it('ends at once when it is told to before it began', async () => {
    for await (const some of given().follow(0n, AbortSignal.abort())) expect(some).toEqual([]);
  });
}

function writersTests(given: Given): void {
  it.each([16, 64])('shows a follower everything that %i writers append', async (writers) => {
    const from = await given().head();
    const stop = new AbortController();
    const seen = new Set<bigint>();
    const each = 40;
    const followed = (async () => {
      for await (const some of given().follow(from, stop.signal)) {
        for (const { position } of some) seen.add(position);
        if (seen.size === writers * each) stop.abort();
      }
    })();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const stream = `writer-${writers}-${writer}`;
        for (let at = 0; at < each; at += 1)
          await given().append({
            stream,
            expected: at === 0 ? 'none' : at - 1,
            events: [anEvent()],
          });
      }),
    );
    await followed;
    const events = await all(given(), from);
    expect(events).toHaveLength(writers * each);
    expect(events.map(({ position }) => position)).toEqual(
      events.map((_, at) => from + BigInt(at + 1)),
    );
    expect(seen.size / events.length).toBe(1);
  });
}

async function all(store: EventStore, from = 0n, to?: bigint): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const options = to === undefined ? {} : { to };
  for await (const some of store.readAll(from, options)) events.push(...some);
  return events;
}
