import type { Column, Totals } from './book.js';
import type { FindingCode } from './findings.js';
import type { Fact } from './raw.js';

/** A line that is owed. `personMonths` is 0 for what was added to a month that had fallen due. */
export type Line = {
  readonly lineId: string;
  readonly item: string;
  readonly month: string;
  readonly rollMonth: string;
  readonly amountFen: bigint;
  readonly personMonths: 0 | 1;
  state: 'due' | 'instructed' | 'stop-list' | 'failed' | 'returned' | 'account-missing';
  hold?: string;
  badAccount?: string;
};

/** An instruction that the bank has not answered. */
export type Payment = Readonly<{
  instructionId: string;
  amountFen: bigint;
  accountRef: string;
  lines: readonly Line[];
}>;

export type AwardAccount = Readonly<{
  accountRef: string;
  sealedSha256: string;
  usableFrom: string;
}>;

/** An award as the auditor follows it, with no more than his rules and the close's reasons need. */
export type AuditedAward = {
  readonly awardNo: string;
  readonly office: string;
  readonly item: string;
  monthsAwarded: number;
  drawn: number;
  endedFrom?: string;
  /** What stopped it last; after a death nothing is paid before a payee is named. */
  endedBy?: string;
  payeeNamed?: true;
  account?: AwardAccount;
  shared: boolean;
  holds: readonly Readonly<{ reason: string; cause: string; from: string }>[];
  lines: Line[];
  payments: Payment[];
  /** Answered instructions, packed: there are as many as payments in all history. */
  settled: string[];
  /** After its first fault nothing more is said of an award: the rest would only follow from it. */
  faulty: boolean;
};

/** What an event books in a month's sheet, by its own figures, and what that did to open lines. */
export type Entry = Readonly<{
  office: string;
  item: string;
  month: string;
  column: Column;
  documentId: string;
  totals: Totals;
  /** Lines that were really opened (+1) or closed (−1), by the figures with which they began. */
  moved: readonly Line[];
  sign: 1 | -1;
}>;

export type Fault = (
  code: FindingCode,
  fact: Fact,
  facts?: Readonly<Record<string, string>>,
) => void;

export type AwardListener = Readonly<{
  booked: (fact: Fact, entry: Entry) => void;
  instructed: (fact: Fact, award: AuditedAward, bookedMonth: string) => void;
  fault: Fault;
}>;

export function faultOnce(
  { fault }: AwardListener,
  award: AuditedAward,
  code: FindingCode,
  fact: Fact,
  facts: Readonly<Record<string, string>> = {},
): void {
  if (!award.faulty) fault(code, fact, { award: award.awardNo, ...facts });
  award.faulty = true;
}

export function lineOf({ lines }: AuditedAward, lineId: string): Line | undefined {
  return lines.find((line) => line.lineId === lineId);
}

export function wasPaid({ settled }: AuditedAward, lineId: string): boolean {
  return settled.some((packed) => packed.includes(`\n${lineId}\t`));
}

export function amounts(stated: bigint, counted: bigint): Readonly<Record<string, string>> {
  return { stated: String(stated), counted: String(counted) };
}

/** A paid instruction with all that is needed if it comes back; one that is over by its number. */
export function packPayment(
  { instructionId, accountRef, lines }: Payment,
  isPaid: boolean,
): string {
  const kept = isPaid
    ? lines.map(({ lineId, item, month, rollMonth, amountFen, personMonths }) =>
        [lineId, item, month, rollMonth, amountFen, personMonths].join('\t'),
      )
    : [];
  return [instructionId, isPaid ? accountRef : '', ...kept].join('\n');
}

export function unpackPayment(packed: string): Payment {
  const [instructionId = '', accountRef = ''] = packed.split('\n', 2);
  const lines = paidLines(packed);
  const amountFen = lines.reduce((total, line) => total + line.amountFen, 0n);
  return { instructionId, accountRef, amountFen, lines };
}

export function isPacked(packed: string, instructionId: string): boolean {
  return packed.startsWith(`${instructionId}\n`);
}

function paidLines(packed: string): readonly Line[] {
  return packed
    .split('\n')
    .slice(2)
    .map((one) => {
      const [lineId = '', item = '', month = '', rollMonth = '', fen = '', count] = one.split('\t');
      const personMonths = count === '1' ? 1 : 0;
      const amountFen = BigInt(fen);
      return { lineId, item, month, rollMonth, amountFen, personMonths, state: 'instructed' };
    });
}
