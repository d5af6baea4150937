import type { AwardCommand, BookPayment, RecordDue } from '#domain/award/award.commands.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { addFen } from '#domain/values/fen.js';
import type { Context } from './context.js';
import type { CrashPoint } from './crash-points.js';
import {
  batchLine,
  receiptLine,
  rollLine,
  sharesOf,
  type BatchLine,
  type ReceiptDocumentLine,
  type RollLine,
} from './document-lines.js';
import { answersOf, count, type Tally } from './tally.js';

/**
 * Which document's lines are to be written into awards, and as what. Plain values, so that another
 * thread can be told; `bookedMonth` is the month that admitted the document.
 */
export type LineOrder = Readonly<{ document: string; context: Context; bookedMonth: Month }> &
  (DueOrder | InstructOrder | BookOrder);

type DueOrder = Readonly<{
  kind: 'due';
  documentId: string;
  /** The roll's own month, and who had signed in when it was judged before this roll. */
  missed?: Readonly<{ month: Month; signed: ReadonlySet<string>; cause: string }>;
}>;
type InstructOrder = Readonly<{ kind: 'instruct'; batchId: string; on: Day }>;
type BookOrder = Readonly<{ kind: 'book'; documentId: string }>;

/** How an order's lines are read, what each asks of its award, and what is counted of it. */
export type LineWork<Line> = Readonly<{
  parse: (text: string) => Line;
  key: (line: Line) => string;
  /** Whether the line asks nothing of its award. */
  isSilent: (line: Line) => boolean;
  command: (line: Line) => AwardCommand;
  /** Which part of an award the commands are decided from. */
  asks: 'all' | 'moving';
  count: (tally: Tally, line: Line, isRefused: boolean) => void;
  crashAt: CrashPoint;
}>;

const asksAlways = (): boolean => false;

/** What a roll's lines make due. */
export function dueWork(order: DueOrder & Pick<LineOrder, 'bookedMonth'>): LineWork<RollLine> {
  const { documentId, bookedMonth, missed } = order;
  return {
    parse: rollLine,
    key: keyOfDue,
    isSilent: asksAlways,
    // Commands of one shape, field by field: a month decides 100,000 of them.
    command: ({ line: lineId, item, month, rollMonth, amountFen, person }) => {
      const due: RecordDue = {
        type: 'RecordDue',
        lineId,
        item,
        month,
        rollMonth,
        amountFen,
        documentId,
        bookedMonth,
      };
      if (missed?.month !== month || missed.signed.has(person)) return due;
      if (!needsVerification(item)) return due;
      return { ...due, held: { reason: 'verification-hold', cause: missed.cause } };
    },
    asks: 'all',
    count: (tally, line, isRefused) => {
      if (isRefused) return refusedLine(tally, keyOfDue(line));
      tally.posted += 1;
      const { item, amountFen } = line;
      count(tally, 'due', item, { lines: 1, personMonths: 1, amountFen });
    },
    crashAt: 'roll:half-posted',
  };
}

function keyOfDue({ award, line }: RollLine): string {
  return `${award}/${line}`;
}

/** The intents of a batch's payments. */
export function instructWork(
  order: InstructOrder & Pick<LineOrder, 'bookedMonth'>,
): LineWork<BatchLine> {
  const { batchId, on, bookedMonth } = order;
  return {
    parse: batchLine,
    key: ({ instruction }) => instruction,
    isSilent: asksAlways,
    command: ({ instruction, lines, amountFen, accountRef, sealedSha256 }) => ({
      type: 'InstructPayment',
      instructionId: instruction,
      lineIds: lines,
      bookedMonth,
      batchId,
      amountFen,
      accountRef,
      sealedSha256,
      on,
    }),
    asks: 'all',
    count: (tally, { instruction, amountFen }, isRefused) => {
      if (!isRefused) {
        tally.posted += 1;
        return;
      }
      refusedLine(tally, instruction);
      tally.releasedFen = addFen(tally.releasedFen, amountFen);
    },
    crashAt: 'batch:half-instructed',
  };
}

/** The bank's answers; what waits in suspense asks nothing, and is counted as refused. */
export function bookWork(
  order: BookOrder & Pick<LineOrder, 'bookedMonth'>,
): LineWork<ReceiptDocumentLine> {
  return {
    parse: receiptLine,
    key: ({ no }) => String(no),
    isSilent: ({ post }) => post === 'suspense',
    command: (line) => answerCommand(line, order),
    asks: 'moving',
    count: countAnswer,
    crashAt: 'receipt:half-booked',
  };
}

function answerCommand(
  line: ReceiptDocumentLine,
  { documentId, bookedMonth }: Readonly<{ documentId: string; bookedMonth: Month }>,
): AwardCommand {
  const { instruction, amountFen, valueDate, no, serial, reason, post } = line;
  const paid: BookPayment = {
    type: 'BookPayment',
    documentId,
    bookedMonth,
    amountFen,
    valueDate,
    lineNo: no,
    bankSerial: serial,
    instructionId: instruction,
  };
  if (post === 'paid') return paid;
  return { ...paid, type: post === 'failed' ? 'FailPayment' : 'ReturnPayment', reason };
}

function countAnswer(tally: Tally, line: ReceiptDocumentLine, isRefused: boolean): void {
  const { batch, post, amountFen } = line;
  const answers = answersOf(tally, batch);
  if (isRefused || post === 'suspense') {
    answers.suspense += 1;
    if (post === 'suspense') tally.refused += 1;
    else refusedLine(tally, String(line.no));
    return;
  }
  tally.posted += 1;
  if (post === 'paid') answers.paid += 1;
  if (post === 'failed') answers.failed += 1;
  if (post === 'paid' || post === 'returned')
    for (const { item, totals } of sharesOf(line)) count(tally, post, item, totals);
  if (post !== 'paid') tally.releasedFen = addFen(tally.releasedFen, amountFen);
}

function refusedLine(tally: Tally, key: string): void {
  tally.refused += 1;
  tally.refusedKeys.push(key);
}
