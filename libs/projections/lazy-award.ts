import type { LiveAward, OpenLine, Payment } from '#domain/award/award-state.js';
import type { Month } from '#domain/values/calendar.js';
import { awardOf, tailOf, usualTerms, type Moving, type TermsTail } from './award-text.js';

/**
 * An award for one decision: what moves is there, and of its terms no more is parsed than the
 * decision asks for. Most decisions of a month ask for nothing, or whether the award is open.
 *
 * @param terms the text that `termsText` printed; undefined where it was not read
 */
export function lazyAward(awardNo: string, moving: Moving, terms: string | undefined): LiveAward {
  // An absent field is undefined here, and no decision tells the two apart.
  return new LazyAward(awardNo, moving, terms) as LiveAward;
}

/** Somebody asks for terms that were not read. */
export class TermsUnread extends Error {
  constructor() {
    super('the terms of this award were not read');
  }
}

class LazyAward {
  readonly monthsAwarded: number;
  readonly monthsDrawn: number;
  readonly nextMonth: Month;
  readonly lines: readonly OpenLine[];
  readonly payments: readonly Payment[];
  private knownTailAt: number | undefined;
  private knownTail: TermsTail | undefined;
  private knownWhole: LiveAward | undefined;

  constructor(
    readonly awardNo: string,
    moving: Moving,
    private readonly termsRead: string | undefined,
  ) {
    this.monthsAwarded = moving.monthsAwarded;
    this.monthsDrawn = moving.monthsDrawn;
    this.nextMonth = moving.nextMonth;
    this.lines = moving.lines;
    this.payments = moving.payments;
  }

  get status() {
    return this.isUsual ? usualTerms.status : this.whole.status;
  }

  get mayResume() {
    return this.isUsual ? usualTerms.mayResume : this.whole.mayResume;
  }

  get shared() {
    return this.isUsual ? usualTerms.shared : this.whole.shared;
  }

  get endedFrom() {
    return this.isUsual ? undefined : this.whole.endedFrom;
  }

  get endedBy() {
    return this.isUsual ? undefined : this.whole.endedBy;
  }

  get payee() {
    return this.whole.payee;
  }

  get monthlyFen() {
    return this.tail.monthlyFen;
  }

  get account() {
    return this.tail.account;
  }

  get holds() {
    return this.tail.holds;
  }

  get decisions() {
    return this.tail.decisions;
  }

  get personRef() {
    return this.whole.personRef;
  }

  get office() {
    return this.whole.office;
  }

  get jurisdiction() {
    return this.whole.jurisdiction;
  }

  get item() {
    return this.whole.item;
  }

  get policyVersion() {
    return this.whole.policyVersion;
  }

  get paidMonths() {
    return this.whole.paidMonths;
  }

  get firstMonth() {
    return this.whole.firstMonth;
  }

  private get terms(): string {
    if (this.termsRead === undefined) throw new TermsUnread();
    return this.termsRead;
  }

  private get tailAt(): number {
    this.knownTailAt ??= usualTerms.endIn(this.terms);
    return this.knownTailAt;
  }

  private get isUsual(): boolean {
    return this.tailAt >= 0;
  }

  private get tail(): TermsTail {
    this.knownTail ??= this.isUsual ? tailOf(this.terms, this.tailAt) : this.whole;
    return this.knownTail;
  }

  private get whole(): LiveAward {
    this.knownWhole ??= awardOf(this.terms, this);
    return this.knownWhole;
  }
}
