import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { batchFileName } from '#banking/batch-file.js';
import { answerBatch, type BankAnswers } from './bank.js';

/**
 * The bank's side of the folder channel: batches come into `inbox`, receipts go out into `outbox`.
 */
export type FolderBank = Readonly<{
  inbox: string;
  outbox: string;
  answers: BankAnswers;
  seed: string | number;
  /** Gives only receipts of days up to this one; all of them, returns included, unless said. */
  today?: string;
  /** Gives receipts again that were given before: the same names, the same bytes. */
  again?: boolean;
}>;

export type FolderAnswer = Readonly<{
  /** Names in the outbox, in the order in which they were written. */
  written: readonly string[];
  /** Files of the inbox that were set aside, with the reason. */
  setAside: readonly Readonly<{ name: string; reason: string }>[];
}>;

/**
 * Answers what lies in the inbox, once, and returns; it watches nothing. What was taken and given
 * is remembered in `.bank` beside the batches, because the reader of the outbox may take receipts
 * away. As at a real bank, a batch number is paid once: the same file again is not answered again,
 * and another file under a number that was taken is set aside.
 */
export async function answerFolder(bank: FolderBank): Promise<FolderAnswer> {
  const memory = join(bank.inbox, '.bank');
  await mkdir(memory, { recursive: true });
  await mkdir(bank.outbox, { recursive: true });
  const given = new Set(bank.again === true ? [] : await readdir(memory));
  const written: string[] = [];
  const setAside: { name: string; reason: string }[] = [];
  for (const name of await visibleFiles(bank.inbox)) {
    const bytes = await readFile(join(bank.inbox, name));
    const answer = tryAnswer(bytes, bank);
    if ('reason' in answer) {
      setAside.push({ name, reason: answer.reason });
      continue;
    }
    if (!(await takes(memory, answer.batchId, bytes))) {
      setAside.push({ name, reason: `batch ${answer.batchId} came before with other bytes` });
      continue;
    }
    for (const file of answer.files) {
      if (given.has(file.name) || (bank.today !== undefined && file.day > bank.today)) continue;
      given.add(file.name);
      // Receipt first: a crash between the two writes gives the same bytes again under the same
      // name.
      await writeWhole(bank.outbox, file.name, file.bytes);
      await writeWhole(memory, file.name, Buffer.alloc(0));
      written.push(file.name);
    }
  }
  return { written, setAside };
}

/**
 * Whether the bank has received a batch: the question to ask when it is not known if a file was
 * sent.
 *
 * @returns the file's name and SHA-256, to be compared with what was written; undefined when it
 *   never came
 * @throws Error when the folder cannot be read: a folder that is not there does not say that
 *   nothing came
 */
export async function findBatch({
  inbox,
  batchId,
}: Readonly<{ inbox: string; batchId: string }>): Promise<
  Readonly<{ name: string; sha256: string }> | undefined
> {
  const name = batchFileName(batchId);
  if (!(await visibleFiles(inbox)).includes(name)) return undefined;
  const bytes = await readFile(join(inbox, name));
  return { name, sha256: sha256Of(bytes) };
}

/** Puts a file whole or not at all: readers of the folder never see half of it. */
export async function writeWhole(folder: string, name: string, bytes: Buffer): Promise<void> {
  const unfinished = join(folder, `.${name}.${randomUUID()}.tmp`);
  const handle = await open(unfinished, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, join(folder, name));
}

/** Keeps the SHA-256 of the first file of a batch; false for a later one that differs. */
async function takes(memory: string, batchId: string, bytes: Buffer): Promise<boolean> {
  const name = `${batchId}.taken`;
  const sha256 = sha256Of(bytes);
  if ((await visibleFiles(memory)).includes(name))
    return (await readFile(join(memory, name), 'latin1')) === sha256;
  await writeWhole(memory, name, Buffer.from(sha256, 'latin1'));
  return true;
}

function tryAnswer(bytes: Buffer, { answers, seed }: FolderBank) {
  try {
    return answerBatch(bytes, { answers, seed });
  } catch (error) {
    // A bank sets aside what it cannot read and goes on; a fault of ours is not of that kind.
    if (error instanceof Error && error.name === 'Refusal') return { reason: error.message };
    throw error;
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Unfinished files begin with a dot. */
async function visibleFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
