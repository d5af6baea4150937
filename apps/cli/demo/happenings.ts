import { lastDayOf, monthAfter } from '../city/numbers.js';
import type { ScriptedAnswer } from '../city/script.js';
import type { Bureau } from './bureau.js';
import { claimsOf, verifiedIn } from './cases.js';
import { sha256Of } from './office-door.js';
import { plansOf } from './payment.js';
import type { Rows } from './register.js';
import { batchesOf, batchLines, monthsUpTo, receiptsGiven } from './simulated-bank.js';

/** What goes wrong in a fund's month, counted: lines the bank told of, and lines people held up. */
export type Happenings = Readonly<Record<(typeof kinds)[number], number>>;

const kinds = [
  'failed',
  'returned',
  'unknown',
  'late',
  'double',
  'reissued',
  'stopList',
  'held',
  'stopped',
  'plans',
] as const;

const titles: Readonly<Record<(typeof kinds)[number], string>> = {
  failed: '发放失败 a failed line',
  returned: '退票 a returned line',
  unknown: '不明回盘行 an unknown line',
  late: '迟到回盘 a late answer',
  double: '重复回盘 a double answer',
  reissued: '重发 a line paid again',
  stopList: '止付 a line on the stop list',
  held: '暂扣 a line held by verification',
  stopped: '停发 a benefit stopped or paused',
  plans: '用款计划 a funds plan',
};

export type Claims = Readonly<{ granted: number; rejected: number; turnedAway: number }>;

type ReceiptRow = Readonly<{
  documentId: string;
  paid: number;
  failed: number;
  returned: number;
  suspenseLines: readonly Readonly<{ why: string }>[];
}>;

/** What happened in each of the city's months, as the server tells it. */
export async function happeningsOf(bureau: Bureau): Promise<ReadonlyMap<string, Happenings>> {
  const { city } = bureau;
  const months = monthsUpTo(bureau, lastMonthOf(bureau));
  const given = await receiptsGiven(bureau, lastMonthOf(bureau), lastDayOf(lastMonthOf(bureau)));
  const second = new Set(
    given
      .filter(({ name }) => /^RCT-.*-2\.\w+$/.test(name))
      .map(({ bytes }) => `receipt-${sha256Of(bytes)}`),
  );
  const found = new Map<string, Happenings>();
  const owed = new Map<string, ScriptedAnswer | undefined>();
  for (const month of months) {
    const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<
      (typeof kinds)[number],
      number
    >;
    for (const office of city.offices) {
      await addReceipts(bureau, { office, month, second }, counts);
      const { held, stopped } = await verifiedIn(bureau, office, month);
      counts.held += held;
      counts.stopped += stopped;
      counts.reissued += await reissuedIn(bureau, { office, month }, owed);
      for (const { excludedLines } of await batchesOf(bureau, office, month))
        counts.stopList += excludedLines;
    }
    counts.plans = (await plansOf(bureau, month)).length;
    found.set(month, counts);
  }
  return found;
}

async function addReceipts(
  { door }: Bureau,
  place: Readonly<{ office: string; month: string; second: ReadonlySet<string> }>,
  counts: Record<(typeof kinds)[number], number>,
): Promise<void> {
  const path = `receipts/${place.office}/${place.month}`;
  const { rows } = await door.get<Rows<ReceiptRow>>('reconciler', path);
  for (const { documentId, paid, failed, returned, suspenseLines } of rows) {
    counts.failed += failed;
    counts.returned += returned;
    if (place.second.has(documentId)) counts.late += paid + failed;
    for (const { why } of suspenseLines) {
      if (why === 'unknown-instruction') counts.unknown += 1;
      else counts.double += 1;
    }
  }
}

/** Lines of a batch that the bank failed or sent back when they were paid before. */
async function reissuedIn(
  bureau: Bureau,
  { office, month }: Readonly<{ office: string; month: string }>,
  owed: Map<string, ScriptedAnswer | undefined>,
): Promise<number> {
  let count = 0;
  for (const { batchId } of await batchesOf(bureau, office, month)) {
    for (const { award, person, lines } of await batchLines(bureau, batchId)) {
      for (const line of lines) {
        const before = owed.get(`${award}/${line}`);
        if (before?.result === 'failed' || before?.returnedOn !== undefined) count += 1;
        owed.set(`${award}/${line}`, bureau.script[month]?.[person]);
      }
    }
  }
  return count;
}

/** How the month's claims ended. */
export async function claimsByMonth(bureau: Bureau): Promise<ReadonlyMap<string, Claims>> {
  const months = new Map<string, { granted: number; rejected: number; turnedAway: number }>();
  for (const { filedOn, outcome, status } of await claimsOf(bureau)) {
    const month = filedOn.slice(0, 'YYYY-MM'.length);
    const counts = months.get(month) ?? { granted: 0, rejected: 0, turnedAway: 0 };
    if (status === 'turned-away') counts.turnedAway += 1;
    else if (outcome === 'grant') counts.granted += 1;
    else if (outcome === 'reject') counts.rejected += 1;
    months.set(month, counts);
  }
  return months;
}

/**
 * A demonstration in which nothing went wrong shows nothing. What came back and what was paid again
 * takes a second month.
 */
export function missingFrom(months: readonly Happenings[]): readonly string[] {
  const wanted = kinds.filter(
    (kind) => months.length > 1 || (kind !== 'returned' && kind !== 'reissued'),
  );
  return wanted
    .filter((kind) => months.every((counts) => counts[kind] === 0))
    .map((kind) => `没有出现 · never happened: ${titles[kind]}`);
}

function lastMonthOf({ city }: Bureau): string {
  return monthAfter(city.firstMonth, city.months - 1);
}
