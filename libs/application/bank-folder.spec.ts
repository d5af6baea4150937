import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { draftReceipt, encodeReceipt } from '#banking/receipt.js';
import { shippedLayouts } from '#banking/layouts.js';
import { fen } from '#domain/values/fen.js';
import { BankFolder } from './bank-folder.js';
import { sha256Hex } from './ids.js';

const bytes = Buffer.from('a file for the bank');
const sent = { batchId: '440103-2026-10-1', fileName: 'b-1.txt', sha256: sha256Hex(bytes) };

function receiptOf(batchId: string): Buffer {
  const [layout] = shippedLayouts;
  if (layout === undefined) throw new Error('no layout is shipped');
  const draft = draftReceipt(layout.coverage, {
    ...{ receiptId: 'R1', batchId, part: 1, kind: 'results', madeOn: '2026-10-13' },
    lines: [
      {
        ...{ instructionId: '1', amountFen: fen(241_200n), result: 'success' },
        ...{ bankSerial: 'S1', valueDate: '2026-10-13' },
      },
    ],
  });
  return encodeReceipt(layout, draft);
}

describe('a file on its way', () => {
  it('appears whole, or leaves nothing when its last piece says that it is another', async () => {
    const root = await mkdtemp(join(tmpdir(), 'yuejie-bank-'));
    const folder = new BankFolder(root, join(root, 'in'));
    async function* broken(): AsyncIterable<Buffer> {
      yield await Promise.resolve(bytes);
      throw new Error('not what was sealed');
    }
    await expect(folder.deliver('b-1.txt', broken())).rejects.toThrow('not what was sealed');
    expect(await readdir(root)).toEqual([]);
    const lost = () => Promise.reject(new Error('another may be sending'));
    await expect(folder.deliver('b-1.txt', [bytes], lost)).rejects.toThrow('another');
    expect(await readdir(root)).toEqual([]);
    await folder.deliver('b-1.txt', [bytes.subarray(0, 7), bytes.subarray(7)]);
    expect(await readFile(join(root, 'b-1.txt'))).toEqual(bytes);
    await rm(root, { recursive: true, force: true });
  });
});

describe('a power cut', () => {
  let root: string;
  let synced: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'yuejie-bank-'));
    synced = [];
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(root, { recursive: true, force: true });
  });

  /** Notes what is put on the disk, and which names stood in it by then; `fault` is its answer. */
  async function watchDisk(fault?: string): Promise<void> {
    const probe = await open(root, 'r');
    const handles = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    jest.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      const path = await pathOf(this);
      const isFolder = (await this.stat()).isDirectory();
      const names = isFolder ? `: ${(await readdir(join(root, path))).join(' ')}` : '';
      synced.push(`${path}${names}`);
      if (fault !== undefined && isFolder) throw Object.assign(new Error(fault), { code: fault });
    });
  }

  async function pathOf(handle: FileHandle): Promise<string> {
    const { ino } = await handle.stat();
    for (const path of ['.', ...(await readdir(root, { recursive: true }))])
      if ((await stat(join(root, path))).ino === ino) return path;
    throw new Error('what is synced does not stand in the folder');
  }

  it('takes neither the bytes of a delivered file away, nor its name', async () => {
    await watchDisk();
    await new BankFolder(root, join(root, 'in')).deliver('b-1.txt', [bytes]);
    expect(synced).toEqual(['.b-1.txt.part', '.: b-1.txt']);
  });

  it('does not take away the folder that was made for it', async () => {
    await watchDisk();
    const folder = new BankFolder(join(root, 'bank', 'out'), join(root, 'in'));
    await folder.prepare();
    expect(synced).toEqual(['bank: out', '.: bank']);
    await folder.prepare();
    expect(synced).toHaveLength(2);
  });

  it('is left to a folder that says it cannot be synced, and to no other fault', async () => {
    const folder = new BankFolder(root, join(root, 'in'));
    await watchDisk('EINVAL');
    await folder.deliver('b-1.txt', [bytes]);
    jest.restoreAllMocks();
    await watchDisk('EIO');
    await expect(folder.deliver('b-2.txt', [bytes])).rejects.toThrow('EIO');
  });
});

describe('a trace of a file that was sent', () => {
  let root: string;
  let folder: BankFolder;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'yuejie-bank-'));
    folder = new BankFolder(join(root, 'out'), join(root, 'in'));
    await folder.prepare();
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(path: string, content: Buffer | string): Promise<void> {
    const whole = join(root, path);
    await mkdir(join(whole, '..'), { recursive: true });
    await writeFile(whole, content);
  }

  it.each([
    ['the file itself', 'out/b-1.txt', bytes, 'folder:b-1.txt'],
    ['the file that the bank took', 'out/taken/b-1.txt', bytes, 'taken:taken/b-1.txt'],
    [
      ...(['the bank’s note of it', 'out/.bank/440103-2026-10-1.taken', sent.sha256] as const),
      'taken:.bank/440103-2026-10-1.taken',
    ],
    ['a receipt for its batch', 'in/R1.txt', receiptOf(sent.batchId), 'receipt:R1.txt'],
  ])('is %s', async (_what, path, content, trace) => {
    expect(await folder.find(sent)).toBeUndefined();
    await put(path, content);
    expect(await folder.find(sent)).toBe(trace);
  });

  it.each([
    ['another file of the name', 'out/b-1.txt', 'another'],
    ['another file of the name that was taken', 'out/taken/b-1.txt', 'another'],
    ['a note of other bytes', 'out/.bank/440103-2026-10-1.taken', sha256Hex('another')],
    ['a receipt for another batch', 'in/R1.txt', receiptOf('440103-2026-10-2')],
    ['half a receipt', 'in/R1.txt', receiptOf(sent.batchId).subarray(0, -40)],
    ['whatever else names the batch', 'in/note.txt', sent.batchId],
  ])('is not %s', async (_what, path, content) => {
    await put(path, content);
    expect(await folder.find(sent)).toBeUndefined();
  });

  it('is not looked for where nobody can look', async () => {
    await rm(folder.outgoing, { recursive: true });
    await expect(folder.find(sent)).rejects.toThrow('ENOENT');
  });
});
