import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Sums = Readonly<Record<string, number>>;

/** The results that the bureau's export must lead to. */
export type Oracle = Readonly<{
  contributions: Readonly<Record<string, Sums>>;
  decisions: readonly Readonly<{
    claim: string;
    applied: string;
    eligible: boolean;
    reason?: string;
    months?: number;
    ceiling?: number;
    monthlyFen?: number;
    paidMonths?: number;
    firstPayMonth?: string;
  }>[];
  sheets: readonly Readonly<{
    month: string;
    lines: Sums;
    personMonths: Sums;
    fen: Sums;
    closingLinesByReason: Sums;
  }>[];
  lines: readonly Readonly<{
    month: string;
    due: readonly string[];
    notPaid: readonly (readonly [string, string, string])[];
  }>[];
  rejected: readonly Readonly<{ file: string; line: number; reason: string }>[];
  warned: readonly Readonly<{ file: string; line: number; reason: string }>[];
  sharedAccounts: readonly (readonly string[])[];
}>;

export const cityA = fileURLToPath(new URL('../fixtures/city-a/', import.meta.url));

export function readOracle(): Oracle {
  return JSON.parse(readFileSync(`${cityA}oracle.json`, 'utf8')) as Oracle;
}

/** How the bank answers, by month and person; every other line succeeds. */
export function bankResults(
  month: string,
): ReadonlyMap<string, Readonly<{ result: string; reason: string; on: string }>> {
  const bytes = readFileSync(`${cityA}银行结果-${month.replace('-', '')}.csv`);
  const text = new TextDecoder('gb18030').decode(bytes);
  const rows = text.trim().split(/\r?\n/).slice(1);
  return new Map(
    rows.map((row) => {
      const [, person = '', result = '', reason = '', on = ''] = row.split(',');
      return [person, { result, reason, on }];
    }),
  );
}
