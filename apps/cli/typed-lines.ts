import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/**
 * What stands in no argument, because arguments are seen by others on the machine and kept by
 * shells: it is typed, or read line by line from the standard input.
 */
export class TypedLines {
  private readonly typed = process.stdin.isTTY === true;
  private readonly lines;
  private readonly iterator;

  /** `hidden`: a terminal does not show what is typed. */
  constructor(hidden: boolean) {
    const shown = hidden ? unseen() : process.stderr;
    this.lines = createInterface({
      input: process.stdin,
      ...(this.typed ? { output: shown } : {}),
      terminal: this.typed,
    });
    this.iterator = this.lines[Symbol.asyncIterator]();
  }

  /** @throws what `missing` makes, when there is no further line or an empty one */
  async next(prompt: string, missing: () => Error): Promise<string> {
    if (this.typed) process.stderr.write(prompt);
    const line = await this.iterator.next();
    if (this.typed) process.stderr.write('\n');
    if (line.done === true || line.value === '') throw missing();
    return line.value;
  }

  close(): void {
    this.lines.close();
  }
}

function unseen(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
