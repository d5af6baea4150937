import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { LoginEvent, ReservedLogin } from './login.events.js';

/**
 * Keeps a login for one account before that is proposed. `over` is an account that it was kept for
 * and whose proposal was withdrawn, or one of the same actor, whose own stream tells the two apart.
 */
export type ReserveLogin = Readonly<{ type: 'ReserveLogin'; over?: string }> & ReservedLogin;

export type Login =
  Readonly<{ status: 'free' }> | (Readonly<{ status: 'reserved' }> & ReservedLogin);

export const loginStream = (loginKey: string): string => `login-${loginKey}`;

/** One login, one account, whoever it is proposed for: the first append wins. */
export const loginDecider: Decider<Login, ReserveLogin, LoginEvent> = {
  initial: { status: 'free' },
  decide: ({ loginKey, actorId, accountId, over }, login) => {
    const data = { loginKey, actorId, accountId };
    if (login.status === 'free') return [{ type: 'LoginReserved', data }];
    if (login.accountId === accountId) return [];
    if (login.accountId !== over)
      refuse('ACTOR_ACCOUNT_TAKEN', { actorId: login.actorId, accountId: login.accountId });
    return [{ type: 'LoginReserved', data: { ...data, instead: over } }];
  },
  evolve: (login, { type, data: { instead, ...data } }) => {
    if (login.status === 'reserved' && login.accountId !== instead)
      return impossible(type, 'a login that another account has');
    return { status: 'reserved', ...data };
  },
};
