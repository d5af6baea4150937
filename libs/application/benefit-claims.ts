import { awardStream } from '#domain/award/award.js';
import { monthsLeft, type LiveAward } from '#domain/award/award-state.js';
import type { Calculation, Finding } from '#domain/claim/claim.events.js';
import type { ClaimKind } from '#domain/claim/claim-kinds.js';
import { refuse } from '#domain/refusal.js';
import { addMonths, firstDay, monthOf, type Day, type Month } from '#domain/values/calendar.js';
import { noFen, type Fen } from '#domain/values/fen.js';
import { monthlyAmount } from '#law/benefit-amount.js';
import { newTrace, type Trace } from '#law/table.js';
import { personByRef } from '#projections/person-register.js';
import type { App } from './app.js';
import { benefitAmount, type BenefitAnswer } from './benefit-amounts.js';
import { usualItem } from './document-lines.js';
import type { FileClaimInput, OpenClaim, Proposed } from './claims.js';
import { bodyHash } from './ids.js';
import { knownRow } from './known-row.js';
import { stored } from './stored.js';

/**
 * A claim says who is paid as its kind allows: what a death leaves goes to a survivor, all else to
 * the person or a guardian. Whoever is paid is a person of the register, with an identity of his
 * own.
 *
 * @throws Refusal PAYEE_NOT_ALLOWED, PERSON_UNKNOWN, FACT_MISSING
 */
export async function refuseOtherBenefit(
  app: App,
  input: Pick<FileClaimInput, 'kind' | 'payee' | 'benefit' | 'personRef'>,
): Promise<void> {
  const { kind, payee, benefit, personRef } = input;
  if (kind === undefined) {
    if (benefit !== undefined) refuse('FACT_MISSING', { fact: 'kind' });
    if (payee !== undefined) refuse('PAYEE_NOT_ALLOWED', { payee: payee.kind });
    return;
  }
  if (benefit === undefined) refuse('FACT_MISSING', { fact: 'benefit' });
  const expected = kind === 'funeral-and-survivors' ? 'survivor' : 'guardian';
  if (payee === undefined) {
    if (expected === 'survivor') refuse('PAYEE_NOT_ALLOWED', { kind });
    return;
  }
  if (payee.kind !== expected || payee.ref === personRef)
    refuse('PAYEE_NOT_ALLOWED', { kind, payee: payee.kind });
  if ((await knownRow(app, () => personByRef(app.pool, payee.ref))) === undefined)
    refuse('PERSON_UNKNOWN', { person: payee.ref });
}

/** Kinds that pay out months of an award that has been stopped, so that none of them falls due. */
const afterStop: readonly ClaimKind[] = ['lump-sum-business', 're-employment-bonus'];

/**
 * What the law gives for a claim with a kind, from its facts and the person's award as it stands.
 *
 * @throws Refusal AWARD_UNKNOWN, AWARD_NOT_ENDED_BY_DEATH, AWARD_NOT_STOPPED, FACT_MISSING,
 *   FACT_IMPOSSIBLE, NO_LOCAL_RULE
 */
export async function calculateBenefit(app: App, claim: OpenClaim): Promise<Proposed> {
  const { header, facts } = claim;
  const { kind, filedOn } = header;
  const { benefit } = facts;
  if (kind === undefined || benefit === undefined)
    return refuse('FACT_MISSING', { fact: 'benefit' });
  const award = await awardOfClaim(app, claim, benefit.awardNo);
  if (kind === 'funeral-and-survivors') refuseOtherDeath(award, benefit.on);
  if (afterStop.includes(kind) && award.status !== 'stopped')
    refuse('AWARD_NOT_STOPPED', { award: award.awardNo });
  const trace = newTrace();
  const answer = benefitAmount(
    kind,
    app.law.on(award.jurisdiction, filedOn),
    {
      facts: benefit,
      claimedOn: filedOn,
      monthlyBenefitFen: monthlyOf(app, award, trace),
      remainingMonths: award.mayResume ? monthsLeft(award) : 0,
    },
    trace,
  );
  const finding = findingOf(app, { award, answer, month: monthOf(filedOn) }, trace);
  const { rows, steps, warnings } = trace;
  const law = [...answer.law, ...rows.map((row) => row.law)];
  return { finding, digest: bodyHash({ finding, facts }), steps, law, warnings };
}

async function awardOfClaim(app: App, claim: OpenClaim, awardNo: string): Promise<LiveAward> {
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  const { personRef, office } = claim.header;
  const isTheirs =
    award.status !== 'none' &&
    award.personRef === personRef &&
    award.office === office &&
    award.item === usualItem;
  return isTheirs ? award : refuse('AWARD_UNKNOWN', { award: awardNo });
}

/** The death is verified, and the award stopped for it, before anything follows from it. */
function refuseOtherDeath({ awardNo, endedBy, endedFrom }: LiveAward, on: Day): void {
  if (endedBy !== 'died' || endedFrom === undefined)
    refuse('AWARD_NOT_ENDED_BY_DEATH', { award: awardNo });
  const died = monthOf(on);
  if (endedFrom !== died && endedFrom !== addMonths(died, 1))
    refuse('FACT_IMPOSSIBLE', { fact: 'on', from: endedFrom });
}

/** A month of the award by the standard of the last one that it reached. */
function monthlyOf(app: App, award: LiveAward, trace: Trace): Fen {
  const { monthlyFen, paidMonths, monthsDrawn, jurisdiction } = award;
  if (monthlyFen !== undefined) return monthlyFen;
  const month = lastReached(award);
  const rules = app.law.on(jurisdiction, firstDay(month));
  const benefitMonthNo = Math.max(monthsDrawn, 1);
  return monthlyAmount(rules, { payMonth: month, paidMonths, benefitMonthNo }, trace);
}

function lastReached({ nextMonth, firstMonth, endedFrom }: LiveAward): Month {
  const last = addMonths(
    endedFrom !== undefined && endedFrom < nextMonth ? endedFrom : nextMonth,
    -1,
  );
  return last < firstMonth ? firstMonth : last;
}

/** It falls due in the month in which it was claimed, or in the next roll after. */
function findingOf(
  app: App,
  { award, answer, month }: Readonly<{ award: LiveAward; answer: BenefitAnswer; month: Month }>,
  trace: Trace,
): Finding {
  const sources = [...answer.law, ...trace.rows.map(({ law }) => law)];
  const calculation: Calculation = {
    policyVersion: app.law.version(award.jurisdiction),
    paidMonths: award.paidMonths,
    ...{ months: 0, ceiling: 0, monthlyFen: noFen, discarded: 0, entitlementFrom: null },
    firstMonth: month,
    law: [...new Set(sources.map(({ document, article }) => `${document} ${article}`.trim()))],
    warnings: trace.warnings.map(({ code }) => code),
    verified: sources.every(({ verified }) => verified),
  };
  if (!answer.eligible) return { outcome: 'reject', reason: answer.reason, calculation };
  const { amountFen, parts, monthsConsumed, openMonthToSurvivors } = answer;
  const found = {
    ...{ months: 1, amountFen, parts },
    ...(monthsConsumed === 0 ? {} : { monthsConsumed }),
    ...(openMonthToSurvivors ? ({ openMonthToSurvivors: true } as const) : {}),
  };
  return { outcome: 'grant', calculation: { ...calculation, ...found } };
}
