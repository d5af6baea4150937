import { statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rewrapKeys } from '#security/data-keys.js';
import { bindKeys, keysPath, openKeys, rotateWrappingKey } from '#security/keys.js';
import { securityMigrations } from '#security/migrations.js';
import { SealedRows } from '#security/sealed-rows.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

describe('the keys outside the database', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(securityMigrations);
    folder = await mkdtemp(join(tmpdir(), 'yuejie-keys-'));
  });
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are made once, even by two that start together, and only we may read them', async () => {
    const path = join(folder, 'made', 'keys.json');
    const [one, two] = await Promise.all([openKeys(path), openKeys(path)]);
    expect(one).toEqual(two);
    expect(await openKeys(path)).toEqual(one);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('stand in the data folder unless YUEJIE_KEYS_FILE says otherwise', () => {
    expect(keysPath('/data')).toBe(join('/data', 'keys.json'));
    process.env['YUEJIE_KEYS_FILE'] = '/mnt/token/keys.json';
    expect(keysPath('/data')).toBe('/mnt/token/keys.json');
    delete process.env['YUEJIE_KEYS_FILE'];
  });

  it('are refused when damaged, without being quoted', async () => {
    const path = join(folder, 'damaged.json');
    await openKeys(path);
    const index = (JSON.parse(await readFile(path, 'utf8')) as { index: string }).index;
    await writeFile(path, (await readFile(path, 'utf8')).replace('"wrapping"', '"wraping"'));
    const fault: unknown = await openKeys(path).catch((error: unknown) => error);
    expect(fault).toMatchObject({ fault: 'KEYS_MISSING', zh: expect.stringContaining(path) });
    expect(String(fault)).not.toContain(index);
  });

  it('belong to their database: others are refused', async () => {
    await bindKeys(database.app, await openKeys(join(folder, 'keys.json')));
    await bindKeys(database.app, await openKeys(join(folder, 'keys.json')));
    const others = await openKeys(join(folder, 'others.json'));
    await expect(bindKeys(database.app, others)).rejects.toMatchObject({ fault: 'KEYS_MISSING' });
  });

  it('rotate by wrapping alone: old rows open, and the old key can be let go', async () => {
    const path = join(folder, 'keys.json');
    const before = await openKeys(path);
    const item = { ref: 'r-1', personRef: 'p-1', kind: 'phone', fields: { phone: '1' } } as const;
    const [sealed] = await new SealedRows(database.app, before).sealMany([item]);

    const after = await rotateWrappingKey(path);
    expect(after.current).not.toBe(before.current);
    expect(after.index).toEqual(before.index);
    await bindKeys(database.app, after);
    expect((await new SealedRows(database.app, after).openMany(['r-1'])).get('r-1')).toEqual(
      item.fields,
    );

    await expect(rewrapKeys(database.app, after)).rejects.toMatchObject({ code: '42501' });
    expect(await rewrapKeys(database.owner, after)).toBe(1);
    expect(await rewrapKeys(database.owner, after)).toBe(0);
    const newOnly = { ...after, wrapping: new Map([...after.wrapping].slice(-1)) };
    const rows = new SealedRows(database.app, newOnly);
    expect((await rows.openMany(['r-1'])).get('r-1')).toEqual(item.fields);
    expect(await rows.verifySealed(new Map([['r-1', sealed?.sealedSha256 ?? '']]))).toEqual([]);
    await expect(new SealedRows(database.app, before).openMany(['r-1'])).rejects.toThrow(
      after.current,
    );
  });
});
