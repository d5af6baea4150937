const momentsKept = 20;
const politeForMs = 2_000;
const momentsBytes = momentsKept * Float64Array.BYTES_PER_ELEMENT;

/**
 * When people's commands came last, known to all threads of a process: bulk work is polite while
 * twenty came within two seconds. Fewer, as the signatures that set the work off, are no reason
 * to be slow: a long call keeps one person waiting for some 30 ms.
 */
export class PeopleClock {
  /** Milliseconds since 1970, as threads count their own from different moments; oldest first. */
  private readonly moments: Float64Array;
  private readonly added: BigInt64Array;

  /** @param shared of another thread's clock, to be the same one */
  constructor(
    readonly shared = new SharedArrayBuffer(momentsBytes + BigInt64Array.BYTES_PER_ELEMENT),
    readonly now: () => number = Date.now,
  ) {
    this.moments = new Float64Array(shared, 0, momentsKept);
    this.added = new BigInt64Array(shared, momentsBytes);
  }

  /** Events that all threads have added: what another one adds is no stranger's work. */
  get ownEvents(): bigint {
    return Atomics.load(this.added, 0);
  }

  countOwn(events: number): void {
    Atomics.add(this.added, 0, BigInt(events));
  }

  /** Two threads that tell it at once may lose one moment: the next one stands. */
  told(commands = 1): void {
    const told = Math.min(commands, momentsKept);
    this.moments.copyWithin(0, told);
    this.moments.fill(this.now(), momentsKept - told);
  }

  areAtWork(): boolean {
    return this.now() - (this.moments[0] ?? 0) < politeForMs;
  }
}
