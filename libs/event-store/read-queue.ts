import type { Pool } from 'pg';
import type { RecordedEvent } from './port.js';

type Waiting = Readonly<{
  stream: string;
  fromRevision: number;
  resolve: (events: readonly RecordedEvent[]) => void;
  reject: (error: unknown) => void;
}>;

type Row = [string | bigint, string, number, string, string, number, string, string];

const callsAtOnce = 2;
const streamsInCall = 200;

/**
 * Streams asked for at the same time are read in one call: a round trip costs more than a stream.
 */
export class ReadQueue {
  private waiting: Waiting[] = [];
  private calls = 0;

  constructor(private readonly pool: Pool) {}

  /** @throws RangeError when the revision is not whole or negative */
  async read(stream: string, fromRevision: number): Promise<readonly RecordedEvent[]> {
    if (!Number.isInteger(fromRevision) || fromRevision < 0)
      throw new RangeError(`${stream}: from revision ${fromRevision}`);
    // Such a name cannot have been appended to, and here it would be two lines.
    if (stream === '' || /[\n\0]/.test(stream)) return [];
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, fromRevision, resolve, reject });
      queueMicrotask(() => void this.sendGroups());
    });
  }

  private async sendGroups(): Promise<void> {
    if (this.calls >= callsAtOnce) return;
    this.calls += 1;
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, streamsInCall);
      try {
        const found = await this.call(together);
        together.forEach(({ resolve }, at) => resolve(found[at] ?? []));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.calls -= 1;
  }

  private async call(asked: readonly Waiting[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const { rows } = await this.pool.query<Row>({
      name: 'read_streams',
      text: 'select * from read_streams($1, $2)',
      values: [
        asked.map(({ stream }) => stream).join('\n'),
        asked.map(({ fromRevision }) => fromRevision).join('\n'),
      ],
      rowMode: 'array',
    });
    const found: RecordedEvent[][] = asked.map(() => []);
    for (const [item, position, revision, id, type, schema, data, metadata] of rows) {
      const at = Number(item) - 1;
      const stream = asked[at]?.stream ?? '';
      found[at]?.push({
        stream,
        revision,
        position: BigInt(position),
        id,
        type,
        schema,
        data,
        metadata,
      });
    }
    return found;
  }
}
