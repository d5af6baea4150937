import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applicationMigrations, System } from '#application/start.js';
import { addMonths, month as monthOf, type Month } from '#domain/values/calendar.js';
import { shippedPolicies } from '#law/shipped.js';
import { openDatabase, type Database } from '#postgres/database.js';
import { startEmbedded } from '#postgres/embedded.js';
import { migrate } from '#postgres/migrations.js';
import { bindKeys, openKeys } from '#security/keys.js';
import { Meter, PeakMemory, postmasterOf, spreadOf, type Spread } from './measure.js';
import { OurMonth, type MonthCost } from './our-month.js';
import { firstMeasured, historyMonths, monthlyFen, seedAwards, skipReactions } from './seed.js';
import { SetBasedMonth } from './set-based.js';

export type BenchOptions = Readonly<{
  /** Of the benchmark alone: it is seeded once, and each run works the months that follow. */
  dataDir: string;
  recipients: number;
  repeats: number;
  say: (text: string) => void;
}>;

export type MonthFigures = Readonly<{
  recipients: number;
  ours: Spread;
  setBased: Spread;
  ratio: Spread;
  peakMb: number;
  months: readonly (MonthCost & Readonly<{ month: Month; seconds: number; setBased: number }>)[];
}>;

/** Our months and set-based ones by turns on one server, and what each step of ours takes. */
export async function benchMonth(options: BenchOptions): Promise<MonthFigures> {
  const bench = await openBench(options);
  const { system, database, meter } = bench;
  const end = new AbortController();
  const following = system.follow(end.signal);
  try {
    const ours = new OurMonth(system.app, meter, options.recipients);
    const setBased = new SetBasedMonth(database.owner);
    if (bench.next === firstMeasured) {
      await ours.openOffices(`${firstMeasured}-01`);
      await ours.open(firstMeasured);
    }
    const months: MonthFigures['months'][number][] = [];
    const memory = new PeakMemory();
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const month = addMonths(bench.next, repeat);
      const cost = await ours.run(month);
      const sql = await meter.cost(() => setBased.run(month));
      const seconds = sum(Object.values(cost.steps).map((step) => step.seconds));
      months.push({ ...cost, month, seconds, setBased: sql.seconds });
      options.say(breakdown(months.at(-1) as MonthFigures['months'][number]));
      await remember(options, addMonths(month, 1));
    }
    return {
      recipients: options.recipients,
      ours: spreadOf(months.map(({ seconds }) => seconds)),
      setBased: spreadOf(months.map((one) => one.setBased)),
      ratio: spreadOf(months.map((one) => one.seconds / one.setBased)),
      peakMb: memory.end(),
      months,
    };
  } finally {
    end.abort();
    await following;
    await bench.close();
  }
}

type Bench = Readonly<{
  system: System;
  database: Database;
  meter: Meter;
  next: Month;
  close: () => Promise<void>;
}>;

async function openBench(options: BenchOptions): Promise<Bench> {
  const { dataDir, recipients, say } = options;
  const server = await startEmbedded({ dataDir });
  const database = openDatabase(server, { appConnections: 20 });
  const close = async (): Promise<void> => {
    await database.close();
    await server.stop();
  };
  try {
    await migrate(database.owner, applicationMigrations);
    const keys = await openKeys(join(dataDir, 'keys.json'));
    await bindKeys(database.app, keys);
    const system = new System({
      ...{ pool: database.app, keys, policies: shippedPolicies },
      bank: { outgoing: join(dataDir, 'out'), incoming: join(dataDir, 'in') },
      onStopped: (name, position, error) => say(`${name} stopped at ${position}: ${error.message}`),
    });
    const meter = new Meter(await postmasterOf(dataDir));
    const known = await standing(options);
    if (known !== undefined && known.recipients !== recipients)
      throw new Error(`${dataDir} holds ${known.recipients} recipients`);
    if (known === undefined) await seed(options, { system, database });
    return { system, database, meter, next: known?.next ?? firstMeasured, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function seed(
  options: BenchOptions,
  { system, database }: Pick<Bench, 'system' | 'database'>,
): Promise<void> {
  const { say, recipients } = options;
  await seedAwards(system.app, options);
  await skipReactions(database.owner);
  await database.owner.query('vacuum analyze');
  say('history: read models');
  await system.runner.catchUp();
  await new SetBasedMonth(database.owner).seed(recipients, historyMonths(), Number(monthlyFen));
  await database.owner.query('vacuum analyze');
  await remember(options, firstMeasured);
}

type Standing = Readonly<{ recipients: number; next: Month }>;

function standingFile({ dataDir }: BenchOptions): string {
  return join(dataDir, 'bench.json');
}

async function standing(options: BenchOptions): Promise<Standing | undefined> {
  const text = await readFile(standingFile(options), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { recipients, next } = JSON.parse(text) as { recipients: number; next: string };
  return { recipients, next: monthOf(next) };
}

async function remember(options: BenchOptions, next: Month): Promise<void> {
  const { recipients } = options;
  await writeFile(standingFile(options), JSON.stringify({ recipients, next }));
}

function breakdown(one: MonthFigures['months'][number]): string {
  const lines = [...Object.entries(one.steps), ...Object.entries(one.beside)].map(
    ([name, { seconds, nodeSeconds, serverSeconds }]) =>
      `  ${name.padEnd(14)} ${seconds.toFixed(2)} s, this process ${nodeSeconds.toFixed(2)} s, ` +
      `server ${serverSeconds?.toFixed(2) ?? '?'} s`,
  );
  const ratio = (one.seconds / one.setBased).toFixed(2);
  const head = `${one.month}: ${one.seconds.toFixed(2)} s, set-based ${one.setBased.toFixed(2)} s`;
  return [`${head}, ${ratio} times`, ...lines].join('\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
