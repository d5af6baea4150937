import { escapeLiteral, type Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { RecordedEvent } from './port.js';

/** `PGCOPY\n\377\r\n\0`, flags, and the length of an extension that nobody uses. */
const headerBytes = 19;
/** Field count, and position, revision and schema with their lengths. */
const fixedBytes = 2 + (4 + 8) + (4 + 4) + (4 + 2);

/**
 * Events `first` to `last`, or those of some types among them, by COPY in its binary form: the
 * server and this process work at the same time, and a field is cut out of a row without being
 * looked at. The connection is given back before the caller sees anything, so that he may use the
 * last one of the pool himself.
 */
export async function copyEvents(
  pool: Pool,
  first: bigint,
  last: bigint,
  types: readonly string[] = [],
): Promise<readonly RecordedEvent[]> {
  const ofTypes = types.map((type) => escapeLiteral(type)).join(', ');
  const filter = types.length === 0 ? '' : `and type in (${ofTypes})`;
  const client = await pool.connect();
  // A connection lost between two pieces fails the stream; unheard it would end the process.
  client.on('error', ignore);
  let done = false;
  try {
    const source = client.query(
      copyTo(`copy (select position, revision, schema, stream, id::text, type, data, metadata
        from events where position between ${first} and ${last} ${filter} order by position)
        to stdout (format binary)`),
    );
    const rows = new Rows();
    for await (const bytes of source as AsyncIterable<Buffer>) rows.add(bytes);
    done = true;
    return rows.events;
  } finally {
    if (done) client.off('error', ignore);
    client.release(!done);
  }
}

/** Rows come in pieces that end anywhere. */
class Rows {
  readonly events: RecordedEvent[] = [];
  private rest: Buffer | undefined;
  private begun = false;

  add(bytes: Buffer): void {
    const all = this.rest === undefined ? bytes : Buffer.concat([this.rest, bytes]);
    let at = 0;
    if (!this.begun && all.length >= headerBytes) {
      this.begun = true;
      at = headerBytes;
    }
    while (this.begun) {
      const end = endOfRow(all, at);
      if (end === undefined) break;
      this.events.push(decodeRow(all, at));
      at = end;
    }
    this.rest = at < all.length ? all.subarray(at) : undefined;
  }
}

/** Where the row at `start` ends; undefined when it is not all there, or when no row is left. */
function endOfRow(bytes: Buffer, start: number): number | undefined {
  let at = start + fixedBytes;
  // The end is the number -1 where a field count would stand; two bytes are less than any row.
  for (let text = 0; text < 5; text += 1) {
    if (at + 4 > bytes.length) return undefined;
    at += 4 + bytes.readInt32BE(at);
  }
  return at <= bytes.length ? at : undefined;
}

function decodeRow(bytes: Buffer, start: number): RecordedEvent {
  const position = bytes.readBigInt64BE(start + 6);
  const revision = bytes.readInt32BE(start + 18);
  const schema = bytes.readInt16BE(start + 26);
  const streamEnd = start + 32 + bytes.readInt32BE(start + 28);
  const idEnd = streamEnd + 4 + bytes.readInt32BE(streamEnd);
  const typeEnd = idEnd + 4 + bytes.readInt32BE(idEnd);
  const dataEnd = typeEnd + 4 + bytes.readInt32BE(typeEnd);
  const metadataEnd = dataEnd + 4 + bytes.readInt32BE(dataEnd);
  return {
    stream: bytes.toString('utf8', start + 32, streamEnd),
    revision,
    position,
    id: bytes.toString('latin1', streamEnd + 4, idEnd),
    type: bytes.toString('utf8', idEnd + 4, typeEnd),
    schema,
    data: bytes.toString('utf8', typeEnd + 4, dataEnd),
    metadata: bytes.toString('utf8', dataEnd + 4, metadataEnd),
  };
}

function ignore(): void {}
