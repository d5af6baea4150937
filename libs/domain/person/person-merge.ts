import { impossible } from '../decider.js';
import { forbidPayee } from '../actor/relation.js';
import { refuse } from '../refusal.js';
import {
  begun,
  makerHand,
  personsOf,
  sign,
  signed,
  type Hand,
  type Step,
} from '../signing/signing.js';
import { noFen } from '../values/fen.js';
import type {
  EnrolledPerson,
  MergedPerson,
  MergePerson,
  ProposedMerge,
} from './person.commands.js';
import type { PersonEvent } from './person.events.js';

const mergeSteps: readonly Step[] = ['make', 'approve'];

/** Two people say that two numbers are one person; what the first said, the second has seen. */
export function decideMerge(
  command: MergePerson,
  person: EnrolledPerson | MergedPerson,
): readonly PersonEvent[] {
  const before = person.status === 'merged' ? person : person.merge;
  if (before !== null && isRepeat(command, before)) return [];
  forbidPayee(command, person.enrolment.personRef);
  forbidPayee(command, command.into);
  if (person.status === 'merged') refuse('PERSON_MERGED', { into: person.into });
  if (command.step === 'make') return propose(command, person);
  return agree(command, before);
}

function isRepeat({ step, into, by }: MergePerson, { into: said, signing }: ProposedMerge) {
  const index = mergeSteps.indexOf(step);
  return into === said && personsOf(signing)[index] === by.person;
}

/** A proposal to merge into another number takes the place of one that nobody agreed to. */
function propose(
  { into, by, on }: MergePerson,
  { enrolment, merge }: EnrolledPerson,
): readonly PersonEvent[] {
  if (merge?.into === into) refuse('STEP_OUT_OF_ORDER', { step: 'make', next: 'approve' });
  if (into === enrolment.personRef) refuse('FACT_IMPOSSIBLE', { fact: 'into', into });
  return [{ type: 'PersonMergeProposed', data: { into, hand: makerHand(by, on) } }];
}

function agree(
  { into, by, on }: MergePerson,
  before: ProposedMerge | null,
): readonly PersonEvent[] {
  if (before === null) return refuse('STEP_OUT_OF_ORDER', { step: 'approve', next: 'make' });
  const { signing } = before;
  const seen = { ...signing.seen, root: into };
  const hand = sign(signing, { step: 'approve', by, day: on, seen });
  if (hand === undefined) return [];
  const hands = personsOf(signed(signing, hand));
  return [{ type: 'PersonMerged', data: { into, hand, hands } }];
}

export function mergeProposed(
  person: EnrolledPerson,
  { into, hand }: { into: string; hand: Hand },
): EnrolledPerson {
  const seen = { root: into, lines: 1, amountFen: noFen };
  return { ...person, merge: { into, signing: begun(mergeSteps, seen, hand) } };
}

export function merged(
  { enrolment, merge }: EnrolledPerson,
  { into, hand }: { into: string; hand: Hand },
): MergedPerson {
  if (merge?.into !== into) return impossible('PersonMerged', 'a person nobody proposed to merge');
  return { status: 'merged', enrolment, into, signing: signed(merge.signing, hand) };
}
