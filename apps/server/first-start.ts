import type { Act, App } from '#application/app.js';
import type { Configuration } from '#application/configuration.js';
import { derivedId } from '#application/ids.js';
import type { Staff } from '#application/staff.js';
import { administrators } from '#domain/actor/duties.js';
import { day, type Day } from '#domain/values/calendar.js';

/** A new system's duties hold on every business day that it may be given. */
export const fromTheBeginning = day('2000-01-01');

export type FirstPassword = Readonly<{ login: string; password: string }>;

/** What the start itself does, without a person: it is dated and named like every other act. */
export function actOfStart(pool: string, on: Day, ...name: readonly string[]): Act {
  return {
    by: { person: 'system:first-start', account: 'system', duty: 'system', office: pool },
    on,
    commandId: derivedId('first-start', pool, ...name),
    related: [],
    offices: [pool],
  };
}

/**
 * Opens the pool's office and installs the three administrators, each another person. Done already,
 * it does nothing; cut short, the next start does the rest.
 *
 * @returns the one-time passwords made now: to be shown once and kept nowhere
 */
export async function firstStart(
  { app, staff }: Readonly<{ app: App; staff: Staff }>,
  { code, names }: Configuration['pool'],
  on: Day,
): Promise<readonly FirstPassword[]> {
  const open = { code, kind: 'pool', jurisdiction: code, names } as const;
  await staff.openOffice(actOfStart(code, on, 'office'), open);
  const made: FirstPassword[] = [];
  for (const duty of administrators) {
    if (await hasLogin(app, duty)) continue;
    const actorId = `${duty}-1`;
    await staff.installAdministrator(actOfStart(code, on, duty), {
      ...{ actorId, duty, from: fromTheBeginning },
      identityKey: derivedId('first-start', code, duty, 'identity'),
    });
    const act = actOfStart(code, on, duty, 'account');
    const { password } = await staff.openAccount(act, { actorId, login: duty });
    made.push({ login: duty, password });
  }
  return made;
}

export async function hasLogin({ pool }: Pick<App, 'pool'>, login: string): Promise<boolean> {
  const { rowCount } = await pool.query('select from staff_accounts where login = $1', [login]);
  return rowCount !== 0;
}
