import type { BenefitFacts, ClaimKind } from '#domain/claim/claim-kinds.js';
import { refuse } from '#domain/refusal.js';
import { addMonths, lastDay, monthOf, type Day } from '#domain/values/calendar.js';
import { fen, noFen, sumFen, type Fen } from '#domain/values/fen.js';
import { traceStep, type Rules, type Source, type Trace } from '#law/table.js';
import { benefitRule } from './benefit-rows.js';

/** What the amount of a benefit follows from: told at the counter, and of the person's award. */
export type BenefitQuestion = Readonly<{
  facts: BenefitFacts;
  claimedOn: Day;
  /** One month of the award, at the standard of the month in question. */
  monthlyBenefitFen: Fen;
  /** Months of the award that are not drawn yet. */
  remainingMonths: number;
}>;

export type BenefitAnswer = Readonly<{ law: readonly Source[] }> &
  (
    | Readonly<{
        eligible: true;
        amountFen: Fen;
        parts: readonly Readonly<{ name: string; amountFen: Fen }>[];
        monthsConsumed: number;
        openMonthToSurvivors: boolean;
      }>
    | Readonly<{ eligible: false; reason: BenefitReason }>
  );

export type BenefitReason =
  | 'claimed-late'
  | 'other-grant-chosen'
  | 'nothing-remains'
  | 'no-licence'
  | 'no-tax-proof'
  | 'contract-too-short'
  | 'insured-too-short';

/**
 * What a place's law gives for a benefit beside the monthly one. Not being entitled is an answer.
 *
 * @throws Refusal NO_LOCAL_RULE, FACT_MISSING
 */
export function benefitAmount(
  kind: ClaimKind,
  rules: Rules,
  question: BenefitQuestion,
  trace: Trace,
): BenefitAnswer {
  const answer = answers[kind](rules, question);
  traceStep(trace, () =>
    answer.eligible
      ? {
          zh: answer.parts.map((part) => `${part.name}：${part.amountFen}分`).join('；'),
          en: answer.parts.map((part) => `${part.name}: ${part.amountFen} fen`).join('; '),
        }
      : { zh: `不符合条件：${answer.reason}`, en: `Not entitled: ${answer.reason}` },
  );
  return answer;
}

type Answering = (rules: Rules, question: BenefitQuestion) => BenefitAnswer;

const answers: Readonly<Record<ClaimKind, Answering>> = {
  'funeral-and-survivors': funeralAndSurvivors,
  'lump-sum-business': lumpSumBusiness,
  're-employment-bonus': reEmploymentBonus,
  'birth-allowance': (rules, { monthlyBenefitFen }) => {
    const { rule, law } = benefitRule('birth-allowance', rules);
    const amountFen = times(monthlyBenefitFen, rule.timesBenefit);
    return granted([{ name: 'birth', amountFen }], { law });
  },
  'migrant-lump-sum': (rules) => benefitRule('migrant-lump-sum', rules).rule,
  'transfer-out': (rules) => benefitRule('transfer-out', rules).rule,
};

/**
 * 社会保险法 第四十九条: survivors are paid a funeral grant and a grant of their own; where funeral
 * grants of other insurances apply they choose one of the funeral grants.
 */
function funeralAndSurvivors(rules: Rules, question: BenefitQuestion): BenefitAnswer {
  const { rule, law } = benefitRule('funeral-and-survivors', rules);
  const { facts, claimedOn } = question;
  if (claimedOn > monthsAfter(facts.on, rule.claimMonths)) return refused('claimed-late', law);
  const others = facts.otherFuneralGrants ?? [];
  const choice = others.length === 0 ? 'unemployment' : needed(facts.choice, 'choice');
  if (choice !== 'unemployment' && !others.includes(choice))
    refuse('FACT_IMPOSSIBLE', { fact: 'choice' });
  const averageFen = needed(facts.averageWageFen, 'averageWageFen');
  const funeralFen = times(averageFen, rule.funeralTimesAverageWage);
  const survivorsFen = times(averageFen, rule.survivorsTimesAverageWage);
  const parts = [
    { name: 'funeral', amountFen: choice === 'unemployment' ? funeralFen : noFen },
    { name: 'survivors', amountFen: survivorsFen },
  ].filter(({ amountFen }) => amountFen > 0n);
  if (parts.length === 0) return refused('other-grant-chosen', law);
  const { openMonthToSurvivors } = rule;
  return granted(parts, { law, openMonthToSurvivors });
}

/** All months left, at once; they count as drawn. */
function lumpSumBusiness(rules: Rules, question: BenefitQuestion): BenefitAnswer {
  const { rule, law } = benefitRule('lump-sum-business', rules);
  const { facts, remainingMonths, monthlyBenefitFen } = question;
  if (rule.needsLicence && facts.licence !== true) return refused('no-licence', law);
  if (rule.needsTaxProof && facts.taxProof !== true) return refused('no-tax-proof', law);
  if (remainingMonths === 0) return refused('nothing-remains', law);
  const amountFen = times(monthlyBenefitFen, BigInt(remainingMonths));
  const parts = [{ name: 'remaining-months', amountFen }];
  return granted(parts, { law, monthsConsumed: remainingMonths });
}

/** Half of the months left, rounded up; they count as drawn. */
function reEmploymentBonus(rules: Rules, question: BenefitQuestion): BenefitAnswer {
  const { rule, law } = benefitRule('re-employment-bonus', rules);
  const { facts, remainingMonths, monthlyBenefitFen } = question;
  const years = needed(facts.contractYears, 'contractYears');
  const insured = needed(facts.insuredMonths, 'insuredMonths');
  if (years < rule.contractYears) return refused('contract-too-short', law);
  if (insured < rule.insuredMonths) return refused('insured-too-short', law);
  if (remainingMonths === 0) return refused('nothing-remains', law);
  const months = Math.ceil(remainingMonths / 2);
  const amountFen = times(monthlyBenefitFen, BigInt(months));
  return granted([{ name: 'bonus', amountFen }], { law, monthsConsumed: months });
}

function granted(
  parts: readonly Readonly<{ name: string; amountFen: Fen }>[],
  {
    law,
    monthsConsumed = 0,
    openMonthToSurvivors = false,
  }: Readonly<{ law: Source; monthsConsumed?: number; openMonthToSurvivors?: boolean }>,
): BenefitAnswer {
  const amountFen = sumFen(parts.map((part) => part.amountFen));
  return { eligible: true, amountFen, parts, monthsConsumed, openMonthToSurvivors, law: [law] };
}

function refused(reason: BenefitReason, law: Source): BenefitAnswer {
  return { eligible: false, reason, law: [law] };
}

function needed<Value>(value: Value | undefined, fact: string): Value {
  return value ?? refuse('FACT_MISSING', { fact });
}

function times(amountFen: Fen, count: bigint): Fen {
  return fen(amountFen * count);
}

/** The same day so many months later, or that month's last. */
function monthsAfter(on: Day, months: number): Day {
  const month = addMonths(monthOf(on), months);
  const same = `${month}${on.slice(7)}` as Day;
  const last = lastDay(month);
  return same < last ? same : last;
}
