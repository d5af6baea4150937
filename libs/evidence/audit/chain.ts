import { count, text, type Fact, type Json } from './raw.js';

/** What a chain of signatures is for; a case is one chain. */
export type ChainKind =
  | 'claim'
  | 'roll'
  | 'batch'
  | 'plan'
  | 'close'
  | 'proposal'
  | 'account-change'
  | 'recovery'
  | 'merge'
  | 'stop-line'
  | 'resend'
  | 'sharing'
  | 'duty'
  | 'staff-account';

/** One signature: the person counts, whatever account they came through. */
export type SignedHand = Readonly<{
  person: string;
  step: string;
  round: number;
  day: string;
  position: bigint;
}>;

const three = ['make', 'approve', 'review'];
const four = [...three, 'authorise'];
const two = ['make', 'approve'];

/** The steps that each kind needs; a claim of the raised level needs the authoriser too. */
const stepsOf: Readonly<Record<ChainKind, readonly string[]>> = {
  claim: three,
  roll: three,
  batch: three,
  plan: three,
  close: three,
  proposal: three,
  'account-change': three,
  recovery: three,
  merge: two,
  'stop-line': two,
  resend: two,
  sharing: two,
  duty: two,
  'staff-account': two,
};

/** The signatures of one matter, over all its rounds. */
export class Chain {
  readonly hands: SignedHand[] = [];
  /** Of a batch: whoever took a line off it or allowed it to be sent again. */
  readonly others = new Set<string>();
  isRaised = false;
  isDone = false;
  isReturned = false;
  /** Whom it is about, so that none of its hands may be theirs or a relative's. */
  persons: readonly string[] = [];
  document: string | undefined;
  /** The month that took its document in; it may be later than the one it was made for. */
  bookedMonth: string | undefined;

  constructor(
    readonly kind: ChainKind,
    readonly stream: string,
    readonly office: string,
    readonly month: string,
  ) {}

  /** The hand that stood in another step before, when this is the same person. */
  add(hand: SignedHand): SignedHand | undefined {
    const earlier = this.hands.find(
      ({ person, step }) => person === hand.person && step !== hand.step,
    );
    this.hands.push(hand);
    return earlier;
  }

  /** The persons of the round that counts, in the order of their steps. */
  lastRound(): readonly SignedHand[] {
    const round = this.hands.at(-1)?.round;
    return this.hands.filter((hand) => hand.round === round);
  }

  /** Every step has its hand, in the round that counts, by as many different persons. */
  isComplete(): boolean {
    const steps = this.isRaised ? four : stepsOf[this.kind];
    const hands = this.lastRound();
    const persons = new Set(hands.map(({ person }) => person));
    return (
      !this.isReturned &&
      hands.length === steps.length &&
      persons.size === steps.length &&
      steps.every((step, index) => hands[index]?.step === step)
    );
  }
}

/** @throws Unreadable */
export function handOf(data: Json, { position }: Pick<Fact, 'position'>): SignedHand {
  return {
    person: text(data, 'person'),
    step: text(data, 'step'),
    round: count(data, 'round'),
    day: text(data, 'day'),
    position,
  };
}
