/**
 * A small seeded generator (mulberry32 over an FNV-1a hash of its label): the same seed and label
 * give the same numbers on every machine. It makes test data and nothing secret.
 */
export class Random {
  private state: number;

  constructor(...label: readonly (string | number)[]) {
    let hash = 0x811c9dc5;
    for (const part of label) {
      for (const character of `${part}|`)
        hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    }
    this.state = hash >>> 0;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True `times` in `per`. */
  chance(times: number, per: number): boolean {
    return this.next() * per < times;
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.between(0, from.length - 1)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  /** The same values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, at: this.next() }));
    return keyed.sort((left, right) => left.at - right.at).map(({ value }) => value);
  }

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
