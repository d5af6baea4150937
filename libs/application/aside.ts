import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { PeopleClock } from '#event-store/people-clock.js';
import type { Policies } from '#law/table.js';
import { endingFault } from '#projections/outage.js';
import type { Queryable } from '#projections/rows.js';
import { liveSchema } from '#projections/runner.js';
import type { Keys } from '#security/keys.js';
import type { WorkArgs, WorkName, WorkResult } from './aside-works.js';
import type { PartName } from './parts.js';
import { answerTo, Questions, type Message } from './questions.js';

/** What the thread is begun with: an application of its own over the same database. */
export type ThreadData = Readonly<{
  databaseUrl: string;
  keys: Keys;
  policies: Policies;
  bank: Readonly<{ outgoing: string; incoming: string }>;
  /** Tells the thread's bulk work that people are at work here. */
  people: SharedArrayBuffer;
}>;

export type AsideOptions = Omit<ThreadData, 'people'> &
  Readonly<{
    people: PeopleClock;
    pool: Queryable;
    /** Does a part of the thread's work here. */
    lend: (name: PartName, input: unknown) => Promise<unknown>;
    /** Pages of awards from which on a city's bulk work is done there. */
    fromPages?: number;
    /** How the program itself is loaded, where it is not built. */
    execArgv?: readonly string[];
  }>;

/** What a thread is told beside tasks and answers. */
export type Word = 'ending';

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
    this.options.people.bulkBegins();
    try {
      if (this.thread?.isAlive !== true) this.thread = new Thread(this.options);
      // The thread knows the work by its name alone, which the compiler cannot follow there.
      return (await this.thread.run(name, args)) as WorkResult<Name>;
    } finally {
      this.atWork -= 1;
      this.options.people.bulkEnds();
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

class Thread {
  isAlive = true;
  private readonly worker: Worker;
  private readonly questions: Questions<WorkName>;

  constructor({
    execArgv,
    pool: _pool,
    fromPages: _fromPages,
    lend,
    people,
    ...data
  }: AsideOptions) {
    // A heap may grow by this much before it is collected: left to itself each of the two would
    // hold several times what it needs, and the process a hundred megabytes more.
    setFlagsFromString('--heap-growing-percent=75');
    // A month's steps come one after the other: what one of them does not use would be thrown away
    // as old while it is collected for, and be compiled and grow warm again in the next month.
    setFlagsFromString('--no-flush-bytecode');
    // A month leaves much behind and keeps little: collected only when this much has gathered, the
    // thread spends a tenth less of its time, and holds some 15 MB more than it would.
    setFlagsFromString('--initial-old-space-size=80');
    const entry = new URL('./aside-thread.js', import.meta.url);
    const workerData: ThreadData = { ...data, people: people.shared };
    const loaded = execArgv === undefined ? {} : { execArgv: [...execArgv] };
    const worker = new Worker(entry, { workerData, ...loaded });
    const send = (message: Message<WorkName>): void => worker.postMessage(message, []);
    this.questions = new Questions(send);
    worker.on('message', (message: Message<PartName>) => {
      if ('answer' in message) return this.answered(message);
      const { task } = message;
      const part = answerTo(task, () => lend(task.name, task.args[0]));
      void part.then((answer) => send({ answer }));
    });
    worker.on('error', (error) => this.lost(error));
    worker.on('exit', () => this.lost(new Error('it was not at fault')));
    // A thread at rest keeps no process from ending.
    worker.unref();
    this.worker = worker;
  }

  run(name: WorkName, args: readonly unknown[]): Promise<unknown> {
    this.worker.ref();
    return this.questions.ask(name, args);
  }

  letGo(): void {
    const word: Word = 'ending';
    this.worker.postMessage(word, []);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private answered({ answer }: Extract<Message<PartName>, { answer: unknown }>): void {
    this.questions.answered(answer);
    if (this.questions.open === 0) this.worker.unref();
  }

  /** As when a connection is cut: it passes, and what was begun is done again by another thread. */
  private lost(cause: Error): void {
    this.isAlive = false;
    const message = 'the thread of bulk work ended';
    this.questions.lost(Object.assign(new Error(message, { cause }), { code: 'ETHREAD' }));
  }
}
