import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import type { Sealed } from '#domain/values/sealed.js';
import { DataKeys } from './data-keys.js';
import { open, seal } from './gcm.js';
import type { Keys } from './keys.js';

export type SealedKind = 'identity' | 'account' | 'phone' | 'employer-contact' | 'staff';

/** What is to be sealed: `ref` names the row for ever, `personRef` whose key seals it. */
export type ToSeal = Readonly<{
  ref: string;
  personRef: string;
  kind: SealedKind;
  fields: Readonly<Record<string, string>>;
}>;

export type SealFault = Readonly<{ ref: string; fault: 'missing' | 'changed' }>;

type Row = {
  ref: string;
  person_ref: string;
  kind: SealedKind;
  nonce: Buffer;
  ciphertext: Buffer;
  sha256: string;
};

const columns = 'ref, person_ref, kind, nonce, ciphertext, sha256';
const refPattern = /^[A-Za-z0-9:._-]{1,200}$/;

/** Personal data that is written once, sealed per person, and bound to events by its hash. */
export class SealedRows {
  private readonly dataKeys: DataKeys;

  constructor(
    private readonly database: Pick<Pool, 'query'>,
    keys: Keys,
    private readonly chunk = 1000,
  ) {
    this.dataKeys = new DataKeys(database, keys);
  }

  /**
   * Seals in the order given, one insert a chunk. The same ref with the same fields again answers
   * what it answered first, so a cut import is simply run again.
   *
   * @throws Refusal COMMAND_ID_REUSED when a ref already holds something else
   */
  async sealMany(items: readonly ToSeal[]): Promise<readonly Sealed[]> {
    const distinct = distinctItems(items);
    const hashes = new Map<string, string>();
    for (let from = 0; from < distinct.length; from += this.chunk) {
      const part = distinct.slice(from, from + this.chunk);
      for (const [ref, sha256] of await this.sealChunk(part)) hashes.set(ref, sha256);
    }
    return items.map(({ ref }) => ({ ref, sealedSha256: present(hashes.get(ref), ref) }));
  }

  /** @throws Error when a ref is unknown, its person's key destroyed or its row tampered with */
  async openMany(
    refs: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const opened = new Map<string, Readonly<Record<string, string>>>();
    for (let from = 0; from < refs.length; from += this.chunk) {
      const part = refs.slice(from, from + this.chunk);
      const rows = await this.load(part);
      const keys = await this.dataKeys.find(rows.map((row) => row.person_ref));
      for (const row of rows) opened.set(row.ref, openRow(row, keys));
    }
    for (const ref of refs) present(opened.get(ref), ref);
    return opened;
  }

  /**
   * Opens rows that events name: each must hash to what stands there, so that none was swapped.
   *
   * @param expected hashes by ref
   * @throws Error when a row is missing or changed, or its person's key is destroyed
   */
  async openExpected(
    expected: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const opened = new Map<string, Readonly<Record<string, string>>>();
    const refs = [...expected.keys()];
    for (let from = 0; from < refs.length; from += this.chunk) {
      const part = refs.slice(from, from + this.chunk);
      const rows = await this.hashed(part);
      for (const ref of part)
        if (rows.get(ref)?.sha256 !== expected.get(ref))
          throw new Error(`what is sealed as ${ref} is ${rows.has(ref) ? 'changed' : 'missing'}`);
      const keys = await this.dataKeys.find([...rows.values()].map((row) => row.person_ref));
      // Unwrapping the keys took as long as opening will: others have their turn in between.
      await setImmediate();
      for (const [ref, row] of rows) opened.set(ref, openRow(row, keys));
    }
    return opened;
  }

  /**
   * Recomputes each row's hash from its columns and compares it with what the events say; needs no
   * key. Answers only what is wrong.
   */
  async verifySealed(expected: ReadonlyMap<string, string>): Promise<readonly SealFault[]> {
    const faults: SealFault[] = [];
    const refs = [...expected.keys()];
    for (let from = 0; from < refs.length; from += this.chunk) {
      const part = refs.slice(from, from + this.chunk);
      const { rows } = await this.database.query<{ ref: string; sha256: string }>(
        `select ref, encode(sha256(convert_to(concat_ws('|', ref, person_ref, kind,
                  encode(nonce, 'hex'), encode(ciphertext, 'hex')), 'UTF8')), 'hex') as sha256
           from sealed_rows where ref in (select string_to_table($1, E'\\n'))`,
        [part.join('\n')],
      );
      const found = new Map(rows.map(({ ref, sha256 }) => [ref, sha256]));
      for (const ref of part) {
        const fault = found.has(ref) ? 'changed' : 'missing';
        if (found.get(ref) !== expected.get(ref)) faults.push({ ref, fault });
      }
    }
    return faults;
  }

  /** Rows with the hash that their columns give, whatever stands beside them. */
  private async hashed(refs: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const { rows } = await this.database.query<{ text: string }>(
      `select concat_ws('|', ref, person_ref, kind,
                encode(nonce, 'hex'), encode(ciphertext, 'hex')) as text
         from sealed_rows where ref in (select string_to_table($1, E'\\n'))`,
      [refs.join('\n')],
    );
    return new Map(
      rows.map(({ text }) => {
        const [ref = '', person_ref = '', kind = '', nonce = '', ciphertext = ''] = text.split('|');
        const sealed = {
          nonce: Buffer.from(nonce, 'hex'),
          ciphertext: Buffer.from(ciphertext, 'hex'),
        };
        const sha256 = hash('sha256', text, 'hex');
        return [ref, { ref, person_ref, kind: kind as SealedKind, ...sealed, sha256 }];
      }),
    );
  }

  private async sealChunk(items: readonly ToSeal[]): Promise<ReadonlyMap<string, string>> {
    const keys = await this.dataKeys.ensure(items.map((item) => item.personRef));
    const lines = items.map((item) => {
      const sealed = seal(present(keys.get(item.personRef), item.ref), plain(item), boundTo(item));
      const nonce = sealed.nonce.toString('hex');
      const ciphertext = sealed.ciphertext.toString('hex');
      const sha256 = createHash('sha256')
        .update(`${boundTo(item)}|${nonce}|${ciphertext}`)
        .digest('hex');
      return [item.ref, item.personRef, item.kind, nonce, ciphertext, sha256].join('\t');
    });
    const { rows } = await this.database.query<{ ref: string; sha256: string }>(
      `insert into sealed_rows (${columns})
       select cell[1], cell[2], cell[3], decode(cell[4], 'hex'), decode(cell[5], 'hex'), cell[6]
         from string_to_table($1, E'\\n') as line, string_to_array(line, E'\\t') as cell
       on conflict (ref) do nothing
       returning ref, sha256`,
      [lines.join('\n')],
    );
    const hashes = new Map(rows.map(({ ref, sha256 }) => [ref, sha256]));
    const repeats = items.filter(({ ref }) => !hashes.has(ref));
    for (const [ref, sha256] of await this.repeated(repeats, keys)) hashes.set(ref, sha256);
    return hashes;
  }

  private async repeated(
    items: readonly ToSeal[],
    keys: ReadonlyMap<string, Buffer>,
  ): Promise<ReadonlyMap<string, string>> {
    if (items.length === 0) return new Map();
    const rows = new Map(
      (await this.load(items.map(({ ref }) => ref))).map((row) => [row.ref, row]),
    );
    for (const item of items) {
      const row = present(rows.get(item.ref), item.ref);
      const same =
        row.person_ref === item.personRef &&
        row.kind === item.kind &&
        canonical(openRow(row, keys)) === canonical(item.fields);
      if (!same) refuse('COMMAND_ID_REUSED', { ref: item.ref });
    }
    return new Map([...rows.values()].map(({ ref, sha256 }) => [ref, sha256]));
  }

  private async load(refs: readonly string[]): Promise<readonly Row[]> {
    const { rows } = await this.database.query<Row>(
      `select ${columns} from sealed_rows where ref in (select string_to_table($1, E'\\n'))`,
      [refs.join('\n')],
    );
    return rows;
  }
}

function openRow(row: Row, keys: ReadonlyMap<string, Buffer>): Readonly<Record<string, string>> {
  const bound = boundTo({ ref: row.ref, personRef: row.person_ref, kind: row.kind });
  const bytes = open(present(keys.get(row.person_ref), row.ref), row, bound);
  return JSON.parse(bytes.toString('utf8')) as Record<string, string>;
}

/** A row moved to another ref, person or kind does not open. */
function boundTo({ ref, personRef, kind }: Pick<ToSeal, 'ref' | 'personRef' | 'kind'>): string {
  return `${ref}|${personRef}|${kind}`;
}

function plain({ fields }: ToSeal): Buffer {
  return Buffer.from(canonical(fields), 'utf8');
}

function canonical(fields: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).sort()));
}

function distinctItems(items: readonly ToSeal[]): readonly ToSeal[] {
  const byRef = new Map<string, ToSeal>();
  for (const item of items) {
    for (const ref of [item.ref, item.personRef])
      if (!refPattern.test(ref)) throw new Error('a sealed ref is letters, digits and :._- only');
    const first = byRef.get(item.ref);
    if (first === undefined) byRef.set(item.ref, item);
    else if (boundTo(first) !== boundTo(item) || canonical(first.fields) !== canonical(item.fields))
      refuse('COMMAND_ID_REUSED', { ref: item.ref });
  }
  return [...byRef.values()];
}

function present<Value>(value: Value | undefined, ref: string): Value {
  if (value === undefined) throw new Error(`nothing readable is sealed under ${ref}`);
  return value;
}
