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
import {
  firstMeasured,
  lastMeasured,
  historyMonths,
  monthlyFen,
  seedAwards,
  skipReactions,
} from './seed.js';
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
  try {
    const setBased = new SetBasedMonth(bench.database.owner);
    const memory = new PeakMemory();
    // The first month of either side finds cold files and unparsed code, and is not counted.
    await workMonth(options, bench, setBased);
    const months: MonthFigures['months'][number][] = [];
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const worked = await workMonth(options, bench, setBased);
      options.say(breakdown(worked));
      months.push(worked);
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
    await bench.close();
  }
}

async function workMonth(
  options: BenchOptions,
  { nextMonth, ours, meter }: Bench,
  setBased: SetBasedMonth,
): Promise<MonthFigures['months'][number]> {
  const month = await nextMonth();
  options.say(`${month} …`);
  const cost = await ours.run(month);
  const sql = await meter.cost(() => setBased.run(month));
  const seconds = sum(Object.values(cost.steps).map((step) => step.seconds));
  return { ...cost, month, seconds, setBased: sql.seconds };
}

/** The system over seeded awards, following its log. */
export type Bench = Readonly<{
  system: System;
  database: Database;
  meter: Meter;
  ours: OurMonth;
  /** A month that nobody has worked yet; each answer is used up. */
  nextMonth: () => Promise<Month>;
  close: () => Promise<void>;
}>;

/** @throws Error when the folder holds another number of recipients, or its awards are used up */
export async function openBench(options: BenchOptions): Promise<Bench> {
  // What seeding left for the disk is written as the server stops, and not beside what is measured.
  if ((await standing(options)) === undefined) await (await openSeeded(options)).close();
  const opened = await openSeeded(options);
  const { system, meter, first } = opened;
  const end = new AbortController();
  const following = system.follow(end.signal);
  const ours = new OurMonth(system.app, meter, options.recipients);
  let next = first;
  const nextMonth = async (): Promise<Month> => {
    const month = next;
    if (month > lastMeasured) throw new Error(`the awards of ${options.dataDir} are used up`);
    if (month === firstMeasured) {
      await ours.openOffices(`${firstMeasured}-01`);
      await ours.open(firstMeasured);
    }
    next = addMonths(month, 1);
    // A month that is cut off half-way is not worked again.
    await remember(options, next);
    return month;
  };
  const close = async (): Promise<void> => {
    end.abort();
    await following;
    await opened.close();
  };
  return { ...opened, ours, nextMonth, close };
}

type Seeded = Pick<Bench, 'system' | 'database' | 'meter' | 'close'> & Readonly<{ first: Month }>;

async function openSeeded(options: BenchOptions): Promise<Seeded> {
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
      ...{ pool: database.app, keys, policies: shippedPolicies, aside: {} },
      bank: { outgoing: join(dataDir, 'out'), incoming: join(dataDir, 'in') },
      onStopped: (name, position, error) => say(`${name} stopped at ${position}: ${error.message}`),
    });
    const meter = new Meter(await postmasterOf(dataDir));
    const known = await standing(options);
    if (known !== undefined && known.recipients !== recipients)
      throw new Error(`${dataDir} holds ${known.recipients} recipients`);
    if (known === undefined) await seed(options, { system, database });
    const closeAll = async (): Promise<void> => {
      await system.close();
      await close();
    };
    return { system, database, meter, first: known?.next ?? firstMeasured, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}

async function seed(
  options: BenchOptions,
  { system, database }: Pick<Seeded, 'system' | 'database'>,
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
