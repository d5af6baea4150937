import type { AwardEvent } from '#domain/award/award.events.js';
import { awardCodecs } from '#domain/award/award.events.js';
import { awardDecider, awardStream } from '#domain/award/award.js';
import { unpaidReason, type Award, type LiveAward } from '#domain/award/award-state.js';
import type { CloseStatement, MonthEvent, UnpaidCount } from '#domain/month/month.events.js';
import { monthCodecs } from '#domain/month/month.events.js';
import { monthStream } from '#domain/month/month.js';
import { addMonths, monthsBetween, type Day, type Month } from '#domain/values/calendar.js';
import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import type { RecordedEvent } from '#event-store/port.js';
import type { App } from './app.js';
import { breathe } from './breath.js';
import {
  closingLine,
  documentLine,
  receiptAnswer,
  type ClosingLine,
  type ReceiptAnswer,
} from './document-lines.js';
import { lineMoves } from './line-moves.js';
import { OpenLines, type Open } from './open-lines.js';
import { decode } from './transact.js';

/** Where a month ended, and what stood open where the one before it ended. */
type Cut = Readonly<{ position: bigint; on: Day; before: Previous }>;
type Previous = Readonly<{ position: bigint; document: string | undefined }>;

/** Open lines whose awards are read in one call. */
const linesAtOnce = 100;

/**
 * Counts a month anew, from events and documents alone: the lines that were open at the previous
 * close, and every award event between the two cuts. It uses no read model and not the month's own
 * sums, so that the close can compare the two.
 */
export async function countClose(app: App, office: string, month: Month): Promise<CloseStatement> {
  const [history, earlier] = await Promise.all([
    app.store.read(monthStream(office, month)),
    app.store.read(monthStream(office, addMonths(month, -1))),
  ]);
  const cut = cutOf(history, earlier);
  if (cut === undefined) throw new Error(`${month} of ${office} is not cut`);
  const { position } = cut;
  // The lines are counted in the server for the most part, and receipts meanwhile here.
  const [lines, receipts, versions, headLink] = await Promise.all([
    closingLines(app, { office, month, cut }),
    countReceipts(app, history),
    policyVersions(app, history),
    app.evidence.linkAt(position),
  ]);
  const document = await app.documents.put('closing', lines.map(documentLine));
  return {
    cutPosition: String(position),
    headLink,
    treeRoot: await app.evidence.rootAt(position),
    document: document.sha256,
    unpaid: countUnpaid(lines),
    receipts,
    policyVersions: versions,
  };
}

function cutOf(
  history: readonly RecordedEvent[],
  earlier: readonly RecordedEvent[],
): Cut | undefined {
  const event = history.find(({ type }) => type === 'MonthCut');
  if (event === undefined) return undefined;
  const { on } = JSON.parse(event.data) as { on: Day };
  const cut = earlier.find(({ type }) => type === 'MonthCut');
  const closed = earlier.find(({ type }) => type === 'MonthClosed');
  const document =
    closed === undefined
      ? undefined
      : (JSON.parse(closed.data) as { close: { document: string } }).close.document;
  return { position: event.position, on, before: { position: cut?.position ?? 0n, document } };
}

async function closingLines(
  app: App,
  { office, month, cut }: Readonly<{ office: string; month: Month; cut: Cut }>,
): Promise<readonly ClosingLine[]> {
  return withReasons(app, await openLinesAt(app, office, cut), { month, cut });
}

async function openLinesAt(app: App, office: string, cut: Cut): Promise<readonly Open[]> {
  const open = new OpenLines();
  if (cut.before.document !== undefined) {
    for await (const chunk of app.documents.lines(cut.before.document))
      for (const text of chunk) open.carry(closingLine(text));
  }
  const span = { office, from: cut.before.position, to: cut.position };
  for await (const events of lineMoves(app, span)) {
    for (const event of events) open.fold(event);
    await breathe();
  }
  for (const award of open.returned) {
    await returnedLines(app, open, { award, to: cut.position });
  }
  return open.all();
}

/** Lines that a payment had paid when it came back, as the award's own stream has them. */
async function returnedLines(
  app: App,
  open: OpenLines,
  { award, to }: Readonly<{ award: string; to: bigint }>,
): Promise<void> {
  const state = await awardAt(app, award, to);
  for (const line of state.lines) {
    if (open.has(award, line.lineId)) continue;
    open.open(award, line);
  }
}

/** The typed reason of each open line, from its award as it stood at the cut. */
async function withReasons(
  app: App,
  open: readonly Open[],
  { month, cut }: Readonly<{ month: Month; cut: Cut }>,
): Promise<readonly ClosingLine[]> {
  const lines: ClosingLine[] = [];
  for (let at = 0; at < open.length; at += linesAtOnce) {
    const some = open.slice(at, at + linesAtOnce);
    const awards = new Map<string, Promise<LiveAward>>();
    for (const { award } of some)
      if (!awards.has(award)) awards.set(award, awardAt(app, award, cut.position));
    await Promise.all(awards.values());
    for (const line of some) {
      const award = await awards.get(line.award);
      const mine = award?.lines.find(({ lineId }) => lineId === line.line);
      if (award === undefined || mine?.amountFen !== line.amountFen)
        throw new Error(
          `${line.award} does not owe ${line.line} at the cut, the fold says it does`,
        );
      const reason = unpaidReason(award, mine, cut.on);
      lines.push({ ...line, reason, age: monthsBetween(line.rollMonth, month) });
    }
    await breathe();
  }
  return lines;
}

async function awardAt(app: App, award: string, to: bigint): Promise<LiveAward> {
  const history = await app.store.read(awardStream(award));
  const state = history
    .filter(({ position }) => position <= to)
    .reduce<Award>(
      (before, event) => awardDecider.evolve(before, decode<AwardEvent>(awardCodecs, event)),
      awardDecider.initial,
    );
  if (state.status === 'none') throw new Error(`${award} did not exist at ${to}`);
  return state;
}

function countUnpaid(lines: readonly ClosingLine[]): readonly UnpaidCount[] {
  const counts = new Map<string, UnpaidCount>();
  for (const { item, reason, age, amountFen } of lines) {
    const key = `${item}/${reason}/${String(age).padStart(4, '0')}`;
    const before = counts.get(key) ?? { item, reason, age, lines: 0, amountFen: noFen };
    counts.set(key, {
      ...before,
      lines: before.lines + 1,
      amountFen: addFen(before.amountFen, amountFen),
    });
  }
  return [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}

/** What the bank's lines say was paid and came back, read from the receipts' own documents. */
async function countReceipts(
  app: App,
  history: readonly RecordedEvent[],
): Promise<CloseStatement['receipts']> {
  const sums = { paidFen: noFen, paidLines: 0, returnedFen: noFen, returnedLines: 0 };
  for (const event of history) {
    if (event.type !== 'DocumentAdmitted') continue;
    const { data } = decode<Extract<MonthEvent, { type: 'DocumentAdmitted' }>>(monthCodecs, event);
    if (data.kind !== 'receipt') continue;
    const answered = answeredLines(app, data.sha256, refusedKeys(history, data.documentId));
    for await (const some of answered)
      for (const { post, lines, amountFen } of some) {
        if (post === 'paid') add(sums, 'paidFen', 'paidLines', { lines, amountFen });
        if (post === 'returned') add(sums, 'returnedFen', 'returnedLines', { lines, amountFen });
      }
  }
  return sums;
}

/**
 * Lines of a receipt that an award answers for; one that was refused when booked is in suspense.
 */
async function* answeredLines(
  app: App,
  sha256: string,
  refused: ReadonlySet<string>,
): AsyncIterable<readonly ReceiptAnswer[]> {
  for await (const chunk of app.documents.lines(sha256)) {
    const answers = chunk.map(receiptAnswer);
    yield answers.filter(({ no, post }) => post !== 'suspense' && !refused.has(String(no)));
    await breathe();
  }
}

function refusedKeys(history: readonly RecordedEvent[], documentId: string): ReadonlySet<string> {
  for (const { type, data } of history) {
    if (type !== 'DocumentDischarged') continue;
    const discharged = JSON.parse(data) as { documentId: string; refusedKeys?: string[] };
    if (discharged.documentId === documentId) return new Set(discharged.refusedKeys);
  }
  return new Set();
}

type Sums = { paidFen: Fen; paidLines: number; returnedFen: Fen; returnedLines: number };

function add(
  sums: Sums,
  money: 'paidFen' | 'returnedFen',
  count: 'paidLines' | 'returnedLines',
  { lines, amountFen }: Readonly<{ lines: number; amountFen: Fen }>,
): void {
  sums[money] = addFen(sums[money], amountFen);
  sums[count] += lines;
}

async function policyVersions(
  app: App,
  history: readonly RecordedEvent[],
): Promise<readonly string[]> {
  const rolls = history
    .filter(({ type }) => type === 'DocumentAdmitted')
    .map(({ data }) => (JSON.parse(data) as { documentId: string }).documentId)
    .filter((documentId) => documentId.startsWith('roll-'));
  const versions = new Set<string>();
  for (const events of await Promise.all(rolls.map((roll) => app.store.read(roll)))) {
    for (const { type, data } of events)
      if (type === 'RollPrepared')
        versions.add((JSON.parse(data) as { policyVersion: string }).policyVersion);
  }
  return [...versions].sort();
}
