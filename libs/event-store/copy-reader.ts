import { escapeLiteral, type Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BareEvent, BareQuery, RecordedEvent } from './port.js';

/** `PGCOPY\n\377\r\n\0`, flags, and the length of an extension that nobody uses. */
const headerBytes = 19;
/** Field count, and position, revision and schema with their lengths. */
const fixedBytes = 2 + (4 + 8) + (4 + 4) + (4 + 2);
/** Field count, and schema with its length. */
const bareBytes = 2 + (4 + 2);

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
  return new CopiedEvents(
    await copyRows(
      pool,
      `select position, revision, schema, stream, id::text, type, data, metadata
        from events where position between ${first} and ${last} ${filter} order by position`,
    ),
  );
}

/**
 * The events `first` to `last` with as little of each as {@link BareQuery} says. What is not wanted
 * is skipped here and not by the server, so that a gap is seen by counting; of another office's
 * event the type is left out.
 */
export async function copyBare(
  pool: Pool,
  first: bigint,
  last: bigint,
  { types, ofOffice, office }: BareQuery,
): Promise<CopiedBareEvents> {
  const asked = ofOffice.map((type) => escapeLiteral(type)).join(', ');
  const mark = escapeLiteral(`%"office":"${office.replace(/[\\%_]/g, '\\$&')}"%`);
  const isOther = asked === '' ? 'false' : `type in (${asked}) and metadata not like ${mark}`;
  const bytes = await copyRows(
    pool,
    `select schema, case when ${isOther} then null else type end, stream, data
      from events where position between ${first} and ${last} order by position`,
  );
  return new CopiedBareEvents(bytes, new Set(types));
}

async function copyRows(pool: Pool, select: string): Promise<Buffer> {
  const client = await pool.connect();
  // A connection lost between two pieces fails the stream; unheard it would end the process.
  client.on('error', ignore);
  let done = false;
  try {
    const source = client.query(copyTo(`copy (${select}) to stdout (format binary)`));
    const pieces: Buffer[] = [];
    for await (const bytes of source as AsyncIterable<Buffer>) pieces.push(bytes);
    done = true;
    return Buffer.concat(pieces);
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

/** Rows as {@link copyBare} asks for them. */
export class CopiedBareEvents {
  private at = headerBytes;
  private passed = 0;
  /** The type of the row before, where its bytes stand, and whether it is wanted. */
  private type = '';
  private typeAt = 0;
  private typeLength = -1;
  private isWanted = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly types: ReadonlySet<string>,
  ) {}

  /** How many events were come by, wanted or not. */
  get rows(): number {
    return this.passed;
  }

  /** The wanted ones among the next so many events; undefined at the end. */
  next(most: number): readonly BareEvent[] | undefined {
    const { bytes } = this;
    if (this.at + bareBytes >= bytes.length) return undefined;
    const events: BareEvent[] = [];
    for (let row = 0; row < most && this.at + bareBytes < bytes.length; row += 1) {
      const typeAt = this.at + bareBytes + 4;
      // A type that was left out has the length -1.
      const typeEnd = typeAt + Math.max(0, bytes.readInt32BE(typeAt - 4));
      const streamEnd = typeEnd + 4 + bytes.readInt32BE(typeEnd);
      const dataEnd = streamEnd + 4 + bytes.readInt32BE(streamEnd);
      this.readType(typeAt, typeEnd);
      if (this.isWanted)
        events.push({
          stream: bytes.toString('utf8', typeEnd + 4, streamEnd),
          type: this.type,
          schema: bytes.readInt16BE(typeAt - 6),
          data: bytes.toString('utf8', streamEnd + 4, dataEnd),
        });
      this.at = dataEnd;
      this.passed += 1;
    }
    return events;
  }

  /** Bulk work writes one type for long: what has the bytes of the one before is not made anew. */
  private readType(start: number, end: number): void {
    const { bytes, typeAt } = this;
    const length = end - start;
    let isSame = length === this.typeLength;
    for (let at = 0; isSame && at < length; at += 1)
      isSame = bytes[start + at] === bytes[typeAt + at];
    if (isSame) return;
    this.type = bytes.toString('utf8', start, end);
    this.typeAt = start;
    this.typeLength = length;
    this.isWanted = this.types.has(this.type);
  }
}

function ignore(): void {}
