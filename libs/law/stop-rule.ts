import { refuse } from '#domain/refusal.js';
import {
  addDays,
  addMonths,
  firstDay,
  monthOf,
  type Day,
  type Month,
} from '#domain/values/calendar.js';
import { traceRow, traceStep, type Rules, type Trace, type Words } from './table.js';
import type { Effect, StopEvent } from './topics.js';
import { missedRule } from './verification.js';
import { effectWords, eventWords } from './words.js';

export type StopFacts = Readonly<{
  event: StopEvent;
  /** The month of the event, or the second of two months missed. */
  month: Month;
  /** The day of the event when it is known; it lies in that month. */
  day?: Day;
  /** How often it happened, as the text counts it; needed for `refused` and `not-verified`. */
  count?: number;
  goodReason: boolean;
  awardedMonths: number;
  /** Benefit months paid so far. */
  paidMonths: number;
}>;

export type StopAnswer = Readonly<{
  effect: Effect;
  /** The first month not paid; null when nothing follows. */
  from: Month | null;
  lastBenefitMonth: Month | null;
  remainingMonths: number;
  /** Whether what remains may be drawn later: when the cause ends, or at the next unemployment. */
  mayResume: boolean;
}>;

/**
 * What an event does to a running award.
 *
 * The month of an event is kept when the person was entitled on at least one day of it, so an event
 * dated the 1st makes its month not due. When only the month is known, a pension is taken to begin
 * on the 1st, being paid for whole months, and any other event later in the month.
 *
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 社会保险法 第四十九条, 第五十一条; 失业保险条例 第十五条; 广东省失业保险条例 第二十一条, 第二十四条.
 */
export function stopRule(rules: Rules, facts: StopFacts, trace?: Trace): StopAnswer {
  if (facts.event === 'not-verified') return notVerified(rules, facts, trace);
  const row = rules.decided(`stop:${facts.event}`);
  traceRow(trace, row, rules.on);
  const { effect, resumable, losesRemainder, excusedByGoodReason, assumedDay } = row.value;
  const remaining = facts.awardedMonths - facts.paidMonths;
  const excused = excusedByGoodReason === true && facts.goodReason;
  if (effect === 'none') return nothing(remaining, resumable && remaining > 0, trace);
  if (excused || !reaches(row.value.count, facts)) return nothing(remaining, false, trace);
  const eventDay = facts.day ?? dayAssumed(facts.month, assumedDay);
  const from = firstMonthNotPaid(rules, eventDay, trace);
  const remainingMonths = losesRemainder === true ? 0 : remaining;
  traceStep(trace, () => ({
    zh: `${eventWords[facts.event]}：${effectWords[effect]}，自${from}起不发，剩余${remainingMonths}个月`,
    en: `${facts.event}: ${effect}; not paid from ${from}; ${remainingMonths} months remain`,
  }));
  return {
    effect,
    from,
    lastBenefitMonth: addMonths(from, -1),
    remainingMonths,
    mayResume: resumable && remainingMonths > 0,
  };
}

/** The first month not paid for an event of that day, by the place's named decision. */
export function firstMonthNotPaid(rules: Rules, eventDay: Day, trace?: Trace): Month {
  const row = rules.decided('stop-month');
  traceRow(trace, row, rules.on);
  const ofEvent = monthOf(eventDay);
  const entitledOnOneDay = eventDay > firstDay(ofEvent);
  const always = row.value.month === 'kept';
  const kept = always || (row.value.month !== 'not-due' && entitledOnOneDay);
  traceStep(trace, () => stopMonthWords(ofEvent, kept, always));
  return kept ? addMonths(ofEvent, 1) : ofEvent;
}

function stopMonthWords(of: Month, kept: boolean, always: boolean): Words {
  if (always) return { zh: `${of}次月起停发，当月照发`, en: `Stopped from the month after ${of}` };
  if (!kept) return { zh: `${of}当月不发`, en: `${of} itself is not due` };
  return {
    zh: `${of}当月至少一日符合条件，当月照发`,
    en: `Entitled on at least one day of ${of}, which is kept`,
  };
}

function notVerified(rules: Rules, facts: StopFacts, trace: Trace | undefined): StopAnswer {
  const remaining = facts.awardedMonths - facts.paidMonths;
  const count = facts.count ?? refuse('FACT_MISSING', { fact: 'count' });
  const missed = missedRule(rules, count, trace);
  if (facts.goodReason || missed === undefined || missed.effect === 'none')
    return nothing(remaining, false, trace);
  traceStep(trace, () => ({
    zh: `连续${count}个月未核对：${effectWords[missed.effect]}，${facts.month}不发`,
    en: `${count} months in a row not verified: ${missed.effect}; ${facts.month} is not paid`,
  }));
  return {
    effect: missed.effect,
    from: facts.month,
    lastBenefitMonth: addMonths(facts.month, -1),
    remainingMonths: remaining,
    mayResume: remaining > 0,
  };
}

function nothing(remaining: number, mayResume: boolean, trace: Trace | undefined): StopAnswer {
  traceStep(trace, () => ({ zh: '不影响待遇', en: 'The award is not affected' }));
  return {
    effect: 'none',
    from: null,
    lastBenefitMonth: null,
    remainingMonths: remaining,
    mayResume,
  };
}

function reaches(needed: number | undefined, { count }: StopFacts): boolean {
  if (needed === undefined) return true;
  if (count === undefined) return refuse('FACT_MISSING', { fact: 'count' });
  return count >= needed;
}

/** Any day but the first answers alike; the second stands for "later in the month". */
function dayAssumed(of: Month, assumed: 'first' | 'later'): Day {
  const first = firstDay(of);
  return assumed === 'first' ? first : addDays(first, 1);
}
