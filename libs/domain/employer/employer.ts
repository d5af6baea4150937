import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Day } from '../values/calendar.js';
import { sameSealed } from '../values/sealed.js';
import type { EmployerEvent, Registration } from './employer.events.js';

export type EmployerCommand = RegisterEmployer | ChangeCreditCode | MergeEmployer | CloseEmployer;

export type RegisterEmployer = Readonly<{ type: 'RegisterEmployer'; on: Day }> & Registration;

/** A credit code is an attribute with a day: the agency's number is what stays. */
export type ChangeCreditCode = Readonly<{
  type: 'ChangeCreditCode';
  creditCode: string;
  creditCodeValid: boolean;
  from: Day;
}>;

export type MergeEmployer = Readonly<{ type: 'MergeEmployer'; into: string }>;

export type CloseEmployer = Readonly<{ type: 'CloseEmployer'; on: Day }>;

export type Employer =
  | Readonly<{ status: 'none' }>
  | (Known & Readonly<{ status: 'open' }>)
  | (Known & Readonly<{ status: 'closed'; on: Day }>)
  | (Known & Readonly<{ status: 'merged'; into: string }>);

/** `registration` is as first told; `creditCode` is the one in force. */
export type Known = Readonly<{ registration: Registration; creditCode: string }>;

export const employerStream = (employerNo: string): string => `employer-${employerNo}`;

export const employerDecider: Decider<Employer, EmployerCommand, EmployerEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: EmployerCommand, employer: Employer): readonly EmployerEvent[] {
  switch (command.type) {
    case 'RegisterEmployer':
      return register(command, employer);
    case 'ChangeCreditCode':
      return changeCode(command, employer);
    case 'MergeEmployer':
      return merge(command, employer);
    case 'CloseEmployer':
      return close(command, employer);
  }
}

function register(command: RegisterEmployer, employer: Employer): readonly EmployerEvent[] {
  const { employerNo, office, registeredOn, name, creditCode, creditCodeValid, on } = command;
  const registration = { employerNo, office, registeredOn, name, creditCode, creditCodeValid };
  if (employer.status !== 'none') {
    if (sameRegistration(employer.registration, registration)) return [];
    refuse('EMPLOYER_NUMBER_TAKEN', { employerNo });
  }
  if (registeredOn > on) refuse('DAY_IN_FUTURE', { registeredOn });
  return [{ type: 'EmployerRegistered', data: registration }];
}

function changeCode(
  { creditCode, creditCodeValid, from }: ChangeCreditCode,
  employer: Employer,
): readonly EmployerEvent[] {
  const { creditCode: current } = open(employer);
  if (creditCode === current) return [];
  return [{ type: 'CreditCodeChanged', data: { creditCode, creditCodeValid, from } }];
}

function merge({ into }: MergeEmployer, employer: Employer): readonly EmployerEvent[] {
  if (employer.status === 'merged' && employer.into === into) return [];
  const { employerNo } = open(employer).registration;
  if (into === employerNo) refuse('FACT_IMPOSSIBLE', { fact: 'into', into });
  return [{ type: 'EmployerMerged', data: { into } }];
}

function close({ on }: CloseEmployer, employer: Employer): readonly EmployerEvent[] {
  if (employer.status === 'closed' && employer.on === on) return [];
  const { registeredOn } = open(employer).registration;
  if (on < registeredOn) refuse('FACT_IMPOSSIBLE', { fact: 'on', on, registeredOn });
  return [{ type: 'EmployerClosed', data: { on } }];
}

/** A merged employer's refusal names the one to ask instead. */
function open(employer: Employer): Known {
  if (employer.status === 'none') refuse('EMPLOYER_UNKNOWN', {});
  const { employerNo } = employer.registration;
  if (employer.status === 'merged') refuse('EMPLOYER_CLOSED', { employerNo, into: employer.into });
  if (employer.status === 'closed') refuse('EMPLOYER_CLOSED', { employerNo, on: employer.on });
  return employer;
}

function evolve(employer: Employer, event: EmployerEvent): Employer {
  if (event.type === 'EmployerRegistered') {
    if (employer.status !== 'none') return impossible(event.type, 'an employer registered already');
    return { status: 'open', registration: event.data, creditCode: event.data.creditCode };
  }
  if (employer.status !== 'open') return impossible(event.type, `an employer: ${employer.status}`);
  switch (event.type) {
    case 'CreditCodeChanged':
      return { ...employer, creditCode: event.data.creditCode };
    case 'EmployerMerged':
      return { ...employer, status: 'merged', into: event.data.into };
    case 'EmployerClosed':
      return { ...employer, status: 'closed', on: event.data.on };
    default:
      return impossible(event, 'an employer');
  }
}

function sameRegistration(left: Registration, right: Registration): boolean {
  return (
    left.employerNo === right.employerNo &&
    left.office === right.office &&
    left.registeredOn === right.registeredOn &&
    left.creditCode === right.creditCode &&
    left.creditCodeValid === right.creditCodeValid &&
    sameSealed(left.name, right.name)
  );
}
