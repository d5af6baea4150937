import { DocumentRegister, type NamedDocument } from './document-register.js';
import { Findings, type Finding, type Place, type Report } from './findings.js';
import { takeSafely } from './money.js';
import {
  keyOfLine,
  nameOfLine,
  PostedLines,
  postingOf,
  PostedSet,
  signedAmount,
  type PostedKind,
} from './postings.js';
import { readable, type DocumentLines, type Fact, type Log } from './raw.js';
import { emptySha256, recompute } from './recompute.js';

export type DocumentSources = Readonly<{
  /** The whole log, once for each call: suspicious documents are looked at line by line. */
  events: () => Log;
  documents: DocumentLines;
}>;

type Suspect = Readonly<{ document: NamedDocument; kind: PostedKind; documentId: string }>;

/**
 * Every document that events name: it exists, its hashes are recomputed from its lines, what was
 * signed is what it holds, and its lines and the postings that name it are one set.
 */
export class DocumentAudit {
  private readonly register: DocumentRegister;
  private readonly posted = new Map<string, PostedSet>();
  checked = 0;

  /** `month` limits the documents that are read to those of one month. */
  constructor(
    private readonly report: Report,
    private readonly month?: string,
  ) {
    this.register = new DocumentRegister(report);
  }

  take(fact: Fact): void {
    const posting = postingOf(fact);
    if (posting === undefined) {
      this.register.take(fact);
      return;
    }
    const name = groupName(posting.kind, posting.documentId);
    const set = this.posted.get(name) ?? new PostedSet();
    this.posted.set(name, set);
    set.add(posting.key);
  }

  async end(
    sources: DocumentSources,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<void> {
    const documents = this.register
      .documents()
      .filter(({ month }) => this.month === undefined || month === this.month);
    const suspects: Suspect[] = [];
    for (const document of documents) {
      suspects.push(...(await this.check(document, sources)));
      this.checked += 1;
      onProgress(this.checked, documents.length);
    }
    if (suspects.length > 0) await this.lookAt(suspects, sources);
  }

  private async check(
    document: NamedDocument,
    { documents }: DocumentSources,
  ): Promise<readonly Suspect[]> {
    const { sha256, place } = document;
    const kind = this.register.kindOf(document);
    const held = new PostedSet();
    let amountFen = 0n;
    const recomputed = await recompute(documents(sha256), (line) => {
      if (kind === undefined) return;
      readable(line, (json) => {
        const key = keyOfLine(kind, json);
        if (key !== undefined) held.add(key);
        amountFen += signedAmount(kind, json);
      });
    });
    if (recomputed.lines === 0 && sha256 !== emptySha256) {
      this.report('DOCUMENT_MISSING', place, { document: sha256 });
      return [];
    }
    if (recomputed.sha256 !== sha256) {
      this.report('DOCUMENT_CHANGED', place, { document: sha256 });
      return [];
    }
    this.checkStated(document, kind, { ...recomputed, amountFen });
    if (kind === undefined) return [];
    return document.ids
      .filter((id) => !(this.posted.get(groupName(kind, id)) ?? new PostedSet()).equals(held))
      .map((documentId) => ({ document, kind, documentId }));
  }

  private checkStated(
    { sha256, stated }: NamedDocument,
    kind: PostedKind | undefined,
    found: Readonly<{ root: string; lines: number; amountFen: bigint }>,
  ): void {
    const isSummed = kind === 'roll' || kind === 'batch';
    for (const { place, root, lines, amountFen } of stated) {
      const isSame =
        (root === undefined || root === found.root) &&
        (lines === undefined || lines === found.lines) &&
        (amountFen === undefined || !isSummed || amountFen === found.amountFen);
      if (isSame) continue;
      const facts = { document: sha256, lines: String(found.lines), root: found.root };
      this.report('DOCUMENT_ROOT_DIFFERS', place, facts);
    }
  }

  /** The second look: the log once more, and the lines of those documents whose sets differ. */
  private async lookAt(
    suspects: readonly Suspect[],
    { events, documents }: DocumentSources,
  ): Promise<void> {
    const groups = new Map<string, PostedLines>();
    for (const { kind, documentId } of suspects) {
      groups.set(groupName(kind, documentId), new PostedLines());
    }
    for await (const chunk of events()) {
      for (const event of chunk) {
        // Whatever cannot be read was reported in the first pass.
        takeSafely(
          event,
          (fact) => note(fact, groups),
          () => undefined,
        );
      }
    }
    for (const suspect of suspects) {
      const lines = groups.get(groupName(suspect.kind, suspect.documentId));
      if (lines !== undefined) await this.compare(suspect, lines, documents);
    }
  }

  private async compare(
    { document, kind, documentId }: Suspect,
    postings: PostedLines,
    documents: DocumentLines,
  ): Promise<void> {
    let missing = 0;
    const refused = this.register.refusedOf(documentId);
    await recompute(documents(document.sha256), (line) => {
      const isAccounted = readable(line, (json) => {
        const key = keyOfLine(kind, json);
        if (key === undefined || postings.take(key)) return true;
        return refused?.keys.has(nameOfLine(kind, json)) === true;
      });
      if (isAccounted !== true) missing += 1;
    });
    const stray = postings.first();
    if (stray !== undefined) {
      this.report('LINE_NOT_IN_DOCUMENT', stray, { document: document.sha256 });
    }
    if (refused === undefined || missing === 0) return;
    const facts = { missing: String(missing), refused: String(refused.keys.size) };
    this.report('LINES_NOT_POSTED', refused.place, { document: document.sha256, ...facts });
  }
}

/** The documents of a whole log by themselves. */
export async function verifyDocuments(
  sources: DocumentSources,
  month?: string,
): Promise<Readonly<{ findings: readonly Finding[]; checked: number }>> {
  const findings = new Findings();
  const audit = new DocumentAudit(findings.report, month);
  for await (const chunk of sources.events()) {
    for (const event of chunk) takeSafely(event, (fact) => audit.take(fact), findings.report);
  }
  await audit.end(sources);
  return { findings: findings.sorted(), checked: audit.checked };
}

function note(fact: Fact, groups: ReadonlyMap<string, PostedLines>): void {
  const posting = postingOf(fact);
  if (posting === undefined) return;
  const place: Place = fact;
  groups.get(groupName(posting.kind, posting.documentId))?.add(posting.key, place);
}

function groupName(kind: PostedKind, documentId: string): string {
  return `${kind} ${documentId}`;
}
