import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand, Seen } from '../signing/signing.js';
import type { Month } from '../values/calendar.js';
import type { Sheet } from '../values/totals.js';

/** What a roll (发放花名册) can remember: the document of what falls due, signed by three people. */
export type RollEvent =
  | Fact<
      'RollPrepared',
      {
        rollId: string;
        office: string;
        month: Month;
        kind: RollKind;
        document: string;
        seen: Seen;
        sheet: Sheet;
        policyVersion: string;
        hand: Hand;
      }
    >
  | Fact<'RollSigned', { rollId: string; hand: Hand; seen: Seen }>
  | Fact<'RollSentBack', { rollId: string; hand: Hand; reason: string }>
  | Fact<'RollAdmitted', { rollId: string; month: Month }>
  | Fact<'RollDischarged', { rollId: string; posted: number; refused: number }>;

/**
 * `benefit`: what falls due; `supplement`: a later roll of the month; `adjustment`: increases,
 * decreases and cancellations; `opening`: awards and unpaid lines brought from the old system.
 */
export type RollKind = 'benefit' | 'supplement' | 'adjustment' | 'opening';

export const sheetAmounts = 'sheet.*.*.amountFen';

export const rollCodecs: Record<RollEvent['type'], EventCodec> = {
  RollPrepared: codec(['seen.amountFen', sheetAmounts]),
  RollSigned: codec(['seen.amountFen']),
  RollSentBack: codec([]),
  RollAdmitted: codec([]),
  RollDischarged: codec([]),
};
