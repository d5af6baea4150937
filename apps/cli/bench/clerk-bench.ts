import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { stored } from '#application/stored.js';
import { accountStream } from '#domain/account/account.js';
import { day } from '#domain/values/calendar.js';
import { openBench, type BenchOptions } from './bench.js';
import { quantile } from './measure.js';
import { benchOffice } from './seed.js';

/** Milliseconds from a clerk's command to its receipt. */
export type Waited = Readonly<{ commands: number; p50Ms: number; p99Ms: number }>;
export type ClerkFigures = Readonly<{ idle: Waited; whileMonthRuns: Waited; ratio: number }>;

const betweenMs = 50;
const idleCommands = 300;

/** A clerk's commands (load, decide, append) on an idle system, and beside a month at work. */
export async function benchClerk(options: BenchOptions): Promise<ClerkFigures> {
  const bench = await openBench(options);
  try {
    const { app } = bench.system;
    let left = idleCommands;
    await clerkWhile(app, () => (left -= 1) > idleCommands - 20);
    options.say('idle');
    const idle = await clerkWhile(app, () => (left -= 1) >= 0);
    const month = await bench.nextMonth();
    options.say(`beside ${month}`);
    let works = true;
    const worked = bench.ours.run(month).finally(() => (works = false));
    const whileMonthRuns = await clerkWhile(app, () => works);
    await worked;
    return { idle, whileMonthRuns, ratio: whileMonthRuns.p99Ms / idle.p99Ms };
  } finally {
    await bench.close();
  }
}

async function clerkWhile(app: App, goesOn: () => boolean): Promise<Waited> {
  const waited: number[] = [];
  while (goesOn()) {
    const started = performance.now();
    await recordHolder(app);
    waited.push(performance.now() - started);
    await pause(betweenMs);
  }
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
