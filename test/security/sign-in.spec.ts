import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { attemptsAllowed, lockedMs, StaffAccounts } from '#security/accounts.js';
import { securityMigrations } from '#security/migrations.js';
import {
  absoluteLimitMs,
  csrfToken,
  csrfTokenMatches,
  idleLimitMs,
  Sessions,
} from '#security/sessions.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

const chosen = 'a long enough secret';
let database: TestDatabase;
let clock: number;
let accounts: StaffAccounts;
let sessions: Sessions;
let number = 0;

beforeAll(async () => {
  database = await openTestDatabase(securityMigrations);
});
afterAll(() => database.close());
beforeEach(() => {
  clock = Date.parse('2026-03-02T09:00:00+08:00');
  const now = (): Date => new Date(clock);
  accounts = new StaffAccounts(database.app, now);
  sessions = new Sessions(database.app, now);
});

async function newAccount(actorId?: string) {
  number += 1;
  const accountId = `account-${number}`;
  const login = `clerk-${number}`;
  const account = { accountId, actorId: actorId ?? `actor-${number}`, login };
  const oneTime = await accounts.create(account);
  await accounts.changePassword({ accountId, current: oneTime, next: chosen });
  return account;
}

async function fail(login: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await expect(accounts.signIn(login, 'wrong')).rejects.toThrow('NOT_SIGNED_IN');
}

describe('an account', () => {
  it('begins with a one-time password that has to be changed', async () => {
    const account = { accountId: 'first', actorId: 'actor-first', login: 'First' };
    const oneTime = await accounts.create(account);
    expect(await accounts.signIn(' first ', oneTime)).toEqual({
      accountId: 'first',
      actorId: 'actor-first',
      mustChange: true,
    });
    await accounts.changePassword({ accountId: 'first', current: oneTime, next: chosen });
    expect(await accounts.signIn('FIRST', chosen)).toMatchObject({ mustChange: false });
    await expect(accounts.signIn('first', oneTime)).rejects.toThrow('NOT_SIGNED_IN');
  });

  it('is refused when its id or login is in use, in any case of letters', async () => {
    const { accountId, login } = await newAccount();
    const other = { accountId: 'other', actorId: 'a', login: login.toUpperCase() };
    await expect(accounts.create(other)).rejects.toThrow('ACTOR_ACCOUNT_TAKEN');
    const same = { accountId, actorId: 'a', login: 'free' };
    await expect(accounts.create(same)).rejects.toThrow('ACTOR_ACCOUNT_TAKEN');
  });

  it('keeps its person and its password from the app role’s hands', async () => {
    const { accountId } = await newAccount();
    for (const sql of [
      "update staff_accounts set actor_id = 'another'",
      "update staff_accounts set login = 'another'",
      'delete from staff_accounts',
      "update sessions set account_id = 'another'",
    ])
      await expect(database.app.query(sql)).rejects.toMatchObject({ code: '42501' });
    const { rows } = await database.app.query<{ all: string }>(
      'select a::text as all from staff_accounts a where account_id = $1',
      [accountId],
    );
    expect(rows[0]?.all).not.toContain(chosen);
  });

  it('changes its password only with the current one, and to a strong and new one', async () => {
    const { accountId, login } = await newAccount();
    const change = (current: string, next: string): Promise<void> =>
      accounts.changePassword({ accountId, current, next });
    await expect(change('wrong', 'another long secret')).rejects.toThrow('NOT_SIGNED_IN');
    await expect(change(chosen, 'short')).rejects.toThrow('PASSWORD_WEAK');
    await expect(change(chosen, `${login} and more`)).rejects.toThrow('PASSWORD_WEAK');
    await expect(change(chosen, chosen)).rejects.toThrow('PASSWORD_WEAK');
    await change(chosen, 'another long secret');
    await accounts.signIn(login, 'another long secret');
  });
});

describe('signing in', () => {
  it('answers unknown, wrong, locked and disabled with the same words', async () => {
    const wrong = await newAccount();
    const locked = await newAccount();
    const disabled = await newAccount();
    await fail(locked.login, attemptsAllowed);
    await accounts.setDisabled(disabled.accountId, true);
    const answers = await Promise.all(
      [
        ['nobody', chosen],
        [wrong.login, 'wrong'],
        [locked.login, chosen],
        [disabled.login, chosen],
      ].map(([login = '', password = '']) => accounts.signIn(login, password).catch(String)),
    );
    expect(new Set(answers)).toEqual(new Set(['Refusal: NOT_SIGNED_IN {}']));
  });

  it('is locked after five failures for a quarter of an hour, not after four', async () => {
    const { login } = await newAccount();
    await fail(login, attemptsAllowed - 1);
    await accounts.signIn(login, chosen);
    await fail(login, attemptsAllowed);
    clock += lockedMs - 1;
    await expect(accounts.signIn(login, chosen)).rejects.toThrow('NOT_SIGNED_IN');
    clock += 1;
    await accounts.signIn(login, chosen);
  });

  it('gives a hundred guesses at once no more than five answers', async () => {
    const { login } = await newAccount();
    const guesses = Array.from({ length: 40 }, () => accounts.signIn(login, 'wrong').catch(String));
    await Promise.all(guesses);
    const { rows } = await database.owner.query(
      `select failed_count, locked_until is not null as locked
         from staff_accounts where login = $1`,
      [login],
    );
    expect(rows).toEqual([{ failed_count: attemptsAllowed, locked: true }]);
    await expect(accounts.signIn(login, chosen)).rejects.toThrow('NOT_SIGNED_IN');
  });

  it('counts guesses at changing the password too', async () => {
    const { accountId, login } = await newAccount();
    const change = { accountId, current: 'wrong', next: 'another long secret' };
    for (let time = 0; time < attemptsAllowed; time += 1)
      await expect(accounts.changePassword(change)).rejects.toThrow('NOT_SIGNED_IN');
    await expect(accounts.signIn(login, chosen)).rejects.toThrow('NOT_SIGNED_IN');
  });

  it('works again with a new one-time password after a reset', async () => {
    const { accountId, login } = await newAccount();
    await fail(login, attemptsAllowed);
    const session = await sessions.open(accountId);
    const oneTime = await accounts.resetPassword(accountId);
    expect(await accounts.signIn(login, oneTime)).toMatchObject({ mustChange: true });
    expect(await sessions.find(session)).toBeUndefined();
    await expect(accounts.resetPassword('nobody')).rejects.toThrow('ACTOR_UNKNOWN');
  });
});

describe('a session', () => {
  it('says whose it is, and its id is not in the database', async () => {
    const { accountId, actorId } = await newAccount();
    const id = await sessions.open(accountId);
    expect(await sessions.find(id)).toEqual({ accountId, actorId, mustChange: false });
    expect(await sessions.find(`${id}x`)).toBeUndefined();
    const { rows } = await database.owner.query<{ text: string }>(
      'select s::text as text from sessions s',
    );
    expect(rows.some(({ text }) => text.includes(id))).toBe(false);
  });

  it('ends after thirty idle minutes, and use prolongs it', async () => {
    const id = await sessions.open((await newAccount()).accountId);
    clock += idleLimitMs - 1;
    expect(await sessions.find(id)).toBeDefined();
    clock += idleLimitMs - 1;
    expect(await sessions.find(id)).toBeDefined();
    clock += idleLimitMs;
    expect(await sessions.find(id)).toBeUndefined();
  });

  it('ends after twelve hours however busy it was', async () => {
    const id = await sessions.open((await newAccount()).accountId);
    const end = clock + absoluteLimitMs;
    for (clock += idleLimitMs / 2; clock < end; clock += idleLimitMs / 2)
      expect(await sessions.find(id)).toBeDefined();
    clock = end;
    expect(await sessions.find(id)).toBeUndefined();
    expect(await sessions.sweep()).toBeGreaterThan(0);
  });

  it('ends when it is closed, and the others stay', async () => {
    const { accountId } = await newAccount();
    const [one, two] = [await sessions.open(accountId), await sessions.open(accountId)];
    await sessions.close(one);
    expect(await sessions.find(one)).toBeUndefined();
    expect(await sessions.find(two)).toBeDefined();
  });

  it('ends on every account of a person who is revoked, and on nobody else’s', async () => {
    const one = await newAccount('actor-two-accounts');
    const two = await newAccount('actor-two-accounts');
    const other = await sessions.open((await newAccount()).accountId);
    const ids = [await sessions.open(one.accountId), await sessions.open(two.accountId)];
    expect(await sessions.revokeActor('actor-two-accounts')).toBe(2);
    for (const id of ids) expect(await sessions.find(id)).toBeUndefined();
    expect(await sessions.find(other)).toBeDefined();
  });

  it('ends when its account is disabled or its password changed', async () => {
    const { accountId } = await newAccount();
    const first = await sessions.open(accountId);
    await accounts.setDisabled(accountId, true);
    await accounts.setDisabled(accountId, false);
    expect(await sessions.find(first)).toBeUndefined();
    const second = await sessions.open(accountId);
    await accounts.changePassword({ accountId, current: chosen, next: 'another long secret' });
    expect(await sessions.find(second)).toBeUndefined();
    await expect(accounts.setDisabled('nobody', true)).rejects.toThrow('ACTOR_UNKNOWN');
  });

  it('lends its form a token that fits no other session', async () => {
    const { accountId } = await newAccount();
    const [one, two] = [await sessions.open(accountId), await sessions.open(accountId)];
    expect(csrfTokenMatches(one, csrfToken(one))).toBe(true);
    expect(csrfTokenMatches(one, csrfToken(two))).toBe(false);
    expect(csrfTokenMatches(one, '')).toBe(false);
  });
});
