import type { Act, App } from '#application/app.js';
import type { Staff } from '#application/staff.js';
import { administrators, duties, type Duty } from '#domain/actor/duties.js';
import type { Day } from '#domain/values/calendar.js';
import { residentIdCheck } from '#domain/values/resident-id.js';
import type { StaffAccounts } from '#security/accounts.js';
import { actOfStart, fromTheBeginning } from './first-start.js';

/** Made-up people for a demonstration, one a duty; their one password is no secret. */
export const demoPassword = 'yuejie-2026-try-it';

export const demoLogins: readonly string[] = duties.map(demoLogin);

export function demoLogin(duty: Duty): string {
  return `demo-${duty}`;
}

type Parts = Readonly<{ app: App; staff: Staff; accounts: StaffAccounts }>;

/**
 * Registers them and grants their duties by two hands as for everybody else: only administrators
 * are installed. Made already, they stay as they are.
 */
export async function installDemoStaff(parts: Parts, pool: string): Promise<void> {
  const made = await Promise.all(duties.map((duty) => isReady(parts.app, demoLogin(duty))));
  if (made.every(Boolean)) return;
  // A start that was cut short is repeated on another day: what it asks for must be the same then.
  const on = fromTheBeginning;
  for (const [at, duty] of duties.entries()) await register(parts, { pool, on, duty, at });
  for (const duty of duties) await grant(parts, { pool, on, duty });
  for (const duty of duties) await openAccount(parts, { pool, on, duty });
}

type Place = Readonly<{ pool: string; on: Day; duty: Duty }>;

async function register(
  { app, staff }: Parts,
  { pool, on, duty, at }: Place & Readonly<{ at: number }>,
): Promise<void> {
  const actorId = demoLogin(duty);
  const act = actOfStart(pool, on, actorId);
  const administrator = administrators.find((one) => one === duty);
  const idNumber = madeUpIdNumber(at);
  if (administrator === undefined) {
    await staff.registerActor(act, { actorId, office: pool, name: `演示${at + 1}`, idNumber });
  } else {
    const identityKey = app.vault.blind('id-number', idNumber);
    const from = fromTheBeginning;
    await staff.installAdministrator(act, { actorId, duty: administrator, identityKey, from });
  }
}

async function grant({ staff }: Parts, { pool, on, duty }: Place): Promise<void> {
  if (administrators.some((one) => one === duty)) return;
  const input = { actorId: demoLogin(duty), duty, office: pool, from: fromTheBeginning };
  await staff.proposeDuty(actOfDemo('security-admin', { pool, on, duty }), input);
  await staff.grantDuty(actOfDemo('audit-admin', { pool, on, duty }), input);
}

async function openAccount(
  { app, staff, accounts }: Parts,
  { pool, on, duty }: Place,
): Promise<void> {
  const login = demoLogin(duty);
  if (await isReady(app, login)) return;
  const { accountId, password } = await openedAccount(staff, { pool, on, duty }, login);
  await accounts.changePassword({ accountId, current: password, next: demoPassword });
}

async function openedAccount(staff: Staff, { pool, on, duty }: Place, login: string) {
  const account = { actorId: login, login };
  if (administrators.some((one) => one === duty))
    return staff.installAccount(actOfStart(pool, on, login, 'account'), account);
  const place = { pool, on, duty };
  const proposing = actOfDemo('security-admin', place, 'account');
  const { accountId } = await staff.proposeAccount(proposing, account);
  const opening = actOfDemo('audit-admin', place, 'account');
  return staff.openAccount(opening, { ...account, accountId });
}

/** A start that was cut off may leave an account with a one-time password that nobody was shown. */
async function isReady({ pool }: App, login: string): Promise<boolean> {
  const ready = 'select from staff_accounts where login = $1 and not must_change';
  return (await pool.query(ready, [login])).rowCount !== 0;
}

function actOfDemo(by: Duty, { pool, on, duty }: Place, ...what: readonly string[]): Act {
  const person = demoLogin(by);
  const act = actOfStart(pool, on, 'demo', duty, by, ...what);
  return { ...act, by: { person, account: person, duty: by, office: pool } };
}

/** Valid by its check character and nobody's: born on 1 January 1950, in no real division. */
function madeUpIdNumber(at: number): string {
  const first17 = `99999919500101${String(at + 1).padStart(3, '0')}`;
  return first17 + residentIdCheck(first17);
}
