import type { PayeeAccount } from '#domain/award/award.events.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardStream } from '#domain/award/award.js';
import type { Claim } from '#domain/claim/claim.commands.js';
import type { Calculation, ClaimFacts, ClaimHeader } from '#domain/claim/claim.events.js';
import { personStream } from '#domain/person/person.js';
import type { Payee } from '#domain/values/payee.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { App } from '../app.js';
import { stored } from '../stored.js';
import { accountIfAny, followAccount, recordAccount } from './accounts-of-awards.js';
import { tellLeftOver } from './endings.js';
import { contextOfReaction, type Cause } from './reaction.js';

type OnFile = Exclude<Claim, { status: 'none' }>;

/**
 * A benefit beside the monthly one: granted, it opens an award of its own, of one month and a fixed
 * amount, and what it does to the person's award is done; else what it kept for the person is free.
 */
export async function carryOutBenefit(app: App, cause: Cause, claim: OnFile): Promise<void> {
  const { claimNo, personRef } = claim.header;
  if (claim.status !== 'decided' || claim.finding.outcome !== 'grant') {
    const release = { type: 'ReleaseClaim', claimNo } as const;
    const context = contextOfReaction('carry-out-decision', cause, personRef);
    await app.transact.run(stored.person, personStream(personRef), release, context);
    return;
  }
  const { header, facts, finding } = claim;
  const granted = { header, facts, calculation: finding.calculation };
  const payee = facts.payee?.ref ?? personRef;
  if (facts.account !== undefined)
    await recordAccount(app, cause, { personRef: payee, account: facts.account });
  const account = await accountOf(app, granted, payee);
  await openOneOff(app, cause, granted, account);
  await changeOwnAward(app, cause, granted, account);
  if (account === undefined) return;
  for (const awardNo of [claimNo, ...takenOver(granted)])
    await followAccount(app, cause, { awardNo, personRef: payee, given: account });
}

type Granted = Readonly<{ header: ClaimHeader; facts: ClaimFacts; calculation: Calculation }>;

/** The payee's own by then; the one that came with the claim was examined with it. */
async function accountOf(
  app: App,
  { header, facts }: Granted,
  payee: string,
): Promise<PayeeAccount | undefined> {
  const known = await accountIfAny(app, payee, header.filedOn);
  if (known !== undefined || facts.account === undefined) return known;
  return { ...facts.account, usableFrom: header.filedOn, hands: [] };
}

async function openOneOff(
  app: App,
  cause: Cause,
  { header, facts, calculation }: Granted,
  account: PayeeAccount | undefined,
): Promise<void> {
  const { claimNo, personRef, office, kind } = header;
  const { firstMonth, policyVersion, paidMonths, amountFen } = calculation;
  if (kind === undefined || amountFen === undefined)
    throw new Error(`${claimNo} was granted without an amount`);
  const award = await app.transact.state(stored.award, awardStream(claimNo));
  // Asked again after a crash, the payee's account may be another: the award stands as it opened.
  if (award.status !== 'none') return;
  const payee = payeeOf(facts);
  const open = {
    type: 'OpenAward',
    ...{ claimNo, awardNo: claimNo, personRef, office, paidMonths, firstMonth, policyVersion },
    item: kind,
    jurisdiction: await jurisdictionOf(app.pool, office),
    monthsAwarded: 1,
    fixedFen: amountFen,
    ...(payee === undefined ? {} : { payee }),
    ...(account === undefined ? {} : { account }),
  } as const;
  const context = { ...contextOfReaction('carry-out-decision', cause, `award-${claimNo}`), office };
  await app.transact.run(stored.award, awardStream(claimNo), open, context);
}

function payeeOf({ payee }: ClaimFacts): Payee | undefined {
  return payee === undefined ? undefined : { kind: payee.kind, ref: payee.ref };
}

/** Months that were paid at once count as drawn; what a death left open is paid to the survivor. */
async function changeOwnAward(
  app: App,
  cause: Cause,
  granted: Granted,
  account: PayeeAccount | undefined,
): Promise<void> {
  const { header, facts, calculation } = granted;
  const { claimNo, office } = header;
  const { monthsConsumed } = calculation;
  const awardNo = facts.benefit?.awardNo ?? '';
  const run = async (command: AwardCommand): Promise<void> => {
    const context = { ...contextOfReaction('carry-out-benefit', cause, awardNo), office };
    await app.transact.run(stored.award, awardStream(awardNo), command, context);
  };
  const decisionId = `claim/${claimNo}`;
  if (monthsConsumed !== undefined) {
    await run({ type: 'ConsumeMonths', months: monthsConsumed, decisionId });
    await tellLeftOver(app, cause, awardNo);
  }
  const payee = payeeOf(facts);
  if (takenOver(granted).length === 0 || payee === undefined) return;
  const to = account === undefined ? {} : { account };
  await run({ type: 'AssignPayee', payee, ...to, decisionId });
}

/** The award of the person whose open lines are the survivor's now. */
function takenOver({ facts, calculation }: Granted): readonly string[] {
  const isSurvivors = calculation.openMonthToSurvivors === true;
  return isSurvivors && facts.benefit !== undefined ? [facts.benefit.awardNo] : [];
}
