import {
  addWorkingDays,
  day,
  firstDay,
  lastDay,
  type Day,
  type Holidays,
  type Month,
} from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import { contributionOf } from '#law/contribution.js';
import { levelsOf, policyVersion, rulesFor, type Policies, type Rules } from '#law/table.js';
import { sha256Hex } from './ids.js';

/**
 * The rules in force, resolved once a jurisdiction and day, as claims, rolls and imports use them.
 */
export class Law {
  private readonly resolved = new Map<string, Rules>();

  constructor(
    readonly policies: Policies,
    readonly holidays: Holidays,
  ) {}

  on(jurisdiction: string, on: Day): Rules {
    const key = `${jurisdiction}/${on}`;
    const known = this.resolved.get(key);
    if (known !== undefined) return known;
    const rules = rulesFor(jurisdiction, on, this.policies);
    this.resolved.set(key, rules);
    return rules;
  }

  version(jurisdiction: string): string {
    return policyVersion(jurisdiction, this.policies, sha256Hex);
  }

  /**
   * Rows that bear on a place in a month and were not checked against their text: a sheet says so.
   */
  unverified(jurisdiction: string, month: Month): readonly Unverified[] {
    const levels = levelsOf(jurisdiction);
    return this.policies
      .filter(({ law }) => !law.verified)
      .filter((row) => levels.includes(row.jurisdiction))
      .filter(({ from }) => from <= lastDay(month))
      .filter(({ to }) => to === undefined || to >= firstDay(month))
      .map(({ topic, jurisdiction: place, from, law }) => ({
        ...{ topic, from, jurisdiction: place },
        document: `${law.document} ${law.article}`.trim(),
        origin: law.origin ?? '',
        originEn: law.originEn ?? law.origin ?? '',
      }));
  }

  /**
   * What employer and person owe on a base in a month, in fen. Where the rule leaves out the own
   * part of contract workers from the countryside, those are the persons of a rural household.
   *
   * Law: 失业保险条例 第六条; see docs/decisions/law-rural-household.md.
   */
  contribution(
    jurisdiction: string,
    { month, baseFen, household }: Readonly<{ month: Month; baseFen: Fen; household: string }>,
  ): Readonly<{ employerFen: Fen; employeeFen: Fen }> {
    const rules = this.on(jurisdiction, firstDay(month));
    return contributionOf(rules, baseFen, household === 'rural');
  }

  /**
   * The first day on which a changed account may be paid to: five working days after the change.
   */
  coolingEnds(changedOn: Day): Day {
    return addWorkingDays(changedOn, coolingWorkingDays, this.holidays);
  }
}

/** A figure that the sheet of a month rests on, and that nobody has checked against its source. */
export type Unverified = Readonly<{
  topic: string;
  jurisdiction: string;
  from: Day;
  document: string;
  origin: string;
  originEn: string;
}>;

/** A policy row may set another length; nobody can set it to none. */
const coolingWorkingDays = 5;

/**
 * The State Council's holidays with the weekend days worked for them (调休), kept as data because
 * they are decreed each year. Not checked against the decree's text: a policy file replaces them.
 */
export const holidaysOf2026: Holidays = {
  off: [
    ...daysFrom('2026-01-01', 3),
    ...daysFrom('2026-02-15', 9),
    ...daysFrom('2026-04-04', 3),
    ...daysFrom('2026-05-01', 5),
    ...daysFrom('2026-06-19', 3),
    ...daysFrom('2026-09-25', 3),
    ...daysFrom('2026-10-01', 7),
  ],
  work: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
};

function daysFrom(first: string, count: number): readonly string[] {
  const number = Number(first.slice(8));
  return Array.from({ length: count }, (_none, at) =>
    day(`${first.slice(0, 8)}${String(number + at).padStart(2, '0')}`),
  );
}
