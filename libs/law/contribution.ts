import { refuse } from '#domain/refusal.js';
import { monthOf } from '#domain/values/calendar.js';
import { noFen, shareOf, yuanText, type Fen, type Ratio } from '#domain/values/fen.js';
import { minimumWage } from './benefit-amount.js';
import { traceRow, traceStep, type Rules, type Trace } from './table.js';
import type { TopicValue } from './topics.js';

export type WageFacts = Readonly<{
  /** Absent when nobody knows it: some texts then take the local average wage. */
  wageFen?: Fen;
  /** The local average wage of last year, a month; needed where it caps the base. */
  localAverageWageFen?: Fen;
  /** Needed where it is the floor and no row gives it. */
  minimumWageFen?: Fen;
  zone?: string;
}>;

export type Contribution = Readonly<{ employerFen: Fen; employeeFen: Fen }>;

/**
 * What employer and person owe on a base, each rounded half up to the fen. Make the rules for the
 * first day of the month the contribution is for.
 *
 * @param migrant a contract worker from the countryside, whose own part the Regulation of 1999
 *   leaves out; needed only where a row sets it apart
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 失业保险条例 第六条; 社会保险法 第四十四条; the executed rate by notice, a policy row.
 */
export function contributionOf(
  rules: Rules,
  baseFen: Fen,
  migrant?: boolean,
  trace?: Trace,
): Contribution {
  const row = rules.decided('contribution');
  traceRow(trace, row, rules.on);
  const { employer, employee, migrantEmployee } = row.value;
  if (migrantEmployee !== undefined && migrant === undefined)
    refuse('FACT_MISSING', { fact: 'migrant' });
  const own = migrant === true ? (migrantEmployee ?? employee) : employee;
  const employerFen = shareOf(baseFen, employer);
  const employeeFen = shareOf(baseFen, own);
  const line = (rate: Ratio, amount: Fen) =>
    `${yuanText(baseFen)} × ${rate.of}/${rate.per} = ${yuanText(amount)}`;
  traceStep(trace, () => ({
    zh: `单位${line(employer, employerFen)}元，个人${line(own, employeeFen)}元`,
    en: `Employer ${line(employer, employerFen)}; person ${line(own, employeeFen)} yuan`,
  }));
  return { employerFen, employeeFen };
}

/**
 * The base for a wage, a month: the wage itself, or held between a floor and a cap of the place.
 *
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 广东省失业保险条例 第八条 (floor the city's minimum wage, cap three times the average wage).
 */
export function contributionBase(rules: Rules, facts: WageFacts, trace?: Trace): Fen {
  const row = rules.decided('contribution-base');
  traceRow(trace, row, rules.on);
  const { floor, cap, unknownWage } = row.value;
  const wageFen = facts.wageFen ?? wageInstead(unknownWage, facts, trace);
  const floorFen = floor === undefined ? noFen : boundOf(rules, floor, facts, trace);
  const capFen = cap === undefined ? undefined : boundOf(rules, cap, facts, trace);
  if (capFen !== undefined && capFen < floorFen)
    refuse('FACT_IMPOSSIBLE', { fact: 'localAverageWageFen' });
  const atLeast = wageFen < floorFen ? floorFen : wageFen;
  const baseFen = capFen !== undefined && atLeast > capFen ? capFen : atLeast;
  if (floor === undefined && cap === undefined) return baseFen;
  const ends = { floor: yuanText(floorFen), cap: capFen === undefined ? '—' : yuanText(capFen) };
  traceStep(trace, () => ({
    zh:
      `工资${yuanText(wageFen)}元，下限${ends.floor}元，上限${ends.cap}元，` +
      `基数${yuanText(baseFen)}元`,
    en:
      `Wage ${yuanText(wageFen)}, floor ${ends.floor}, cap ${ends.cap}: ` +
      `base ${yuanText(baseFen)} yuan`,
  }));
  return baseFen;
}

type BaseValue = TopicValue<'contribution-base'>;

function wageInstead(
  unknownWage: BaseValue['unknownWage'],
  facts: WageFacts,
  trace: Trace | undefined,
): Fen {
  if (unknownWage === undefined) return refuse('FACT_MISSING', { fact: 'wageFen' });
  const averageFen = averageWage(facts);
  traceStep(trace, () => ({
    zh: `工资无法确定，按当地平均工资${yuanText(averageFen)}元`,
    en: `The wage is not known: the local average wage of ${yuanText(averageFen)} yuan is taken`,
  }));
  return averageFen;
}

function boundOf(
  rules: Rules,
  bound: NonNullable<BaseValue['floor']>,
  facts: WageFacts,
  trace: Trace | undefined,
): Fen {
  switch (bound.kind) {
    case 'fixed':
      return bound.monthlyFen;
    case 'minimum-wage':
      return minimumWage(rules, { ...facts, payMonth: monthOf(rules.on) }, trace);
    case 'share-of-average':
      return shareOf(averageWage(facts), bound.share);
  }
}

function averageWage({ localAverageWageFen }: WageFacts): Fen {
  return localAverageWageFen ?? refuse('FACT_MISSING', { fact: 'localAverageWageFen' });
}
