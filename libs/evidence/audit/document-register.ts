import type { Place, Report } from './findings.js';
import type { PostedKind } from './postings.js';
import { amount, count, optionalText, part, text, texts, type Fact, type Json } from './raw.js';

/** A document as events name it, with what each of them says of its lines. */
export type NamedDocument = {
  readonly sha256: string;
  /** The first event that names it. */
  readonly place: Place;
  /** The month in which it was admitted; until then, the one that its stream names. */
  month: string | undefined;
  readonly stated: Stated[];
  /** The names under which it was admitted; for a batch, the batch's own. */
  readonly ids: string[];
  kind: PostedKind | undefined;
};

export type Stated = Readonly<{
  place: Place;
  root?: string;
  lines?: number;
  amountFen?: bigint;
}>;

/** What a discharge says was not posted, by the names of the lines that awards refused. */
export type Refused = Readonly<{ place: Place; keys: ReadonlySet<string> }>;

type Signed = Readonly<{ root: string; lines: number; amountFen: bigint }>;

/** Which documents there must be, by every event that names one. */
export class DocumentRegister {
  private readonly named = new Map<string, NamedDocument>();
  private readonly signed = new Map<string, Signed>();
  private readonly refused = new Map<string, Refused>();
  private readonly batches = new Map<string, string>();
  private readonly adjusted = new Set<string>();

  constructor(private readonly report: Report) {}

  documents(): readonly NamedDocument[] {
    return [...this.named.values()];
  }

  refusedOf(documentId: string): Refused | undefined {
    return this.refused.get(documentId);
  }

  kindOf({ sha256, kind }: NamedDocument): PostedKind | undefined {
    return this.adjusted.has(sha256) ? undefined : kind;
  }

  /** @throws Unreadable */
  take(fact: Fact): void {
    const { type, data } = fact;
    switch (type) {
      case 'RollPrepared':
      case 'BatchPrepared':
        this.prepared(fact);
        return;
      case 'RollSigned':
      case 'BatchSigned':
        this.checkSeen(fact);
        return;
      case 'BatchInstructed': {
        const { position, stream } = fact;
        const keys = new Set(texts(data, 'refused'));
        this.refused.set(text(data, 'batchId'), { place: { position, stream }, keys });
        return;
      }
      case 'DocumentAdmitted':
        this.admitted(fact);
        return;
      case 'DocumentDischarged':
        this.discharged(fact);
        return;
      case 'ReceiptBooked':
      case 'SignInsJudged':
        this.name(fact, text(data, 'document'));
        return;
      case 'SignInsReceived':
      case 'ExtractReceived':
      case 'DeclarationLinesAdded':
        this.name(fact, text(data, 'document'), { lines: count(data, 'lines') });
        return;
      case 'ClosePrepared':
      case 'MonthClosed':
        this.name(fact, text(part(data, 'close'), 'document'));
    }
  }

  private prepared(fact: Fact): void {
    const { type, data } = fact;
    const seen = seenOf(data);
    const document = this.name(fact, text(data, 'document'), seen);
    this.signed.set(fact.stream, seen);
    if (type === 'RollPrepared') {
      if (text(data, 'kind') === 'adjustment') this.adjusted.add(document.sha256);
      return;
    }
    const batchId = text(data, 'batchId');
    const before = this.batches.get(batchId);
    if (before !== undefined) this.withdraw(before, batchId);
    this.batches.set(batchId, document.sha256);
    document.kind = 'batch';
    if (!document.ids.includes(batchId)) document.ids.push(batchId);
  }

  /** Sent back and drawn up anew: the former document pays nothing. */
  private withdraw(sha256: string, batchId: string): void {
    const former = this.named.get(sha256);
    const at = former?.ids.indexOf(batchId) ?? -1;
    if (at >= 0) former?.ids.splice(at, 1);
  }

  private checkSeen(fact: Fact): void {
    const seen = seenOf(fact.data);
    const prepared = this.signed.get(fact.stream);
    const isSame =
      prepared !== undefined &&
      prepared.root === seen.root &&
      prepared.lines === seen.lines &&
      prepared.amountFen === seen.amountFen;
    if (!isSame) this.report('SEEN_DIFFERS', fact, { root: seen.root });
  }

  private admitted(fact: Fact): void {
    const { data } = fact;
    const stated = { root: text(data, 'root'), lines: count(data, 'lines') };
    const document = this.name(fact, text(data, 'sha256'), stated);
    document.month = text(data, 'month');
    const kind = text(data, 'kind');
    if (kind !== 'roll' && kind !== 'opening' && kind !== 'receipt') return;
    document.kind = kind;
    document.ids.push(text(data, 'documentId'));
  }

  private discharged(fact: Fact): void {
    const { position, stream, data } = fact;
    const keys = new Set(data['refusedKeys'] === undefined ? [] : texts(data, 'refusedKeys'));
    this.refused.set(text(data, 'documentId'), { place: { position, stream }, keys });
  }

  private name(fact: Fact, sha256: string, stated: Omit<Stated, 'place'> = {}): NamedDocument {
    const place: Place = { position: fact.position, stream: fact.stream };
    const month = optionalText(fact.data, 'month') ?? monthOfStream(fact.stream);
    const known = this.named.get(sha256);
    const document = known ?? { sha256, place, month, stated: [], ids: [], kind: undefined };
    this.named.set(sha256, document);
    document.stated.push({ place, ...stated });
    return document;
  }
}

function seenOf(data: Json): Signed {
  const seen = part(data, 'seen');
  return {
    root: text(seen, 'root'),
    lines: count(seen, 'lines'),
    amountFen: amount(seen, 'amountFen'),
  };
}

/** `batch-<office>-<month>-<n>` and its like name their month. */
function monthOfStream(stream: string): string | undefined {
  return /-(\d{4}-\d{2})(-|$)/.exec(stream)?.[1];
}
