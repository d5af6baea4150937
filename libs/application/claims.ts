import type { Calculation, Finding } from '#domain/claim/claim.events.js';
import { claimStream } from '#domain/claim/claim.js';
import type { Claim } from '#domain/claim/claim.commands.js';
import { personStream } from '#domain/person/person.js';
import { refuse } from '#domain/refusal.js';
import { addMonths, monthOf, type Day } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { payeeRef } from '#domain/values/payee.js';
import type { AccountUse } from '#domain/values/sealed.js';
import { monthlyAmount } from '#law/benefit-amount.js';
import { benefitMonths } from '#law/benefit-months.js';
import { eligibility, terminations, type Termination } from '#law/eligibility.js';
import { firstMonths } from '#law/start.js';
import { newTrace, type Row, type Rules, type Trace } from '#law/table.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { BenefitFacts, ClaimKind, ClaimPayee } from '#domain/claim/claim-kinds.js';
import { paidMonthsBefore } from '#projections/contribution-ledger.js';
import { personByRef } from '#projections/person-register.js';
import type { Act, App } from './app.js';
import { calculateBenefit, refuseOtherBenefit } from './benefit-claims.js';
import { contextOf } from './context.js';
import { bodyHash } from './ids.js';
import { knownRow, refuseBehind } from './known-row.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';
import { sealAccounts, type GivenAccount } from './vault.js';

export type FileClaimInput = Readonly<{
  claimNo: string;
  personRef: string;
  office: string;
  filedOn: Day;
  account?: GivenAccount;
  /** Absent for the monthly benefit; then neither of the next two is there. */
  kind?: ClaimKind;
  payee?: ClaimPayee;
  benefit?: BenefitFacts;
}>;

/**
 * A claim as it stands at the counter; whether the person may have one is the next decision. The
 * account may follow later; half of one is none.
 *
 * @throws Refusal ACCOUNT_MISSING, PERSON_UNKNOWN, OFFICE_OUT_OF_SCOPE, PAYEE_NOT_ALLOWED
 */
export async function fileClaim(app: App, act: Act, input: FileClaimInput): Promise<Receipt> {
  const { claimNo, personRef, office, filedOn } = input;
  refuseOtherOffice(act, office);
  const person = await knownRow(app, () => personByRef(app.pool, personRef));
  if (person === undefined) return refuse('PERSON_UNKNOWN', { person: personRef });
  if (input.account?.account.trim() === '') refuse('ACCOUNT_MISSING', { claim: claimNo });
  await refuseOtherBenefit(app, input);
  const account = await sealedAnew(app, payeeRef(input), input.account);
  const { registration } = person;
  const { kind, payee, benefit } = input;
  const command = {
    type: 'FileClaim',
    ...{ claimNo, personRef, office, filedOn },
    ...(kind === undefined ? {} : { kind }),
    ...(account === undefined ? {} : { account }),
    ...(payee === undefined ? {} : { payee }),
    ...(benefit === undefined ? {} : { benefit }),
    registration: {
      termination: registration?.termination ?? '',
      registeredOn: registration?.registeredOn ?? null,
      endedOn: registration?.endedOn ?? null,
    },
    ...acting(act),
  } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

export type Proposed = Readonly<{
  finding: Finding;
  digest: string;
  steps: Trace['steps'];
  law: readonly Row['law'][];
  warnings: Trace['warnings'];
}>;

/**
 * What the law gives for a claim, from facts read now; the same answer has the same digest.
 *
 * @throws Refusal READ_MODEL_STOPPED, as {@link refuseBehind}
 */
export async function calculateClaim(app: App, act: Act, claimNo: string): Promise<Proposed> {
  const claim = await openClaim(app, act, claimNo);
  const { header, facts } = claim;
  if (header.filedOn > act.on) refuse('DAY_IN_FUTURE', { filedOn: header.filedOn });
  await refuseBehind(app, ['contribution_ledger', 'person_register']);
  if (header.kind !== undefined) return calculateBenefit(app, claim);
  const jurisdiction = await jurisdictionOf(app.pool, header.office);
  const rules = app.law.on(jurisdiction, header.filedOn);
  const trace = newTrace();
  const person = await personByRef(app.pool, header.personRef);
  const paid = await paidMonthsBefore(app.pool, header.personRef, monthOf(header.filedOn));
  const paidMonths = paid.counted;
  const leftoverMonths = person?.leftoverMonths ?? 0;
  const { registeredOn: registered, termination } = facts.registration;
  const known = terminations.find((code) => code === termination);
  const answer = eligibility(
    rules,
    { paidMonths, leftoverMonths, registered, ...withTermination(known) },
    trace,
  );
  const calculation = answer.eligible
    ? granted(app, { rules, claim, act, paidMonths, leftoverMonths, jurisdiction }, trace)
    : nothing(app, { claim, paidMonths, jurisdiction }, trace);
  const finding: Finding = answer.eligible
    ? { outcome: 'grant', calculation }
    : { outcome: 'reject', reason: answer.reason, calculation };
  const { rows, steps, warnings } = trace;
  const law = rows.map((row) => row.law);
  return { finding, digest: bodyHash({ finding, facts }), steps, law, warnings };
}

type Basis = Readonly<{
  rules: Rules;
  claim: OpenClaim;
  act: Act;
  paidMonths: number;
  leftoverMonths: number;
  jurisdiction: string;
}>;

function granted(app: App, basis: Basis, trace: Trace): Calculation {
  const { rules, claim, act, paidMonths, leftoverMonths, jurisdiction } = basis;
  const { header, facts } = claim;
  const awarded = benefitMonths(rules, { countedMonths: paidMonths, leftoverMonths }, trace);
  const registered = facts.registration.registeredOn;
  if (registered === null) return refuse('FACT_MISSING', { fact: 'registered' });
  const start = firstMonths(
    rules,
    {
      registered,
      applied: header.filedOn,
      accepted: header.filedOn,
      reviewPassed: decisionDay(act.on, header.filedOn),
      holidays: app.law.holidays,
    },
    trace,
  );
  const firstMonth = start.firstPayMonth ?? addMonths(monthOf(header.filedOn), 1);
  const monthlyFen = monthlyAmount(
    rules,
    { payMonth: firstMonth, paidMonths, benefitMonthNo: 1 },
    trace,
  );
  return {
    ...{ paidMonths, monthlyFen, firstMonth },
    policyVersion: app.law.version(jurisdiction),
    months: awarded.months,
    ceiling: awarded.ceiling,
    entitlementFrom: start.entitlementFrom,
    discarded: awarded.discarded,
    ...sources(trace),
  };
}

function nothing(
  app: App,
  { claim, paidMonths, jurisdiction }: Pick<Basis, 'claim' | 'paidMonths' | 'jurisdiction'>,
  trace: Trace,
): Calculation {
  return {
    policyVersion: app.law.version(jurisdiction),
    ...{ paidMonths, months: 0, ceiling: 0, monthlyFen: noFen, discarded: 0 },
    firstMonth: addMonths(monthOf(claim.header.filedOn), 1),
    entitlementFrom: null,
    ...sources(trace),
  };
}

export function sources(trace: Trace): Pick<Calculation, 'law' | 'warnings' | 'verified'> {
  return {
    law: trace.rows.map(({ law }) => `${law.document} ${law.article}`.trim()),
    warnings: trace.warnings.map(({ code }) => code),
    verified: trace.rows.every(({ law }) => law.verified),
  };
}

/**
 * Approver and reviewer sign on different days at times: the month of the decision is what counts.
 */
function decisionDay(on: Day, filedOn: Day): Day {
  return on < filedOn ? filedOn : on;
}

export type ApproveClaimInput = Readonly<{
  claimNo: string;
  outcome: 'grant' | 'reject';
  reason?: string;
  /** The digest of the calculation that the approver saw. */
  digest: string;
}>;

/** 审核: the approver signs the calculation that he saw; were it another by now, he is told so. */
export async function approveClaim(app: App, act: Act, input: ApproveClaimInput): Promise<Receipt> {
  const { claimNo, outcome, reason, digest } = input;
  const proposed = await calculateClaim(app, act, claimNo);
  if (proposed.digest !== digest) refuse('CLAIM_FACTS_CHANGED', { claim: claimNo });
  if (outcome === 'grant') await refuseOtherAccount(app, claimNo);
  const why = reason ?? proposed.finding.reason;
  const command = {
    type: 'ApproveClaim',
    level: 'usual',
    ...{ outcome, digest, calculation: proposed.finding.calculation },
    ...(why === undefined ? {} : { reason: why }),
    ...acting(act),
  } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

/** A claim is no way round the three people who change an account. */
async function refuseOtherAccount(app: App, claimNo: string): Promise<void> {
  const claim = await app.transact.state(stored.claim, claimStream(claimNo));
  if (claim.status === 'none') return refuse('CLAIM_UNKNOWN', { claim: claimNo });
  const { account } = claim.facts;
  if (account === undefined) return; // Its award is paid on the account that the person has.
  const payee = payeeRef({ ...claim.header, payee: claim.facts.payee });
  const person = await app.transact.state(stored.person, personStream(payee));
  if (person.status !== 'enrolled' || person.account === null) return;
  if (person.account.accountKey !== account.accountKey)
    refuse('ACCOUNT_DIFFERS', { claim: claimNo });
}

/** 复核: the reviewer's own recomputation, over facts read again, is what is compared and kept. */
export async function reviewClaim(app: App, act: Act, claimNo: string): Promise<Receipt> {
  const { digest } = await calculateClaim(app, act, claimNo);
  const command = { type: 'SignClaim', step: 'review', digest, ...acting(act) } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

/** 审批: the fourth hand, where the kind of the claim demands one, over a calculation of its own. */
export async function authoriseClaim(app: App, act: Act, claimNo: string): Promise<Receipt> {
  const { digest } = await calculateClaim(app, act, claimNo);
  const command = { type: 'SignClaim', step: 'authorise', digest, ...acting(act) } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

export async function sendClaimBack(
  app: App,
  act: Act,
  { claimNo, reason }: Readonly<{ claimNo: string; reason: string }>,
): Promise<Receipt> {
  await openClaim(app, act, claimNo);
  const command = { type: 'SendClaimBack', reason, ...acting(act) } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

export async function resubmitClaim(
  app: App,
  act: Act,
  {
    claimNo,
    account,
    benefit,
  }: Readonly<{ claimNo: string; account?: GivenAccount; benefit?: BenefitFacts }>,
): Promise<Receipt> {
  const { header, facts } = await openClaim(app, act, claimNo);
  const payee = payeeRef({ ...header, payee: facts.payee });
  const changed = await sealedAnew(app, payee, account);
  if (benefit !== undefined) await refuseOtherBenefit(app, { ...header, ...facts, benefit });
  const corrections = {
    ...(changed === undefined ? {} : { account: changed }),
    ...(benefit === undefined ? {} : { benefit }),
  };
  const isSame = changed === undefined && benefit === undefined;
  const command = {
    type: 'ResubmitClaim',
    ...(isSame ? {} : { corrected: { ...facts, ...corrections } }),
    ...acting(act),
  } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

export async function withdrawClaim(
  app: App,
  act: Act,
  { claimNo, reason }: Readonly<{ claimNo: string; reason: string }>,
): Promise<Receipt> {
  await openClaim(app, act, claimNo);
  const command = { type: 'WithdrawClaim', reason, ...acting(act) } as const;
  return app.transact.run(stored.claim, claimStream(claimNo), command, contextFor(act));
}

export type OpenClaim = Exclude<Claim, { status: 'none' }>;

async function openClaim(app: App, act: Act, claimNo: string): Promise<OpenClaim> {
  const claim = await app.transact.state(stored.claim, claimStream(claimNo));
  if (claim.status === 'none') return refuse('CLAIM_UNKNOWN', { claim: claimNo });
  refuseOtherOffice(act, claim.header.office);
  return claim;
}

async function sealedAnew(
  app: App,
  personRef: string,
  given: GivenAccount | undefined,
): Promise<AccountUse | undefined> {
  if (given === undefined) return undefined;
  const [account] = await sealAccounts(app.vault, [{ personRef, given }]);
  return account;
}

export function refuseOtherOffice({ offices }: Act, office: string): void {
  if (!offices.includes(office)) refuse('OFFICE_OUT_OF_SCOPE', { office });
}

export function acting({ by, on, related }: Act): Pick<Act, 'by' | 'on' | 'related'> {
  return { by, on, related };
}

export function contextFor({ by, commandId, on }: Act): ReturnType<typeof contextOf> {
  return contextOf(by, commandId, on);
}

function withTermination(known: Termination | undefined): Readonly<{ termination?: Termination }> {
  return known === undefined ? {} : { termination: known };
}
