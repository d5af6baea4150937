import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { Documents } from '#application/documents.js';
import { applicationMigrations } from '#application/start.js';
import { openPool } from '#postgres/database.js';
import { SealedFiles } from '#security/sealed-files.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { testKeys } from './system.js';

/** Fewer than the works at once: one that waits for a connection for ever is told so. */
const connections = { max: 4, connectionTimeoutMillis: 60_000 };
const atOnce = 12;

describe('works that hold a connection while they need another', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await openTestDatabase(applicationMigrations);
    pool = openPool({ connectionString: database.appUrl, ...connections });
  });

  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  /** Lines that are looked up one by one, as those of a roll or a bank file are. */
  async function* lookedUp(name: string): AsyncIterable<string> {
    for (let no = 0; no < 3; no += 1) {
      const { rows } = await pool.query<{ line: string }>(`select $1 || ' ' || $2::text as line`, [
        name,
        no,
      ]);
      yield rows[0]?.line ?? '';
    }
  }

  async function* inLines(name: string): AsyncIterable<readonly string[]> {
    for await (const line of lookedUp(name)) yield [line];
  }

  async function* inBytes(name: string): AsyncIterable<Buffer> {
    for await (const line of lookedUp(name)) yield Buffer.concat([Buffer.from(line), filling]);
  }

  /** So that each piece is written as it comes. */
  const filling = randomBytes(300_000);
  const names = Array.from({ length: atOnce }, (_, at) => `work-${at}`);

  it('end, however many there are of documents and files at once', async () => {
    const documents = new Documents(pool);
    const files = new SealedFiles(pool, testKeys());
    const done = await Promise.all([
      ...names.map(async (name) => (await documents.put('roll', inLines(name))).lines),
      ...names.map(async (name) => (await files.sealPieces(name, inBytes(name))).sha256.length),
    ]);
    expect(done).toEqual([...names.map(() => 3), ...names.map(() => 64)]);
  });

  it('let the next one in when one of them fails', async () => {
    const documents = new Documents(pool);
    async function* broken(): AsyncIterable<readonly string[]> {
      yield* inLines('broken');
      throw new Error('the roll changed');
    }
    const failed = await Promise.allSettled(names.map(() => documents.put('roll', broken())));
    const reasons = failed.map((one) => one.status === 'rejected' && String(one.reason));
    expect(reasons).toEqual(names.map(() => 'Error: the roll changed'));
    expect(await documents.put('roll', inLines('whole'))).toMatchObject({ lines: 3 });
  });
});
