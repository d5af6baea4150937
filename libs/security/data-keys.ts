import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { keyBytes, open, pack, seal, unpack } from './gcm.js';
import type { Keys } from './keys.js';

type Queryable = Pick<Pool, 'query'>;
type KeyRow = { person_ref: string; key_id: string; wrapped: Buffer };

/**
 * One data key a person, so that destroying it makes all that is sealed for that person unreadable
 * while every hash over the ciphertext stays valid.
 */
export class DataKeys {
  constructor(
    private readonly database: Queryable,
    private readonly keys: Keys,
  ) {}

  /** The data keys of these persons, made where missing; two processes come to the same one. */
  async ensure(personRefs: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const refs = [...new Set(personRefs)];
    const found = await this.find(refs);
    const missing = refs.filter((ref) => !found.has(ref));
    if (missing.length === 0) return found;

    const lines = missing.map((ref) => `${ref}\t${this.wrap(ref, randomBytes(keyBytes))}`);
    await this.database.query(
      `insert into person_keys (person_ref, key_id, wrapped)
       select split_part(line, E'\\t', 1), $2, decode(split_part(line, E'\\t', 2), 'base64')
         from string_to_table($1, E'\\n') as line
       on conflict (person_ref) do nothing`,
      [lines.join('\n'), this.keys.current],
    );
    return new Map([...found, ...(await this.find(missing))]);
  }

  async find(personRefs: readonly string[]): Promise<Map<string, Buffer>> {
    const { rows } = await this.database.query<KeyRow>(
      `select person_ref, key_id, wrapped from person_keys
        where person_ref in (select string_to_table($1, E'\\n'))`,
      [[...new Set(personRefs)].join('\n')],
    );
    return new Map(rows.map((row) => [row.person_ref, this.unwrap(row)]));
  }

  unwrap({ person_ref, key_id, wrapped }: KeyRow): Buffer {
    const wrapping = this.keys.wrapping.get(key_id);
    if (wrapping === undefined) throw new Error(`wrapping key ${key_id} is not in the keys file`);
    return open(wrapping, unpack(wrapped), boundTo(person_ref));
  }

  /** Base64 of the data key wrapped by the current wrapping key. */
  wrap(personRef: string, key: Buffer): string {
    const wrapping = this.keys.wrapping.get(this.keys.current);
    if (wrapping === undefined) throw new Error('the keys file has no current wrapping key');
    return pack(seal(wrapping, key, boundTo(personRef))).toString('base64');
  }
}

/**
 * Wraps every data key with the current wrapping key, a chunk at a time; safe to run again. Only
 * the owner may: the app role cannot touch a key once it stands.
 *
 * @returns how many were wrapped anew
 */
export async function rewrapKeys(owner: Queryable, keys: Keys, chunk = 1000): Promise<number> {
  const dataKeys = new DataKeys(owner, keys);
  for (let done = 0; ;) {
    const { rows } = await owner.query<KeyRow>(
      'select person_ref, key_id, wrapped from person_keys where key_id <> $1 limit $2',
      [keys.current, chunk],
    );
    if (rows.length === 0) return done;
    const lines = rows.map(
      (row) => `${row.person_ref}\t${dataKeys.wrap(row.person_ref, dataKeys.unwrap(row))}`,
    );
    await owner.query(
      `update person_keys set key_id = $2, wrapped = decode(split_part(line, E'\\t', 2), 'base64')
         from string_to_table($1, E'\\n') as line
        where person_ref = split_part(line, E'\\t', 1)`,
      [lines.join('\n'), keys.current],
    );
    done += rows.length;
  }
}

function boundTo(personRef: string): string {
  return `key|${personRef}`;
}
