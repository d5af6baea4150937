import type { Certificate } from './breaches.js';
import type { LogVerdict } from '../links.js';
import { CloseAudit, type LogAt } from './close.js';
import { DocumentAudit } from './documents.js';
import { Findings, type Finding, type Report } from './findings.js';
import { MoneyAudit, takeSafely, type AuditedSheet } from './money.js';
import { Unreadable, type DocumentLines, type Fact, type Log } from './raw.js';
import { SealedAudit, type VerifySealed } from './sealed.js';
import { SegregationAudit } from './segregation.js';

export type VerifySources = Readonly<{
  /** The whole log from its beginning; asked for again where documents need a second look. */
  events: () => Log;
  documents: DocumentLines;
  /** Compares sealed rows with the hashes that events bind. */
  verifySealed: VerifySealed;
  /** Chain and tree over the same events, with the first bad position. */
  verifyLog?: () => Promise<LogVerdict>;
  logAt?: LogAt;
}>;

export type VerifyStage = 'log' | 'events' | 'documents' | 'closes';

export type VerifyOptions = Readonly<{
  /** Limits documents, closes and cases to a month; the ledger is followed from its start. */
  month?: string;
  /** `total` is missing while it is not known. */
  onProgress?: (stage: VerifyStage, done: number, total?: number) => void;
}>;

export type Verification = Readonly<{
  ok: boolean;
  checked: Readonly<{
    events: number;
    documents: number;
    sealedRows: number;
    months: number;
    cases: number;
  }>;
  /** How many were found; `findings` holds the first of each part, by position. */
  found: number;
  findings: readonly Finding[];
  segregation: Certificate;
  sheets: readonly AuditedSheet[];
}>;

/**
 * The independent proof: nothing here was used to decide, project or close. One pass over the log
 * feeds every auditor, so that memory grows with what is open and not with what has happened.
 */
export async function verify(
  sources: VerifySources,
  options: VerifyOptions = {},
): Promise<Verification> {
  const findings = new Findings();
  const { report } = findings;
  const auditors = new Auditors(sources, report, options);
  options.onProgress?.('log', 0);
  const chain = await sources.verifyLog?.();
  if (chain?.ok === false) {
    report('LOG_CHANGED', { position: chain.position, stream: '' }, { fault: chain.fault });
  }
  const events = await auditors.read(sources.events());
  const months = await auditors.end();
  const segregation = auditors.certificate();
  for (const { rule, position, stream, kind } of segregation.found) {
    report('SEGREGATION_BREACH', { position, stream }, { rule, kind });
  }
  const sheets = auditors.money.sheets();
  return {
    ok: findings.found === 0,
    checked: {
      events,
      documents: auditors.documents.checked,
      sealedRows: auditors.sealed.checked,
      months,
      cases: segregation.cases,
    },
    found: findings.found,
    findings: findings.sorted(),
    segregation,
    sheets: sheets.filter(({ month }) => options.month === undefined || month === options.month),
  };
}

/** All of them beside one another, over one reading of the log. */
class Auditors {
  readonly money: MoneyAudit;
  readonly documents: DocumentAudit;
  readonly sealed: SealedAudit;
  private readonly closes: CloseAudit;
  private readonly segregation: SegregationAudit;
  private readonly all: readonly Readonly<{ take: (fact: Fact) => void }>[];

  constructor(
    private readonly sources: VerifySources,
    private readonly report: Report,
    private readonly options: VerifyOptions,
  ) {
    const { month } = options;
    this.money = new MoneyAudit(report);
    this.closes = new CloseAudit(this.money.awards, report, month === undefined ? {} : { month });
    this.documents = new DocumentAudit(report, month);
    this.sealed = new SealedAudit(sources.verifySealed, report);
    this.segregation = new SegregationAudit(month);
    this.all = [this.money, this.closes, this.documents, this.sealed, this.segregation];
  }

  async read(log: Log): Promise<number> {
    let events = 0;
    for await (const chunk of log) {
      for (const event of chunk) takeSafely(event, (fact) => this.take(fact), this.report);
      await this.sealed.rest();
      events += chunk.length;
      this.options.onProgress?.('events', events);
    }
    await this.sealed.rest(true);
    this.money.end();
    return events;
  }

  /** The number of closed months that were recomputed. */
  async end(): Promise<number> {
    const { onProgress } = this.options;
    await this.documents.end(this.sources, (done, total) => onProgress?.('documents', done, total));
    const closes = await this.closes.end(this.sources);
    onProgress?.('closes', closes.length, closes.length);
    return closes.length;
  }

  certificate(): Certificate {
    return this.segregation.certificate();
  }

  /** Each looks at the event whatever another made of it; what one cannot read is said once. */
  private take(fact: Fact): void {
    let unreadable: Unreadable | undefined;
    for (const auditor of this.all) {
      try {
        auditor.take(fact);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        unreadable ??= error;
      }
    }
    if (unreadable !== undefined) throw unreadable;
  }
}
