import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AwardItem, AwardPosting } from '#application/award-posting.js';
import { postLines } from '#application/line-posting.js';
import type { LineWork } from '#application/line-orders.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import type { EventStore } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';
import { AwardLog, context, dueItem, itemOf, numbers } from '../award-log.js';
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

  /** Pages, streams and a replay tell the same of each award. */
  async function expectWhole(awardNos: readonly string[]): Promise<void> {
    for (const awardNo of awardNos)
      expect(await log.cached(awardNo)).toEqual(await log.folded(awardNo));
    expect((await log.compared()).differences).toEqual([]);
  }

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

  it('posts lines of one award in their order when they lie in two chunks', async () => {
    const awardNos = numbers(667);
    await log.openAwards(awardNos);
    // 2,001 lines in chunks of 2,000: the last month of the last award lies alone in the second.
    // They are long, so that reading the first chunk takes longer than all of the second.
    const note = 'x'.repeat(5_000);
    const lines = awardNos.flatMap((one) =>
      months.map((month) => JSON.stringify({ award: one, month, note })),
    );
    const document = await log.documents.put('roll', lines);
    const posting = log.posting();
    const handedOn: number[] = [];
    const inOrder = (items: readonly AwardItem[]) => {
      handedOn.push(items.length);
      return posting.post(items, context);
    };
    const app = { documents: log.documents, posting: { post: inOrder } };
    const counted: string[] = [];
    const work: LineWork<{ award: string; month: string }> = {
      parse: (text) => JSON.parse(text) as { award: string; month: string },
      key: ({ award: awardNo, month }) => `${awardNo}/${month}`,
      isSilent: () => false,
      command: ({ month }) => award.dueCommand(month),
      count: (_tally, line, isRefused) => {
        expect(isRefused).toBe(false);
        counted.push(`${line.award}/${line.month}`);
      },
      crashAt: 'roll:half-posted',
    };
    for (let run = 1; run <= 2; run += 1)
      await postLines(app, { document: document.sha256, context }, work);
    const inOrderOfLines = awardNos.flatMap((one) => months.map((month) => `${one}/${month}`));
    expect(counted).toEqual([...inOrderOfLines, ...inOrderOfLines]);
    expect(handedOn).toEqual([2_000, 1, 2_000, 1]);
    expect(await log.store.head()).toBe(BigInt(667 + 2_001));
    expect(await due(awardNos.slice(-1))).toEqual([months]);
    await log.runner().catchUp();
    await expectWhole(awardNos.slice(-3));
  });

  it('does not begin on an award before the posting that had it earlier is done', async () => {
    const awardNos = numbers(2);
    const [one = ''] = awardNos;
    await log.openAwards(awardNos);
    let overtaken: (() => void) | undefined;
    // The first question for pages is answered after the other posting has had its time.
    const posting = log.posting(undefined, async (no) => {
      if (no === 1) await new Promise<void>((wake) => (overtaken = wake));
    });
    const first = posting.post([dueItem(one, '2026-09')], context);
    const second = posting.post([dueItem(one, '2026-10')], context);
    // Another award's posting waits for nobody.
    expect(await posting.post([dueItem('C0001', '2026-09')], context)).toEqual([posted]);
    overtaken?.();
    expect(await Promise.all([first, second])).toEqual([[posted], [posted]]);
    expect(await due(awardNos)).toEqual([['2026-09', '2026-10'], ['2026-09']]);
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
    const { rows } = await log.database.owner.query<{ count: number }>(
      'select count from links where first > $1 and count > 1 order by first',
      [before],
    );
    return rows.map(({ count }) => count);
  }
  async function clerksAt(store: EventStore): Promise<void> {
    for (let command = 1; command <= 20; command += 1) {
      const event = anEvent();
      await store.append({ stream: `clerk-${event.id}`, expected: 'none', events: [event] });
    }
  }
  const long = [640];
  const short = [256, 256, 128];

  it('goes in short calls while people of its process work, in long ones alone', async () => {
    await log.openAwards(numbers(640));
    expect(await callsOf(log.posting(), '2026-09')).toEqual(long);
    const beside = log.posting(() => clerksAt(log.store));
    expect(await callsOf(beside, '2026-10')).toEqual(short);
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
    log.nowMs += 2_000;
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
