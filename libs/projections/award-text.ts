import type { HoldReason } from '#domain/award/award.events.js';
import type { LiveAward, OpenLine, Payment } from '#domain/award/award-state.js';
import type { Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';

/** What nearly every event of an award moves; kept apart, so that the rest is not written again. */
export type Moving = Pick<
  LiveAward,
  'monthsAwarded' | 'monthsDrawn' | 'nextMonth' | 'lines' | 'payments'
>;

/** What stays from one month to the next: who, where, on which terms, and what people decided. */
export type Terms = Omit<LiveAward, keyof Moving>;

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
  monthsAwarded: number,
  monthsDrawn: number,
  nextMonth: Month,
  lines: readonly LineText[],
  payments: readonly PaymentText[],
];

/** Only payments in transit: what was answered is in the log, for whoever needs it. */
export function movingText(award: Moving): string {
  const { monthsAwarded, monthsDrawn, nextMonth, lines, payments } = award;
  const sent: PaymentText[] = [];
  for (const payment of payments) {
    const { instructionId, accountRef, amountFen, status } = payment;
    if (status === 'sent')
      sent.push([instructionId, accountRef, String(amountFen), payment.lines.map(lineText)]);
  }
  const text: MovingText = [monthsAwarded, monthsDrawn, nextMonth, lines.map(lineText), sent];
  return JSON.stringify(text);
}

export function movingOf(text: string): Moving {
  const [monthsAwarded, monthsDrawn, nextMonth, lines, payments] = JSON.parse(text) as MovingText;
  return {
    monthsAwarded,
    monthsDrawn,
    nextMonth,
    lines: lines.map(lineOf),
    payments: payments.map(paymentOf),
  };
}

function lineText(line: OpenLine): LineText {
  const { lineId, item, month, rollMonth, amountFen, state, hold, badAccount } = line;
  return [
    ...([lineId, item, month, rollMonth, String(amountFen), state] as const),
    hold ?? null,
    badAccount ?? null,
  ];
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

export function termsText({ monthlyFen, ...award }: LiveAward): string {
  const { monthsAwarded: _a, monthsDrawn: _d, nextMonth: _n, lines: _l, ...rest } = award;
  const { payments: _p, ...terms } = rest;
  return JSON.stringify({
    ...terms,
    ...(monthlyFen === undefined ? {} : { monthlyFen: String(monthlyFen) }),
  });
}

type TermsWithout = Omit<Terms, 'monthlyFen'>;
type TermsWithAmount = TermsWithout & Readonly<{ monthlyFen: string }>;
type TermsOnDisk = TermsWithout | TermsWithAmount;

function hasAmount(terms: TermsOnDisk): terms is TermsWithAmount {
  return 'monthlyFen' in terms;
}

export function termsOf(text: string): Terms {
  const terms = JSON.parse(text) as TermsOnDisk;
  if (!hasAmount(terms)) return terms;
  return { ...terms, monthlyFen: amountOf(terms.monthlyFen) };
}

/** The whole award again. Fields are added to what was parsed: a copy would cost more than that. */
export function awardOf(terms: string, moving: string): LiveAward {
  return Object.assign(termsOf(terms), movingOf(moving));
}
