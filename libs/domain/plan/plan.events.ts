import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand, Seen } from '../signing/signing.js';
import type { Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

/** What a funds plan (用款计划) can remember; its release allots money to the months of its offices. */
export type PlanEvent =
  | Fact<
      'PlanProposed',
      {
        planId: string;
        pool: string;
        month: Month;
        allotments: readonly Allotment[];
        seen: Seen;
        hand: Hand;
      }
    >
  | Fact<'PlanSigned', { planId: string; hand: Hand; seen: Seen }>
  | Fact<'PlanSentBack', { planId: string; hand: Hand; reason: string }>
  | Fact<'PlanReleased', { planId: string; month: Month; allotments: readonly Allotment[] }>;

export type Allotment = Readonly<{ office: string; amountFen: Fen }>;

export const planCodecs: Record<PlanEvent['type'], EventCodec> = {
  PlanProposed: codec(['allotments.amountFen', 'seen.amountFen']),
  PlanSigned: codec(['seen.amountFen']),
  PlanSentBack: codec([]),
  PlanReleased: codec(['allotments.amountFen']),
};
