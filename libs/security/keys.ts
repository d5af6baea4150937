import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Pool } from 'pg';
import { z } from 'zod';
import { SetupError, faultCode } from '#postgres/setup-error.js';
import { keyBytes } from './gcm.js';

/** The keys that never stand in the database nor in its backup. */
export type Keys = Readonly<{
  /** Wraps the data keys made from now on. */
  current: string;
  /** Every wrapping key there ever was, by id; older ones only unwrap. */
  wrapping: ReadonlyMap<string, Buffer>;
  /** Makes blind indexes; it never rotates, or nobody would be found again. */
  index: Buffer;
}>;

const keyText = z.base64().refine((text) => Buffer.from(text, 'base64').length === keyBytes);
const keysFile = z.object({
  version: z.literal(1),
  current: z.string(),
  wrapping: z.record(z.string(), keyText),
  index: keyText,
});
type KeysFile = z.infer<typeof keysFile>;

/** YUEJIE_KEYS_FILE, or `keys.json` in the data folder. */
export function keysPath(dataDir: string): string {
  return process.env['YUEJIE_KEYS_FILE'] ?? join(dataDir, 'keys.json');
}

/**
 * Reads the keys; makes them at the first start, in a file that only we may read.
 *
 * @throws SetupError KEYS_MISSING when the file cannot be read as keys
 */
export async function openKeys(path: string): Promise<Keys> {
  const found = await readKeys(path);
  if (found !== undefined) return found;
  const id = newKeyId();
  await mkdir(dirname(path), { recursive: true });
  await place(path, {
    version: 1,
    current: id,
    wrapping: { [id]: newKey() },
    index: newKey(),
  });
  const made = await readKeys(path);
  if (made === undefined) throw new Error(`the keys just made in ${path} are gone`);
  return made;
}

/** Adds a wrapping key and wraps with it from now on; `rewrapKeys` then moves what is there. */
export async function rotateWrappingKey(path: string): Promise<Keys> {
  const file = parse(path, await readFile(path, 'utf8'));
  const id = newKeyId();
  const next = { ...file, current: id, wrapping: { ...file.wrapping, [id]: newKey() } };
  const part = `${path}.part`;
  await writeFile(part, keysText(next), { mode: 0o600, flush: true });
  await rename(part, path);
  return openKeys(path);
}

/**
 * Binds a database to its keys: the first start leaves their fingerprints, a later one with other
 * keys is refused before it can seal or index anything under them.
 *
 * @throws SetupError KEYS_MISSING
 */
export async function bindKeys(app: Pick<Pool, 'query'>, keys: Keys): Promise<void> {
  const mine = new Map([...keys.wrapping].map(([id, key]) => [id, fingerprint(key)]));
  mine.set('index', fingerprint(keys.index));
  const { rows } = await app.query<{ key_id: string; fingerprint: string }>(
    'select key_id, fingerprint from sealing_keys',
  );
  for (const row of rows) {
    if (mine.get(row.key_id) === row.fingerprint) continue;
    throw new SetupError('KEYS_MISSING', {
      zh:
        `密钥文件不是这个数据库的密钥文件（缺少或不符：${row.key_id}）。` +
        '请恢复原来的 keys.json，或用 YUEJIE_KEYS_FILE 指明它；没有它，个人信息无法解读。',
      en:
        `The keys file is not this database's (missing or different: ${row.key_id}). Restore its ` +
        'keys.json or name it in YUEJIE_KEYS_FILE; without it personal data cannot be read.',
    });
  }
  await app.query(
    `insert into sealing_keys (key_id, fingerprint)
     select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [[...mine.keys()], [...mine.values()]],
  );
}

async function readKeys(path: string): Promise<Keys | undefined> {
  try {
    const file = parse(path, await readFile(path, 'utf8'));
    const wrapping = Object.entries(file.wrapping);
    return {
      current: file.current,
      wrapping: new Map(wrapping.map(([id, key]) => [id, Buffer.from(key, 'base64')])),
      index: Buffer.from(file.index, 'base64'),
    };
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The parser's own message is not passed on: it could quote a key. */
function parse(path: string, content: string): KeysFile {
  try {
    const file = keysFile.parse(JSON.parse(content));
    if (file.current in file.wrapping) return file;
  } catch {
    // The refusal below says all that may be said.
  }
  throw new SetupError('KEYS_MISSING', {
    zh: `密钥文件 ${path} 已损坏。请从备份恢复该文件；没有它，个人信息无法解读。`,
    en:
      `The keys file ${path} is damaged. Restore it from its backup; ` +
      'without it personal data cannot be read.',
  });
}

/** A hard link puts the whole file or nothing, and never over keys that another start just made. */
async function place(path: string, file: KeysFile): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(part, keysText(file), { mode: 0o600, flush: true });
  try {
    await link(part, path);
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
}

function keysText(file: KeysFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function newKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

function newKeyId(): string {
  return `k-${randomBytes(6).toString('hex')}`;
}

function fingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('fingerprint').digest('hex');
}
