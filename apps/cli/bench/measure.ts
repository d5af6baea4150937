import { readFile, readdir } from 'node:fs/promises';

/** Seconds, and what the process and its server worked meanwhile; `serverSeconds` on Linux only. */
export type Cost = Readonly<{
  seconds: number;
  nodeSeconds: number;
  serverSeconds?: number;
}>;

export type Spread = Readonly<{ median: number; least: number; most: number }>;

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const [least = NaN] = sorted;
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    least,
    most: sorted.at(-1) ?? NaN,
  };
}

/** The value that `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Measures work by the clock and by the processors' time of this process and of its server. */
export class Meter {
  /** @param postmaster the server's first process; without it only this process is measured */
  constructor(private readonly postmaster?: number) {}

  async cost(work: () => Promise<unknown>): Promise<Cost> {
    const server = await this.serverTicks();
    const node = process.cpuUsage();
    const started = performance.now();
    await work();
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(node);
    const nodeSeconds = (user + system) / 1e6;
    const ended = await this.serverTicks();
    if (server === undefined || ended === undefined) return { seconds, nodeSeconds };
    return { seconds, nodeSeconds, serverSeconds: (ended - server) / ticksInSecond };
  }

  /** Of the server with all its backends, also those that have ended. */
  private async serverTicks(): Promise<number | undefined> {
    if (this.postmaster === undefined || process.platform !== 'linux') return undefined;
    let ticks = 0;
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      // The program's name may hold blanks; what follows its closing bracket does not.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [, parent = 0] = fields;
      const own = (fields[11] ?? 0) + (fields[12] ?? 0);
      if (Number(name) === this.postmaster) ticks += own + (fields[13] ?? 0) + (fields[14] ?? 0);
      else if (parent === this.postmaster) ticks += own;
    }
    return ticks;
  }
}

const ticksInSecond = 100;

/** The process whose children are the backends of the server in a data folder. */
export async function postmasterOf(dataDir: string): Promise<number | undefined> {
  const text = await readFile(`${dataDir}/postgres/postmaster.pid`, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 ? pid : undefined;
}

/** The most memory that this process held while it was watched, in MB. */
export class PeakMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.look();
    this.timer = setInterval(() => this.look(), 20);
  }

  end(): number {
    clearInterval(this.timer);
    this.look();
    return Math.round(this.peak / 2 ** 20);
  }

  private look(): void {
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }
}
