import { impossible } from '../decider.js';
import { addMonths, type Month } from '../values/calendar.js';
import type { AwardEvent, AwardTerms, BankAnswer, DueLine, LineEnd } from './award.events.js';
import { answerKey, paymentOf } from './award-payments.js';
import type { Award, LiveAward, Moving, OpenLine, Payment } from './award-state.js';

/** Folds one event; a history that could not have happened stops the process. */
export function evolve(award: Award, event: AwardEvent): Award {
  if (event.type === 'AwardOpened') {
    const { paidMonths, fixedFen, payee } = event.data;
    return {
      ...opened(award, event.data, paidMonths),
      ...(fixedFen === undefined ? {} : { monthlyFen: fixedFen }),
      ...(payee === undefined ? {} : { payee }),
    };
  }
  if (event.type === 'AwardBroughtIn') {
    const { monthsDrawn, nextMonth, monthlyFen } = event.data;
    const brought = { ...opened(award, event.data, 0), monthsDrawn, nextMonth };
    return monthlyFen === undefined ? brought : { ...brought, monthlyFen };
  }
  if (award.status === 'none') throw new Error(`${event.type} before the award was opened`);
  return evolveLive(award, event);
}

type Later = Exclude<AwardEvent, { type: 'AwardOpened' | 'AwardBroughtIn' }>;

function evolveLive(award: LiveAward, event: Later): LiveAward {
  switch (event.type) {
    case 'LineBroughtIn':
      return afterMove(award, broughtIn(award, event.data));
    case 'AwardAccountChanged':
      return { ...award, account: event.data.account, shared: false };
    case 'AwardAccountShared':
      if (award.account === undefined) impossible(event.type, 'an award without an account');
      return { ...award, shared: true };
    case 'AwardAccountCleared':
      return { ...award, shared: false };
    case 'AwardPayeeAssigned':
      return assigned(award, event.data);
    case 'AwardHeld':
      return { ...award, holds: [...award.holds, event.data] };
    case 'AwardReleased':
      return { ...award, holds: award.holds.filter(({ cause }) => cause !== event.data.cause) };
    case 'AwardPaused': {
      if (award.status === 'stopped') impossible(event.type, 'an award that is stopped');
      const { from, decisionId } = event.data;
      const endedFrom = earlier(award.endedFrom, from);
      return { ...decided(award, decisionId), status: 'paused', endedFrom, mayResume: true };
    }
    case 'MonthsConsumed': {
      const { months, decisionId } = event.data;
      if (award.status !== 'stopped') impossible(event.type, 'an award in force');
      const monthsAwarded = award.monthsAwarded - months;
      return { ...decided(award, decisionId), monthsAwarded };
    }
    case 'AwardResumed':
      if (award.status === 'open') impossible(event.type, 'an award that is open');
      return resumed(award, event.data.from, event.data.decisionId);
    case 'AwardStopped': {
      const { event: endedBy, from, decisionId, mayResume } = event.data;
      const endedFrom = earlier(award.endedFrom, from);
      return { ...decided(award, decisionId), status: 'stopped', endedBy, endedFrom, mayResume };
    }
    default:
      return afterMove(award, evolveMoving(award, event));
  }
}

/** Events that leave the terms of their award as they were. */
export type MovingEvent = Extract<
  AwardEvent,
  {
    type:
      | 'LineDue'
      | 'LineAdded'
      | 'LineHeld'
      | 'LineReleased'
      | 'LineWithdrawn'
      | 'LineCancelled'
      | 'AwardExhausted'
      | PaymentEvent['type'];
  }
>;

/** {@link evolve} for these: what a month does to 100,000 awards is folded without their terms. */
export function evolveMoving(award: Moving, event: MovingEvent): Moving {
  switch (event.type) {
    case 'LineDue':
      return due(award, event.data);
    case 'LineAdded':
      return withLine(award, openLine(event.data));
    case 'LineHeld':
      return changeLine(award, event.data.lineId, (l) => ({ ...l, hold: event.data.reason }));
    case 'LineReleased':
      return changeLine(award, event.data.lineId, ({ hold: _hold, ...line }) => line);
    case 'LineWithdrawn':
    case 'LineCancelled':
      return ended(award, event.data);
    case 'PaymentInstructed':
      return instructed(award, event.data);
    case 'PaymentRecalled':
    case 'PaymentBooked':
    case 'PaymentFailed':
    case 'PaymentReturned':
      return answeredBy(award, event);
    case 'AwardExhausted':
      return award;
    default:
      return impossible(event, 'award');
  }
}

function afterMove(award: LiveAward, after: Moving): LiveAward {
  const { monthsDrawn, nextMonth, lines, payments } = after;
  return { ...award, monthsDrawn, nextMonth, lines, payments };
}

function opened(award: Award, terms: AwardTerms, paidMonths: number): LiveAward {
  if (award.status !== 'none') throw new Error(`award ${terms.awardNo} opened twice`);
  const { awardNo, personRef, office, jurisdiction, item, monthsAwarded, firstMonth } = terms;
  return {
    status: 'open',
    awardNo,
    personRef,
    office,
    jurisdiction,
    item,
    monthsAwarded,
    firstMonth,
    paidMonths,
    policyVersion: terms.policyVersion,
    monthsDrawn: 0,
    nextMonth: firstMonth,
    mayResume: true,
    ...(terms.account === undefined ? {} : { account: terms.account }),
    shared: false,
    holds: [],
    lines: [],
    payments: [],
    decisions: [],
  };
}

function broughtIn(
  award: LiveAward,
  data: Extract<AwardEvent, { type: 'LineBroughtIn' }>['data'],
): Moving {
  const badAccount = data.accountChanged === true ? undefined : award.account?.accountRef;
  const line: OpenLine = {
    ...openLine(data),
    state: data.reason,
    ...(badAccount === undefined ? {} : { badAccount }),
  };
  return withLine(award, line);
}

function due(award: Moving, line: DueLine): Moving {
  const { awardNo, monthsAwarded, monthsDrawn, payments } = award;
  if (line.month < award.nextMonth || monthsDrawn >= monthsAwarded)
    impossible(`${line.month} due`, `award ${awardNo} that drew ${monthsDrawn}`);
  const lines = linesWith(award, openLine(line));
  const nextMonth = monthAfter(line.month);
  return { awardNo, monthsAwarded, monthsDrawn: monthsDrawn + 1, nextMonth, lines, payments };
}

/** Nearly all lines of a roll are for one month, and what follows it is told once. */
let toldMonth: Month | undefined;
let toldNext: Month | undefined;

function monthAfter(month: Month): Month {
  if (month !== toldMonth || toldNext === undefined) {
    toldNext = addMonths(month, 1);
    toldMonth = month;
  }
  return toldNext;
}

function withLine(award: Moving, line: OpenLine): Moving {
  return moved(award, linesWith(award, line));
}

function linesWith({ awardNo, lines }: Moving, line: OpenLine): readonly OpenLine[] {
  for (const { lineId } of lines)
    if (lineId === line.lineId) impossible(`a second line ${lineId}`, `award ${awardNo}`);
  return withOne(lines, line);
}

/** A list that is spread into another leaves room for many more behind it. */
function withOne<One>(list: readonly One[], one: One): readonly One[] {
  return list.length === 0 ? [one] : list.concat([one]);
}

/** Field by field: whole awards have terms beside these, which are not to be copied here. */
function moved(
  { awardNo, monthsAwarded, monthsDrawn, nextMonth, payments: before }: Moving,
  lines: readonly OpenLine[],
  payments: readonly Payment[] = before,
): Moving {
  return { awardNo, monthsAwarded, monthsDrawn, nextMonth, lines, payments };
}

function openLine({ lineId, item, month, rollMonth, amountFen }: DueLine): OpenLine {
  return { lineId, item, month, rollMonth, amountFen, state: 'due' };
}

/** A benefit month that is taken back was not consumed: its line bears the month's own name. */
function ended(award: Moving, { lineId }: LineEnd): Moving {
  const line = mustHave(award, lineId);
  if (line.state === 'instructed') impossible(`${lineId} ended`, 'a payment in transit');
  const consumed = line.lineId === line.month ? 1 : 0;
  const left = moved(
    award,
    award.lines.filter((other) => other.lineId !== lineId),
  );
  return { ...left, monthsDrawn: award.monthsDrawn - consumed };
}

type PaymentEvent = Answer | Extract<AwardEvent, { type: 'PaymentInstructed' }>;

/** What becomes of an instruction that stands. */
type Answer = Extract<
  AwardEvent,
  { type: 'PaymentRecalled' | 'PaymentBooked' | 'PaymentFailed' | 'PaymentReturned' }
>;

function answeredBy(award: Moving, event: Answer): Moving {
  const payment = paymentOf(award, event.data.instructionId);
  if (payment === undefined) throw new Error(`${event.type} without its instruction`);
  const expected = event.type === 'PaymentReturned' ? 'paid' : 'sent';
  if (payment.status !== expected)
    impossible(event.type, `an instruction that is ${payment.status}`);
  switch (event.type) {
    case 'PaymentRecalled':
      return reopened(award, { ...payment, status: 'recalled' }, { state: 'stop-list' });
    case 'PaymentBooked': {
      const lines = award.lines.filter((line) => !isPaidBy(payment, line));
      return moved(award, lines, replaced(award, answered(payment, 'paid', event.data)));
    }
    case 'PaymentFailed': {
      const mark = { state: 'failed', badAccount: payment.accountRef } as const;
      return reopened(award, answered(payment, 'failed', event.data), mark);
    }
    case 'PaymentReturned': {
      const mark = { state: 'returned', badAccount: payment.accountRef } as const;
      const back = payment.lines.map((line) => ({ ...line, ...mark }));
      const lines = [...award.lines, ...back].sort((a, b) => (a.month < b.month ? -1 : 1));
      return moved(award, lines, replaced(award, answered(payment, 'returned', event.data)));
    }
    default:
      return impossible(event, 'award payment');
  }
}

function instructed(
  award: Moving,
  data: Extract<AwardEvent, { type: 'PaymentInstructed' }>['data'],
): Moving {
  const { instructionId, accountRef, amountFen, lineIds } = data;
  const [only] = award.lines;
  // Most awards have one line: nothing is to be looked for among others then.
  const isOnly = award.lines.length === 1 && lineIds.length === 1 && only?.lineId === lineIds[0];
  const lines = isOnly ? award.lines : lineIds.map((lineId) => mustHave(award, lineId));
  for (const { lineId, state } of lines)
    if (state === 'instructed') impossible(`${lineId} instructed twice`, 'an award');
  if (paymentOf(award, instructionId) !== undefined)
    impossible(`a second instruction ${instructionId}`, 'an award');
  const payment: Payment = { instructionId, status: 'sent', accountRef, amountFen, lines };
  const marked =
    isOnly && only !== undefined
      ? [markedInstructed(only)]
      : award.lines.map((line) => (lineIds.includes(line.lineId) ? markedInstructed(line) : line));
  return moved(award, marked, withOne(award.payments, payment));
}

function markedInstructed(line: OpenLine): OpenLine {
  return { ...line, state: 'instructed' };
}

function answered(
  { instructionId, accountRef, amountFen, lines }: Payment,
  status: Payment['status'],
  data: BankAnswer,
): Payment {
  return { instructionId, status, accountRef, amountFen, lines, answer: answerKey(data) };
}

function isPaidBy({ lines }: Payment, { lineId }: OpenLine): boolean {
  return lines.some((line) => line.lineId === lineId);
}

function reopened(
  award: Moving,
  payment: Payment,
  mark: Readonly<{ state: OpenLine['state']; badAccount?: string }>,
): Moving {
  const lines = award.lines.map((line) => (isPaidBy(payment, line) ? { ...line, ...mark } : line));
  return moved(award, lines, replaced(award, payment));
}

function replaced({ payments }: Moving, payment: Payment): readonly Payment[] {
  return payments.map((one) => (one.instructionId === payment.instructionId ? payment : one));
}

function resumed(award: LiveAward, from: Month, decisionId: string): LiveAward {
  const { endedFrom: _endedFrom, endedBy: _endedBy, ...rest } = decided(award, decisionId);
  const nextMonth = from > award.nextMonth ? from : award.nextMonth;
  return { ...rest, status: 'open', nextMonth };
}

/** Without an account of the payee's what is owed waits for one: never for the dead person's. */
function assigned(
  award: LiveAward,
  { payee, account, decisionId }: Extract<AwardEvent, { type: 'AwardPayeeAssigned' }>['data'],
): LiveAward {
  const { account: _account, ...rest } = decided(award, decisionId);
  return { ...rest, payee, shared: false, ...(account === undefined ? {} : { account }) };
}

/** Months that were frozen or ended stay so when a later decision names a later month. */
function earlier(endedFrom: Month | undefined, from: Month): Month {
  return endedFrom !== undefined && endedFrom < from ? endedFrom : from;
}

function decided(award: LiveAward, decisionId: string): LiveAward {
  return { ...award, decisions: [...award.decisions, decisionId] };
}

function changeLine(award: Moving, lineId: string, change: (line: OpenLine) => OpenLine): Moving {
  mustHave(award, lineId);
  return moved(
    award,
    award.lines.map((line) => (line.lineId === lineId ? change(line) : line)),
  );
}

function mustHave(award: Moving, lineId: string): OpenLine {
  const line = award.lines.find((one) => one.lineId === lineId);
  if (line === undefined) throw new Error(`award ${award.awardNo} has no open line ${lineId}`);
  return line;
}
