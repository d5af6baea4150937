import { impossible, type Decider } from '../decider.js';
import { forbidPayee, type Acting } from '../actor/relation.js';
import { refuse } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  nextStep,
  personsOf,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Hand,
  type Seen,
  type Signing,
} from '../signing/signing.js';
import type { Month } from '../values/calendar.js';
import { subtractFen, sumFen, type Fen } from '../values/fen.js';
import type { Demand, RecoveryEvent, Repayment } from './recovery.events.js';

export type RecoveryCommand = OpenRecovery | SignRecovery | SendRecoveryBack | RecordRepayment;

/**
 * Opens a recovery, or opens the next round of one that was sent back. `round` is the one for which
 * its months were asked of the award: opened in any other, they might be another recovery's by now.
 */
export type OpenRecovery = Readonly<{ type: 'OpenRecovery'; round: number }> & Demand & Acting;

/** `amountFen` and `months` are what the signer saw. */
export type SignRecovery = Readonly<{
  type: 'SignRecovery';
  step: 'approve' | 'review';
  months: Demand['months'];
  amountFen: Fen;
}> &
  Acting;

export type SendRecoveryBack = Readonly<{ type: 'SendRecoveryBack'; reason: string }> & Acting;

export type RecordRepayment = Readonly<{ type: 'RecordRepayment' }> & Repayment;

export type Recovery =
  | Readonly<{ status: 'none' }>
  | Readonly<{
      status: 'open' | 'confirmed' | 'settled';
      demand: Demand;
      signing: Signing;
      repayments: readonly Repayment[];
    }>;

type Opened = Exclude<Recovery, { status: 'none' }>;

export const recoveryStream = (recoveryNo: string): string => `recovery-${recoveryNo}`;

export const recoveryDecider: Decider<Recovery, RecoveryCommand, RecoveryEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

/** The round that an opening would begin now; the one that stands where none can be opened. */
export function roundToOpen(recovery: Recovery): number {
  if (recovery.status === 'none') return 1;
  const { round, returned } = recovery.signing;
  return returned ? round + 1 : round;
}

/**
 * Whether it demands that month of that award back, whatever was signed of it; undefined while the
 * opening of that round is still on its way.
 */
export function demands(
  recovery: Recovery,
  { awardNo, month, round }: Readonly<{ awardNo: string; month: Month; round: number }>,
): boolean | undefined {
  if (recovery.status === 'none' || recovery.signing.round < round) return undefined;
  return recovery.demand.awardNo === awardNo && recovery.demand.months.includes(month);
}

/** Fen that are asked back and have not come. */
export function outstandingFen({ demand, repayments }: Opened): Fen {
  return subtractFen(demand.amountFen, sumFen(repayments.map(({ amountFen }) => amountFen)));
}

function decide(command: RecoveryCommand, recovery: Recovery): readonly RecoveryEvent[] {
  if (command.type === 'OpenRecovery') return open(command, recovery);
  if (recovery.status === 'none') refuse('RECOVERY_UNKNOWN', {});
  switch (command.type) {
    case 'SignRecovery':
      return signNext(command, recovery);
    case 'SendRecoveryBack':
      return returnToMaker(command, recovery);
    case 'RecordRepayment':
      return repay(command, recovery);
  }
}

function open(command: OpenRecovery, recovery: Recovery): readonly RecoveryEvent[] {
  const { recoveryNo, personRef, awardNo, months, amountFen, cause, by, on } = command;
  const demand = { recoveryNo, personRef, awardNo, months, amountFen, cause };
  const isReturned = recovery.status === 'open' && recovery.signing.returned;
  if (recovery.status !== 'none' && !isReturned) {
    if (sameDemand(recovery.demand, demand)) return [];
    refuse('RECOVERY_NUMBER_TAKEN', { recoveryNo });
  }
  forbidPayee(command, personRef);
  const before = isReturned ? recovery.signing : undefined;
  const hand = makerHand(by, on, before);
  if (amountFen <= 0n) refuse('AMOUNT_NEGATIVE', { recoveryNo });
  if (months.length === 0) refuse('FACT_MISSING', { fact: 'months' });
  if (new Set(months).size < months.length) refuse('FACT_IMPOSSIBLE', { fact: 'months' });
  if (hand.round !== command.round)
    refuse('CONFLICT_TRY_AGAIN', { stream: recoveryStream(recoveryNo) });
  return [{ type: 'RecoveryOpened', data: { ...demand, hand } }];
}

function signNext(command: SignRecovery, recovery: Opened): readonly RecoveryEvent[] {
  const { step, by, on } = command;
  const { demand, signing } = recovery;
  forbidPayee(command, demand.personRef);
  const hand = sign(signing, { step, by, day: on, seen: seenOf({ ...demand, ...command }) });
  if (hand === undefined) {
    if (signing.returned) refuse('CHAIN_RETURNED', { step });
    return [];
  }
  const signature: RecoveryEvent = { type: 'RecoverySigned', data: { hand } };
  const after = signed(signing, hand);
  if (nextStep(after) !== undefined) return [signature];
  return [signature, { type: 'RecoveryConfirmed', data: { hands: personsOf(after) } }];
}

function returnToMaker(command: SendRecoveryBack, recovery: Opened): readonly RecoveryEvent[] {
  const { by, on, reason } = command;
  forbidPayee(command, recovery.demand.personRef);
  const hand = sendBack(recovery.signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'RecoverySentBack', data: { hand, reason } }];
}

/** What is not owed cannot be booked here: more than was asked back belongs in suspense. */
function repay(
  { receiptNo, amountFen, on }: RecordRepayment,
  recovery: Opened,
): readonly RecoveryEvent[] {
  const known = recovery.repayments.find((one) => one.receiptNo === receiptNo);
  if (known !== undefined) {
    if (known.amountFen === amountFen && known.on === on) return [];
    refuse('RECEIPT_NUMBER_TAKEN', { receiptNo });
  }
  if (recovery.status === 'open') refuse('STEP_OUT_OF_ORDER', { step: 'repay', next: 'sign' });
  if (amountFen <= 0n) refuse('AMOUNT_NEGATIVE', { receiptNo });
  const left = outstandingFen(recovery);
  if (amountFen > left) refuse('RECOVERY_EXCEEDED', { receiptNo, leftFen: String(left) });
  const received: RecoveryEvent = { type: 'RepaymentReceived', data: { receiptNo, amountFen, on } };
  return amountFen < left ? [received] : [received, { type: 'RecoverySettled', data: {} }];
}

function evolve(recovery: Recovery, event: RecoveryEvent): Recovery {
  if (event.type === 'RecoveryOpened') return opened(recovery, event.data);
  if (recovery.status === 'none') return impossible(event.type, 'a recovery never opened');
  const { status, signing, repayments } = recovery;
  switch (event.type) {
    case 'RecoverySigned':
      if (status !== 'open') return impossible(event.type, `a recovery: ${status}`);
      return { ...recovery, signing: signed(signing, event.data.hand) };
    case 'RecoverySentBack':
      if (status !== 'open') return impossible(event.type, `a recovery: ${status}`);
      return { ...recovery, signing: sentBack(signing, event.data.hand) };
    case 'RecoveryConfirmed':
      if (status !== 'open' || !isComplete(signing)) {
        return impossible(event.type, 'a recovery not signed');
      }
      return { ...recovery, status: 'confirmed' };
    case 'RepaymentReceived':
      if (status !== 'confirmed') return impossible(event.type, `a recovery: ${status}`);
      return { ...recovery, repayments: [...repayments, event.data] };
    case 'RecoverySettled':
      if (status !== 'confirmed' || outstandingFen(recovery) !== 0n) {
        return impossible(event.type, 'a recovery with money outstanding');
      }
      return { ...recovery, status: 'settled' };
    default:
      return impossible(event, 'a recovery');
  }
}

function opened(recovery: Recovery, { hand, ...demand }: Demand & { hand: Hand }): Recovery {
  const before = recovery.status === 'none' ? undefined : recovery.signing;
  if (before !== undefined && !before.returned) {
    return impossible('RecoveryOpened', 'a recovery that is open');
  }
  const signing = begun(usualSteps, seenOf(demand), hand, before);
  return { status: 'open', demand, signing, repayments: [] };
}

function seenOf({ awardNo, months, amountFen }: Omit<Demand, 'recoveryNo'>): Seen {
  return { root: `${awardNo} ${months.join(' ')}`, lines: months.length, amountFen };
}

function sameDemand(left: Demand, right: Demand): boolean {
  return (
    left.recoveryNo === right.recoveryNo &&
    left.personRef === right.personRef &&
    left.awardNo === right.awardNo &&
    left.months.join(' ') === right.months.join(' ') &&
    left.amountFen === right.amountFen &&
    left.cause === right.cause
  );
}
