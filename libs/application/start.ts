import { setMaxListeners } from 'node:events';
import type { Pool } from 'pg';
import { awardStream } from '#domain/award/award.js';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { codecs } from '#domain/codecs.js';
import { normaliseResidentId } from '#domain/values/resident-id.js';
import { PeopleClock } from '#event-store/people-clock.js';
import { openPostgresStore } from '#event-store/postgres-store.js';
import { eventStoreMigrations } from '#event-store/schema.js';
import type { EventStore } from '#event-store/port.js';
import { Sealer } from '#evidence/sealer.js';
import type { Policies } from '#law/table.js';
import type { Migration } from '#postgres/migrations.js';
import { projections } from '#projections/all.js';
import { appendFoldedMigration } from '#projections/award-append.js';
import { endingFault } from '#projections/outage.js';
import type { Sources } from '#projections/projection.js';
import { ProjectionRunner } from '#projections/runner.js';
import { projectionMigrations } from '#projections/schema.js';
import { PersonIndex, createBlindIndex } from '#security/blind-index.js';
import type { Keys } from '#security/keys.js';
import { securityMigrations } from '#security/migrations.js';
import { SealedFiles } from '#security/sealed-files.js';
import { SealedRows } from '#security/sealed-rows.js';
import type { App } from './app.js';
import { Aside, type AsideOptions } from './aside.js';
import { AwardPosting } from './award-posting.js';
import { BankFolder } from './bank-folder.js';
import { Documents, documentMigrations } from './documents.js';
import type { Hands } from './hands.js';
import { importMigrations } from './imports/files.js';
import { Law, holidaysOf2026 } from './law.js';
import { isOfMonth } from './month-streams.js';
import { asOnlyFollower } from './only-follower.js';
import { partOf, type PartName } from './parts.js';
import { moneyReactions, moneyUnblockers, registerReactions } from './reactions/all.js';
import { ReactionLane, reactionMigrations, refuseStopped } from './reactions/runner.js';
import { decode, Transact } from './transact.js';

export const applicationMigrations: readonly Migration[] = [
  ...eventStoreMigrations,
  ...securityMigrations,
  ...documentMigrations,
  ...projectionMigrations(projections),
  appendFoldedMigration,
  ...importMigrations,
  ...reactionMigrations,
];

export type SystemOptions = Readonly<{
  pool: Pool;
  keys: Keys;
  policies: Policies;
  bank: Readonly<{ outgoing: string; incoming: string }>;
  /** Given, a large city's bulk work is done in a thread of its own. */
  aside?: Pick<AsideOptions, 'execArgv' | 'fromPages'>;
  /** Shared with another thread of this process that serves people. */
  people?: SharedArrayBuffer;
  /** That thread, for parts of what is done here. */
  hands?: Hands;
  /** Told when a projection or a lane stops at an event that it cannot take. */
  onStopped: (name: string, position: bigint, error: Error) => void;
}>;

/** The application with what follows its log: read models and reactions. */
export class System {
  readonly app: App;
  readonly runner: ProjectionRunner;
  readonly lanes: readonly ReactionLane[];
  private readonly store: EventStore;
  private readonly aside: Aside | undefined;
  private readonly ending = waitsEnder();
  /** Without it another process follows the log. */
  private following: Following | undefined;

  constructor(private readonly options: SystemOptions) {
    const { pool, keys, policies, bank, onStopped } = options;
    const people = new PeopleClock({ shared: options.people, setsOff: isOfMonth });
    const store = openPostgresStore(pool, people);
    const lend = (name: PartName, input: unknown) => partOf(name)(this.app, input);
    this.aside = asideOf(options, people, lend);
    this.store = store;
    const documents = new Documents(pool);
    const blind = createBlindIndex(keys, normaliseResidentId);
    const sources = sourcesOf({ store, documents });
    this.runner = new ProjectionRunner({ pool, store, codecs, sources, projections, onStopped });
    const sealer = new Sealer(pool);
    const transact = new Transact(store);
    this.app = {
      ...{ pool, store, documents, transact },
      posting: new AwardPosting(pool, store, transact),
      aside: this.aside,
      hands: options.hands,
      vault: {
        rows: new SealedRows(pool, keys),
        files: new SealedFiles(pool, keys),
        persons: new PersonIndex(pool, blind),
        blind,
      },
      law: new Law(policies, holidaysOf2026),
      bank: new BankFolder(bank.outgoing, bank.incoming),
      evidence: {
        linkAt: (position) => linkAt(pool, position),
        rootAt: (position) => sealer.rootAt(position),
        grow: () => sealer.seal(),
      },
      projected: (position) => this.projected(position, this.ending.signal),
      settled: (position) => this.settled(position, this.ending.signal),
    };
    const lane = { app: this.appOfLanes(), pool, store, codecs, onStopped };
    this.lanes = [
      new ReactionLane({
        ...lane,
        name: 'registers',
        reactions: registerReactions,
        unblockedBy: [],
      }),
      new ReactionLane({
        ...lane,
        name: 'money',
        reactions: moneyReactions,
        unblockedBy: moneyUnblockers,
      }),
    ];
  }

  /** A lane ends with the other loops, so it waits for none of them any longer than they run. */
  private appOfLanes(): App {
    const signal = () => this.following?.loops.signal ?? this.ending.signal;
    return {
      ...this.app,
      projected: (position) => this.projected(position, signal()),
      settled: (position) => this.settled(position, signal()),
    };
  }

  /**
   * Follows the log until the signal, while no other process does: the read models first, as
   * reactions wait for them.
   */
  follow(signal: AbortSignal): Promise<void> {
    return asOnlyFollower(this.options.pool, signal, (held) => this.followAlone(held));
  }

  private async followAlone(signal: AbortSignal): Promise<void> {
    const following = { loops: waitsEnder(), waits: waitsEnder() };
    const { loops: ending, waits } = following;
    this.following = following;
    const end = (): void => {
      ending.abort(endingFault());
      waits.abort(endingFault());
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    if (this.ending.signal.aborted) waits.abort(endingFault());
    const loops = [
      this.runner.run(ending.signal),
      ...this.lanes.map((lane) => lane.run(ending.signal)),
    ];
    try {
      await Promise.all(loops);
    } finally {
      // One loop that fails ends them all, and each has ended before they start again.
      end();
      await Promise.allSettled(loops);
      signal.removeEventListener('abort', end);
      this.following = undefined;
    }
  }

  /**
   * Lets everybody go who waits for what follows the log: it ends here too, or nobody knows when it
   * would come so far. What they did stands, and is done again under the same command id.
   */
  end(): void {
    this.ending.abort(endingFault());
    this.following?.waits.abort(endingFault());
    this.aside?.letGo();
  }

  /** Ends what was begun beside this thread; to be called once nothing is followed any more. */
  async close(): Promise<void> {
    this.end();
    await this.aside?.close();
  }

  /** Asks every lane's refused reactions again, where this process follows the log. */
  async askAgain(): Promise<void> {
    if (this.following === undefined || this.following.loops.signal.aborted) return;
    await Promise.all(this.lanes.map((lane) => lane.askAgain()));
  }

  private async projected(position: bigint, signal: AbortSignal): Promise<void> {
    if (await this.heard(signal, (waits) => this.runner.reached(position, waits))) return;
    // Stopped ones do not count, as for whoever follows: or one of them would hold everybody up.
    await this.polled(
      position,
      'select min(position) as position from read.projection_checkpoint where error is null',
      signal,
    );
  }

  /** Waits until nothing follows any more from what stands, or until it has waited ten rounds. */
  private async settled(position: bigint, signal: AbortSignal): Promise<void> {
    let head = position;
    for (let round = 0; round < 10; round += 1) {
      await this.reacted(head, signal);
      await this.projected(head, signal);
      const now = await this.store.head();
      if (now <= head) return;
      head = now;
    }
  }

  private async reacted(position: bigint, signal: AbortSignal): Promise<void> {
    const all = (waits: AbortSignal) =>
      Promise.all(this.lanes.map((lane) => lane.waitFor(position, waits)));
    if (await this.heard(signal, all)) return;
    await this.polled(
      position,
      `select min(position) as position, min(lane) filter (where error is not null) as stopped
       from reaction_checkpoint`,
      signal,
    );
  }

  /**
   * Waits in memory for what this process follows.
   *
   * @returns false where it does not, or no longer: who follows now tells it through the database
   * @throws Error the signal's reason, where it was given meanwhile
   */
  private async heard(
    signal: AbortSignal,
    wait: (waits: AbortSignal) => Promise<unknown>,
  ): Promise<boolean> {
    const waits = this.following?.waits.signal;
    if (waits === undefined) return false;
    try {
      await wait(waits);
      return true;
    } catch (error) {
      if (error !== waits.reason) throw error;
      signal.throwIfAborted();
      return false;
    }
  }

  /** In a process of its own the worker tells through the database how far it is. */
  private async polled(position: bigint, query: string, signal: AbortSignal): Promise<void> {
    for (let pauseMs = firstPollMs; ; pauseMs = Math.min(2 * pauseMs, longestPollMs)) {
      signal.throwIfAborted();
      const { rows } = await this.options.pool.query<Reached>(query);
      const [reached] = rows;
      if ((reached?.position ?? 0n) >= position) return;
      if (typeof reached?.stopped === 'string') refuseStopped(reached.stopped);
      await new Promise((wake) => setTimeout(wake, pauseMs));
    }
  }
}

/** Followers are mostly a few milliseconds behind; where they are not, nobody asks so often. */
const firstPollMs = 2;
const longestPollMs = 25;

/**
 * What ends while this process follows the log: its loops with the lock on it, and the waits of
 * those who ask here how far they are with the loops, or with the system before them.
 */
type Following = Readonly<{ loops: AbortController; waits: AbortController }>;

/** Many may wait at a time: a listener each is no leak. */
function waitsEnder(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

function asideOf(
  options: SystemOptions,
  people: PeopleClock,
  lend: AsideOptions['lend'],
): Aside | undefined {
  const { pool, keys, policies, bank, aside } = options;
  const databaseUrl = pool.options.connectionString;
  if (aside === undefined || databaseUrl === undefined) return undefined;
  const shared = { keys, policies, bank, people };
  return new Aside({ ...aside, ...shared, databaseUrl, pool, lend });
}

type Reached = Readonly<{ position: bigint | null; stopped?: string | null }>;

/** What a fold reads beside its events, for the live read models and for a replay alike. */
export function sourcesOf({ store, documents }: Pick<App, 'store' | 'documents'>): Sources {
  return {
    documentLines: (sha256) => documents.lines(sha256),
    awardHistory: (awardNo, to) => awardHistory(store, awardNo, to),
  };
}

async function awardHistory(
  store: EventStore,
  awardNo: string,
  to: bigint,
): Promise<readonly AwardEvent[]> {
  const history = await store.read(awardStream(awardNo));
  return history
    .filter(({ position }) => position <= to)
    .map((event) => decode<AwardEvent>(awardCodecs, event));
}

/** The hash of the link that holds a position: the chain up to there hangs on it. */
async function linkAt(pool: Pool, position: bigint): Promise<string> {
  const { rows } = await pool.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from links where first <= $1 order by first desc limit 1`,
    [position],
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`no link holds position ${position}`);
  return found.hash;
}
