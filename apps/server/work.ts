import { refuse } from '#domain/refusal.js';

/** Where one follower of the log stands; `error` says why it stopped. */
export type Follower = Readonly<{ name: string; position: bigint; error: string | null }>;

/** Long work under way, such as an import or a roll: how much of how much. */
export type Running = Readonly<{ id: string; kind: string; done: number; of: number }>;

/** A reaction that was refused and is asked again when something changes. */
export type Blocked = Readonly<{
  reaction: string;
  position: bigint;
  code: string;
  facts: Readonly<Record<string, string>>;
}>;

export type WorkStatus = Readonly<{
  head: bigint;
  followers: readonly Follower[];
  blocked: readonly Blocked[];
  running: readonly Running[];
}>;

export type WorkSources = Readonly<{
  head: () => Promise<bigint>;
  followers: () => Promise<readonly Follower[]>;
  blocked: () => Promise<readonly Blocked[]>;
  /** Lets a read model that stopped go on from where it stopped. */
  retry: (name: string) => Promise<void>;
  /** Resolves when every follower that runs has followed that far. */
  settled: (position: bigint) => Promise<void>;
}>;

/** What is being done now: the log's head, who follows it how far, and how far long work is. */
export class Work {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly sources: WorkSources,
    /** Aborted when the server stops: whoever watches is let go. */
    readonly ending: AbortSignal,
  ) {}

  async status(): Promise<WorkStatus> {
    const { sources } = this;
    const [head, followers, blocked] = await Promise.all([
      sources.head(),
      sources.followers(),
      sources.blocked(),
    ]);
    return { head, followers, blocked, running: [...this.running.values()] };
  }

  /** @throws Refusal NOT_FOUND for a follower that does not exist or has not stopped */
  async retry(name: string): Promise<void> {
    const followers = await this.sources.followers();
    const stopped = followers.find((one) => one.name === name && one.error !== null);
    if (stopped === undefined) refuse('NOT_FOUND', { name });
    await this.sources.retry(name);
  }

  progress(work: Running): void {
    this.running.set(work.id, work);
  }

  ended(id: string): void {
    this.running.delete(id);
  }

  /**
   * Waits until everything has followed the log to that position.
   *
   * @throws Refusal FACT_IMPOSSIBLE for a position that the log has not reached
   */
  async settled(position: bigint, withinMs: number): Promise<boolean> {
    if (position > (await this.sources.head()))
      return refuse('FACT_IMPOSSIBLE', { fact: 'position', position: String(position) });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs);
    });
    const done = this.sources.settled(position).then(() => true as const);
    try {
      return await Promise.race([done, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
