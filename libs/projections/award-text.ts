import type {
  AwardHold,
  LiveAward,
  Moving as MovingAward,
  OpenLine,
  Payment,
} from '#domain/award/award-state.js';
import type { HoldReason, PayeeAccount } from '#domain/award/award.events.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { fenFromText, type Fen } from '#domain/values/fen.js';
import { quoted } from '#domain/values/json-text.js';
import type { Payee, PayeeKind } from '#domain/values/payee.js';
import { lineShape } from './line-shape.js';
import { linesText, paymentsText } from './moving-printer.js';
import { MovingReader } from './moving-reader.js';

const none: readonly never[] = [];

/** What nearly every event of an award moves; kept apart, so that the rest is not written again. */
export type Moving = Omit<MovingAward, 'awardNo'>;

/** The moving part at a revision of the award's stream. */
export type MovingAt = Moving & Readonly<{ revision: number }>;

/** Lists and not objects, because a month reads and writes each of these several times. */
type LineText = readonly [
  lineId: string,
  item: string,
  month: Month,
  rollMonth: Month,
  amountFen: string,
  state: OpenLine['state'],
  hold: HoldReason | null,
  badAccount: string | null,
];

type PaymentText = readonly [
  instructionId: string,
  accountRef: string,
  amountFen: string,
  lines: readonly LineText[],
];

type MovingText = readonly [
  revision: number,
  monthsAwarded: number,
  monthsDrawn: number,
  nextMonth: Month,
  lines: readonly LineText[],
  payments: readonly PaymentText[],
];

/**
 * One line of JSON. Only payments in transit: what was answered is in the log. Each list is printed
 * place by place, because making the lists first takes longer than all the rest of it.
 */
export function movingText(revision: number, award: Moving): string {
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = award;
  const counts = `[${revision},${monthsAwarded},${monthsDrawn},${quoted(nextMonth)},[`;
  return `${counts}${linesText(lines)}],[${paymentsText(payments)}]]`;
}

export function movingOf(text: string): MovingAt {
  if (text.includes('\\')) return parsedMoving(text);
  const reader = new MovingReader(text);
  reader.open();
  const revision = reader.number();
  reader.next();
  const monthsAwarded = reader.number();
  reader.next();
  const monthsDrawn = reader.number();
  reader.next();
  const nextMonth = reader.word() as Month;
  reader.next();
  const lines = reader.lines();
  reader.next();
  const payments = reader.payments();
  reader.close();
  reader.end();
  return { revision, monthsAwarded, monthsDrawn, nextMonth, lines, payments };
}

/** {@link movingOf} for a text in which something is escaped. */
function parsedMoving(text: string): MovingAt {
  const parts = JSON.parse(text) as MovingText;
  const lines = parts[4];
  const payments = parts[5];
  return {
    revision: parts[0],
    monthsAwarded: parts[1],
    monthsDrawn: parts[2],
    nextMonth: parts[3],
    lines: lines.map(lineOf),
    payments: payments.map(paymentOf),
  };
}

function lineOf(text: LineText): OpenLine {
  const hold = text[6];
  const badAccount = text[7];
  const line: OpenLine = {
    lineId: text[0],
    item: text[1],
    month: text[2],
    rollMonth: text[3],
    amountFen: fenFromText(text[4]),
    state: text[5],
  };
  if (hold === null && badAccount === null) return line;
  const held: OpenLine = hold === null ? line : { ...line, hold };
  return badAccount === null ? held : { ...held, badAccount };
}

function paymentOf(text: PaymentText): Payment {
  const amountFen = fenFromText(text[2]);
  const lines = text[3].map(lineOf);
  return { instructionId: text[0], status: 'sent', accountRef: text[1], amountFen, lines };
}

type AccountText = readonly [
  accountRef: string,
  accountKey: string,
  sealedSha256: string,
  usableFrom: Day,
  hands: readonly string[],
];

type PayeeText = readonly [kind: PayeeKind, ref: string];

type TermsText = readonly [
  awardNo: string,
  personRef: string,
  office: string,
  jurisdiction: string,
  item: string,
  policyVersion: string,
  paidMonths: number,
  firstMonth: Month,
  status: LiveAward['status'],
  mayResume: boolean,
  shared: boolean,
  endedFrom: Month | null,
  monthlyFen: string | null,
  account: AccountText | null,
  holds: readonly AwardHold[],
  decisions: readonly string[],
  /** These stand there only for an award that has one of them. */
  payee?: PayeeText | null,
  endedBy?: string | null,
];

/** Who, where, on which terms, and what people decided: one line of JSON. */
export function termsText(award: LiveAward): string {
  const { awardNo, personRef, office, jurisdiction, item, policyVersion, account } = award;
  const { paidMonths, firstMonth, status, mayResume, shared, holds, decisions } = award;
  const text: TermsText = [
    ...([awardNo, personRef, office, jurisdiction, item, policyVersion] as const),
    ...([paidMonths, firstMonth, status, mayResume, shared] as const),
    award.endedFrom ?? null,
    award.monthlyFen === undefined ? null : String(award.monthlyFen),
    account === undefined ? null : accountText(account),
    holds,
    decisions,
    ...payeeText(award),
  ];
  return JSON.stringify(text);
}

function payeeText({
  payee,
  endedBy,
}: LiveAward): readonly [] | readonly [PayeeText | null, string | null] {
  if (payee === undefined && endedBy === undefined) return [];
  return [payee === undefined ? null : [payee.kind, payee.ref], endedBy ?? null];
}

function accountText(account: PayeeAccount): AccountText {
  const { accountRef, accountKey, sealedSha256, usableFrom, hands } = account;
  return [accountRef, accountKey, sealedSha256, usableFrom, hands];
}

function accountOf(text: AccountText): PayeeAccount {
  return {
    accountRef: text[0],
    accountKey: text[1],
    sealedSha256: text[2],
    usableFrom: text[3],
    hands: text[4],
  };
}

const usualText = ',"open",true,false,null,';

/**
 * What stands in the middle of nearly all terms: an award that is open, that may resume, whose
 * account is nobody else's and that has no end.
 */
export const usualTerms = {
  ...{ status: 'open', mayResume: true, shared: false },
  /**
   * Where that ends in a text, or -1 for other terms. It stands nowhere else in any: within a
   * string its quotes would be escaped, and two strings have no yes or no behind them.
   */
  endIn(terms: string): number {
    const at = terms.indexOf(usualText);
    return at < 0 ? -1 : at + usualText.length;
  },
} as const;

/** What stands behind the usual middle. */
export type TermsTail = Pick<LiveAward, 'monthlyFen' | 'account' | 'holds' | 'decisions'>;

/** @param from where the usual middle ends */
export function tailOf(terms: string, from: number): TermsTail {
  return usualTail(terms, from) ?? parsedTail(terms, from);
}

const noAmount = 'null,["';
const between = '","';
const nothingMore = '",[]],[],[]]';

/**
 * Nearly all of them: paid by the law on an account that was never changed, nothing held, nothing
 * decided since. Its texts are cut out where they stand.
 */
function usualTail(terms: string, from: number): TermsTail | undefined {
  if (!terms.startsWith(noAmount, from) || !terms.endsWith(nothingMore)) return undefined;
  if (terms.includes('\\', from)) return undefined;
  const refAt = from + noAmount.length;
  const refEnd = terms.indexOf(between, refAt);
  const keyAt = refEnd + between.length;
  const keyEnd = terms.indexOf(between, keyAt);
  const sealedAt = keyEnd + between.length;
  const sealedEnd = terms.indexOf(between, sealedAt);
  const dayAt = sealedEnd + between.length;
  const dayEnd = terms.length - nothingMore.length;
  if (refEnd < 0 || keyEnd < 0 || sealedEnd < 0 || terms.indexOf('"', dayAt) !== dayEnd)
    return undefined;
  const account: PayeeAccount = {
    accountRef: terms.slice(refAt, refEnd),
    accountKey: terms.slice(keyAt, keyEnd),
    sealedSha256: terms.slice(sealedAt, sealedEnd),
    usableFrom: terms.slice(dayAt, dayEnd) as Day,
    hands: none,
  };
  return { holds: none, decisions: none, account };
}

function parsedTail(terms: string, from: number): TermsTail {
  const text = JSON.parse(`[${terms.slice(from)}`) as readonly [
    monthlyFen: string | null,
    account: AccountText | null,
    holds: readonly AwardHold[],
    decisions: readonly string[],
  ];
  const [monthlyFen, account, holds, decisions] = text;
  const tail: FilledTail = { holds, decisions };
  if (monthlyFen !== null) tail.monthlyFen = fenFromText(monthlyFen);
  if (account !== null) tail.account = accountOf(account);
  return tail;
}

const personShape = /^\["[^"\\]*","([^"\\]*)",/;

export function personOf(terms: string): string {
  return personShape.exec(terms)?.[1] ?? (JSON.parse(terms) as TermsText)[1];
}

/** Fields that an award has only sometimes are set on the literal: a copy would cost more. */
type Filled = LiveAward & { endedFrom?: Month; endedBy?: string; payee?: Payee } & FilledTail;
type FilledTail = TermsTail & { monthlyFen?: Fen; account?: PayeeAccount };

/** Terms as {@link termsText} prints nearly all: in force, with an account, nothing held. */
const termsShape = lineShape(
  '["~","~","~","~","~","~",#,"~","open",true,false,null,<"#">,["~","~","~","~",@],@,@]',
);

/** The whole award again, of its two texts. */
export function awardOf(terms: string, moving: Moving): LiveAward {
  return usualAward(terms, moving) ?? parsedAward(terms, moving);
}

function usualAward(terms: string, moving: Moving): LiveAward | undefined {
  const found = termsShape.exec(terms);
  if (found === null) return undefined;
  const [, awardNo = '', personRef = '', office = '', jurisdiction = '', item = ''] = found;
  const [, , , , , , policyVersion = '', paidMonths, firstMonth, monthlyFen] = found;
  const [accountRef = '', accountKey = '', sealedSha256 = '', usableFrom, hands] = found.slice(10);
  const [holds, decisions] = found.slice(15);
  const award: Filled = {
    status: 'open',
    awardNo,
    personRef,
    office,
    jurisdiction,
    item,
    policyVersion,
    paidMonths: Number(paidMonths),
    monthsAwarded: moving.monthsAwarded,
    monthsDrawn: moving.monthsDrawn,
    firstMonth: firstMonth as Month,
    nextMonth: moving.nextMonth,
    mayResume: true,
    shared: false,
    holds: listOf(holds),
    lines: moving.lines,
    payments: moving.payments,
    decisions: listOf(decisions),
  };
  if (monthlyFen !== undefined) award.monthlyFen = fenFromText(monthlyFen);
  const on = usableFrom as Day;
  award.account = { accountRef, accountKey, sealedSha256, usableFrom: on, hands: listOf(hands) };
  return award;
}

function listOf<One>(inner: string | undefined): readonly One[] {
  return inner === undefined || inner === '' ? none : (JSON.parse(`[${inner}]`) as One[]);
}

function parsedAward(terms: string, moving: Moving): LiveAward {
  const text = JSON.parse(terms) as TermsText;
  const endedFrom = text[11];
  const monthlyFen = text[12];
  const account = text[13];
  const award: Filled = {
    status: text[8],
    awardNo: text[0],
    personRef: text[1],
    office: text[2],
    jurisdiction: text[3],
    item: text[4],
    policyVersion: text[5],
    paidMonths: text[6],
    monthsAwarded: moving.monthsAwarded,
    monthsDrawn: moving.monthsDrawn,
    firstMonth: text[7],
    nextMonth: moving.nextMonth,
    mayResume: text[9],
    shared: text[10],
    holds: text[14],
    lines: moving.lines,
    payments: moving.payments,
    decisions: text[15],
  };
  const payee = text[16] ?? null;
  const endedBy = text[17] ?? null;
  if (endedFrom !== null) award.endedFrom = endedFrom;
  if (payee !== null) award.payee = { kind: payee[0], ref: payee[1] };
  if (endedBy !== null) award.endedBy = endedBy;
  if (monthlyFen !== null) award.monthlyFen = fenFromText(monthlyFen);
  if (account !== null) award.account = accountOf(account);
  return award;
}
