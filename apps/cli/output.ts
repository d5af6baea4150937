import { Presets, SingleBar } from 'cli-progress';
import { Failure } from './failure.js';

/** Where a command says things: results on the standard output, everything else beside it. */
export class Output {
  constructor(
    readonly json: boolean,
    private readonly out: NodeJS.WritableStream = process.stdout,
    private readonly aside: NodeJS.WritableStream = process.stderr,
  ) {}

  /** The one result of a command: one JSON document with `--json`, else words. */
  result(value: unknown, words: (value: unknown) => string = asText): void {
    this.out.write(this.json ? `${jsonText(value)}\n` : `${words(value)}\n`);
  }

  /** One of several results, such as an event that was followed: a line of JSON, or words. */
  item(value: unknown, words: (value: unknown) => string = asText): void {
    this.out.write(this.json ? `${JSON.stringify(value, plain)}\n` : `${words(value)}\n`);
  }

  note(text: string): void {
    this.aside.write(`${text}\n`);
  }

  failure(error: Failure): void {
    const { code, title, advice, facts } = error;
    if (this.json) this.out.write(`${jsonText({ error: { code, title, advice, facts } })}\n`);
    else this.aside.write(`${title} [${code}]\n${advice === '' ? '' : `${advice}\n`}`);
  }

  /** A bar on a terminal; elsewhere nothing, so that logs stay readable. */
  progress(label: string): Progress {
    if (this.json || !('isTTY' in this.aside) || this.aside.isTTY !== true) return silent;
    const bar = new SingleBar(
      {
        format: `${label} {bar} {percentage}% | {value}/{total}`,
        stream: this.aside,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    let started = false;
    return {
      at: (done, of) => {
        if (!started) bar.start(of, done);
        else {
          bar.setTotal(of);
          bar.update(done);
        }
        started = true;
      },
      end: () => bar.stop(),
    };
  }
}

export type Progress = Readonly<{ at: (done: number, of: number) => void; end: () => void }>;

const silent: Progress = { at: () => undefined, end: () => undefined };

/** Rows as columns of a width each; a Chinese character is two columns wide. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_head, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function widthOf(text: string): number {
  return [...text].reduce(
    (width, one) => width + (/[\u1100-\u115f\u2e80-\uffef]/u.test(one) ? 2 : 1),
    0,
  );
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, plain, 2);
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
