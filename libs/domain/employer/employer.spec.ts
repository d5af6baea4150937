import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { day } from '../values/calendar.js';
import type { EmployerEvent, Registration } from './employer.events.js';
import {
  employerDecider,
  employerStream,
  type ChangeCreditCode,
  type CloseEmployer,
  type MergeEmployer,
  type RegisterEmployer,
} from './employer.js';

const registration: Registration = {
  employerNo: 'U00001',
  office: '440106',
  registeredOn: day('2017-04-01'),
  name: { ref: 'employer-U00001', sealedSha256: 'aa' },
  creditCode: '91440103JG7LCMK1X7',
  creditCodeValid: true,
};
const register: RegisterEmployer = {
  type: 'RegisterEmployer',
  ...registration,
  on: day('2026-09-01'),
};
const change: ChangeCreditCode = {
  type: 'ChangeCreditCode',
  creditCode: '91440106LB9CG8YN4E',
  creditCodeValid: true,
  from: day('2026-10-01'),
};
const merge: MergeEmployer = { type: 'MergeEmployer', into: 'U00002' };
const close: CloseEmployer = { type: 'CloseEmployer', on: day('2026-11-30') };

const registered: EmployerEvent = { type: 'EmployerRegistered', data: registration };
const changed: EmployerEvent = {
  type: 'CreditCodeChanged',
  data: { creditCode: change.creditCode, creditCodeValid: true, from: day('2026-10-01') },
};
const merged: EmployerEvent = { type: 'EmployerMerged', data: { into: 'U00002' } };
const closed: EmployerEvent = { type: 'EmployerClosed', data: { on: day('2026-11-30') } };

describe('registering an employer', () => {
  it('records the number and the dated attributes', () => {
    given(employerDecider).when(register).records(registered);
    expect(employerStream('U00001')).toBe('employer-U00001');
  });
  it('may be made on the very day, and closed on it', () => {
    const today = { ...registration, registeredOn: day('2026-09-01') };
    const event: EmployerEvent = { type: 'EmployerRegistered', data: today };
    given(employerDecider)
      .when({ ...register, ...today })
      .records(event);
    given(employerDecider, event)
      .when({ ...close, on: day('2026-09-01') })
      .records({ type: 'EmployerClosed', data: { on: day('2026-09-01') } });
  });
  it('adds nothing for the same one, whatever came since', () => {
    given(employerDecider, registered, changed, closed).when(register).records();
  });
  it('refuses the number to another, and a day to come', () => {
    const others: readonly Partial<Registration>[] = [
      { office: '440103' },
      { registeredOn: day('2017-05-01') },
      { creditCode: '91440106LB9CG8YN4E' },
      { creditCodeValid: false },
      { name: { ref: 'employer-U00001', sealedSha256: 'bb' } },
    ];
    for (const other of others) {
      given(employerDecider, registered)
        .when({ ...register, ...other })
        .refuses('EMPLOYER_NUMBER_TAKEN');
    }
    given(employerDecider)
      .when({ ...register, registeredOn: day('2026-09-02') })
      .refuses('DAY_IN_FUTURE');
  });
});

describe('changing, merging and closing an employer', () => {
  it('keeps the number when the credit code changes', () => {
    given(employerDecider, registered).when(change).records(changed);
  });
  it('records where it went, or that it ended', () => {
    given(employerDecider, registered).when(merge).records(merged);
    given(employerDecider, registered).when(close).records(closed);
  });
  it('needs an employer that is there and open', () => {
    for (const command of [change, merge, close]) {
      given(employerDecider).when(command).refuses('EMPLOYER_UNKNOWN');
    }
    given(employerDecider, registered, closed).when(change).refuses('EMPLOYER_CLOSED');
    given(employerDecider, registered, closed).when(merge).refuses('EMPLOYER_CLOSED');
    given(employerDecider, registered, merged).when(close).refuses('EMPLOYER_CLOSED');
    given(employerDecider, registered, merged)
      .when({ ...merge, into: 'U00003' })
      .refuses('EMPLOYER_CLOSED');
    given(employerDecider, registered, closed)
      .when({ ...close, on: day('2026-12-01') })
      .refuses('EMPLOYER_CLOSED');
  });
  it('refuses what cannot be', () => {
    given(employerDecider, registered)
      .when({ ...merge, into: 'U00001' })
      .refuses('FACT_IMPOSSIBLE');
    given(employerDecider, registered)
      .when({ ...close, on: day('2017-03-31') })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [[changed], [registered, registered], [registered, merged, closed]]) {
      expect(() => given(employerDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
