import { refuse } from '#domain/refusal.js';
import { monthOf, type Month } from '#domain/values/calendar.js';
import { fen, shareOf, yuanText, type Fen, type Ratio } from '#domain/values/fen.js';
import { minimumWage } from './benefit-amount.js';
import { traceRow, traceStep, type Rules, type Trace } from './table.js';

export type WageFacts = Readonly<{
  wageFen: Fen;
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
 * The base for a wage: the wage itself, or held between the minimum wage and a multiple of the
 * local average wage.
 *
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 广东省失业保险条例 第八条 (floor the city's minimum wage, cap three times the average wage).
 */
export function contributionBase(rules: Rules, facts: WageFacts, trace?: Trace): Fen {
  const row = rules.decided('contribution');
  traceRow(trace, row, rules.on);
  const { base } = row.value;
  if (base.kind === 'wage') return facts.wageFen;
  const ofMonth: Month = monthOf(rules.on);
  const floorFen = minimumWage(rules, { ...facts, payMonth: ofMonth }, trace);
  const averageFen =
    facts.localAverageWageFen ?? refuse('FACT_MISSING', { fact: 'localAverageWageFen' });
  const capFen = fen(averageFen * BigInt(base.times));
  if (capFen < floorFen) refuse('FACT_IMPOSSIBLE', { fact: 'localAverageWageFen' });
  const atLeast = facts.wageFen < floorFen ? floorFen : facts.wageFen;
  const baseFen = atLeast > capFen ? capFen : atLeast;
  traceStep(trace, () => ({
    zh:
      `工资${yuanText(facts.wageFen)}元，下限${yuanText(floorFen)}元，上限${yuanText(capFen)}元，` +
      `基数${yuanText(baseFen)}元`,
    en:
      `Wage ${yuanText(facts.wageFen)}, floor ${yuanText(floorFen)}, cap ${yuanText(capFen)}: ` +
      `base ${yuanText(baseFen)} yuan`,
  }));
  return baseFen;
}
