import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AwardPosting } from '#application/award-posting.js';
import type { AwardItem } from '#application/posting.js';
import { awardStream } from '#domain/award/award.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import type { EventStore } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';
import { AwardLog, context, dueItem, expectWholeIn, itemOf, numbers } from '../award-log.js';
import * as award from '../domain/award-samples.js';
import { anEvent } from '../event-store/events.js';

const months = ['2026-09', '2026-10', '2026-11'];
const posted = { events: 1 };
const changed: AwardEvent = { type: 'AwardAccountChanged', data: { account: award.corrected } };
const added: AwardEvent = {
  type: 'LineAdded',
  data: {
    ...{ ...award.line('2026-09'), lineId: 'extra-1', documentId: 'a-1', reason: 'arrears' },
    bookedMonth: award.terms.firstMonth,
  },
};
const takenBack: AwardEvent = {
  type: 'PaymentRecalled',
  data: { instructionId: 'I-1', reason: 'a hit', by: ['sun', 'zhou'] },
};

describe('posting the lines of documents into awards', () => {
  let log: AwardLog;
  beforeEach(async () => {
    log = await AwardLog.open();
  });
  afterEach(async () => {
    expect(log.stops).toEqual([]);
    await log.close();
  });

  const expectWhole = (awardNos: readonly string[]) => expectWholeIn(log, awardNos);

  async function due(awardNos: readonly string[]): Promise<readonly (readonly string[])[]> {
    return Promise.all(awardNos.map((awardNo) => log.dueOf(awardNo)));
  }

  it('writes events and pages at once: the read model is there before its runner', async () => {
    const awardNos = numbers(150);
    await log.openAwards(awardNos);
    const items = awardNos.map((awardNo) => dueItem(awardNo, '2026-09'));
    expect(await log.posting().post(items, context)).toEqual(items.map(() => posted));
    expect(await log.checkpoint()).toBe(await log.store.head());
    expect(await log.store.head()).toBe(300n);
    await expectWhole(awardNos);
  });

  it('adds nothing when the same document is posted again', async () => {
    const awardNos = numbers(70);
    await log.openAwards(awardNos);
    const items = awardNos.map((awardNo) => dueItem(awardNo, '2026-09'));
    const first = await log.posting().post(items, context);
    const head = await log.store.head();
    expect(await log.posting().post(items, context)).toEqual(first);
    await log.runner().catchUp();
    expect(await log.posting().post(items, context)).toEqual(first);
    expect(await log.store.head()).toBe(head);
  });

  it('knows again what an earlier version posted, whose hash was of the line', async () => {
    await log.openAwards(['C1']);
    const item = dueItem('C1', '2026-09');
    await log.posting().post([item], { ...context, bodyHash: 'of-the-line' });
    const head = await log.store.head();
    const again = { ...item, earlierHash: 'of-the-line' };
    expect(await log.posting().post([again], context)).toEqual([posted]);
    expect(await log.posting().post([{ ...item, earlierHash: 'other' }, item], context)).toEqual([
      { events: 0, refusal: expect.objectContaining({ code: 'COMMAND_ID_REUSED' }) },
      { events: 0, refusal: expect.objectContaining({ code: 'COMMAND_ID_REUSED' }) },
    ]);
    expect(await log.store.head()).toBe(head);
  });

  it('instructs no payment again that was taken back, though its page forgot it', async () => {
    await log.openAwards(['C1']);
    const instruct = (id: string) =>
      itemOf('C1', award.instructCommand(id, ['2026-09']), 'batch-1', id);
    const posting = log.posting();
    const items = [dueItem('C1', '2026-09'), instruct('I-1')];
    expect(await posting.post(items, context)).toEqual([posted, posted]);
    await log.append('C1', takenBack);
    await log.runner().catchUp();
    expect(await posting.post([instruct('I-1')], context)).toEqual([posted]);
    const before = ['AwardOpened', 'LineDue', 'PaymentInstructed', 'PaymentRecalled'];
    expect(await log.typesOf('C1')).toEqual(before);
    expect(await posting.post([instruct('I-2')], context)).toEqual([posted]);
    expect(await log.typesOf('C1')).toEqual([...before, 'PaymentInstructed']);
    await log.runner().catchUp();
    await expectWhole(['C1']);
  });

  it('decides from the stream when a page moved on since it was read', async () => {
    const [one = '', other = ''] = numbers(2);
    await log.openAwards([one, other, 'D1']);
    const posting = log.posting(async () => {
      await log.append(one, changed);
      await log.runner().catchUp();
    });
    const items = [one, other, 'D1'].map((awardNo) => dueItem(awardNo, '2026-09'));
    expect(await posting.post(items, context)).toEqual([posted, posted, posted]);
    expect(await log.typesOf(one)).toEqual(['AwardOpened', 'AwardAccountChanged', 'LineDue']);
    expect(await due([one, other, 'D1'])).toEqual([['2026-09'], ['2026-09'], ['2026-09']]);
    expect(await log.store.head()).toBe(7n);
    await log.runner().catchUp();
    await expectWhole([one, other, 'D1']);
  });

  it('decides from the stream when that moved on and its page did not', async () => {
    const awardNos = numbers(3);
    const [first = ''] = awardNos;
    await log.openAwards(awardNos);
    const posting = log.posting(() => log.append(first, award.due('2026-09', 1)));
    const items = awardNos.map((awardNo) => dueItem(awardNo, '2026-09'));
    expect(await posting.post(items, context)).toMatchObject([
      { events: 0, refusal: { code: 'LINE_ALREADY_DUE' } },
      posted,
      posted,
    ]);
    expect(await due(awardNos)).toEqual(awardNos.map(() => ['2026-09']));
    await log.runner().catchUp();
    await expectWhole(awardNos);
  });

  it('posts each line once when several postings share pages, in any order', async () => {
    const awardNos = numbers(140);
    await log.openAwards(awardNos);
    let year = 2026;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { minLength: 140, maxLength: 140 }), async (keys) => {
        year += 1;
        const items = awardNos.map((awardNo) => dueItem(awardNo, `${year}-01`));
        items.sort((a, b) => keyOf(keys, awardNos, a) - keyOf(keys, awardNos, b));
        const chunks = [items.slice(0, 60), items.slice(60, 100), items.slice(100)];
        const head = await log.store.head();
        // Two chunks of one process and one of another, which shares no memory with it.
        const [here, elsewhere] = [log.posting(), log.posting()];
        const answers = await Promise.all(
          chunks.map((chunk, at) => (at === 1 ? elsewhere : here).post(chunk, context)),
        );
        expect(answers.flat()).toEqual(items.map(() => posted));
        expect(await log.store.head()).toBe(head + 140n);
        await log.runner().catchUp();
        await expectWhole(awardNos);
      }),
      { numRuns: 4 },
    );
  });

  it('posts lines of one award in their order, whatever the pages allow', async () => {
    const awardNos = numbers(3);
    const [first = '', second = ''] = awardNos;
    await log.openAwards(awardNos);
    const items = months.flatMap((month) => awardNos.map((awardNo) => dueItem(awardNo, month)));
    expect(await log.posting().post(items, context)).toEqual(items.map(() => posted));
    expect(await due(awardNos)).toEqual(awardNos.map(() => months));
    await expectWhole(awardNos);
    // A refused line between two good ones: what stands after it asks the stream.
    const mixed = [
      dueItem(first, '2026-12'),
      dueItem(first, '2026-12', 'roll-twice'),
      dueItem(first, '2027-01'),
      dueItem(second, '2026-12'),
    ];
    expect(await log.posting().post(mixed, context)).toMatchObject([
      posted,
      { events: 0, refusal: { code: 'LINE_ALREADY_DUE' } },
      posted,
      posted,
    ]);
    expect(await due([first])).toEqual([[...months, '2026-12', '2027-01']]);
    await log.runner().catchUp();
    await expectWhole(awardNos);
  });

  it('asks the stream of an award that no page holds, and refuses an unknown one', async () => {
    await log.openAwards(['C1']);
    await log.append('C2', { ...award.opened, data: { ...award.opened.data, awardNo: 'C2' } });
    const items = ['C1', 'C2', 'C3'].map((awardNo) => dueItem(awardNo, '2026-09'));
    expect(await log.posting().post(items, context)).toMatchObject([
      posted,
      posted,
      { events: 0, refusal: { code: 'AWARD_UNKNOWN' } },
    ]);
    await log.runner().catchUp();
    await expectWhole(['C1', 'C2']);
  });

  it('asks the stream for terms that its page was read without', async () => {
    await log.openAwards(['C1']);
    const items = [
      dueItem('C1', '2026-09'),
      itemOf('C1', award.instructCommand('I-1', ['2026-09']), 'batch-1', 'I-1'),
    ];
    const withoutTerms = { ...context, asks: 'moving' } as const;
    expect(await log.posting().post(items, withoutTerms)).toEqual([posted, posted]);
    const types = ['AwardOpened', 'LineDue', 'PaymentInstructed'];
    expect(await log.typesOf('C1')).toEqual(types);
    await log.runner().catchUp();
    await expectWhole(['C1']);
  });

  it('leaves to the stream what changes the terms, with what comes after it', async () => {
    await log.openAwards(['C1']);
    const hold = { type: 'HoldAward', reason: 'hit-hold', cause: 'hit-1' } as const;
    const from = award.terms.firstMonth;
    const items = [
      dueItem('C1', '2026-09'),
      itemOf('C1', { ...hold, from }, 'proposal-1', 'hold'),
      dueItem('C1', '2026-10'),
    ];
    expect(await log.posting().post(items, context)).toEqual([posted, posted, posted]);
    expect((await log.typesOf('C1')).slice(1)).toEqual(['LineDue', 'AwardHeld', 'LineDue']);
    await log.runner().catchUp();
    await expectWhole(['C1']);
  });

  it('writes what one line says as a whole: due, held and exhausted', async () => {
    await log.openAwards(['C1'], 1);
    const held = { reason: 'verification-hold', cause: 'judged-1' } as const;
    const command = { ...award.dueCommand('2026-09'), held };
    const items = [itemOf('C1', command, 'roll-1', '2026-09'), dueItem('C1', '2026-10')];
    expect(await log.posting().post(items, context)).toMatchObject([
      { events: 3 },
      { refusal: { code: 'AWARD_ENDED' } },
    ]);
    expect((await log.typesOf('C1')).slice(1)).toEqual(['LineDue', 'LineHeld', 'AwardExhausted']);
    await expectWhole(['C1']);
  });

  /** How many events the calls of a posting of 640 lines added, in their order. */
  async function callsOf(posting: AwardPosting, month: string): Promise<readonly number[]> {
    const before = await log.store.head();
    const items = numbers(640).map((awardNo) => dueItem(awardNo, month));
    expect(await posting.post(items, context)).toEqual(items.map(() => posted));
    return log.callsBehind(before);
  }
  async function clerksAt(store: EventStore, commands = 3): Promise<void> {
    for (let command = 1; command <= commands; command += 1) {
      const event = anEvent();
      await store.append({ stream: `clerk-${event.id}`, expected: 'none', events: [event] });
    }
  }
  const long = [640];
  const short = [128, 128, 128, 128, 128];
  const whileItWrites = 2;

  /** A posting after which calls are short. */
  async function metByClerks(month: string): Promise<void> {
    const met = log.posting(undefined, async (no) => {
      if (no === whileItWrites) await clerksAt(log.store);
    });
    await callsOf(met, month);
  }

  it('posts what had to wait for a page before what came behind it', async () => {
    await log.openAwards(numbers(640));
    await metByClerks('2026-09');
    const before = await log.store.head();
    const items = numbers(640).map((awardNo) => dueItem(awardNo, '2026-10'));
    // Pages hold 64 awards: the last of the first piece also holds some of the second.
    const [first, ...others] = [items.slice(0, 100), items.slice(100, 200), items.slice(200)];
    const underWay: Promise<unknown>[] = [];
    let left: number = others.length;
    let wereRead = (): void => undefined;
    const read = new Promise<void>((resolve) => (wereRead = resolve));
    const posting = log.posting(
      undefined,
      async (no) => {
        if (no !== whileItWrites) return;
        underWay.push(...others.map((piece) => posting.post(piece, context)));
        await read;
      },
      (no) => {
        if (no > whileItWrites) left -= 1;
        // What is answered is worked on before the writing goes on.
        if (left === 0) setImmediate(wereRead);
      },
    );
    await posting.post(first ?? [], context);
    await Promise.all(underWay);
    const streams = await log.streamsBehind(before);
    const place = (no: number) => streams.indexOf(awardStream(numbers(640)[no] ?? ''));
    expect(streams).toHaveLength(640);
    expect(place(100)).toBeLessThan(place(639));
  });

  it('goes in short calls while people of its process meet it, in long ones alone', async () => {
    await log.openAwards(numbers(640));
    await clerksAt(log.store, 40);
    expect(await callsOf(log.posting(), '2026-09')).toEqual(long);
    await metByClerks('2026-10');
    expect(await callsOf(log.posting(), '2026-11')).toEqual(short);
    log.nowMs += 5_000;
    expect(await callsOf(log.posting(), '2026-12')).toEqual(long);
  });

  it('goes in short calls one call after it saw people of another process', async () => {
    await log.openAwards(numbers(640));
    const elsewhere = openPostgresStore(log.database.owner);
    const posting = log.posting();
    expect(await callsOf(posting, '2026-09')).toEqual(long);
    await clerksAt(elsewhere);
    expect(await callsOf(posting, '2026-10')).toEqual(long);
    expect(await callsOf(posting, '2026-11')).toEqual(short);
    // Who came while it made no calls is perhaps at work no more.
    log.nowMs += 5_000;
    await clerksAt(elsewhere);
    expect(await callsOf(posting, '2026-12')).toEqual(long);
    expect(await callsOf(posting, '2027-01')).toEqual(long);
  });

  it('goes on while its pages are compared with a replay, and rebuilt', async () => {
    const awardNos = numbers(200);
    await log.openAwards(awardNos);
    const posting = log.posting();
    const runner = log.runner();
    const done = new AbortController();
    const post = async () => {
      for (const month of months) {
        const items = awardNos.map((awardNo) => dueItem(awardNo, month));
        expect(await posting.post(items, context)).toEqual(items.map(() => posted));
        await log.append('C0000', { ...added, data: { ...added.data, lineId: `extra-${month}` } });
        await runner.catchUp();
      }
      done.abort();
    };
    const found: unknown[] = [];
    const compare = async () => {
      for (let run = 1; !done.signal.aborted; run += 1)
        found.push(...(await log.compared(run % 2 === 1)).differences);
    };
    await Promise.all([post(), compare()]);
    expect(found).toEqual([]);
    await runner.catchUp();
    await expectWhole(awardNos);
  });

  it('loses nothing of people who decide on the same awards meanwhile', async () => {
    const awardNos = numbers(90);
    await log.openAwards(awardNos);
    const some = awardNos.filter((_awardNo, at) => at % 7 === 0);
    const runner = log.runner();
    const people = async () => {
      for (const awardNo of some) {
        const add = () => log.append(awardNo, added);
        await add().catch(add);
        await runner.catchUp();
      }
    };
    const posting = log.posting();
    const items = months.flatMap((month) => awardNos.map((awardNo) => dueItem(awardNo, month)));
    const [answers] = await Promise.all([posting.post(items, context), people()]);
    expect(answers).toEqual(items.map(() => posted));
    expect(await due(awardNos)).toEqual(awardNos.map(() => months));
    expect(await log.store.head()).toBe(BigInt(90 + 270 + some.length));
    await runner.catchUp();
    await expectWhole(awardNos);
  });
});

function keyOf(keys: readonly number[], awardNos: readonly string[], { awardNo }: AwardItem) {
  return keys[awardNos.indexOf(awardNo)] ?? 0;
}
