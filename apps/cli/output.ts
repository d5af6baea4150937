import { Presets, SingleBar } from 'cli-progress';
import { Failure } from './failure.js';

export type Streams = Readonly<{ stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream }>;

/** Where a command says things: results on the standard output, everything else beside it. */
export class Output {
  constructor(
    readonly json: boolean,
    private readonly streams: Streams = process,
  ) {}

  /** The one result of a command: one JSON document with `--json`, else words. */
  result(value: unknown, words: (value: unknown) => string = asText): void {
    this.streams.stdout.write(this.json ? `${jsonText(value)}\n` : `${words(value)}\n`);
  }

  /** One of several results, such as an event that was followed: a line of JSON, or words. */
  item(value: unknown, words: (value: unknown) => string = asText): void {
    this.streams.stdout.write(
      this.json ? `${JSON.stringify(value, plain)}\n` : `${words(value)}\n`,
    );
  }

  note(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }

  failure(error: Failure): void {
    const { code, title, advice, facts } = error;
    if (this.json)
      this.streams.stdout.write(`${jsonText({ error: { code, title, advice, facts } })}\n`);
    else this.streams.stderr.write(`${title} [${code}]\n${advice === '' ? '' : `${advice}\n`}`);
  }

  /** What was typed cannot be meant: one line that says why. */
  misuse(text: string): void {
    if (this.json) this.failure(new Failure('USAGE', text, '见 --help · see --help'));
    else this.streams.stderr.write(`${text}（见 --help · see --help）\n`);
  }

  /** A bar on a terminal; elsewhere nothing, so that logs stay readable. */
  progress(label: string): Progress {
    const { stderr } = this.streams;
    if (this.json || !('isTTY' in stderr) || stderr.isTTY !== true) return silent;
    const bar = new SingleBar(
      {
        format: `${label} {bar} {percentage}% | {value}/{total}`,
        stream: stderr,
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

/** Yuan as an answer carries them, `-1234.50`, with commas for people: `-1,234.50`. */
export function grouped(yuan: unknown): string {
  return String(yuan).replace(/\B(?=(\d{3})+\.)/g, ',');
}

/** An amount for people, never without its unit. */
export function inYuan(yuan: unknown): string {
  return `${grouped(yuan)} 元 yuan`;
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
