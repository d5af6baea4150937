import type { ClaimKind } from '#domain/claim/claim-kinds.js';
import { refuse } from '#domain/refusal.js';
import { day, type Day } from '#domain/values/calendar.js';
import { levelsOf, type Rules, type Source } from '#law/table.js';

/** What a text gives for each kind; amounts are multiples of a figure that the facts hold. */
export type BenefitRules = Readonly<{
  'funeral-and-survivors': Readonly<{
    funeralTimesAverageWage: bigint;
    survivorsTimesAverageWage: bigint;
    claimMonths: number;
    openMonthToSurvivors: boolean;
  }>;
  'lump-sum-business': Readonly<{ needsLicence: boolean; needsTaxProof: boolean }>;
  're-employment-bonus': Readonly<{ contractYears: number; insuredMonths: number }>;
  'birth-allowance': Readonly<{ timesBenefit: bigint }>;
  'migrant-lump-sum': never;
  'transfer-out': never;
}>;

type BenefitRow = {
  [Kind in ClaimKind]: Readonly<{
    kind: Kind;
    jurisdiction: string;
    from: Day;
    to?: Day;
    rule: BenefitRules[Kind];
    law: Source;
  }>;
}[ClaimKind];

const text2022 = (article: string): Source => ({
  document: '广东省失业保险条例（2022-06-01修正）',
  article,
  verified: true,
});
const carriedOn = (article: string): Source => ({
  document: '广东省失业保险条例（2025-01-12修正）',
  article: '（条号未载）',
  verified: false,
  origin: `沿用2022年文本${article}，2025年文本的条号未核`,
  originEn: `as in the text of 2022, ${article}; its number in the text of 2025 was not read`,
});
const first = { jurisdiction: '440000', from: day('2022-06-01'), to: day('2025-01-11') } as const;
const second = { jurisdiction: '440000', from: day('2025-01-12') } as const;

const funeral = {
  kind: 'funeral-and-survivors',
  rule: {
    funeralTimesAverageWage: 3n,
    survivorsTimesAverageWage: 6n,
    claimMonths: 6,
    openMonthToSurvivors: true,
  },
} as const;
const business = {
  kind: 'lump-sum-business',
  rule: { needsLicence: true, needsTaxProof: true },
} as const;
const bonus = {
  kind: 're-employment-bonus',
  rule: { contractYears: 1, insuredMonths: 3 },
} as const;
const birth = { kind: 'birth-allowance', rule: { timesBenefit: 3n } } as const;

const unnumbered = text2022('（条号未载）');

const rows: readonly BenefitRow[] = [
  { ...first, ...funeral, law: unnumbered },
  {
    ...second,
    ...funeral,
    law: {
      document: '广东省失业保险条例（2025-01-12修正）',
      article: '第二十一条',
      verified: false,
      origin: '倍数与申领期限按2022年文本',
      originEn: 'multiples and term as in the text of 2022',
    },
  },
  { ...first, ...business, law: text2022('第二十三条') },
  { ...second, ...business, law: carriedOn('第二十三条') },
  { ...first, ...bonus, law: text2022('第二十二条') },
  { ...second, ...bonus, law: carriedOn('第二十二条') },
  { ...first, ...birth, law: unnumbered },
  { ...second, ...birth, law: carriedOn('（条号未载）') },
];

/**
 * The text that decides a kind in a place on a day, the most specific first.
 *
 * @throws Refusal NO_LOCAL_RULE
 */
export function benefitRule<Kind extends ClaimKind>(
  kind: Kind,
  { jurisdiction, on }: Rules,
): Readonly<{ rule: BenefitRules[Kind]; law: Source }> {
  for (const level of levelsOf(jurisdiction)) {
    const found = rows.find(
      (row) =>
        row.kind === kind &&
        row.jurisdiction === level &&
        row.from <= on &&
        (row.to === undefined || on <= row.to),
    );
    // A row's kind pairs it with its rule, which the compiler cannot carry through the search.
    if (found !== undefined) return { rule: found.rule as BenefitRules[Kind], law: found.law };
  }
  return refuse('NO_LOCAL_RULE', { jurisdiction, topic: kind, day: on });
}
