import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import { sameSealed } from '../values/sealed.js';
import { decideAccount, evolveAccount } from './person-account.js';
import { decideMerge, merged, mergeProposed } from './person-merge.js';
import type {
  BringHistory,
  EndAward,
  EnrolledPerson,
  EnrolPerson,
  GrantAward,
  Person,
  PersonCommand,
  RegisterUnemployment,
  ReleaseClaim,
  ReserveClaim,
  WithdrawRegistration,
} from './person.commands.js';
import type { Enrolment, PersonEvent, Span, Unemployment } from './person.events.js';

export const personStream = (personRef: string): string => `person-${personRef}`;

export const personDecider: Decider<Person, PersonCommand, PersonEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: PersonCommand, person: Person): readonly PersonEvent[] {
  if (command.type === 'EnrolPerson') return enrol(command, person);
  if (person.status === 'none') refuse('PERSON_UNKNOWN', {});
  if (command.type === 'MergePerson') return decideMerge(command, person);
  if (person.status === 'merged') refuse('PERSON_MERGED', { into: person.into });
  switch (command.type) {
    case 'BringHistory':
      return bringHistory(command, person);
    case 'RegisterUnemployment':
      return register(command, person);
    case 'WithdrawRegistration':
      return withdrawRegistration(command, person);
    case 'ReserveClaim':
      return reserve(command, person);
    case 'ReleaseClaim':
      return release(command, person);
    case 'GrantAward':
      return grant(command, person);
    case 'EndAward':
      return endAward(command, person);
    default:
      return decideAccount(command, person);
  }
}

function enrol(command: EnrolPerson, person: Person): readonly PersonEvent[] {
  const { on } = command;
  const enrolment = enrolmentOf(command);
  if (person.status === 'merged') refuse('PERSON_MERGED', { into: person.into });
  if (person.status === 'enrolled') {
    if (sameEnrolment(person.enrolment, enrolment)) return [];
    refuse('PERSON_NUMBER_TAKEN', { personRef: enrolment.personRef });
  }
  if (enrolment.enrolledOn > on) refuse('DAY_IN_FUTURE', { enrolledOn: enrolment.enrolledOn });
  return [{ type: 'PersonEnrolled', data: enrolment }];
}

/** Field by field: whatever else a caller's object holds must not reach an event. */
function enrolmentOf(command: Enrolment): Enrolment {
  const { personRef, office, enrolledOn, household, identity, identityKey } = command;
  const { phone, oldNumber } = command;
  return {
    ...{ personRef, office, enrolledOn, household, identity, identityKey },
    ...(phone === undefined ? {} : { phone }),
    ...(oldNumber === undefined ? {} : { oldNumber }),
  };
}

/** Spans known already are left out, so that a file and a longer copy of it can both be brought. */
function bringHistory(
  { fileSha256, spans }: BringHistory,
  { spans: known }: EnrolledPerson,
): readonly PersonEvent[] {
  const fresh = spans.filter((span) => !known.some((one) => sameSpan(one, span)));
  for (const [index, span] of fresh.entries()) {
    const { from, to } = span;
    if (from > to) refuse('FACT_IMPOSSIBLE', { fact: 'span', from, to });
    const others = [...known, ...fresh.slice(0, index)];
    if (others.some((other) => overlap(other, span))) refuse('SPELL_OVERLAPS', { from, to });
  }
  return fresh.length === 0 ? [] : [{ type: 'HistoryBrought', data: { fileSha256, spans: fresh } }];
}

function register(command: RegisterUnemployment, person: EnrolledPerson): readonly PersonEvent[] {
  const { employerNo, endedOn, termination, registeredOn, certificate, on } = command;
  const registration = { employerNo, endedOn, termination, registeredOn, certificate };
  if (person.registrations.some((one) => sameRegistration(one, registration))) return [];
  if (registeredOn > on) refuse('DAY_IN_FUTURE', { registeredOn });
  if (endedOn > registeredOn) refuse('FACT_IMPOSSIBLE', { fact: 'endedOn', endedOn });
  return [{ type: 'UnemploymentRegistered', data: registration }];
}

function withdrawRegistration(
  { on }: WithdrawRegistration,
  { registered }: EnrolledPerson,
): readonly PersonEvent[] {
  return registered ? [{ type: 'RegistrationWithdrawn', data: { on } }] : [];
}

/**
 * One open claim or award a person, whatever office asks first: this stream's order decides. The
 * refusal says nothing of the other claim, which may be another county's.
 */
function reserve(
  { claimNo, office, once }: ReserveClaim,
  { reserved, award, answered, keptOnce }: EnrolledPerson,
): readonly PersonEvent[] {
  if (reserved === claimNo || answered.includes(claimNo)) return [];
  if (once !== undefined) {
    const keeper = keptOnce[once];
    if (keeper === claimNo) return [];
    if (keeper !== undefined) refuse('BENEFIT_ALREADY_CLAIMED', {});
    return [{ type: 'ClaimReserved', data: { claimNo, office, once } }];
  }
  if (reserved !== null || award !== null) refuse('OPEN_CLAIM_OR_AWARD', {});
  return [{ type: 'ClaimReserved', data: { claimNo, office } }];
}

/** Recorded even before the reservation came, which could otherwise come after and stay. */
function release({ claimNo }: ReleaseClaim, { answered }: EnrolledPerson): readonly PersonEvent[] {
  if (answered.includes(claimNo)) return [];
  return [{ type: 'ClaimReleased', data: { claimNo } }];
}

function grant(command: GrantAward, person: EnrolledPerson): readonly PersonEvent[] {
  const { awardNo } = command;
  const { award, endedAwards, reserved } = person;
  if ('resumed' in command) return grantAgain(awardNo, person);
  if (award === awardNo || endedAwards.includes(awardNo)) return [];
  if (award !== null) refuse('OPEN_CLAIM_OR_AWARD', {});
  if ('imported' in command) {
    if (reserved !== null) refuse('OPEN_CLAIM_OR_AWARD', {});
    return [{ type: 'AwardGranted', data: { awardNo, imported: true } }];
  }
  const { claimNo } = command;
  if (reserved !== claimNo) refuse('AWARD_NOT_GRANTED', { claimNo });
  return [{ type: 'AwardGranted', data: { awardNo, claimNo } }];
}

/**
 * Only the award that ended last can be resumed, and only while nothing else is open: a later award
 * may have counted its months already.
 */
export function refuseResumption(awardNo: string, person: EnrolledPerson): void {
  const { award, endedAwards, reserved } = person;
  if (award === awardNo) return;
  if (award !== null || reserved !== null) refuse('OPEN_CLAIM_OR_AWARD', {});
  if (endedAwards.at(-1) !== awardNo) refuse('AWARD_ENDED', { award: awardNo });
}

function grantAgain(awardNo: string, person: EnrolledPerson): readonly PersonEvent[] {
  refuseResumption(awardNo, person);
  if (person.award === awardNo) return [];
  return [{ type: 'AwardGranted', data: { awardNo, resumed: true } }];
}

/**
 * A line that is withdrawn after the award ran out gives its month back: the months left over are
 * corrected, unless another award has ended since.
 */
function endAward(
  { awardNo, leftoverMonths }: EndAward,
  { award, endedAwards, leftoverMonths: before }: EnrolledPerson,
): readonly PersonEvent[] {
  const told: PersonEvent = { type: 'AwardEnded', data: { awardNo, leftoverMonths } };
  if (award === awardNo) return [told];
  if (!endedAwards.includes(awardNo)) refuse('AWARD_UNKNOWN', { awardNo });
  return endedAwards.at(-1) === awardNo && leftoverMonths !== before ? [told] : [];
}

function evolve(person: Person, event: PersonEvent): Person {
  if (event.type === 'PersonEnrolled') return enrolled(person, event.data);
  if (person.status !== 'enrolled') return impossible(event.type, `a person: ${person.status}`);
  switch (event.type) {
    case 'HistoryBrought':
      return { ...person, spans: [...person.spans, ...event.data.spans] };
    case 'UnemploymentRegistered': {
      const registrations = [...person.registrations, event.data];
      return { ...person, registrations, registered: true };
    }
    case 'RegistrationWithdrawn':
      if (!person.registered) return impossible(event.type, 'a person not registered');
      return { ...person, registered: false };
    case 'ClaimReserved':
      if (event.data.once !== undefined) return keptFor(person, event.data.once, event.data);
      if (person.reserved !== null || person.award !== null) {
        return impossible(event.type, 'a person with a claim or award');
      }
      return { ...person, reserved: event.data.claimNo };
    case 'ClaimReleased':
      return withAnswer(person, event.data.claimNo);
    case 'AwardGranted':
      return granted(person, event.data);
    case 'AwardEnded':
      return ended(person, event.data);
    case 'AccountRecorded':
    case 'AccountChangeProposed':
    case 'AccountChangeSigned':
    case 'AccountChangeSentBack':
    case 'AccountChanged':
      return evolveAccount(person, event);
    case 'PersonMergeProposed':
      return mergeProposed(person, event.data);
    case 'PersonMerged':
      return merged(person, event.data);
    default:
      return impossible(event, 'a person');
  }
}

function enrolled(person: Person, enrolment: Enrolment): EnrolledPerson {
  if (person.status !== 'none') return impossible('PersonEnrolled', 'a person enrolled already');
  return {
    status: 'enrolled',
    enrolment,
    spans: [],
    registrations: [],
    registered: false,
    reserved: null,
    keptOnce: {},
    answered: [],
    award: null,
    endedAwards: [],
    leftoverMonths: 0,
    firstAccount: null,
    account: null,
    usableFrom: null,
    accountHands: [],
    change: null,
    changeNos: [],
    merge: null,
  };
}

function ended(
  person: EnrolledPerson,
  { awardNo, leftoverMonths }: { awardNo: string; leftoverMonths: number },
): EnrolledPerson {
  if (person.award !== awardNo) {
    if (person.endedAwards.at(-1) === awardNo) return { ...person, leftoverMonths };
    return impossible('AwardEnded', 'a person without that award');
  }
  const endedAwards = [...person.endedAwards, awardNo];
  return { ...person, award: null, endedAwards, leftoverMonths };
}

function granted(
  person: EnrolledPerson,
  { awardNo, claimNo, resumed }: { awardNo: string; claimNo?: string; resumed?: true },
): EnrolledPerson {
  if (person.award !== null || person.reserved !== (claimNo ?? null)) {
    return impossible('AwardGranted', 'a person with another claim or award');
  }
  const after = claimNo === undefined ? person : withAnswer(person, claimNo);
  if (resumed !== true) return { ...after, award: awardNo };
  const endedAwards = person.endedAwards.filter((one) => one !== awardNo);
  return { ...after, award: awardNo, endedAwards, leftoverMonths: 0 };
}

function withAnswer(person: EnrolledPerson, claimNo: string): EnrolledPerson {
  const reserved = person.reserved === claimNo ? null : person.reserved;
  const kept = Object.entries(person.keptOnce).filter(([, keeper]) => keeper !== claimNo);
  const keptOnce = Object.fromEntries(kept);
  return { ...person, reserved, keptOnce, answered: [...person.answered, claimNo] };
}

function keptFor(
  person: EnrolledPerson,
  once: string,
  { claimNo }: { claimNo: string },
): EnrolledPerson {
  if (person.keptOnce[once] !== undefined) return impossible('ClaimReserved', `a second ${once}`);
  return { ...person, keptOnce: { ...person.keptOnce, [once]: claimNo } };
}

function sameEnrolment(left: Enrolment, right: Enrolment): boolean {
  return (
    left.personRef === right.personRef &&
    left.office === right.office &&
    left.enrolledOn === right.enrolledOn &&
    left.household === right.household &&
    left.identityKey === right.identityKey &&
    left.oldNumber === right.oldNumber &&
    sameSealed(left.identity, right.identity) &&
    sameSealed(left.phone, right.phone)
  );
}

function sameRegistration(left: Unemployment, right: Unemployment): boolean {
  return (
    left.employerNo === right.employerNo &&
    left.endedOn === right.endedOn &&
    left.termination === right.termination &&
    left.registeredOn === right.registeredOn &&
    sameSealed(left.certificate, right.certificate)
  );
}

function sameSpan(left: Span, right: Span): boolean {
  return left.from === right.from && left.to === right.to && left.used === right.used;
}

function overlap(left: Span, right: Span): boolean {
  return left.from <= right.to && right.from <= left.to;
}
