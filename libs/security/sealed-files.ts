import { createHash, createHmac, randomUUID, type Hash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { whileHolding } from '#postgres/held-connections.js';
import { DataKeys } from './data-keys.js';
import { open, seal } from './gcm.js';
import type { Keys } from './keys.js';

/** `sha256` is over the bytes as given; the ref follows from name, bytes and the index key. */
export type SealedFile = Readonly<{ ref: string; sha256: string }>;

/** What is given in pieces is known to be what was sealed only when the last one has come. */
export type OpenedFile = Readonly<{ name: string; pieces: AsyncIterable<Buffer> }>;

type FileRow = { nonce: Buffer; ciphertext: Buffer; sha256: string; content: string | null };
type PartRow = { nonce: Buffer; ciphertext: Buffer };

const systemKey = 'system:files';
const partBytes = 256 * 1024;

/** Files in and out, kept byte for byte under the system's key: a bank file names many people. */
export class SealedFiles {
  private readonly dataKeys: DataKeys;

  constructor(
    private readonly database: Pick<Pool, 'query' | 'connect' | 'options'>,
    private readonly keys: Keys,
  ) {
    this.dataKeys = new DataKeys(database, keys);
  }

  /** The same name and bytes again answer the same ref and keep one copy. */
  async sealBytes(name: string, bytes: Buffer): Promise<SealedFile> {
    return this.sealPieces(name, cut(bytes));
  }

  /**
   * {@link sealBytes} of a file that is still being made: all of it is kept, or nothing when its
   * pieces end in an error.
   */
  async sealPieces(
    name: string,
    pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<SealedFile> {
    const sealing = (): Promise<SealedFile> => this.write(name, pieces);
    // Pieces that are still being made ask the database while they are sealed.
    return Symbol.asyncIterator in pieces ? whileHolding(this.database, sealing) : sealing();
  }

  private async write(
    name: string,
    pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<SealedFile> {
    const key = await this.key();
    const db = await this.database.connect();
    let broken: Error | undefined;
    try {
      await db.query('begin');
      const writer = new PartWriter(db, key);
      for await (const piece of pieces) await writer.add(piece);
      const { content, parts, sha256 } = await writer.end();
      const ref = this.refOf(name, sha256);
      const { nonce, ciphertext } = seal(key, frame(name, parts), boundTo(ref, content));
      const { rowCount } = await db.query(
        `insert into sealed_files (ref, nonce, ciphertext, sha256, content)
         values ($1, $2, $3, $4, $5) on conflict (ref) do nothing`,
        [ref, nonce, ciphertext, sha256, content],
      );
      // The same file again: its first copy stands, and this one must not stay beside it.
      await db.query(rowCount === 0 ? 'rollback' : 'commit');
      return { ref, sha256 };
    } catch (error) {
      await db.query('rollback').catch((fault: Error) => (broken = fault));
      throw error;
    } finally {
      db.release(broken);
    }
  }

  /** The ref under which a file of that name and hash was sealed, if it was. */
  refOf(name: string, sha256: string): string {
    return createHmac('sha256', this.keys.index).update(`file|${name}|${sha256}`).digest('hex');
  }

  /** @throws Error when nothing is sealed under the ref or it is not what was sealed */
  async openBytes(ref: string): Promise<Readonly<{ name: string; bytes: Buffer }>> {
    const { name, pieces } = await this.openPieces(ref);
    const all: Buffer[] = [];
    for await (const piece of pieces) all.push(piece);
    return { name, bytes: Buffer.concat(all) };
  }

  /** @throws Error as {@link openBytes}; what the pieces are not, they say at their end */
  async openPieces(ref: string): Promise<OpenedFile> {
    const { rows } = await this.database.query<FileRow>(
      'select nonce, ciphertext, sha256, content from sealed_files where ref = $1',
      [ref],
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`no file is sealed under ${ref}`);
    const key = await this.key();
    const { name, rest } = unframe(open(key, row, boundTo(ref, row.content)));
    const { content, sha256 } = row;
    const pieces =
      content === null ? [rest] : this.parts({ content, parts: rest.readUInt32BE(0), key });
    return { name, pieces: checked(pieces, { ref, sha256 }) };
  }

  private async *parts({
    content,
    parts,
    key,
  }: Readonly<{ content: string; parts: number; key: Buffer }>): AsyncIterable<Buffer> {
    for (let no = 0; no < parts; no += 1) {
      const { rows } = await this.database.query<PartRow>(
        'select nonce, ciphertext from sealed_file_parts where content = $1 and no = $2',
        [content, no],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`part ${no} of the file ${content} is missing`);
      yield open(key, row, partBoundTo(content, no));
    }
  }

  private async key(): Promise<Buffer> {
    const key = (await this.dataKeys.ensure([systemKey])).get(systemKey);
    if (key === undefined) throw new Error('the key of the sealed files is missing');
    return key;
  }
}

/** Gathers pieces into parts, each sealed by itself and bound to its place. */
class PartWriter {
  private readonly content = randomUUID();
  private readonly hash: Hash = createHash('sha256');
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private parts = 0;

  constructor(
    private readonly db: PoolClient,
    private readonly key: Buffer,
  ) {}

  async add(piece: Buffer): Promise<void> {
    this.hash.update(piece);
    this.pending.push(piece);
    this.pendingBytes += piece.length;
    if (this.pendingBytes >= partBytes) await this.flush();
  }

  async end(): Promise<Readonly<{ content: string; parts: number; sha256: string }>> {
    if (this.pendingBytes > 0) await this.flush();
    const { content, parts } = this;
    return { content, parts, sha256: this.hash.digest('hex') };
  }

  private async flush(): Promise<void> {
    const { content, parts } = this;
    const plain = Buffer.concat(this.pending);
    const { nonce, ciphertext } = seal(this.key, plain, partBoundTo(content, parts));
    await this.db.query(
      'insert into sealed_file_parts (content, no, nonce, ciphertext) values ($1, $2, $3, $4)',
      [content, parts, nonce, ciphertext],
    );
    this.parts += 1;
    this.pending = [];
    this.pendingBytes = 0;
  }
}

function boundTo(ref: string, content: string | null): string {
  return content === null ? `file|${ref}` : `file|${ref}|${content}`;
}

function partBoundTo(content: string, no: number): string {
  return `file-part|${content}|${no}`;
}

function* cut(bytes: Buffer): Iterable<Buffer> {
  for (let from = 0; from < bytes.length; from += partBytes)
    yield bytes.subarray(from, from + partBytes);
}

async function* checked(
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  { ref, sha256 }: SealedFile,
): AsyncIterable<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== sha256)
    throw new Error(`the hash beside the file ${ref} is not the file's`);
}

/** The name is sealed with the file: a bank's file name can tell more than it should. */
function frame(name: string, parts: number): Buffer {
  const text = Buffer.from(name, 'utf8');
  const framed = Buffer.alloc(4 + text.length + 4);
  framed.writeUInt32BE(text.length);
  text.copy(framed, 4);
  framed.writeUInt32BE(parts, 4 + text.length);
  return framed;
}

/** Behind the name stands the number of parts, or all the bytes of a file sealed as a whole. */
function unframe(framed: Buffer): Readonly<{ name: string; rest: Buffer }> {
  const start = 4 + framed.readUInt32BE(0);
  return { name: framed.subarray(4, start).toString('utf8'), rest: framed.subarray(start) };
}
