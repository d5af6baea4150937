import {
  begun,
  isComplete,
  nextStep,
  sentBack,
  signed,
  usualSteps,
  type Hand,
  type Seen,
  type Signing,
  type Step,
} from '#domain/signing/signing.js';
import { noFen } from '#domain/values/fen.js';

/** What a read model keeps of a chain of signatures; `nextStep` is null when it is complete. */
export type ChainColumns = Readonly<{
  hands: readonly Hand[];
  returned: boolean;
  nextStep: Step | null;
}>;

export const chainColumns = { hands: 'json', returned: 'boolean', nextStep: 'text' } as const;

/** Signers are compared by the deciders; here only the order of hands counts, not what they saw. */
const unseen: Seen = { root: '', lines: 0, amountFen: noFen };

export function chainBegun(hand: Hand, before?: ChainColumns, steps = usualSteps): ChainColumns {
  const earlier = before === undefined ? undefined : signingOf(before, steps);
  return columnsOfChain(begun(steps, unseen, hand, earlier));
}

export function chainSigned(chain: ChainColumns, hand: Hand, steps = usualSteps): ChainColumns {
  return columnsOfChain(signed(signingOf(chain, steps), hand));
}

export function chainSentBack(chain: ChainColumns, hand: Hand, steps = usualSteps): ChainColumns {
  return columnsOfChain(sentBack(signingOf(chain, steps), hand));
}

function signingOf({ hands, returned }: ChainColumns, steps: readonly Step[]): Signing {
  return { steps, round: hands.at(-1)?.round ?? 1, seen: unseen, hands, returned };
}

/** What was sent back waits for its maker. */
function columnsOfChain(signing: Signing): ChainColumns {
  const { hands, returned } = signing;
  if (returned) return { hands, returned, nextStep: 'make' };
  const next = isComplete(signing) ? null : (nextStep(signing) ?? null);
  return { hands, returned, nextStep: next };
}
