import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { day } from '../values/calendar.js';
import type { LoginEvent } from './login.events.js';
import { loginDecider, loginStream, type ReserveLogin } from './login.js';

const on = day('2026-09-01');
const kept = { loginKey: 'k-login', actorId: 'li', accountId: 'li-1' };
const data = { ...kept, on };
const reserve: ReserveLogin = { type: 'ReserveLogin', ...data };
const reserved: LoginEvent = { type: 'LoginReserved', data };

describe('a login', () => {
  it('is the first account’s that asks for it', () => {
    given(loginDecider).when(reserve).records(reserved);
    expect(loginStream('k-login')).toBe('login-k-login');
  });
  it('is no other account’s, of whomever', () => {
    for (const other of [{ accountId: 'li-2' }, { actorId: 'wang', accountId: 'wang-1' }]) {
      given(loginDecider, reserved)
        .when({ ...reserve, ...other })
        .refuses('ACTOR_ACCOUNT_TAKEN');
      given(loginDecider, reserved)
        .when({ ...reserve, ...other, over: 'li-0' })
        .refuses('ACTOR_ACCOUNT_TAKEN');
    }
  });
  it('passes on from an account that will not have it', () => {
    const second = { ...data, actorId: 'wang', accountId: 'wang-1' };
    given(loginDecider, reserved)
      .when({ ...reserve, ...second, over: 'li-1' })
      .records({ type: 'LoginReserved', data: { ...second, instead: 'li-1' } });
  });
  it('passes on from a proposal that was cut off, on another day', () => {
    const second = { ...data, actorId: 'wang', accountId: 'wang-1' };
    const asked: ReserveLogin = { ...reserve, ...second, unproposed: 'li-1' };
    const next = { ...asked, on: day('2026-09-02') };
    const passed: LoginEvent = {
      type: 'LoginReserved',
      data: { ...second, on: next.on, instead: 'li-1' },
    };
    given(loginDecider, reserved).when(asked).refuses('ACTOR_ACCOUNT_TAKEN');
    given(loginDecider, reserved).when(next).records(passed);
    given(loginDecider, reserved)
      .when({ ...next, unproposed: 'li-0' })
      .refuses('ACTOR_ACCOUNT_TAKEN');
    const undated: LoginEvent = { type: 'LoginReserved', data: kept };
    given(loginDecider, undated).when(next).records(passed);
  });
  it('stops at a history that could not have happened', () => {
    expect(() => given(loginDecider, reserved, reserved)).toThrow(/impossible history/);
  });
});
