import { batchStream } from '#domain/batch/batch.js';
import { Refusal } from '#domain/refusal.js';
import { unfinishedWork } from '#projections/batch-board.js';
import type { App } from './app.js';
import type { Context } from './context.js';
import { derivedId } from './ids.js';
import { findSubmission } from './sending.js';

/**
 * What a scan did: batches that arrived, and those that stay unknown with the code that said so.
 */
export type Recovered = Readonly<{
  found: readonly string[];
  unknown: readonly Readonly<{ batchId: string; code: string }>[];
}>;

/**
 * A submission that was started and of which nobody knows whether it left is asked for, never sent
 * again: found, it is recorded as sent; not found, it waits for a person who has asked the bank.
 * Everything else that is unfinished is the reactions', which start from their checkpoints.
 *
 * Who is sending at this moment holds the batch, so that the question waits for his answer.
 *
 * A folder that cannot be read is no answer: the batch stays unknown, and is asked for again.
 */
export async function recoverSubmissions(app: App): Promise<Recovered> {
  const { unknown: rows } = await unfinishedWork(app.pool);
  const found: string[] = [];
  const unknown: { batchId: string; code: string }[] = [];
  for (const { batchId, office, month } of rows) {
    const last = (await app.store.read(batchStream(batchId))).at(-1);
    if (last === undefined) throw new Error(`${batchId} is in the read model and has no stream`);
    const { day } = JSON.parse(last.metadata) as Pick<Context, 'day'>;
    const context: Context = {
      commandId: derivedId(last.id, 'recovery-query', batchId),
      ...{ actor: 'system:recovery', duty: 'system', office, day, month, causation: last.id },
    };
    try {
      await findSubmission(app, batchId, context);
      found.push(batchId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unknown.push({ batchId, code: error.code });
    }
  }
  return { found, unknown };
}
