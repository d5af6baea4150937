import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand, Seen } from '../signing/signing.js';
import type { Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

/** What a payment batch (发放批次) can remember: from its signed document to the bank's last answer. */
export type BatchEvent =
  | Fact<
      'BatchPrepared',
      {
        batchId: string;
        office: string;
        pool: string;
        month: Month;
        document: string;
        layout: string;
        seen: Seen;
        /** Person-months and due lines behind the instructions; the seen lines are instructions. */
        dueLines: number;
        hand: Hand;
      }
    >
  | Fact<'BatchSigned', { batchId: string; hand: Hand; seen: Seen }>
  | Fact<'BatchSentBack', { batchId: string; hand: Hand; reason: string }>
  | Fact<'BatchAdmitted', { batchId: string; month: Month }>
  | Fact<'BatchInstructed', { batchId: string; posted: number; refused: readonly string[] }>
  | Fact<
      'StopProposed',
      { batchId: string; instructionId: string; amountFen: Fen; reason: string; hand: Hand }
    >
  | Fact<
      'LineExcluded',
      {
        batchId: string;
        instructionId: string;
        amountFen: Fen;
        reason: string;
        by: readonly Hand[];
      }
    >
  | Fact<
      'FileWritten',
      {
        batchId: string;
        fileName: string;
        sha256: string;
        root: string;
        lines: number;
        amountFen: Fen;
      }
    >
  | Fact<'SubmissionStarted', { batchId: string; attempt: number; fileName: string; hand: Hand }>
  | Fact<
      'BatchSent',
      {
        batchId: string;
        attempt: number;
        evidence: string;
        /** Stops after that attempt began, when it arrived after all: their lines have left. */
        voidStops?: Readonly<{ lines: number; amountFen: Fen }>;
      }
    >
  /** The bank received nothing, as a person states who asked it. */
  | Fact<
      'SubmissionQueried',
      { batchId: string; attempt: number; evidence: string; statement?: string; hand?: Hand }
    >
  | Fact<'ResendProposed', { batchId: string; attempt: number; reason: string; hand: Hand }>
  | Fact<'ResendApproved', { batchId: string; attempt: number; hand: Hand }>
  | Fact<'ReceiptTaken', { batchId: string; receiptSha256: string; month: Month }>
  | Fact<
      'ReceiptBooked',
      {
        batchId: string;
        receiptSha256: string;
        document: string;
        paid: number;
        failed: number;
        suspense: number;
      }
    >
  | Fact<'BatchSettled', { batchId: string }>;

export const batchCodecs: Record<BatchEvent['type'], EventCodec> = {
  BatchPrepared: codec(['seen.amountFen']),
  BatchSigned: codec(['seen.amountFen']),
  BatchSentBack: codec([]),
  BatchAdmitted: codec([]),
  BatchInstructed: codec([]),
  StopProposed: codec(['amountFen']),
  LineExcluded: codec(['amountFen']),
  FileWritten: codec(['amountFen']),
  SubmissionStarted: codec([]),
  BatchSent: codec(['voidStops.amountFen']),
  SubmissionQueried: codec([]),
  ResendProposed: codec([]),
  ResendApproved: codec([]),
  ReceiptTaken: codec([]),
  ReceiptBooked: codec([]),
  BatchSettled: codec([]),
};
