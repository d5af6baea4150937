import { readFile, writeFile } from 'node:fs/promises';
import { answerBatch } from '../bank/bank.js';

/** The bank works in its own house: its memory and its time are not the engine's. */
const [, , batchFile = '', receiptFile = ''] = process.argv;
const { files } = answerBatch(await readFile(batchFile), { answers: {}, seed: 'bench' });
const [receipt] = files;
if (receipt === undefined) throw new Error('the bank has no answer');
await writeFile(receiptFile, receipt.bytes);
