import { monthAfter } from '../city/numbers.js';
import type { Bureau } from './bureau.js';
import { standingOf } from './month.js';

/** The columns of the identity, and the closing that carries over. */
export const columns = [
  'opening',
  'due',
  'returned',
  'increases',
  'decreases',
  'paid',
  'cancelled',
  'closing',
] as const;

/** One figure for each column; fen as whole numbers, the way JSON carries them. */
export type T = Readonly<Record<(typeof columns)[number], number>>;

export type Unpaid = Readonly<Record<string, Readonly<{ lines: number; fen: number }>>>;

export type MonthSheet = Readonly<{
  month: string;
  status: 'open' | 'cut' | 'closed';
  lines: T;
  personMonths: T;
  fen: T;
  unpaidByReason: Unpaid;
}>;

type Item = Readonly<
  Record<(typeof columns)[number], Readonly<Record<'lines' | 'personMonths' | 'amountFen', number>>>
>;

/** A month of the whole pool, with what each office's close counted as unpaid. */
export async function sheetOf(bureau: Bureau, month: string): Promise<MonthSheet> {
  const { door, city } = bureau;
  const { items } = await door.get<Readonly<{ items: Readonly<Record<string, Item>> }>>(
    'reconciler',
    `months/sheet?month=${month}`,
  );
  const unit = (name: 'lines' | 'personMonths' | 'amountFen'): T =>
    Object.fromEntries(
      columns.map((column) => [
        column,
        Object.values(items).reduce((sum, item) => sum + item[column][name], 0),
      ]),
    ) as T;
  const standings = await Promise.all(
    city.offices.map((office) => standingOf(bureau, office, month)),
  );
  const [first = { status: 'open' as const }] = standings;
  const isOne = standings.every(({ status }) => status === first.status);
  return {
    month,
    status: isOne ? first.status : 'open',
    lines: unit('lines'),
    personMonths: unit('personMonths'),
    fen: unit('amountFen'),
    unpaidByReason: await unpaidOf(bureau, month),
  };
}

type Statement = Readonly<{
  unpaid: readonly Readonly<{ reason: string; lines: number; amountFen: number }>[];
}>;

/** Open lines as the closes counted them one by one, whatever the sheet says. */
async function unpaidOf({ door, city }: Bureau, month: string): Promise<Unpaid> {
  const counted: Record<string, { lines: number; fen: number }> = {};
  for (const office of city.offices) {
    const { statement } = await door.get<Readonly<{ statement: Statement }>>(
      'reconciler',
      `months/${office}/${month}/close`,
    );
    for (const { reason, lines, amountFen } of statement.unpaid) {
      const before = counted[reason] ?? { lines: 0, fen: 0 };
      counted[reason] = { lines: before.lines + lines, fen: before.fen + amountFen };
    }
  }
  const byReason = Object.entries(counted).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(byReason);
}

/**
 * What is wrong with the sheets: an identity that does not hold, a closing that is not the next
 * opening, or not what was counted line by line. Nothing, when every month balances.
 */
export function faultsOf(sheets: readonly MonthSheet[]): readonly string[] {
  const faults: string[] = [];
  for (const [at, sheet] of sheets.entries()) {
    const { month, status, unpaidByReason } = sheet;
    if (status !== 'closed') faults.push(`${month} 没有结账 · ${month} is ${status}`);
    for (const unit of ['lines', 'personMonths', 'fen'] as const) {
      const of = sheet[unit];
      const came = of.opening + of.due + of.returned + of.increases - of.decreases;
      if (came !== of.paid + of.cancelled + of.closing)
        faults.push(`${month} ${unit} 不平 · ${month} does not balance in ${unit}`);
      const next = sheets[at + 1];
      if (next !== undefined && next[unit].opening !== of.closing)
        faults.push(
          `${month} 期末与 ${monthAfter(month, 1)} 期初不符（${unit}） · ` +
            `the closing of ${month} is not the next opening (${unit})`,
        );
    }
    for (const unit of ['lines', 'fen'] as const) {
      const counted = Object.values(unpaidByReason).reduce((sum, one) => sum + one[unit], 0);
      if (counted !== sheet[unit].closing)
        faults.push(`${month} 未发逐笔清点不符（${unit}） · ${month} counts other ${unit} unpaid`);
    }
  }
  return faults;
}
