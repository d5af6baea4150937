import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { Payee } from '../values/payee.js';
import type {
  AwardTerms,
  BankAnswer,
  BroughtReason,
  DueLine,
  Ending,
  HoldReason,
  PayeeAccount,
} from './award.events.js';

export type AwardCommand =
  | (Readonly<{
      type: 'OpenAward';
      claimNo: string;
      paidMonths: number;
      fixedFen?: Fen;
      payee?: Payee;
    }> &
      AwardTerms)
  | (Readonly<{
      type: 'BringAward';
      monthsDrawn: number;
      nextMonth: Month;
      monthlyFen?: Fen;
      documentId: string;
    }> &
      AwardTerms)
  | (Readonly<{
      type: 'BringLine';
      reason: BroughtReason;
      documentId: string;
      bookedMonth: Month;
    }> &
      DueLine)
  | Readonly<{ type: 'ChangeAccount'; account: PayeeAccount }>
  | Readonly<{ type: 'ShareAccount'; accountKey: string; holders: number }>
  | AssignPayee
  | Readonly<{ type: 'ClearAccount'; accountKey: string; reviewedBy: readonly string[] }>
  | RecordDue
  | (Readonly<{
      type: 'AddLine';
      documentId: string;
      bookedMonth: Month;
      reason: string;
    }> &
      DueLine)
  | Readonly<{ type: 'HoldLine'; lineId: string; reason: HoldReason; cause: string }>
  | Readonly<{ type: 'ReleaseLine'; lineId: string; cause: string }>
  | EndLine
  | InstructPayment
  | Readonly<{
      type: 'RecallPayment';
      instructionId: string;
      reason: string;
      by: readonly string[];
    }>
  | BookPayment
  | (Readonly<{ type: 'FailPayment'; reason: string }> & BankAnswer)
  | (Readonly<{ type: 'ReturnPayment'; reason: string }> & BankAnswer)
  | Readonly<{ type: 'HoldAward'; reason: HoldReason; cause: string; from: Month }>
  | Readonly<{ type: 'ReleaseAward'; cause: string }>
  | PauseAward
  | ConsumeMonths
  | Readonly<{ type: 'ResumeAward'; from: Month; decisionId: string }>
  | StopAward;

export type RecordDue = Readonly<{
  type: 'RecordDue';
  documentId: string;
  bookedMonth: Month;
  /** The month was judged before the line fell due, and the person has missed it. */
  held?: Readonly<{ reason: HoldReason; cause: string }>;
}> &
  DueLine;

/** Months left of a stopped award that a lump sum or a bonus pays: nobody draws them again. */
export type ConsumeMonths = Readonly<{
  type: 'ConsumeMonths';
  months: number;
  decisionId: string;
}>;

/** After a death what is still owed is paid to whom three people and the authoriser named. */
export type AssignPayee = Readonly<{
  type: 'AssignPayee';
  payee: Payee;
  account?: PayeeAccount;
  decisionId: string;
}>;

export type EndLine = Readonly<{
  type: 'WithdrawLine' | 'CancelLine';
  lineId: string;
  reason: string;
  documentId: string;
  bookedMonth: Month;
}>;

export type InstructPayment = Readonly<{
  type: 'InstructPayment';
  instructionId: string;
  batchId: string;
  lineIds: readonly string[];
  amountFen: Fen;
  accountRef: string;
  sealedSha256: string;
  on: Day;
  bookedMonth: Month;
}>;

export type BookPayment = Readonly<{ type: 'BookPayment' }> & BankAnswer;

export type PauseAward = Readonly<{ type: 'PauseAward'; documentId: string; bookedMonth: Month }> &
  Ending;

/** Lines of months that are no longer due are withdrawn with the stop, in the named document. */
export type StopAward = Readonly<{
  type: 'StopAward';
  lastMonth: Month;
  mayResume: boolean;
  documentId: string;
  bookedMonth: Month;
}> &
  Ending;
