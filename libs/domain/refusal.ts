/**
 * Every reason this system says no, grouped by subject and worst first. The list is closed: adding
 * a code means adding its HTTP status and its two sentences (libs/application/refusal-texts.ts) and
 * a test that provokes it.
 */
export const refusalCodes = [
  // the caller
  'NOT_SIGNED_IN',
  'CSRF_MISSING',
  'PASSWORD_MUST_CHANGE',
  'PASSWORD_WEAK',
  'DUTY_MISSING',
  'OFFICE_OUT_OF_SCOPE',
  'COMMAND_ID_REUSED',
  'COMMAND_ID_MISSING',
  'CONFLICT_TRY_AGAIN',
  'REACTIONS_STOPPED',
  'TOO_MANY_REQUESTS',
  'BODY_INVALID',
  'BUSINESS_DAY_PASSED',
  'NOT_FOUND',
  // signing
  'SIGNER_ALREADY_IN_CHAIN',
  'SIGNER_IS_PAYEE',
  'SIGNER_HAND_IN_ACCOUNT_CHANGE',
  'SIGNER_CASHIER_IN_BATCH',
  'SIGNER_RECONCILER_PAID',
  'STEP_OUT_OF_ORDER',
  'SEEN_CHANGED',
  'CHAIN_RETURNED',
  'CHAIN_COMPLETE',
  'REASON_MISSING',
  // files
  'FILE_EMPTY',
  'FILE_TOO_LARGE',
  'FILE_NOT_TEXT',
  'FILE_CUT',
  'FILE_COLUMNS',
  'FILE_ROWS_REJECTED',
  'FILE_NAME_TAKEN',
  'FILE_KIND_UNKNOWN',
  // registers
  'EMPLOYER_UNKNOWN',
  'EMPLOYER_NUMBER_TAKEN',
  'EMPLOYER_CLOSED',
  'PERSON_UNKNOWN',
  'PERSON_NUMBER_TAKEN',
  'PERSON_MERGED',
  'ID_INVALID',
  'ID_TAKEN',
  'ACCOUNT_MISSING',
  'ACCOUNT_UNCHANGED',
  'ACCOUNT_ALREADY_RECORDED',
  'ACCOUNT_CHANGE_OPEN',
  'ACCOUNT_DIFFERS',
  'ACCOUNT_NOT_SHARED',
  'SPELL_OVERLAPS',
  'DAY_IN_FUTURE',
  'ACTOR_UNKNOWN',
  'ACTOR_ID_TAKEN',
  'ACTOR_ACCOUNT_TAKEN',
  'DUTY_INCOMPATIBLE',
  'OFFICE_UNKNOWN',
  'OFFICE_CODE_MALFORMED',
  'OFFICE_CODE_TAKEN',
  // contributions
  'AMOUNT_NEGATIVE',
  'DECLARATION_CLOSED',
  'DECLARATION_INCOMPLETE',
  'DECLARATION_UNKNOWN',
  'RECEIPT_NUMBER_TAKEN',
  // claims and awards
  'CLAIM_NUMBER_TAKEN',
  'CLAIM_UNKNOWN',
  'CLAIM_NOT_OPEN',
  'OPEN_CLAIM_OR_AWARD',
  'CLAIM_FACTS_CHANGED',
  'CLAIM_INELIGIBLE',
  'AWARD_UNKNOWN',
  'AWARD_NOT_GRANTED',
  'AWARD_ENDED',
  'AWARD_PAUSED',
  'LINE_UNKNOWN',
  'LINE_ALREADY_DUE',
  'LINE_NOT_DUE',
  'LINE_NOT_PAYABLE',
  'LINE_NOT_IN_DOCUMENT',
  'INSTRUCTION_UNKNOWN',
  'INSTRUCTION_ANSWERED',
  'RECOVERY_UNKNOWN',
  'RECOVERY_NUMBER_TAKEN',
  'RECOVERY_MONTH_TAKEN',
  'RECOVERY_EXCEEDED',
  // verification
  'WINDOW_NOT_OPEN',
  'WINDOW_CLOSED',
  'WINDOW_DIFFERS',
  'PROPOSAL_UNKNOWN',
  'PROPOSAL_DECIDED',
  'PROPOSALS_OPEN',
  'SIGN_INS_MISSING',
  // rolls, batches, plans, months
  'ROLL_UNKNOWN',
  'ROLL_NUMBER_TAKEN',
  'ROLL_EMPTY',
  'ROLL_NOT_READY',
  'BATCH_UNKNOWN',
  'BATCH_NUMBER_TAKEN',
  'BATCH_EMPTY',
  'BATCH_NOT_READY',
  'BATCH_ALREADY_SENT',
  'BATCH_FILE_DIFFERS',
  'BATCH_STATE_UNKNOWN',
  'BATCH_NOT_UNKNOWN',
  'BATCH_RESEND_NOT_ALLOWED',
  'AWAITING_FUNDS',
  'PLAN_UNKNOWN',
  'PLAN_NUMBER_TAKEN',
  'MONTH_UNKNOWN',
  'MONTH_NOT_OPEN',
  'MONTH_CUT',
  'MONTH_CLOSED',
  'MONTH_NOT_CUT',
  'MONTH_NOT_CLOSED',
  'MONTH_PREVIOUS_OPEN',
  'MONTH_AHEAD',
  'MONTH_DOCUMENT_OPEN',
  'MONTH_DIFFERS',
  'POOL_OFFICES_OPEN',
  'DOCUMENT_UNKNOWN',
  'RECEIPT_CUT',
  'RECEIPT_BOOKED',
  'RECEIPT_OTHER_OFFICE',
  'RECEIPT_LAYOUT_UNKNOWN',
  // law
  'JURISDICTION_UNKNOWN',
  'NO_RULE_ON_DAY',
  'NO_LOCAL_RULE',
  'FACT_MISSING',
  'FACT_IMPOSSIBLE',
  'QUESTION_UNKNOWN',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** An expected "no" from a decision. A broken invariant is a plain Error, never a Refusal. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly facts: Readonly<Record<string, string>>,
  ) {
    super(`${code} ${JSON.stringify(facts)}`);
    this.name = 'Refusal';
  }
}

export function refuse(code: RefusalCode, facts: Readonly<Record<string, string>>): never {
  throw new Refusal(code, facts);
}
