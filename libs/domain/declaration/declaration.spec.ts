import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#test/given.js';
import { day, month } from '../values/calendar.js';
import { fen, sumFen } from '../values/fen.js';
import type { Chunk, DeclarationEvent } from './declaration.events.js';
import {
  billedFen,
  declarationDecider,
  declarationStream,
  receivedFen,
  type AddDeclarationLines,
  type CompleteDeclaration,
  type DeclarationCommand,
  type ReceiveContribution,
} from './declaration.js';

const on = day('2026-09-20');

function chunk(part: string, number: number, amount = 5_220n): Chunk {
  return {
    part,
    chunk: number,
    document: `${part}-${number}`,
    lines: 2,
    employerFen: fen(amount),
    employeeFen: fen(amount),
  };
}
const add = (part: string, number: number, amount?: bigint): AddDeclarationLines => ({
  type: 'AddDeclarationLines',
  ...chunk(part, number, amount),
});
const added = (part: string, number: number, amount?: bigint): DeclarationEvent => ({
  type: 'DeclarationLinesAdded',
  data: chunk(part, number, amount),
});
const completion = (part: string, chunks = 1, amount = 5_220n) => ({
  part,
  lines: 2 * chunks,
  digest: `digest-${part}`,
  employerFen: fen(amount * BigInt(chunks)),
  employeeFen: fen(amount * BigInt(chunks)),
});
const complete = (part: string, chunks?: number, amount?: bigint): CompleteDeclaration => ({
  type: 'CompleteDeclaration',
  ...completion(part, chunks, amount),
  on,
});
const completed = (part: string): DeclarationEvent => ({
  type: 'DeclarationCompleted',
  data: completion(part),
});
const billed = (part: string): DeclarationEvent => ({
  type: 'DeclarationBilled',
  data: { part, amountFen: fen(10_440n) },
});
const receive = (receiptNo: string, amount: bigint): ReceiveContribution => ({
  type: 'ReceiveContribution',
  receiptNo,
  amountFen: fen(amount),
  valueDate: day('2026-09-10'),
  fileSha256: 'f1',
  on,
});
const received = (receiptNo: string, amount: bigint): DeclarationEvent => ({
  type: 'ContributionReceived',
  data: {
    receiptNo,
    amountFen: fen(amount),
    valueDate: day('2026-09-10'),
    fileSha256: 'f1',
  },
});
const posted = (part: string): DeclarationEvent => ({
  type: 'DeclarationPosted',
  data: { part, lines: 2, amountFen: fen(10_440n), on },
});
const first = [added('1', 1), completed('1'), billed('1')] as const;
const second = [added('2', 1), completed('2'), billed('2')] as const;

describe('declaring by names', () => {
  it('adds lines chunk by chunk, each once', () => {
    given(declarationDecider).when(add('1', 1)).records(added('1', 1));
    given(declarationDecider, added('1', 1)).when(add('1', 2)).records(added('1', 2));
    expect(declarationStream('U00001', month('2026-09'))).toBe('declaration-U00001-2026-09');
  });
  it('refuses another content for a chunk, and more lines for a part that is complete', () => {
    given(declarationDecider, added('1', 1))
      .when({ ...add('1', 1), document: 'other' })
      .refuses('DECLARATION_CLOSED');
    given(declarationDecider, ...first)
      .when(add('1', 2))
      .refuses('DECLARATION_CLOSED');
    given(declarationDecider, ...first)
      .when(add('1', 1))
      .records();
    given(declarationDecider, ...first)
      .when(add('2', 1))
      .records(added('2', 1));
  });
  it('refuses a negative sum', () => {
    given(declarationDecider)
      .when({ ...add('1', 1), employerFen: fen(-1n) })
      .refuses('AMOUNT_NEGATIVE');
    given(declarationDecider)
      .when({ ...add('1', 1), employeeFen: fen(-1n) })
      .refuses('AMOUNT_NEGATIVE');
  });
  it('is billed as declared when it is complete', () => {
    given(declarationDecider, added('1', 1))
      .when(complete('1'))
      .records(completed('1'), billed('1'));
  });
  it('is not complete while a line or a fen is missing', () => {
    given(declarationDecider).when(complete('1')).refuses('DECLARATION_UNKNOWN');
    const open = given(declarationDecider, added('1', 1));
    open.when(complete('1', 2)).refuses('DECLARATION_INCOMPLETE');
    open.when({ ...complete('1'), employerFen: fen(5_221n) }).refuses('DECLARATION_INCOMPLETE');
    open.when({ ...complete('1'), employeeFen: fen(5_219n) }).refuses('DECLARATION_INCOMPLETE');
    open.when({ ...complete('1'), lines: 3 }).refuses('DECLARATION_INCOMPLETE');
  });
  it('is completed once', () => {
    given(declarationDecider, ...first)
      .when(complete('1'))
      .records();
    given(declarationDecider, ...first)
      .when({ ...complete('1'), digest: 'other' })
      .refuses('DECLARATION_CLOSED');
  });
});

describe('receiving the money', () => {
  it('keeps it before anything is declared', () => {
    given(declarationDecider).when(receive('R1', 10_440n)).records(received('R1', 10_440n));
    given(declarationDecider, received('R1', 10_440n), added('1', 1))
      .when(complete('1'))
      .records(completed('1'), billed('1'), posted('1'));
  });
  it('posts the names when it covers the bill, not a fen earlier', () => {
    given(declarationDecider, ...first)
      .when(receive('R1', 10_439n))
      .records(received('R1', 10_439n));
    given(declarationDecider, ...first, received('R1', 10_439n))
      .when(receive('R2', 1n))
      .records(received('R2', 1n), posted('1'));
  });
  it('posts parts in the order of their completion, several at once if it covers them', () => {
    given(declarationDecider, ...first, ...second)
      .when(receive('R1', 20_880n))
      .records(received('R1', 20_880n), posted('1'), posted('2'));
    given(declarationDecider, ...first, received('R1', 10_440n), posted('1'), ...second)
      .when(receive('R2', 10_440n))
      .records(received('R2', 10_440n), posted('2'));
  });
  it('knows a receipt by its number', () => {
    const open = given(declarationDecider, received('R1', 100n));
    open.when({ ...receive('R1', 100n), fileSha256: 'f2' }).records();
    open.when(receive('R1', 101n)).refuses('RECEIPT_NUMBER_TAKEN');
    open
      .when({ ...receive('R1', 100n), valueDate: day('2026-09-11') })
      .refuses('RECEIPT_NUMBER_TAKEN');
  });
  it('refuses a negative receipt', () => {
    given(declarationDecider).when(receive('R1', -1n)).refuses('AMOUNT_NEGATIVE');
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [[billed('1')], [posted('1')], [...first, ...second, posted('2')]]) {
      expect(() => given(declarationDecider, ...history)).toThrow(/impossible history/);
    }
  });
});

describe('any order of parts and receipts', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 9_999n }), { minLength: 1, maxLength: 6 });

  function outcome(commands: readonly DeclarationCommand[]) {
    let { state } = given(declarationDecider);
    const events: DeclarationEvent[] = [];
    for (const command of commands) {
      const decided = declarationDecider.decide(command, state);
      events.push(...decided);
      state = decided.reduce(declarationDecider.evolve, state);
      const postings = events.filter(({ type }) => type === 'DeclarationPosted');
      const sum = sumFen(
        postings.map(({ data }) => ('amountFen' in data ? data.amountFen : fen(0n))),
      );
      expect(sum <= receivedFen(state)).toBe(true);
    }
    const parts = events.flatMap(({ type, data }) =>
      type === 'DeclarationPosted' ? [`${data.part} ${data.lines} ${data.amountFen}`] : [],
    );
    return { posted: parts.sort(), billed: billedFen(state), received: receivedFen(state) };
  }

  it('posts the same, each part once, when the money covers all', () => {
    const drawn = fc.tuple(amounts, fc.infiniteStream(fc.nat(1_000)));
    fc.assert(
      fc.property(drawn, ([parts, order]) => {
        const steps: DeclarationCommand[][] = parts.flatMap((amount, index) => {
          const part = String(index + 1);
          const declare: DeclarationCommand[] = [add(part, 1, amount), complete(part, 1, amount)];
          return [declare, [receive(`R${part}`, 2n * amount)]];
        });
        const shuffled = steps
          .map((step) => ({ step, at: order.next().value ?? 0 }))
          .sort((left, right) => left.at - right.at)
          .flatMap(({ step }) => step);
        const straight = outcome(steps.flat());
        expect(outcome(shuffled)).toEqual(straight);
        expect(straight.posted).toHaveLength(parts.length);
        expect(straight.billed).toBe(straight.received);
      }),
    );
  });
});
