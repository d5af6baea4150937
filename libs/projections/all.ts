import { actors } from './actors.js';
import { awardState } from './award-state.js';
import { batchBoard } from './batch-board.js';
import { claimRegister } from './claim-register.js';
import { contributionLedger } from './contribution-ledger.js';
import { employerRegister } from './employer-register.js';
import { fundAccounts } from './fund-accounts.js';
import { monthSheet } from './month-sheet.js';
import { personRegister } from './person-register.js';
import type { Projection } from './projection.js';
import { recoveryRegister } from './recovery-register.js';
import { verificationBoard } from './verification-board.js';

/** Every read model; the awards first, because bulk work waits for them. */
export const projections: readonly Projection[] = [
  awardState,
  personRegister,
  employerRegister,
  contributionLedger,
  claimRegister,
  batchBoard,
  monthSheet,
  fundAccounts,
  verificationBoard,
  recoveryRegister,
  actors,
];
