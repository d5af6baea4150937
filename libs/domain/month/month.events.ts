import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand, Seen } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import type { Sheet } from '../values/totals.js';

/**
 * What an office's month can remember: what was admitted and posted, where it was cut, how it
 * closed.
 */
export type MonthEvent =
  | Fact<
      'MonthOpened',
      { office: string; pool: string; month: Month; provisional: boolean; on: Day }
    >
  | Fact<
      'OpeningBrought',
      { month: Month; sheet: Sheet; availableFen: Fen; from: 'close' | 'nothing' }
    >
  | Fact<'AllotmentReceived', { month: Month; planId: string; amountFen: Fen }>
  | Fact<
      'DocumentAdmitted',
      {
        month: Month;
        documentId: string;
        kind: DocumentKind;
        sha256: string;
        root: string;
        lines: number;
        /**
         * What it will add to each column if no line is refused; a batch reserves money instead.
         */
        sheet: Sheet;
        reservedFen: Fen;
      }
    >
  | Fact<
      'DocumentDischarged',
      {
        month: Month;
        documentId: string;
        posted: number;
        refused: number;
        /** Keys of lines that were to be posted and were refused then. */
        refusedKeys?: readonly string[];
        sheet: Sheet;
        releasedFen: Fen;
      }
    >
  | Fact<'MonthCut', { month: Month; sheet: Sheet; availableFen: Fen; on: Day }>
  | Fact<'ClosePrepared', { month: Month; close: CloseStatement; seen: Seen; hand: Hand }>
  | Fact<'CloseSigned', { month: Month; hand: Hand; seen: Seen }>
  | Fact<'CloseSentBack', { month: Month; hand: Hand; reason: string }>
  | Fact<'MonthClosed', { month: Month; sheet: Sheet; availableFen: Fen; close: CloseStatement }>;

export type DocumentKind = 'opening' | 'roll' | 'adjustment' | 'batch' | 'receipt';

/**
 * The proof that a close carries: counted from open lines, never a difference. `document` lists
 * each open line with its reason and age; `cutPosition`, `headLink` and `treeRoot` bind it to the
 * log.
 */
export type CloseStatement = Readonly<{
  cutPosition: string;
  headLink: string;
  treeRoot: string;
  document: string;
  unpaid: readonly UnpaidCount[];
  /**
   * Bank's lines booked in the month, from the receipts' documents: must equal paid and returned.
   */
  receipts: Readonly<{ paidFen: Fen; paidLines: number; returnedFen: Fen; returnedLines: number }>;
  policyVersions: readonly string[];
}>;

export type UnpaidCount = Readonly<{
  item: string;
  reason: UnpaidReason;
  /** Months since the month first due; 0 is this month. */
  age: number;
  lines: number;
  amountFen: Fen;
}>;

export const unpaidReasons = [
  'verification-hold',
  'account-missing',
  'account-cooling',
  'in-transit',
  'failed',
  'returned',
  'not-collected',
  'awaiting-approval',
  'awaiting-funds',
  'stop-list',
  'court-freeze',
  'disputed',
  'survivors',
] as const;
export type UnpaidReason = (typeof unpaidReasons)[number];

const sheet = 'sheet.*.*.amountFen';
const close = ['close.unpaid.amountFen', 'close.receipts.paidFen', 'close.receipts.returnedFen'];

export const monthCodecs: Record<MonthEvent['type'], EventCodec> = {
  MonthOpened: codec([]),
  OpeningBrought: codec([sheet, 'availableFen']),
  AllotmentReceived: codec(['amountFen']),
  DocumentAdmitted: codec([sheet, 'reservedFen']),
  DocumentDischarged: codec([sheet, 'releasedFen']),
  MonthCut: codec([sheet, 'availableFen']),
  ClosePrepared: codec([...close, 'seen.amountFen']),
  CloseSigned: codec(['seen.amountFen']),
  CloseSentBack: codec([]),
  MonthClosed: codec([sheet, 'availableFen', ...close]),
};
