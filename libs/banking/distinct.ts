const textsAtOnce = 1_000;

/**
 * Whether texts that come one by one are all different. Those of our own files ascend, and what
 * ascends is distinct: a set is made only when one falls back.
 */
export class Distinct {
  private last = '';
  private recent: string[] = [];
  /** Joined, as a text cut out of a line would keep the whole line in memory. */
  private readonly earlier: string[] = [];
  private all: Set<string> | undefined;

  /** False for a text that came before. @param text without line breaks, and not empty */
  add(text: string): boolean {
    if (this.all === undefined) {
      if (text > this.last) {
        this.remember(text);
        return true;
      }
      this.all = new Set([...this.earlier.flatMap((texts) => texts.split('\n')), ...this.recent]);
    }
    if (this.all.has(text)) return false;
    this.all.add(text);
    return true;
  }

  private remember(text: string): void {
    this.last = text;
    this.recent.push(text);
    if (this.recent.length < textsAtOnce) return;
    this.earlier.push(this.recent.join('\n'));
    this.recent = [];
  }
}
