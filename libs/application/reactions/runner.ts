import type { Pool } from 'pg';
import type { EventCodec } from '#domain/codec.js';
import { Refusal, refuse } from '#domain/refusal.js';
import type { EventStore, Metadata, RecordedEvent } from '#event-store/port.js';
import type { Migration } from '#postgres/migrations.js';
import { isOutage } from '#projections/outage.js';
import { Waiters } from '#projections/waiters.js';
import type { App } from '../app.js';
import type { AnyEvent } from '../transact.js';
import type { Cause, Reaction } from './reaction.js';

export const reactionMigrations: readonly Migration[] = [
  {
    id: 'reactions-0001',
    sql: `
      create table reaction_checkpoint (
        lane     text   primary key,
        position bigint not null,
        error    text
      );
      create table reaction_block (
        reaction text   not null,
        position bigint not null,
        code     text   not null,
        facts    text   not null,
        primary key (reaction, position)
      );
      grant select, insert, update on reaction_checkpoint to yuejie_app;
      grant select, insert, update, delete on reaction_block to yuejie_app;`,
  },
];

/** A reaction that was refused and waits for something to change. */
export type Block = Readonly<{ reaction: string; position: bigint; code: string; facts: string }>;

export type LaneOptions = Readonly<{
  name: string;
  reactions: readonly Reaction[];
  /** Events after which blocked reactions are asked again. */
  unblockedBy: readonly string[];
  app: App;
  pool: Pool;
  store: EventStore;
  codecs: Readonly<Record<string, EventCodec>>;
  onStopped: (lane: string, position: bigint, error: Error) => void;
}>;

/** Events that are answered in one turn, and the position that the lane has reached with them. */
type Run = { events: RecordedEvent[]; bulk: Reaction | null; to: bigint };

const saveText = `
  update reaction_checkpoint set position = $2
    from (select set_config('synchronous_commit', 'off', true)) as unhurried
   where lane = $1 and position < $2`;

/** A claim that comes meanwhile waits for as many. */
const mostTogether = 500;

/**
 * One lane follows the log in order and keeps its own checkpoint; lanes run beside each other, so
 * that a month's bulk work does not hold up a claim. The checkpoint moves after the reaction: a
 * crash in between repeats it, which adds nothing.
 */
export class ReactionLane {
  private position = 0n;
  private savedPosition = 0n;
  /** Refused and waiting, by reaction and position: nobody else follows the log meanwhile. */
  private readonly blocked = new Set<string>();
  private readonly waiters = new Waiters();
  private readonly byType = new Map<string, Reaction[]>();
  private stopped = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LaneOptions) {
    for (const reaction of options.reactions) {
      for (const type of reaction.on) {
        this.byType.set(type, [...(this.byType.get(type) ?? []), reaction]);
      }
    }
  }

  get reached(): bigint {
    return this.position;
  }

  /** @throws Error when the database or the store is out of reach: nothing is lost, run again */
  async run(signal: AbortSignal): Promise<void> {
    await this.load();
    if (!(await this.inTurn(() => this.unblock()))) return;
    const types = [...this.byType.keys(), ...this.options.unblockedBy];
    for await (const { events, to } of this.options.store.followTypes(
      this.position,
      types,
      signal,
    )) {
      if (!(await this.handle(events, signal, to))) return;
    }
  }

  /** Handles everything up to the head that stands when no more follows from it. */
  async catchUp(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.load();
    for (;;) {
      const head = await this.options.store.head();
      if (this.position >= head || this.stopped) return;
      for await (const events of this.options.store.readAll(this.position, { to: head })) {
        if (!(await this.handle(events, signal))) return;
      }
    }
  }

  /** Asks what was refused again: what stood in its way may have gone without an event. */
  async askAgain(): Promise<void> {
    await this.inTurn(() => this.unblock());
  }

  /**
   * @throws Refusal REACTIONS_STOPPED: what should have followed up to there has not
   * @throws Error the signal's reason, at the signal
   */
  async waitFor(position: bigint, signal?: AbortSignal): Promise<void> {
    while (this.position < position) {
      if (this.stopped) refuseStopped(this.options.name);
      await this.waiters.next(signal);
    }
  }

  private async load(): Promise<void> {
    const { name, pool } = this.options;
    this.stopped = false;
    await pool.query(
      `insert into reaction_checkpoint (lane, position) values ($1, 0) on conflict do nothing`,
      [name],
    );
    const { rows } = await pool.query<{ position: bigint }>(
      'update reaction_checkpoint set error = null where lane = $1 returning position',
      [name],
    );
    this.position = rows[0]?.position ?? 0n;
    this.savedPosition = this.position;
    this.blocked.clear();
    for (const { reaction, position } of await this.blocks())
      this.blocked.add(blockKey(reaction, position));
    // After a restart nothing may be left to handle: whoever waits already is told so.
    this.wake();
  }

  private async handle(
    events: readonly RecordedEvent[],
    signal: AbortSignal,
    to = events.at(-1)?.position ?? this.position,
  ): Promise<boolean> {
    for (const run of this.runsOf(events)) {
      if (signal.aborted || this.stopped) return false;
      if (!(await this.inTurn(() => this.answer(run)))) return false;
      this.position = run.to;
      if (run.events.length > 0) await this.save();
      this.wake();
    }
    if (to > this.position) this.position = to;
    await this.save();
    this.wake();
    return true;
  }

  /** What is left of the events: each alone, or with those that one answer is enough for. */
  private runsOf(events: readonly RecordedEvent[]): readonly Run[] {
    const runs: Run[] = [];
    for (const recorded of events) {
      const { position: to, type } = recorded;
      if (to <= this.position) continue;
      const wanted = this.byType.get(type) ?? [];
      const unblocks = this.options.unblockedBy.includes(type);
      const isHeard = wanted.length > 0 || unblocks;
      const [one] = wanted;
      const bulk = one?.reactTogether === undefined || wanted.length > 1 || unblocks ? null : one;
      const last = runs.at(-1);
      const joins = bulk !== null && last?.bulk === bulk && last.events.length < mostTogether;
      if (last === undefined || (isHeard && !joins)) {
        runs.push({ events: isHeard ? [recorded] : [], bulk, to });
        continue;
      }
      if (isHeard) last.events.push(recorded);
      last.to = to;
    }
    return runs;
  }

  private async answer({ events, bulk }: Run): Promise<boolean> {
    if (bulk !== null && (await this.answeredTogether(bulk, events))) return true;
    for (const recorded of events) {
      for (const reaction of this.byType.get(recorded.type) ?? [])
        if (!(await this.attempted(reaction, recorded))) return false;
      if (this.options.unblockedBy.includes(recorded.type) && !(await this.unblock())) return false;
    }
    return true;
  }

  /** What goes wrong with many is found out, and told, by answering each alone: it adds nothing. */
  private async answeredTogether(
    { name, reactTogether }: Reaction,
    events: readonly RecordedEvent[],
  ): Promise<boolean> {
    const [first, second] = [events[0], events[1]];
    if (reactTogether === undefined || first === undefined || second === undefined) return false;
    const { app } = this.options;
    try {
      const causes = events.map((recorded) => this.causeOf(recorded));
      await reactTogether(app, causes);
    } catch (error) {
      if (error instanceof Error && isOutage(error)) throw error;
      return false;
    }
    for (const { position } of events) await this.forgetBlock(name, position);
    return true;
  }

  /**
   * Whether the lane may go on. A fault that passes is no event's: it ends the loop, which begins
   * again from its checkpoint. Any other stops the lane at the event that brought it about.
   */
  private async attempted(reaction: Reaction, recorded: RecordedEvent): Promise<boolean> {
    try {
      await this.react(reaction, recorded);
      return true;
    } catch (error) {
      if (error instanceof Error && isOutage(error)) throw error;
      await this.stop(recorded.position, error);
      return false;
    }
  }

  /** One thing at a time: what is asked again must not meet itself at work. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async react(reaction: Reaction, recorded: RecordedEvent): Promise<void> {
    const { pool, app } = this.options;
    try {
      await reaction.react(app, this.causeOf(recorded));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await pool.query(
        `insert into reaction_block (reaction, position, code, facts) values ($1, $2, $3, $4)
         on conflict (reaction, position)
           do update set code = excluded.code, facts = excluded.facts`,
        [reaction.name, recorded.position, error.code, JSON.stringify(error.facts)],
      );
      this.blocked.add(blockKey(reaction.name, recorded.position));
      return;
    }
    await this.forgetBlock(reaction.name, recorded.position);
  }

  private async forgetBlock(reaction: string, position: bigint): Promise<void> {
    const key = blockKey(reaction, position);
    if (!this.blocked.has(key)) return;
    await this.options.pool.query(
      'delete from reaction_block where reaction = $1 and position = $2',
      [reaction, position],
    );
    this.blocked.delete(key);
  }

  private async unblock(): Promise<boolean> {
    if (this.stopped) return false;
    if (this.blocked.size === 0) return true;
    for (const { reaction: name, position } of await this.blocks()) {
      const reaction = this.options.reactions.find((one) => one.name === name);
      const to = position;
      for await (const [event] of this.options.store.readAll(position - 1n, { to })) {
        if (event === undefined || reaction === undefined) continue;
        if (!(await this.attempted(reaction, event))) return false;
      }
    }
    return true;
  }

  private async blocks(): Promise<readonly Block[]> {
    const names = this.options.reactions.map(({ name }) => name).join('\n');
    const { rows } = await this.options.pool.query<Block>(
      `select reaction, position, code, facts from reaction_block
       where reaction = any(string_to_array($1, E'\\n')) order by position`,
      [names],
    );
    return rows;
  }

  private causeOf(recorded: RecordedEvent): Cause {
    const { id, stream, position, type, schema, data, metadata } = recorded;
    const codec = this.options.codecs[type];
    if (codec === undefined) throw new Error(`no codec for ${type}`);
    const event: AnyEvent = { type, data: codec.decode(data, schema) };
    return { id, stream, position, event, metadata: JSON.parse(metadata) as Metadata };
  }

  /** Without waiting for the disk: what a crash takes away is handled again, and adds nothing. */
  private async save(): Promise<void> {
    const { position } = this;
    if (position === this.savedPosition) return;
    const { name, pool } = this.options;
    await pool.query({ name: 'save_lane', text: saveText, values: [name, position] });
    this.savedPosition = position;
  }

  private async stop(position: bigint, error: unknown): Promise<void> {
    const fault = error instanceof Error ? error : new Error(String(error));
    this.stopped = true;
    this.options.onStopped(this.options.name, position, fault);
    await this.options.pool.query('update reaction_checkpoint set error = $2 where lane = $1', [
      this.options.name,
      fault.message,
    ]);
    this.wake();
  }

  private wake(): void {
    this.waiters.wake();
  }
}

function blockKey(reaction: string, position: bigint): string {
  return `${reaction} ${position}`;
}

export function refuseStopped(lane: string): never {
  return refuse('REACTIONS_STOPPED', { lane });
}
