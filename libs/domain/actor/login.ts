import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Day } from '../values/calendar.js';
import type { LoginEvent, ReservedLogin } from './login.events.js';

/**
 * Keeps a login for one account before that is proposed. `over` is an account that it was kept for
 * and whose proposal was withdrawn, or one of the same actor, whose own stream tells the two apart.
 * `unproposed` is one that it was kept for and that nobody has proposed yet.
 */
export type ReserveLogin = Readonly<{
  type: 'ReserveLogin';
  on: Day;
  over?: string;
  unproposed?: string;
}> &
  ReservedLogin;

export type Login =
  Readonly<{ status: 'free' }> | (Readonly<{ status: 'reserved'; on?: Day }> & ReservedLogin);

export const loginStream = (loginKey: string): string => `login-${loginKey}`;

/**
 * One login, one account, whoever it is proposed for: the first append wins. A proposal follows its
 * reservation at once; one that has not by another business day was cut off and will not come.
 */
export const loginDecider: Decider<Login, ReserveLogin, LoginEvent> = {
  initial: { status: 'free' },
  decide: ({ loginKey, actorId, accountId, on, over, unproposed }, login) => {
    const data = { loginKey, actorId, accountId, on };
    if (login.status === 'free') return [{ type: 'LoginReserved', data }];
    const { accountId: instead } = login;
    if (instead === accountId) return [];
    const isCutOff = instead === unproposed && (login.on === undefined || login.on < on);
    if (instead !== over && !isCutOff)
      refuse('ACTOR_ACCOUNT_TAKEN', { actorId: login.actorId, accountId: instead });
    return [{ type: 'LoginReserved', data: { ...data, instead } }];
  },
  evolve: (login, { type, data: { instead, ...data } }) => {
    if (login.status === 'reserved' && login.accountId !== instead)
      return impossible(type, 'a login that another account has');
    return { status: 'reserved', ...data };
  },
};
