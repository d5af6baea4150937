import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import {
  bar,
  begun,
  isComplete,
  makerHand,
  sameSeen,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { Sheet } from '../values/totals.js';
import type { RollEvent, RollKind } from './roll.events.js';

export type RollCommand =
  | Readonly<{
      type: 'PrepareRoll';
      rollId: string;
      office: string;
      month: Month;
      kind: RollKind;
      document: string;
      seen: Seen;
      sheet: Sheet;
      policyVersion: string;
      /** Persons who may not be a hand: whom it makes payable, and their relatives. */
      payees: readonly string[];
      by: Signer;
      on: Day;
    }>
  | Readonly<{
      type: 'SignRoll';
      rollId: string;
      step: Step;
      seen: Seen;
      payees: readonly string[];
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'SendRollBack'; rollId: string; reason: string; by: Signer; on: Day }>
  | Readonly<{ type: 'RecordRollAdmitted'; rollId: string; month: Month }>
  | Readonly<{ type: 'RecordRollDischarged'; rollId: string; posted: number; refused: number }>;

export type Roll =
  | Readonly<{ status: 'none' }>
  | Readonly<{
      status: 'prepared' | 'admitted' | 'discharged';
      rollId: string;
      office: string;
      month: Month;
      kind: RollKind;
      document: string;
      sheet: Sheet;
      signing: Signing;
    }>;

type LiveRoll = Exclude<Roll, { status: 'none' }>;

export const rollStream = (rollId: string) => `roll-${rollId}`;

export const rollDecider: Decider<Roll, RollCommand, RollEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: RollCommand, roll: Roll): readonly RollEvent[] {
  if (command.type === 'PrepareRoll') return prepare(command, roll);
  if (roll.status === 'none') return refuse('ROLL_UNKNOWN', { roll: command.rollId });
  switch (command.type) {
    case 'SignRoll':
      return signRoll(command, roll);
    case 'SendRollBack':
      return returnRoll(command, roll);
    case 'RecordRollAdmitted':
      return recordAdmitted(command, roll);
    case 'RecordRollDischarged':
      return recordDischarged(command, roll);
    default:
      return impossible(command, 'roll command');
  }
}

/**
 * The lines are a document; what people sign is its root and totals. Once sent back it may change.
 * Nobody draws up or signs what falls due to himself or to a relative.
 */
function prepare(
  { type: _type, payees, by, on, ...data }: Extract<RollCommand, { type: 'PrepareRoll' }>,
  roll: Roll,
): readonly RollEvent[] {
  if (roll.status !== 'none' && !roll.signing.returned) {
    const same = roll.document === data.document && sameSeen(roll.signing.seen, data.seen);
    return same ? [] : refuse('ROLL_NUMBER_TAKEN', { roll: data.rollId });
  }
  if (data.seen.lines === 0) refuse('ROLL_EMPTY', { roll: data.rollId });
  bar(by, payees, 'SIGNER_IS_PAYEE');
  const hand = makerHand(by, on, roll.status === 'none' ? undefined : roll.signing);
  return [{ type: 'RollPrepared', data: { ...data, hand } }];
}

function signRoll(
  { rollId, step, seen, payees, by, on }: Extract<RollCommand, { type: 'SignRoll' }>,
  roll: LiveRoll,
): readonly RollEvent[] {
  bar(by, payees, 'SIGNER_IS_PAYEE');
  const hand = sign(roll.signing, { step, by, day: on, seen });
  return hand === undefined ? [] : [{ type: 'RollSigned', data: { rollId, hand, seen } }];
}

function returnRoll(
  { rollId, reason, by, on }: Extract<RollCommand, { type: 'SendRollBack' }>,
  roll: LiveRoll,
): readonly RollEvent[] {
  const hand = sendBack(roll.signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'RollSentBack', data: { rollId, hand, reason } }];
}

function recordAdmitted(
  { rollId, month }: Extract<RollCommand, { type: 'RecordRollAdmitted' }>,
  roll: LiveRoll,
): readonly RollEvent[] {
  if (roll.status !== 'prepared') return [];
  if (!isComplete(roll.signing)) refuse('ROLL_NOT_READY', { roll: rollId });
  return [{ type: 'RollAdmitted', data: { rollId, month } }];
}

function recordDischarged(
  { rollId, posted, refused }: Extract<RollCommand, { type: 'RecordRollDischarged' }>,
  roll: LiveRoll,
): readonly RollEvent[] {
  if (roll.status === 'discharged') return [];
  if (roll.status !== 'admitted') refuse('ROLL_NOT_READY', { roll: rollId });
  return [{ type: 'RollDischarged', data: { rollId, posted, refused } }];
}

function evolve(roll: Roll, event: RollEvent): Roll {
  if (event.type === 'RollPrepared') {
    const { rollId, office, month, kind, document, sheet, seen, hand } = event.data;
    const before = roll.status === 'none' ? undefined : roll.signing;
    const signing = begun(usualSteps, seen, hand, before);
    return { status: 'prepared', rollId, office, month, kind, document, sheet, signing };
  }
  if (roll.status === 'none') throw new Error(`${event.type} before RollPrepared`);
  const expected = event.type === 'RollDischarged' ? 'admitted' : 'prepared';
  if (roll.status !== expected) impossible(event.type, `a roll that is ${roll.status}`);
  switch (event.type) {
    case 'RollSigned':
      return { ...roll, signing: signed(roll.signing, event.data.hand) };
    case 'RollSentBack':
      return { ...roll, signing: sentBack(roll.signing, event.data.hand) };
    case 'RollAdmitted':
      if (!isComplete(roll.signing)) impossible(event.type, 'a roll that is not signed');
      return { ...roll, status: 'admitted' };
    case 'RollDischarged':
      return { ...roll, status: 'discharged' };
    default:
      return impossible(event, 'roll');
  }
}
