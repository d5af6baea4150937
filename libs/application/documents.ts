import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { refuse } from '#domain/refusal.js';
import { TreeBuilder } from '#evidence/tree.js';
import { whileHolding } from '#postgres/held-connections.js';
import type { Migration } from '#postgres/migrations.js';
import { inTransaction } from '#projections/runner.js';
import { TextColumn } from '#projections/text-column.js';
import { breathe } from './breath.js';

/**
 * An immutable set of lines (单据): NDJSON text, its SHA-256, and the root of the tree over its
 * lines.
 */
export type DocumentHead = Readonly<{ sha256: string; kind: string; lines: number; root: string }>;

/** Insert-only for the application; a document is found by its content alone. */
export const documentMigrations: readonly Migration[] = [
  {
    id: 'documents-0001',
    sql: `
      create table documents (
        sha256  text primary key,
        kind    text not null,
        content uuid not null,
        lines   int  not null,
        root    text not null
      );
      create table document_chunks (
        content uuid not null,
        no      int  not null,
        body    text not null,
        primary key (content, no)
      );
      -- Compressing costs more time than the room is worth.
      alter table document_chunks alter column body set storage external;
      grant select, insert on documents, document_chunks to yuejie_app;`,
  },
];

const linesInChunk = 2_000;
/** Some milliseconds of work. */
const linesInPiece = 250;

/** Keeps documents whole or not at all, in bounded memory however long they are. */
export class Documents {
  constructor(private readonly pool: Pool) {}

  /** @param lines all of them, or in pieces of any length as they are made */
  async put(
    kind: string,
    lines: Iterable<string> | AsyncIterable<readonly string[]>,
  ): Promise<DocumentHead> {
    const writing = (): Promise<DocumentHead> => this.write(kind, lines);
    // Lines that are still being made ask the database while they are written.
    return Symbol.asyncIterator in lines ? whileHolding(this.pool, writing) : writing();
  }

  private async write(
    kind: string,
    lines: Iterable<string> | AsyncIterable<readonly string[]>,
  ): Promise<DocumentHead> {
    return inTransaction(this.pool, async (db) => {
      const writer = new ChunkWriter(db);
      for await (const some of Symbol.asyncIterator in lines ? lines : pieces(lines)) {
        await writer.add(some);
        await breathe();
      }
      const head = { ...(await writer.end()), kind };
      const { rowCount } = await db.query(
        `insert into documents (sha256, kind, content, lines, root) values ($1, $2, $3, $4, $5)
         on conflict (sha256) do nothing`,
        [head.sha256, kind, writer.content, head.lines, head.root],
      );
      // The same content again: its first copy stands, and this one must not stay beside it.
      if (rowCount === 0) await db.query('rollback').then(() => db.query('begin'));
      return head;
    });
  }

  /** @throws Refusal DOCUMENT_UNKNOWN */
  async head(sha256: string): Promise<DocumentHead> {
    const { rows } = await this.pool.query<DocumentHead>(
      'select sha256, kind, lines, root from documents where sha256 = $1',
      [sha256],
    );
    return rows[0] ?? refuse('DOCUMENT_UNKNOWN', { document: sha256 });
  }

  /** The lines in their order, in chunks as they were written; the next is on its way meanwhile. */
  async *lines(sha256: string): AsyncIterable<readonly string[]> {
    let coming = this.chunk(sha256, 0);
    for (let no = 1; ; no += 1) {
      const lines = await coming;
      if (lines === undefined) return;
      coming = this.chunk(sha256, no);
      // Whoever stops early never asks for it.
      coming.catch(() => undefined);
      yield lines;
    }
  }

  /** One of its chunks, all of a length but the last; undefined behind the last. */
  async chunk(sha256: string, no: number): Promise<readonly string[] | undefined> {
    const { rows } = await this.pool.query<{ body: string }>(
      `select body from document_chunks
       where no = $2 and content = (select content from documents where sha256 = $1)`,
      [sha256, no],
    );
    return rows[0]?.body.split('\n');
  }

  /** Each line parsed; for documents that are known to be small. */
  async parsed<Line>(sha256: string): Promise<readonly Line[]> {
    const all: Line[] = [];
    for await (const chunk of this.lines(sha256))
      for (const line of chunk) all.push(JSON.parse(line) as Line);
    return all;
  }
}

function* pieces(lines: Iterable<string>): Iterable<readonly string[]> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length < linesInPiece) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

class ChunkWriter {
  readonly content = randomUUID();
  private readonly hash = createHash('sha256');
  private readonly tree = new TreeBuilder();
  /** Bytes as they are hashed and sent: lines that waited for their chunk would be copied. */
  private filled = new TextColumn();
  private filledLines = 0;
  /** What is being written; then it is filled again. */
  private sent = new TextColumn();
  private lines = 0;
  private chunks = 0;
  /** While one chunk is written the lines of the next are made. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly db: PoolClient) {}

  async add(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length;) {
      const room = Math.min(linesInPiece, linesInChunk - this.filledLines);
      const some = lines.slice(from, from + room);
      for (const line of some) {
        if (line.includes('\n')) throw new Error('a document line holds no line break');
        this.tree.add(line);
      }
      this.filled.add(some.join('\n'));
      this.filledLines += some.length;
      from += some.length;
      if (this.filledLines >= linesInChunk) await this.flush();
    }
    this.lines += lines.length;
  }

  async end(): Promise<Omit<DocumentHead, 'kind'>> {
    if (this.filledLines > 0) await this.flush();
    await this.writing;
    return { sha256: this.hash.digest('hex'), lines: this.lines, root: this.tree.root() };
  }

  private async flush(): Promise<void> {
    const { bytes } = this.filled;
    this.hash.update(bytes).update('\n');
    await this.writing;
    this.writing = this.db.query(
      'insert into document_chunks (content, no, body) values ($1, $2, $3)',
      [this.content, this.chunks, bytes],
    );
    // Whoever waits for it next hears of a fault; until then nobody does.
    this.writing.catch(() => undefined);
    this.chunks += 1;
    [this.filled, this.sent] = [this.sent, this.filled];
    this.filled.clear();
    this.filledLines = 0;
  }
}
