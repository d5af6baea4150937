import { traceRow, traceStep, warn, type Rules, type Trace } from './table.js';
import type { TopicValue } from './topics.js';

/** One time of employment: what was paid in it, and whether benefit was drawn after it. */
export type Spell = Readonly<{ paidMonths: number; claimed: boolean }>;

export type MonthsFacts = Readonly<{
  /** Months of contribution that count: paid + transferred − overlapping, not used before. */
  countedMonths: number;
  /** Months awarded earlier and not drawn. */
  leftoverMonths: number;
}>;

export type MonthsAwarded = Readonly<{
  months: number;
  /** The statutory tier of the counted months: 0, 12, 18 or 24. */
  ceiling: number;
  newlyAwarded: number;
  mergedLeftover: number;
  /** Months left over that the maximum cuts off. */
  discarded: number;
}>;

/**
 * Months of contribution that count for the present spell, the last one. After a claim everything
 * paid before it is used up, or, where the text says so, only full units of it: the rest is kept.
 *
 * Law: 社会保险法 第四十六条; 实施《社会保险法》若干规定 第十四条 (kept when nothing was drawn).
 */
export function countedMonths(rules: Rules, spells: readonly Spell[]): number {
  const row = rules.found('benefit-months');
  const usedUp = row === undefined || row.value === 'local' ? undefined : row.value.usedUp;
  let counted = 0;
  for (const [at, { paidMonths, claimed }] of spells.entries()) {
    counted += paidMonths;
    if (claimed && at < spells.length - 1) counted -= usedByClaim(counted, usedUp);
  }
  return counted;
}

function usedByClaim(paid: number, usedUp: TopicValue<'benefit-months'>['usedUp']): number {
  if (usedUp === undefined) return paid;
  const { unitMonths, mostMonths } = usedUp;
  return Math.min(mostMonths, paid - (paid % unitMonths));
}

/**
 * Months of benefit. Not being entitled is the answer 0.
 *
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY
 *
 * Law: 社会保险法 第四十六条 (tiers 12/18/24, merged leftovers never above 24) and the local table,
 * for Guangdong 广东省失业保险条例 第十七条 and 第十八条, for Liaoning 辽宁省失业保险条例 第十七条.
 */
export function benefitMonths(rules: Rules, facts: MonthsFacts, trace?: Trace): MonthsAwarded {
  const table = rules.decided('benefit-months');
  traceRow(trace, table, rules.on);
  const { countedMonths: counted, leftoverMonths } = facts;
  const { tier, maximum } = ceilingOf(rules, counted, trace);
  const byTable = monthsByTable(table.value, counted, trace);
  const newlyAwarded = Math.min(byTable, tier);
  const mayMerge = newlyAwarded > 0 || table.value.leftoverAlone;
  const leftover = mayMerge ? leftoverMonths : 0;
  const months = Math.min(maximum, newlyAwarded + leftover);
  const discarded = newlyAwarded + leftover - months;
  const merged = leftover - discarded;
  traceStep(trace, () => ({
    zh:
      `新核定${newlyAwarded}个月，合并剩余${merged}个月，舍去${discarded}个月，` +
      `共${months}个月（最长${maximum}个月）`,
    en:
      `${newlyAwarded} newly awarded + ${merged} left over = ${months} months ` +
      `(at most ${maximum}; ${discarded} discarded)`,
  }));
  return { months, ceiling: tier, newlyAwarded, mergedLeftover: merged, discarded };
}

/** The statutory tier for counted months, and the maximum with leftovers. 社会保险法 第四十六条. */
export function ceilingOf(
  rules: Rules,
  counted: number,
  trace?: Trace,
): Readonly<{ tier: number; maximum: number }> {
  const row = rules.decided('months-ceiling');
  traceRow(trace, row, rules.on);
  const { tiers, maximum } = row.value;
  const tier = tiers.findLast(({ fromMonths }) => fromMonths <= counted)?.months ?? 0;
  traceStep(trace, () => ({
    zh: `计算缴费时间${counted}个月，法定最长${tier}个月`,
    en: `${counted} months count; the statutory tier is ${tier}`,
  }));
  return { tier, maximum };
}

function monthsByTable(
  { bands }: TopicValue<'benefit-months'>,
  counted: number,
  trace: Trace | undefined,
): number {
  const band = bands.findLast(({ fromMonths }) => fromMonths <= counted);
  if (band === undefined) return 0;
  const { fromMonths, base, every, add = 0, countsFrom, onlyMaximum = false } = band;
  if (onlyMaximum) {
    warn(trace, {
      code: 'ONLY_MAXIMUM',
      zh: `条文只规定最长${base}个月，按最长期限核定`,
      en: `The text gives only the maximum of ${base} months; that maximum is answered`,
    });
  }
  if (every === undefined) return base;
  const beyond = counted - fromMonths;
  const remainder = countsFrom !== undefined && beyond % every >= countsFrom ? 1 : 0;
  const units = Math.floor(beyond / every) + remainder;
  traceStep(trace, () => ({
    zh: `满${fromMonths}个月为${base}个月，超出${beyond}个月，每${every}个月加${add}个月：${base + units * add}个月`,
    en:
      `${fromMonths} months give ${base}; the ${beyond} beyond give ${add} for each ${every}: ` +
      `${base + units * add}`,
  }));
  return base + units * add;
}
