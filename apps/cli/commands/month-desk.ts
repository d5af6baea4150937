import type { Asking, Client, Json, Method } from '../client.js';
import { UsageError } from '../failure.js';
import type { Output } from '../output.js';
import { doneBy, doneFacts, placeOf, type ForOffice } from '../place.js';

/** What a step is given beside the month: all typed on the command line, none of it defaulted. */
export type MonthOptions = Readonly<{
  office?: string;
  no?: number;
  only?: readonly string[];
  all?: boolean;
  amount?: readonly string[];
  instruction?: string;
  reason?: string;
  from?: string;
  to?: string;
  layout?: string;
  root?: string;
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

/** A place with how its office was found, for telling. */
export type FoundPlace = Readonly<{ place: Place; found: ForOffice }>;

/** The office and its first document of the month, unless another is named. */
export async function placeIn({ api, month, options }: Desk): Promise<FoundPlace> {
  const { office, found } = await placeOf(api, options.office, month);
  return { place: { office, month, no: options.no ?? 1 }, found };
}

export function idOf({ office, month, no }: Place): string {
  return `${office}-${month}-${no}`;
}

/** A step of one command and one answer, which says for whom and by whom it was done. */
export function answering(
  words: Readonly<{ zh: string; en: string }>,
  ask: (api: Client, place: Place, options: MonthOptions) => Promise<Json>,
  options: Pick<Step, 'needs' | 'takes'> = {},
): Step {
  const run = async (desk: Desk): Promise<void> => {
    const { api, output } = desk;
    const { place, found } = await placeIn(desk);
    const answer = await ask(api, place, desk.options);
    const what = options.takes?.includes('no') === true ? idOf(place) : place.month;
    const said = [`${outcomeOf(answer)} ${words.zh} · ${words.en}  ${what}`];
    const lines = [...said, ...doneBy(api, found)];
    output.result({ ...answer, ...doneFacts(api, found) }, () => lines.join('\n'));
  };
  return { ...words, ...options, run };
}

/** What a command's receipt says of it: done now, or found done already. */
export function outcomeOf({ events }: Json): string {
  return Array.isArray(events) && events.length === 0 ? '= 早已如此 as it was:' : '✓';
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

export function onMonth(
  api: Client,
  method: Method,
  noun: string,
  { office, month }: Place,
  rest: string,
  asking: Asking = {},
): Promise<Json> {
  return api.ask(method, `/api/v1/${noun}/${office}/${month}${rest}`, asking);
}
