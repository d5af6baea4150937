import { describe, expect, it } from '@jest/globals';
import { hand, seen, signingDay } from '#test/domain/hands.js';
import { signer } from '#test/signers.js';
import { Refusal } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  raisedSteps,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Signer,
  type Signing,
  type Step,
} from './signing.js';

const people = ['li', 'wang', 'zhao', 'chen', 'sun', 'zhou'];

/** Each step may be tried by each person: 6³ = 216 and 6⁴ = 1,296 assignments. */
function assignments(steps: number): readonly (readonly string[])[] {
  if (steps === 0) return [[]];
  return assignments(steps - 1).flatMap((before) => people.map((person) => [...before, person]));
}

type Doors = (person: string, at: number) => Signer;
const oneDoor: Doors = (person) => signer(person);
const twoDoors: Doors = (person, at) => signer(person, `${person}-${(at % 2) + 1}`);

/** Whether the whole chain is signed by these persons; a refused step ends the attempt. */
function passes(
  steps: readonly Step[],
  persons: readonly string[],
  door: Doors,
  before?: Signing,
): boolean {
  const [maker = '', ...others] = persons;
  try {
    let signing = begun(steps, seen, makerHand(door(maker, 0), signingDay, before), before);
    for (const [index, person] of others.entries()) {
      const step = steps[index + 1] ?? 'send';
      const made = sign(signing, { step, by: door(person, index + 1), day: signingDay, seen });
      if (made === undefined) return false;
      signing = signed(signing, made);
    }
    return isComplete(signing);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'SIGNER_ALREADY_IN_CHAIN') return false;
    throw error;
  }
}

const isDistinct = (persons: readonly string[]) => new Set(persons).size === persons.length;

describe('of all assignments of six people to the steps of a chain', () => {
  const rows: readonly (readonly [string, readonly Step[], number, number])[] = [
    ['three steps', usualSteps, 216, 120],
    ['four steps', raisedSteps, 1_296, 360],
  ];
  const doors: readonly (readonly [string, Doors])[] = [
    ['one account', oneDoor],
    ['two accounts', twoDoors],
  ];

  for (const [name, steps, all, allowed] of rows)
    for (const [through, door] of doors)
      it(`${name} through ${through} a person: ${allowed} of ${all} pass`, () => {
        const every = assignments(steps.length);
        const passing = every.filter((persons) => passes(steps, persons, door));
        expect(every).toHaveLength(all);
        expect(passing).toHaveLength(allowed);
        expect(passing.every(isDistinct)).toBe(true);
      });

  it('would let more pass if accounts counted instead of persons', () => {
    const accounts = assignments(usualSteps.length).filter((persons) =>
      isDistinct(persons.map((person, at) => twoDoors(person, at).account)),
    );
    expect(accounts.length).toBeGreaterThan(120);
  });
});

describe('after a sending back', () => {
  const first = sentBack(
    signed(begun(usualSteps, seen, hand('li', 'make')), hand('wang', 'approve')),
    hand('zhao', 'review'),
  );
  /** In round 1 li made, wang approved and zhao, whose turn the review was, sent it back. */
  const stood: Readonly<Record<string, Step>> = { li: 'make', wang: 'approve', zhao: 'review' };
  const keepsPlace = (steps: readonly Step[]) => (person: string, at: number) =>
    stood[person] === undefined || stood[person] === steps[at];

  it.each([
    ['one account', oneDoor],
    ['two accounts', twoDoors],
  ] as const)('nobody changes place between rounds, through %s a person', (_name, door) => {
    const every = assignments(3);
    const passing = every.filter((persons) => passes(usualSteps, persons, door, first));
    const expected = every.filter(
      (persons) => isDistinct(persons) && persons.every(keepsPlace(usualSteps)),
    );
    expect(passing).toEqual(expected);
    expect(passing).toHaveLength(34);
  });

  it('nor in a round that was raised to four steps', () => {
    const every = assignments(4);
    const passing = every.filter((persons) => passes(raisedSteps, persons, twoDoors, first));
    const expected = every.filter(
      (persons) => isDistinct(persons) && persons.every(keepsPlace(raisedSteps)),
    );
    expect(passing).toEqual(expected);
  });
});
