import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import type { Metadata, RecordedEvent } from '#event-store/port.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { dayText } from './schemas.js';

const eventsQuery = z.object({
  type: z.string().max(100).optional(),
  stream: z.string().max(200).optional(),
  actor: z.string().max(100).optional(),
  office: z.string().max(32).optional(),
  from: dayText.optional(),
  to: dayText.optional(),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .default('0'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

type Filter = z.infer<typeof eventsQuery>;

/** One request reads no further than this; the cursor goes on where it stopped. */
const mostRead = 100_000n;

/** Every event as it was recorded, oldest first, of the offices that one may see. */
@Controller('api/v1/events')
export class EventsController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get()
  @Duty('auditor', 'inspector', 'audit-admin', 'reconciler', 'reviewer', 'authoriser')
  @Says('事件浏览', 'Browse events')
  async list(
    @Query({ schema: eventsQuery }) filter: Filter,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const after = BigInt(filter.after);
    const head = await this.deps.app.store.head();
    const to = after + mostRead < head ? after + mostRead : head;
    const rows: object[] = [];
    let next: bigint | undefined = to < head ? to : undefined;
    for await (const events of this.chunks(filter, after, to)) {
      for (const event of events) {
        const row = matching(event, filter, act);
        if (row === undefined) continue;
        if (rows.length === filter.limit) return { rows, next, head };
        rows.push(row);
        if (rows.length === filter.limit) next = event.position;
      }
    }
    return { rows, next: rows.length === filter.limit ? next : to < head ? to : undefined, head };
  }

  private async *chunks(
    { stream }: Filter,
    after: bigint,
    to: bigint,
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { store } = this.deps.app;
    if (stream === undefined) yield* store.readAll(after, { to });
    else yield (await store.read(stream)).filter(({ position }) => position > after);
  }
}

function matching(recorded: RecordedEvent, filter: Filter, { offices }: Act): object | undefined {
  const { position, id, stream, revision, type, schema, data } = recorded;
  if (filter.type !== undefined && type !== filter.type) return undefined;
  const metadata = JSON.parse(recorded.metadata) as Metadata;
  const { actor, office, day } = metadata;
  if (!offices.includes(office)) return undefined;
  if (filter.actor !== undefined && actor !== filter.actor) return undefined;
  if (filter.office !== undefined && office !== filter.office) return undefined;
  if (filter.from !== undefined && day < filter.from) return undefined;
  if (filter.to !== undefined && day > filter.to) return undefined;
  return { position, id, stream, revision, type, schema, data: JSON.parse(data), metadata };
}
