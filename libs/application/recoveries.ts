import { awardStream } from '#domain/award/award.js';
import {
  outstandingFen,
  recoveryDecider,
  recoveryStream,
  type Recovery,
  type RecoveryCommand,
} from '#domain/recovery/recovery.js';
import type { Demand, Repayment } from '#domain/recovery/recovery.events.js';
import type { ReservedRepayment } from '#domain/recovery/repayment.events.js';
import { repaymentStream, type RepaymentReceipt } from '#domain/recovery/repayment.js';
import { refuse } from '#domain/refusal.js';
import { nextStep, type Hand, type Step } from '#domain/signing/signing.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { sumFen, type Fen } from '#domain/values/fen.js';
import { poolOf } from '#projections/actors.js';
import type { Act, App } from './app.js';
import { openAskedOnce } from './asked-months.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import type { Context } from './context.js';
import { bodyHash, derivedId } from './ids.js';
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
 * @throws Refusal AWARD_UNKNOWN, RECOVERY_MONTH_UNPAID for a month not paid, FACT_IMPOSSIBLE for
 *   more than was paid, RECOVERY_MONTH_TAKEN for a month that another recovery asks back
 */
export async function openRecovery(
  app: App,
  act: Act,
  input: Omit<Demand, 'personRef'>,
): Promise<Receipt> {
  const { awardNo, months, amountFen } = input;
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none') return refuse('AWARD_UNKNOWN', { award: awardNo });
  refuseOtherOffice(act, award.office);
  const paid = await paidOfAward(app, awardNo);
  const unpaid = months.find((month) => !paid.has(month));
  if (unpaid !== undefined) refuse('RECOVERY_MONTH_UNPAID', { award: awardNo, month: unpaid });
  const paidFen = sumFen(months.flatMap((month) => paid.get(month) ?? []));
  if (amountFen > paidFen)
    refuse('FACT_IMPOSSIBLE', { fact: 'amountFen', paidFen: String(paidFen) });
  const { personRef, office } = award;
  const opening = { type: 'OpenRecovery', ...input, personRef, ...acting(act) } as const;
  return openAskedOnce(app, { ...contextFor(act), office }, opening);
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

/**
 * What came back at once or by instalments; with the last fen the recovery is settled. The bank's
 * receipt is kept for this recovery first: no other one is repaid by it.
 *
 * @throws Refusal RECEIPT_NUMBER_TAKEN, RECOVERY_EXCEEDED
 */
export async function recordRepayment(
  app: App,
  act: Act,
  { recoveryNo, receiptNo, amountFen, receivedOn: on }: RepaymentInput,
): Promise<Receipt> {
  const recovery = await mine(app, act, recoveryNo);
  const { demand, office } = recovery;
  if (act.related.includes(demand.personRef)) refuse('SIGNER_IS_PAYEE', { recovery: recoveryNo });
  if (on > act.on) refuse('DAY_IN_FUTURE', { receivedOn: on });
  const command = { type: 'RecordRepayment', receiptNo, amountFen, on } as const;
  // What is refused anyway keeps no receipt.
  recoveryDecider.decide(command, recovery);
  await keepReceipt(app, { ...contextFor(act), office }, { recoveryNo, receiptNo, amountFen, on });
  return run(app, act, { recoveryNo, office }, command);
}

async function keepReceipt(
  app: App,
  context: Context,
  repayment: ReservedRepayment,
): Promise<void> {
  const stream = repaymentStream(await poolOf(app.pool, context.office), repayment.receiptNo);
  const kept = await app.transact.state(stored.repayment, stream);
  const reserve = { type: 'ReserveRepayment', ...repayment } as const;
  const over = await outgrown(app, kept);
  const command = over === undefined ? reserve : { ...reserve, over };
  const commandId = derivedId(context.commandId, 'reserve-repayment', repayment.recoveryNo);
  const keeping = { ...context, commandId };
  await app.transact.run(stored.repayment, stream, command, keeping, bodyHash(reserve));
}

/**
 * The recovery that a receipt is kept for in vain: what is owed there only ever shrinks, and is
 * less than the receipt already.
 */
async function outgrown(app: App, kept: RepaymentReceipt): Promise<string | undefined> {
  if (kept.status === 'free') return undefined;
  const { recoveryNo, receiptNo, amountFen } = kept;
  const recovery = await app.transact.state(stored.recovery, recoveryStream(recoveryNo));
  if (recovery.status === 'none') throw new Error(`${receiptNo} is kept for ${recoveryNo}: none`);
  const isBooked = recovery.repayments.some((one) => one.receiptNo === receiptNo);
  return isBooked || amountFen <= outstandingFen(recovery) ? undefined : recoveryNo;
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
