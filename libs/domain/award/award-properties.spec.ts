import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  account,
  corrected,
  monthlyFen,
  openAward,
  pauseCommand,
  stopCommand,
} from '#test/domain/award-samples.js';
import { codec } from '../codec.js';
import { Refusal } from '../refusal.js';
import { addMonths, day, month, type Month } from '../values/calendar.js';
import { fen, noFen, sumFen, type Fen } from '../values/fen.js';
import type { AwardCommand } from './award.commands.js';
import { awardCodecs, type AwardEvent, type BankAnswer } from './award.events.js';
import { printBooked, printDue, printInstructed } from './award-print.js';
import type { Award, LiveAward } from './award-state.js';
import { awardDecider } from './award.js';

const first = month('2026-09');
const months = Array.from({ length: 7 }, (_, index) => addMonths(first, index));
const anyMonth = fc.constantFrom(...months);
const anyLine = fc.oneof(
  anyMonth.map((of): string => of),
  anyMonth.map((of) => `${of}+1`),
);
const anyInstruction = fc.constantFrom('I-1', 'I-2', 'I-3', 'I-4');
const arrearsFen = fen(10_000n);
const anyAmount = fc.oneof(
  { weight: 6, arbitrary: fc.constant(monthlyFen) },
  fc.constantFrom(fen(2n * monthlyFen), arrearsFen, fen(monthlyFen + arrearsFen)),
);
const booked = { documentId: 'd', bookedMonth: first };

const answers = fc.record({
  instructionId: anyInstruction,
  amountFen: anyAmount,
  valueDate: fc.constant(day('2026-10-21')),
  documentId: fc.constantFrom('r1', 'r2'),
  lineNo: fc.integer({ min: 1, max: 6 }),
  bankSerial: fc.constant('s'),
  bookedMonth: anyMonth,
}) satisfies fc.Arbitrary<BankAnswer>;

const often: readonly fc.Arbitrary<AwardCommand>[] = [
  anyMonth.map(recordDue),
  asksToPay(),
  answers.map((data): AwardCommand => ({ type: 'BookPayment', ...data })),
];
const sometimes: readonly fc.Arbitrary<AwardCommand>[] = [
  anyMonth.map((of): AwardCommand => ({
    type: 'AddLine',
    lineId: `${of}+1`,
    item: 'benefit',
    month: of,
    rollMonth: of,
    amountFen: arrearsFen,
    ...booked,
    reason: 'standard raised',
  })),
  answers.map((data): AwardCommand => ({ type: 'FailPayment', ...data, reason: 'closed' })),
  answers.map((data): AwardCommand => ({ type: 'ReturnPayment', ...data, reason: 'closed' })),
  anyInstruction.map((instructionId): AwardCommand => ({
    type: 'RecallPayment',
    instructionId,
    reason: 'hit',
    by: ['li', 'wang'],
  })),
];
const seldom: readonly fc.Arbitrary<AwardCommand>[] = [
  fc.constant<AwardCommand>({
    type: 'BringLine',
    lineId: 'old',
    item: 'benefit',
    month: month('2026-08'),
    rollMonth: month('2026-08'),
    amountFen: monthlyFen,
    reason: 'failed',
    ...booked,
  }),
  fc
    .record({ lineId: anyLine, type: fc.constantFrom('WithdrawLine', 'CancelLine') })
    .map((one): AwardCommand => ({ ...one, reason: 'r', ...booked })),
  fc
    .constantFrom(account, corrected)
    .map((to): AwardCommand => ({ type: 'ChangeAccount', account: to })),
  anyMonth.map((from): AwardCommand => pauseCommand(from)),
  anyMonth.map((from): AwardCommand => ({ type: 'ResumeAward', from, decisionId: `r-${from}` })),
  anyMonth.map((from): AwardCommand => stopCommand(from)),
];
const commands = fc.oneof(
  ...often.map((arbitrary) => ({ weight: 12, arbitrary })),
  ...sometimes.map((arbitrary) => ({ weight: 4, arbitrary })),
  ...seldom.map((arbitrary) => ({ weight: 1, arbitrary })),
);

/** Mostly what a batch would ask: lines with their own sum, to one of the accounts. */
function asksToPay(): fc.Arbitrary<AwardCommand> {
  const asked = fc.record({
    instructionId: anyInstruction,
    lineIds: fc.array(anyLine, { minLength: 1, maxLength: 2 }),
    wrongFen: fc.oneof({ weight: 9, arbitrary: fc.constant(0n) }, fc.constant(1n)),
    to: fc.oneof({ weight: 4, arbitrary: fc.constant(account) }, fc.constant(corrected)),
  });
  return asked.map(({ instructionId, lineIds, wrongFen, to }): AwardCommand => {
    const sum = sumFen(lineIds.map((id) => (id.endsWith('+1') ? arrearsFen : monthlyFen)));
    const amountFen = fen(sum + wrongFen);
    const { accountRef, sealedSha256 } = to;
    const paidTo = { accountRef, sealedSha256, on: day('2026-12-20'), bookedMonth: first };
    return { type: 'InstructPayment', instructionId, batchId: 'B', lineIds, amountFen, ...paidTo };
  });
}

function recordDue(of: Month): AwardCommand {
  return {
    type: 'RecordDue',
    lineId: of,
    item: 'benefit',
    month: of,
    rollMonth: of,
    amountFen: monthlyFen,
    ...booked,
  };
}

type Count = Readonly<{ lines: number; amountFen: Fen }>;
type Run = Readonly<{ award: LiveAward; events: readonly AwardEvent[] }>;

/** Runs what is not refused; a refusal leaves no event, and any other error fails the property. */
function run(attempts: readonly AwardCommand[]): Run {
  let state: Award = awardDecider.initial;
  const events: AwardEvent[] = [];
  for (const command of [{ ...openAward, monthsAwarded: 3 }, ...attempts]) {
    const decided = decide(command, state);
    state = decided.reduce(awardDecider.evolve, state);
    events.push(...decided);
    if (state.status !== 'none') holds(state);
  }
  if (state.status === 'none') throw new Error('the award was never opened');
  return { award: state, events };
}

function decide(command: AwardCommand, state: Award): readonly AwardEvent[] {
  try {
    return awardDecider.decide(command, state);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** What must hold after each event, whatever came before it. */
function holds(award: LiveAward): void {
  expect(award.monthsDrawn).toBeLessThanOrEqual(award.monthsAwarded);
  expect(award.monthsDrawn).toBeGreaterThanOrEqual(0);
  const open = award.lines.map(({ lineId }) => lineId);
  expect(new Set(open).size).toBe(open.length);
  const inTransit = award.lines.filter(({ state }) => state === 'instructed').length;
  const sent = award.payments.filter(({ status }) => status === 'sent');
  expect(inTransit).toBe(sent.reduce((sum, { lines }) => sum + lines.length, 0));
  const paid = award.payments
    .filter(({ status }) => status === 'paid')
    .flatMap(({ lines }) => lines.map(({ lineId }) => lineId));
  expect(paid.filter((lineId) => open.includes(lineId))).toEqual([]);
}

/** The identity, counted from the events alone: it does not ask the fold that it judges. */
function counted(events: readonly AwardEvent[]): Count {
  let lines = 0;
  let amountFen = 0n;
  const instructions = new Map<string, number>();
  const add = (sign: 1 | -1, count: number, amount: Fen) => {
    lines += sign * count;
    amountFen += BigInt(sign) * amount;
  };
  for (const { type, data } of events) {
    if (type === 'LineDue' || type === 'LineAdded' || type === 'LineBroughtIn')
      add(1, 1, data.amountFen);
    if (type === 'LineWithdrawn' || type === 'LineCancelled') add(-1, 1, data.amountFen);
    if (type === 'PaymentInstructed') instructions.set(data.instructionId, data.lineIds.length);
    if (type === 'PaymentBooked' || type === 'PaymentReturned') {
      const count = instructions.get(data.instructionId) ?? 0;
      add(type === 'PaymentReturned' ? 1 : -1, count, data.amountFen);
    }
  }
  return { lines, amountFen: fen(amountFen) };
}

function openOf({ lines }: LiveAward): Count {
  return {
    lines: lines.length,
    amountFen: lines.length === 0 ? noFen : sumFen(lines.map(({ amountFen }) => amountFen)),
  };
}

/** A month paid and come back, one taken back before it was sent, the last one, and the end. */
const usual: readonly AwardCommand[] = [
  recordDue(first),
  pays('I-1', first),
  { type: 'BookPayment', ...answerTo('I-1') },
  { type: 'ReturnPayment', ...answerTo('I-1'), lineNo: 2, reason: 'closed' },
  recordDue(addMonths(first, 1)),
  pays('I-2', addMonths(first, 1)),
  { type: 'RecallPayment', instructionId: 'I-2', reason: 'hit', by: ['li', 'wang'] },
  recordDue(addMonths(first, 2)),
  stopCommand(addMonths(first, 5)),
];

function pays(instructionId: string, of: Month): AwardCommand {
  const { accountRef, sealedSha256 } = account;
  const paidTo = { accountRef, sealedSha256, on: day('2026-12-20'), bookedMonth: first };
  const asked = { batchId: 'B', lineIds: [of], amountFen: monthlyFen, ...paidTo };
  return { type: 'InstructPayment', instructionId, ...asked };
}

function answerTo(instructionId: string): BankAnswer {
  const valueDate = day('2026-10-21');
  const line = { documentId: 'r1', lineNo: 1, bankSerial: 's', bookedMonth: first };
  return { instructionId, amountFen: monthlyFen, valueDate, ...line };
}

const histories = fc.array(commands, { minLength: 1, maxLength: 60, size: 'max' });

describe('whatever is asked of an award, in any order', () => {
  it('due + added + brought + returned − withdrawn − cancelled − paid = its open lines', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(histories, (attempts) => {
        const { award, events } = run(attempts);
        for (const { type } of events) reached.add(type);
        expect(openOf(award)).toEqual(counted(events));
      }),
      // Chance alone reaches every kind of event nearly always, and that is not enough.
      { numRuns: 400, examples: [[usual]] },
    );
    for (const type of ['PaymentReturned', 'PaymentRecalled', 'AwardExhausted', 'AwardStopped'])
      expect(reached).toContain(type);
  });

  it('is missed by the identity when one money event is lost', () => {
    const { award, events } = run([recordDue(first), recordDue(addMonths(first, 1))]);
    const lost = events.filter((event) => event.type !== 'LineDue' || event.data.no !== 1);
    expect(openOf(award)).not.toEqual(counted(lost));
  });

  it('draws no month twice in all the lines that were not taken back', () => {
    fc.assert(
      fc.property(histories, (attempts) => {
        const { award, events } = run(attempts);
        const due = events.filter(({ type }) => type === 'LineDue').length;
        const back = events.filter(
          ({ type, data }) =>
            (type === 'LineWithdrawn' || type === 'LineCancelled') &&
            'lineId' in data &&
            months.some((of) => of === data.lineId),
        ).length;
        expect(award.monthsDrawn).toBe(due - back);
      }),
    );
  });

  it('prints the three events of every month as its decisions build them', () => {
    const prints = new Map<string, (data: object) => string | undefined>([
      ['LineDue', printDue],
      ['PaymentInstructed', printInstructed],
      ['PaymentBooked', printBooked],
    ]);
    const whole = codec(['amountFen']);
    const printed = new Set<string>();
    fc.assert(
      fc.property(histories, (attempts) => {
        for (const { type, data } of run(attempts).events) {
          const print = prints.get(type);
          if (print === undefined) continue;
          expect(print(data)).toBe(whole.encode(data));
          printed.add(type);
        }
      }),
      { examples: [[usual]] },
    );
    expect(printed).toEqual(new Set(prints.keys()));
  });

  it('prints them so whatever the one before was', () => {
    const text = fc.constantFrom('a', 'b', '"', '\u4e00');
    const amount = fc.constantFrom<unknown>(fen(1n), fen(2n), '1');
    const ids = fc.constantFrom<unknown>(['a'], ['a', 'b'], ['b'], ['"'], [], 'a', ['a","b']);
    const number = fc.constantFrom<unknown>(1, 2, 0.5, '1');
    const all: readonly (readonly [typeof printDue, fc.Arbitrary<object>])[] = [
      [
        printDue,
        fc.record({
          ...{ lineId: text, item: text, month: text, rollMonth: text, amountFen: amount },
          ...{ documentId: text, bookedMonth: text, no: number },
        }),
      ],
      [
        printInstructed,
        fc.record({
          ...{ instructionId: text, lineIds: ids, bookedMonth: text, batchId: text },
          ...{ amountFen: amount, accountRef: text, sealedSha256: text },
        }),
      ],
      [
        printBooked,
        fc.record({
          ...{ documentId: text, bookedMonth: text, amountFen: amount, valueDate: text },
          ...{ lineNo: number, bankSerial: text, instructionId: text },
        }),
      ],
    ];
    const whole = codec(['amountFen']);
    for (const [print, event] of all)
      fc.assert(
        fc.property(event, event, fc.nat(7), (one, other, at) => {
          // As the one before it up to there, and from there as another.
          const fields = Object.entries(one).map(([name, value], no) => [
            name,
            no < at ? value : (other as Record<string, unknown>)[name],
          ]);
          for (const data of [one, Object.fromEntries(fields) as object, other]) {
            const printed = print(data);
            if (printed !== undefined) expect(printed).toBe(whole.encode(data));
          }
        }),
      );
  });

  it('is the same after its events were written and read', () => {
    fc.assert(
      fc.property(histories, (attempts) => {
        const { award, events } = run(attempts);
        const read = events.map(({ type, data }) => {
          const { encode, decode, schema } = awardCodecs[type];
          return { type, data: decode(encode(data), schema) } as AwardEvent;
        });
        expect(read).toEqual(events);
        expect(read.reduce(awardDecider.evolve, awardDecider.initial)).toEqual(award);
      }),
    );
  });
});
