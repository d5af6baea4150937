import { batchStream, type BankFile, type LiveBatch } from '#domain/batch/batch.js';
import type { BatchCommand } from '#domain/batch/batch.commands.js';
import { forbidOtherHand } from '#domain/batch/batch-sending.js';
import { refuse } from '#domain/refusal.js';
import { batchFileName } from '#banking/batch-file.js';
import type { Act, App } from './app.js';
import { BatchFile } from './batch-file.js';
import { batchNow, liveBatch, touched } from './batches.js';
import { acting, contextFor } from './claims.js';
import type { Context } from './context.js';
import { crashPoint } from './crash-points.js';
import { bodyHash, derivedId } from './ids.js';
import { alone } from './sending-lock.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

/**
 * Writes the bank's file: the signed document less exclusions, with each account opened and checked
 * against the hash that was signed. The bytes are sealed as they are made, decoded again by the
 * receiving codec, and their root compared before the event says that a file exists.
 */
export async function writeFile(app: App, act: Act, batchId: string): Promise<Receipt> {
  const batch = await liveBatch(app, act, batchId);
  if (batch.status === 'prepared' || batch.status === 'admitted')
    refuse('BATCH_NOT_READY', { batch: batchId });
  const fileName = fileNameOf(batch);
  const file = new BatchFile(app, batch);
  const { sha256 } = await app.vault.files.sealPieces(fileName, file.pieces());
  crashPoint('file:sealed');
  const command = { type: 'RecordFile', batchId, fileName, sha256, ...file.written() } as const;
  const receipt = await run(app, batchId, command, contextFor(act));
  crashPoint('file:recorded');
  return receipt;
}

/** An exclusion makes another file: its name says which, so that no two contents share a name. */
function fileNameOf(batch: LiveBatch): string {
  const exclusions = Object.keys(batch.excluded).length;
  const name = batchFileName(batch.batchId);
  return exclusions === 0 ? name : name.replace(/(\.[a-z]+)?$/, `-x${exclusions}$1`);
}

/**
 * The cashier sends. Winning `SubmissionStarted` at the expected revision is the right to act,
 * once; a crash after it leaves the state UNKNOWN, from which only a query leads on. Whoever asks
 * while the file is on its way waits until it has arrived, or until its sender is gone.
 *
 * What was allowed to be sent again is looked for once more first, as a bank's note or a rename
 * that was held up may have come since: found, it was sent, and nothing is sent now.
 */
export async function submitBatch(app: App, act: Act, batchId: string): Promise<Receipt> {
  const { payees } = await touched(app, act, await liveBatch(app, act, batchId));
  return alone(app.pool, batchId, (stillMine) => submit(app, act, { batchId, payees, stillMine }));
}

async function submit(
  app: App,
  act: Act,
  {
    batchId,
    payees,
    stillMine,
  }: Readonly<{ batchId: string; payees: readonly string[]; stillMine: () => Promise<void> }>,
): Promise<Receipt> {
  const { by, on } = acting(act);
  const command = { type: 'StartSubmission', batchId, payees, by, on } as const;
  const arrived = await foundSince(app, act, command);
  if (arrived !== undefined) return arrived;
  await app.bank.prepare();
  const receipt = await run(app, batchId, command, contextFor(act));
  if (receipt.repeated) return receipt;
  crashPoint('submission:started');
  const batch = await liveBatch(app, act, batchId);
  const { file, sending } = batch;
  if (file === undefined || sending === undefined) throw new Error(`no file for ${batchId}`);
  await app.bank.deliver(file.fileName, await sealedFile(app, file), stillMine);
  const { attempt } = sending;
  const sent = {
    type: 'RecordSent',
    batchId,
    attempt,
    evidence: `folder:${file.fileName}`,
  } as const;
  const done = await run(app, batchId, sent, following(act, batchId, attempt));
  crashPoint('submission:sent');
  return done;
}

/**
 * Undefined unless the batch may be sent again, and its file is found after all.
 *
 * @throws Refusal BATCH_STATE_UNKNOWN when the folder cannot be read
 */
async function foundSince(
  app: App,
  act: Act,
  start: Extract<BatchCommand, { type: 'StartSubmission' }>,
): Promise<Receipt | undefined> {
  const { batchId } = start;
  const batch = await liveBatch(app, act, batchId);
  const { sending } = batch;
  if (sending?.status !== 'resend-allowed') return undefined;
  forbidOtherHand(batch, start.by);
  const evidence = await traceOf(app, batchId, sending.files);
  if (evidence === undefined) return undefined;
  const { attempt } = sending;
  const found = { type: 'RecordQuery', batchId, attempt, found: true, evidence } as const;
  const context = contextFor(act);
  // A repeat asks to submit, as the first time, and is answered by what was found then.
  return app.transact.run(stored.batch, batchStream(batchId), found, context, bodyHash(start));
}

/** @throws Refusal BATCH_STATE_UNKNOWN when the folder cannot be read */
async function traceOf(
  app: App,
  batchId: string,
  files: readonly BankFile[],
): Promise<string | undefined> {
  for (const file of files) {
    const found = await app.bank
      .find({ batchId, ...file })
      .catch(() => refuse('BATCH_STATE_UNKNOWN', { batch: batchId, folder: 'unreadable' }));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The very bytes that were written, decoded and recorded; at their end they are known to be so. */
async function sealedFile(
  app: App,
  { fileName, sha256 }: Readonly<{ fileName: string; sha256: string }>,
): Promise<AsyncIterable<Buffer>> {
  const { files } = app.vault;
  return (await files.openPieces(files.refOf(fileName, sha256))).pieces;
}

export type QueryInput = Readonly<{
  id: string;
  /** What the bank answered when the cashier asked it: counts only when no trace is found. */
  statement?: string | undefined;
}>;

/** Asks the folders whether the file arrived; one that cannot be read leaves the state unknown. */
export async function querySubmission(app: App, act: Act, input: QueryInput): Promise<Receipt> {
  const { id: batchId, statement } = input;
  await liveBatch(app, act, batchId);
  const { by, on } = acting(act);
  const said = statement === undefined ? undefined : { statement, by, on };
  return alone(app.pool, batchId, () => query(app, batchId, { context: contextFor(act), said }));
}

/** Asked by nobody in person: it can find the file, and never says that the bank has none. */
export function findSubmission(app: App, batchId: string, context: Context): Promise<Receipt> {
  return alone(app.pool, batchId, () => query(app, batchId, { context, said: undefined }));
}

type Asked = Readonly<{
  context: Context;
  said: Extract<BatchCommand, { type: 'RecordQuery' }>['said'];
}>;

/** @throws Refusal BATCH_UNKNOWN, BATCH_NOT_UNKNOWN, BATCH_STATE_UNKNOWN */
async function query(app: App, batchId: string, { context, said }: Asked): Promise<Receipt> {
  const batch = await batchNow(app, batchId);
  if (batch.status === 'none') return refuse('BATCH_UNKNOWN', { batch: batchId });
  const { sending } = batch;
  if (sending === undefined) return refuse('BATCH_NOT_UNKNOWN', { batch: batchId });
  const found = await traceOf(app, batchId, sending.files);
  const command = {
    type: 'RecordQuery',
    ...{ batchId, attempt: sending.attempt, found: found !== undefined },
    evidence: found ?? 'folder: not found',
    ...(said === undefined ? {} : { said }),
  } as const;
  return run(app, batchId, command, context);
}

/** The bank answers only what it received: its receipt settles a submission nobody was sure of. */
export async function recordArrival(
  app: App,
  act: Act,
  { batch, receipt }: Readonly<{ batch: LiveBatch; receipt: string }>,
): Promise<void> {
  const { batchId, sending } = batch;
  if (sending === undefined || sending.status === 'sent') return;
  const { attempt } = sending;
  const evidence = `receipt:${receipt}`;
  const command = { type: 'RecordQuery', batchId, attempt, found: true, evidence } as const;
  const commandId = derivedId(act.commandId, 'arrived', batchId, attempt);
  await run(app, batchId, command, { ...contextFor(act), commandId });
}

export async function proposeResend(
  app: App,
  act: Act,
  { id: batchId, reason }: Readonly<{ id: string; reason: string }>,
): Promise<Receipt> {
  await liveBatch(app, act, batchId);
  const { by, on } = acting(act);
  return run(app, batchId, { type: 'ProposeResend', batchId, reason, by, on }, contextFor(act));
}

export async function approveResend(app: App, act: Act, batchId: string): Promise<Receipt> {
  await liveBatch(app, act, batchId);
  const { by, on } = acting(act);
  return run(app, batchId, { type: 'ApproveResend', batchId, by, on }, contextFor(act));
}

function run(app: App, batchId: string, command: BatchCommand, context: Context): Promise<Receipt> {
  return app.transact.run(stored.batch, batchStream(batchId), command, context);
}

function following(act: Act, batchId: string, attempt: number): Context {
  return { ...contextFor(act), commandId: derivedId(act.commandId, 'sent', batchId, attempt) };
}
