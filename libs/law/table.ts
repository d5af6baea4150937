import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import type { Topic, TopicValue } from './topics.js';

/** A text in the two languages in which people read this system. */
export type Words = Readonly<{ zh: string; en: string }>;

/** Where a row comes from. Verified means that the wording of the text itself was read. */
export type Source = Readonly<{
  document: string;
  article: string;
  verified: boolean;
  /** For a row that is not verified: on whose word it stands. */
  origin?: string;
  /** The same in English; without it `origin` stands in both languages. */
  originEn?: string;
}>;

/** A choice between readings of a text, named so that it can be seen, questioned and changed. */
export type NamedDecision = Readonly<{ name: string; words: Words }>;

/**
 * One statement of law or policy, in force from one day to another (both included). `local` means
 * that the text leaves the matter to the locality: asking no further than this row is refused.
 */
export type Row<T extends Topic = Topic> = T extends Topic
  ? Readonly<{
      topic: T;
      jurisdiction: string;
      from: Day;
      to?: Day;
      /** The last day for which the figure is known; after it, it goes on with a warning. */
      knownTo?: Day;
      value: TopicValue<T> | 'local';
      law: Source;
      decision?: NamedDecision;
    }>
  : never;

/** All rows that may be asked: the built-in ones first, then policy files, which win a tie. */
export type Policies = readonly Row[];

/** A row whose text decides the matter itself. */
export type DecidedRow<T extends Topic> = Row<T> & Readonly<{ value: TopicValue<T> }>;

/** The rules of one place on one day. Make it once, ask it as often as you like. */
export type Rules = Readonly<{
  jurisdiction: string;
  on: Day;
  /** The row that decides. @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY */
  decided: <T extends Topic>(topic: T, day?: Day) => DecidedRow<T>;
  /** The row found, even one that leaves the matter to the locality. */
  found: <T extends Topic>(topic: T, day?: Day) => Row<T> | undefined;
}>;

export type Warning = Readonly<{ code: string }> & Words;

/** Gathers how an answer came about. Bulk work passes none and pays nothing for it. */
export type Trace = {
  readonly rows: Row[];
  readonly steps: Words[];
  readonly warnings: Warning[];
};

export function newTrace(): Trace {
  return { rows: [], steps: [], warnings: [] };
}

/** Notes that a row was used on a day, with the warnings that it brings. */
export function traceRow(trace: Trace | undefined, row: Row, day: Day): void {
  if (trace === undefined || trace.rows.includes(row)) return;
  trace.rows.push(row);
  const { law, knownTo, decision } = row;
  const name = `${law.document} ${law.article}`.trim();
  if (!law.verified) {
    const { origin = '', originEn = origin } = law;
    warn(trace, {
      code: 'UNVERIFIED_ROW',
      zh: `依据未经核实：${name}（${origin}）`,
      en: `Rests on an unverified row: ${name} (${originEn})`,
    });
  }
  if (decision !== undefined)
    warn(trace, { code: `NAMED_DECISION:${decision.name}`, ...decision.words });
  if (knownTo !== undefined && day > knownTo) {
    warn(trace, {
      code: 'STANDARD_CARRIED_ON',
      zh: `${name}：${knownTo}之后的标准未知，沿用现行标准`,
      en: `${name}: no standard is known after ${knownTo}; the last one goes on`,
    });
  }
}

export function traceStep(trace: Trace | undefined, words: () => Words): void {
  trace?.steps.push(words());
}

export function warn(trace: Trace | undefined, warning: Warning): void {
  if (trace === undefined) return;
  if (trace.warnings.some(({ code, en }) => code === warning.code && en === warning.en)) return;
  trace.warnings.push(warning);
}

const provinces = new Set(
  (
    '00 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 ' +
    '61 62 63 64 65'
  ).split(' '),
);

/** A six-digit division code of a province where the national law on social insurance applies. */
export function isJurisdiction(text: string): boolean {
  if (!/^\d{6}$/.test(text)) return false;
  return text.startsWith('00') ? text === '000000' : provinces.has(text.slice(0, 2));
}

/** From the place asked to the nation: 440106, 440100, 440000, 000000. */
export function levelsOf(jurisdiction: string): readonly string[] {
  const province = `${jurisdiction.slice(0, 2)}0000`;
  const city = `${jurisdiction.slice(0, 4)}00`;
  return [...new Set([jurisdiction, city, province, '000000'])];
}

/**
 * The rules that hold in a place on a day, the most specific first. Resolved rows are kept, so one
 * `Rules` serves a whole roll.
 *
 * @throws Refusal JURISDICTION_UNKNOWN
 */
export function rulesFor(jurisdiction: string, on: Day, policies: Policies): Rules {
  if (!isJurisdiction(jurisdiction)) refuse('JURISDICTION_UNKNOWN', {});
  const levels = levelsOf(jurisdiction);
  const index = indexOf(policies);
  const resolved = new Map<string, Row | undefined>();
  const found = <T extends Topic>(topic: T, day: Day = on): Row<T> | undefined => {
    const key = `${topic} ${day}`;
    if (!resolved.has(key)) resolved.set(key, resolve(index, levels, topic, day));
    // The index is keyed by topic, which the compiler cannot follow through a map of all rows.
    return resolved.get(key) as Row<T> | undefined;
  };
  const decided = <T extends Topic>(topic: T, day: Day = on): DecidedRow<T> => {
    const row = found(topic, day);
    if (row !== undefined && row.value !== 'local') return row as DecidedRow<T>;
    const otherDays = hasOtherDays(index, levels, topic, row);
    return refuse(otherDays ? 'NO_RULE_ON_DAY' : 'NO_LOCAL_RULE', { jurisdiction, topic, day });
  };
  return { jurisdiction, on, decided, found };
}

/**
 * A short stable name of all rows that can bear on a place, to be pinned with every decision: the
 * same rows give the same name on every machine.
 */
export function policyVersion(
  jurisdiction: string,
  policies: Policies,
  digest: (text: string) => string,
): string {
  const levels = new Set(levelsOf(jurisdiction));
  const texts = policies
    .filter((row) => levels.has(row.jurisdiction))
    .map((row) => JSON.stringify(sorted(row)))
    .sort();
  return digest(texts.join('\n')).slice(0, 16);
}

type Index = ReadonlyMap<string, readonly Row[]>;
const indexes = new WeakMap<Policies, Index>();

function indexOf(policies: Policies): Index {
  const known = indexes.get(policies);
  if (known !== undefined) return known;
  const index = new Map<string, Row[]>();
  for (const row of policies) {
    const key = `${row.topic} ${row.jurisdiction}`;
    const rows = index.get(key);
    if (rows === undefined) index.set(key, [row]);
    else rows.push(row);
  }
  indexes.set(policies, index);
  return index;
}

function resolve(index: Index, levels: readonly string[], topic: Topic, day: Day): Row | undefined {
  for (const level of levels) {
    let best: Row | undefined;
    for (const row of index.get(`${topic} ${level}`) ?? []) {
      const inForce = row.from <= day && (row.to === undefined || day <= row.to);
      if (inForce && (best === undefined || best.from <= row.from)) best = row;
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

/**
 * Whether the question has an answer on other days: any row when none stands on this one, or a text
 * more specific than the row that leaves the matter to the locality.
 */
function hasOtherDays(
  index: Index,
  levels: readonly string[],
  topic: Topic,
  answered: Row | undefined,
): boolean {
  const rowsOf = (level: string) => index.get(`${topic} ${level}`) ?? [];
  if (answered === undefined) return levels.some((level) => rowsOf(level).length > 0);
  const moreSpecific = levels.slice(0, levels.indexOf(answered.jurisdiction));
  return moreSpecific.flatMap(rowsOf).some(({ value }) => value !== 'local');
}

/** Keys in one order and amounts as text, so that equal rows have equal text. */
function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
