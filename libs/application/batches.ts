import { isPayable, type OpenLine } from '#domain/award/award-state.js';
import { batchStream, type Batch, type LiveBatch } from '#domain/batch/batch.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import { refuse } from '#domain/refusal.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import { payeeRef } from '#domain/values/payee.js';
import { verificationStream } from '#domain/verification/verification.js';
import { poolOf } from '#projections/actors.js';
import { awardsOfOffice, rangesOfOffice, type PageRange } from '#projections/award-state.js';
import { coolingAwards } from '#projections/award-work.js';
import type { Act, App } from './app.js';
import { breathe } from './breath.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import {
  batchLine,
  linesOfText,
  numberedText,
  unnumberedText,
  usualItem,
  type BatchLine,
  type ItemShare,
} from './document-lines.js';
import { inParts } from './hands.js';
import { groupBy } from './imports/bulk.js';
import { isVerified, judgedMonthsOf, type JudgedMonths } from './judged-months.js';
import { alreadyPrepared, type SignInput } from './rolls.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type BatchInput = Readonly<{ office: string; month: Month; no: number; layout: string }>;

export function batchIdOf({ office, month, no }: Omit<BatchInput, 'layout'>): string {
  return `${office}-${month}-${no}`;
}

/** Twenty digits that a bank's file can carry: office, month, batch, line. */
export function instructionIdOf(batch: Omit<BatchInput, 'layout'>, seq: number): string {
  return instructionPrefix(batch) + digits(seq, 6);
}

function instructionPrefix({ office, month, no }: Omit<BatchInput, 'layout'>): string {
  return `${office}${month.replace('-', '')}${digits(no, 2)}`;
}

const instructionPattern = /^\d{20}$/;
const prefixDigits = 14;

/** The line of its batch that an instruction is; undefined for a text that we never wrote. */
export function seqOfInstruction(instructionId: string): number | undefined {
  return instructionPattern.test(instructionId)
    ? Number(instructionId.slice(prefixDigits))
    : undefined;
}

/** The digits that all instructions of a batch begin with, and no other batch's. */
export function prefixOfInstruction(instructionId: string): string {
  return instructionId.slice(0, prefixDigits);
}

/** The batch that an instruction belongs to, which has a {@link seqOfInstruction}. */
export function batchOfInstruction(instructionId: string): string {
  const at = (from: number, to: number) => instructionId.slice(from, to);
  return `${at(0, 6)}-${at(6, 10)}-${at(10, 12)}-${Number(at(12, prefixDigits))}`;
}

/**
 * Takes every line that may be paid today (this month's and carried ones) into one signed document,
 * one instruction a payee. The month's sign-ins must have been judged; lines of other months that
 * are not judged wait.
 */
export async function prepareBatch(app: App, act: Act, input: BatchInput): Promise<Receipt> {
  const { office, month, layout } = input;
  refuseOtherOffice(act, office);
  const batchId = batchIdOf(input);
  const repeated = await alreadyPrepared(app, act, batchStream(batchId));
  if (repeated !== undefined) return repeated;
  const verification = verificationStream(office, month);
  const { status } = await app.transact.state(stored.verification, verification);
  if (status === 'none') refuse('WINDOW_NOT_OPEN', { batch: batchId, month });
  if (status === 'open') refuse('WINDOW_NOT_JUDGED', { batch: batchId, month });
  await app.settled(await app.store.head());
  const sum: BatchSum = { amountFen: noFen, dueLines: 0 };
  const document = await app.documents.put('batch', payableLines(app, act, input, sum));
  const pool = await poolOf(app.pool, office);
  const { by, on } = acting(act);
  const command = {
    type: 'PrepareBatch',
    ...{ batchId, office, pool, month, layout, by, on },
    document: document.sha256,
    seen: { root: document.root, lines: document.lines, amountFen: sum.amountFen },
    dueLines: sum.dueLines,
    payees: [],
    accountHands: [],
  } as const;
  return app.transact.run(stored.batch, batchStream(batchId), command, contextFor(act));
}

type BatchSum = { amountFen: Fen; dueLines: number };

async function* payableLines(
  app: App,
  { on, related }: Act,
  input: BatchInput,
  sum: BatchSum,
): AsyncIterable<readonly string[]> {
  const { office } = input;
  const prefix = instructionPrefix(input);
  const verified = await judgedMonthsOf(app.pool, office);
  const ranges = await rangesOfOffice(app.pool, office, { openOnly: true });
  const inputs = ranges.map((range) => ({ office, on, related, verified, range }));
  const part = { name: 'payablePart', here: (of: PayableOf) => payablePart(app, of) } as const;
  let seq = 0;
  for await (const { text, amountFen, dueLines } of inParts(app.hands, part, inputs)) {
    sum.amountFen = addFen(sum.amountFen, amountFen);
    sum.dueLines += dueLines;
    yield linesOfText(text).map((unnumbered) => {
      seq += 1;
      return numberedText(unnumbered, seq, prefix + digits(seq, 6));
    });
  }
}

type PayableOf = Readonly<{
  office: string;
  on: Day;
  related: readonly string[];
  verified: JudgedMonths;
  range: PageRange;
}>;

/**
 * What of some pages of awards may be paid on that day, as one text: which line of its batch each
 * is only its place behind the others' tells.
 */
export async function payablePart(
  { pool }: Pick<App, 'pool'>,
  { office, on, related, verified, range }: PayableOf,
): Promise<Readonly<{ text: string } & BatchSum>> {
  const sum: BatchSum = { amountFen: noFen, dueLines: 0 };
  const texts: string[] = [];
  for await (const awards of awardsOfOffice(pool, office, { openOnly: true, range })) {
    for (const { state } of awards) {
      const { account, awardNo: award } = state;
      const person = payeeRef(state);
      // A line that touches its maker is left for the next batch, which another person makes.
      if (account === undefined || related.includes(person)) continue;
      const payable = state.lines.filter(
        (line) => mayLeave(verified, line) && isPayable(state, line, on),
      );
      if (payable.length === 0) continue;
      const amountFen = sumOf(payable);
      sum.amountFen = addFen(sum.amountFen, amountFen);
      sum.dueLines += payable.length;
      const { accountRef, sealedSha256 } = account;
      const lines = payable.map(({ lineId }) => lineId);
      const paid = { accountRef, sealedSha256, shares: sharesByItem(payable) };
      texts.push(unnumberedText({ award, person, amountFen, lines, ...paid }));
    }
    await breathe();
  }
  return { text: texts.join('\n'), ...sum };
}

/** What is no monthly benefit asks for nobody's sign-in. */
function mayLeave(verified: JudgedMonths, { item, rollMonth }: OpenLine): boolean {
  return !needsVerification(item) || isVerified(verified, rollMonth);
}

/** By item, unless all lines are of the usual one: a bank's answer names no item. */
function sharesByItem(lines: readonly OpenLine[]): readonly ItemShare[] | undefined {
  if (lines.every(({ item }) => item === usualItem)) return undefined;
  return [...groupBy(lines, ({ item }) => item)].map(([item, mine]) => ({
    item,
    lines: mine.length,
    amount: String(sumOf(mine)),
  }));
}

function sumOf(lines: readonly OpenLine[]): Fen {
  let sum = noFen;
  for (const { amountFen } of lines) sum = addFen(sum, amountFen);
  return sum;
}

/**
 * Signing shows the payees to the decision: nobody signs a batch that pays him or his relatives.
 */
export async function signBatch(app: App, act: Act, input: SignInput): Promise<Receipt> {
  const { id: batchId, step, seen } = input;
  const batch = await liveBatch(app, act, batchId);
  const { payees, accountHands } = await touched(app, act, batch);
  const { by, on } = acting(act);
  const command = {
    type: 'SignBatch',
    ...{ batchId, step, seen, payees, accountHands, by, on },
  } as const;
  return app.transact.run(stored.batch, batchStream(batchId), command, contextFor(act));
}

/**
 * Only those who could be barred: the signer as payee or relative, and hands of cooling accounts.
 */
export async function touched(
  app: App,
  act: Act,
  batch: LiveBatch,
): Promise<Readonly<{ payees: readonly string[]; accountHands: readonly string[] }>> {
  const payees = new Set<string>();
  const accountHands = new Set<string>();
  const cooling = await coolingAwards(app.pool, act.on);
  // A line was payable when it was taken in: seldom is there anything to look for among them.
  if (cooling.size === 0 && act.related.length === 0) return { payees: [], accountHands: [] };
  for await (const chunk of app.documents.lines(batch.document)) {
    for (const { award, person } of chunk.map(batchLine)) {
      if (act.related.includes(person)) payees.add(act.by.person);
      const hands = cooling.get(award)?.state.account?.hands ?? [];
      for (const hand of hands) accountHands.add(hand);
    }
  }
  return { payees: [...payees], accountHands: [...accountHands] };
}

export async function sendBatchBack(
  app: App,
  act: Act,
  { id: batchId, reason }: Readonly<{ id: string; reason: string }>,
): Promise<Receipt> {
  await liveBatch(app, act, batchId);
  const { by, on } = acting(act);
  const command = { type: 'SendBatchBack', batchId, reason, by, on } as const;
  return app.transact.run(stored.batch, batchStream(batchId), command, contextFor(act));
}

export type StopInput = Readonly<{ id: string; instructionId: string; reason: string }>;

/** 止付: the first of two people names the line and says why. */
export async function proposeStop(app: App, act: Act, input: StopInput): Promise<Receipt> {
  return stopLine(app, act, input, 'ProposeStop');
}

/** The second takes it out of what will be sent. */
export async function confirmStop(app: App, act: Act, input: StopInput): Promise<Receipt> {
  return stopLine(app, act, input, 'ConfirmStop');
}

async function stopLine(
  app: App,
  act: Act,
  { id: batchId, instructionId, reason }: StopInput,
  type: 'ProposeStop' | 'ConfirmStop',
): Promise<Receipt> {
  const batch = await liveBatch(app, act, batchId);
  const { amountFen } = await lineOfBatch(app, batch, instructionId);
  const { by, on } = acting(act);
  const command = { type, batchId, instructionId, amountFen, reason, by, on } as const;
  return app.transact.run(stored.batch, batchStream(batchId), command, contextFor(act));
}

async function lineOfBatch(app: App, batch: LiveBatch, instructionId: string): Promise<BatchLine> {
  for await (const chunk of app.documents.lines(batch.document)) {
    for (const text of chunk) {
      if (!text.includes(instructionId)) continue;
      const line = batchLine(text);
      if (line.instruction === instructionId) return line;
    }
  }
  return refuse('LINE_NOT_IN_DOCUMENT', { batch: batch.batchId, instruction: instructionId });
}

export async function liveBatch(app: App, act: Act, batchId: string): Promise<LiveBatch> {
  const batch = await batchNow(app, batchId);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: batchId });
  refuseOtherOffice(act, batch.office);
  return batch;
}

export function batchNow(app: App, batchId: string): Promise<Batch> {
  return app.transact.state(stored.batch, batchStream(batchId));
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}
