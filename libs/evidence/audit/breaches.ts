import type { ChainKind } from './chain.js';
import type { Place } from './findings.js';

/** The rules of segregation, each with the sentence that names its breach. */
export const segregationRules = {
  SAME_PERSON: {
    zh: '同一人在同一事项中签了两个环节',
    en: 'One person stands in two steps of one chain',
  },
  HANDS_DIFFER: {
    zh: '结论所列经办人与实际签署人不符',
    en: 'The hands that the outcome lists are not those that signed',
  },
  CHAIN_INCOMPLETE: {
    zh: '未经全部环节签署即生效',
    en: 'It took effect without every step signed by different persons',
  },
  CHAIN_MISSING: {
    zh: '资金步骤没有对应的签署链',
    en: 'A money step has no signed chain behind it',
  },
  CASHIER_IN_BATCH: {
    zh: '出纳在同一发放批次中另有签署',
    en: 'The cashier is another hand of the same batch',
  },
  RECONCILER_PAID: {
    zh: '对账或月结签署人当月经办过发放',
    en: 'A hand of the close paid, or drew up payments, in that month',
  },
  HAND_IN_ACCOUNT_CHANGE: {
    zh: '账户变更经办人在冷静期内签署了付往该账户的批次',
    en: 'A hand of the account’s change signed a batch that pays it within its cooling period',
  },
  SIGNER_IS_PAYEE: {
    zh: '签署人是收款人或应回避的亲属',
    en: 'A signer is the payee, or a declared relative',
  },
  OWN_DUTY: { zh: '本人参与授予自己职责', en: 'A person had a hand in a duty of his own' },
  UNSIGNED_DUTY: {
    zh: '业务职责未经两人授予',
    en: 'An operating duty was installed without two hands',
  },
  OWN_ACCOUNT: { zh: '本人参与开立自己的账号', en: 'A person had a hand in an account of his own' },
  UNSIGNED_ACCOUNT: {
    zh: '非首任管理员的账号未经两人开立',
    en: 'An account was opened without two hands, and not for a first administrator',
  },
  RESEND_UNSIGNED: {
    zh: '重新送盘未经两人批准',
    en: 'A batch was sent again without two people allowing it',
  },
  TOO_FEW_HANDS: {
    zh: '应由两人办理而不足两人',
    en: 'What needs two people names fewer',
  },
} as const satisfies Record<string, Readonly<{ zh: string; en: string }>>;

export type SegregationRule = keyof typeof segregationRules;

/** `persons` are persons of the staff, never of the register. */
export type Breach = Readonly<{
  rule: SegregationRule;
  kind: ChainKind;
  stream: string;
  position: bigint;
  persons: readonly string[];
  zh: string;
  en: string;
}>;

export type Certificate = Readonly<{
  cases: number;
  breaches: number;
  found: readonly Breach[];
  byKind: Readonly<Record<string, Readonly<{ cases: number; breaches: number }>>>;
}>;

const mostKept = 1_000;

/** Counts cases and breaches, of one month or of all history. */
export class BreachBook {
  private readonly found: Breach[] = [];
  private readonly byKind = new Map<ChainKind, { cases: number; breaches: number }>();

  constructor(private readonly month: string | undefined) {}

  addCase(kind: ChainKind, month: string): void {
    if (this.counts(month)) this.countsOf(kind).cases += 1;
  }

  addBreach(
    rule: SegregationRule,
    { position, stream }: Place,
    about: Readonly<{ kind: ChainKind; month: string; persons?: readonly string[] }>,
  ): void {
    const { kind, month, persons = [] } = about;
    if (!this.counts(month)) return;
    this.countsOf(kind).breaches += 1;
    if (this.found.length < mostKept) {
      this.found.push({ rule, kind, stream, position, persons, ...segregationRules[rule] });
    }
  }

  certificate(): Certificate {
    const kinds = [...this.byKind].sort(([left], [right]) => (left < right ? -1 : 1));
    return {
      cases: kinds.reduce((sum, [, { cases }]) => sum + cases, 0),
      breaches: kinds.reduce((sum, [, { breaches }]) => sum + breaches, 0),
      found: [...this.found].sort(byPosition),
      byKind: Object.fromEntries(kinds.map(([kind, counts]) => [kind, { ...counts }])),
    };
  }

  private counts(month: string): boolean {
    return this.month === undefined || this.month === month;
  }

  private countsOf(kind: ChainKind): { cases: number; breaches: number } {
    const known = this.byKind.get(kind) ?? { cases: 0, breaches: 0 };
    this.byKind.set(kind, known);
    return known;
  }
}

function byPosition(left: Breach, right: Breach): number {
  if (left.position === right.position) return 0;
  return left.position < right.position ? -1 : 1;
}
