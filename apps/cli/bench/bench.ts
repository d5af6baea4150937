import type { System } from '#application/start.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import type { Database } from '#postgres/database.js';
import { PeakMemory, spreadOf, type Meter, type Spread } from './measure.js';
import { OurMonth, type MonthCost } from './our-month.js';
import { firstMeasured, lastMeasured } from './seed.js';
import { openSeeded, remember, seedApart, standing } from './seeded.js';
import { SetBasedMonth } from './set-based.js';

export type BenchOptions = Readonly<{
  /**
   * Of the benchmark alone: each run works the months that follow, and seeds it anew where too few
   * are left.
   */
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

/**
 * The first month of either side finds cold files and unparsed code, and the second one code that
 * is not compiled to the end. A city's program has worked many.
 */
export const uncountedMonths = 2;

/** Our months and set-based ones by turns on one server, and what each step of ours takes. */
export async function benchMonth(options: BenchOptions): Promise<MonthFigures> {
  const bench = await openBench(options, options.repeats + uncountedMonths);
  const memory = new PeakMemory();
  try {
    const setBased = new SetBasedMonth(bench.database.owner);
    for (let uncounted = 0; uncounted < uncountedMonths; uncounted += 1)
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
    memory.end();
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

/**
 * @param months how many will be asked for
 * @throws SetupError when another process works on the folder
 */
export async function openBench(options: BenchOptions, months: number): Promise<Bench> {
  const first = await firstMonth(options, months);
  const opened = await openSeeded(options);
  const { system, meter } = opened;
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

async function firstMonth(options: BenchOptions, months: number): Promise<Month> {
  const known = await standing(options.dataDir);
  const isEnough =
    known?.recipients === options.recipients && addMonths(known.next, months - 1) <= lastMeasured;
  if (isEnough) return known.next;
  await seedApart(options);
  return firstMeasured;
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
