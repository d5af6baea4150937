import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { codecs } from '#domain/codecs.js';
import { MemoryEventStore } from '#event-store/memory-store.js';
import type { EventStore, Metadata } from '#event-store/port.js';
import { projections } from '#projections/all.js';
import type { Projection, Sources } from '#projections/projection.js';
import { liveSchema, ProjectionRunner, type RunnerOptions } from '#projections/runner.js';
import { projectionMigrations } from '#projections/schema.js';
import { openTestDatabase, type TestDatabase } from '../database.js';

/** An event of a test: where it stands, what it says, and the office that it was decided in. */
export type Told = Readonly<{ stream: string; type: string; data: object; office?: string }>;

/** Appends events in the order given, as the product writes them. */
export async function tell(store: EventStore, events: readonly Told[]): Promise<void> {
  for (const { stream, type, data, office = '440103' } of events) {
    const codec = codecs[type];
    if (codec === undefined) throw new Error(`no codec for ${type}`);
    const history = await store.read(stream);
    const metadata: Metadata = {
      commandId: `${stream}-${history.length}`,
      bodyHash: 'b1',
      actor: 'li',
      duty: 'intake',
      office,
      day: '2026-10-20',
    };
    const event = { type, schema: codec.schema, data: codec.encode(data) };
    await store.append({
      stream,
      expected: history.at(-1)?.revision ?? 'none',
      events: [{ id: randomUUID(), ...event, metadata: JSON.stringify(metadata) }],
    });
  }
}

/** The documents that the story's events name. */
export type Papers = Readonly<Record<string, readonly string[]>>;

export function sourcesOver(store: EventStore, papers: Papers = {}): Sources {
  return {
    documentLines: async function* (sha256) {
      const lines = papers[sha256];
      if (lines === undefined) throw new Error(`no document ${sha256}`);
      yield lines;
    },
    awardHistory: async (awardNo, to) => {
      const history = await store.read(`award-${awardNo}`);
      return history
        .filter(({ position }) => position <= to)
        .map(({ type, schema, data }) => {
          const codec = awardCodecs[type as AwardEvent['type']];
          return { type, data: codec.decode(data, schema) } as AwardEvent;
        });
    },
  };
}

export type Office = Readonly<{
  database: TestDatabase;
  store: MemoryEventStore;
  sources: Sources;
  stops: { name: string; position: bigint; message: string }[];
  runner(over?: Partial<RunnerOptions>): ProjectionRunner;
}>;

/** An empty database with the read models' tables, and a log in memory to be folded into them. */
export async function openOffice(
  papers: Papers = {},
  mine: readonly Projection[] = projections,
): Promise<Office> {
  const database = await openTestDatabase(projectionMigrations(mine));
  const store = new MemoryEventStore(() => 0);
  const sources = sourcesOver(store, papers);
  const stops: Office['stops'] = [];
  const runner = (over: Partial<RunnerOptions> = {}) =>
    new ProjectionRunner({
      ...{ pool: database.app, store, codecs, sources, projections: mine },
      onStopped: (name, position, { message }) => stops.push({ name, position, message }),
      ...over,
    });
  return { database, store, sources, stops, runner };
}

/** Every row of every table of the read models, as text, in an order of its own. */
export async function dump(
  pool: Pool,
  mine: readonly Projection[] = projections,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables: Record<string, readonly string[]> = {};
  for (const table of mine.flatMap((projection) => projection.tables)) {
    const { rows } = await pool.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${liveSchema}.${table} t order by 1`,
    );
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}
