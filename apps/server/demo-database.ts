import type { App } from '#application/app.js';
import type { Metadata } from '#event-store/port.js';
import { SetupError } from '#postgres/setup-error.js';
import { demoLogins } from './demo-staff.js';
import { starter } from './first-start.js';

/** More than a start and the demonstration's staff record before its first account is ready. */
const eventsOfStarts = 500;

/**
 * Everybody knows the demonstration's password, and its administrators are administrators: they
 * come only into a database that has them already, or in which nobody has done anything yet.
 *
 * @throws SetupError DEMO_ON_REAL_DATA
 */
export async function refuseRealData(app: App, pool: string): Promise<void> {
  if (await hasDemoAccount(app)) return;
  if ((await hasUsedAccount(app)) || !(await isOfStarts(app, pool))) throw onRealData();
}

async function hasDemoAccount({ pool }: Pick<App, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from staff_accounts where login = any(string_to_array($1, E'\\n')) limit 1`,
    [demoLogins.join('\n')],
  );
  return rowCount !== 0;
}

/** Whoever signed in changed the one-time password, or is about to. */
async function hasUsedAccount({ pool }: Pick<App, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from staff_accounts a
      where not a.must_change or exists (select from sessions s where s.account_id = a.account_id)
      limit 1`,
  );
  return rowCount !== 0;
}

/**
 * The log tells it, and no list of offices or people, which may be behind: it holds nothing but
 * what this pool's starts did, and a demonstration's that was cut short.
 */
async function isOfStarts({ store }: Pick<App, 'store'>, pool: string): Promise<boolean> {
  if ((await store.head()) > BigInt(eventsOfStarts)) return false;
  const actors: readonly string[] = [starter, ...demoLogins];
  for await (const events of store.readAll(0n))
    for (const { metadata } of events) {
      const { actor, office } = JSON.parse(metadata) as Metadata;
      if (office !== pool || !actors.includes(actor)) return false;
    }
  return true;
}

function onRealData(): SetupError {
  return new SetupError('DEMO_ON_REAL_DATA', {
    zh: '这不是演示数据库，没有添加演示账号。请去掉 --demo，或用 --data 指定空目录。',
    en:
      "This database is no demonstration's; no demonstration account was added. Leave --demo " +
      'out, or name an empty folder with --data.',
  });
}
