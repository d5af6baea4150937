import { refuse } from '#domain/refusal.js';
import { isDay, isMonth, type Day, type Holidays, type Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';
import type { Spell } from './benefit-months.js';

/** No employment or award lies beyond, and arithmetic stays inside the calendar. */
const lastYear = '2150';
const mostMonths = 1200;

/**
 * The facts of one question, read strictly: what is needed and absent is FACT_MISSING, what cannot
 * be is FACT_IMPOSSIBLE, and the value itself is never repeated, for it may be personal.
 */
export class Facts {
  constructor(private readonly raw: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  /** A whole number that is not negative: months, counts. */
  count(name: string, otherwise?: number): number {
    return this.optionalCount(name) ?? otherwise ?? missing(name);
  }

  optionalCount(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    if (typeof value !== 'number' || !Number.isInteger(value)) return impossible(name);
    return value < 0 || value > mostMonths ? impossible(name) : value;
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.optionalFlag(name) ?? otherwise;
  }

  optionalFlag(name: string): boolean | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    return typeof value === 'boolean' ? value : impossible(name);
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    return typeof value === 'string' && value.length <= 100 ? value : impossible(name);
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    return this.optionalChoice(name, choices) ?? missing(name);
  }

  optionalChoice<Choice extends string>(
    name: string,
    choices: readonly Choice[],
  ): Choice | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? impossible(name);
  }

  day(name: string): Day {
    return this.optionalDay(name) ?? missing(name);
  }

  optionalDay(name: string): Day | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return isDay(value) && value < lastYear ? value : impossible(name);
  }

  /** A day, or null when the fact is that there was none; leaving it out is not the same. */
  dayOrNull(name: string): Day | null {
    return this.raw[name] === null ? null : this.day(name);
  }

  month(name: string): Month {
    return this.optionalMonth(name) ?? missing(name);
  }

  optionalMonth(name: string): Month | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return isMonth(value) && value < lastYear ? value : impossible(name);
  }

  fen(name: string): Fen {
    return this.optionalFen(name) ?? missing(name);
  }

  optionalFen(name: string): Fen | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return impossible(name);
    return value < 0 ? impossible(name) : fen(BigInt(value));
  }

  holidays(): Holidays | undefined {
    if (!this.has('holidays')) return undefined;
    const value = this.raw['holidays'];
    if (!isRecord(value)) return impossible('holidays');
    return { off: daysOf(value['off']), work: daysOf(value['work']) };
  }

  spells(): readonly Spell[] | undefined {
    if (!this.has('spells')) return undefined;
    const value = this.raw['spells'];
    if (!Array.isArray(value) || value.length === 0) return impossible('spells');
    return value.map((item: unknown, at) => {
      if (!isRecord(item)) return impossible('spells');
      const facts = new Facts(item);
      const isPresent = at === value.length - 1;
      const claimed = facts.optionalFlag('claimed') ?? (isPresent ? false : missing('claimed'));
      return { paidMonths: facts.count('paidMonths'), claimed };
    });
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function impossible(fact: string): never {
  return refuse('FACT_IMPOSSIBLE', { fact });
}

export function missing(fact: string): never {
  return refuse('FACT_MISSING', { fact });
}

function daysOf(value: unknown): readonly Day[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return impossible('holidays');
  return value.map((item: unknown) =>
    typeof item === 'string' && isDay(item) ? item : impossible('holidays'),
  );
}
