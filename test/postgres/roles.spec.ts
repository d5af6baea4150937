import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { openDatabase } from '#postgres/database.js';
import { startEmbedded, type EmbeddedServer } from '#postgres/embedded.js';
import { migrate } from '#postgres/migrations.js';
import { prepareAppRole } from '#postgres/roles.js';

/** A server that somebody else runs: it has a database and its owner, and nothing of ours. */
describe('a server named in DATABASE_URL', () => {
  let folder: string;
  let server: EmbeddedServer;
  let admin: Client;
  let adminUrl: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-roles-'));
    const dataDir = join(folder, 'data');
    server = await startEmbedded({ dataDir });
    const secrets = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as {
      admin: string;
    };
    adminUrl = as(server.ownerUrl, 'yuejie_admin', secrets.admin, 'city');
    admin = new Client({ connectionString: as(adminUrl, 'yuejie_admin', secrets.admin, 'yuejie') });
    await admin.connect();
    await admin.query('drop owned by yuejie_app; drop role yuejie_app');
    await admin.query(`
      create role city login createrole password 'city:@/';
      create role plain login password 'plain';
      create role strong login superuser password 'strong'`);
    await admin.query('create database city owner city');
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function ownerUrl(): string {
    return as(server.ownerUrl, 'city', 'city:@/', 'city');
  }

  it('is refused with what to do when the owner may not create the app role', async () => {
    await expect(
      prepareAppRole(as(server.ownerUrl, 'plain', 'plain', 'city')),
    ).rejects.toMatchObject({
      fault: 'ROLE_MISSING',
      zh: expect.stringContaining('create role yuejie_app'),
      en: expect.stringContaining('APP_DATABASE_URL'),
    });
  });

  it.each([
    ['28P01', () => as(server.ownerUrl, 'city', 'a wrong secret', 'city')],
    ['3D000', () => as(server.ownerUrl, 'city', 'city:@/', 'nowhere')],
    ['ECONNREFUSED', () => 'postgresql://city:secret@127.0.0.1:1/city'],
  ])('is said to be out of reach, without its address: %s', async (code, address) => {
    const failure = await prepareAppRole(address()).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      fault: 'DATABASE_UNREACHABLE',
      zh: `连接不上 DATABASE_URL 的数据库（${code}）。请核对地址、密码，并确认它在运行。`,
      en: expect.stringContaining(`The database of DATABASE_URL cannot be reached (${code}).`),
    });
    expect(String(failure)).not.toMatch(/secret|127\.0\.0\.1|city/);
  });

  it('gets the app role, which every process reaches at the same address', async () => {
    const together = Array.from({ length: 8 }, () => prepareAppRole(ownerUrl()));
    const [appUrl = '', ...others] = await Promise.all(together);
    expect(new Set(others)).toEqual(new Set([appUrl]));
    const database = openDatabase({ ownerUrl: ownerUrl(), appUrl });
    const sql = 'create table notes (note text); grant select on notes to yuejie_app';
    await migrate(database.owner, [{ id: '001', sql }]);
    await database.app.query('select from notes');
    await expect(database.app.query('delete from notes')).rejects.toMatchObject({ code: '42501' });
    await expect(database.app.query('create table t ()')).rejects.toMatchObject({ code: '42501' });
    await database.close();
  });

  it('lets nobody else in', async () => {
    const stranger = new Client({
      connectionString: as(server.ownerUrl, 'plain', 'plain', 'city'),
    });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '42501' });
  });

  it('takes an address of its own for the app role, with the password given there', async () => {
    await admin.query("alter role yuejie_app password 'given'");
    const given = as(server.ownerUrl, 'yuejie_app', 'given', 'city');
    expect(await prepareAppRole(ownerUrl(), given)).toBe(given);
    await prepareAppRole(ownerUrl());
    await expect(prepareAppRole(ownerUrl(), given)).rejects.toMatchObject({
      fault: 'DATABASE_UNREACHABLE',
      zh: expect.stringContaining('APP_DATABASE_URL 的数据库（28P01）'),
      en: expect.stringContaining('database of APP_DATABASE_URL'),
    });
  });

  it('is refused when the app role stands above its grants', async () => {
    const strong = as(server.ownerUrl, 'strong', 'strong', 'city');
    await expect(prepareAppRole(ownerUrl(), strong)).rejects.toMatchObject({
      fault: 'ROLE_TOO_STRONG',
      en: expect.stringContaining('strong'),
    });
    await expect(prepareAppRole(ownerUrl(), ownerUrl())).rejects.toMatchObject({
      fault: 'ROLE_TOO_STRONG',
    });
    await expect(prepareAppRole(adminUrl, ownerUrl())).rejects.toMatchObject({
      fault: 'ROLE_TOO_STRONG',
    });
  });
});

function as(url: string, user: string, password: string, database: string): string {
  const address = new URL(url);
  address.username = user;
  address.password = encodeURIComponent(password);
  address.pathname = `/${database}`;
  return address.href;
}
