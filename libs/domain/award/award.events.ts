import { codec, printedBy, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { Payee } from '../values/payee.js';
import { printBooked, printDue, printInstructed } from './award-print.js';

/**
 * What an award can remember: one person's benefit from its opening to its last month. These shapes
 * are on disk for ever: add a field as optional, or write a new version and an upcaster.
 */
export type AwardEvent =
  | Fact<
      'AwardOpened',
      AwardTerms & {
        claimNo: string;
        paidMonths: number;
        /** What each of its months is paid with, whatever the law of that month says. */
        fixedFen?: Fen;
        payee?: Payee;
      }
    >
  | Fact<
      'AwardBroughtIn',
      AwardTerms & {
        monthsDrawn: number;
        nextMonth: Month;
        /** As the old system had it; absent where each month has what the law gives. */
        monthlyFen?: Fen;
        documentId: string;
      }
    >
  | Fact<
      'LineBroughtIn',
      DueLine & {
        reason: BroughtReason;
        documentId: string;
        bookedMonth: Month;
        /** Three people had given the award another account since: the old one failed, not it. */
        accountChanged?: true;
      }
    >
  | Fact<'AwardAccountChanged', { account: PayeeAccount }>
  | Fact<'AwardAccountShared', { holders: number }>
  | Fact<'AwardPayeeAssigned', { payee: Payee; account?: PayeeAccount; decisionId: string }>
  | Fact<'AwardAccountCleared', { reviewedBy: readonly string[] }>
  | Fact<'LineDue', DueLine & { no: number; documentId: string; bookedMonth: Month }>
  | Fact<'LineAdded', DueLine & { documentId: string; bookedMonth: Month; reason: string }>
  | Fact<'LineHeld', { lineId: string; reason: HoldReason; cause: string }>
  | Fact<'LineReleased', { lineId: string; cause: string }>
  | Fact<'LineWithdrawn', LineEnd>
  | Fact<'LineCancelled', LineEnd>
  | Fact<
      'PaymentInstructed',
      {
        instructionId: string;
        batchId: string;
        lineIds: readonly string[];
        amountFen: Fen;
        accountRef: string;
        sealedSha256: string;
        bookedMonth: Month;
      }
    >
  | Fact<'PaymentRecalled', { instructionId: string; reason: string; by: readonly string[] }>
  | Fact<'PaymentBooked', BankAnswer>
  | Fact<'PaymentFailed', BankAnswer & { reason: string }>
  | Fact<'PaymentReturned', BankAnswer & { reason: string }>
  | Fact<'AwardHeld', { reason: HoldReason; cause: string; from: Month }>
  | Fact<'AwardReleased', { cause: string }>
  | Fact<'AwardPaused', Ending>
  /** Months that were paid out at once by another decision count as drawn (代为计发). */
  | Fact<'MonthsConsumed', { months: number; decisionId: string }>
  | Fact<'AwardResumed', { from: Month; decisionId: string }>
  | Fact<'AwardStopped', Ending & { lastMonth: Month; remaining: number; mayResume: boolean }>
  | Fact<'AwardExhausted', { lastMonth: Month }>;

/** The account a line is paid to, and when it may be used: past its cooling day and its review. */
export type PayeeAccount = Readonly<{
  accountRef: string;
  accountKey: string;
  sealedSha256: string;
  usableFrom: Day;
  /** Persons whose hands made the last change; none for an account that came with the claim. */
  hands: readonly string[];
}>;

export type AwardTerms = Readonly<{
  awardNo: string;
  personRef: string;
  office: string;
  jurisdiction: string;
  item: string;
  monthsAwarded: number;
  firstMonth: Month;
  policyVersion: string;
  /** Absent when the file brought no account: the line is then unpaid for that reason. */
  account?: PayeeAccount;
}>;

/** Amounts are fen. `month` is what it is for (所属期), `rollMonth` when it fell due first (发放期). */
export type DueLine = Readonly<{
  lineId: string;
  item: string;
  month: Month;
  rollMonth: Month;
  amountFen: Fen;
}>;

export type LineEnd = Readonly<{
  lineId: string;
  amountFen: Fen;
  reason: string;
  documentId: string;
  bookedMonth: Month;
}>;

/** A line of a bank file: nothing is paid, failed or returned without one. */
export type BankAnswer = Readonly<{
  instructionId: string;
  amountFen: Fen;
  valueDate: Day;
  documentId: string;
  lineNo: number;
  bankSerial: string;
  bookedMonth: Month;
}>;

export type Ending = Readonly<{
  event: string;
  on: Day;
  from: Month;
  clause: string;
  decisionId: string;
}>;

export type HoldReason = 'verification-hold' | 'hit-hold' | 'disputed' | 'court-freeze';
export type BroughtReason = 'failed' | 'returned' | 'account-missing';

export const awardCodecs: Record<AwardEvent['type'], EventCodec> = {
  AwardOpened: codec(['fixedFen']),
  AwardBroughtIn: codec(['monthlyFen']),
  LineBroughtIn: codec(['amountFen']),
  AwardAccountChanged: codec([]),
  AwardAccountShared: codec([]),
  AwardPayeeAssigned: codec([]),
  AwardAccountCleared: codec([]),
  LineDue: printedBy(printDue, codec(['amountFen'])),
  LineAdded: codec(['amountFen']),
  LineHeld: codec([]),
  LineReleased: codec([]),
  LineWithdrawn: codec(['amountFen']),
  LineCancelled: codec(['amountFen']),
  PaymentInstructed: printedBy(printInstructed, codec(['amountFen'])),
  PaymentRecalled: codec([]),
  PaymentBooked: printedBy(printBooked, codec(['amountFen'])),
  PaymentFailed: codec(['amountFen']),
  PaymentReturned: codec(['amountFen']),
  AwardHeld: codec([]),
  AwardReleased: codec([]),
  AwardPaused: codec([]),
  MonthsConsumed: codec([]),
  AwardResumed: codec([]),
  AwardStopped: codec([]),
  AwardExhausted: codec([]),
};
