import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postLines } from '#application/line-posting.js';
import type { LineWork } from '#application/line-orders.js';
import type { AwardItem } from '#application/posting.js';
import { AwardLog, context, dueItem, expectWholeIn, itemOf, numbers } from '../award-log.js';
import * as award from '../domain/award-samples.js';

const months = ['2026-09', '2026-10', '2026-11'];
const posted = { events: 1 };

const manyTurns = 300;

/** As a line says of itself alone what it is for. */
const work: LineWork<{ award: string; month: string }> = {
  parse: (text) => JSON.parse(text) as { award: string; month: string },
  key: ({ award: awardNo, month }) => `${awardNo}/${month}`,
  isSilent: () => false,
  command: ({ month }) => award.dueCommand(month),
  asks: 'all',
  count: () => undefined,
  crashAt: 'roll:half-posted',
};

describe('the lines of a document that are under way', () => {
  it.each([
    ['three pieces', 'nobody is at work', true, 6_000],
    ['one piece', 'people are at work', false, 2_000],
  ])('are %s while %s', async (_pieces, _who, isFree, most) => {
    const chunk = Array.from({ length: 2_000 }, () => '{"award":"C1","month":"2026-09"}');
    const documents = {
      async *lines() {
        for (let no = 0; no < 5; no += 1) yield await Promise.resolve(chunk);
      },
    };
    const handedOn: number[] = [];
    const ended = new AbortController();
    const post = async (items: readonly AwardItem[]) => {
      handedOn.push(items.length);
      if (!ended.signal.aborted) await once(ended.signal, 'abort');
      return items.map(() => posted);
    };
    const lines = () => handedOn.reduce((sum, some) => sum + some, 0);
    const app = { documents, posting: { post }, hands: { areFree: () => isFree } };
    const done = postLines(app, { document: 'd', context }, work);
    while (lines() < most) await nextTurn();
    for (let turn = 0; turn < manyTurns; turn += 1) await nextTurn();
    expect(lines()).toBe(most);
    ended.abort();
    await done;
    expect(lines()).toBe(10_000);
  });
});

describe('posting the chunks of a document beside one another', () => {
  let log: AwardLog;
  beforeEach(async () => {
    log = await AwardLog.open();
  });
  afterEach(async () => {
    expect(log.stops).toEqual([]);
    await log.close();
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
    const counting: typeof work = {
      ...work,
      count: (_tally, line, isRefused) => {
        expect(isRefused).toBe(false);
        counted.push(`${line.award}/${line.month}`);
      },
    };
    for (let run = 1; run <= 2; run += 1)
      await postLines(app, { document: document.sha256, context }, counting);
    const inOrderOfLines = awardNos.flatMap((one) => months.map((month) => `${one}/${month}`));
    expect(counted).toEqual([...inOrderOfLines, ...inOrderOfLines]);
    expect(handedOn).toEqual([500, 1_500, 1, 500, 1_500, 1]);
    expect(await log.store.head()).toBe(BigInt(667 + 2_001));
    expect(await log.dueOf(awardNos.at(-1) ?? '')).toEqual(months);
    await log.runner().catchUp();
    await expectWholeIn(log, awardNos.slice(-3));
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
    expect(await log.dueOf(one)).toEqual(['2026-09', '2026-10']);
  });

  it('writes a page once that still waited when the next chunk came for it', async () => {
    const awardNos = numbers(128);
    await log.openAwards(awardNos);
    const before = await log.store.head();
    const items = awardNos.map((awardNo) => dueItem(awardNo, '2026-09'));
    let go: (() => void) | undefined;
    const second = new Promise<void>((wake) => (go = wake));
    // The first turn comes when the pages of the second chunk were read.
    const posting = log.posting(
      () => second,
      undefined,
      (no) => void (no === 2 && setImmediate(() => go?.())),
    );
    const chunks = [items.slice(0, 64), items.slice(64)];
    const answers = await Promise.all(chunks.map((chunk) => posting.post(chunk, context)));
    expect(answers.flat()).toEqual(items.map(() => posted));
    expect(await log.callsBehind(before)).toEqual([128]);
    await expectWholeIn(log, awardNos);
  });

  it('books from pages that were read without their terms', async () => {
    const awardNos = numbers(3);
    await log.openAwards(awardNos);
    const posting = log.posting();
    for (const [at, one] of awardNos.entries()) {
      const instruct = award.instructCommand(`I-${at}`, ['2026-09']);
      const items = [dueItem(one, '2026-09'), itemOf(one, instruct, 'batch-1', `I-${at}`)];
      expect(await posting.post(items, context)).toEqual([posted, posted]);
    }
    const answers = awardNos.map((one, at) => {
      const command = { type: 'BookPayment', ...award.bankLine(`I-${at}`, at + 1) } as const;
      return itemOf(one, command, 'receipt-1', String(at + 1));
    });
    const before = await log.store.head();
    expect(await posting.post(answers, { ...context, asks: 'moving' })).toEqual(
      answers.map(() => posted),
    );
    // Together and with their pages, as nothing is that has to ask its stream.
    expect(await log.callsBehind(before)).toEqual([3]);
    expect(await log.checkpoint()).toBe(before + 3n);
    await expectWholeIn(log, awardNos);
  });

  it('fails all that waits when a call fails, and posts it when it comes again', async () => {
    const awardNos = numbers(2_200);
    await log.openAwards(awardNos);
    const items = awardNos.map((awardNo) => dueItem(awardNo, '2026-09'));
    const chunks: readonly (readonly AwardItem[])[] = [items.slice(0, 1_100), items.slice(1_100)];
    // Each chunk asks for its pages first; of the calls that follow the first one fails, when the
    // pages of both are known.
    let left = chunks.length;
    let areKnown = (): void => undefined;
    const known = new Promise<void>((resolve) => (areKnown = resolve));
    const posting = log.posting(
      undefined,
      async (no) => {
        if (no !== 3) return;
        await known;
        throw new Error('the line is cut');
      },
      (no) => {
        if (no < 3) left -= 1;
        if (left === 0) setImmediate(areKnown);
      },
    );
    const answers = await Promise.allSettled(chunks.map((chunk) => posting.post(chunk, context)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    // One of the two calls that were under way has written, whole pages of 64 up to the thousandth
    // line; what waited for neither is not there.
    expect(await log.store.head()).toBeLessThanOrEqual(2_200n + 999n + 64n);
    const again = await Promise.all(chunks.map((chunk) => posting.post(chunk, context)));
    expect(again.flat()).toEqual(items.map(() => posted));
    expect(await log.store.head()).toBe(BigInt(2 * 2_200));
    await log.runner().catchUp();
    await expectWholeIn(log, awardNos.slice(0, 5));
  });
});
