import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Refusal } from '#domain/refusal.js';
import { receiptLayoutOf, ReceiptReader } from '#banking/receipt.js';
import { piecesOf } from '#banking/records.js';
import { faultCode } from '#postgres/setup-error.js';
import { breathe } from './breath.js';
import { crashPoint } from './crash-points.js';

/** A file as it was written for the bank: what a trace of it is compared with. */
export type SentFile = Readonly<{ batchId: string; fileName: string; sha256: string }>;

/** The bank's folder channel: what we put there, and where traces of its arrival stand. */
export class BankFolder {
  constructor(
    /** The bank reads here. */
    readonly outgoing: string,
    /** The bank writes receipts here. */
    readonly incoming: string,
  ) {}

  /** Before a submission starts: from then on a folder that is missing was taken away. */
  async prepare(): Promise<void> {
    const outgoing = resolve(this.outgoing);
    const first = await mkdir(outgoing, { recursive: true });
    if (first === undefined) return;
    for (let made = outgoing; made.length >= first.length; made = dirname(made))
      await keepNames(dirname(made));
  }

  /**
   * The act: the file appears whole under its name, or not at all, as when its pieces end in an
   * error. Once this has returned a power cut takes neither its bytes nor its name away.
   *
   * @param stillMine asked at the last moment: when it throws, nothing appears
   */
  async deliver(
    fileName: string,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    stillMine: () => Promise<void> = async () => {},
  ): Promise<void> {
    const part = join(this.outgoing, `.${fileName}.part`);
    const file = await open(part, 'w', 0o600);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.sync();
      await stillMine();
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(part, join(this.outgoing, fileName));
    await keepNames(this.outgoing);
    crashPoint('submission:renamed');
  }

  /**
   * A trace of the file: it stands in the folder, the bank took it into one of its own in there, or
   * a receipt speaks of the batch. No trace is no answer, as a bank takes files away. A folder that
   * cannot be read throws: nobody knows what is in it.
   */
  async find(sent: SentFile): Promise<string | undefined> {
    const { fileName } = sent;
    const entries = await readdir(this.outgoing, { withFileTypes: true });
    if (entries.some(({ name }) => name === fileName) && (await this.isSent(fileName, sent)))
      return `folder:${fileName}`;
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      const taken = await this.takenInto(entry.name, sent);
      if (taken !== undefined) return `taken:${taken}`;
    }
    return this.answered(sent.batchId);
  }

  /** The bank keeps the file itself in its folder, or a note of the batch with the file's hash. */
  private async takenInto(folder: string, sent: SentFile): Promise<string | undefined> {
    const names = await readdir(join(this.outgoing, folder));
    const note = `${sent.batchId}.taken`;
    if (names.includes(sent.fileName) && (await this.isSent(join(folder, sent.fileName), sent)))
      return `${folder}/${sent.fileName}`;
    if (!names.includes(note)) return undefined;
    const text = await readFile(join(this.outgoing, folder, note), 'latin1');
    return text.trim() === sent.sha256 ? `${folder}/${note}` : undefined;
  }

  private async isSent(path: string, { sha256 }: SentFile): Promise<boolean> {
    const digest = createHash('sha256');
    for await (const piece of createReadStream(join(this.outgoing, path))) digest.update(piece);
    return digest.digest('hex') === sha256;
  }

  private async answered(batchId: string): Promise<string | undefined> {
    const entries = await readdir(this.incoming, { withFileTypes: true }).catch(nothingIfAbsent);
    for (const { name } of entries.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(this.incoming, name));
      if (bytes.includes(batchId) && (await batchOfReceipt(bytes)) === batchId)
        return `receipt:${name}`;
    }
    return undefined;
  }
}

/**
 * Puts the names in a folder on the disk, where the disk's system lets a folder be synced: one that
 * is mounted from elsewhere may keep its names in a way of its own. Any other fault is one.
 */
async function keepNames(folder: string): Promise<void> {
  const names = await open(folder, 'r');
  try {
    await names.sync();
  } catch (error) {
    if (!cannotSync.has(faultCode(error))) throw error;
  } finally {
    await names.close();
  }
}

const cannotSync: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Undefined for whatever else lies in the folder: only a whole receipt speaks for the bank. */
async function batchOfReceipt(bytes: Buffer): Promise<string | undefined> {
  try {
    const reader = new ReceiptReader(receiptLayoutOf(bytes));
    for (const piece of piecesOf(bytes)) {
      reader.take(piece);
      await breathe();
    }
    return reader.end().batchId;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Before the first receipt there may be no such folder. */
function nothingIfAbsent(error: unknown): Dirent[] {
  if (faultCode(error) === 'ENOENT') return [];
  throw error;
}
