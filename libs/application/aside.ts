import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '#domain/refusal.js';
import type { Policies } from '#law/table.js';
import { endingFault } from '#projections/outage.js';
import type { Queryable } from '#projections/rows.js';
import { liveSchema } from '#projections/runner.js';
import type { Keys } from '#security/keys.js';
import type { WorkArgs, WorkName, WorkResult } from './aside-works.js';

/** What the thread is begun with: an application of its own over the same database. */
export type ThreadData = Readonly<{
  databaseUrl: string;
  keys: Keys;
  policies: Policies;
  bank: Readonly<{ outgoing: string; incoming: string }>;
  /** Tells the thread's bulk work that people are at work here. */
  people: SharedArrayBuffer;
}>;

export type AsideOptions = ThreadData &
  Readonly<{
    pool: Queryable;
    /** Pages of awards from which on a city's bulk work is done there. */
    fromPages?: number;
    /** How the program itself is loaded, where it is not built. */
    execArgv?: readonly string[];
  }>;

export type Task = Readonly<{ no: number; name: WorkName; args: readonly unknown[] }>;
/** What a thread is told beside its tasks. */
export type Word = 'ending';
export type Answer = Readonly<{ no: number }> &
  (
    | Readonly<{ result: unknown }>
    | Readonly<{ refusal: Readonly<{ code: RefusalCode; facts: Refusal['facts'] }> }>
    | Readonly<{ fault: Fault }>
  );
/**
 * A fault's code says whether it passes, and its name and stack where it came about; an error that
 * is copied to another thread loses them.
 */
export type Fault = Readonly<{ name: string; message: string; stack?: string; code?: string }>;

/** Some 2,500 awards: a smaller city is done with a step before the thread has begun. */
const usualPages = 40;
/** The steps of a month follow each other within minutes; a thread that rests holds memory. */
const restMs = 120_000;
const askAgainMs = 60_000;

/**
 * Bulk work in a thread of its own, over connections of its own: what is parsed, decided and
 * printed there, and its garbage, keep nobody waiting here. It begins with the first work, and ends
 * when there has been none for a while.
 */
export class Aside {
  private thread: Thread | undefined;
  private resting: NodeJS.Timeout | undefined;
  private atWork = 0;
  private worthIt = false;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private isEnding = false;

  constructor(private readonly options: AsideOptions) {}

  /** Whether the city is so large that its bulk work would be felt here. */
  async isWorthIt(): Promise<boolean> {
    if (performance.now() - this.askedAtMs < askAgainMs) return this.worthIt;
    const { pool, fromPages = usualPages } = this.options;
    const { rows } = await pool.query<{ pages: number }>(
      `select count(*)::int as pages
       from (select from ${liveSchema}.award_page limit $1) as found`,
      [fromPages],
    );
    this.worthIt = rows[0]?.pages === fromPages;
    this.askedAtMs = performance.now();
    return this.worthIt;
  }

  /**
   * @throws Refusal as the work itself does
   * @throws Error with the fault's code, or when the thread has ended: what was begun is done again
   */
  async run<Name extends WorkName>(name: Name, args: WorkArgs<Name>): Promise<WorkResult<Name>> {
    if (this.isEnding) throw endingFault();
    clearTimeout(this.resting);
    this.atWork += 1;
    try {
      if (this.thread?.isAlive !== true) this.thread = new Thread(this.options);
      // The thread knows the work by its name alone, which the compiler cannot follow there.
      return (await this.thread.run(name, args)) as WorkResult<Name>;
    } finally {
      this.atWork -= 1;
      if (this.atWork === 0) this.resting = setTimeout(() => void this.close(), restMs).unref();
    }
  }

  /** Nothing more is begun there, and nothing there waits for what follows the log any more. */
  letGo(): void {
    this.isEnding = true;
    this.thread?.letGo();
  }

  async close(): Promise<void> {
    clearTimeout(this.resting);
    const { thread } = this;
    this.thread = undefined;
    await thread?.end();
  }
}

type Waiting = Readonly<{ resolve: (result: unknown) => void; reject: (fault: Error) => void }>;

class Thread {
  isAlive = true;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor({ execArgv, pool: _pool, fromPages: _fromPages, ...data }: AsideOptions) {
    // A heap may grow by this much before it is collected: left to itself each of the two would
    // hold several times what it needs, and the process a hundred megabytes more.
    setFlagsFromString('--heap-growing-percent=75');
    // A month's steps come one after the other: what one of them does not use would be thrown away
    // as old while it is collected for, and be compiled and grow warm again in the next month.
    setFlagsFromString('--no-flush-bytecode');
    const entry = new URL('./aside-thread.js', import.meta.url);
    const workerData: ThreadData = data;
    const loaded = execArgv === undefined ? {} : { execArgv: [...execArgv] };
    this.worker = new Worker(entry, { workerData, ...loaded });
    this.worker.on('message', (answer: Answer) => this.answered(answer));
    this.worker.on('error', (error) => this.lost(error));
    this.worker.on('exit', () => this.lost(new Error('it was not at fault')));
    // A thread at rest keeps no process from ending.
    this.worker.unref();
  }

  run(name: WorkName, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.asked += 1;
      this.waiting.set(this.asked, { resolve, reject });
      this.worker.ref();
      const task: Task = { no: this.asked, name, args };
      this.worker.postMessage(task, []);
    });
  }

  letGo(): void {
    const word: Word = 'ending';
    this.worker.postMessage(word, []);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private answered(answer: Answer): void {
    const waiting = this.waiting.get(answer.no);
    this.waiting.delete(answer.no);
    if (this.waiting.size === 0) this.worker.unref();
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(faultOf(answer));
  }

  /** As when a connection is cut: it passes, and what was begun is done again by another thread. */
  private lost(cause: Error): void {
    this.isAlive = false;
    const message = 'the thread of bulk work ended';
    const lost = Object.assign(new Error(message, { cause }), { code: 'ETHREAD' });
    for (const { reject } of this.waiting.values()) reject(lost);
    this.waiting.clear();
  }
}

function faultOf(answer: Exclude<Answer, { result: unknown }>): Error {
  if ('refusal' in answer) return new Refusal(answer.refusal.code, answer.refusal.facts);
  return Object.assign(new Error(answer.fault.message), answer.fault);
}
