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
): Promise<CopiedEvents> {
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
    const pieces: Buffer[] = [];
    for await (const bytes of source as AsyncIterable<Buffer>) pieces.push(bytes);
    done = true;
    return new CopiedEvents(Buffer.concat(pieces));
  } finally {
    if (done) client.off('error', ignore);
    client.release(!done);
  }
}

/**
 * Rows as they came, decoded when they are asked for: bytes wait outside the heap for less than
 * events would, so that long stretches can be fetched and short ones worked on.
 */
export class CopiedEvents {
  private at = headerBytes;

  constructor(private readonly bytes: Buffer) {}

  /** The next events, at most so many; none at the end. */
  next(most: number): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    // The end is the number -1 where a field count would stand; two bytes are less than any row.
    while (events.length < most && this.at + fixedBytes < this.bytes.length)
      events.push(this.decodeRow());
    return events;
  }

  private decodeRow(): RecordedEvent {
    const { bytes, at: start } = this;
    const position = bytes.readBigInt64BE(start + 6);
    const revision = bytes.readInt32BE(start + 18);
    const schema = bytes.readInt16BE(start + 26);
    const streamEnd = start + 32 + bytes.readInt32BE(start + 28);
    const idEnd = streamEnd + 4 + bytes.readInt32BE(streamEnd);
    const typeEnd = idEnd + 4 + bytes.readInt32BE(idEnd);
    const dataEnd = typeEnd + 4 + bytes.readInt32BE(typeEnd);
    const metadataEnd = dataEnd + 4 + bytes.readInt32BE(dataEnd);
    this.at = metadataEnd;
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
}

function ignore(): void {}
