import type { Entry, Line } from './audited-award.js';
import { bookOf, nothing, sum, Tally, type Book, type Totals } from './book.js';
import type { Report } from './findings.js';
import { amount, count, part, text, type Fact, type Json } from './raw.js';

/** One office's month in the auditor's ledger: what awards got, and what its documents stated. */
export class AuditedMonth {
  /** By the award events that are booked in the month. */
  readonly book: Book = new Tally();
  /** By the month's own stream: its opening and the sheets of its discharged documents. */
  readonly stated: Book = new Tally();
  /** Lines that were opened less those that were closed in the month, counted one by one. */
  readonly opened = new Tally<'open'>();
  private readonly pending = new Map<string, Book>();
  private readonly admitted = new Set<string>();
  availableFen = 0n;
  isPool = false;
  hasOpening = false;
  isCut = false;
  isClosed = false;
  lastPosition: bigint | undefined;

  constructor(
    readonly office: string,
    readonly month: string,
  ) {}

  get hasDocuments(): boolean {
    return this.admitted.size > 0;
  }

  pendingDocuments(): readonly string[] {
    return [...this.pending.keys()];
  }

  isPending(documentId: string): boolean {
    return this.pending.has(documentId);
  }

  admit(fact: Fact, report: Report): void {
    const document = text(fact.data, 'documentId');
    const reservedFen = amount(fact.data, 'reservedFen');
    if (this.admitted.has(document)) report('DOCUMENT_ADMITTED_TWICE', fact, { document });
    if (this.isCut) report('BOOKED_AFTER_CUT', fact, { document });
    this.admitted.add(document);
    this.pending.set(document, new Tally());
    this.availableFen -= reservedFen;
    if (reservedFen < 0n) report('AMOUNT_NEGATIVE', fact, { document });
    if (this.availableFen < 0n) {
      report('FUNDS_EXCEEDED', fact, { document, shortFen: String(-this.availableFen) });
    }
  }

  discharge(fact: Fact, report: Report): void {
    const document = text(fact.data, 'documentId');
    const sheet = bookOf(fact.data, 'sheet');
    this.availableFen += amount(fact.data, 'releasedFen');
    this.stated.addAll(sheet);
    const posted = this.pending.get(document);
    if (posted === undefined) {
      report('DISCHARGED_NOT_ADMITTED', fact, { document });
      return;
    }
    const difference = sheet.differenceFrom(posted);
    if (difference !== undefined) {
      report('DOCUMENT_SHEET_DIFFERS', fact, { document, ...difference });
    }
    this.pending.delete(document);
  }

  post({ item, column, documentId, totals, moved, sign }: Entry): void {
    this.book.add(item, column, totals);
    this.pending.get(documentId)?.add(item, column, totals);
    for (const line of moved) this.opened.add(item, 'open', totalsOf(line), sign);
  }

  /** What the close took from the bank's lines, against what was posted to the awards. */
  checkReceipts(close: Json, fact: Fact, report: Report): void {
    if (this.isPool && !this.hasDocuments) return;
    const receipts = part(close, 'receipts');
    for (const column of ['paid', 'returned'] as const) {
      const lines = count(receipts, `${column}Lines`);
      const amountFen = amount(receipts, `${column}Fen`);
      const counted = this.book
        .items()
        .reduce((total, item) => sum(total, this.book.of(item, column)), nothing);
      if (lines === counted.lines && amountFen === counted.amountFen) continue;
      const facts = { stated: `${lines}/${amountFen}`, column };
      const posted = `${counted.lines}/${counted.amountFen}`;
      report('RECEIPTS_DIFFER', fact, { ...facts, posted });
    }
  }
}

function totalsOf({ personMonths, amountFen }: Line): Totals {
  return { lines: 1, personMonths, amountFen };
}
