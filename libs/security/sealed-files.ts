import { createHash, createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { DataKeys } from './data-keys.js';
import { open, seal } from './gcm.js';
import type { Keys } from './keys.js';

/** `sha256` is over the bytes as given; the ref follows from name, bytes and the index key. */
export type SealedFile = Readonly<{ ref: string; sha256: string }>;

const systemKey = 'system:files';

/** Files in and out, kept byte for byte under the system's key: a bank file names many people. */
export class SealedFiles {
  private readonly dataKeys: DataKeys;

  constructor(
    private readonly database: Pick<Pool, 'query'>,
    private readonly keys: Keys,
  ) {
    this.dataKeys = new DataKeys(database, keys);
  }

  /** The same name and bytes again answer the same ref and keep one copy. */
  async sealBytes(name: string, bytes: Buffer): Promise<SealedFile> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const ref = createHmac('sha256', this.keys.index)
      .update(`file|${name}|${sha256}`)
      .digest('hex');
    const key = await this.key();
    const { nonce, ciphertext } = seal(key, frame(name, bytes), `file|${ref}`);
    await this.database.query(
      `insert into sealed_files (ref, nonce, ciphertext, sha256) values ($1, $2, $3, $4)
       on conflict (ref) do nothing`,
      [ref, nonce, ciphertext, sha256],
    );
    return { ref, sha256 };
  }

  /** @throws Error when nothing is sealed under the ref or it is not what was sealed */
  async openBytes(ref: string): Promise<Readonly<{ name: string; bytes: Buffer }>> {
    const { rows } = await this.database.query<{
      nonce: Buffer;
      ciphertext: Buffer;
      sha256: string;
    }>('select nonce, ciphertext, sha256 from sealed_files where ref = $1', [ref]);
    const [row] = rows;
    if (row === undefined) throw new Error(`no file is sealed under ${ref}`);
    const file = unframe(open(await this.key(), row, `file|${ref}`));
    if (createHash('sha256').update(file.bytes).digest('hex') !== row.sha256)
      throw new Error(`the hash beside the file ${ref} is not the file's`);
    return file;
  }

  private async key(): Promise<Buffer> {
    const key = (await this.dataKeys.ensure([systemKey])).get(systemKey);
    if (key === undefined) throw new Error('the key of the sealed files is missing');
    return key;
  }
}

/** The name is sealed with the bytes: a bank's file name can tell more than it should. */
function frame(name: string, bytes: Buffer): Buffer {
  const text = Buffer.from(name, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, bytes]);
}

function unframe(framed: Buffer): { name: string; bytes: Buffer } {
  const start = 4 + framed.readUInt32BE(0);
  return { name: framed.subarray(4, start).toString('utf8'), bytes: framed.subarray(start) };
}
