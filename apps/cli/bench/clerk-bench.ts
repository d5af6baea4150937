import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { day, type Month } from '#domain/values/calendar.js';
import { openBench, type Bench, type BenchOptions } from './bench.js';
import { quantile, spreadOf, type Spread } from './measure.js';
import { benchOffice } from './seed.js';

/** Milliseconds from a clerk's command to its receipt. */
export type Waited = Readonly<{ commands: number; p50Ms: number; p99Ms: number }>;
export type ClerkTurn = Readonly<{
  month: Month;
  idle: Waited;
  whileMonthRuns: Waited;
  /** Of the two p99. */
  ratio: number;
}>;
export type ClerkFigures = Readonly<{
  recipients: number;
  idleP99Ms: Spread;
  p99MsWhileMonthRuns: Spread;
  ratio: Spread;
  turns: readonly ClerkTurn[];
}>;

const betweenMs = 50;

/** A clerk's commands (load, decide, append) on an idle system and beside a month, by turns. */
export async function benchClerk(options: BenchOptions): Promise<ClerkFigures> {
  const { recipients, repeats, say } = options;
  const bench = await openBench(options, repeats + 1);
  try {
    // The first month finds cold files and unparsed code, and closes all history with it: it only
    // says how many commands a turn has.
    const { length: commands } = (await besideMonth(bench, say)).waited;
    const turns: ClerkTurn[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      let left = commands;
      const idle = waitedOf(await clerkWhile(bench.system.app, () => (left -= 1) >= 0));
      const { month, waited } = await besideMonth(bench, say);
      const whileMonthRuns = waitedOf(waited);
      turns.push({ month, idle, whileMonthRuns, ratio: whileMonthRuns.p99Ms / idle.p99Ms });
    }
    return {
      recipients,
      idleP99Ms: spreadOf(turns.map(({ idle }) => idle.p99Ms)),
      p99MsWhileMonthRuns: spreadOf(turns.map((turn) => turn.whileMonthRuns.p99Ms)),
      ratio: spreadOf(turns.map(({ ratio }) => ratio)),
      turns,
    };
  } finally {
    await bench.close();
  }
}

async function besideMonth(
  { system, ours, nextMonth }: Bench,
  say: BenchOptions['say'],
): Promise<Readonly<{ month: Month; waited: readonly number[] }>> {
  const month = await nextMonth();
  say(`${month} …`);
  let works = true;
  const worked = ours.run(month).finally(() => (works = false));
  const [waited] = await Promise.all([clerkWhile(system.app, () => works), worked]);
  return { month, waited };
}

async function clerkWhile(app: App, goesOn: () => boolean): Promise<readonly number[]> {
  const waited: number[] = [];
  while (goesOn()) {
    const started = performance.now();
    await recordHolder(app);
    waited.push(performance.now() - started);
    await pause(betweenMs);
  }
  return waited;
}

function waitedOf(waited: readonly number[]): Waited {
  const [p50Ms, p99Ms] = [quantile(waited, 0.5), quantile(waited, 0.99)];
  return { commands: waited.length, p50Ms, p99Ms };
}

/** One of the smallest commands there is: what it waits for is the store and whoever uses it. */
async function recordHolder(app: App): Promise<void> {
  const accountKey = randomUUID();
  const by = { person: 'clerk', account: 'clerk', duty: 'intake', office: benchOffice };
  const command = {
    type: 'RecordHolder' as const,
    ...{ accountKey, holder: 'P9999999', kind: 'person' as const },
  };
  const context = contextOf(by, randomUUID(), day('2026-09-01'));
  await app.transact.run(stored.account, accountStream(accountKey), command, context);
}
