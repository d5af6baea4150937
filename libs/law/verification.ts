import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { traceRow, traceStep, type Rules, type Trace } from './table.js';
import type { Effect, TopicValue } from './topics.js';
import { effectWords } from './words.js';

export type VerificationFacts = Readonly<{
  /** The day of signing in; null when there was none. */
  signedBy: Day | null;
  /** The window's last day. */
  window: Day;
  /** Months missed in a row, this one included; needed when it was missed. */
  monthsMissed?: number;
  goodReason: boolean;
}>;

export type VerificationAnswer = Readonly<{
  payThisMonth: boolean;
  effect: Effect;
  /** Whether the month counts as drawn: a held one does, a deferred one does not. */
  monthConsumed: boolean;
}>;

/**
 * What a month's verification means for that month's line.
 *
 * @throws Refusal NO_LOCAL_RULE (national law leaves it to the locality), NO_RULE_ON_DAY,
 *   FACT_MISSING, FACT_IMPOSSIBLE
 *
 * Law: 社会保险经办条例 第二十六条; 广东省失业保险条例（2022年文本）第三十七条 (two months in a row
 * without good reason are deemed re-employment), （2025年文本）第三十三条.
 */
export function verificationRule(
  rules: Rules,
  facts: VerificationFacts,
  trace?: Trace,
): VerificationAnswer {
  const row = rules.decided('verification');
  traceRow(trace, row, rules.on);
  const { signedBy, window, goodReason } = facts;
  if (signedBy !== null && signedBy <= window) {
    traceStep(trace, () => ({
      zh: `${signedBy}已核对（截止${window}）`,
      en: `Verified on ${signedBy}, by ${window}`,
    }));
    return { payThisMonth: true, effect: 'none', monthConsumed: true };
  }
  if (goodReason) {
    traceStep(trace, () => ({
      zh: '有正当理由未核对，当月照发',
      en: 'Not verified for a good reason; the month is paid',
    }));
    return { payThisMonth: true, effect: 'none', monthConsumed: true };
  }
  const monthsMissed = facts.monthsMissed ?? refuse('FACT_MISSING', { fact: 'monthsMissed' });
  if (monthsMissed === 0) refuse('FACT_IMPOSSIBLE', { fact: 'monthsMissed' });
  const missed = missedRule(rules, monthsMissed, trace);
  if (missed === undefined) return { payThisMonth: true, effect: 'none', monthConsumed: true };
  const { payThisMonth, effect, monthConsumed } = missed;
  return { payThisMonth, effect, monthConsumed };
}

/** What follows from so many months missed in a row; undefined while nothing does. */
export function missedRule(
  rules: Rules,
  monthsMissed: number,
  trace?: Trace,
): TopicValue<'verification'>['missed'][number] | undefined {
  const row = rules.decided('verification');
  traceRow(trace, row, rules.on);
  const rule = row.value.missed.findLast(({ inARow }) => inARow <= monthsMissed);
  traceStep(trace, () => ({
    zh: `连续未核对${monthsMissed}个月：${effectWords[rule?.effect ?? 'none']}`,
    en: `${monthsMissed} months missed in a row: ${rule?.effect ?? 'none'}`,
  }));
  return rule;
}
