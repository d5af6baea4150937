import { addMonths, type Day, type Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { Payee } from '../values/payee.js';
import type { UnpaidReason } from '../month/month.events.js';
import type { BroughtReason, DueLine, HoldReason, PayeeAccount } from './award.events.js';

/**
 * An award is nothing, or it lives: open, paused or stopped, always with the lines it still owes.
 */
export type Award = Readonly<{ status: 'none' }> | LiveAward;

export type LiveAward = Readonly<{
  status: 'open' | 'paused' | 'stopped';
  awardNo: string;
  personRef: string;
  office: string;
  jurisdiction: string;
  item: string;
  policyVersion: string;
  paidMonths: number;
  monthsAwarded: number;
  monthsDrawn: number;
  firstMonth: Month;
  nextMonth: Month;
  /** First month not paid of a paused or stopped award. */
  endedFrom?: Month;
  mayResume: boolean;
  /** What stopped it last, such as `died`. */
  endedBy?: string;
  /** Who is paid when it is not the person, as survivors are. */
  payee?: Payee;
  /** The monthly amount as the old system had it, or as a decision fixed it; else the law's. */
  monthlyFen?: Fen;
  account?: PayeeAccount;
  /** The account stands for a second person and no two people have reviewed that yet. */
  shared: boolean;
  holds: readonly AwardHold[];
  lines: readonly OpenLine[];
  payments: readonly Payment[];
  decisions: readonly string[];
}>;

/** What a month moves of an award: the events that move it need nothing of its terms. */
export type Moving = Pick<
  LiveAward,
  'awardNo' | 'monthsAwarded' | 'monthsDrawn' | 'nextMonth' | 'lines' | 'payments'
>;

export type AwardHold = Readonly<{ reason: HoldReason; cause: string; from: Month }>;

/** A due line that is not paid; `badAccount` is the account with which it failed or came back. */
export type OpenLine = DueLine &
  Readonly<{
    state: 'due' | 'instructed' | 'stop-list' | BroughtReason;
    hold?: HoldReason;
    badAccount?: string;
  }>;

export type Payment = Readonly<{
  instructionId: string;
  status: 'sent' | 'paid' | 'failed' | 'returned' | 'recalled';
  accountRef: string;
  amountFen: Fen;
  lines: readonly OpenLine[];
  /** The bank's line that answered last: a repeat of it adds nothing. */
  answer?: string;
}>;

/** Why a line is unpaid on that day; one typed reason, no "other". */
export function unpaidReason(award: LiveAward, line: OpenLine, on: Day): UnpaidReason {
  if (line.state === 'instructed') return 'in-transit';
  const hold = line.hold ?? award.holds.find(({ from }) => from <= line.month)?.reason;
  if (hold !== undefined) return hold === 'hit-hold' ? 'verification-hold' : hold;
  if (award.endedBy === 'died' && award.payee === undefined) return 'survivors';
  if (award.account === undefined) return 'account-missing';
  if (line.badAccount === award.account.accountRef) {
    return line.state === 'failed' || line.state === 'returned' ? line.state : 'account-missing';
  }
  if (hasEnded(award, line.month)) return 'disputed';
  if (award.account.usableFrom > on) return 'account-cooling';
  if (award.shared) return 'disputed';
  return line.state === 'stop-list' ? 'stop-list' : 'awaiting-approval';
}

/** A line that comes back for a month after the end is paid by no batch: no award covers it. */
function hasEnded({ endedFrom }: LiveAward, month: Month): boolean {
  return endedFrom !== undefined && month >= endedFrom;
}

/** Whether the line may be instructed on that day: nothing but a signature stands in its way. */
export function isPayable(award: LiveAward, line: OpenLine, on: Day): boolean {
  const reason = unpaidReason(award, line, on);
  return reason === 'awaiting-approval' || reason === 'stop-list';
}

/** Benefit months that the fund has paid: those drawn, less the ones whose lines are open. */
export function monthsPaid({ monthsDrawn, lines }: LiveAward): number {
  return monthsDrawn - lines.filter(({ lineId, month }) => lineId === month).length;
}

/** Benefit months that have a line here, open or paid: each is one of those drawn. */
export function monthsWithLine({ lines, payments }: LiveAward): ReadonlySet<Month> {
  const paid = payments.filter(({ status }) => status === 'paid').flatMap((one) => one.lines);
  const named = [...lines, ...paid].filter(({ lineId, month }) => lineId === month);
  return new Set(named.map(({ month }) => month));
}

/** Benefit months that are not drawn yet. */
export function monthsLeft({ monthsAwarded, monthsDrawn }: LiveAward): number {
  return monthsAwarded - monthsDrawn;
}

/** Whether a month may have been paid, or may yet fall due, in both. */
export function shareMonth(one: LiveAward, other: LiveAward): boolean {
  return reaches(one, other.firstMonth) && reaches(other, one.firstMonth);
}

/** An award that has ended or run out reaches to the last month that it drew, any other beyond. */
function reaches(award: LiveAward, month: Month): boolean {
  const goesOn = award.status !== 'stopped' && monthsLeft(award) > 0;
  return goesOn || addMonths(month, 1) <= award.nextMonth;
}

/**
 * The months that fall due in that month's roll, oldest first; none for an award that has ended.
 */
export function monthsDue(award: LiveAward, rollMonth: Month, next: (m: Month) => Month): Month[] {
  const months: Month[] = [];
  let due = award.nextMonth;
  while (due <= rollMonth && award.monthsDrawn + months.length < award.monthsAwarded) {
    if (hasEnded(award, due)) break;
    months.push(due);
    due = next(due);
  }
  return months;
}
