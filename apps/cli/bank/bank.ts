import { createHash } from 'node:crypto';
import { batchLayoutOf, decodeBatchFile } from '#banking/batch-file.js';
import type { BatchHeader, PaymentLine } from '#banking/batch-file.js';
import { draftReceipt, encodeReceipt, type ReceiptDraft } from '#banking/receipt.js';
import type { ReasonCode } from '#banking/reasons.js';

/**
 * What the simulated bank does with one line. A line without an answer is credited and told at
 * once.
 */
export type LineAnswer = Readonly<{
  /** `success` unless said. */
  result?: 'success' | 'failed';
  /** Of the failure or the return; MS03 unless said. */
  reason?: ReasonCode;
  /** Credited first; on this day the money comes back, in a returns file of its own. */
  returnedOn?: string;
  /** `late`: missing from the first part and told in the second; `double`: told in both. */
  delivery?: 'late' | 'double';
  /**
   * Behind this line the first part tells of a payment of the same amount that nobody asked for.
   */
  unknownAfter?: boolean;
}>;

/** By instruction, or decided line by line; undefined is a success. */
export type BankAnswers =
  | Readonly<Record<string, LineAnswer>>
  | ((line: PaymentLine, header: BatchHeader) => LineAnswer | undefined);

/** A receipt that lies ready; the bank gives it out on `day`. */
export type AnswerFile = Readonly<{ name: string; bytes: Buffer; day: string }>;

type Answered = Readonly<{ line: PaymentLine; answer: LineAnswer }>;

/**
 * Every receipt the bank will ever give for a batch, in the order of their days: part 1 on the
 * value date, part 2 (late and double lines) the day after, returns each on their day. A pure
 * function: the same bytes, answers and seed give the same files, so answering again after a crash
 * adds nothing.
 *
 * @throws Refusal as the batch decoder does when the bytes are not a whole batch file
 */
export function answerBatch(
  bytes: Buffer,
  { answers, seed }: Readonly<{ answers: BankAnswers; seed: string | number }>,
): Readonly<{ batchId: string; files: readonly AnswerFile[] }> {
  const layout = batchLayoutOf(bytes);
  const { header, lines } = decodeBatchFile(layout, bytes);
  const answered = lines.map((line) => ({ line, answer: answerOf(answers, line, header) }));
  const drafts = [
    ...resultDrafts(header, answered, String(seed)),
    ...returnDrafts(header, answered, String(seed)),
  ];
  const files = drafts.map((draft) => ({
    name: `${draft.receiptId}.txt`,
    bytes: encodeReceipt(layout, draftReceipt(layout.coverage, draft)),
    day: draft.madeOn,
  }));
  return { batchId: header.batchId, files };
}

function resultDrafts(
  header: BatchHeader,
  answered: readonly Answered[],
  seed: string,
): readonly ReceiptDraft[] {
  const first = answered
    .filter(({ answer }) => answer.delivery !== 'late')
    .flatMap((one) => {
      const told = resultLine(header, one, seed);
      return one.answer.unknownAfter === true ? [told, unknownLine(header, one, seed)] : [told];
    });
  const second = answered
    .filter(({ answer }) => answer.delivery !== undefined)
    .map((one) => resultLine(header, one, seed));
  const { batchId, valueDate } = header;
  const results = { batchId, kind: 'results' as const };
  const partOne = { ...results, receiptId: `RCT-${batchId}-1`, part: 1, madeOn: valueDate };
  const partTwo = { ...results, receiptId: `RCT-${batchId}-2`, part: 2 };
  return second.length === 0
    ? [{ ...partOne, lines: first }]
    : [
        { ...partOne, lines: first },
        { ...partTwo, madeOn: dayAfter(valueDate), lines: second },
      ];
}

function returnDrafts(
  { batchId }: BatchHeader,
  answered: readonly Answered[],
  seed: string,
): readonly ReceiptDraft[] {
  const days = new Map<string, Answered[]>();
  for (const one of answered) {
    const { returnedOn, result } = one.answer;
    if (returnedOn === undefined || result === 'failed') continue;
    days.set(returnedOn, [...(days.get(returnedOn) ?? []), one]);
  }
  return [...days.keys()].sort().map((madeOn, index) => ({
    batchId,
    receiptId: `RET-${batchId}-${index + 1}`,
    part: index + 1,
    kind: 'returns',
    madeOn,
    lines: (days.get(madeOn) ?? []).map(({ line, answer }) => ({
      instructionId: line.instructionId,
      amountFen: line.amountFen,
      result: 'returned',
      reasonCode: answer.reason ?? 'MS03',
      valueDate: madeOn,
      bankSerial: serial(seed, 'returned', line.instructionId),
    })),
  }));
}

function resultLine(
  { valueDate }: BatchHeader,
  { line, answer }: Answered,
  seed: string,
): ReceiptDraft['lines'][number] {
  const result = answer.result ?? 'success';
  return {
    instructionId: line.instructionId,
    amountFen: line.amountFen,
    result,
    ...(result === 'failed' ? { reasonCode: answer.reason ?? 'MS03' } : {}),
    valueDate,
    bankSerial: serial(seed, result, line.instructionId),
  };
}

function unknownLine(
  { valueDate }: BatchHeader,
  { line }: Answered,
  seed: string,
): ReceiptDraft['lines'][number] {
  const bankSerial = serial(seed, 'unknown', line.instructionId);
  const instructionId = `UNKNOWN-${bankSerial}`;
  return { instructionId, amountFen: line.amountFen, result: 'success', valueDate, bankSerial };
}

function answerOf(answers: BankAnswers, line: PaymentLine, header: BatchHeader): LineAnswer {
  if (typeof answers === 'function') return answers(line, header) ?? {};
  return Object.hasOwn(answers, line.instructionId) ? (answers[line.instructionId] ?? {}) : {};
}

/** Looks like a bank's number and is none: it depends on nothing but its arguments. */
function serial(seed: string, result: string, instructionId: string): string {
  const digest = createHash('sha256').update(`${seed}|${result}|${instructionId}`).digest('hex');
  return digest.slice(0, 16).toUpperCase();
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
