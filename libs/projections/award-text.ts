import type { AwardHold, LiveAward, OpenLine, Payment } from '#domain/award/award-state.js';
import type { HoldReason, PayeeAccount } from '#domain/award/award.events.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';

/** What nearly every event of an award moves; kept apart, so that the rest is not written again. */
export type Moving = Pick<
  LiveAward,
  'monthsAwarded' | 'monthsDrawn' | 'nextMonth' | 'lines' | 'payments'
>;

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

/** One line of JSON. Only payments in transit: what was answered is in the log. */
export function movingText(revision: number, award: Moving): string {
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = award;
  const sent: PaymentText[] = [];
  for (const payment of payments) {
    const { instructionId, accountRef, amountFen, status } = payment;
    if (status === 'sent')
      sent.push([instructionId, accountRef, String(amountFen), payment.lines.map(lineText)]);
  }
  const open = lines.map(lineText);
  const text: MovingText = [revision, monthsAwarded, monthsDrawn, nextMonth, open, sent];
  return JSON.stringify(text);
}

export function movingOf(text: string): MovingAt {
  const [revision, monthsAwarded, monthsDrawn, nextMonth, lines, payments] = JSON.parse(
    text,
  ) as MovingText;
  return {
    revision,
    monthsAwarded,
    monthsDrawn,
    nextMonth,
    lines: lines.map(lineOf),
    payments: payments.map(paymentOf),
  };
}

function lineText(line: OpenLine): LineText {
  const { lineId, item, month, rollMonth, amountFen, state, hold, badAccount } = line;
  const amount = String(amountFen);
  return [lineId, item, month, rollMonth, amount, state, hold ?? null, badAccount ?? null];
}

function lineOf(text: LineText): OpenLine {
  const [lineId, item, month, rollMonth, amount, state, hold, badAccount] = text;
  const line: OpenLine = { lineId, item, month, rollMonth, amountFen: amountOf(amount), state };
  if (hold === null && badAccount === null) return line;
  const held: OpenLine = hold === null ? line : { ...line, hold };
  return badAccount === null ? held : { ...held, badAccount };
}

function paymentOf([instructionId, accountRef, amount, lines]: PaymentText): Payment {
  const amountFen = amountOf(amount);
  return { instructionId, status: 'sent', accountRef, amountFen, lines: lines.map(lineOf) };
}

function amountOf(text: string): Fen {
  return fen(BigInt(text));
}

type AccountText = readonly [
  accountRef: string,
  accountKey: string,
  sealedSha256: string,
  usableFrom: Day,
  hands: readonly string[],
];

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
  ];
  return JSON.stringify(text);
}

function accountText(account: PayeeAccount): AccountText {
  const { accountRef, accountKey, sealedSha256, usableFrom, hands } = account;
  return [accountRef, accountKey, sealedSha256, usableFrom, hands];
}

function accountOf([accountRef, accountKey, sealedSha256, usableFrom, hands]: AccountText) {
  return { accountRef, accountKey, sealedSha256, usableFrom, hands };
}

export function personOf(terms: string): string {
  const [, personRef] = JSON.parse(terms) as TermsText;
  return personRef;
}

/** Fields that an award has only sometimes are set on the literal: a copy would cost more. */
type Filled = LiveAward & { endedFrom?: Month; monthlyFen?: Fen; account?: PayeeAccount };

/** The whole award again, of its two texts. */
export function awardOf(terms: string, moving: Moving): LiveAward {
  const [awardNo, personRef, office, jurisdiction, item, policyVersion, ...more] = JSON.parse(
    terms,
  ) as TermsText;
  const [paidMonths, firstMonth, status, mayResume, shared, ...seldom] = more;
  const [endedFrom, monthlyFen, account, holds, decisions] = seldom;
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = moving;
  const award: Filled = {
    status,
    awardNo,
    personRef,
    office,
    jurisdiction,
    item,
    policyVersion,
    paidMonths,
    monthsAwarded,
    monthsDrawn,
    firstMonth,
    nextMonth,
    mayResume,
    shared,
    holds,
    lines,
    payments,
    decisions,
  };
  if (endedFrom !== null) award.endedFrom = endedFrom;
  if (monthlyFen !== null) award.monthlyFen = amountOf(monthlyFen);
  if (account !== null) award.account = accountOf(account);
  return award;
}

/**
 * The moving part alone, with empty terms: of a monthly event's fold nothing else is kept. One
 * literal, as objects that are spread together cost more than the rest of the fold.
 */
export function withoutTerms(awardNo: string, moving: Moving): LiveAward {
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = moving;
  return {
    status: 'open',
    awardNo,
    personRef: '',
    office: '',
    jurisdiction: '',
    item: '',
    policyVersion: '',
    paidMonths: 0,
    monthsAwarded,
    monthsDrawn,
    firstMonth: nextMonth,
    nextMonth,
    mayResume: false,
    shared: false,
    holds: [],
    lines,
    payments,
    decisions: [],
  };
}
