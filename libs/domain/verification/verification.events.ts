import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand, Seen } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';

/**
 * What an office's month of verification (审验) can remember: sign-ins, hits, proposals, decisions.
 */
export type VerificationEvent =
  | Fact<'WindowOpened', { office: string; month: Month; from: Day; to: Day }>
  | Fact<'SignInsReceived', { documentId: string; document: string; lines: number }>
  | Fact<
      'ExtractReceived',
      { documentId: string; document: string; lines: number; withoutAward: number; on: Day }
    >
  | Fact<'NoSignInsDeclared', { reason: string; hand: Hand }>
  | Fact<'ProposalRaised', { proposal: Proposal; hand: Hand }>
  | Fact<'ProposalSigned', { proposalId: string; hand: Hand; seen: Seen }>
  | Fact<'ProposalSentBack', { proposalId: string; hand: Hand; reason: string }>
  | Fact<'ProposalDecided', { proposalId: string; proposal: Proposal; by: readonly string[] }>
  | Fact<'ProposalDropped', { proposalId: string; hand: Hand; reason: string }>
  | Fact<'ProposalLapsed', { proposalId: string; code: string }>
  | Fact<
      'SignInsJudged',
      {
        document: string;
        held: number;
        released: number;
        missedTwice: number;
        /** Lines proposed to be deferred (顺延); absent where no rule defers. */
        deferred?: number;
        on: Day;
      }
    >;

/** What the comparison proposes; people decide it. A hit is evidence, never an automatic stop. */
export type Proposal = Readonly<{
  proposalId: string;
  awardNo: string;
  personRef: string;
  event: string;
  on: Day;
  source: string;
  effect: ProposedEffect;
  /** First month that is not paid, by the law's rule; for `release` the month is not used. */
  from: Month;
  lastMonth: Month;
  mayResume: boolean;
  clause: string;
}>;

export type ProposedEffect = 'stop' | 'pause' | 'resume' | 'terminate' | 'release' | 'defer';

export const verificationCodecs: Record<VerificationEvent['type'], EventCodec> = {
  WindowOpened: codec([]),
  SignInsReceived: codec([]),
  ExtractReceived: codec([]),
  NoSignInsDeclared: codec([]),
  ProposalRaised: codec([]),
  ProposalSigned: codec(['seen.amountFen']),
  ProposalSentBack: codec([]),
  ProposalDecided: codec([]),
  ProposalDropped: codec([]),
  ProposalLapsed: codec([]),
  SignInsJudged: codec([]),
};
