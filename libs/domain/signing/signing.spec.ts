import { describe, expect, it } from '@jest/globals';
import { by, hand, seen, signingDay } from '#test/domain/hands.js';
import { signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import { Refusal } from '../refusal.js';
import {
  bar,
  begun,
  isComplete,
  makerHand,
  nextStep,
  personsOf,
  raisedSteps,
  sameSeen,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Hand,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from './signing.js';

const made = begun(usualSteps, seen, hand('li', 'make'));
const approved = signed(made, hand('wang', 'approve'));
const complete = signed(approved, hand('zhao', 'review'));
const returned = sentBack(approved, hand('zhao', 'review'));
const secondRound = begun(usualSteps, seen, hand('li', 'make', 2), returned);

const ask = (signing: Signing, step: Step, person: string, shown: Seen = seen) =>
  sign(signing, { step, by: signer(person), day: signingDay, seen: shown });
const back = (signing: Signing, person: string, reason = 'the roll is of another month') =>
  sendBack(signing, { by: signer(person), day: signingDay, reason });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
}

describe('a signature given again', () => {
  it('adds nothing when it says what was signed, and is refused when it says another thing', () => {
    expect(ask(approved, 'approve', 'wang')).toBeUndefined();
    const other = { ...seen, root: 'another' };
    expect(codeOf(() => ask(approved, 'approve', 'wang', other))).toBe('SEEN_CHANGED');
    const less = { ...seen, amountFen: fen(seen.amountFen - 1n) };
    expect(codeOf(() => ask(complete, 'review', 'zhao', less))).toBe('SEEN_CHANGED');
  });
});

describe('a chain of signatures', () => {
  it('is asked for step by step', () => {
    expect(nextStep(made)).toBe('approve');
    expect(nextStep(approved)).toBe('review');
    expect(nextStep(complete)).toBeUndefined();
    expect([made, approved, complete].map(isComplete)).toEqual([false, false, true]);
    expect(personsOf(complete)).toEqual(['li', 'wang', 'zhao']);
  });

  it('asks for a fourth where the level demands it', () => {
    const raised = signed(
      signed(begun(raisedSteps, seen, hand('li', 'make')), hand('wang', 'approve')),
      hand('zhao', 'review'),
    );
    expect(nextStep(raised)).toBe('authorise');
    expect(isComplete(raised)).toBe(false);
    expect(isComplete(signed(raised, hand('chen', 'authorise')))).toBe(true);
  });

  it('keeps who signed, through which account, in which round and when', () => {
    expect(ask(made, 'approve', 'wang')).toEqual(hand('wang', 'approve'));
    expect(makerHand(signer('li'), day('2026-11-02'))).toEqual({
      ...signer('li'),
      step: 'make',
      round: 1,
      day: day('2026-11-02'),
    });
  });

  it('takes the same signature again without a trace', () => {
    expect(ask(approved, 'approve', 'wang')).toBeUndefined();
    expect(ask(complete, 'approve', 'wang')).toBeUndefined();
    expect(ask(complete, 'review', 'zhao')).toBeUndefined();
  });
});

describe('a signature is refused', () => {
  const wang2: Signer = signer('wang', 'wang-2');
  const rows: readonly (readonly [string, () => unknown, string])[] = [
    ['to the maker', () => ask(made, 'approve', 'li'), 'SIGNER_ALREADY_IN_CHAIN'],
    [
      'to the approver who reviews',
      () => ask(approved, 'review', 'wang'),
      'SIGNER_ALREADY_IN_CHAIN',
    ],
    [
      'to the approver through a second account',
      () => sign(approved, { step: 'review', by: wang2, day: signingDay, seen }),
      'SIGNER_ALREADY_IN_CHAIN',
    ],
    ['before its turn', () => ask(made, 'review', 'zhao'), 'STEP_OUT_OF_ORDER'],
    [
      'at a step that another has signed',
      () => ask(approved, 'approve', 'chen'),
      'STEP_OUT_OF_ORDER',
    ],
    [
      'at a step that the level does not have',
      () => ask(approved, 'authorise', 'chen'),
      'STEP_OUT_OF_ORDER',
    ],
    ['when all have signed', () => ask(complete, 'review', 'chen'), 'CHAIN_COMPLETE'],
    ['when it was sent back', () => ask(returned, 'review', 'chen'), 'CHAIN_RETURNED'],
    ['to the one who sent it back', () => ask(returned, 'review', 'zhao'), 'CHAIN_RETURNED'],
    [
      'on another root',
      () => ask(made, 'approve', 'wang', { ...seen, root: 'r2' }),
      'SEEN_CHANGED',
    ],
    [
      'on another number of lines',
      () => ask(made, 'approve', 'wang', { ...seen, lines: 3 }),
      'SEEN_CHANGED',
    ],
    [
      'on a sum one fen away',
      () => ask(made, 'approve', 'wang', { ...seen, amountFen: fen(482_401n) }),
      'SEEN_CHANGED',
    ],
  ];

  it.each(rows)('%s', (_case, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});

describe('sending back', () => {
  it('is the act of whoever stands next', () => {
    expect(back(made, 'wang')).toEqual(hand('wang', 'approve'));
    expect(back(approved, 'zhao')).toEqual(hand('zhao', 'review'));
    expect(isComplete(returned)).toBe(false);
  });

  it('is taken again without a trace', () => {
    expect(back(returned, 'zhao')).toBeUndefined();
  });

  it.each<readonly [string, () => unknown, string]>([
    ['to the maker', () => back(made, 'li'), 'SIGNER_ALREADY_IN_CHAIN'],
    ['to one who has signed', () => back(approved, 'wang'), 'SIGNER_ALREADY_IN_CHAIN'],
    ['without a reason', () => back(made, 'wang', ' '), 'REASON_MISSING'],
    ['when all have signed', () => back(complete, 'chen'), 'CHAIN_COMPLETE'],
    ['a second time by another', () => back(returned, 'chen'), 'CHAIN_RETURNED'],
  ])('is refused %s', (_case, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});

describe('the round after a sending back', () => {
  it('begins anew and forgets nobody', () => {
    expect(makerHand(signer('li'), signingDay, returned)).toEqual(hand('li', 'make', 2));
    expect(nextStep(secondRound)).toBe('approve');
    expect(personsOf(secondRound)).toEqual(['li']);
  });

  it('lets each person take the step they had', () => {
    expect(ask(secondRound, 'approve', 'wang')).toEqual(hand('wang', 'approve', 2));
    const again = signed(secondRound, hand('wang', 'approve', 2));
    expect(ask(again, 'review', 'zhao')).toEqual(hand('zhao', 'review', 2));
  });

  it.each<readonly [string, () => unknown]>([
    ['the first maker approves', () => ask(secondRound, 'approve', 'li')],
    ['the first approver reviews', () => ask(approvedBy('chen'), 'review', 'wang')],
    ['the first reviewer approves', () => ask(secondRound, 'approve', 'zhao')],
    ['the first approver makes', () => makerHand(signer('wang'), signingDay, returned)],
    ['the one who sent it back makes', () => makerHand(signer('zhao'), signingDay, returned)],
  ])('is refused where %s', (_case, act) => {
    expect(codeOf(act)).toBe('SIGNER_ALREADY_IN_CHAIN');
  });

  function approvedBy(person: string): Signing {
    return signed(secondRound, hand(person, 'approve', 2));
  }
});

describe('reading a chain that nobody could have signed', () => {
  const rows: readonly (readonly [
    string,
    (chain: Signing, one: Hand) => Signing,
    Signing,
    Hand,
  ])[] = [
    ['a step before its turn', signed, made, hand('zhao', 'review')],
    ['a step after the last', signed, complete, hand('chen', 'authorise')],
    ['a person twice', signed, approved, hand('li', 'review')],
    ['a hand of another round', signed, made, hand('wang', 'approve', 2)],
    ['a signature on what was sent back', signed, returned, hand('zhao', 'review')],
    ['a sending back by one who signed', sentBack, approved, hand('wang', 'review')],
    ['a sending back of a complete chain', sentBack, complete, hand('chen', 'review')],
  ];

  it.each(rows)('%s', (_case, act, chain, one) => {
    expect(() => act(chain, one)).toThrow('impossible history');
  });

  it('a round that nothing sent back', () => {
    expect(() => begun(usualSteps, seen, hand('li', 'make', 2), approved)).toThrow('not sent back');
  });
});

describe('persons who may not sign', () => {
  it('are refused with the reason, through any account', () => {
    const { by: wang } = by('wang');
    expect(codeOf(() => bar(wang, ['li', 'wang'], 'SIGNER_IS_PAYEE'))).toBe('SIGNER_IS_PAYEE');
    expect(codeOf(() => bar(signer('wang', 'wang-2'), ['wang'], 'SIGNER_IS_PAYEE'))).toBe(
      'SIGNER_IS_PAYEE',
    );
    expect(codeOf(() => bar(wang, ['li', 'wang-1'], 'SIGNER_IS_PAYEE'))).toBe('none');
    expect(codeOf(() => bar(wang, [], 'SIGNER_IS_PAYEE'))).toBe('none');
  });
});

describe('what was seen', () => {
  it('is the same when root, lines and sum are', () => {
    expect(sameSeen(seen, { ...seen })).toBe(true);
    expect(sameSeen(seen, { ...seen, root: 'r2' })).toBe(false);
    expect(sameSeen(seen, { ...seen, lines: 1 })).toBe(false);
    expect(sameSeen(seen, { ...seen, amountFen: fen(0n) })).toBe(false);
  });
});
