import type { Added } from './append-queue.js';
import { Client, type Notification, type Pool } from 'pg';

const pollMs = 500;
/** Bulk work adds more at a time. */
const fewPositions = 50;

/**
 * Wakes followers when the log may have grown. NOTIFY and this process's own appends are hints that
 * may be lost; every wait ends after half a second, and the follower looks for itself.
 */
export class HeadWatcher {
  private hinted = 0n;
  /** The last head that something small brought the log to. */
  private hintedByFew = 0n;
  private followers = 0;
  private listener: Client | undefined;
  private connecting = false;
  private readonly sleepers = new Set<() => void>();
  private readonly resting = new Set<() => void>();

  constructor(private readonly pool: Pool) {}

  join(): void {
    this.followers += 1;
  }

  leave(): void {
    this.followers -= 1;
    if (this.followers === 0 && !this.connecting) this.drop();
  }

  hint(head: bigint): void {
    if (head <= this.hinted) return;
    const isFew = head - this.hinted <= BigInt(fewPositions);
    this.hinted = head;
    for (const wake of this.sleepers) wake();
    if (isFew) this.few(head);
  }

  /** What this process added itself: how much that was does not follow from what others told. */
  added({ first, added }: Added): void {
    const head = first + BigInt(added) - 1n;
    this.hint(head);
    if (added <= fewPositions) this.few(head);
  }

  private few(head: bigint): void {
    if (head <= this.hintedByFew) return;
    this.hintedByFew = head;
    for (const wake of this.resting) wake();
  }

  /** The furthest head that was hinted at. */
  get lastHint(): bigint {
    return this.hinted;
  }

  /** For who looked after it was given and found the log shorter: nobody is woken by it again. */
  disprove(hint: bigint): void {
    if (this.hinted === hint) this.hinted = 0n;
    if (this.hintedByFew === hint) this.hintedByFew = 0n;
  }

  /** Until something after `position` was hinted at, half a second has passed, or the signal. */
  async wait(position: bigint, signal: AbortSignal): Promise<void> {
    if (this.hinted > position || signal.aborted) return;
    void this.listen();
    await sleep(this.sleepers, pollMs, signal);
  }

  /**
   * So long, or until something small was added after `position`: the bulk work is over, or a
   * person waits.
   */
  async rest(position: bigint, ms: number, signal: AbortSignal): Promise<void> {
    if (this.hintedByFew > position || signal.aborted) return;
    await sleep(this.resting, ms, signal);
  }

  /**
   * One connection for all followers, beside the pool, which may be a pool of one; when it is lost
   * the next wait asks for another.
   */
  private async listen(): Promise<void> {
    if (this.listener !== undefined || this.connecting) return;
    this.connecting = true;
    const client = new Client(this.pool.options);
    client.on('error', this.lost);
    client.on('end', this.lost);
    client.on('notification', this.notified);
    this.listener = client;
    try {
      await client.connect();
      await client.query('listen events');
    } catch {
      // Polling goes on without the hint, and the next wait tries again.
      this.drop();
    } finally {
      this.connecting = false;
    }
    if (this.followers === 0) this.drop();
  }

  private readonly lost = (): void => this.drop();

  private readonly notified = ({ payload }: Notification): void => {
    this.hint(BigInt(payload ?? '0'));
  };

  private drop(): void {
    const client = this.listener;
    if (client === undefined) return;
    this.listener = undefined;
    // Its end is not waited for: what it still had to say was only a hint.
    client.end().catch(() => undefined);
  }
}

/** Until one of them is woken, so long, or until the signal. */
function sleep(sleepers: Set<() => void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
    sleepers.add(wake);
  });
}
