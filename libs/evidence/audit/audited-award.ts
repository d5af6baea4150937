import type { Column, Totals } from './book.js';
import type { FindingCode } from './findings.js';
import type { Fact } from './raw.js';

/** A line that is owed. `personMonths` is 1 for a month that fell due, 0 for what was added to it. */
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

export type Payment = {
  readonly instructionId: string;
  readonly amountFen: bigint;
  readonly accountRef: string;
  state: 'sent' | 'paid' | 'over';
  /** Kept while it is in transit or paid, because what is paid may come back. */
  lines: readonly Line[];
};

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
  readonly monthsAwarded: number;
  drawn: number;
  endedFrom?: string;
  account?: AwardAccount;
  shared: boolean;
  holds: readonly Readonly<{ reason: string; cause: string; from: string }>[];
  lines: Line[];
  readonly payments: Payment[];
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

export function wasPaid({ payments }: AuditedAward, lineId: string): boolean {
  return payments.some(
    ({ state, lines }) => state === 'paid' && lines.some((line) => line.lineId === lineId),
  );
}

export function amounts(stated: bigint, counted: bigint): Readonly<Record<string, string>> {
  return { stated: String(stated), counted: String(counted) };
}
