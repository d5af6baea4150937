import { refuse } from '#domain/refusal.js';
import {
  addMonths,
  addWorkingDays,
  monthOf,
  type Day,
  type Holidays,
  type Month,
} from '#domain/values/calendar.js';
import { traceRow, traceStep, warn, type Rules, type Trace } from './table.js';

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
  const { claimWithinWorkingDays, moneyFrom } = row.value;
  const entitlementFrom =
    claimWithinWorkingDays === null
      ? facts.registered
      : entitledFrom(facts, claimWithinWorkingDays, trace);
  if (moneyFrom === null) {
    traceStep(trace, () => ({
      zh: `自失业登记之日${entitlementFrom}起计算，条文未规定首发月份`,
      en: `From the registration on ${entitlementFrom}; the text sets no first month of payment`,
    }));
    return { entitlementFrom, firstBenefitMonth: null, firstPayMonth: null };
  }
  const fact = moneyFrom === 'month-after-decision' ? 'reviewPassed' : 'accepted';
  const decided = facts[fact] ?? refuse('FACT_MISSING', { fact });
  const firstMonth = addMonths(monthOf(decided), 1);
  traceStep(trace, () => ({
    zh: `领取期限自${entitlementFrom}起；${decided}作出决定，次月${firstMonth}起发放`,
    en: `Entitled from ${entitlementFrom}; decided on ${decided}, paid from ${firstMonth}`,
  }));
  return { entitlementFrom, firstBenefitMonth: firstMonth, firstPayMonth: firstMonth };
}

function entitledFrom(facts: StartFacts, withinDays: number, trace: Trace | undefined): Day {
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
