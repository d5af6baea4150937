import type { Act, App } from '#application/app.js';
import type { Configuration } from '#application/configuration.js';
import { derivedId } from '#application/ids.js';
import type { Staff } from '#application/staff.js';
import { administrators } from '#domain/actor/duties.js';
import { day, type Day } from '#domain/values/calendar.js';

/** A new system's duties hold on every business day that it may be given. */
export const fromTheBeginning = day('2000-01-01');

export type FirstPassword = Readonly<{ login: string; password: string }>;

export type FirstStart = Readonly<{
  /** Whether this start found a system without all its administrators. */
  isNew: boolean;
  /** One-time passwords made now: to be shown and kept nowhere; any made earlier are void. */
  first: readonly FirstPassword[];
}>;

/** Who the log says did what the start itself did. */
export const starter = 'system:first-start';

/** What the start itself does, without a person: it is dated and named like every other act. */
export function actOfStart(pool: string, on: Day, ...name: readonly string[]): Act {
  return {
    by: { person: starter, account: 'system', duty: 'system', office: pool },
    on,
    commandId: derivedId('first-start', pool, ...name),
    related: [],
    offices: [pool],
  };
}

type Parts = Readonly<{ app: App; staff: Staff; demo: boolean }>;

/**
 * Opens the pool's office and installs the three administrators, each another person. Done already,
 * it does nothing; cut short, the next start does the rest.
 *
 * What a start showed may be lost: it was killed before it spoke, or nobody kept what it said. So
 * while none of the three has ever signed in, each start makes their passwords anew. Whoever can
 * start the server owns its data anyhow, and from the first sign-in on no start makes any; nor does
 * a demonstration, whose own administrators have a known one.
 */
export async function firstStart(
  { app, staff, demo }: Parts,
  { code, names }: Configuration['pool'],
  on: Day,
): Promise<FirstStart> {
  const open = { code, kind: 'pool', jurisdiction: code, names } as const;
  await staff.openOffice(actOfStart(code, on, 'office'), open);
  const before = await administratorAccounts(app);
  const nobodySignedIn = before.every(({ used }) => !used);
  const first: FirstPassword[] = [];
  for (const duty of administrators) {
    const actorId = `${duty}-1`;
    const act = actOfStart(code, on, duty, 'account');
    const known = before.find(({ login }) => login === duty);
    // Accounts of another pool's start are none of ours.
    const isOurs = known?.accountId === derivedId(act.commandId, actorId, 'account');
    if (known !== undefined && (demo || !nobodySignedIn || !isOurs)) continue;
    await staff.installAdministrator(actOfStart(code, on, duty), {
      ...{ actorId, duty, from: fromTheBeginning },
      identityKey: derivedId('first-start', code, duty, 'identity'),
    });
    const { password } = await staff.installAccount(act, { actorId, login: duty });
    first.push({ login: duty, password });
  }
  return { isNew: before.length < administrators.length, first };
}

type AdministratorAccount = Readonly<{ accountId: string; login: string; used: boolean }>;

/**
 * Used is an account that somebody is signed in with, or whose one-time password was changed: one
 * that was signed in with serves for nothing else.
 */
async function administratorAccounts({
  pool,
}: Pick<App, 'pool'>): Promise<readonly AdministratorAccount[]> {
  const { rows } = await pool.query<AdministratorAccount>(
    `select a.account_id as "accountId", a.login,
            not a.must_change or exists (select from sessions s where s.account_id = a.account_id)
              as used
       from staff_accounts a where a.login = any(string_to_array($1, E'\\n'))`,
    [administrators.join('\n')],
  );
  return rows;
}
