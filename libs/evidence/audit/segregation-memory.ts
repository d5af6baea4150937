import type { Chain, SignedHand } from './chain.js';
import { MonthPayers } from './month-payers.js';
import { optionalPart, optionalText, part, text, texts, type Fact } from './raw.js';

/** Those of an empty system's first administrators, who can grant every other one by two hands. */
export const installableDuties: ReadonlySet<string> = new Set([
  'system-admin',
  'security-admin',
  'audit-admin',
]);

/** Characters of an event's id. */
const idLength = 36;

/**
 * What the certificate has to remember between streams: who is related to whom, who paid in a
 * month, whose hands changed an account, which decisions and documents carry all their signatures.
 */
export class SegregationMemory {
  /** The chain that signs each document, by its SHA-256. */
  readonly documents = new Map<string, Chain>();
  readonly payers = new MonthPayers();
  private readonly related = new Map<string, Map<string, bigint>>();
  private readonly payees = new Map<string, string>();
  private readonly relatedInBatch = new Map<Chain, string[]>();
  private readonly offices = new Map<string, string>();
  private readonly changes = new Map<
    string,
    Readonly<{ hands: readonly string[]; usableFrom: string }>
  >();
  private readonly granted = new Set<string>();
  private readonly openings = new Set<string>();
  private readonly installed = new Set<string>();
  private readonly rolls = new Map<string, Chain>();
  private readonly decided = new Set<string>();

  /** @throws Unreadable */
  take({ type, stream, data, position }: Fact): void {
    switch (type) {
      case 'ActorRegistered':
        for (const person of texts(data, 'related')) {
          this.relate(text(data, 'actorId'), person, position);
        }
        return;
      case 'RelationDeclared':
        this.relate(stream.slice('actor-'.length), text(data, 'personRef'), position);
        return;
      case 'DutyInstalled':
        if (installableDuties.has(text(data, 'duty'))) this.installed.add(stream);
        return;
      case 'MonthOpened':
        this.offices.set(stream, text(data, 'office'));
        return;
      case 'MonthCut':
        this.payers.cut(this.officeOf(stream), text(data, 'month'));
        return;
      case 'ReceiptTaken':
      case 'ReceiptBooked':
        this.payers.answers({ stream, data });
        return;
      case 'AwardOpened':
      case 'AwardBroughtIn': {
        const payee = optionalPart(data, 'payee');
        this.payees.set(stream, text(payee ?? data, payee === undefined ? 'personRef' : 'ref'));
        return;
      }
      case 'AwardPayeeAssigned':
        this.payees.set(stream, text(part(data, 'payee'), 'ref'));
    }
  }

  /** Where and when a matter belongs: by its own words, by its month's stream, or by its hand. */
  placeOf(
    { stream, data }: Fact,
    hand: SignedHand | undefined,
  ): Readonly<{ office: string; month: string }> {
    const office = optionalText(data, 'office') ?? this.officeOf(stream);
    const booked = optionalText(data, 'month') ?? optionalText(data, 'bookedMonth');
    return { office, month: booked ?? hand?.day.slice(0, 7) ?? '' };
  }

  /** Known as related, or as himself, before he signed; `actor:<id>` is a member of staff. */
  isRelated({ person, position }: SignedHand, payee: string): boolean {
    if (payee === `actor:${person}`) return true;
    const since = this.related.get(payee)?.get(person);
    return since !== undefined && since < position;
  }

  payeeOf({ stream }: Fact): string | undefined {
    return this.payees.get(stream);
  }

  /** Whether anybody of the staff is related to the payee; then the cashier is asked too. */
  notePayee(batch: Chain, payee: string): boolean {
    if (!this.related.has(payee)) return false;
    const known = this.relatedInBatch.get(batch);
    if (known === undefined) this.relatedInBatch.set(batch, [payee]);
    else known.push(payee);
    return true;
  }

  /** Anybody of the staff may be related to few of all whom a roll makes payable. */
  hasRelatives(payee: string): boolean {
    return this.related.has(payee);
  }

  relatedPayees(batch: Chain): readonly string[] {
    return this.relatedInBatch.get(batch) ?? [];
  }

  changeOf(
    accountRef: string,
  ): Readonly<{ hands: readonly string[]; usableFrom: string }> | undefined {
    return this.changes.get(accountRef);
  }

  /** A chain that came to its end: what others may now stand on. */
  finished({ id, type, stream, data }: Fact, chain: Chain): void {
    if (type === 'AccountChanged') {
      const accountRef = text(part(data, 'account'), 'accountRef');
      const hands = chain.lastRound().map(({ person }) => person);
      this.changes.set(accountRef, { hands, usableFrom: text(data, 'usableFrom') });
    }
    if (type === 'ProposalDecided' || type === 'PersonMerged') this.decided.add(id);
    if (type === 'LineExcluded') this.decided.add(text(data, 'instructionId'));
    const isGrant = type === 'ClaimDecided' && text(data, 'outcome') === 'grant';
    if (isGrant) this.granted.add(stream.slice('claim-'.length));
  }

  /** Each decided claim opens one award. */
  openFromClaim({ data }: Fact): boolean {
    return this.granted.delete(text(data, 'claimNo'));
  }

  /** Whether the stream is of one of the first administrators. */
  isInstalled(stream: string): boolean {
    return this.installed.has(stream);
  }

  isOpening(documentId: string): boolean {
    return this.openings.has(documentId);
  }

  /** The chain that signed a roll or an opening list, once its month has admitted it. */
  rollOf(documentId: string): Chain | undefined {
    return this.rolls.get(documentId);
  }

  /**
   * Whether what the month admits was signed. The bank's answers are facts and are not signed; an
   * adjustment carries out what people decided elsewhere, and its name says which decision.
   */
  admit({ stream, data }: Fact): boolean {
    const kind = text(data, 'kind');
    const documentId = text(data, 'documentId');
    const month = text(data, 'month');
    if (kind === 'receipt') {
      this.payers.receipt(this.officeOf(stream), month, documentId);
      return true;
    }
    const sha256 = text(data, 'sha256');
    const chain = this.documents.get(sha256);
    const isSigned = chain !== undefined && chain.document === sha256 && chain.isComplete();
    if (!isSigned) return kind === 'adjustment' && this.isDecided(documentId);
    if (kind === 'opening') this.openings.add(documentId);
    if (chain.kind === 'roll') this.rolls.set(documentId, chain);
    chain.bookedMonth = month;
    for (const { step, person, position } of chain.hands)
      if (step === 'make') this.payers.note(chain.office, month, person, position);
    return true;
  }

  /**
   * `adjustment-<id of the deciding event>`, or that and `-<award>` where a decision ends several;
   * `exclusion-<instruction taken off its batch>`.
   */
  private isDecided(documentId: string): boolean {
    const name = documentId.slice(documentId.indexOf('-') + 1);
    return this.decided.has(name) || this.decided.has(name.slice(0, idLength));
  }

  private officeOf(monthStream: string): string {
    return this.offices.get(monthStream) ?? '';
  }

  private relate(actor: string, person: string, position: bigint): void {
    const known = this.related.get(person) ?? new Map<string, bigint>();
    if (!known.has(actor)) known.set(actor, position);
    this.related.set(person, known);
  }
}
