import { carryAccountOn, clearSharing, flagSharing, recordStaffAccounts } from './accounts.js';
import { cancelAfterEnd } from './after-end.js';
import { advanceBatch, recallExcluded } from './batches.js';
import { carryOutDecision, reserveClaim } from './claims.js';
import { endAward } from './endings.js';
import { carryOutMerge, lookAtMergesAgain } from './merges.js';
import { allot, bringOpening, closePool, openNextMonth } from './months.js';
import { bookReceiptLines } from './receipts.js';
import type { Reaction } from './reaction.js';
import { advanceRoll } from './rolls.js';
import { applyJudgement, releaseLateSignIns } from './sign-ins.js';
import { carryOutProposal, findRecipients, holdOnEvidence, liftHold } from './verification.js';

/** People's cases: each reaction is a few commands, and nobody waits behind a month's bulk work. */
export const registerReactions: readonly Reaction[] = [
  reserveClaim,
  carryOutDecision,
  carryAccountOn,
  flagSharing,
  clearSharing,
  recordStaffAccounts,
  endAward,
  findRecipients,
];

/** The month's work: documents with any number of lines, in the order of the log. */
export const moneyReactions: readonly Reaction[] = [
  advanceRoll,
  // Before its payments are instructed: of two awards of one human being one is held.
  lookAtMergesAgain,
  advanceBatch,
  recallExcluded,
  bookReceiptLines,
  // Holding, lifting and deciding stay in one lane: a hold never arrives after its decision.
  holdOnEvidence,
  liftHold,
  carryOutProposal,
  cancelAfterEnd,
  carryOutMerge,
  applyJudgement,
  releaseLateSignIns,
  openNextMonth,
  bringOpening,
  closePool,
  allot,
];

/** After these a document or plan that was refused is asked of its month again. */
export const moneyUnblockers: readonly string[] = [
  'AllotmentReceived',
  // A line that is stopped or refused gives its money back.
  'DocumentDischarged',
  'MonthOpened',
  'OpeningBrought',
  // A line that was stopped between two attempts is due again, or has left.
  'SubmissionStarted',
  'BatchSent',
];
