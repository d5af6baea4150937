import type { Client, Json } from '../client.js';
import { UsageError } from '../failure.js';
import type { Output } from '../output.js';
import { placeOf } from './files.js';

/** What a step is given beside the month: all typed on the command line, none of it defaulted. */
export type MonthOptions = Readonly<{
  office?: string;
  no?: number;
  only?: readonly string[];
  amount?: readonly string[];
  instruction?: string;
  reason?: string;
  from?: string;
  to?: string;
}>;

export type OptionName = Exclude<keyof MonthOptions, 'office'>;

export type Desk = Readonly<{ api: Client; output: Output; month: string; options: MonthOptions }>;

/** One word of `month STEP MONTH`: what it does, which options it needs, and how. */
export type Step = Readonly<{
  zh: string;
  en: string;
  needs?: readonly OptionName[];
  takes?: readonly OptionName[];
  run: (desk: Desk) => Promise<void>;
}>;

export type Place = Readonly<{ office: string; month: string; no: number }>;

/** The office and its first document of the month, unless another is named. */
export async function placeIn({ api, month, options }: Desk): Promise<Place> {
  const { office } = await placeOf(api, options.office, month);
  return { office, month, no: options.no ?? 1 };
}

export function idOf({ office, month, no }: Place): string {
  return `${office}-${month}-${no}`;
}

/** A step of one command and one answer. */
export function answering(
  words: Readonly<{ zh: string; en: string }>,
  ask: (api: Client, place: Place, options: MonthOptions) => Promise<Json>,
  options: Pick<Step, 'needs' | 'takes'> = {},
): Step {
  const run = async (desk: Desk): Promise<void> => {
    const { api, output } = desk;
    output.result(await ask(api, await placeIn(desk), desk.options));
  };
  return { ...words, ...options, run };
}

/** @throws UsageError for an option that the step lacks, or one that it cannot use */
export function checkOptions(name: string, step: Step, options: MonthOptions): void {
  const { needs = [], takes = [] } = step;
  const { office: _anyStep, ...given } = options;
  for (const need of needs)
    if (given[need] === undefined)
      throw new UsageError(`${name} 需要 --${need}`, `${name} needs --${need}`);
  for (const option of Object.keys(given))
    if (![...needs, ...takes].some((known) => known === option))
      throw new UsageError(`${name} 不用 --${option}`, `${name} has no use for --${option}`);
}
