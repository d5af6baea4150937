import { awardStream } from '#domain/award/award.js';
import type { BatchCommand } from '#domain/batch/batch.commands.js';
import type { BatchEvent } from '#domain/batch/batch.events.js';
import { batchStream, type LiveBatch } from '#domain/batch/batch.js';
import { refuse } from '#domain/refusal.js';
import { isComplete } from '#domain/signing/signing.js';
import { day, monthOf, type Day, type Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import type { App } from '../app.js';
import { carryOut } from '../aside-works.js';
import { batchNow } from '../batches.js';
import { crashPoint } from '../crash-points.js';
import { batchLine, documentLine } from '../document-lines.js';
import { admit, admittedFrom, discharge, monthTaking } from '../month-documents.js';
import { stored } from '../stored.js';
import type { Tally } from '../tally.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';
import { admitFrom } from './rolls.js';

/**
 * A batch with its chain complete asks the month for its money (one decision of the month's
 * stream), then writes the intent of each payment into the awards, before any byte leaves.
 */
export const advanceBatch: Reaction = {
  name: 'advance-batch',
  on: ['BatchSigned'],
  react: async (app, cause) => {
    const { batchId } = dataOf<BatchEvent, 'BatchSigned'>(cause, 'BatchSigned');
    const batch = await batchNow(app, batchId);
    if (batch.status === 'none' || !isComplete(batch.signing)) return;
    if (batch.status !== 'prepared' && batch.status !== 'admitted') return;
    const month = await admitBatch(app, cause, batch);
    crashPoint('batch:admitted');
    await app.projected(cause.position);
    const on = day(cause.metadata.day);
    const tally = await instruct(app, cause, { batch, month, on });
    const { posted, refused, refusedKeys, releasedFen } = tally;
    crashPoint('batch:instructed');
    await discharge(app, contextOfReaction('discharge-batch', cause, batchId), {
      ...{ office: batch.office, month, documentId: `batch-${batchId}`, posted, releasedFen },
      refused,
      ...(refused === 0 ? {} : { refusedKeys }),
      sheet: {},
    });
    await onBatch(app, cause, {
      type: 'RecordBatchInstructed',
      ...{ batchId, posted },
      refused: refusedKeys,
    });
  },
};

async function admitBatch(app: App, cause: Cause, batch: LiveBatch): Promise<Month> {
  const { batchId, office, document, signing } = batch;
  const month = await admitFrom(app, cause, {
    office,
    month: batch.month,
    documentId: `batch-${batchId}`,
    kind: 'batch',
    sha256: document,
    root: signing.seen.root,
    lines: signing.seen.lines,
    sheet: {},
    reservedFen: signing.seen.amountFen,
  });
  await onBatch(app, cause, { type: 'RecordBatchAdmitted', batchId, month });
  return month;
}

function instruct(
  app: App,
  cause: Cause,
  { batch, month, on }: Readonly<{ batch: LiveBatch; month: Month; on: Day }>,
): Promise<Tally> {
  const { batchId, office, document } = batch;
  const context = { ...contextOfReaction('instruct', cause, batchId), office, month };
  return carryOut(app, 'postDocument', {
    kind: 'instruct',
    ...{ document, context, batchId, on },
    bookedMonth: month,
  });
}

/**
 * A line excluded before sending is due again, and its money is free for the next batch. One that
 * was on its way before waits for the attempt without it: should the first file be found after all,
 * the line has left with it, and must not be paid a second time.
 */
export const recallExcluded: Reaction = {
  name: 'recall-excluded',
  on: ['LineExcluded'],
  react: async (app, cause) => {
    const data = dataOf<BatchEvent, 'LineExcluded'>(cause, 'LineExcluded');
    const { batchId, instructionId, amountFen, reason, by } = data;
    const batch = await batchNow(app, batchId);
    if (batch.status === 'none') throw new Error(`${batchId} excluded a line and never was`);
    if (!(instructionId in batch.excluded)) return;
    if (batch.lateStops.includes(instructionId)) refuse('BATCH_STATE_UNKNOWN', { batch: batchId });
    const award = await awardOfInstruction(app, batch, instructionId);
    const persons = by.map(({ person }) => person);
    const recall = { type: 'RecallPayment', instructionId, reason, by: persons } as const;
    const { office } = batch;
    const context = { ...contextOfReaction('recall-excluded', cause, award), office };
    await app.transact.run(stored.award, awardStream(award), recall, context);
    await release(app, cause, { office: batch.office, instructionId, amountFen });
  },
};

async function release(
  app: App,
  cause: Cause,
  excluded: Readonly<{ office: string; instructionId: string; amountFen: typeof noFen }>,
): Promise<void> {
  const { office, instructionId, amountFen } = excluded;
  const documentId = `exclusion-${instructionId}`;
  const from = monthOf(day(cause.metadata.day));
  // Asked again when that month is cut: the next one must not give the same money a second time.
  const earlier = await admittedFrom(app, { office, month: from, documentId });
  const month = earlier?.month ?? (await monthTaking(app, office, from));
  const line = documentLine({ instruction: instructionId, amountFen });
  const { sha256, root, lines } = await app.documents.put('exclusion', [line]);
  const place = { office, month, documentId };
  await admit(app, contextOfReaction('admit-exclusion', cause, instructionId), {
    ...{ ...place, sha256, root, lines },
    kind: 'adjustment',
    sheet: {},
    reservedFen: noFen,
  });
  await discharge(app, contextOfReaction('discharge-exclusion', cause, instructionId), {
    ...{ ...place, posted: 1, refused: 0, sheet: {}, releasedFen: amountFen },
  });
}

async function awardOfInstruction(
  app: App,
  batch: LiveBatch,
  instructionId: string,
): Promise<string> {
  for await (const chunk of app.documents.lines(batch.document)) {
    const line = chunk.map(batchLine).find(({ instruction }) => instruction === instructionId);
    if (line !== undefined) return line.award;
  }
  throw new Error(`${instructionId} is not in the document of ${batch.batchId}`);
}

async function onBatch(app: App, cause: Cause, command: BatchCommand): Promise<void> {
  const context = contextOfReaction(command.type, cause, command.batchId);
  await app.transact.run(stored.batch, batchStream(command.batchId), command, context);
}
