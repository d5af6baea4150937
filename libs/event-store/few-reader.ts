import type { Pool } from 'pg';
import type { RecordedEvent } from './port.js';

type Row = [
  position: bigint | string,
  stream: string,
  revision: number,
  id: string,
  type: string,
  schema: number,
  data: string,
  metadata: string,
];

/**
 * A few events, `first` to `last`, as far as they are there. A connection plans the statement once:
 * for a single event COPY, which is planned each time, takes several times as long.
 */
export async function readFew(
  pool: Pool,
  first: bigint,
  last: bigint,
): Promise<readonly RecordedEvent[]> {
  const { rows } = await pool.query<Row>({
    name: 'read_few',
    text: `select position, stream, revision, id, type, schema, data, metadata from events
            where position between $1 and $2 order by position`,
    values: [first, last],
    rowMode: 'array',
  });
  return rows.map(([position, stream, revision, id, type, schema, data, metadata]) => {
    return { position: BigInt(position), stream, revision, id, type, schema, data, metadata };
  });
}
