import { AuditedMonth } from './audited-month.js';
import { Awards } from './awards.js';
import type { AuditedAward, Entry } from './audited-award.js';
import {
  bookOf,
  closingOf,
  columns,
  nothing,
  same,
  sum,
  totalsText,
  type Column,
  type Totals,
} from './book.js';
import { Findings, type Finding, type Report } from './findings.js';
import {
  amount,
  factOf,
  monthBefore,
  part,
  text,
  Unreadable,
  type Fact,
  type Log,
  type RawEvent,
} from './raw.js';

/** A month of an office as the auditor's own ledger has it, per benefit item, closing included. */
export type AuditedSheet = Readonly<{
  office: string;
  month: string;
  items: Readonly<Record<string, Readonly<Record<Column | 'closing', Totals>>>>;
}>;

/**
 * The auditor's ledger of the money: from award and month events alone, with no function of those
 * that decided or projected them. It compares three things that were written apart: what was
 * posted to the awards, what the months say of it, and what is still owed, line by line.
 */
export class MoneyAudit {
  readonly awards: Awards;
  /** By office, in the order in which their months first appear. */
  private readonly offices = new Map<string, Map<string, AuditedMonth>>();
  private readonly byStream = new Map<string, AuditedMonth>();

  constructor(private readonly report: Report) {
    this.awards = new Awards({
      booked: (fact, entry) => this.book(fact, entry),
      instructed: (fact, award, month) => this.refuseAfterCut(fact, award, month),
      fault: report,
    });
  }

  take(fact: Fact): void {
    if (fact.stream.startsWith('award-')) this.awards.take(fact);
    else if (fact.stream.startsWith('month-')) this.takeMonth(fact);
  }

  /** The identity of months that are still open; one that was cut was judged at its cut. */
  end(): void {
    for (const [office, months] of this.offices) {
      for (const month of months.values()) {
        if (month.lastPosition === undefined || month.isCut) continue;
        const place = { position: month.lastPosition, stream: `month-${office}-${month.month}` };
        this.checkIdentity(office, month, place);
      }
    }
  }

  sheets(): readonly AuditedSheet[] {
    return [...this.offices].flatMap(([office, months]) =>
      [...months.values()].map(({ month, book }) => ({
        office,
        month,
        items: Object.fromEntries(
          book
            .items()
            .map((item) => [item, cellsOf((c) => book.of(item, c), closingOf(book, item))]),
        ),
      })),
    );
  }

  private takeMonth(fact: Fact): void {
    const { type, data, stream } = fact;
    if (type === 'MonthOpened') {
      const month = this.monthOf(text(data, 'office'), text(data, 'month'));
      month.isPool = text(data, 'office') === text(data, 'pool');
      this.byStream.set(stream, month);
      return;
    }
    const month = this.byStream.get(stream);
    if (month === undefined) throw new Unreadable('stream');
    switch (type) {
      case 'OpeningBrought':
        this.takeOpening(fact, month);
        return;
      case 'AllotmentReceived':
        month.availableFen += amount(data, 'amountFen');
        return;
      case 'DocumentAdmitted':
        month.admit(fact, this.report);
        return;
      case 'DocumentDischarged':
        month.discharge(fact, this.report);
        return;
      case 'MonthCut':
        this.takeCut(fact, month);
        return;
      case 'MonthClosed':
        this.checkSheet(fact, month);
        month.checkReceipts(part(data, 'close'), fact, this.report);
    }
  }

  /** What the month before left unpaid, counted from its open lines, opens this one. */
  private takeOpening(fact: Fact, month: AuditedMonth): void {
    const stated = bookOf(fact.data, 'sheet');
    month.availableFen += amount(fact.data, 'availableFen');
    month.hasOpening = true;
    const before = this.offices.get(month.office)?.get(monthBefore(month.month));
    const items = new Set([...stated.items(), ...this.itemsUntil(month.office, month.month)]);
    for (const item of items) {
      const left = this.openUntil(month.office, monthBefore(month.month), item);
      const brought = stated.of(item, 'opening');
      const isWhole = before === undefined || before.isClosed || month.isPool;
      if (!same(left, brought) || !isWhole) {
        const facts = { item, stated: totalsText(brought), counted: totalsText(left) };
        if (!month.isPool) this.report('CARRY_OVER_DIFFERS', fact, facts);
      }
      month.book.add(item, 'opening', left);
    }
    month.stated.addAll(stated);
  }

  private takeCut(fact: Fact, month: AuditedMonth): void {
    month.isCut = true;
    const [open] = month.pendingDocuments();
    if (open !== undefined) this.report('CUT_WITH_OPEN_DOCUMENT', fact, { document: open });
    this.checkSheet(fact, month);
    this.checkIdentity(month.office, month, fact);
  }

  /** What the event states, what its documents stated, and what the awards got: one sheet. */
  private checkSheet(fact: Fact, month: AuditedMonth): void {
    if (fact.type === 'MonthClosed') month.isClosed = true;
    if (month.isPool && !month.hasDocuments) return;
    const stated = bookOf(fact.data, 'sheet');
    const difference = stated.differenceFrom(month.book) ?? month.stated.differenceFrom(month.book);
    if (difference !== undefined) this.report('CUT_SHEET_DIFFERS', fact, difference);
    const availableFen = amount(fact.data, 'availableFen');
    if (availableFen !== month.availableFen) {
      const facts = { stated: String(availableFen), counted: String(month.availableFen) };
      this.report('CUT_SHEET_DIFFERS', fact, { column: 'available', ...facts });
    }
  }

  /** What the sheet says must be left, against the open lines themselves. */
  private checkIdentity(
    office: string,
    month: AuditedMonth,
    place: Readonly<{ position: bigint; stream: string }>,
  ): void {
    const sheet = month.isCut ? month.stated : month.book;
    for (const item of new Set([...sheet.items(), ...this.itemsUntil(office, month.month)])) {
      const opening = this.openUntil(office, monthBefore(month.month), item);
      const closing = closingOf(sheet, item);
      // A provisional month has no opening yet: what was carried stands in the lines alone.
      const carried = month.hasOpening ? closing : sum(closing, opening);
      const counted = this.openUntil(office, month.month, item);
      if (same(carried, counted)) continue;
      const facts = { item, stated: totalsText(carried), counted: totalsText(counted) };
      this.report('IDENTITY_BROKEN', place, facts);
    }
  }

  private book(fact: Fact, entry: Entry): void {
    const month = this.monthOf(entry.office, entry.month);
    month.lastPosition = fact.position;
    if (month.isCut) {
      this.report('BOOKED_AFTER_CUT', fact, { month: entry.month });
    } else if (!month.isPending(entry.documentId)) {
      this.report('POSTED_WITHOUT_DOCUMENT', fact, { document: entry.documentId });
    }
    month.post(entry);
  }

  private refuseAfterCut(fact: Fact, { office }: AuditedAward, month: string): void {
    if (this.monthOf(office, month).isCut) this.report('BOOKED_AFTER_CUT', fact, { month });
  }

  /** Open lines of an office, counted from the lines themselves, as booked up to a month. */
  private openUntil(office: string, month: string, item: string): Totals {
    let open = nothing;
    for (const one of this.offices.get(office)?.values() ?? []) {
      if (one.month <= month) open = sum(open, one.opened.of(item, 'open'));
    }
    return open;
  }

  private itemsUntil(office: string, month: string): readonly string[] {
    const months = [...(this.offices.get(office)?.values() ?? [])];
    return months.filter((one) => one.month <= month).flatMap(({ opened }) => opened.items());
  }

  private monthOf(office: string, month: string): AuditedMonth {
    const months = this.offices.get(office) ?? new Map<string, AuditedMonth>();
    this.offices.set(office, months);
    const known = months.get(month);
    if (known !== undefined) return known;
    const fresh = new AuditedMonth(office, month);
    months.set(month, fresh);
    return fresh;
  }
}

/** The ledger over a whole log by itself. Fen and counts are exact; findings name positions. */
export async function verifyMoney(
  events: Log,
): Promise<Readonly<{ findings: readonly Finding[]; sheets: readonly AuditedSheet[] }>> {
  const findings = new Findings();
  const audit = new MoneyAudit(findings.report);
  for await (const chunk of events) {
    for (const event of chunk) takeSafely(event, (fact) => audit.take(fact), findings.report);
  }
  audit.end();
  return { findings: findings.sorted(), sheets: audit.sheets() };
}

/** An event that cannot be read is a finding of its own; the audit goes on behind it. */
export function takeSafely(event: RawEvent, take: (fact: Fact) => void, report: Report): void {
  try {
    take(factOf(event));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    report('EVENT_UNREADABLE', event, { type: event.type, field: error.field });
  }
}

function cellsOf(
  of: (column: Column) => Totals,
  closing: Totals,
): Readonly<Record<Column | 'closing', Totals>> {
  const cells = Object.fromEntries(columns.map((column) => [column, of(column)]));
  return { ...(cells as Record<Column, Totals>), closing };
}
