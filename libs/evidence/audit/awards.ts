import type { Column } from './book.js';
import type { FindingCode } from './findings.js';
import { AwardPayments } from './award-payments.js';
import {
  amounts,
  faultOnce,
  lineOf,
  wasPaid,
  type AuditedAward,
  type AwardAccount,
  type AwardListener,
  type Entry,
  type Line,
} from './audited-award.js';
import { amount, count, optionalPart, optionalText, part, text, type Fact } from './raw.js';

/** The auditor's own fold of every award, one event at a time, in the order of the log. */
export class Awards {
  private readonly awards = new Map<string, AuditedAward>();
  private readonly offices = new Map<string, AuditedAward[]>();
  private readonly words = new Map<string, string>();
  private readonly payments: AwardPayments;

  constructor(private readonly listener: AwardListener) {
    this.payments = new AwardPayments(listener);
  }

  ofOffice(office: string): readonly AuditedAward[] {
    return this.offices.get(office) ?? [];
  }

  of(awardNo: string): AuditedAward | undefined {
    return this.awards.get(awardNo);
  }

  /** @throws Unreadable when the event lacks what its type must hold */
  take(fact: Fact): void {
    if (!fact.stream.startsWith('award-')) return;
    const awardNo = fact.stream.slice('award-'.length);
    const award = this.awards.get(awardNo);
    if (fact.type === 'AwardOpened' || fact.type === 'AwardBroughtIn') {
      if (award === undefined) this.open(awardNo, fact);
      else this.faultOnce(award, 'AWARD_OPENED_TWICE', fact);
      return;
    }
    if (award === undefined) {
      this.listener.fault('AWARD_NOT_OPENED', fact, { award: awardNo });
      return;
    }
    if (!this.takeLine(award, fact) && !this.payments.take(award, fact)) takeStanding(award, fact);
  }

  private open(awardNo: string, { type, data }: Fact): void {
    const account = optionalPart(data, 'account');
    const award: AuditedAward = {
      awardNo,
      office: this.word(text(data, 'office')),
      item: this.word(text(data, 'item')),
      monthsAwarded: count(data, 'monthsAwarded'),
      drawn: type === 'AwardBroughtIn' ? count(data, 'monthsDrawn') : 0,
      shared: false,
      holds: [],
      lines: [],
      payments: [],
      settled: [],
      faulty: false,
    };
    if (account !== undefined) award.account = accountOf(account);
    if (optionalPart(data, 'payee') !== undefined) award.payeeNamed = true;
    this.awards.set(awardNo, award);
    const mine = this.offices.get(award.office);
    if (mine === undefined) this.offices.set(award.office, [award]);
    else mine.push(award);
  }

  private takeLine(award: AuditedAward, fact: Fact): boolean {
    switch (fact.type) {
      case 'LineBroughtIn':
        this.openLine(award, fact, 'opening');
        return true;
      case 'LineDue':
        this.checkDue(award, fact);
        this.openLine(award, fact, 'due');
        award.drawn += 1;
        return true;
      case 'LineAdded':
        this.openLine(award, fact, 'increases');
        return true;
      case 'LineWithdrawn':
        this.endLine(award, fact, 'decreases');
        return true;
      case 'LineCancelled':
        this.endLine(award, fact, 'cancelled');
        return true;
      case 'LineHeld':
      case 'LineReleased': {
        const line = lineOf(award, text(fact.data, 'lineId'));
        if (line === undefined) this.faultOnce(award, 'LINE_NOT_OPEN', fact);
        else if (fact.type === 'LineReleased') delete line.hold;
        else line.hold = text(fact.data, 'reason');
        return true;
      }
      default:
        return false;
    }
  }

  /** What is due is one month more than was drawn, within the award, and before its end. */
  private checkDue(award: AuditedAward, fact: Fact): void {
    const month = text(fact.data, 'month');
    const no = count(fact.data, 'no');
    const { drawn, monthsAwarded, endedFrom } = award;
    if (endedFrom !== undefined && month >= endedFrom) {
      this.faultOnce(award, 'DUE_AFTER_END', fact, { month, endedFrom });
    }
    if (drawn + 1 > monthsAwarded) {
      this.faultOnce(award, 'MONTHS_EXCEEDED', fact, { month, awarded: String(monthsAwarded) });
    }
    if (no !== drawn + 1) {
      this.faultOnce(award, 'MONTH_NUMBER_DIFFERS', fact, { no: String(no), drawn: `${drawn}` });
    }
  }

  private openLine(award: AuditedAward, fact: Fact, column: 'opening' | 'due' | 'increases'): void {
    const line = this.newLine(fact, column);
    if (column === 'opening' && award.account !== undefined) {
      line.badAccount = award.account.accountRef;
    }
    const { lineId, amountFen } = line;
    const known = lineOf(award, lineId) !== undefined || wasPaid(award, lineId);
    if (known) this.faultOnce(award, 'LINE_OPENED_TWICE', fact, { line: lineId });
    else award.lines.push(line);
    if (amountFen < 0n) this.faultOnce(award, 'AMOUNT_NEGATIVE', fact, { line: lineId });
    this.book(fact, award, { line, column, amountFen, moved: known ? [] : [line], sign: 1 });
  }

  private newLine({ data }: Fact, column: 'opening' | 'due' | 'increases'): Line {
    const lineId = this.word(text(data, 'lineId'));
    const month = this.word(text(data, 'month'));
    return {
      lineId,
      month,
      item: this.word(text(data, 'item')),
      rollMonth: this.word(text(data, 'rollMonth')),
      amountFen: amount(data, 'amountFen'),
      personMonths: column === 'increases' ? 0 : 1,
      state: column === 'opening' ? broughtState(text(data, 'reason')) : 'due',
    };
  }

  private endLine(award: AuditedAward, fact: Fact, column: 'decreases' | 'cancelled'): void {
    const lineId = text(fact.data, 'lineId');
    const amountFen = amount(fact.data, 'amountFen');
    const line = lineOf(award, lineId);
    if (line === undefined) {
      this.faultOnce(award, 'LINE_NOT_OPEN', fact, { line: lineId });
      return;
    }
    if (line.state === 'instructed') this.faultOnce(award, 'LINE_IN_TRANSIT', fact);
    if (amountFen !== line.amountFen) {
      this.faultOnce(award, 'AMOUNT_DIFFERS', fact, amounts(amountFen, line.amountFen));
    }
    award.lines = award.lines.filter((other) => other !== line);
    if (line.lineId === line.month) award.drawn -= 1;
    this.book(fact, award, { line, column, amountFen, moved: [line], sign: -1 });
  }

  private book(
    fact: Fact,
    { office }: AuditedAward,
    booked: Readonly<{ line: Line; column: Column; amountFen: bigint }> &
      Pick<Entry, 'moved' | 'sign'>,
  ): void {
    const { line, column, amountFen, moved, sign } = booked;
    this.listener.booked(fact, {
      ...{ office, column, moved, sign },
      item: line.item,
      month: this.word(text(fact.data, 'bookedMonth')),
      documentId: text(fact.data, 'documentId'),
      totals: { lines: 1, personMonths: line.personMonths, amountFen },
    });
  }

  private readonly faultOnce = (
    award: AuditedAward,
    code: FindingCode,
    fact: Fact,
    facts: Readonly<Record<string, string>> = {},
  ): void => faultOnce(this.listener, award, code, fact, facts);

  /** Months, items and offices recur a million times: one copy of each is kept. */
  private word(of: string): string {
    const known = this.words.get(of);
    if (known !== undefined) return known;
    this.words.set(of, of);
    return of;
  }
}

/** What decides why an open line is unpaid, and what may still fall due. */
function takeStanding(award: AuditedAward, { type, data }: Fact): void {
  switch (type) {
    case 'AwardAccountChanged':
      award.account = accountOf(part(data, 'account'));
      award.shared = false;
      return;
    case 'AwardAccountShared':
      award.shared = true;
      return;
    case 'AwardAccountCleared':
      award.shared = false;
      return;
    case 'AwardHeld': {
      const [reason, cause, from] = [text(data, 'reason'), text(data, 'cause'), text(data, 'from')];
      award.holds = [...award.holds, { reason, cause, from }];
      return;
    }
    case 'AwardReleased': {
      const cause = text(data, 'cause');
      award.holds = award.holds.filter((hold) => hold.cause !== cause);
      return;
    }
    case 'AwardPayeeAssigned': {
      const account = optionalPart(data, 'account');
      award.payeeNamed = true;
      award.shared = false;
      if (account === undefined) delete award.account;
      else award.account = accountOf(account);
      return;
    }
    case 'AwardPaused':
    case 'AwardStopped': {
      const from = text(data, 'from');
      const before = award.endedFrom;
      award.endedFrom = before !== undefined && before < from ? before : from;
      if (type === 'AwardStopped') award.endedBy = text(data, 'event');
      return;
    }
    case 'MonthsConsumed':
      award.monthsAwarded -= count(data, 'months');
      return;
    case 'AwardResumed':
      delete award.endedFrom;
      delete award.endedBy;
  }
}

function accountOf(data: Fact['data']): AwardAccount {
  return {
    accountRef: text(data, 'accountRef'),
    sealedSha256: text(data, 'sealedSha256'),
    usableFrom: optionalText(data, 'usableFrom') ?? '',
  };
}

function broughtState(reason: string): Line['state'] {
  return reason === 'failed' || reason === 'returned' ? reason : 'account-missing';
}
