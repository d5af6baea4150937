import { awardStream } from '#domain/award/award.js';
import { outstandingFen, recoveryStream, type Recovery } from '#domain/recovery/recovery.js';
import type { RecoveryCommand } from '#domain/recovery/recovery.js';
import type { Demand, Repayment } from '#domain/recovery/recovery.events.js';
import { refuse } from '#domain/refusal.js';
import { nextStep, type Hand, type Step } from '#domain/signing/signing.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { sumFen, type Fen } from '#domain/values/fen.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { paidOfAward } from './paid-months.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type RecoveryView = Demand &
  Readonly<{
    status: 'open' | 'confirmed' | 'settled';
    returned: boolean;
    nextStep: Step | null;
    hands: readonly Hand[];
    repayments: readonly Repayment[];
    outstandingFen: Fen;
  }>;

/** @throws Refusal RECOVERY_UNKNOWN, also for the recovery of an award of another office */
export async function recoveryView(app: App, act: Act, recoveryNo: string): Promise<RecoveryView> {
  const recovery = await mine(app, act, recoveryNo);
  const { status, demand, signing, repayments } = recovery;
  return {
    ...demand,
    ...{ status, repayments, returned: signing.returned, hands: signing.hands },
    nextStep: nextStep(signing) ?? null,
    outstandingFen: outstandingFen(recovery),
  };
}

/**
 * Asks money back (追回) that the bank paid for those months of an award, or begins again what was
 * sent back. Nothing is owed before two more people have signed it.
 *
 * @throws Refusal AWARD_UNKNOWN, FACT_IMPOSSIBLE for months not paid, or more than was paid
 */
export async function openRecovery(
  app: App,
  act: Act,
  input: Omit<Demand, 'personRef'>,
): Promise<Receipt> {
  const { recoveryNo, awardNo, months, amountFen } = input;
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none') return refuse('AWARD_UNKNOWN', { award: awardNo });
  refuseOtherOffice(act, award.office);
  const paid = await paidOfAward(app, awardNo);
  const unpaid = months.find((month) => !paid.has(month));
  if (unpaid !== undefined) refuse('FACT_IMPOSSIBLE', { fact: 'months', month: unpaid });
  if (amountFen > sumFen(months.flatMap((month) => paid.get(month) ?? [])))
    refuse('FACT_IMPOSSIBLE', { fact: 'amountFen' });
  const { personRef } = award;
  const command = { type: 'OpenRecovery', ...input, personRef, ...acting(act) } as const;
  return run(app, act, { recoveryNo, office: award.office }, command);
}

export type SignRecoveryInput = Readonly<{
  recoveryNo: string;
  step: 'approve' | 'review';
  /** What the signer saw. */
  months: readonly Month[];
  amountFen: Fen;
}>;

export async function signRecovery(
  app: App,
  act: Act,
  { recoveryNo, ...seen }: SignRecoveryInput,
): Promise<Receipt> {
  const { office } = await mine(app, act, recoveryNo);
  const command = { type: 'SignRecovery', ...seen, ...acting(act) } as const;
  return run(app, act, { recoveryNo, office }, command);
}

export async function sendRecoveryBack(
  app: App,
  act: Act,
  { recoveryNo, reason }: Readonly<{ recoveryNo: string; reason: string }>,
): Promise<Receipt> {
  const { office } = await mine(app, act, recoveryNo);
  const command = { type: 'SendRecoveryBack', reason, ...acting(act) } as const;
  return run(app, act, { recoveryNo, office }, command);
}

export type RepaymentInput = Readonly<{
  recoveryNo: string;
  receiptNo: string;
  amountFen: Fen;
  receivedOn: Day;
}>;

/** What came back at once or by instalments; with the last fen the recovery is settled. */
export async function recordRepayment(
  app: App,
  act: Act,
  { recoveryNo, receiptNo, amountFen, receivedOn: on }: RepaymentInput,
): Promise<Receipt> {
  const { demand, office } = await mine(app, act, recoveryNo);
  if (act.related.includes(demand.personRef)) refuse('SIGNER_IS_PAYEE', { recovery: recoveryNo });
  if (on > act.on) refuse('DAY_IN_FUTURE', { receivedOn: on });
  const command = { type: 'RecordRepayment', receiptNo, amountFen, on } as const;
  return run(app, act, { recoveryNo, office }, command);
}

type Opened = Exclude<Recovery, { status: 'none' }> & Readonly<{ office: string }>;

/** With the office of the award that was paid too much, which is whose matter it is. */
async function mine(app: App, act: Act, recoveryNo: string): Promise<Opened> {
  const recovery = await app.transact.state(stored.recovery, recoveryStream(recoveryNo));
  if (recovery.status === 'none') return refuse('RECOVERY_UNKNOWN', { recovery: recoveryNo });
  const award = await app.transact.state(stored.award, awardStream(recovery.demand.awardNo));
  if (award.status === 'none' || !act.offices.includes(award.office))
    return refuse('RECOVERY_UNKNOWN', { recovery: recoveryNo });
  return { ...recovery, office: award.office };
}

function run(
  app: App,
  act: Act,
  { recoveryNo, office }: Readonly<{ recoveryNo: string; office: string }>,
  command: RecoveryCommand,
): Promise<Receipt> {
  const context = { ...contextFor(act), office };
  return app.transact.run(stored.recovery, recoveryStream(recoveryNo), command, context);
}
