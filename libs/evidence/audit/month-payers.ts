import type { Chain } from './chain.js';
import { text, type Fact } from './raw.js';

/** A signature under a close, with what is said of it if its person paid in that month. */
export type ClosingHand = Readonly<{
  chain: Chain;
  person: string;
  fact: Pick<Fact, 'position' | 'stream'>;
}>;

/** Persons with the position of the first thing that each did. */
type Since = Map<string, bigint>;

/**
 * Who paid in each month: drew up a roll or batch that it took in, sent one of those, sent any
 * between the cut before and its own, or sent what its receipts answer. A receipt's batches may be
 * told after the month was signed, so that it is asked at the end of the log.
 */
export class MonthPayers {
  private readonly months = new Map<string, Since>();
  private readonly sinceCut = new Map<string, Since>();
  private readonly senders = new Map<string, Since>();
  private readonly answered = new Map<string, Set<string>>();
  private readonly receipts: Readonly<{ month: string; documentId: string }>[] = [];
  private closing: ClosingHand[] = [];

  note(office: string, month: string, person: string, position: bigint): void {
    note(this.months, `${office} ${month}`, person, position);
  }

  sent({ stream, office, bookedMonth }: Chain, person: string, position: bigint): void {
    if (bookedMonth !== undefined) this.note(office, bookedMonth, person, position);
    note(this.sinceCut, office, person, position);
    note(this.senders, stream, person, position);
  }

  cut(office: string, month: string): void {
    for (const [person, position] of this.sinceCut.get(office) ?? [])
      this.note(office, month, person, position);
    this.sinceCut.delete(office);
  }

  receipt(office: string, month: string, documentId: string): void {
    this.receipts.push({ month: `${office} ${month}`, documentId });
  }

  /** A batch says which receipt of the bank answers it. @throws Unreadable */
  answers({ stream, data }: Pick<Fact, 'stream' | 'data'>): void {
    const documentId = text(data, 'receiptSha256');
    const known = this.answered.get(documentId);
    if (known === undefined) this.answered.set(documentId, new Set([stream]));
    else known.add(stream);
  }

  signed(hand: ClosingHand): void {
    this.closing.push(hand);
  }

  /** Hands under closes whose persons had paid in that month before; each is answered once. */
  breaches(): readonly ClosingHand[] {
    for (const { month, documentId } of this.receipts)
      for (const batch of this.answered.get(documentId) ?? [])
        for (const [person, position] of this.senders.get(batch) ?? [])
          note(this.months, month, person, position);
    const found = this.closing.filter(({ chain, person, fact }) => {
      const since = this.months.get(`${chain.office} ${chain.month}`)?.get(person);
      return since !== undefined && since < fact.position;
    });
    this.closing = [];
    return found;
  }
}

function note(known: Map<string, Since>, key: string, person: string, position: bigint): void {
  const persons = known.get(key) ?? new Map<string, bigint>();
  const before = persons.get(person);
  if (before === undefined || position < before) persons.set(person, position);
  known.set(key, persons);
}
