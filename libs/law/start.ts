import { refuse } from '#domain/refusal.js';
import {
  addMonths,
  addWorkingDays,
  firstDay,
  monthOf,
  type Day,
  type Holidays,
  type Month,
} from '#domain/values/calendar.js';
import { traceRow, traceStep, warn, type Rules, type Trace } from './table.js';
import type { TopicValue } from './topics.js';

export type StartFacts = Readonly<{
  registered: Day;
  applied?: Day;
  accepted?: Day;
  /** The day of the decision. */
  reviewPassed?: Day;
  /** Without it only weekends are counted off, with a warning. */
  holidays?: Holidays;
}>;

export type Start = Readonly<{
  entitlementFrom: Day;
  /** The month the first line is for; null where the text does not say. */
  firstBenefitMonth: Month | null;
  /** The month in which the first line falls due; null where the text does not say. */
  firstPayMonth: Month | null;
}>;

/**
 * When an award begins.
 *
 * @throws Refusal NO_RULE_ON_DAY, FACT_MISSING for a day that this place's rule needs
 *
 * Law: 社会保险法 第五十条 (from registration); 广东省失业保险条例 第三十二条, before 2025-01-12
 * 第三十六条 (from the claim when it comes more than 7 working days after registration; money from
 * the month after the decision, which is for that month).
 */
export function firstMonths(rules: Rules, facts: StartFacts, trace?: Trace): Start {
  const row = rules.decided('start');
  traceRow(trace, row, rules.on);
  const { moneyFrom, firstBenefitMonth: benefit } = row.value;
  const firstPayMonth =
    moneyFrom === null ? null : addMonths(monthOf(moneyDay(facts, moneyFrom)), 1);
  const entitlementFrom = entitledFrom(row.value, facts, firstPayMonth, trace);
  if (firstPayMonth === null) {
    traceStep(trace, () => ({
      zh: `自${entitlementFrom}起计算，条文未规定首发月份`,
      en: `From ${entitlementFrom}; the text sets no first month of payment`,
    }));
    return { entitlementFrom, firstBenefitMonth: null, firstPayMonth };
  }
  const firstBenefitMonth =
    benefit === 'month-of-entitlement' ? monthOf(entitlementFrom) : firstPayMonth;
  traceStep(trace, () => ({
    zh: `领取期限自${entitlementFrom}起，首月${firstBenefitMonth}，于${firstPayMonth}发放`,
    en:
      `Entitled from ${entitlementFrom}; the first month, ${firstBenefitMonth}, ` +
      `is paid in ${firstPayMonth}`,
  }));
  return { entitlementFrom, firstBenefitMonth, firstPayMonth };
}

type StartValue = TopicValue<'start'>;
type MoneyFrom = NonNullable<StartValue['moneyFrom']>;

/** The day in the month before the money begins. */
function moneyDay(facts: StartFacts, from: MoneyFrom): Day {
  const fact = moneyFacts[from];
  return facts[fact] ?? refuse('FACT_MISSING', { fact });
}

const moneyFacts = {
  'month-after-registration': 'registered',
  'month-after-decision': 'reviewPassed',
  'month-after-acceptance': 'accepted',
} as const satisfies Record<MoneyFrom, keyof StartFacts>;

function entitledFrom(
  { entitledFrom: from, claimWithinWorkingDays: within }: StartValue,
  facts: StartFacts,
  firstPayMonth: Month | null,
  trace: Trace | undefined,
): Day {
  const { registered, applied, reviewPassed } = facts;
  if (from === 'claim') return applied ?? refuse('FACT_MISSING', { fact: 'applied' });
  if (from === 'month-of-decision')
    return firstDay(monthOf(reviewPassed ?? refuse('FACT_MISSING', { fact: 'reviewPassed' })));
  if (from === 'first-pay-month' && firstPayMonth !== null) return firstDay(firstPayMonth);
  return within === null ? registered : registeredOrClaimed(facts, within, trace);
}

/** From registration when the claim follows in time, else from the claim. */
function registeredOrClaimed(facts: StartFacts, withinDays: number, trace: Trace | undefined): Day {
  const { registered, applied, holidays } = facts;
  if (applied === undefined) return refuse('FACT_MISSING', { fact: 'applied' });
  if (holidays === undefined) {
    warn(trace, {
      code: 'NO_HOLIDAYS_GIVEN',
      zh: '未给出节假日安排，仅扣除周末',
      en: 'No holidays were given; only weekends are counted off',
    });
  }
  const last = addWorkingDays(registered, withinDays, holidays ?? { off: [], work: [] });
  traceStep(trace, () => ({
    zh: `${registered}登记，${withinDays}个工作日内为${last}及以前，${applied}申领`,
    en: `Registered ${registered}; ${withinDays} working days end on ${last}; claimed ${applied}`,
  }));
  return applied <= last ? registered : applied;
}
