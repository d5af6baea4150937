import type { Connection, Pool, Submittable } from 'pg';
import type { RecordedEvent } from './port.js';

/** `PGCOPY\n\377\r\n\0`, flags, and the length of an extension that nobody uses. */
const headerBytes = 19;
const headerStart = 0x50;

/**
 * Events `first` to `last` by COPY in its binary form: the server and this process work at the same
 * time, and a field is cut out of the row without being looked at.
 */
export async function copyEvents(
  pool: Pool,
  first: bigint,
  last: bigint,
): Promise<readonly RecordedEvent[]> {
  const client = await pool.connect();
  const events: RecordedEvent[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const sql = `copy (select position, stream, revision, id, type, schema, data, metadata
        from events where position between ${first} and ${last} order by position)
        to stdout (format binary)`;
      client.query(new CopyOut(sql, (row) => decodeInto(events, row), resolve, reject));
    });
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
  client.release();
  return events;
}

/** What the driver calls back while it copies: one message a row. */
class CopyOut implements Submittable {
  private failed: unknown;

  constructor(
    private readonly sql: string,
    private readonly row: (bytes: Buffer) => void,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyData({ chunk }: Readonly<{ chunk: Buffer }>): void {
    if (this.failed !== undefined) return;
    try {
      this.row(chunk);
    } catch (error) {
      this.failed = error;
    }
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.failed = error;
    this.reject(error);
  }

  handleReadyForQuery(): void {
    if (this.failed === undefined) this.resolve();
    else this.reject(this.failed);
  }
}

function decodeInto(events: RecordedEvent[], bytes: Buffer): void {
  const start = bytes[0] === headerStart ? headerBytes : 0;
  // The last message holds no row but the number -1 where a row's field count would stand.
  if (start === bytes.length || bytes.readInt16BE(start) === -1) return;
  events.push(decodeRow(bytes, start + 2));
}

function decodeRow(bytes: Buffer, start: number): RecordedEvent {
  const position = bytes.readBigInt64BE(start + 4);
  let from = start + 16;
  let to = from + bytes.readInt32BE(from - 4);
  const stream = bytes.toString('utf8', from, to);
  const revision = bytes.readInt32BE(to + 4);
  const id = uuidText(bytes.toString('hex', to + 12, to + 28));
  from = to + 32;
  to = from + bytes.readInt32BE(from - 4);
  const type = bytes.toString('utf8', from, to);
  const schema = bytes.readInt16BE(to + 4);
  from = to + 10;
  to = from + bytes.readInt32BE(from - 4);
  const data = bytes.toString('utf8', from, to);
  from = to + 4;
  to = from + bytes.readInt32BE(from - 4);
  const metadata = bytes.toString('utf8', from, to);
  return { stream, revision, position, id, type, schema, data, metadata };
}

function uuidText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
