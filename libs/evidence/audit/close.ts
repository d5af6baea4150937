import type { Awards } from './awards.js';
import { Findings, type Finding, type Report } from './findings.js';
import { MoneyAudit, takeSafely, type AuditedSheet } from './money.js';
import {
  count,
  amount,
  part,
  parts,
  readable,
  text,
  texts,
  type DocumentLines,
  type Fact,
  type Json,
  type Log,
} from './raw.js';
import { emptySha256, recompute } from './recompute.js';
import { closingKey, groupOf, UnpaidCount, type UnpaidGroup } from './unpaid.js';
import { PostedSet } from './postings.js';

/** What the log itself gives at a position: the chain's link (hex) and the tree's root (hex). */
export type LogAt = (position: bigint) => Promise<Readonly<{ headLink: string; treeRoot: string }>>;

export type CloseSources = Readonly<{
  events: () => Log;
  documents: DocumentLines;
  logAt?: LogAt;
}>;

/** A close as it is found again from events and documents, years later. Amounts in fen. */
export type RecomputedClose = Readonly<{
  office: string;
  month: string;
  /** Where the close stands. */
  position: bigint;
  cutPosition: bigint;
  unpaid: readonly UnpaidGroup[];
  receipts: ReceiptTotals;
}>;

export type ReceiptTotals = Readonly<{
  paidFen: bigint;
  paidLines: number;
  returnedFen: bigint;
  returnedLines: number;
}>;

type AuditedClose = {
  readonly office: string;
  readonly month: string;
  /** By their name: the document, and the numbers of its lines that awards refused. */
  readonly receipts: Map<string, { readonly sha256: string; refused: ReadonlySet<string> }>;
  cut?: Readonly<{ position: bigint; unpaid: UnpaidCount }>;
  closed?: Readonly<{ position: bigint; stream: string; close: Json }>;
};

/** Takes each office's cut as it passes, and compares with what the close says of it. */
export class CloseAudit {
  private readonly months = new Map<string, AuditedClose>();

  /** `awards` are folded before this sees an event of the same log. */
  constructor(
    private readonly awards: Awards,
    private readonly report: Report,
    private readonly only: Readonly<{ month?: string; office?: string }> = {},
  ) {}

  /** @throws Unreadable */
  take(fact: Fact): void {
    const { type, data, stream, position } = fact;
    if (!stream.startsWith('month-')) return;
    if (type === 'MonthOpened') this.opened(fact);
    const month = this.months.get(stream);
    if (month === undefined) return;
    switch (type) {
      case 'DocumentAdmitted':
        if (text(data, 'kind') === 'receipt') {
          const receipt = { sha256: text(data, 'sha256'), refused: new Set<string>() };
          month.receipts.set(text(data, 'documentId'), receipt);
        }
        return;
      case 'DocumentDischarged': {
        const receipt = month.receipts.get(text(data, 'documentId'));
        if (receipt === undefined || data['refusedKeys'] === undefined) return;
        receipt.refused = new Set(texts(data, 'refusedKeys'));
        return;
      }
      case 'MonthCut':
        month.cut = { position, unpaid: this.countOpen(month, text(data, 'on')) };
        return;
      case 'MonthClosed':
        month.closed = { position, stream, close: part(data, 'close') };
    }
  }

  async end({
    documents,
    logAt,
  }: Omit<CloseSources, 'events'>): Promise<readonly RecomputedClose[]> {
    const closes: RecomputedClose[] = [];
    for (const month of this.months.values()) {
      const { office, cut, closed, receipts } = month;
      if (cut === undefined || closed === undefined) continue;
      const totals = await receiptTotals([...receipts.values()], documents);
      this.compareFigures({ ...closed, totals, unpaid: cut.unpaid });
      await this.compareLines(closed, cut.unpaid, documents);
      await this.compareRoots(closed, cut.position, logAt);
      closes.push({
        ...{ office, month: month.month, position: closed.position, cutPosition: cut.position },
        unpaid: cut.unpaid.all(),
        receipts: totals,
      });
    }
    return closes;
  }

  private opened({ data, stream }: Fact): void {
    const [office, month] = [text(data, 'office'), text(data, 'month')];
    const isPool = office === text(data, 'pool') && this.awards.ofOffice(office).length === 0;
    const isAsked =
      (this.only.month === undefined || this.only.month === month) &&
      (this.only.office === undefined || this.only.office === office);
    if (!isAsked || isPool) return;
    this.months.set(stream, { office, month, receipts: new Map() });
  }

  private countOpen({ office, month }: AuditedClose, on: string): UnpaidCount {
    const unpaid = new UnpaidCount();
    for (const award of this.awards.ofOffice(office)) {
      for (const line of award.lines) unpaid.add(award, line, { month, on });
    }
    return unpaid;
  }

  private compareFigures(
    closed: Readonly<{
      position: bigint;
      stream: string;
      close: Json;
      totals: ReceiptTotals;
      unpaid: UnpaidCount;
    }>,
  ): void {
    const { close, totals, unpaid } = closed;
    const stated = new UnpaidCount();
    for (const group of parts(close, 'unpaid')) stated.addGroup(groupOf(group));
    const difference = stated.differenceFrom(unpaid);
    if (difference !== undefined) this.report('UNPAID_DIFFERS', closed, difference);
    const receipts = part(close, 'receipts');
    const isSame =
      amount(receipts, 'paidFen') === totals.paidFen &&
      count(receipts, 'paidLines') === totals.paidLines &&
      amount(receipts, 'returnedFen') === totals.returnedFen &&
      count(receipts, 'returnedLines') === totals.returnedLines;
    if (isSame) return;
    const facts = { paid: `${totals.paidLines}/${totals.paidFen}` };
    const returned = `${totals.returnedLines}/${totals.returnedFen}`;
    this.report('RECEIPTS_DIFFER', closed, { ...facts, returned });
  }

  private async compareLines(
    closed: Readonly<{ position: bigint; stream: string; close: Json }>,
    unpaid: UnpaidCount,
    documents: DocumentLines,
  ): Promise<void> {
    const document = text(closed.close, 'document');
    const listed = new PostedSet();
    const found = await recompute(documents(document), (line) => {
      listed.add(readable(line, closingKey) ?? line);
    });
    // A document that is missing or changed has a finding of its own where documents are checked.
    const isThere = found.lines > 0 || document === emptySha256;
    if (!isThere) this.report('DOCUMENT_MISSING', closed, { document });
    else if (!listed.equals(unpaid.lines)) {
      const facts = { listed: String(listed.lines), counted: String(unpaid.lines.lines) };
      this.report('CLOSE_LINES_DIFFER', closed, { document, ...facts });
    }
  }

  private async compareRoots(
    closed: Readonly<{ position: bigint; stream: string; close: Json }>,
    cutPosition: bigint,
    logAt: LogAt | undefined,
  ): Promise<void> {
    const stated = text(closed.close, 'cutPosition');
    if (stated !== String(cutPosition)) {
      this.report('CUT_POSITION_DIFFERS', closed, { stated, counted: String(cutPosition) });
      return;
    }
    if (logAt === undefined) return;
    const { headLink, treeRoot } = await logAt(cutPosition);
    const isSame =
      text(closed.close, 'headLink') === headLink && text(closed.close, 'treeRoot') === treeRoot;
    if (!isSame) this.report('CLOSE_ROOT_DIFFERS', closed, { headLink, treeRoot });
  }
}

/**
 * Recomputes the closes of a month from events and documents alone: the sheet, the open lines by
 * reason and age, the bank's lines, and the log's root at the cut. Faults of the ledger count up to
 * the close, because every close stands on all that came before it.
 */
export async function verifyClose(
  sources: CloseSources,
  only: Readonly<{ month: string; office?: string }>,
): Promise<
  Readonly<{
    ok: boolean;
    closes: readonly RecomputedClose[];
    sheets: readonly AuditedSheet[];
    findings: readonly Finding[];
  }>
> {
  const findings = new Findings();
  const money = new MoneyAudit(findings.report);
  const audit = new CloseAudit(money.awards, findings.report, only);
  for await (const chunk of sources.events()) {
    for (const event of chunk) {
      const take = (fact: Fact): void => {
        money.take(fact);
        audit.take(fact);
      };
      takeSafely(event, take, findings.report);
    }
  }
  const closes = await audit.end(sources);
  const last = closes.reduce((top, { position }) => (position > top ? position : top), 0n);
  const upTo = findings.sorted().filter(({ position }) => position <= last);
  const sheets = money.sheets().filter(({ month }) => month === only.month);
  return { ok: closes.length > 0 && upTo.length === 0, closes, sheets, findings: upTo };
}

/** From the bank's lines as they were judged: what was paid and what came back, in due lines. */
async function receiptTotals(
  receipts: readonly Readonly<{ sha256: string; refused: ReadonlySet<string> }>[],
  documents: DocumentLines,
): Promise<ReceiptTotals> {
  const totals = { paidFen: 0n, paidLines: 0, returnedFen: 0n, returnedLines: 0 };
  for (const { sha256, refused } of receipts) {
    await recompute(documents(sha256), (line) => {
      // A document with a line that cannot be read was reported where documents are checked.
      readable(line, (data) => {
        const column = text(data, 'post');
        if (column !== 'paid' && column !== 'returned') return;
        // A line that its award refused stands in the document and moved no money.
        if (refused.has(String(count(data, 'no')))) return;
        totals[`${column}Lines`] += data['lines'] === undefined ? 1 : count(data, 'lines');
        totals[`${column}Fen`] += amount(data, 'amountFen');
      });
    });
  }
  return totals;
}
