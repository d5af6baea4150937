import { refuse } from '../refusal.js';
import {
  bar,
  isComplete,
  makerHand,
  sendBack,
  sign,
  signed,
  type Seen,
} from '../signing/signing.js';
import { addMonths } from '../values/calendar.js';
import { noFen, sumFen, type Fen } from '../values/fen.js';
import { cell, closingOf, type Totals } from '../values/totals.js';
import type { LiveMonth, MonthCommand } from './month.js';
import type { CloseStatement, MonthEvent } from './month.events.js';

type Of<Type extends MonthCommand['type']> = Extract<MonthCommand, { type: Type }>;

/**
 * The cut is a place in this stream: what stands before it is booked in this month. It waits for
 * every admitted document, and for the predecessor's close, without which the opening is a guess.
 */
export function cut(command: Of<'CutMonth'>, state: LiveMonth): readonly MonthEvent[] {
  const { month } = command;
  if (state.status !== 'open') return [];
  const [documentId] = Object.keys(state.pending);
  if (documentId !== undefined) refuse('MONTH_DOCUMENT_OPEN', { month, document: documentId });
  if (state.provisional) refuse('MONTH_PREVIOUS_OPEN', { month, previous: addMonths(month, -1) });
  const { sheet, availableFen } = state;
  return [{ type: 'MonthCut', data: { month, sheet, availableFen, on: command.on } }];
}

export function prepareClose(
  { month, close, payers, by, on }: Of<'PrepareClose'>,
  state: LiveMonth,
): readonly MonthEvent[] {
  if (state.status === 'closed') return [];
  if (state.status !== 'cut') refuse('MONTH_NOT_CUT', { month });
  if (state.signing !== undefined && !state.signing.returned) {
    if (state.close !== undefined && sameClose(state.close, close)) return [];
    refuse('SEEN_CHANGED', { month });
  }
  bar(by, payers, 'SIGNER_RECONCILER_PAID');
  refuseDifference(state, close);
  const hand = makerHand(by, on, state.signing);
  return [{ type: 'ClosePrepared', data: { month, close, seen: seenOf(close), hand } }];
}

/** The month's stream, the fold of the awards and the bank's lines must say one thing. */
function refuseDifference(state: LiveMonth, { unpaid, receipts }: CloseStatement): void {
  const { sheet, month } = state;
  for (const item of new Set([...Object.keys(sheet), ...unpaid.map((one) => one.item)])) {
    const counted = unpaid.filter((one) => one.item === item);
    const lines = counted.reduce((sum, one) => sum + one.lines, 0);
    const amountFen = sumFen(counted.map((one) => one.amountFen));
    const closing = closingOf(sheet, item);
    refuseUnequal({ month, item }, closing, { lines, amountFen });
  }
  const paid = { lines: receipts.paidLines, amountFen: receipts.paidFen };
  refuseUnequal({ month, side: 'paid' }, total(state, 'paid'), paid);
  const returned = { lines: receipts.returnedLines, amountFen: receipts.returnedFen };
  refuseUnequal({ month, side: 'returned' }, total(state, 'returned'), returned);
}

type Figure = Readonly<{ lines: number; amountFen: Fen }>;

function refuseUnequal(
  where: Readonly<Record<string, string>>,
  stream: Figure,
  counted: Figure,
): void {
  if (stream.lines !== counted.lines || stream.amountFen !== counted.amountFen)
    refuse('MONTH_DIFFERS', { ...where, ...both(stream, counted) });
}

export function signClose(command: Of<'SignClose'>, state: LiveMonth): readonly MonthEvent[] {
  const { month, step, seen, recomputed, payers, by, on } = command;
  if (state.close === undefined || state.signing === undefined) return refuseUnprepared(state);
  if (state.status !== 'closed') {
    bar(by, payers, 'SIGNER_RECONCILER_PAID');
    if (!sameClose(state.close, recomputed)) {
      const figures = both(seenOf(state.close), seenOf(recomputed));
      refuse('MONTH_DIFFERS', { month, side: 'recomputed', ...figures });
    }
  }
  const hand = sign(state.signing, { step, by, day: on, seen });
  if (hand === undefined) return [];
  const signature: MonthEvent = { type: 'CloseSigned', data: { month, hand, seen } };
  if (!isComplete(signed(state.signing, hand))) return [signature];
  const { sheet, availableFen, close } = state;
  return [signature, { type: 'MonthClosed', data: { month, sheet, availableFen, close } }];
}

export function sendCloseBack(
  { month, reason, by, on }: Of<'SendCloseBack'>,
  state: LiveMonth,
): readonly MonthEvent[] {
  if (state.signing === undefined) return refuseUnprepared(state);
  const hand = sendBack(state.signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'CloseSentBack', data: { month, hand, reason } }];
}

/** There is no close yet: what is missing is the cut, or after it the statement of the close. */
function refuseUnprepared({ status, month }: LiveMonth): never {
  return refuse(status === 'open' ? 'MONTH_NOT_CUT' : 'CLOSE_NOT_PREPARED', { month });
}

/** What the signers of a close see: the tree's root, and the unpaid lines that are carried on. */
export function seenOf({ treeRoot, unpaid }: CloseStatement): Seen {
  const lines = unpaid.reduce((sum, one) => sum + one.lines, 0);
  return { root: treeRoot, lines, amountFen: sumFen(unpaid.map((one) => one.amountFen)) };
}

export function sameClose(left: CloseStatement, right: CloseStatement): boolean {
  return (
    left.cutPosition === right.cutPosition &&
    left.headLink === right.headLink &&
    left.treeRoot === right.treeRoot &&
    left.document === right.document &&
    left.policyVersions.join('\n') === right.policyVersions.join('\n') &&
    left.receipts.paidFen === right.receipts.paidFen &&
    left.receipts.returnedFen === right.receipts.returnedFen
  );
}

function total({ sheet }: LiveMonth, column: 'paid' | 'returned'): Totals {
  const cells = Object.keys(sheet).map((item) => cell(sheet, item, column));
  return {
    lines: cells.reduce((sum, one) => sum + one.lines, 0),
    personMonths: cells.reduce((sum, one) => sum + one.personMonths, 0),
    amountFen: cells.length === 0 ? noFen : sumFen(cells.map((one) => one.amountFen)),
  };
}

/** Lines and fen of each side: often the lines agree, and only a sum tells where to look. */
function both(stream: Figure, counted: Figure): Readonly<Record<string, string>> {
  return {
    stream: String(stream.lines),
    counted: String(counted.lines),
    streamFen: String(stream.amountFen),
    countedFen: String(counted.amountFen),
  };
}
