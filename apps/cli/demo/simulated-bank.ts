import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerBatch, type AnswerFile, type BankAnswers } from '../bank/bank.js';
import { answerFolder } from '../bank/folder.js';
import { monthAfter } from '../city/numbers.js';
import type { Bureau } from './bureau.js';
import { sha256Of, sideBySide, unless } from './office-door.js';
import type { Rows } from './register.js';

export type BatchRow = Readonly<{
  batchId: string;
  month: string;
  status: string;
  sendingStatus: string | null;
  attempt: number;
  nextStep: string | null;
  amountFen: number | string;
  excludedLines: number;
}>;

export type BatchLine = Readonly<{
  seq: number;
  instruction: string;
  award: string;
  person: string;
  lines: readonly string[];
}>;

/** An answer of the bank's, with the batch that it is about. */
export type GivenReceipt = AnswerFile & Readonly<{ batchId: string; office: string }>;

/** The bank's folders stand before the first file is sent: one that is missing says nothing. */
export async function openBank({ bank }: Bureau): Promise<void> {
  await mkdir(bank.toBank, { recursive: true });
  await mkdir(bank.fromBank, { recursive: true });
}

export async function batchesOf(
  { door }: Bureau,
  office: string,
  month: string,
): Promise<readonly BatchRow[]> {
  const path = `batches?office=${office}&month=${month}`;
  return (await door.get<Rows<BatchRow>>('cashier', path)).rows;
}

export function batchLines({ door }: Bureau, batchId: string): Promise<readonly BatchLine[]> {
  return door.rows<BatchLine>('payroll', `batches/${batchId}/lines?limit=5000`);
}

/** The city's months up to one, itself included. */
export function monthsUpTo({ city }: Bureau, month: string): readonly string[] {
  const months: string[] = [];
  for (let at = city.firstMonth; at <= month; at = monthAfter(at, 1)) months.push(at);
  return months;
}

/**
 * How the bank treats each line. Its script names persons, a bank knows instructions: who stands
 * behind one, the clerk reads in the batch's list.
 */
async function answersOf(bureau: Bureau, month: string): Promise<BankAnswers> {
  const persons = new Map<string, string>();
  for (const one of monthsUpTo(bureau, month)) {
    for (const office of bureau.city.offices) {
      for (const { batchId } of await batchesOf(bureau, office, one))
        for (const { instruction, person } of await batchLines(bureau, batchId))
          persons.set(instruction, person);
    }
  }
  return ({ instructionId }, header) =>
    bureau.script[header.month]?.[persons.get(instructionId) ?? ''];
}

/** Every answer that the bank gives by that day, in the order of the days. */
export async function receiptsGiven(
  bureau: Bureau,
  month: string,
  today: string,
): Promise<readonly GivenReceipt[]> {
  const { bank, city } = bureau;
  const answers = await answersOf(bureau, month);
  const { seed } = city;
  await answerFolder({ inbox: bank.toBank, outbox: bank.fromBank, answers, seed, today });
  const given: GivenReceipt[] = [];
  for (const name of await readdir(bank.toBank)) {
    if (name.startsWith('.')) continue;
    const sent = await readFile(join(bank.toBank, name));
    const { batchId, files } = answerBatch(sent, { answers, seed });
    const office = batchId.slice(0, city.jurisdiction.length);
    for (const file of files) if (file.day <= today) given.push({ ...file, batchId, office });
  }
  return given.sort((a, b) => (a.day + a.name < b.day + b.name ? -1 : 1));
}

/** Books what the bank has given by that day and this month has not taken in yet. */
export async function bookReceipts(bureau: Bureau, month: string, today: string): Promise<void> {
  const { door, city, bank } = bureau;
  await door.day(today);
  const given = await receiptsGiven(bureau, month, today);
  await sideBySide(city.offices, async (office) => {
    const path = `receipts/${office}/${month}`;
    const { rows } = await door.get<Rows<Readonly<{ documentId: string }>>>('accountant', path);
    const booked = new Set(rows.map(({ documentId }) => documentId));
    const mine = given.filter((one) => one.office === office && one.day.startsWith(month));
    for (const { name } of mine) {
      const bytes = await readFile(join(bank.fromBank, name));
      if (booked.has(`receipt-${sha256Of(bytes)}`)) continue;
      await unless('RECEIPT_BOOKED', door.post('accountant', path, { file: { name, bytes } }));
    }
  });
  await door.settle();
}
