import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instructionIdOf } from '#application/batches.js';
import { metadataText } from '#application/context.js';
import { documentLine, receiptLine } from '#application/document-lines.js';
import type { Hands } from '#application/hands.js';
import { bodyHash, derivedId } from '#application/ids.js';
import { partOf } from '#application/parts.js';
import { ReceiptJudge } from '#application/receipt-judge.js';
import { judgedLines } from '#application/receipt-parts.js';
import { stored } from '#application/stored.js';
import { delimitedV1 } from '#banking/layouts.js';
import {
  decodeReceipt,
  draftReceipt,
  encodeReceipt,
  ReceiptCutter,
  type ReceiptLine,
} from '#banking/receipt.js';
import { awardStream } from '#domain/award/award.js';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { batchCodecs, type BatchEvent } from '#domain/batch/batch.events.js';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { day, month } from '#domain/values/calendar.js';
import { fen, sumFen } from '#domain/values/fen.js';
import type { AppendItem, NewEvent } from '#event-store/port.js';
import { hand } from '#test/domain/hands.js';
import { openTestSystem, type TestSystem } from './system.js';

const office = '440103';
const of = month('2026-10');
const batch = { office, month: of, no: 1 };
const batchId = `${office}-${of}-1`;
const payments = 5_000;
const amountFen = fen(241_200n);
const numbers = Array.from({ length: payments }, (_, at) => at + 1);

function event(
  codecs: typeof awardCodecs | typeof batchCodecs,
  { type, data }: AwardEvent | BatchEvent,
  stream: string,
): NewEvent {
  const { schema, encode } = (codecs as typeof batchCodecs)[type as BatchEvent['type']];
  const commandId = derivedId(stream, type);
  const context = { commandId, actor: 'li', duty: 'payroll', office, day: day('2026-10-12') };
  const metadata = metadataText(
    { ...context, month: of, causation: commandId, correlation: commandId },
    bodyHash(''),
  );
  return { id: derivedId(commandId, type, 0), type, schema, data: encode(data), metadata };
}

const accountOf = (no: number) => ({ accountRef: `account-${no}`, sealedSha256: bodyHash(no) });

/** An award that waits for the bank's answer to its one payment. */
function award(no: number): AppendItem {
  const awardNo = `C${String(no).padStart(7, '0')}`;
  const line = { lineId: of, item: 'benefit', month: of, rollMonth: of, amountFen };
  const facts: readonly AwardEvent[] = [
    {
      type: 'AwardOpened',
      data: {
        ...{ awardNo, claimNo: awardNo, personRef: `P${no}`, office, jurisdiction: '440100' },
        ...{ item: 'benefit', monthsAwarded: 12, paidMonths: 60, firstMonth: of },
        policyVersion: '440100-1',
        account: { ...accountOf(no), accountKey: 'k', usableFrom: day('2026-09-01'), hands: [] },
      },
    },
    { type: 'LineDue', data: { ...line, documentId: 'roll-1', bookedMonth: of, no } },
    {
      type: 'PaymentInstructed',
      data: {
        ...{ instructionId: instructionIdOf(batch, no), batchId, bookedMonth: of, amountFen },
        ...accountOf(no),
        lineIds: [of],
      },
    },
  ];
  const stream = awardStream(awardNo);
  const events = facts.map((fact) => event(awardCodecs, fact, stream));
  return { stream, expected: 'none', events };
}

function batchText(no: number): string {
  const awardNo = `C${String(no).padStart(7, '0')}`;
  return documentLine({
    ...{ seq: no, award: awardNo, person: `P${no}`, amountFen },
    ...{ instruction: instructionIdOf(batch, no), lines: [of], ...accountOf(no) },
  });
}

function batchFacts(document: string, root: string): readonly BatchEvent[] {
  const seen = { root, lines: payments, amountFen: sumFen(numbers.map(() => amountFen)) };
  const stopped = { instructionId: instructionIdOf(batch, 17), amountFen, reason: 'a hit' };
  const file = { fileName: 'f', sha256: 's', root, lines: payments - 1, amountFen: seen.amountFen };
  return [
    {
      type: 'BatchPrepared',
      data: {
        ...{ batchId, office, pool: '440100', month: of, document, layout: 'delimited-v1' },
        ...{ seen, dueLines: payments, hand: hand('li', 'make') },
      },
    },
    { type: 'BatchSigned', data: { batchId, hand: hand('wang', 'approve'), seen } },
    { type: 'BatchSigned', data: { batchId, hand: hand('zhao', 'review'), seen } },
    { type: 'BatchAdmitted', data: { batchId, month: of } },
    {
      type: 'BatchInstructed',
      data: { batchId, posted: payments - 1, refused: [instructionIdOf(batch, 23)] },
    },
    { type: 'StopProposed', data: { batchId, ...stopped, hand: hand('sun', 'make') } },
    {
      type: 'LineExcluded',
      data: { batchId, ...stopped, by: [hand('sun', 'make'), hand('zhou', 'approve')] },
    },
    { type: 'FileWritten', data: { batchId, ...file } },
    {
      type: 'SubmissionStarted',
      data: { batchId, attempt: 1, fileName: 'f', hand: hand('chen', 'send', 1) },
    },
    { type: 'BatchSent', data: { batchId, attempt: 1, evidence: 'folder:f' } },
  ];
}

/** Every kind of answer, among five thousand of them. */
function answers(): readonly ReceiptLine[] {
  const usual = numbers.map((no): ReceiptLine => {
    const failed = no % 9 === 0;
    return {
      ...{ lineNo: 0, instructionId: instructionIdOf(batch, no) },
      amountFen: no % 100 === 0 ? fen(1n) : amountFen,
      result: failed ? 'failed' : no % 501 === 0 ? 'returned' : 'success',
      reasonCode: failed ? 'AC04' : '',
      reasonText: '',
      valueDate: day('2026-10-13'),
      bankSerial: `S${no}`,
    };
  });
  const twice = usual.filter((_, at) => at % 701 === 0);
  const beyond = [...usual.slice(0, 3)].map((line, at) => ({
    ...line,
    instructionId:
      ['X-1', instructionIdOf(batch, payments + 1), `${office}2026100200001`][at] ?? '',
  }));
  return [...usual, ...twice, ...beyond];
}

/** In an order that leaps from part to part of the batch's document. */
function shuffled(lines: readonly ReceiptLine[]): readonly ReceiptLine[] {
  const order = lines.map((_, at) => (at * 2_741) % lines.length);
  if (new Set(order).size !== lines.length) throw new Error('the leap does not reach every line');
  return order.map((at) => lines[at] as ReceiptLine);
}

describe('a receipt of five thousand lines', () => {
  let test: TestSystem;
  let sent: LiveBatch;

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    const { sha256, root } = await app.documents.put('batch', numbers.map(batchText));
    const stream = batchStream(batchId);
    const facts = batchFacts(sha256, root).map((fact, at) => ({
      ...event(batchCodecs, fact, stream),
      id: derivedId(stream, at),
    }));
    await app.store.append({ stream, expected: 'none', events: facts });
    for (let from = 0; from < payments; from += 1_000)
      await app.store.appendMany(numbers.slice(from, from + 1_000).map(award));
    await app.settled(await app.store.head());
    const state = await app.transact.state(stored.batch, stream);
    if (state.status === 'none') throw new Error('there is no batch');
    sent = state;
  }, 60_000);

  afterAll(() => test.close());

  async function judged(lines: readonly ReceiptLine[], atOnce: number) {
    const judge = new ReceiptJudge(test.system.app, sent);
    const said: string[] = [];
    for (let from = 0; from < lines.length; from += atOnce) {
      const texts = await judge.judge(await judge.look(lines.slice(from, from + atOnce)));
      for (const text of texts) said.push(documentLine({ ...receiptLine(text), no: 0 }));
    }
    return { counts: judge.counts, sheet: judge.sheet(), said: said.sort() };
  }

  it('is judged in any order as in the order of the batch', async () => {
    const inOrder = await judged(answers(), 450);
    expect(await judged(shuffled(answers()), 333)).toEqual(inOrder);
    const suspended = inOrder.said.map((text) => /"why":"([^"]*)"/.exec(text)?.[1] ?? '');
    const count = (why: string) => suspended.filter((one) => one === why).length;
    expect({
      'unknown-instruction': count('unknown-instruction'),
      'excluded-before-sending': count('excluded-before-sending'),
      'amount-differs': count('amount-differs'),
      'answered-twice': count('answered-twice'),
      'already-sent': count('already-sent'),
    }).toEqual({
      'unknown-instruction': 3,
      'excluded-before-sending': 2,
      'amount-differs': 50,
      'answered-twice': 8,
      'already-sent': 6,
    });
    const { paid, failed, returned, suspense } = inOrder.counts;
    expect(suspense).toBe(3 + 2 + 50 + 8 + 6);
    expect(paid + failed + returned + suspense).toBe(answers().length);
    expect(inOrder.sheet['benefit']?.paid?.lines).toBe(paid);
  }, 60_000);

  it('is judged in parts, in two threads, as it is judged as a whole', async () => {
    const { app } = test.system;
    const asked = answers().filter(({ result }) => result !== 'returned');
    const lines = asked.map(({ reasonCode, ...line }) =>
      reasonCode === '' ? line : { ...line, reasonCode },
    );
    const head = {
      receiptId: 'R',
      batchId,
      part: 1,
      kind: 'results',
      madeOn: '2026-10-13',
    } as const;
    // Answers that are repeated at the end are of parts that were judged before.
    const bytes = encodeReceipt(delimitedV1, draftReceipt('every-line', { ...head, lines }));
    const whole = new ReceiptJudge(app, sent);
    const known = await whole.look(decodeReceipt(delimitedV1, bytes).lines);
    const expected = await whole.judge(known);
    const elsewhere: string[] = [];
    const hands: Hands = {
      areFree: () => true,
      ask: async (name, input) => {
        elsewhere.push(name);
        const part = await partOf(name)(app, structuredClone(input));
        return structuredClone(part) as never;
      },
    };
    for (const lent of [undefined, hands]) {
      const judge = new ReceiptJudge(app, sent);
      const cutter = new ReceiptCutter(delimitedV1);
      const receiving = { batch: sent, layout: delimitedV1, bytes, cutter };
      const texts: string[] = [];
      const system = lent === undefined ? app : { ...app, hands: lent };
      for await (const some of judgedLines(system, judge, receiving)) texts.push(...some);
      expect(texts).toEqual(expected);
      expect(judge.counts).toEqual(whole.counts);
      expect(judge.sheet()).toEqual(whole.sheet());
    }
    expect(elsewhere).toEqual(['judgedPart', 'judgedPart']);
    expect(expected.join()).toContain('"why":"answered-twice"');
  }, 60_000);

  it('takes the first answer to an instruction, whatever a later one says', async () => {
    const [usual] = answers();
    if (usual === undefined) throw new Error('there is no answer');
    const failed: ReceiptLine = { ...usual, result: 'failed', reasonCode: 'AC04' };
    const whys = async (lines: readonly ReceiptLine[], atOnce: number) => {
      const judge = new ReceiptJudge(test.system.app, sent);
      const said: (string | undefined)[] = [];
      for (let from = 0; from < lines.length; from += atOnce)
        for (const text of await judge.judge(await judge.look(lines.slice(from, from + atOnce))))
          said.push(receiptLine(text).why ?? receiptLine(text).post);
      return said;
    };
    for (const atOnce of [1, 3]) {
      const paidFirst = await whys([usual, failed, usual], atOnce);
      expect(paidFirst).toEqual(['paid', 'answered-otherwise', 'answered-twice']);
      const failedFirst = await whys([failed, usual, failed], atOnce);
      expect(failedFirst).toEqual(['failed', 'answered-otherwise', 'answered-twice']);
    }
  });

  it('keeps a line of a batch that was never sent to itself', async () => {
    const { app } = test.system;
    const other = { ...batch, no: 2 };
    const otherId = `${office}-${of}-2`;
    const instruction = instructionIdOf(other, 1);
    const text = documentLine({
      ...{ seq: 1, award: 'C0000001', person: 'P1', amountFen, instruction, lines: [of] },
      ...accountOf(1),
    });
    const { sha256, root } = await app.documents.put('batch', [text]);
    const [prepared] = batchFacts(sha256, root);
    if (prepared?.type !== 'BatchPrepared') throw new Error('no batch was prepared');
    const fact: BatchEvent = { ...prepared, data: { ...prepared.data, batchId: otherId } };
    const stream = batchStream(otherId);
    const events = [event(batchCodecs, fact, stream)];
    await app.store.append({ stream, expected: 'none', events });
    const [usual] = answers();
    if (usual === undefined) throw new Error('there is no answer');
    const { said } = await judged([{ ...usual, instructionId: instruction }], 1);
    // The batch that the bank answered is told: the other one would refuse to take a receipt.
    expect(said.map(receiptLine)).toMatchObject([{ post: 'suspense', batch: batchId }]);
    expect(said[0]).toContain('"why":"not-sent"');
  });
});
