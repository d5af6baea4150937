import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { EventStore, NewEvent } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';

/** `ratio` is exactly one, or the store loses events. */
export type WritersFigures = Readonly<{ written: number; read: number; ratio: number }>;

const writers = 16;
const eventsOfWriter = 500;

/** What a follower sees of everything that concurrent writers append, each event counted once. */
export async function benchWriters(owner: Pool): Promise<WritersFigures> {
  const stores = Array.from({ length: 4 }, () => openPostgresStore(owner));
  const [reader] = stores;
  if (reader === undefined) throw new Error('no store');
  const from = await reader.head();
  const written = writers * eventsOfWriter;
  const last = newEvent();
  const following = positionsUntil(reader, { from, last: last.id });
  await Promise.all(
    Array.from({ length: writers }, (_, no) => write(stores[no % stores.length] ?? reader)),
  );
  await reader.append({ stream: `end-${randomUUID()}`, expected: 'none', events: [last] });
  const read = (await following) - 1;
  return { written, read, ratio: read / written };
}

/** How many different events a follower was shown up to the one that was appended last. */
async function positionsUntil(
  store: EventStore,
  { from, last }: Readonly<{ from: bigint; last: string }>,
): Promise<number> {
  const seen = new Set<bigint>();
  const stop = new AbortController();
  for await (const events of store.follow(from, stop.signal)) {
    for (const { position } of events) seen.add(position);
    if (events.at(-1)?.id === last) stop.abort();
  }
  return seen.size;
}

async function write(store: EventStore): Promise<void> {
  const stream = `writer-${randomUUID()}`;
  for (let at = 0; at < eventsOfWriter; at += 1) {
    const expected = at === 0 ? 'none' : at - 1;
    await store.append({ stream, expected, events: [newEvent()] });
  }
}

function newEvent(): NewEvent {
  const metadata = JSON.stringify({ commandId: randomUUID() });
  const data = JSON.stringify({ amountFen: '100' });
  return { id: randomUUID(), type: 'BenefitDue', schema: 1, data, metadata };
}
