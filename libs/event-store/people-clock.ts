const momentsKept = 3;
const politeForMs = 5_000;
const momentsBytes = momentsKept * Float64Array.BYTES_PER_ELEMENT;

export type PeopleClockOptions = Readonly<{
  /** Of another thread's clock, to be the same one: here bulk work is done, and nobody waits. */
  shared?: SharedArrayBuffer | undefined;
  now?: () => number;
}>;

/**
 * When people's commands last met bulk work, known to all threads of a process: bulk work is polite
 * while three did within five seconds. Those that meet none keep nothing waiting and are not
 * counted, above all the signatures that set it off.
 */
export class PeopleClock {
  readonly shared: SharedArrayBuffer;
  readonly now: () => number;
  private readonly isAside: boolean;
  /** Milliseconds since 1970, as threads count their own from different moments; oldest first. */
  private readonly moments: Float64Array;
  private readonly added: BigInt64Array;
  private bulkWorks = 0;

  constructor({ shared, now = Date.now }: PeopleClockOptions = {}) {
    this.isAside = shared !== undefined;
    this.shared = shared ?? new SharedArrayBuffer(momentsBytes + BigInt64Array.BYTES_PER_ELEMENT);
    this.now = now;
    this.moments = new Float64Array(this.shared, 0, momentsKept);
    this.added = new BigInt64Array(this.shared, momentsBytes);
  }

  /** Events that all threads have added: what another one adds is no stranger's work. */
  get ownEvents(): bigint {
    return Atomics.load(this.added, 0);
  }

  countOwn(events: number): void {
    Atomics.add(this.added, 0, BigInt(events));
  }

  /** Bulk work that people may meet, here or in another thread, until it is over. */
  bulkBegins(): void {
    this.bulkWorks += 1;
  }

  bulkEnds(): void {
    this.bulkWorks -= 1;
  }

  /** A person's command came here; nobody waits for what bulk work does in a person's name. */
  toldHere(): void {
    if (!this.isAside) this.told(1);
  }

  /** Two threads that tell it at once may lose one moment: the next one stands. */
  told(commands: number): void {
    if (this.bulkWorks === 0) return;
    const told = Math.min(commands, momentsKept);
    this.moments.copyWithin(0, told);
    this.moments.fill(this.now(), momentsKept - told);
  }

  areAtWork(): boolean {
    return this.now() - (this.moments[0] ?? 0) < politeForMs;
  }
}
