import type { AwardCommand } from '#domain/award/award.commands.js';
import type {
  AwardEvent,
  AwardTerms,
  BankAnswer,
  DueLine,
  PayeeAccount,
} from '#domain/award/award.events.js';
import type { LiveAward } from '#domain/award/award-state.js';
import { awardDecider } from '#domain/award/award.js';
import { day, month } from '#domain/values/calendar.js';
import { fen, sumFen } from '#domain/values/fen.js';

type Event<Type extends AwardEvent['type']> = Extract<AwardEvent, { type: Type }>;
type Command<Type extends AwardCommand['type']> = Extract<AwardCommand, { type: Type }>;

export const monthlyFen = fen(241_200n);

export const account: PayeeAccount = {
  accountRef: 'account-1',
  accountKey: 'aa11',
  sealedSha256: 'bb22',
  usableFrom: day('2026-09-01'),
  hands: [],
};

/** Changed on 27 November: five working days cool it until 4 December. */
export const corrected: PayeeAccount = {
  accountRef: 'account-2',
  accountKey: 'cc33',
  sealedSha256: 'dd44',
  usableFrom: day('2026-12-04'),
  hands: ['li', 'wang', 'zhao'],
};

export const terms: AwardTerms = {
  awardNo: 'C000001',
  personRef: 'P0000101',
  office: '440103',
  jurisdiction: '440100',
  item: 'benefit',
  monthsAwarded: 6,
  firstMonth: month('2026-09'),
  policyVersion: '440100-3',
  account,
};

export const openAward: Command<'OpenAward'> = {
  type: 'OpenAward',
  claimNo: 'C000001',
  paidMonths: 76,
  ...terms,
};
export const opened: Event<'AwardOpened'> = {
  type: 'AwardOpened',
  data: { claimNo: 'C000001', paidMonths: 76, ...terms },
};

export const bringAward: Command<'BringAward'> = {
  type: 'BringAward',
  ...terms,
  monthsDrawn: 3,
  nextMonth: month('2026-10'),
  monthlyFen,
  documentId: 'opening-440103',
};
export const brought: Event<'AwardBroughtIn'> = {
  type: 'AwardBroughtIn',
  data: {
    ...terms,
    monthsDrawn: 3,
    nextMonth: month('2026-10'),
    monthlyFen,
    documentId: 'opening-440103',
  },
};

/** A benefit month's line; it bears the month's own name. */
export function line(of: string, rollMonth = of): DueLine {
  return {
    lineId: of,
    item: 'benefit',
    month: month(of),
    rollMonth: month(rollMonth),
    amountFen: monthlyFen,
  };
}

export function dueCommand(of: string, rollMonth = of): Command<'RecordDue'> {
  const booked = { documentId: `roll-${rollMonth}`, bookedMonth: month(rollMonth) };
  return { type: 'RecordDue', ...line(of, rollMonth), ...booked };
}

export function due(of: string, no: number, rollMonth = of): Event<'LineDue'> {
  const booked = { documentId: `roll-${rollMonth}`, bookedMonth: month(rollMonth) };
  return { type: 'LineDue', data: { ...line(of, rollMonth), no, ...booked } };
}

/** Pays the named months, each at the monthly amount, to the first account unless said. */
export function instructCommand(
  instructionId: string,
  lineIds: readonly string[],
  on = '2026-10-20',
  to: PayeeAccount = account,
): Command<'InstructPayment'> {
  return {
    type: 'InstructPayment',
    instructionId,
    batchId: 'B-1',
    lineIds,
    amountFen: sumFen(lineIds.map(() => monthlyFen)),
    accountRef: to.accountRef,
    sealedSha256: to.sealedSha256,
    on: day(on),
    bookedMonth: month(on.slice(0, 7)),
  };
}

export function instructed(
  instructionId: string,
  lineIds: readonly string[],
  on = '2026-10-20',
  to: PayeeAccount = account,
): Event<'PaymentInstructed'> {
  const { type: _type, on: _on, ...data } = instructCommand(instructionId, lineIds, on, to);
  return { type: 'PaymentInstructed', data };
}

export function bankLine(
  instructionId: string,
  lineNo: number,
  on = '2026-10-21',
  amountFen = monthlyFen,
): BankAnswer {
  const valueDate = day(on);
  const bookedMonth = month(on.slice(0, 7));
  const bankSerial = `S-${on}-${lineNo}`;
  return {
    instructionId,
    amountFen,
    valueDate,
    documentId: `receipt-${on}`,
    lineNo,
    bankSerial,
    bookedMonth,
  };
}

export function paid(data: BankAnswer): Event<'PaymentBooked'> {
  return { type: 'PaymentBooked', data };
}
export function failed(data: BankAnswer): Event<'PaymentFailed'> {
  return { type: 'PaymentFailed', data: { ...data, reason: 'account-closed' } };
}
export function returned(data: BankAnswer): Event<'PaymentReturned'> {
  return { type: 'PaymentReturned', data: { ...data, reason: 'account-closed' } };
}

export function stopCommand(from: string, bookedMonth = from): Command<'StopAward'> {
  return {
    type: 'StopAward',
    event: 'employed',
    on: day('2026-10-16'),
    from: month(from),
    clause: '失业保险条例 第十五条',
    decisionId: `stop-${from}`,
    lastMonth: month('2026-10'),
    mayResume: true,
    documentId: `adjustment-${bookedMonth}`,
    bookedMonth: month(bookedMonth),
  };
}

export function stopped(from: string, remaining: number): Event<'AwardStopped'> {
  const { event, on, clause, decisionId, lastMonth, mayResume } = stopCommand(from);
  return {
    type: 'AwardStopped',
    data: { event, on, from: month(from), clause, decisionId, lastMonth, remaining, mayResume },
  };
}

export function pauseCommand(from: string, bookedMonth = from): Command<'PauseAward'> {
  return {
    type: 'PauseAward',
    event: 'missed-verification',
    on: day('2026-10-16'),
    from: month(from),
    clause: '失业保险条例 第十四条',
    decisionId: `pause-${from}`,
    documentId: `adjustment-${bookedMonth}`,
    bookedMonth: month(bookedMonth),
  };
}

export function paused(from: string): Event<'AwardPaused'> {
  const { event, on, clause, decisionId } = pauseCommand(from);
  return { type: 'AwardPaused', data: { event, on, from: month(from), clause, decisionId } };
}

/** A line's end by a document of that month, at the monthly amount. */
export function ended(
  type: 'LineWithdrawn' | 'LineCancelled',
  lineId: string,
  bookedMonth: string,
  reason = 'employed',
): AwardEvent {
  const booked = { documentId: `adjustment-${bookedMonth}`, bookedMonth: month(bookedMonth) };
  return { type, data: { lineId, amountFen: monthlyFen, reason, ...booked } };
}

export function live(...history: readonly AwardEvent[]): LiveAward {
  const award = history.reduce(awardDecider.evolve, awardDecider.initial);
  if (award.status === 'none') throw new Error('the award was never opened');
  return award;
}
