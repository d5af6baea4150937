import { impossible } from '../decider.js';
import { forbidPayee } from '../actor/relation.js';
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
} from '../signing/signing.js';
import { noFen } from '../values/fen.js';
import { sameAccount, type AccountUse } from '../values/sealed.js';
import type {
  AccountChange,
  EnrolledPerson,
  PersonAccountCommand,
  ProposeAccountChange,
  RecordAccount,
  SendAccountChangeBack,
  SignAccountChange,
} from './person.commands.js';
import type { PersonEvent } from './person.events.js';

type AccountEvent = Extract<PersonEvent, { type: `Account${string}` }>;

/** Where a person is paid: recorded once with the claim, changed by three people after that. */
export function decideAccount(
  command: PersonAccountCommand,
  person: EnrolledPerson,
): readonly AccountEvent[] {
  switch (command.type) {
    case 'RecordAccount':
      return record(command, person);
    case 'ProposeAccountChange':
      return propose(command, person);
    case 'SignAccountChange':
      return signChange(command, person);
    case 'SendAccountChangeBack':
      return returnChange(command, person);
  }
}

/** A claim cannot carry money past the cooling period of a change: another account is refused. */
function record(
  { account, source, on }: RecordAccount,
  { firstAccount, account: current }: EnrolledPerson,
): readonly AccountEvent[] {
  const known = [firstAccount, current].some((one) => one !== null && sameAccount(one, account));
  if (known) return [];
  if (current !== null) refuse('ACCOUNT_ALREADY_RECORDED', {});
  return [{ type: 'AccountRecorded', data: { account, source, recordedOn: on } }];
}

function propose(
  command: ProposeAccountChange,
  { enrolment, account: current, change, changeNos }: EnrolledPerson,
): readonly AccountEvent[] {
  const { changeNo, account, by, on } = command;
  forbidPayee(command, enrolment.personRef);
  if (change?.changeNo === changeNo) return proposeAgain(command, change);
  if (changeNos.includes(changeNo)) refuse('CHAIN_COMPLETE', { changeNo });
  if (change !== null && !isOver(change)) refuse('ACCOUNT_CHANGE_OPEN', { open: change.changeNo });
  if (current !== null && sameAccount(current, account)) refuse('ACCOUNT_UNCHANGED', { changeNo });
  const hand = makerHand(by, on);
  return [{ type: 'AccountChangeProposed', data: { changeNo, account, hand } }];
}

/** The same proposal is a repeat; after a sending back it opens the next round. */
function proposeAgain(
  { changeNo, account, by, on }: ProposeAccountChange,
  { account: before, signing }: AccountChange,
): readonly AccountEvent[] {
  if (!signing.returned) {
    const mine = personsOf(signing)[0] === by.person;
    if (mine && sameAccount(before, account)) return [];
    refuse('ACCOUNT_CHANGE_OPEN', { open: changeNo });
  }
  const hand = makerHand(by, on, signing);
  return [{ type: 'AccountChangeProposed', data: { changeNo, account, hand } }];
}

function signChange(command: SignAccountChange, person: EnrolledPerson): readonly AccountEvent[] {
  const { changeNo, step, sealedSha256, usableFrom, by, on } = command;
  forbidPayee(command, person.enrolment.personRef);
  const { account, signing } = changeNamed(changeNo, person);
  const seen = { ...signing.seen, root: sealedSha256 };
  const hand = sign(signing, { step, by, day: on, seen });
  if (hand === undefined) return repeated(signing.returned);
  const signature: AccountEvent = { type: 'AccountChangeSigned', data: { changeNo, hand } };
  const after = signed(signing, hand);
  if (nextStep(after) !== undefined) return [signature];
  if (usableFrom < on) refuse('FACT_IMPOSSIBLE', { fact: 'usableFrom', usableFrom });
  const hands = personsOf(after);
  const changed = { changeNo, account, hands, changedOn: on, usableFrom };
  return [signature, { type: 'AccountChanged', data: changed }];
}

function returnChange(
  command: SendAccountChangeBack,
  person: EnrolledPerson,
): readonly AccountEvent[] {
  const { changeNo, reason, by, on } = command;
  forbidPayee(command, person.enrolment.personRef);
  const hand = sendBack(changeNamed(changeNo, person).signing, { by, day: on, reason });
  if (hand === undefined) return [];
  return [{ type: 'AccountChangeSentBack', data: { changeNo, hand, reason } }];
}

/** Whoever signed, and whoever sent back, is known to the chain; a sending back is no signature. */
function repeated(returned: boolean): readonly AccountEvent[] {
  if (returned) refuse('CHAIN_RETURNED', {});
  return [];
}

function changeNamed(changeNo: string, { change }: EnrolledPerson): AccountChange {
  if (change?.changeNo !== changeNo) return refuse('NOT_FOUND', { changeNo });
  return change;
}

/** Over when three have signed it, or when it was sent back and another may take its place. */
function isOver({ signing }: AccountChange): boolean {
  return signing.returned || isComplete(signing);
}

export function evolveAccount(person: EnrolledPerson, event: AccountEvent): EnrolledPerson {
  switch (event.type) {
    case 'AccountRecorded': {
      const { account } = event.data;
      if (person.account !== null) return impossible(event.type, 'a person with an account');
      return { ...person, firstAccount: account, account };
    }
    case 'AccountChangeProposed':
      return proposed(person, event.data);
    case 'AccountChangeSigned': {
      const change = open(person, event.data.changeNo);
      return { ...person, change: { ...change, signing: signed(change.signing, event.data.hand) } };
    }
    case 'AccountChangeSentBack': {
      const change = open(person, event.data.changeNo);
      const signing = sentBack(change.signing, event.data.hand);
      return { ...person, change: { ...change, signing } };
    }
    case 'AccountChanged': {
      const { changeNo, account, usableFrom, hands } = event.data;
      if (person.change?.changeNo !== changeNo || !isComplete(person.change.signing)) {
        return impossible(event.type, 'a change that was not signed');
      }
      return { ...person, account, usableFrom, accountHands: hands };
    }
  }
}

function proposed(
  person: EnrolledPerson,
  { changeNo, account, hand }: { changeNo: string; account: AccountUse; hand: Hand },
): EnrolledPerson {
  const { change, changeNos } = person;
  const before = change?.changeNo === changeNo ? change.signing : undefined;
  const seen: Seen = { root: account.sealedSha256, lines: 1, amountFen: noFen };
  return {
    ...person,
    change: { changeNo, account, signing: begun(usualSteps, seen, hand, before) },
    changeNos: before === undefined ? [...changeNos, changeNo] : changeNos,
  };
}

function open({ change }: EnrolledPerson, changeNo: string): AccountChange {
  if (change?.changeNo !== changeNo || isOver(change)) {
    return impossible('a signature', 'a change that is not open');
  }
  return change;
}
