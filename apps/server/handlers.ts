import type { Provider } from '@nestjs/common';
import {
  RunAccountChangeHandler,
  RunImportHandler,
  RunBatchHandler,
  RunClaimHandler,
  RunEmployerHandler,
  RunMonthHandler,
  RunPersonHandler,
  RunPlanHandler,
  RunReceiptHandler,
  RunRecoveryHandler,
  RunRollHandler,
  RunStaffHandler,
  RunVerificationHandler,
} from '#application/commands.js';

/** What carries commands from the controllers to the use cases. */
export const handlers: readonly Provider[] = [
  RunAccountChangeHandler,
  RunImportHandler,
  RunBatchHandler,
  RunClaimHandler,
  RunEmployerHandler,
  RunMonthHandler,
  RunPersonHandler,
  RunPlanHandler,
  RunReceiptHandler,
  RunRecoveryHandler,
  RunRollHandler,
  RunStaffHandler,
  RunVerificationHandler,
];
