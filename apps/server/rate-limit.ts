import { refuse } from '#domain/refusal.js';

/** A fixed number of attempts a minute and key, in this process alone. */
export class RateLimit {
  private readonly counts = new Map<string, number>();
  private minute = 0;

  constructor(
    private readonly perMinute: number,
    private readonly now: () => Date,
  ) {}

  /** @throws Refusal TOO_MANY_REQUESTS */
  take(key: string): void {
    const minute = Math.floor(this.now().getTime() / 60_000);
    if (minute !== this.minute) {
      this.counts.clear();
      this.minute = minute;
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    if (count > this.perMinute) refuse('TOO_MANY_REQUESTS', {});
  }
}
