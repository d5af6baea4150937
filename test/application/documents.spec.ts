import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { Documents } from '#application/documents.js';
import { applicationMigrations } from '#application/start.js';
import { documentRoot } from '#evidence/tree.js';
import { openPool } from '#postgres/database.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

describe('a document', () => {
  let database: TestDatabase;
  let pool: Pool;
  let documents: Documents;

  beforeAll(async () => {
    database = await openTestDatabase(applicationMigrations);
    pool = openPool({ connectionString: database.appUrl });
    documents = new Documents(pool);
  });

  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  async function* inPieces(lines: readonly string[], size: number) {
    for (let from = 0; from < lines.length; from += size) yield lines.slice(from, from + size);
  }

  async function chunksOf(sha256: string): Promise<readonly (readonly string[])[]> {
    const chunks: (readonly string[])[] = [];
    for await (const chunk of documents.lines(sha256)) chunks.push(chunk);
    return chunks;
  }

  it.each([
    { count: 1, size: 1 },
    { count: 1_999, size: 7 },
    { count: 2_000, size: 2_000 },
    { count: 4_001, size: 251 },
    { count: 7_500, size: 5_000 },
  ])('keeps $count lines in pieces of $size as they are', async ({ count, size }) => {
    const lines = Array.from(
      { length: count },
      (_, at) => `${at} 失业保险金 ${'"'.repeat(at % 9)}`,
    );
    const head = await documents.put('roll', inPieces(lines, size));
    const sha256 = createHash('sha256')
      .update(`${lines.join('\n')}\n`)
      .digest('hex');
    expect(head).toEqual({ sha256, kind: 'roll', lines: count, root: documentRoot(lines) });
    expect(await documents.head(sha256)).toEqual(head);
    const chunks = await chunksOf(sha256);
    expect(chunks.flat()).toEqual(lines);
    for (const chunk of chunks.slice(0, -1)) expect(chunk).toHaveLength(2_000);
    expect(await documents.put('roll', lines)).toEqual(head);
  });

  it('is not kept when one of its lines would be two', async () => {
    await expect(documents.put('roll', ['a', 'b\nc'])).rejects.toThrow('no line break');
  });
});
