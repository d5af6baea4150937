import { firstDay, monthOf, type Day } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import { benefitSchedule, monthlyAmount, type AmountFacts } from './benefit-amount.js';
import { benefitMonths, ceilingOf, countedMonths } from './benefit-months.js';
import { contributionBase, contributionOf } from './contribution.js';
import { eligibility, terminations } from './eligibility.js';
import { impossible, missing, type Facts } from './facts.js';
import { firstMonths } from './start.js';
import { stopRule } from './stop-rule.js';
import { rulesFor, traceRow, warn, type Policies, type Rules, type Trace } from './table.js';
import { stopEvents } from './topics.js';
import { verificationRule } from './verification.js';

/** Where and when a question is asked, and what may answer it. */
export type Asked = Readonly<{ jurisdiction: string; on: Day; policies: Policies }>;
export type Fields = Readonly<Record<string, unknown>>;
export type Question = (asked: Asked, facts: Facts, trace: Trace) => Fields;

/** The questions of law, each a reading of its facts and one call of what decides real claims. */
export const questions: Readonly<Record<string, Question>> = {
  eligibility: (asked, facts, trace) =>
    eligibility(
      rulesOf(asked),
      {
        paidMonths: facts.count('paidMonths'),
        leftoverMonths: facts.count('leftoverMonths', 0),
        registered: facts.dayOrNull('registered'),
        ...defined('termination', facts.optionalChoice('termination', terminations)),
      },
      trace,
    ),
  'benefit-months': askMonths,
  'benefit-amount': (asked, facts, trace) => ({
    amountFen: monthlyAmount(rulesOf(asked), amountFacts(facts), trace),
  }),
  'benefit-schedule': (asked, facts, trace) =>
    benefitSchedule(
      rulesOf(asked),
      {
        paidMonths: facts.count('paidMonths'),
        leftoverMonths: facts.count('leftoverMonths', 0),
        firstPayMonth: facts.month('firstPayMonth'),
        ...figures(facts),
      },
      trace,
    ),
  start: askStart,
  'stop-rule': askStop,
  verification: (asked, facts, trace) =>
    verificationRule(
      rulesOf(asked),
      {
        signedBy: facts.dayOrNull('signedBy'),
        window: facts.day('window'),
        goodReason: facts.flag('goodReason', false),
        ...defined('monthsMissed', facts.optionalCount('monthsMissed')),
      },
      trace,
    ),
  contribution: askContribution,
};

function askMonths(asked: Asked, facts: Facts, trace: Trace): Fields {
  const rules = rulesOf(asked);
  const counted = countedOf(rules, facts);
  const leftoverMonths = facts.count('leftoverMonths', 0);
  facts.flag('claimedBefore', false);
  const row = rules.found('benefit-months');
  if (row?.value === 'local' && row.jurisdiction === rules.jurisdiction) {
    traceRow(trace, row, rules.on);
    const { tier } = ceilingOf(rules, counted, trace);
    warn(trace, {
      code: 'CEILING_ONLY',
      zh: '国家规定只有最长期限，具体月数由地方规定',
      en: 'National law sets only the ceiling; the months are for local law',
    });
    return {
      months: null,
      ceiling: tier,
      newlyAwarded: null,
      mergedLeftover: null,
      discarded: null,
    };
  }
  return benefitMonths(rules, { countedMonths: counted, leftoverMonths }, trace);
}

function countedOf(rules: Rules, facts: Facts): number {
  const spells = facts.spells();
  const paid = spells === undefined ? facts.count('paidMonths') : countedMonths(rules, spells);
  const stated = facts.optionalCount('paidMonths');
  if (spells !== undefined && stated !== undefined && stated !== paid) return impossible('spells');
  const transferred = facts.count('transferredMonths', 0);
  const overlapping = facts.count('overlappingMonths', 0);
  const counted = paid + transferred - overlapping;
  return counted < 0 ? impossible('overlappingMonths') : counted;
}

function askStart(asked: Asked, facts: Facts, trace: Trace): Fields {
  const registered = facts.day('registered');
  const applied = facts.optionalDay('applied');
  const accepted = facts.optionalDay('accepted');
  const reviewPassed = facts.optionalDay('reviewPassed');
  if (accepted !== undefined && applied !== undefined && accepted < applied) impossible('accepted');
  const before = accepted ?? applied;
  if (reviewPassed !== undefined && before !== undefined && reviewPassed < before)
    impossible('reviewPassed');
  return firstMonths(
    rulesOf(asked),
    {
      registered,
      ...defined('applied', applied),
      ...defined('accepted', accepted),
      ...defined('reviewPassed', reviewPassed),
      ...defined('holidays', facts.holidays()),
    },
    trace,
  );
}

function askStop(asked: Asked, facts: Facts, trace: Trace): Fields {
  const event = facts.choice('event', stopEvents);
  const day = facts.optionalDay('day');
  const month =
    facts.optionalMonth('month') ?? (day === undefined ? missing('month') : monthOf(day));
  if (day !== undefined && monthOf(day) !== month) impossible('day');
  const awardedMonths = facts.count('awardedMonths');
  const paidMonths = facts.count('paidMonths');
  if (paidMonths > awardedMonths) impossible('paidMonths');
  return stopRule(
    rulesOf(asked),
    {
      event,
      month,
      goodReason: facts.flag('goodReason', false),
      awardedMonths,
      paidMonths,
      ...defined('day', day),
      ...defined('count', facts.optionalCount('count')),
    },
    trace,
  );
}

/** A contribution answers by the rate of its month, whenever it is asked. */
function askContribution(asked: Asked, facts: Facts, trace: Trace): Fields {
  const rules = rulesOf({ ...asked, on: firstDay(facts.month('month')) });
  const wage = {
    ...figures(facts),
    ...defined('wageFen', facts.optionalFen('wageFen')),
    ...defined('localAverageWageFen', facts.optionalFen('localAverageWageFen')),
  };
  const baseFen = contributionBase(rules, wage, trace);
  const parts = contributionOf(rules, baseFen, facts.optionalFlag('migrant'), trace);
  return { baseFen, ...parts };
}

function amountFacts(facts: Facts): AmountFacts {
  const benefitMonthNo = facts.optionalCount('benefitMonthNo');
  if (benefitMonthNo === 0) impossible('benefitMonthNo');
  return {
    payMonth: facts.month('payMonth'),
    ...figures(facts),
    ...defined('paidMonths', facts.optionalCount('paidMonths')),
    ...defined('benefitMonthNo', benefitMonthNo),
    ...defined('stage', facts.optionalChoice('stage', ['normal', 'extended'] as const)),
  };
}

function figures(facts: Facts): Readonly<{ zone?: string; minimumWageFen?: Fen }> {
  return {
    ...defined('zone', facts.text('zone')),
    ...defined('minimumWageFen', facts.optionalFen('minimumWageFen')),
  };
}

function rulesOf({ jurisdiction, on, policies }: Asked): Rules {
  return rulesFor(jurisdiction, on, policies);
}

/** A property that is absent when there is no value, as optional properties are here. */
function defined<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Readonly<Partial<Record<Name, Value>>> {
  const property = value === undefined ? {} : { [name]: value };
  // A computed key widens to string in the compiler's eyes; the name is the type's own.
  return property as Partial<Record<Name, Value>>;
}
