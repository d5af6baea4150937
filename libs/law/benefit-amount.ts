import { refuse } from '#domain/refusal.js';
import { addMonths, firstDay, type Month } from '#domain/values/calendar.js';
import { noFen, shareOf, sumFen, yuanText, type Fen, type Ratio } from '#domain/values/fen.js';
import { benefitMonths } from './benefit-months.js';
import { traceRow, traceStep, warn, type DecidedRow, type Rules, type Trace } from './table.js';
import type { TopicValue } from './topics.js';

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
  if (facts.stage === 'extended') return extendedAmount(rules, facts, trace);
  const row = textOrStandard(rules, facts.payMonth);
  traceRow(trace, row, isStandard(row.value) ? firstDay(facts.payMonth) : rules.on);
  if (isBeyondMaximum(rules, facts, trace)) return noFen;
  return row.value.kind === 'share-of-minimum-wage'
    ? shareOfMinimumWage(rules, row.value.bands, facts, trace)
    : standardAmount(row.value, facts, trace);
}

function shareOfMinimumWage(
  rules: Rules,
  bands: readonly Readonly<{ fromMonths: number; share: Ratio }>[],
  facts: AmountFacts,
  trace: Trace | undefined,
): Fen {
  const band = bandOf(bands, facts.paidMonths);
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

type AmountValue = TopicValue<'benefit-amount'>;
type Standard = Exclude<AmountValue, { kind: 'share-of-minimum-wage' }>;

/** A share is text; an amount that is printed is a standard, which a notice raises. */
function isStandard(value: AmountValue): value is Standard {
  return value.kind !== 'share-of-minimum-wage';
}

/** An amount that a notice prints: one for all, or by zone, by years paid, by months drawn. */
function standardAmount(value: Standard, facts: AmountFacts, trace: Trace | undefined): Fen {
  const amountFen = printedAmount(value, facts);
  traceStep(trace, () => ({
    zh: `${facts.payMonth}：标准${yuanText(amountFen)}元`,
    en: `${facts.payMonth}: the standard is ${yuanText(amountFen)} yuan`,
  }));
  return amountFen;
}

function printedAmount(value: Standard, facts: AmountFacts): Fen {
  switch (value.kind) {
    case 'fixed':
      return value.monthlyFen;
    case 'fixed-by-zone':
      return ofZone(value.zones, facts.zone);
    case 'by-contribution-years': {
      const { later } = value;
      if (later !== undefined && monthNo(facts) >= later.fromNo) return later.monthlyFen;
      return bandOf(value.bands, facts.paidMonths)?.monthlyFen ?? noFen;
    }
    case 'by-benefit-month': {
      const no = monthNo(facts);
      return value.bands.findLast(({ fromNo }) => fromNo <= no)?.monthlyFen ?? noFen;
    }
  }
}

function monthNo({ benefitMonthNo }: AmountFacts): number {
  return benefitMonthNo ?? refuse('FACT_MISSING', { fact: 'benefitMonthNo' });
}

/**
 * What an older recipient draws a month when the benefit has ended and retirement is near.
 *
 * Law: 上海市失业保险办法 第十一条; 郑州市失业保险条例.
 */
function extendedAmount(rules: Rules, facts: AmountFacts, trace: Trace | undefined): Fen {
  const standardDay = firstDay(facts.payMonth);
  const row = rules.decided('extended-amount', standardDay);
  traceRow(trace, row, standardDay);
  if (row.value.kind === 'share-of-benefit') {
    const { stage: _extended, benefitMonthNo: _beyond, ...normal } = facts;
    return shareOf(monthlyAmount(rules, normal, trace), row.value.share);
  }
  const { monthlyFen } = row.value;
  traceStep(trace, () => ({
    zh: `${facts.payMonth}：延长领取标准${yuanText(monthlyFen)}元`,
    en: `${facts.payMonth}: the standard of the extension is ${yuanText(monthlyFen)} yuan`,
  }));
  return monthlyFen;
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
  return ofZone(row.value.zones, facts.zone);
}

function ofZone(zones: Readonly<Record<string, Fen>>, zone: string | undefined): Fen {
  if (zone === undefined) refuse('FACT_MISSING', { fact: 'zone' });
  const known = Object.hasOwn(zones, zone) ? zones[zone] : undefined;
  return known ?? refuse('FACT_IMPOSSIBLE', { fact: 'zone', known: Object.keys(zones).join(' ') });
}

/**
 * A share is text, chosen by the day asked; a printed amount is a standard, chosen by the month it
 * is for, whatever text then held.
 */
function textOrStandard(rules: Rules, payMonth: Month): DecidedRow<'benefit-amount'> {
  const text = rules.found('benefit-amount');
  if (text === undefined) return rules.decided('benefit-amount');
  const isText = text.value !== 'local' && !isStandard(text.value);
  return rules.decided('benefit-amount', isText ? rules.on : firstDay(payMonth));
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
