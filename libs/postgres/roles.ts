import { createHmac } from 'node:crypto';
import { Client, type Pool } from 'pg';
import { SetupError, faultCode } from './setup-error.js';

/** The role that migrations grant to; the running product never uses another. */
export const appRole = 'yuejie_app';

/** Any constant does, if no other program takes the same advisory lock in this database. */
const lockKey = 7_301_202_610;

/** Nobody but the app role may enter the database, and nobody but its owner creates in it. */
export async function hardenDatabase(client: Pick<Pool, 'query'>, database: string): Promise<void> {
  await client.query(`revoke all on database "${database}" from public`);
  await client.query(`grant connect on database "${database}" to ${appRole}`);
}

/**
 * Makes an external server's app role usable and answers its address. Without an address of its own
 * its password follows from the owner's, so that every process comes to the same one.
 *
 * @throws SetupError DATABASE_UNREACHABLE when an address leads nowhere or lets nobody in,
 *   ROLE_MISSING when the owner may not create roles, ROLE_TOO_STRONG when the app role could do
 *   what the product must not be able to do
 */
export async function prepareAppRole(ownerUrl: string, appUrl?: string): Promise<string> {
  const address = appUrl ?? derivedAppUrl(ownerUrl);
  const { username, password, pathname } = new URL(address);
  const owner = await enter(ownerUrl, 'DATABASE_URL');
  try {
    // Two processes that start together take turns; the lock goes with the connection.
    await owner.query('select pg_advisory_lock($1)', [lockKey]);
    await createIfMissing(owner, decodeURIComponent(password));
    if (appUrl === undefined && !(await canEnter(address)))
      await owner.query(
        `alter role ${appRole} password ${owner.escapeLiteral(decodeURIComponent(password))}`,
      );
    await hardenDatabase(owner, decodeURIComponent(pathname.slice(1)));
  } catch (error) {
    if (faultCode(error) !== '42501') throw error;
    throw roleMissing(error);
  } finally {
    await owner.end();
  }
  const app = await enter(address, appUrl === undefined ? 'DATABASE_URL' : 'APP_DATABASE_URL');
  try {
    await assertModest(app, decodeURIComponent(username));
  } finally {
    await app.end();
  }
  return address;
}

async function enter(address: string, setting: string): Promise<Client> {
  const client = new Client({ connectionString: address });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unreachable(setting, error);
  }
}

async function createIfMissing(owner: Client, password: string): Promise<void> {
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [appRole]);
  if (rowCount !== 0) return;
  const rights = 'login nosuperuser nocreaterole nocreatedb';
  await owner.query(`create role ${appRole} ${rights} password ${owner.escapeLiteral(password)}`);
}

function derivedAppUrl(ownerUrl: string): string {
  const address = new URL(ownerUrl);
  address.password = createHmac('sha256', decodeURIComponent(address.password))
    .update(appRole)
    .digest('hex');
  address.username = appRole;
  return address.href;
}

async function canEnter(address: string): Promise<boolean> {
  const client = new Client({ connectionString: address });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (faultCode(error).startsWith('28')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Grants are worth nothing to a role that stands above them. */
async function assertModest(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ strong: boolean; member: boolean }>(
    `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
            or exists (select from pg_database d
                        where d.datname = current_database()
                          and pg_has_role(current_user, d.datdba, 'usage')) as strong,
            pg_has_role(current_user, '${appRole}', 'usage') as member
       from pg_roles where rolname = current_user`,
  );
  const [found] = rows;
  if (found?.strong === true) throw tooStrong(role);
  if (found?.member !== true) throw roleMissing();
}

/** Addresses hold passwords: the setting is named, and the code of what went wrong. */
function unreachable(setting: string, cause: unknown): SetupError {
  const code = faultCode(cause);
  const [zh, en] = code === '' ? ['', ''] : [`（${code}）`, ` (${code})`];
  return new SetupError(
    'DATABASE_UNREACHABLE',
    {
      zh: `连接不上 ${setting} 的数据库${zh}。请核对地址、密码，并确认它在运行。`,
      en:
        `The database of ${setting} cannot be reached${en}. Check address and password, and ` +
        'that it runs.',
    },
    cause,
  );
}

function tooStrong(role: string): SetupError {
  return new SetupError('ROLE_TOO_STRONG', {
    zh: `应用角色 ${role} 是超级用户、库主或可建角色、建库、绕过行级安全。请收回这些权限，或在 APP_DATABASE_URL 中换用 ${appRole}。`,
    en:
      `The app role ${role} is a superuser, the database's owner, or may create roles or ` +
      `databases or bypass row security. Take these rights away, or use ${appRole} in ` +
      'APP_DATABASE_URL.',
  });
}

function roleMissing(cause?: unknown): SetupError {
  return new SetupError(
    'ROLE_MISSING',
    {
      zh:
        `DATABASE_URL 的用户无权建立应用角色。请管理员执行 create role ${appRole} login password '…'; grant ` +
        `connect on database … to ${appRole};，并设置 APP_DATABASE_URL。`,
      en:
        'The user of DATABASE_URL may not set up the app role. Have an administrator run: ' +
        `create role ${appRole} login password '…'; grant connect on database … to ` +
        `${appRole}; then set APP_DATABASE_URL.`,
    },
    cause,
  );
}
