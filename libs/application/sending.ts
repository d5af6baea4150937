import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import type { BatchCommand } from '#domain/batch/batch.commands.js';
import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { sumFen } from '#domain/values/fen.js';
import {
  batchFileName,
  canonicalLine,
  decodeBatchFile,
  encodeBatchFile,
  type PaymentLine,
} from '#banking/batch-file.js';
import type { Layout } from '#banking/layout.js';
import { shippedLayouts } from '#banking/layouts.js';
import { documentRoot } from '#evidence/tree.js';
import type { Act, App } from './app.js';
import { batchNow, liveBatch, touched } from './batches.js';
import { acting, contextFor } from './claims.js';
import type { Context } from './context.js';
import { crashPoint } from './crash-points.js';
import { batchLine, type BatchLine } from './document-lines.js';
import { derivedId } from './ids.js';
import { alone } from './sending-lock.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

/**
 * Writes the bank's file: the signed document less exclusions, with each account opened and checked
 * against the hash that was signed. The bytes are sealed, decoded again by the receiving codec, and
 * their root compared before the event says that a file exists.
 */
export async function writeFile(app: App, act: Act, batchId: string): Promise<Receipt> {
  const batch = await liveBatch(app, act, batchId);
  if (batch.status === 'prepared' || batch.status === 'admitted')
    refuse('BATCH_NOT_READY', { batch: batchId });
  const { bytes, expected, layout } = await fileOf(app, batch);
  const fileName = fileNameOf(batch);
  const { sha256 } = await app.vault.files.sealBytes(fileName, bytes);
  crashPoint('file:sealed');
  const written = decodeBatchFile(layout, bytes).lines;
  const command: BatchCommand = {
    type: 'RecordFile',
    ...{ batchId, fileName, sha256 },
    root: rootOf(written),
    expectedRoot: rootOf(expected),
    lines: written.length,
    amountFen: sumFen(written.map(({ amountFen }) => amountFen)),
  };
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

async function fileOf(
  app: App,
  batch: LiveBatch,
): Promise<Readonly<{ bytes: Buffer; expected: readonly PaymentLine[]; layout: Layout }>> {
  const layout = shippedLayouts.find(({ name }) => name === batch.layout);
  if (layout === undefined) return refuse('RECEIPT_LAYOUT_UNKNOWN', { layout: batch.layout });
  const expected: PaymentLine[] = [];
  for await (const chunk of app.documents.lines(batch.document)) {
    const lines = chunk.map(batchLine).filter(({ instruction }) => leaves(batch, instruction));
    expected.push(...(await withAccounts(app, lines, { from: expected.length, batch })));
  }
  const totalFen = sumFen(expected.map(({ amountFen }) => amountFen));
  const { batchId, pool, month } = batch;
  const payerAccount = `${pool}-payment`;
  const valueDate = signedOn(batch);
  const header = {
    batchId,
    payerAccount,
    pool,
    month,
    valueDate,
    count: expected.length,
    totalFen,
  };
  const { bytes } = encodeBatchFile(layout, header, expected);
  return { bytes, expected, layout };
}

/** The day of the last signature: with it the file is a pure function of the batch. */
function signedOn({ signing, batchId }: LiveBatch): Day {
  const last = signing.hands.at(-1);
  if (last === undefined) throw new Error(`batch ${batchId} has no signature`);
  return last.day;
}

function leaves({ excluded, refused }: LiveBatch, instruction: string): boolean {
  return !(instruction in excluded) && !refused.includes(instruction);
}

/** An account that is not the one signed stops the file: nothing is paid by a swapped row. */
async function withAccounts(
  app: App,
  lines: readonly BatchLine[],
  { from, batch }: Readonly<{ from: number; batch: LiveBatch }>,
): Promise<readonly PaymentLine[]> {
  const expected = new Map(lines.map((line) => [line.accountRef, line.sealedSha256]));
  const [fault] = await app.vault.rows.verifySealed(expected);
  if (fault !== undefined) throw new Error(`sealed account ${fault.ref} is ${fault.fault}`);
  const opened = await app.vault.rows.openMany([...expected.keys()]);
  return lines.map(({ instruction, accountRef, amountFen }, at) => {
    const { account = '', holder = '', bankCode = '' } = opened.get(accountRef) ?? {};
    return {
      seq: from + at + 1,
      payeeAccount: account,
      payeeName: holder,
      bankCode,
      amountFen,
      instructionId: instruction,
      remark: `失业保险金 ${batch.month}`,
    };
  });
}

function rootOf(lines: readonly PaymentLine[]): string {
  return documentRoot(lines.map(canonicalLine));
}

/**
 * The cashier sends. Winning `SubmissionStarted` at the expected revision is the right to act,
 * once; a crash after it leaves the state UNKNOWN, from which only a query leads on. Whoever asks
 * while the file is on its way waits until it has arrived, or until its sender is gone.
 */
export async function submitBatch(app: App, act: Act, batchId: string): Promise<Receipt> {
  const { payees } = await touched(app, act, await liveBatch(app, act, batchId));
  return alone(app.pool, batchId, () => submit(app, act, { batchId, payees }));
}

async function submit(
  app: App,
  act: Act,
  { batchId, payees }: Readonly<{ batchId: string; payees: readonly string[] }>,
): Promise<Receipt> {
  await app.bank.prepare();
  const { by, on } = acting(act);
  const command = { type: 'StartSubmission', batchId, payees, by, on } as const;
  const receipt = await run(app, batchId, command, contextFor(act));
  if (receipt.repeated) return receipt;
  crashPoint('submission:started');
  const batch = await liveBatch(app, act, batchId);
  const { file, sending } = batch;
  if (file === undefined || sending === undefined) throw new Error(`no file for ${batchId}`);
  await app.bank.deliver(file.fileName, await fileBytes(app, batch, file.sha256));
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

async function fileBytes(app: App, batch: LiveBatch, sha256: string): Promise<Buffer> {
  const { bytes } = await fileOf(app, batch);
  const sealed = await app.vault.files.sealBytes(fileNameOf(batch), bytes);
  if (sealed.sha256 !== sha256) refuse('BATCH_FILE_DIFFERS', { batch: batch.batchId });
  return bytes;
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
  const { file, sending } = batch;
  if (file === undefined || sending === undefined)
    return refuse('BATCH_NOT_UNKNOWN', { batch: batchId });
  const found = await app.bank
    .find({ batchId, ...file })
    .catch(() => refuse('BATCH_STATE_UNKNOWN', { batch: batchId, folder: 'unreadable' }));
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
