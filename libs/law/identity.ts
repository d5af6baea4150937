import {
  isBankCard,
  isCreditCode,
  isOrganisationCode,
  organisationCodeOf,
} from '#domain/values/codes.js';
import { parseResidentId, residentIdFault } from '#domain/values/resident-id.js';
import type { Day } from '#domain/values/calendar.js';

export type IdentityFacts = Readonly<{
  residentId?: string;
  creditCode?: string;
  bankCard?: string;
}>;

export type IdentityAnswer = Readonly<{
  valid: boolean;
  /** A code for what to look at; null when there is nothing. */
  warning: string | null;
  birth?: Day;
  sex?: 'F' | 'M';
  division?: string;
  orgCodeValid?: boolean;
}>;

/**
 * Checks one number. A failed check is an answer and never a refusal: genuine early credit codes
 * fail theirs, and passbooks have none.
 *
 * Source: GB 11643 (identity numbers), GB 32100 and GB 11714 (credit and organisation codes), the
 * Luhn check of bank cards.
 */
export function identityOf(facts: IdentityFacts): IdentityAnswer | undefined {
  const { residentId, creditCode, bankCard } = facts;
  if (residentId !== undefined) return residentAnswer(residentId);
  if (creditCode !== undefined) {
    const valid = isCreditCode(creditCode);
    const orgCodeValid = isOrganisationCode(organisationCodeOf(creditCode));
    return { valid, warning: valid ? null : 'credit-code-check', orgCodeValid };
  }
  if (bankCard === undefined) return undefined;
  const valid = isBankCard(bankCard);
  return { valid, warning: valid ? null : 'bank-card-check' };
}

function residentAnswer(text: string): IdentityAnswer {
  const found = parseResidentId(text);
  if (found === undefined)
    return { valid: false, warning: `id-${residentIdFault(text) ?? 'invalid'}` };
  const { birth, sex, division, old } = found;
  return { valid: true, warning: old ? 'id-15-digits' : null, birth, sex, division };
}
