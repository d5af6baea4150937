import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { traceRow, traceStep, type Rules, type Trace } from './table.js';

/** Why the last employment ended, by the clause of the Labour Contract Law or its like. */
export const terminations = [
  'LCL-36-employer',
  'LCL-38',
  'LCL-39',
  'LCL-40',
  'LCL-41',
  'LCL-44-1',
  'LCL-44-4',
  'LCL-44-5',
  'D13-13-4',
  'other-by-law',
  'resigned',
  'LCL-36-person',
] as const;
export type Termination = (typeof terminations)[number];

const ofOwnWill: ReadonlySet<Termination> = new Set(['resigned', 'LCL-36-person']);

export type EligibilityFacts = Readonly<{
  paidMonths: number;
  leftoverMonths: number;
  /** Not known for someone who never registered, and not needed then. */
  termination?: Termination;
  /** The day of registration as unemployed; null when there was none. */
  registered: Day | null;
}>;

export type IneligibleReason = 'voluntary' | 'not-registered-unemployed' | 'less-than-12-months';

export type Eligibility = Readonly<
  { eligible: true; reason: null } | { eligible: false; reason: IneligibleReason }
>;

/**
 * Whether a person may draw. One reason is given, the one that cannot be mended first.
 *
 * @param facts months of contribution not used before, and months left over from an earlier award
 * @throws Refusal NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 社会保险法 第四十五条; 失业保险条例 第十四条; 实施《社会保险法》若干规定 第十三条 (involuntary);
 * 广东省失业保险条例 第十五条 (less than a year does when months are left over).
 */
export function eligibility(rules: Rules, facts: EligibilityFacts, trace?: Trace): Eligibility {
  const row = rules.decided('eligibility');
  const { paidMonths: needed, leftoverSuffices } = row.value;
  traceRow(trace, row, rules.on);
  traceStep(trace, () => ({
    zh: `缴费${facts.paidMonths}个月，剩余领取期限${facts.leftoverMonths}个月，需缴费满${needed}个月`,
    en:
      `${facts.paidMonths} paid months and ${facts.leftoverMonths} left over; ` +
      `${needed} paid months are needed`,
  }));
  const { termination } = facts;
  if (termination !== undefined && ofOwnWill.has(termination))
    return refusedFor('voluntary', trace);
  if (facts.registered === null) return refusedFor('not-registered-unemployed', trace);
  if (termination === undefined) return refuse('FACT_MISSING', { fact: 'termination' });
  const byLeftover = leftoverSuffices && facts.leftoverMonths > 0;
  if (facts.paidMonths < needed && !byLeftover) return refusedFor('less-than-12-months', trace);
  return { eligible: true, reason: null };
}

const reasonWords: Readonly<Record<IneligibleReason, string>> = {
  voluntary: '因本人意愿中断就业',
  'not-registered-unemployed': '未办理失业登记',
  'less-than-12-months': '缴费不满一年',
};

function refusedFor(reason: IneligibleReason, trace: Trace | undefined): Eligibility {
  traceStep(trace, () => ({
    zh: `不符合条件：${reasonWords[reason]}`,
    en: `Not entitled: ${reason}`,
  }));
  return { eligible: false, reason };
}
