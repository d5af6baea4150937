import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { normaliseResidentId } from '#domain/values/resident-id.js';
import { createBlindIndex, PersonIndex } from '#security/blind-index.js';
import type { Keys } from '#security/keys.js';
import { securityMigrations } from '#security/migrations.js';
import { SealedFiles } from '#security/sealed-files.js';
import { SealedRows, type ToSeal } from '#security/sealed-rows.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

const keys: Keys = {
  current: 'k-test',
  wrapping: new Map([['k-test', randomBytes(32)]]),
  index: randomBytes(32),
};
const account: ToSeal = {
  ref: 'account-1',
  personRef: 'person-1',
  kind: 'account',
  fields: { holder: '张三', account: '6222020200112341234' },
};

let database: TestDatabase;
let rows: SealedRows;
beforeAll(async () => {
  database = await openTestDatabase(securityMigrations);
  rows = new SealedRows(database.app, keys, 3);
});
afterAll(() => database.close());

/** Every cell of every table as text, in the forms in which a text could hide in it. */
async function tablesWith(canary: string): Promise<readonly string[]> {
  const tables = await database.owner.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const bytes = Buffer.from(canary);
  const forms = [canary, bytes.toString('hex'), bytes.toString('base64').replaceAll('=', '')];
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rowCount } = await database.owner.query(
      `select from ${name} as t where exists
         (select from unnest($1::text[]) as form where t::text ilike '%' || form || '%')`,
      [forms],
    );
    if (rowCount !== 0) found.push(name);
  }
  return found;
}

describe('sealing', () => {
  it('opens what was sealed, across chunks and with Chinese text', async () => {
    const items = Array.from({ length: 8 }, (_, number) => ({
      ...account,
      ref: `many-${number}`,
      personRef: `many-person-${number % 3}`,
      fields: { holder: `李四${number}`, account: String(number) },
    }));
    const sealed = await rows.sealMany(items);
    expect(sealed.map(({ ref }) => ref)).toEqual(items.map(({ ref }) => ref));
    const opened = await rows.openMany(items.map(({ ref }) => ref));
    for (const { ref, fields } of items) expect(opened.get(ref)).toEqual(fields);
    const { rows: kept } = await database.owner.query(
      "select from person_keys where person_ref like 'many-person-%'",
    );
    expect(kept).toHaveLength(3);
  });

  it('answers a repeat with the first hash and refuses another content', async () => {
    const first = await rows.sealMany([account]);
    const again = { ...account, fields: { account: '6222020200112341234', holder: '张三' } };
    expect(await rows.sealMany([again, account])).toEqual([...first, ...first]);
    for (const other of [
      { ...account, fields: { ...account.fields, account: '6222020200119999999' } },
      { ...account, personRef: 'person-2' },
      { ...account, kind: 'phone' as const },
    ])
      await expect(rows.sealMany([other])).rejects.toThrow('COMMAND_ID_REUSED');
    const twice = { ...account, ref: 'account-twice' };
    await expect(rows.sealMany([twice, { ...twice, fields: { account: '1' } }])).rejects.toThrow(
      'COMMAND_ID_REUSED',
    );
  });

  it('comes to one key and one row when two seal the same together', async () => {
    const item = { ...account, ref: 'race-1', personRef: 'race-person' };
    const other = { ...item, ref: 'race-2' };
    const ends = await Promise.all([
      rows.sealMany([item, other]),
      rows.sealMany([other, item]),
      rows.sealMany([item]),
    ]);
    expect(new Set(ends.flat().map(({ sealedSha256 }) => sealedSha256)).size).toBe(2);
    expect((await rows.openMany(['race-1', 'race-2'])).size).toBe(2);
  });

  it('names a ref that nothing is sealed under, and no ref that could break a line', async () => {
    await expect(rows.openMany(['account-1', 'not-there'])).rejects.toThrow('not-there');
    const broken = { ...account, ref: 'a\nb' };
    await expect(rows.sealMany([broken])).rejects.toThrow('letters, digits');
  });

  it('leaves the app role no way to change or remove what is sealed', async () => {
    await rows.sealMany([account]);
    for (const table of [
      'sealed_rows',
      'person_keys',
      'sealed_files',
      'sealed_file_parts',
      'blind_index',
      'sealing_keys',
    ])
      for (const sql of [`delete from ${table}`, `truncate ${table}`, `drop table ${table}`])
        await expect(database.app.query(sql)).rejects.toMatchObject({ code: '42501' });
    await expect(database.app.query("update sealed_rows set sha256 = ''")).rejects.toMatchObject({
      code: '42501',
    });
    await expect(database.app.query("update person_keys set wrapped = ''")).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('verifying what is sealed', () => {
  it('finds nothing wrong until a row is swapped, changed or gone', async () => {
    const items = ['v-1', 'v-2', 'v-3', 'v-4', 'v-5'].map((ref) => ({
      ...account,
      ref,
      fields: { account: ref },
    }));
    const sealed = await rows.sealMany(items);
    const expected = new Map(sealed.map(({ ref, sealedSha256 }) => [ref, sealedSha256]));
    expect(await rows.verifySealed(expected)).toEqual([]);

    await database.owner.query(
      `update sealed_rows a set ciphertext = b.ciphertext, nonce = b.nonce, sha256 = b.sha256
         from sealed_rows b where a.ref = 'v-1' and b.ref = 'v-2'`,
    );
    await database.owner.query("update sealed_rows set sha256 = 'x' where ref = 'v-3'");
    await database.owner.query(
      `update sealed_rows
          set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) where ref = 'v-4'`,
    );
    await database.owner.query("delete from sealed_rows where ref = 'v-5'");
    expect(await rows.verifySealed(expected)).toEqual([
      { ref: 'v-1', fault: 'changed' },
      { ref: 'v-4', fault: 'changed' },
      { ref: 'v-5', fault: 'missing' },
    ]);
    const only = (ref: string) => new Map([[ref, expected.get(ref) ?? '']]);
    await expect(rows.openExpected(expected)).rejects.toThrow('v-1 is changed');
    await expect(rows.openExpected(only('v-5'))).rejects.toThrow('v-5 is missing');
    expect((await rows.openExpected(only('v-2'))).get('v-2')).toEqual({ account: 'v-2' });
    await expect(rows.openMany(['v-1'])).rejects.toThrow('not what was sealed');
    await expect(rows.openMany(['v-4'])).rejects.toThrow('not what was sealed');
    expect((await rows.openMany(['v-2'])).get('v-2')).toEqual({ account: 'v-2' });
  });

  it('stays valid when a person’s key is destroyed, and nothing opens any more', async () => {
    const item = { ...account, ref: 'shred-1', personRef: 'shred-person' };
    const [sealed] = await rows.sealMany([item]);
    await database.owner.query("delete from person_keys where person_ref = 'shred-person'");
    expect(await rows.verifySealed(new Map([['shred-1', sealed?.sealedSha256 ?? '']]))).toEqual([]);
    await expect(rows.openMany(['shred-1'])).rejects.toThrow('shred-1');
  });
});

describe('finding persons', () => {
  const id18 = '440106199003071232';
  const id15 = '440106900307123';

  it('finds by ID number in any form, by account and by exact name', async () => {
    const id = normaliseResidentId(id15) ?? '';
    expect(id).toHaveLength(18);
    const index = new PersonIndex(database.app, createBlindIndex(keys, normaliseResidentId));
    const entries = [
      { kind: 'id-number', text: id15, personRef: 'find-1', ref: 'identity-1' },
      { kind: 'account', text: '6222 0202 0011 2341 234', personRef: 'find-1', ref: 'account-1' },
      { kind: 'account', text: '6222020200112341234', personRef: 'find-2', ref: 'account-2' },
      { kind: 'name', text: '阿依古丽·买买提', personRef: 'find-1', ref: 'identity-1' },
    ] as const;
    await index.add(entries);
    await index.add(entries);
    const one = [{ personRef: 'find-1', ref: 'identity-1' }];
    expect(await index.findPersons('id-number', id)).toEqual(one);
    expect(await index.findPersons('id-number', id.toLowerCase())).toEqual(one);
    expect(await index.findPersons('name', '阿依古丽・买买提')).toEqual(one);
    expect(
      await index.findPersons('account', '６２２２０２０２００１１２３４１２３４'),
    ).toHaveLength(2);
    expect(await index.findPersons('account', '6222020200112341235')).toEqual([]);
    expect(await index.findPersons('name', '阿依古丽')).toEqual([]);
  });

  it('keeps kinds and keys apart and refuses what is not an ID number', () => {
    const index = createBlindIndex(keys, (text) => text);
    expect(index('id-number', id18)).toMatch(/^[0-9a-f]{64}$/);
    expect(index('id-number', id18)).toBe(index('id-number', id18));
    expect(index('id-number', id18)).not.toBe(index('account', id18));
    const other = createBlindIndex({ index: randomBytes(32) }, (text) => text);
    expect(other('id-number', id18)).not.toBe(index('id-number', id18));
    const strict = createBlindIndex(keys, normaliseResidentId);
    expect(() => strict('id-number', '12345')).toThrow('ID_INVALID');
    expect(() => strict('id-number', '12345')).not.toThrow('12345');
  });
});

describe('a canary', () => {
  it('is in no table after everything that seals has had it', async () => {
    const canary = '金丝雀440106199003071232';
    await rows.sealMany([{ ...account, ref: 'canary-1', fields: { name: canary } }]);
    const files = new SealedFiles(database.app, keys);
    await files.sealBytes(`${canary}.txt`, Buffer.from(`1|${canary}|100`));
    const index = new PersonIndex(
      database.app,
      createBlindIndex(keys, (text) => text),
    );
    await index.add([
      { kind: 'id-number', text: canary, personRef: 'canary-person', ref: 'canary-1' },
      { kind: 'name', text: canary, personRef: 'canary-person', ref: 'canary-1' },
    ]);
    expect(await tablesWith(canary)).toEqual([]);

    await database.owner.query(
      'create table leak_text (t text); create table leak_bytes (b bytea)',
    );
    await database.owner.query('insert into leak_text values ($1)', [`x${canary}x`]);
    await database.owner.query('insert into leak_bytes values ($1)', [Buffer.from(canary)]);
    expect([...(await tablesWith(canary))].sort()).toEqual(['leak_bytes', 'leak_text']);
  });
});
