import type { Day } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import { impossible } from '../decider.js';
import { refuse, type RefusalCode } from '../refusal.js';

/** Makes, approves (审核), reviews (复核), authorises (审批) where the level demands it; then sends. */
export type Step = 'make' | 'approve' | 'review' | 'authorise' | 'send';

export const usualSteps: readonly Step[] = ['make', 'approve', 'review'];
export const raisedSteps: readonly Step[] = ['make', 'approve', 'review', 'authorise'];

/** Who acts: the person counts, the account is only the door they came through. */
export type Signer = Readonly<{ person: string; account: string; duty: string; office: string }>;

/**
 * One hand on a chain, as events keep it. Round 1 is the first; each sending back begins another.
 */
export type Hand = Signer & Readonly<{ step: Step; round: number; day: Day }>;

/** What people sign: the root over the lines, their number and their sum. */
export type Seen = Readonly<{ root: string; lines: number; amountFen: Fen }>;

export type Signing = Readonly<{
  steps: readonly Step[];
  round: number;
  seen: Seen;
  hands: readonly Hand[];
  returned: boolean;
}>;

/** The maker's hand that opens a chain, or opens its next round after a sending back. */
export function makerHand(by: Signer, day: Day, before?: Signing): Hand {
  const round = before === undefined ? 1 : before.round + 1;
  if (before !== undefined) forbidOtherStep(before, 'make', by);
  return { ...by, step: 'make', round, day };
}

export function begun(steps: readonly Step[], seen: Seen, hand: Hand, before?: Signing): Signing {
  if (before !== undefined && !before.returned)
    impossible(hand.step, `round ${before.round} of a chain that was not sent back`);
  const earlier = before === undefined ? [] : before.hands;
  return { steps, round: hand.round, seen, hands: [...earlier, hand], returned: false };
}

/** The step that is asked for next; undefined when the chain is complete. */
export function nextStep(signing: Signing): Step | undefined {
  return signing.steps[handsOfRound(signing).length];
}

export function isComplete(signing: Signing): boolean {
  return !signing.returned && nextStep(signing) === undefined;
}

/** The persons of the round that counts, in the order of their steps. */
export function personsOf(signing: Signing): readonly string[] {
  return handsOfRound(signing).map(({ person }) => person);
}

/**
 * The hand that this signature adds, or undefined when the same person has signed this step
 * already. A person who stands anywhere else in the chain, in any round and through any account, is
 * refused; no argument and no setting turns that off.
 */
export function sign(
  signing: Signing,
  request: Readonly<{ step: Step; by: Signer; day: Day; seen: Seen }>,
): Hand | undefined {
  const { step, by, day, seen } = request;
  const mine = handsOfRound(signing).find((hand) => hand.step === step);
  const isSendingBack = signing.returned && mine === signing.hands.at(-1);
  if (mine !== undefined && mine.person === by.person && !isSendingBack) {
    // A repeat says again what was signed; another root or total is not a repeat.
    if (!sameSeen(signing.seen, seen)) refuseSeen(signing);
    return undefined;
  }
  forbidOtherStep(signing, step, by);
  if (signing.returned) refuse('CHAIN_RETURNED', { step });
  const next = nextStep(signing);
  if (next === undefined) refuse('CHAIN_COMPLETE', { step });
  if (next !== step) refuse('STEP_OUT_OF_ORDER', { step, next });
  if (!sameSeen(signing.seen, seen)) refuseSeen(signing);
  return { ...by, step, round: signing.round, day };
}

export function signed(signing: Signing, hand: Hand): Signing {
  mustBeNext(signing, hand);
  return { ...signing, hands: [...signing.hands, hand] };
}

/** Sending back is the act of whoever stands next in the chain; the maker cannot send back. */
export function sendBack(
  signing: Signing,
  request: Readonly<{ by: Signer; day: Day; reason: string }>,
): Hand | undefined {
  const { by, day, reason } = request;
  if (signing.returned) {
    const last = signing.hands.at(-1);
    if (last?.person === by.person) return undefined;
    refuse('CHAIN_RETURNED', {});
  }
  const step = nextStep(signing);
  if (step === undefined) refuse('CHAIN_COMPLETE', {});
  forbidOtherStep(signing, step, by);
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  return { ...by, step, round: signing.round, day };
}

export function sentBack(signing: Signing, hand: Hand): Signing {
  mustBeNext(signing, hand);
  return { ...signing, hands: [...signing.hands, hand], returned: true };
}

/**
 * Refuses a signer who is one of the given persons: the payee, a hand of the account's change, …
 */
export function bar(by: Signer, persons: Iterable<string>, code: RefusalCode): void {
  for (const person of persons) if (person === by.person) refuse(code, { person });
}

export function sameSeen(left: Seen, right: Seen): boolean {
  return (
    left.root === right.root && left.lines === right.lines && left.amountFen === right.amountFen
  );
}

function handsOfRound({ hands, round }: Signing): readonly Hand[] {
  return hands.filter((hand) => hand.round === round);
}

/**
 * Segregation is checked again when history is read: a hand out of place was not put there by us.
 */
function mustBeNext(signing: Signing, { step, person, round }: Hand): void {
  const { hands, returned } = signing;
  const inPlace = !returned && round === signing.round && step === nextStep(signing);
  const isFree = hands.every((hand) => hand.person !== person || hand.step === step);
  if (!inPlace || !isFree) impossible(`${step} in round ${round}`, 'a chain of signatures');
}

/** @throws Refusal SIGNER_ALREADY_IN_CHAIN for a person who stands in another step, of any round */
export function forbidOtherStep(
  { hands }: Pick<Signing, 'hands'>,
  step: Step,
  { person }: Signer,
): void {
  const other = hands.find((hand) => hand.person === person && hand.step !== step);
  if (other !== undefined) refuse('SIGNER_ALREADY_IN_CHAIN', { step, signed: other.step });
}

function refuseSeen({ seen }: Signing): never {
  return refuse('SEEN_CHANGED', { root: seen.root, lines: String(seen.lines) });
}
