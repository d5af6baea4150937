import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { verifyLog } from '#evidence/links.js';
import { logSource } from '#evidence/sealer.js';
import type { AppendItem, NewEvent } from '#event-store/port.js';
import { openPostgresStore } from '#event-store/postgres-store.js';

/** Medians in events a second of runs that alternate in one session; the ratio is what travels. */
export type Measured = Readonly<{ yuejie: number; baseline: number; ratio: number }>;

type Size = Readonly<{ events?: number; runs?: number }>;

const eventsOfAnItem = 3;

/**
 * Bulk append with links against COPY of the same rows into a table of the same shape.
 *
 * @param owner of a scratch database that has the event store's tables: events stay in it
 */
export async function benchBulkAppend(
  owner: Pool,
  { events = 60_000, runs = 5 }: Size = {},
): Promise<Measured> {
  const store = openPostgresStore(owner);
  await owner.query('create table if not exists bench_events (like events including all)');
  const ours: number[] = [];
  const copies: number[] = [];
  for (let run = -1; run < runs; run += 1) {
    const items = newItems(events);
    const base = await lastPosition(owner);
    const appended = await rate(events, () => store.appendMany(items));
    const copied = await rate(events, () => copyItems(owner, items, base));
    // The first run of either side finds cold files and unparsed code.
    if (run < 0) continue;
    ours.push(appended);
    copies.push(copied);
  }
  await owner.query('drop table bench_events');
  return measured(ours, copies);
}

/** All events into a fold of their parsed data against COPY TO STDOUT counted. */
export async function benchReplay(owner: Pool, { runs = 5 }: Size = {}): Promise<Measured> {
  const store = openPostgresStore(owner);
  const events = Number(await store.head());
  const ours: number[] = [];
  const copies: number[] = [];
  for (let run = -1; run < runs; run += 1) {
    const folded = await rate(events, async () => {
      const totals = new Map<string, bigint>();
      for await (const some of store.readAll(0n))
        for (const { type, data } of some) {
          const { amountFen } = JSON.parse(data) as { amountFen: string };
          totals.set(type, (totals.get(type) ?? 0n) + BigInt(amountFen));
        }
    });
    const counted = await rate(events, () => countLines(owner));
    if (run < 0) continue;
    ours.push(folded);
    copies.push(counted);
  }
  return measured(ours, copies);
}

/** Chain and tree recomputed from every event. @throws Error when the log does not verify */
export async function benchVerify(
  owner: Pool,
): Promise<Readonly<{ events: number; seconds: number; secondsPerMillion: number }>> {
  const store = openPostgresStore(owner);
  const events = Number(await store.head());
  const started = performance.now();
  const verdict = await verifyLog(await logSource(owner, store));
  if (!verdict.ok) throw new Error(`${verdict.fault} at ${verdict.position}`);
  const seconds = (performance.now() - started) / 1_000;
  return { events, seconds, secondsPerMillion: (seconds * 1_000_000) / events };
}

function newItems(events: number): readonly AppendItem[] {
  return Array.from({ length: Math.ceil(events / eventsOfAnItem) }, () => ({
    stream: `award-${createHash('sha256').update(randomUUID()).digest('hex').slice(0, 38)}`,
    expected: 'none' as const,
    events: ['BenefitDue', 'PaymentInstructed', 'BenefitPaid'].map(newEvent),
  }));
}

/** About 290 bytes of data and 150 of metadata, as a line of a roll has. */
function newEvent(type: string): NewEvent {
  const data = {
    awardNo: randomUUID(),
    forMonth: '2026-09',
    rollMonth: '2026-09',
    item: '失业保险金',
    amountFen: '225000',
    rule: { table: 'standardOfMinimumWage', region: '440100', from: '2025-03' },
    days: 30,
    lineNo: 17,
    account: randomUUID(),
  };
  const metadata = { commandId: randomUUID(), actor: 'P-0007', duty: 'payroll', office: '440106' };
  return {
    id: randomUUID(),
    type,
    schema: 1,
    data: JSON.stringify(data),
    metadata: JSON.stringify({ ...metadata, day: '2026-09-15', month: '2026-09' }),
  };
}

async function copyItems(pool: Pool, items: readonly AppendItem[], base: bigint): Promise<void> {
  let position = base;
  function* lines(): Iterable<string> {
    let text = '';
    for (const { stream, events } of items) {
      events.forEach(({ id, type, schema, data, metadata }, revision) => {
        position += 1n;
        text += `${position}\t${stream}\t${revision}\t${id}\t${type}\t${schema}\t`;
        text += `${data}\t${metadata}\n`;
      });
      if (text.length < 65_536) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  const client = await pool.connect();
  try {
    await pipeline(Readable.from(lines()), client.query(copyFrom('copy bench_events from stdin')));
  } finally {
    client.release();
  }
}

async function countLines(pool: Pool): Promise<number> {
  const client = await pool.connect();
  let lines = 0;
  try {
    for await (const bytes of client.query(
      copyTo('copy events to stdout'),
    ) as AsyncIterable<Buffer>)
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  } finally {
    client.release();
  }
  return lines;
}

async function lastPosition(pool: Pool): Promise<bigint> {
  const { rows } = await pool.query<{ last: string }>(
    'select coalesce(max(position), 0)::text as last from bench_events',
  );
  return BigInt(rows[0]?.last ?? 0);
}

async function rate(events: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (events * 1_000) / (performance.now() - started);
}

function measured(ours: readonly number[], baselines: readonly number[]): Measured {
  const [yuejie, baseline] = [median(ours), median(baselines)];
  return { yuejie, baseline, ratio: yuejie / baseline };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}
