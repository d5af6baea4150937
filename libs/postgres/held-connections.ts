import type { Pool } from 'pg';

/**
 * How many of a pool's connections may be held by work that asks the pool for another one
 * meanwhile: a quarter. Read models that read documents while they fold hold some too, and
 * whoever follows the log and whoever sends hold one each.
 */
const partHeld = 4;

type Sized = Pick<Pool, 'options'>;

const gates = new WeakMap<Sized, Gate>();

/**
 * For work that holds a connection until others have answered it. If all were held like that, each
 * would wait for a connection that none gives back: so only some are at it at a time, and the
 * others wait before they hold anything. Such work never asks for the same from within.
 */
export async function whileHolding<Result>(
  pool: Sized,
  work: () => Promise<Result>,
): Promise<Result> {
  const gate = gates.get(pool) ?? new Gate(Math.max(1, Math.floor(pool.options.max / partHeld)));
  gates.set(pool, gate);
  await gate.enter();
  try {
    return await work();
  } finally {
    gate.leave();
  }
}

/** Lets in whoever came first. */
class Gate {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async enter(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((enter) => this.waiting.push(enter));
  }

  /** The place goes to the next one itself: nobody slips in between. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
