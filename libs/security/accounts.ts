import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import { faultCode } from '#postgres/setup-error.js';
import { assertStrong, hashPassword, oneTimePassword, passwordMatches } from './passwords.js';

export type SignedIn = Readonly<{ accountId: string; actorId: string; mustChange: boolean }>;

export const attemptsAllowed = 5;
export const lockedMs = 15 * 60_000;

/**
 * What staff sign in with. One person (actor) may hold several accounts; which person an account
 * belongs to is fixed when it is made.
 */
export class StaffAccounts {
  /** Verified for an unknown login, so that it takes as long as a known one. */
  private readonly decoy = hashPassword(oneTimePassword());

  constructor(
    private readonly database: Pick<Pool, 'query'>,
    private readonly now: () => Date,
  ) {}

  /**
   * @returns the one-time password, shown once and kept nowhere
   * @throws Refusal ACTOR_ACCOUNT_TAKEN when the account's id or login is in use
   */
  async create(
    account: Readonly<{ accountId: string; actorId: string; login: string }>,
  ): Promise<string> {
    const password = oneTimePassword();
    try {
      await this.database.query(
        `insert into staff_accounts (account_id, actor_id, login, password_hash, must_change)
         values ($1, $2, $3, $4, true)`,
        [
          account.accountId,
          account.actorId,
          normalLogin(account.login),
          await hashPassword(password),
        ],
      );
    } catch (error) {
      if (faultCode(error) !== '23505') throw error;
      refuse('ACTOR_ACCOUNT_TAKEN', { accountId: account.accountId });
    }
    return password;
  }

  /** Whether somebody comes in by that login already, through another account than this. */
  async isLoginOfAnother(accountId: string, login: string): Promise<boolean> {
    const { rowCount } = await this.database.query(
      'select from staff_accounts where login = $1 and account_id <> $2',
      [normalLogin(login), accountId],
    );
    return rowCount !== 0;
  }

  /** What accounts are signed in by; an account that was never opened has no login here. */
  async loginsOf(accountIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.query<{ accountId: string; login: string }>(
      `select account_id as "accountId", login from staff_accounts
        where account_id = any(string_to_array($1, E'\\n'))`,
      [accountIds.join('\n')],
    );
    return new Map(rows.map(({ accountId, login }) => [accountId, login]));
  }

  /**
   * One answer for every failure: unknown, wrong, locked and disabled cannot be told apart.
   *
   * @throws Refusal NOT_SIGNED_IN
   */
  async signIn(login: string, password: string): Promise<SignedIn> {
    const row = await this.chargeAttempt('login', normalLogin(login));
    const matches = await passwordMatches(row?.hash ?? (await this.decoy), password);
    if (row === undefined || !matches) refuse('NOT_SIGNED_IN', {});
    await this.forgiveAttempts(row.accountId);
    const { accountId, actorId, mustChange } = row;
    return { accountId, actorId, mustChange };
  }

  /**
   * Ends every session of the account: the caller opens a new one.
   *
   * @throws Refusal NOT_SIGNED_IN when the current password is wrong; it counts as an attempt
   * @throws Refusal PASSWORD_WEAK
   */
  async changePassword(
    change: Readonly<{ accountId: string; current: string; next: string }>,
  ): Promise<void> {
    const row = await this.chargeAttempt('account_id', change.accountId);
    const matches = await passwordMatches(row?.hash ?? (await this.decoy), change.current);
    if (row === undefined || !matches) refuse('NOT_SIGNED_IN', {});
    await this.forgiveAttempts(row.accountId);
    assertStrong(change.next, row.login);
    if (change.next === change.current) refuse('PASSWORD_WEAK', { rule: 'not the current one' });
    await this.setPassword(change.accountId, change.next, false);
  }

  /** A new one-time password for somebody who lost theirs; unlocks and ends all sessions. */
  async resetPassword(accountId: string): Promise<string> {
    const password = oneTimePassword();
    await this.setPassword(accountId, password, true);
    return password;
  }

  /** A disabled account signs nobody in and its sessions end at once. */
  async setDisabled(accountId: string, disabled: boolean): Promise<void> {
    const { rowCount } = await this.database.query(
      `with ended as (delete from sessions where account_id = $1 and $2)
       update staff_accounts set disabled = $2 where account_id = $1`,
      [accountId, disabled],
    );
    if (rowCount === 0) refuse('ACTOR_UNKNOWN', { accountId });
  }

  /**
   * An attempt is charged before it is judged, in one statement: a hundred guesses at once get no
   * more answers than five one after the other. It does not wait for the disk, so that a login that
   * exists answers no later than one that does not.
   */
  private async chargeAttempt(
    column: 'login' | 'account_id',
    value: string,
  ): Promise<(SignedIn & { login: string; hash: string }) | undefined> {
    const now = this.now();
    const { rows } = await this.database.query<SignedIn & { login: string; hash: string }>(
      `update staff_accounts
          set failed_count = case when locked_until is null then failed_count + 1 else 1 end,
              locked_until = case when locked_until is null and failed_count + 1 >= $3
                                  then $4::timestamptz end
         from (select set_config('synchronous_commit', 'off', true)) as unhurried
        where ${column} = $1 and not disabled and (locked_until is null or locked_until <= $2)
       returning account_id as "accountId", actor_id as "actorId", login,
                 must_change as "mustChange", password_hash as hash`,
      [value, now, attemptsAllowed, new Date(now.getTime() + lockedMs)],
    );
    return rows[0];
  }

  private async forgiveAttempts(accountId: string): Promise<void> {
    await this.database.query(
      'update staff_accounts set failed_count = 0, locked_until = null where account_id = $1',
      [accountId],
    );
  }

  private async setPassword(
    accountId: string,
    password: string,
    mustChange: boolean,
  ): Promise<void> {
    const { rowCount } = await this.database.query(
      `with ended as (delete from sessions where account_id = $1)
       update staff_accounts
          set password_hash = $2, must_change = $3, failed_count = 0, locked_until = null
        where account_id = $1`,
      [accountId, await hashPassword(password), mustChange],
    );
    if (rowCount === 0) refuse('ACTOR_UNKNOWN', { accountId });
  }
}

function normalLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}
