import { expect } from '@jest/globals';
import { AwardPosting, type BulkStore } from '#application/award-posting.js';
import { Documents, documentMigrations } from '#application/documents.js';
import { derivedId, sha256Hex } from '#application/ids.js';
import type { AwardItem, PostingContext } from '#application/posting.js';
import { sourcesOf } from '#application/start.js';
import { stored } from '#application/stored.js';
import { decode, foldHistory, Transact } from '#application/transact.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { codecs } from '#domain/codecs.js';
import { day } from '#domain/values/calendar.js';
import { PeopleClock } from '#event-store/people-clock.js';
import { openPostgresStore, type PostgresEventStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import { appendFoldedMigration } from '#projections/award-append.js';
import { awardsByNumber, awardState, type CachedAward } from '#projections/award-state.js';
import { rebuild, type Rebuilt } from '#projections/rebuild.js';
import { ProjectionRunner, type RunnerOptions } from '#projections/runner.js';
import { projectionMigrations } from '#projections/schema.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import * as award from './domain/award-samples.js';

export const offices = ['440103', '440104'] as const;

export const context: PostingContext = {
  ...{ commandId: 'the-post', bodyHash: 'b1' },
  ...{ actor: 'system:post', duty: 'system', office: offices[0], day: day('2026-10-20') },
};

/** Awards with their pages over a log of their own, and what posts into both. */
export class AwardLog {
  readonly store: PostgresEventStore;
  readonly transact: Transact;
  readonly documents: Documents;
  readonly stops: string[] = [];
  /** Of the store; it stands still until a test moves it, so that no machine is too slow. */
  nowMs = 1_700_000_000_000;

  private constructor(readonly database: TestDatabase) {
    this.store = openPostgresStore(database.app, new PeopleClock({ now: () => this.nowMs }));
    this.transact = new Transact(this.store);
    this.documents = new Documents(database.app);
  }

  static async open(): Promise<AwardLog> {
    const database = await openTestDatabase([
      ...eventStoreMigrations,
      ...documentMigrations,
      ...projectionMigrations([awardState]),
      appendFoldedMigration,
    ]);
    return new AwardLog(database);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  runner(over: Partial<RunnerOptions> = {}): ProjectionRunner {
    return new ProjectionRunner({
      ...{ pool: this.database.app, store: this.store, codecs, sources: sourcesOf(this) },
      projections: [awardState],
      onStopped: (name, position, { message }) =>
        this.stops.push(`${name} at ${position}: ${message}`),
      ...over,
    });
  }

  /**
   * As a process of its own has it.
   *
   * @param between what happens between reading pages and writing them, once
   * @param beforeQuery what happens before its n-th question to the database, from 1
   * @param answered is told when that was answered
   */
  posting(
    between: () => Promise<unknown> = () => Promise.resolve(),
    beforeQuery: (no: number) => Promise<void> = () => Promise.resolve(),
    answered: (no: number) => void = () => undefined,
  ): AwardPosting {
    let interruption: Promise<unknown> | undefined;
    let queries = 0;
    const { app } = this.database;
    const pool = new Proxy(app, {
      get: (target, name) =>
        name === 'query'
          ? async (...query: readonly [string]) => {
              queries += 1;
              const no = queries;
              await beforeQuery(no);
              const answer = await target.query(...query);
              answered(no);
              return answer;
            }
          : Reflect.get(target, name),
    });
    const bulk: BulkStore = {
      inBulkTurn: async (work) => {
        interruption ??= between();
        await interruption;
        await this.store.inBulkTurn(work);
      },
    };
    return new AwardPosting(pool, bulk, this.transact);
  }

  /** Opens awards, by turns in two offices, and folds them. */
  async openAwards(awardNos: readonly string[], monthsAwarded = 24): Promise<void> {
    const opening = awardNos.map((awardNo, at) => {
      const terms = { awardNo, office: offices[at % 2] as string, monthsAwarded };
      return { awardNo, event: { ...award.opened, data: { ...award.opened.data, ...terms } } };
    });
    await this.store.appendMany(
      opening.map(({ awardNo, event }) => ({
        stream: awardStream(awardNo),
        expected: 'none',
        events: [newEvent(awardNo, event)],
      })),
    );
    await this.runner().catchUp();
  }

  /** As people's work adds an event: to the stream alone. */
  async append(awardNo: string, event: AwardEvent): Promise<void> {
    const stream = awardStream(awardNo);
    const expected = (await this.store.read(stream)).at(-1)?.revision ?? 'none';
    await this.store.append({ stream, expected, events: [newEvent(awardNo, event)] });
  }

  async typesOf(awardNo: string): Promise<readonly string[]> {
    return (await this.store.read(awardStream(awardNo))).map(({ type }) => type);
  }

  /** Which months fell due, in their order, by the stream. */
  async dueOf(awardNo: string): Promise<readonly string[]> {
    const history = await this.store.read(awardStream(awardNo));
    const events = history.map((recorded) => decode<AwardEvent>(awardCodecs, recorded));
    return events.flatMap(({ type, data }) => (type === 'LineDue' ? [data.lineId] : []));
  }

  async cached(awardNo: string): Promise<CachedAward | undefined> {
    return (await awardsByNumber(this.database.app, [awardNo])).get(awardNo);
  }

  /** What the stream folds to, as pages keep it: without payments that were answered. */
  async folded(awardNo: string): Promise<CachedAward> {
    const history = await this.store.read(awardStream(awardNo));
    const state = foldHistory(stored.award, history);
    if (state.status === 'none') throw new Error(`${awardNo} was never opened`);
    const payments = state.payments.filter(({ status }) => status === 'sent');
    return { awardNo, revision: history.length - 1, state: { ...state, payments } };
  }

  /** How many events the calls behind a position added, in their order. */
  async callsBehind(position: bigint): Promise<readonly number[]> {
    const { rows } = await this.database.owner.query<{ count: number }>(
      'select count from links where first > $1 and count > 1 order by first',
      [position],
    );
    return rows.map(({ count }) => count);
  }

  /** Of the events behind a position, in their order. */
  async streamsBehind(position: bigint): Promise<readonly string[]> {
    const { rows } = await this.database.owner.query<{ stream: string }>(
      'select stream from events where position > $1 order by position',
      [position],
    );
    return rows.map(({ stream }) => stream);
  }

  /** Where the read model stands. */
  async checkpoint(): Promise<bigint | undefined> {
    const [standing] = await this.runner().standings();
    return standing?.position;
  }

  /** The live pages against those that a replay fills, which may then take their place. */
  compared(compareOnly = true): Promise<Rebuilt> {
    const { database, store } = this;
    return rebuild({
      ...{ ownerPool: database.owner, store, codecs, sources: sourcesOf(this) },
      ...{ projection: awardState, compareOnly },
    });
  }
}

/** Pages, streams and a replay tell the same of each award. */
export async function expectWholeIn(log: AwardLog, awardNos: readonly string[]): Promise<void> {
  for (const awardNo of awardNos)
    expect(await log.cached(awardNo)).toEqual(await log.folded(awardNo));
  expect((await log.compared()).differences).toEqual([]);
}

export function newEvent(awardNo: string, { type, data }: AwardEvent) {
  const { schema, encode } = awardCodecs[type];
  const id = derivedId(awardNo, type, sha256Hex(encode(data)));
  const metadata = JSON.stringify({ ...context, commandId: id, bodyHash: 'b1' });
  return { id, type, schema, data: encode(data), metadata };
}

/** A line of a document: the same document and line are the same command. */
export function itemOf(
  awardNo: string,
  command: AwardCommand,
  document: string,
  line: string,
): AwardItem {
  return { awardNo, command, commandId: derivedId(document, `${awardNo}/${line}`) };
}

export function dueItem(awardNo: string, month: string, document = `roll-${month}`): AwardItem {
  return itemOf(awardNo, award.dueCommand(month), document, month);
}

export function numbers(count: number, prefix = 'C'): readonly string[] {
  return Array.from({ length: count }, (_none, at) => `${prefix}${String(at).padStart(4, '0')}`);
}
