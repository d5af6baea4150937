import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataKeys } from '#security/data-keys.js';
import { seal } from '#security/gcm.js';
import type { Keys } from '#security/keys.js';
import { securityMigrations } from '#security/migrations.js';
import { SealedFiles } from '#security/sealed-files.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

const keys: Keys = {
  current: 'k-test',
  wrapping: new Map([['k-test', randomBytes(32)]]),
  index: randomBytes(32),
};

let database: TestDatabase;
let files: SealedFiles;
beforeAll(async () => {
  database = await openTestDatabase(securityMigrations);
  files = new SealedFiles(database.app, keys);
});
afterAll(() => database.close());

function* inPieces(bytes: Buffer, length: number): Iterable<Buffer> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

async function partsOf(ref: string): Promise<number> {
  const { rowCount } = await database.owner.query(
    `select from sealed_file_parts
      where content = (select content from sealed_files where ref = $1)`,
    [ref],
  );
  return rowCount ?? 0;
}

async function partsInAll(): Promise<number> {
  return (await database.owner.query('select from sealed_file_parts')).rowCount ?? 0;
}

describe('sealing files', () => {
  it('gives back every byte and the name, once for the same file', async () => {
    const bytes = randomBytes(100_000);
    const sealed = await files.sealBytes('代发_20260301.txt', bytes);
    expect(await files.sealBytes('代发_20260301.txt', bytes)).toEqual(sealed);
    const opened = await files.openBytes(sealed.ref);
    expect(opened.name).toBe('代发_20260301.txt');
    expect(opened.bytes.equals(bytes)).toBe(true);
    const empty = await files.sealBytes('empty', Buffer.alloc(0));
    expect((await files.openBytes(empty.ref)).bytes).toHaveLength(0);
  });

  it('names a file that is not there or was changed', async () => {
    await expect(files.openBytes('none')).rejects.toThrow('none');
    const one = await files.sealBytes('one', Buffer.from('1'));
    const two = await files.sealBytes('two', Buffer.from('2'));
    await database.owner.query(
      `update sealed_files a set nonce = b.nonce, ciphertext = b.ciphertext
         from sealed_files b where a.ref = $1 and b.ref = $2`,
      [one.ref, two.ref],
    );
    await expect(files.openBytes(one.ref)).rejects.toThrow('not what was sealed');
  });

  it('keeps a long file in parts, however it comes', async () => {
    const bytes = randomBytes(700_000);
    const sealed = await files.sealPieces('long', inPieces(bytes, 30_011));
    expect(await files.sealBytes('long', bytes)).toEqual(sealed);
    expect(sealed.ref).toBe(files.refOf('long', sealed.sha256));
    expect(sealed.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect((await files.openBytes(sealed.ref)).bytes.equals(bytes)).toBe(true);
    expect(await partsOf(sealed.ref)).toBe(3);
    const { rows } = await database.owner.query(
      `select from sealed_file_parts where content not in
         (select content from sealed_files where content is not null)`,
    );
    expect(rows).toEqual([]);
  });

  it('keeps nothing of a file that ends in an error', async () => {
    const before = await partsInAll();
    async function* broken(): AsyncIterable<Buffer> {
      yield* inPieces(randomBytes(600_000), 100_000);
      throw new Error('the batch changed');
    }
    await expect(files.sealPieces('broken', broken())).rejects.toThrow('the batch changed');
    expect(await partsInAll()).toBe(before);
  });

  it('opens no file whose parts were swapped, changed or taken away', async () => {
    const { ref } = await files.sealBytes('parts', randomBytes(600_000));
    const other = await files.sealBytes('others', randomBytes(600_000));
    const swap = (no: number, from: string, fromNo: number) =>
      database.owner.query(
        `update sealed_file_parts a set nonce = b.nonce, ciphertext = b.ciphertext
           from sealed_file_parts b
          where a.content = (select content from sealed_files where ref = $1) and a.no = $2
            and b.content = (select content from sealed_files where ref = $3) and b.no = $4`,
        [ref, no, from, fromNo],
      );
    for (const [no, from, fromNo] of [
      [0, ref, 1],
      [2, other.ref, 2],
    ] as const) {
      await swap(no, from, fromNo);
      await expect(files.openBytes(ref)).rejects.toThrow('not what was sealed');
    }
    await database.owner.query(
      `delete from sealed_file_parts
        where no = 2 and content = (select content from sealed_files where ref = $1)`,
      [other.ref],
    );
    await expect(files.openBytes(other.ref)).rejects.toThrow('part 2 of the file');
    const third = await files.sealBytes('third', randomBytes(10));
    await database.owner.query("update sealed_files set sha256 = 'x' where ref = $1", [third.ref]);
    await expect(files.openBytes(third.ref)).rejects.toThrow('the hash beside the file');
  });

  it('opens a file that was sealed as a whole, as every file once was', async () => {
    const bytes = randomBytes(5_000);
    const sealed = await files.sealBytes('now', bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const ref = files.refOf('then', sha256);
    const key = (await new DataKeys(database.app, keys).ensure(['system:files'])).get(
      'system:files',
    );
    const name = Buffer.from('then');
    const plain = Buffer.concat([Buffer.of(0, 0, 0, name.length), name, bytes]);
    const { nonce, ciphertext } = seal(key ?? Buffer.alloc(0), plain, `file|${ref}`);
    await database.app.query(
      'insert into sealed_files (ref, nonce, ciphertext, sha256) values ($1, $2, $3, $4)',
      [ref, nonce, ciphertext, sha256],
    );
    expect(await files.openBytes(ref)).toEqual({ name: 'then', bytes });
    expect(await files.sealBytes('then', bytes)).toEqual({ ref, sha256: sealed.sha256 });
    expect(await partsOf(ref)).toBe(0);
  });
});
