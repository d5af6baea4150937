import { impossible } from '../decider.js';
import { addMonths, type Month } from '../values/calendar.js';
import type { AwardEvent, AwardTerms, BankAnswer, DueLine, LineEnd } from './award.events.js';
import { answerKey } from './award-payments.js';
import type { Award, LiveAward, OpenLine, Payment } from './award-state.js';

/** Folds one event; a history that could not have happened stops the process. */
export function evolve(award: Award, event: AwardEvent): Award {
  if (event.type === 'AwardOpened') return opened(award, event.data, event.data.paidMonths);
  if (event.type === 'AwardBroughtIn') {
    const { monthsDrawn, nextMonth, monthlyFen } = event.data;
    return { ...opened(award, event.data, 0), monthsDrawn, nextMonth, monthlyFen };
  }
  if (award.status === 'none') throw new Error(`${event.type} before the award was opened`);
  return evolveLive(award, event);
}

type Later = Exclude<AwardEvent, { type: 'AwardOpened' | 'AwardBroughtIn' }>;

function evolveLive(award: LiveAward, event: Later): LiveAward {
  switch (event.type) {
    case 'LineBroughtIn':
      return broughtIn(award, event.data);
    case 'AwardAccountChanged':
      return { ...award, account: event.data.account, shared: false };
    case 'AwardAccountShared':
      if (award.account === undefined) impossible(event.type, 'an award without an account');
      return { ...award, shared: true };
    case 'AwardAccountCleared':
      return { ...award, shared: false };
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
    case 'PaymentRecalled':
    case 'PaymentBooked':
    case 'PaymentFailed':
    case 'PaymentReturned':
      return evolvePayment(award, event);
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
    case 'AwardResumed':
      if (award.status === 'open') impossible(event.type, 'an award that is open');
      return resumed(award, event.data.from, event.data.decisionId);
    case 'AwardStopped': {
      const { from, decisionId, mayResume } = event.data;
      const endedFrom = earlier(award.endedFrom, from);
      return { ...decided(award, decisionId), status: 'stopped', endedFrom, mayResume };
    }
    case 'AwardExhausted':
      return award;
    default:
      return impossible(event, 'award');
  }
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
): LiveAward {
  const badAccount = data.accountChanged === true ? undefined : award.account?.accountRef;
  const line: OpenLine = {
    ...openLine(data),
    state: data.reason,
    ...(badAccount === undefined ? {} : { badAccount }),
  };
  return withLine(award, line);
}

function due(award: LiveAward, line: DueLine): LiveAward {
  if (line.month < award.nextMonth || award.monthsDrawn >= award.monthsAwarded)
    impossible(`${line.month} due`, `award ${award.awardNo} that drew ${award.monthsDrawn}`);
  return {
    ...withLine(award, openLine(line)),
    monthsDrawn: award.monthsDrawn + 1,
    nextMonth: addMonths(line.month, 1),
  };
}

function withLine(award: LiveAward, line: OpenLine): LiveAward {
  if (award.lines.some(({ lineId }) => lineId === line.lineId))
    impossible(`a second line ${line.lineId}`, `award ${award.awardNo}`);
  return { ...award, lines: [...award.lines, line] };
}

function openLine({ lineId, item, month, rollMonth, amountFen }: DueLine): OpenLine {
  return { lineId, item, month, rollMonth, amountFen, state: 'due' };
}

/** A benefit month that is taken back was not consumed: its line bears the month's own name. */
function ended(award: LiveAward, { lineId }: LineEnd): LiveAward {
  const line = mustHave(award, lineId);
  if (line.state === 'instructed') impossible(`${lineId} ended`, 'a payment in transit');
  const consumed = line.lineId === line.month ? 1 : 0;
  return {
    ...award,
    monthsDrawn: award.monthsDrawn - consumed,
    lines: award.lines.filter((other) => other.lineId !== lineId),
  };
}

type PaymentEvent = Extract<
  AwardEvent,
  {
    type:
      | 'PaymentInstructed'
      | 'PaymentRecalled'
      | 'PaymentBooked'
      | 'PaymentFailed'
      | 'PaymentReturned';
  }
>;

function evolvePayment(award: LiveAward, event: PaymentEvent): LiveAward {
  if (event.type === 'PaymentInstructed') return instructed(award, event.data);
  const payment = award.payments.find((one) => one.instructionId === event.data.instructionId);
  if (payment === undefined) throw new Error(`${event.type} without its instruction`);
  const expected = event.type === 'PaymentReturned' ? 'paid' : 'sent';
  if (payment.status !== expected)
    impossible(event.type, `an instruction that is ${payment.status}`);
  switch (event.type) {
    case 'PaymentRecalled':
      return reopened(award, { ...payment, status: 'recalled' }, { state: 'stop-list' });
    case 'PaymentBooked': {
      const paid = new Set(payment.lines.map(({ lineId }) => lineId));
      const lines = award.lines.filter(({ lineId }) => !paid.has(lineId));
      return { ...replaced(award, answered(payment, 'paid', event.data)), lines };
    }
    case 'PaymentFailed': {
      const mark = { state: 'failed', badAccount: payment.accountRef } as const;
      return reopened(award, answered(payment, 'failed', event.data), mark);
    }
    case 'PaymentReturned': {
      const mark = { state: 'returned', badAccount: payment.accountRef } as const;
      const back = payment.lines.map((line) => ({ ...line, ...mark }));
      const lines = [...award.lines, ...back].sort((a, b) => (a.month < b.month ? -1 : 1));
      return { ...replaced(award, answered(payment, 'returned', event.data)), lines };
    }
    default:
      return impossible(event, 'award payment');
  }
}

function instructed(
  award: LiveAward,
  data: Extract<AwardEvent, { type: 'PaymentInstructed' }>['data'],
): LiveAward {
  const { instructionId, accountRef, amountFen, lineIds } = data;
  const lines = lineIds.map((lineId) => mustHave(award, lineId));
  const taken = lines.find(({ state }) => state === 'instructed');
  if (taken !== undefined) impossible(`${taken.lineId} instructed twice`, 'an award');
  if (award.payments.some((payment) => payment.instructionId === instructionId))
    impossible(`a second instruction ${instructionId}`, 'an award');
  const payment: Payment = { instructionId, status: 'sent', accountRef, amountFen, lines };
  const marked = award.lines.map((line) =>
    lineIds.includes(line.lineId) ? { ...line, state: 'instructed' as const } : line,
  );
  return { ...award, lines: marked, payments: [...award.payments, payment] };
}

function answered(payment: Payment, status: Payment['status'], data: BankAnswer): Payment {
  return { ...payment, status, answer: answerKey(data) };
}

function reopened(
  award: LiveAward,
  payment: Payment,
  mark: Readonly<{ state: OpenLine['state']; badAccount?: string }>,
): LiveAward {
  const ids = new Set(payment.lines.map(({ lineId }) => lineId));
  const lines = award.lines.map((line) => (ids.has(line.lineId) ? { ...line, ...mark } : line));
  return { ...replaced(award, payment), lines };
}

function replaced(award: LiveAward, payment: Payment): LiveAward {
  const payments = award.payments.map((one) =>
    one.instructionId === payment.instructionId ? payment : one,
  );
  return { ...award, payments };
}

function resumed(award: LiveAward, from: Month, decisionId: string): LiveAward {
  const { endedFrom: _endedFrom, ...rest } = decided(award, decisionId);
  const nextMonth = from > award.nextMonth ? from : award.nextMonth;
  return { ...rest, status: 'open', nextMonth };
}

/** Months that were frozen or ended stay so when a later decision names a later month. */
function earlier(endedFrom: Month | undefined, from: Month): Month {
  return endedFrom !== undefined && endedFrom < from ? endedFrom : from;
}

function decided(award: LiveAward, decisionId: string): LiveAward {
  return { ...award, decisions: [...award.decisions, decisionId] };
}

function changeLine(
  award: LiveAward,
  lineId: string,
  change: (line: OpenLine) => OpenLine,
): LiveAward {
  mustHave(award, lineId);
  const lines = award.lines.map((line) => (line.lineId === lineId ? change(line) : line));
  return { ...award, lines };
}

function mustHave(award: LiveAward, lineId: string): OpenLine {
  const line = award.lines.find((one) => one.lineId === lineId);
  if (line === undefined) throw new Error(`award ${award.awardNo} has no open line ${lineId}`);
  return line;
}
