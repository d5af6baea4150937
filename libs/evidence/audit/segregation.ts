import { BreachBook, type Certificate, type SegregationRule } from './breaches.js';
import { Chain, handOf, type ChainKind, type SignedHand } from './chain.js';
import { chainEvents, chainKey, listedHands, personsOf, type ChainEvent } from './chain-events.js';
import type { Place, Report } from './findings.js';
import { takeSafely } from './money.js';
import { optionalText, part, parts, text, texts, type Fact, type Log } from './raw.js';
import { installableDuties, SegregationMemory } from './segregation-memory.js';

/** What nobody may have a hand in when it is his own. */
const ownRules: ReadonlyMap<ChainKind, SegregationRule> = new Map([
  ['duty', 'OWN_DUTY'],
  ['staff-account', 'OWN_ACCOUNT'],
] as const);

/**
 * The segregation certificate (职责分离) over the log: who signed what, by person, from events
 * alone. It follows every chain, and asks of every step that moves money whether it had one.
 */
export class SegregationAudit {
  private readonly chains = new Map<string, Chain>();
  private readonly memory = new SegregationMemory();
  private readonly book: BreachBook;

  constructor(month?: string) {
    this.book = new BreachBook(month);
  }

  /** What is to be said at the end of the log. */
  certificate(): Certificate {
    for (const { fact, chain, person } of this.memory.payers.breaches())
      this.breach('RECONCILER_PAID', fact, chain, [person]);
    return this.book.certificate();
  }

  /** @throws Unreadable */
  take(fact: Fact): void {
    this.memory.take(fact);
    const event = chainEvents[fact.type];
    if (isUnsignedAccount(fact)) this.takeUnsignedAccount(fact);
    else if (event !== undefined) this.takeChain(fact, event);
    this.takeMoney(fact);
  }

  private takeChain(fact: Fact, event: ChainEvent): void {
    const { kind } = event;
    const key = chainKey(fact, kind);
    const hand = event.signs === true ? handOf(part(fact.data, 'hand'), fact) : undefined;
    const chain = this.chainOf(key, fact, event, hand);
    if (event.makes === true) this.beginRound(chain, fact);
    if (fact.type === 'ClaimApproved') chain.isRaised = text(fact.data, 'level') === 'raised';
    if (hand !== undefined) this.addHand(chain, hand, fact);
    if (event.returns === true) chain.isReturned = true;
    if (event.ends === true) this.finish(key, chain, fact);
  }

  private chainOf(
    key: string,
    fact: Fact,
    { kind, makes, renews }: ChainEvent,
    hand: SignedHand | undefined,
  ): Chain {
    const known = this.chains.get(key);
    if (known !== undefined && !(makes === true && renews === true)) return known;
    const { office, month } = this.memory.placeOf(fact, hand);
    const chain = new Chain(kind, fact.stream, office, month);
    this.chains.set(key, chain);
    this.book.addCase(kind, month);
    return chain;
  }

  private beginRound(chain: Chain, fact: Fact): void {
    chain.isReturned = false;
    chain.isRaised = false;
    chain.persons = personsOf(fact) ?? chain.persons;
    const document = optionalText(fact.data, 'document');
    if (document === undefined) return;
    chain.document = document;
    this.memory.documents.set(document, chain);
  }

  private addHand(chain: Chain, hand: SignedHand, fact: Fact): void {
    const earlier = chain.add(hand);
    const { person } = hand;
    if (earlier !== undefined) this.breach('SAME_PERSON', fact, chain, [person]);
    const own = ownRules.get(chain.kind);
    if (own !== undefined && fact.stream === `actor-${person}`) {
      this.breach(own, fact, chain, [person]);
    }
    if (chain.persons.some((payee) => this.memory.isRelated(hand, payee))) {
      this.breach('SIGNER_IS_PAYEE', fact, chain, [person]);
    }
    if (chain.kind === 'close') {
      const { position, stream } = fact;
      this.memory.payers.signed({ chain, person, fact: { position, stream } });
    }
  }

  /** The matter takes effect here: with all hands, and with those that it lists. */
  private finish(key: string, chain: Chain, fact: Fact): void {
    const persons = chain.lastRound().map(({ person }) => person);
    const listed = listedHands(fact);
    if (fact.type === 'LineExcluded') this.addListed(chain, fact);
    else if (listed !== undefined && listed.join('\n') !== persons.join('\n')) {
      this.breach('HANDS_DIFFER', fact, chain, listed);
    }
    if (!chain.isComplete()) {
      this.breach('CHAIN_INCOMPLETE', fact, chain, listed ?? persons);
    }
    chain.isDone = true;
    this.memory.finished(fact, chain);
    this.addOthers(chain, fact);
    // Only these are asked for again; of the others there are as many as people in the register.
    const isAskedAgain = ['batch', 'roll', 'plan', 'close', 'resend'].includes(chain.kind);
    if (!isAskedAgain) this.chains.delete(key);
  }

  /** That a batch be sent again its cashier may have proposed, and never allowed. */
  private addOthers({ kind, hands }: Chain, { stream }: Fact): void {
    if (kind !== 'stop-line' && kind !== 'resend') return;
    const batch = this.chains.get(stream);
    for (const { step, person } of hands)
      if (kind === 'stop-line' || step === 'approve') batch?.others.add(person);
  }

  /** An exclusion lists both of its hands; the first is the one that proposed it. */
  private addListed(chain: Chain, fact: Fact): void {
    const [first, ...others] = parts(fact.data, 'by').map((hand) => handOf(hand, fact));
    if (first?.person !== chain.hands.at(-1)?.person) {
      this.breach('HANDS_DIFFER', fact, chain, first === undefined ? [] : [first.person]);
    }
    for (const hand of others) this.addHand(chain, hand, fact);
  }

  /** Only the first administrators had nobody yet who could sign for them. */
  private takeUnsignedAccount(fact: Fact): void {
    const key = chainKey(fact, 'staff-account');
    if (!this.chains.delete(key) && this.memory.isInstalled(fact.stream)) return;
    const { month } = this.memory.placeOf(fact, undefined);
    this.book.addBreach('UNSIGNED_ACCOUNT', fact, { kind: 'staff-account', month });
  }

  private takeMoney(fact: Fact): void {
    switch (fact.type) {
      case 'SubmissionStarted':
        this.takeSubmission(fact);
        return;
      case 'DocumentAdmitted':
        if (!this.memory.admit(fact)) this.missing(fact, 'roll');
        return;
      case 'AllotmentReceived': {
        const plan = this.chains.get(`plan-${text(fact.data, 'planId')}`);
        if (plan?.isDone !== true) this.missing(fact, 'plan');
        return;
      }
      case 'AwardOpened':
        if (!this.memory.openFromClaim(fact)) this.missing(fact, 'claim');
        return;
      case 'AwardBroughtIn':
        if (!this.memory.isOpening(text(fact.data, 'documentId'))) this.missing(fact, 'roll');
        this.takeDue(fact);
        return;
      case 'LineDue':
      case 'LineBroughtIn':
        this.takeDue(fact);
        return;
      case 'PaymentInstructed':
        this.takeInstruction(fact);
        return;
      case 'PaymentRecalled':
        this.needTwo(fact, 'by', 'stop-line');
        return;
      case 'AwardAccountCleared':
        this.needTwo(fact, 'reviewedBy', 'sharing');
        return;
      case 'DutyInstalled':
        if (!installableDuties.has(text(fact.data, 'duty'))) {
          const month = text(fact.data, 'from').slice(0, 7);
          this.book.addBreach('UNSIGNED_DUTY', fact, { kind: 'duty', month });
        }
    }
  }

  private takeSubmission(fact: Fact): void {
    const hand = handOf(part(fact.data, 'hand'), fact);
    const batch = this.chains.get(fact.stream);
    if (batch?.isDone !== true) {
      this.missing(fact, 'batch');
      return;
    }
    this.memory.payers.sent(batch, hand.person, fact.position);
    const persons = [hand.person];
    const isHand = batch.hands.some(({ person }) => person === hand.person);
    if (isHand || batch.others.has(hand.person)) {
      this.breach('CASHIER_IN_BATCH', fact, batch, persons);
    }
    if (this.memory.relatedPayees(batch).some((payee) => this.memory.isRelated(hand, payee))) {
      this.breach('SIGNER_IS_PAYEE', fact, batch, persons);
    }
    if (hand.round > 1) {
      const allowed = this.chains.get(`${fact.stream} resend ${hand.round - 1}`);
      if (allowed?.isDone !== true) this.breach('RESEND_UNSIGNED', fact, batch, persons);
    }
  }

  /** Each line that a roll makes due or brings, and whose it is, against the hands of its roll. */
  private takeDue(fact: Fact): void {
    const payee = this.memory.payeeOf(fact);
    if (payee === undefined || !this.memory.hasRelatives(payee)) return;
    const roll = this.memory.rollOf(text(fact.data, 'documentId'));
    const signers = roll?.lastRound().filter((hand) => this.memory.isRelated(hand, payee)) ?? [];
    if (roll === undefined || signers.length === 0) return;
    const persons = signers.map(({ person }) => person);
    this.breach('SIGNER_IS_PAYEE', fact, roll, persons);
  }

  /** Each line that a batch pays: its payee and its account's last change, against the hands. */
  private takeInstruction(fact: Fact): void {
    const batch = this.chains.get(`batch-${text(fact.data, 'batchId')}`);
    // Its own stream may say that it was admitted a moment after the awards were told.
    if (batch === undefined || !(batch.isDone || batch.isComplete())) {
      this.missing(fact, 'batch');
      return;
    }
    const payee = this.memory.payeeOf(fact);
    if (payee !== undefined && this.memory.notePayee(batch, payee)) {
      const signers = batch.hands.filter((hand) => this.memory.isRelated(hand, payee));
      if (signers.length > 0) {
        const persons = signers.map(({ person }) => person);
        this.breach('SIGNER_IS_PAYEE', fact, batch, persons);
      }
    }
    const change = this.memory.changeOf(text(fact.data, 'accountRef'));
    const both = batch.hands.filter(
      ({ person, day }) => change?.hands.includes(person) === true && day < change.usableFrom,
    );
    if (both.length > 0) {
      const persons = both.map(({ person }) => person);
      this.breach('HAND_IN_ACCOUNT_CHANGE', fact, batch, persons);
    }
  }

  private needTwo(fact: Fact, field: string, kind: ChainKind): void {
    const persons = texts(fact.data, field);
    if (new Set(persons).size >= 2) return;
    const { month } = this.memory.placeOf(fact, undefined);
    this.book.addBreach('TOO_FEW_HANDS', fact, { kind, month, persons });
  }

  private missing(fact: Fact, kind: ChainKind): void {
    const { month } = this.memory.placeOf(fact, undefined);
    this.book.addBreach('CHAIN_MISSING', fact, { kind, month });
  }

  private breach(
    rule: SegregationRule,
    fact: Place,
    { kind, month }: Chain,
    persons: readonly string[],
  ): void {
    this.book.addBreach(rule, fact, { kind, month, persons });
  }
}

function isUnsignedAccount({ type, data }: Fact): boolean {
  return type === 'AccountOpened' && data['hand'] === undefined;
}

/** The certificate over a whole log by itself, for one month or for all history. */
export async function segregationOf(
  events: Log,
  options: Readonly<{ month?: string; report?: Report }> = {},
): Promise<Certificate> {
  const audit = new SegregationAudit(options.month);
  const report: Report = options.report ?? (() => undefined);
  for await (const chunk of events) {
    for (const event of chunk) takeSafely(event, (fact) => audit.take(fact), report);
  }
  return audit.certificate();
}
