const momentsKept = 3;
const politeForMs = 5_000;
const momentsBytes = momentsKept * Float64Array.BYTES_PER_ELEMENT;

export type PeopleClockOptions = Readonly<{
  /** Of another thread's clock, to be the same one: here bulk work is done, and nobody waits. */
  shared?: SharedArrayBuffer | undefined;
  now?: () => number;
  /** Of the streams whose commands set bulk work off; without it, of all. */
  setsOff?: (stream: string) => boolean;
}>;

/**
 * When people last gave commands, known to all threads of a process: bulk work is polite while
 * three came within five seconds. What sets bulk work off, such as its signatures, counts only
 * where it meets some: before that nobody else need be there.
 */
export class PeopleClock {
  readonly shared: SharedArrayBuffer;
  readonly now: () => number;
  private readonly setsOff: (stream: string) => boolean;
  private readonly isAside: boolean;
  /** Milliseconds since 1970, as threads count their own from different moments; oldest first. */
  private readonly moments: Float64Array;
  private readonly added: BigInt64Array;
  private bulkWorks = 0;

  constructor({ shared, now = Date.now, setsOff = () => true }: PeopleClockOptions = {}) {
    this.isAside = shared !== undefined;
    this.setsOff = setsOff;
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
  toldHere(stream: string): void {
    if (this.isAside) return;
    if (this.bulkWorks > 0 || !this.setsOff(stream)) this.remember(1);
  }

  /** Commands of somebody elsewhere, if they met bulk work: what they were for is not known. */
  told(commands: number): void {
    if (this.bulkWorks > 0) this.remember(commands);
  }

  /** Two threads that do so at once may lose one moment: the next one stands. */
  private remember(commands: number): void {
    const told = Math.min(commands, momentsKept);
    this.moments.copyWithin(0, told);
    this.moments.fill(this.now(), momentsKept - told);
  }

  areAtWork(): boolean {
    return this.now() - (this.moments[0] ?? 0) < politeForMs;
  }
}
