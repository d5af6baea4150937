import type {
  CloseStatement,
  DocumentKind,
  MonthEvent,
  UnpaidCount,
} from '#domain/month/month.events.js';
import { seenOf } from '#domain/month/month-close.js';
import { monthDecider, type LiveMonth, type MonthCommand } from '#domain/month/month.js';
import { day, month } from '#domain/values/calendar.js';
import { fen, noFen, type Fen } from '#domain/values/fen.js';
import type { Sheet, Totals } from '#domain/values/totals.js';
import { signer } from '../signers.js';
import { hand } from './hands.js';

type Event<Type extends MonthEvent['type']> = Extract<MonthEvent, { type: Type }>;
type Command<Type extends MonthCommand['type']> = Extract<MonthCommand, { type: Type }>;

export const october = month('2026-10');
const monthlyFen = 241_200n;
export const closingDay = day('2026-11-04');

/** So many lines of the monthly amount, one person-month each. */
export function lines(count: number): Totals {
  return { lines: count, personMonths: count, amountFen: fen(BigInt(count) * monthlyFen) };
}

export const open: Command<'OpenMonth'> = {
  type: 'OpenMonth',
  office: '440103',
  pool: '440100',
  month: october,
  provisional: true,
  on: day('2026-10-01'),
};
export const opened: Event<'MonthOpened'> = {
  type: 'MonthOpened',
  data: {
    office: '440103',
    pool: '440100',
    month: october,
    provisional: true,
    on: day('2026-10-01'),
  },
};

const opening = {
  month: october,
  sheet: { benefit: { opening: lines(2) } },
  availableFen: noFen,
  from: 'close' as const,
};
export const bring: Command<'BringOpening'> = { type: 'BringOpening', ...opening };
export const brought: Event<'OpeningBrought'> = { type: 'OpeningBrought', data: opening };

export function allot(
  planId: string,
  amountFen: Fen,
  pool = '440100',
): Command<'ReceiveAllotment'> {
  return { type: 'ReceiveAllotment', month: october, pool, planId, amountFen };
}
export function allotted(planId: string, amountFen: Fen): Event<'AllotmentReceived'> {
  return { type: 'AllotmentReceived', data: { month: october, planId, amountFen } };
}

function document(documentId: string, kind: DocumentKind, sheet: Sheet, reservedFen: Fen) {
  const content = { sha256: `sha-${documentId}`, root: `root-${documentId}`, lines: 1 };
  return { month: october, documentId, kind, ...content, sheet, reservedFen };
}
export function admit(id: string, kind: DocumentKind, sheet: Sheet = {}, reservedFen = noFen) {
  const data = document(id, kind, sheet, reservedFen);
  const command: Command<'AdmitDocument'> = { type: 'AdmitDocument', ...data };
  const event: Event<'DocumentAdmitted'> = { type: 'DocumentAdmitted', data };
  return { command, event };
}
export function discharge(documentId: string, sheet: Sheet = {}, releasedFen = noFen) {
  const data = { month: october, documentId, posted: 1, refused: 0, sheet, releasedFen };
  const command: Command<'DischargeDocument'> = { type: 'DischargeDocument', ...data };
  const event: Event<'DocumentDischarged'> = { type: 'DocumentDischarged', data };
  return { command, event };
}

/** October: 2 carried, 10 due, 11 paid, so that 1 is unpaid. */
export const sheet: Sheet = {
  benefit: { opening: lines(2), due: lines(10), paid: lines(11) },
};
export const posted: readonly MonthEvent[] = [
  opened,
  brought,
  allotted('P-1', lines(11).amountFen),
  admit('R-1', 'roll', { benefit: { due: lines(10) } }).event,
  discharge('R-1', { benefit: { due: lines(10) } }).event,
  admit('B-1', 'batch', {}, lines(11).amountFen).event,
  discharge('B-1').event,
  admit('S-1', 'receipt', { benefit: { paid: lines(11) } }).event,
  discharge('S-1', { benefit: { paid: lines(11) } }).event,
];

export const cutMonth: Command<'CutMonth'> = {
  type: 'CutMonth',
  month: october,
  by: signer('li'),
  on: closingDay,
};
export const monthCut: Event<'MonthCut'> = {
  type: 'MonthCut',
  data: { month: october, sheet, availableFen: noFen, on: closingDay },
};
export const cut: readonly MonthEvent[] = [...posted, monthCut];

export const unpaid: readonly UnpaidCount[] = [
  { item: 'benefit', reason: 'returned', age: 1, lines: 1, amountFen: fen(monthlyFen) },
];
export const close: CloseStatement = {
  cutPosition: '1024',
  headLink: 'h1',
  treeRoot: 't1',
  document: 'unpaid-1',
  unpaid,
  receipts: {
    paidFen: lines(11).amountFen,
    paidLines: 11,
    returnedFen: noFen,
    returnedLines: 0,
  },
  policyVersions: ['440100-3'],
};

export const prepare: Command<'PrepareClose'> = {
  type: 'PrepareClose',
  month: october,
  close,
  payers: ['chen', 'zhou'],
  by: signer('li'),
  on: closingDay,
};
const closeHand = (person: string, step: 'make' | 'approve' | 'review') =>
  hand(person, step, 1, closingDay);
export const prepared: Event<'ClosePrepared'> = {
  type: 'ClosePrepared',
  data: { month: october, close, seen: seenOf(close), hand: closeHand('li', 'make') },
};
export function signClose(step: 'approve' | 'review', person: string): Command<'SignClose'> {
  const shown = { seen: seenOf(close), recomputed: close, payers: ['chen', 'zhou'] };
  return { type: 'SignClose', month: october, step, ...shown, by: signer(person), on: closingDay };
}
export const approved: Event<'CloseSigned'> = {
  type: 'CloseSigned',
  data: { month: october, hand: closeHand('wang', 'approve'), seen: seenOf(close) },
};
export const reviewed: Event<'CloseSigned'> = {
  type: 'CloseSigned',
  data: { month: october, hand: closeHand('zhao', 'review'), seen: seenOf(close) },
};
export const closed: Event<'MonthClosed'> = {
  type: 'MonthClosed',
  data: { month: october, sheet, availableFen: noFen, close },
};
export const sendBack: Command<'SendCloseBack'> = {
  type: 'SendCloseBack',
  month: october,
  reason: 'a reason is wrong',
  by: signer('zhao'),
  on: closingDay,
};
export const sentBack: Event<'CloseSentBack'> = {
  type: 'CloseSentBack',
  data: { month: october, hand: closeHand('zhao', 'review'), reason: 'a reason is wrong' },
};

export function live(...history: readonly MonthEvent[]): LiveMonth {
  const state = history.reduce(monthDecider.evolve, monthDecider.initial);
  if (state.status === 'none') throw new Error('the month was never opened');
  return state;
}
