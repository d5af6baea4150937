import { refuse } from '#domain/refusal.js';
import { addMonths, firstDay, type Month } from '#domain/values/calendar.js';
import { noFen, shareOf, sumFen, yuanText, type Fen } from '#domain/values/fen.js';
import { benefitMonths } from './benefit-months.js';
import { traceRow, traceStep, warn, type DecidedRow, type Rules, type Trace } from './table.js';

export type AmountFacts = Readonly<{
  /** The month it is for: the standard of its first day is taken. */
  payMonth: Month;
  /** Counted months of contribution; needed where the share grows with them. */
  paidMonths?: number;
  /** The number of the month in the award, from 1; needed where the amount falls with it. */
  benefitMonthNo?: number;
  /** The zone of the minimum wage, where one row holds several. */
  zone?: string;
  /** A minimum wage that no row gives. */
  minimumWageFen?: Fen;
  stage?: 'normal' | 'extended';
}>;

/**
 * One month of benefit in fen, rounded half up once. Months beyond the maximum, and contributions
 * that reach no band, give 0.
 *
 * @throws Refusal NO_LOCAL_RULE, NO_RULE_ON_DAY, FACT_MISSING
 *
 * Law: 社会保险法 第四十七条; 广东省失业保险条例 第十九条 (90 % of the city's minimum wage);
 * 辽宁省失业保险条例 第十八条 (70 %, from ten years 80 %).
 */
export function monthlyAmount(rules: Rules, facts: AmountFacts, trace?: Trace): Fen {
  const row = textOrStandard(rules, facts.payMonth);
  traceRow(trace, row, row.value.kind === 'fixed' ? firstDay(facts.payMonth) : rules.on);
  const { value } = row;
  if (facts.stage === 'extended')
    refuse('NO_LOCAL_RULE', { jurisdiction: rules.jurisdiction, topic: 'extended-benefit' });
  if (isBeyondMaximum(rules, facts, trace)) return noFen;
  if (value.kind === 'fixed') {
    traceStep(trace, () => ({
      zh: `定额${yuanText(value.monthlyFen)}元`,
      en: `A fixed ${yuanText(value.monthlyFen)} yuan`,
    }));
    return value.monthlyFen;
  }
  const band = bandOf(value.bands, facts.paidMonths);
  if (band === undefined) return noFen;
  const minimumFen = minimumWage(rules, facts, trace);
  const amountFen = shareOf(minimumFen, band.share);
  const percent = `${(band.share.of * 100n) / band.share.per}%`;
  traceStep(trace, () => ({
    zh: `${facts.payMonth}：最低工资${yuanText(minimumFen)}元 × ${percent} = ${yuanText(amountFen)}元`,
    en:
      `${facts.payMonth}: minimum wage ${yuanText(minimumFen)} yuan × ${percent} = ` +
      `${yuanText(amountFen)} yuan`,
  }));
  return amountFen;
}

export type ScheduledMonth = Readonly<{ no: number; payMonth: Month; amountFen: Fen }>;

/** Every month of an award: as many as the table gives, each at its own month's standard. */
export function benefitSchedule(
  rules: Rules,
  facts: Readonly<{ paidMonths: number; leftoverMonths: number; firstPayMonth: Month }> &
    Pick<AmountFacts, 'zone' | 'minimumWageFen'>,
  trace?: Trace,
): Readonly<{ months: readonly ScheduledMonth[]; totalFen: Fen }> {
  const { paidMonths, leftoverMonths, firstPayMonth, ...figures } = facts;
  const awarded = benefitMonths(rules, { countedMonths: paidMonths, leftoverMonths }, trace);
  const months = Array.from({ length: awarded.months }, (_, index) => {
    const payMonth = addMonths(firstPayMonth, index);
    const no = index + 1;
    const amount = { ...figures, payMonth, paidMonths, benefitMonthNo: no };
    return { no, payMonth, amountFen: monthlyAmount(rules, amount, trace) };
  });
  return { months, totalFen: sumFen(months.map(({ amountFen }) => amountFen)) };
}

/**
 * The minimum wage of a month: a row's, or the fact given where no row gives one.
 *
 * @throws Refusal FACT_MISSING when neither is there, FACT_IMPOSSIBLE for an unknown zone
 */
export function minimumWage(
  rules: Rules,
  facts: Pick<AmountFacts, 'payMonth' | 'zone' | 'minimumWageFen'>,
  trace?: Trace,
): Fen {
  const standardDay = firstDay(facts.payMonth);
  const row = rules.found('minimum-wage', standardDay);
  if (row === undefined || row.value === 'local') {
    if (facts.minimumWageFen === undefined) refuse('FACT_MISSING', { fact: 'minimumWageFen' });
    warn(trace, {
      code: 'FIGURE_GIVEN_AS_FACT',
      zh: '最低工资标准由申请人给出，系统中无此标准',
      en: 'The minimum wage was given as a fact; no row holds it',
    });
    return facts.minimumWageFen;
  }
  traceRow(trace, row, standardDay);
  if (row.value.kind === 'one') return row.value.monthlyFen;
  if (facts.zone === undefined) refuse('FACT_MISSING', { fact: 'zone' });
  const ofZone = Object.hasOwn(row.value.zones, facts.zone)
    ? row.value.zones[facts.zone]
    : undefined;
  if (ofZone === undefined)
    refuse('FACT_IMPOSSIBLE', { fact: 'zone', known: Object.keys(row.value.zones).join(' ') });
  return ofZone;
}

/** A share is text, chosen by the day asked; a fixed amount is a standard, chosen by its month. */
function textOrStandard(rules: Rules, payMonth: Month): DecidedRow<'benefit-amount'> {
  const row = rules.decided('benefit-amount');
  return row.value.kind === 'fixed' ? rules.decided('benefit-amount', firstDay(payMonth)) : row;
}

function isBeyondMaximum(rules: Rules, facts: AmountFacts, trace: Trace | undefined): boolean {
  if (facts.benefitMonthNo === undefined) return false;
  const { maximum } = rules.decided('months-ceiling').value;
  if (facts.benefitMonthNo <= maximum) return false;
  traceStep(trace, () => ({
    zh: `领取期限最长${maximum}个月，第${facts.benefitMonthNo}个月不发`,
    en: `Benefit lasts at most ${maximum} months; month ${facts.benefitMonthNo} is not paid`,
  }));
  return true;
}

/** The band of the contributions; they are needed only where there is more than one answer. */
function bandOf<Band extends Readonly<{ fromMonths: number }>>(
  bands: readonly Band[],
  paidMonths: number | undefined,
): Band | undefined {
  const [only] = bands;
  if (bands.length === 1 && only?.fromMonths === 0) return only;
  if (paidMonths === undefined) refuse('FACT_MISSING', { fact: 'paidMonths' });
  return bands.findLast(({ fromMonths }) => fromMonths <= paidMonths);
}
