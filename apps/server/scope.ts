import type { Act } from '#application/app.js';
import type { Duty } from '#domain/actor/duties.js';
import { refuse, type RefusalCode } from '#domain/refusal.js';

/** Whoever works on cases, and whoever watches them: the readers of registers and boards. */
export const readers = [
  'intake',
  'payroll',
  'approver',
  'reviewer',
  'authoriser',
  'accountant',
  'cashier',
  'reconciler',
  'inspector',
  'auditor',
] as const satisfies readonly Duty[];

/** A row of another office is as unknown as one that does not exist; `asked` is what it was. */
export function ofMine<Row extends Readonly<{ office: string }>>(
  row: Row | undefined,
  { offices }: Act,
  code: RefusalCode,
  asked: Readonly<Record<string, string>> = {},
): Row {
  if (row === undefined || !offices.includes(row.office)) return refuse(code, asked);
  return row;
}

/**
 * The office asked about: the acting one unless named.
 *
 * @throws Refusal OFFICE_OUT_OF_SCOPE
 */
export function officeOf({ offices, by }: Act, asked: string | undefined): string {
  if (asked === undefined) return by.office;
  if (!offices.includes(asked)) refuse('OFFICE_OUT_OF_SCOPE', { office: asked });
  return asked;
}

/** A row without its indexes and hashes, which answer nothing that a person asks. */
export function shown<Row extends object>(row: Row): Partial<Row> {
  const kept = Object.entries(row).filter(([name]) => !/(Key|Sha256)$/.test(name));
  return Object.fromEntries(kept) as Partial<Row>;
}
