import type { Seen, Signer, Step } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

export type BatchCommand =
  | Readonly<{
      type: 'PrepareBatch';
      batchId: string;
      office: string;
      pool: string;
      month: Month;
      document: string;
      layout: string;
      seen: Seen;
      dueLines: number;
      /** Persons who may not be a hand: payees and relatives, hands of an account still cooling. */
      payees: readonly string[];
      accountHands: readonly string[];
      by: Signer;
      on: Day;
    }>
  | SignBatch
  | Readonly<{ type: 'SendBatchBack'; batchId: string; reason: string; by: Signer; on: Day }>
  | Readonly<{ type: 'RecordBatchAdmitted'; batchId: string; month: Month }>
  | Readonly<{
      type: 'RecordBatchInstructed';
      batchId: string;
      posted: number;
      refused: readonly string[];
    }>
  | StopLine
  | Readonly<{
      type: 'RecordFile';
      batchId: string;
      fileName: string;
      sha256: string;
      /** Root over the lines decoded from the written bytes: sent = signed − excluded. */
      root: string;
      expectedRoot: string;
      lines: number;
      amountFen: Fen;
    }>
  | Readonly<{
      type: 'StartSubmission';
      batchId: string;
      payees: readonly string[];
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'RecordSent'; batchId: string; attempt: number; evidence: string }>
  | Readonly<{
      type: 'RecordQuery';
      batchId: string;
      attempt: number;
      found: boolean;
      evidence: string;
      /** Who says that the bank received nothing, and how he knows: nothing else says it. */
      said?: Readonly<{ statement: string; by: Signer; on: Day }>;
    }>
  | Readonly<{ type: 'ProposeResend'; batchId: string; reason: string; by: Signer; on: Day }>
  | Readonly<{ type: 'ApproveResend'; batchId: string; by: Signer; on: Day }>
  | TakeReceipt
  | Readonly<{
      type: 'RecordReceipt';
      batchId: string;
      receiptSha256: string;
      document: string;
      paid: number;
      failed: number;
      suspense: number;
    }>;

/**
 * One month takes a receipt: two people who hand it in for two months meet in the batch's stream.
 */
export type TakeReceipt = Readonly<{
  type: 'TakeReceipt';
  batchId: string;
  receiptSha256: string;
  month: Month;
  /** A month that took it, was cut before it admitted it, and so never will. */
  notAdmittedIn?: Month;
}>;

export type SignBatch = Readonly<{
  type: 'SignBatch';
  batchId: string;
  step: Step;
  seen: Seen;
  /** Persons who may not sign: payees, declared relatives, hands of an account still cooling. */
  payees: readonly string[];
  accountHands: readonly string[];
  by: Signer;
  on: Day;
}>;

/** 止付 by two people: the first proposes, the second excludes the line. */
export type StopLine = Readonly<{
  type: 'ProposeStop' | 'ConfirmStop';
  batchId: string;
  instructionId: string;
  amountFen: Fen;
  reason: string;
  by: Signer;
  on: Day;
}>;
