/** Those who wait for something that is told by `wake`, and then look for themselves. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  wake(): void {
    for (const done of this.waiting) done();
  }

  /**
   * Until woken, or until the signal.
   *
   * @throws Error the signal's reason, where it was given before
   */
  next(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }
}
