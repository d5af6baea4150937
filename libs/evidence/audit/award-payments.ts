import {
  amounts,
  faultOnce,
  isPacked,
  lineOf,
  packPayment,
  unpackPayment,
  wasPaid,
  type AuditedAward,
  type AwardListener,
  type Line,
  type Payment,
} from './audited-award.js';
import { amount, text, texts, type Fact } from './raw.js';

/** Money's way through an award: instructed, recalled, paid or failed; once paid, returned. */
export class AwardPayments {
  constructor(private readonly listener: AwardListener) {}

  /** Whether the event was one of a payment. @throws Unreadable */
  take(award: AuditedAward, fact: Fact): boolean {
    switch (fact.type) {
      case 'PaymentInstructed':
        this.instruct(award, fact);
        return true;
      case 'PaymentRecalled':
        this.answer(award, fact, (payment) => {
          reopen(payment.lines, 'stop-list');
          settle(award, payment, false);
        });
        return true;
      case 'PaymentFailed':
        this.checkAmount(award, fact);
        this.answer(award, fact, (payment) => {
          reopen(payment.lines, 'failed', payment.accountRef);
          settle(award, payment, false);
        });
        return true;
      case 'PaymentBooked':
        this.checkAmount(award, fact);
        this.answer(award, fact, (payment) => this.book(award, fact, payment));
        return true;
      case 'PaymentReturned':
        this.checkAmount(award, fact);
        this.bringBack(award, fact);
        return true;
      default:
        return false;
    }
  }

  private instruct(award: AuditedAward, fact: Fact): void {
    const instructionId = text(fact.data, 'instructionId');
    const amountFen = amount(fact.data, 'amountFen');
    const accountRef = text(fact.data, 'accountRef');
    const lines: Line[] = [];
    for (const lineId of texts(fact.data, 'lineIds')) {
      const line = lineOf(award, lineId);
      if (line === undefined) {
        const code = wasPaid(award, lineId) ? 'LINE_PAID_TWICE' : 'LINE_NOT_OPEN';
        this.fault(award, code, fact, { line: lineId });
      } else if (line.state === 'instructed' || lines.includes(line)) {
        this.fault(award, 'LINE_IN_TRANSIT', fact, { line: lineId });
      } else lines.push(line);
    }
    const owed = lines.reduce((total, line) => total + line.amountFen, 0n);
    if (amountFen !== owed) this.fault(award, 'AMOUNT_DIFFERS', fact, amounts(amountFen, owed));
    const { account } = award;
    const sealedSha256 = text(fact.data, 'sealedSha256');
    if (account?.accountRef !== accountRef || account.sealedSha256 !== sealedSha256) {
      this.fault(award, 'ACCOUNT_NOT_CURRENT', fact);
    }
    if (inTransit(award, instructionId) ?? settled(award, instructionId)) {
      this.fault(award, 'INSTRUCTED_TWICE', fact, { instruction: instructionId });
      return;
    }
    for (const line of lines) line.state = 'instructed';
    award.payments.push({ instructionId, amountFen, accountRef, lines });
    this.listener.instructed(fact, award, text(fact.data, 'bookedMonth'));
  }

  private answer(award: AuditedAward, fact: Fact, then: (payment: Payment) => void): void {
    const instruction = text(fact.data, 'instructionId');
    const payment = inTransit(award, instruction);
    if (payment !== undefined) return then(payment);
    const isOver = settled(award, instruction) !== undefined;
    const code = isOver ? 'PAYMENT_ANSWERED_TWICE' : 'PAYMENT_NOT_INSTRUCTED';
    this.fault(award, code, fact, { instruction });
  }

  private book(award: AuditedAward, fact: Fact, payment: Payment): void {
    award.lines = award.lines.filter((line) => !payment.lines.includes(line));
    settle(award, payment, true);
    this.enter(award, fact, payment, -1);
  }

  private bringBack(award: AuditedAward, fact: Fact): void {
    const instruction = text(fact.data, 'instructionId');
    const packed = settled(award, instruction);
    const payment = packed === undefined ? undefined : unpackPayment(packed);
    if (payment === undefined || payment.lines.length === 0) {
      this.fault(award, 'RETURN_WITHOUT_PAYMENT', fact, { instruction });
      return;
    }
    this.enter(award, fact, payment, 1);
    reopen(payment.lines, 'returned', payment.accountRef);
    award.lines.push(...payment.lines);
    award.settled = award.settled.map((one) =>
      one === packed ? packPayment(payment, false) : one,
    );
  }

  /** The bank's amount is one figure over one or more due lines, which may be of several items. */
  private enter(award: AuditedAward, fact: Fact, { lines }: Payment, sign: 1 | -1): void {
    const stated = amount(fact.data, 'amountFen');
    const owed = lines.reduce((total, line) => total + line.amountFen, 0n);
    const items = [...new Set(lines.map(({ item }) => item))];
    for (const [index, item] of items.entries()) {
      const moved = lines.filter((line) => line.item === item);
      const ofItem = moved.reduce((total, line) => total + line.amountFen, 0n);
      const personMonths = moved.reduce((total, line) => total + line.personMonths, 0);
      const amountFen = index === 0 ? ofItem + stated - owed : ofItem;
      this.listener.booked(fact, {
        ...{ office: award.office, item, moved, sign },
        column: sign === 1 ? 'returned' : 'paid',
        month: text(fact.data, 'bookedMonth'),
        documentId: text(fact.data, 'documentId'),
        totals: { lines: moved.length, personMonths, amountFen },
      });
    }
  }

  private checkAmount(award: AuditedAward, fact: Fact): void {
    const amountFen = amount(fact.data, 'amountFen');
    const instructionId = text(fact.data, 'instructionId');
    const packed = settled(award, instructionId);
    const isReturn = fact.type === 'PaymentReturned' && packed !== undefined;
    const payment = isReturn ? unpackPayment(packed) : inTransit(award, instructionId);
    if (payment !== undefined && payment.lines.length > 0 && payment.amountFen !== amountFen) {
      this.fault(award, 'AMOUNT_DIFFERS', fact, amounts(amountFen, payment.amountFen));
    }
  }

  private fault(
    award: AuditedAward,
    code: Parameters<typeof faultOnce>[2],
    fact: Fact,
    facts: Readonly<Record<string, string>> = {},
  ): void {
    faultOnce(this.listener, award, code, fact, facts);
  }
}

function inTransit({ payments }: AuditedAward, instructionId: string): Payment | undefined {
  return payments.find((payment) => payment.instructionId === instructionId);
}

function settled(award: AuditedAward, instructionId: string): string | undefined {
  return award.settled.find((packed) => isPacked(packed, instructionId));
}

function settle(award: AuditedAward, payment: Payment, isPaid: boolean): void {
  award.payments = award.payments.filter((one) => one !== payment);
  award.settled.push(packPayment(payment, isPaid));
}

/** The lines are owed again, marked with why. */
function reopen(
  lines: readonly Line[],
  state: 'stop-list' | 'failed' | 'returned',
  badAccount?: string,
): void {
  for (const line of lines) {
    line.state = state;
    if (badAccount !== undefined) line.badAccount = badAccount;
  }
}
