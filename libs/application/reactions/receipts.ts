import { batchStream } from '#domain/batch/batch.js';
import type { MonthEvent } from '#domain/month/month.events.js';
import { carryOut } from '../aside-works.js';
import { crashPoint } from '../crash-points.js';
import { discharge } from '../month-documents.js';
import { stored } from '../stored.js';
import { sheetOfTally } from '../tally.js';
import { contextOfReaction, dataOf, type Reaction } from './reaction.js';

/** An admitted receipt is booked line by line; paid exists only from one of its lines. */
export const bookReceiptLines: Reaction = {
  name: 'book-receipt',
  on: ['DocumentAdmitted'],
  react: async (app, cause) => {
    const data = dataOf<MonthEvent, 'DocumentAdmitted'>(cause, 'DocumentAdmitted');
    if (data.kind !== 'receipt') return;
    const { documentId, sha256, month } = data;
    const office = cause.stream.slice('month-'.length, -'-YYYY-MM'.length);
    await app.projected(cause.position);
    const posting = { ...contextOfReaction('book-receipt', cause, documentId), office, month };
    const tally = await carryOut(app, 'postDocument', {
      kind: 'book',
      ...{ document: sha256, documentId, context: posting },
      bookedMonth: month,
    });
    crashPoint('receipt:booked');
    await discharge(app, contextOfReaction('discharge-receipt', cause, documentId), {
      ...{ office, month, documentId, posted: tally.posted, refused: tally.refused },
      ...{ sheet: sheetOfTally(tally), releasedFen: tally.releasedFen },
      ...(tally.refusedKeys.length === 0 ? {} : { refusedKeys: tally.refusedKeys }),
    });
    for (const [batchId, answers] of tally.batches) {
      const command = {
        type: 'RecordReceipt',
        ...{ batchId, receiptSha256: documentId, document: sha256 },
        ...answers,
      } as const;
      const context = contextOfReaction('record-receipt', cause, batchId);
      await app.transact.run(stored.batch, batchStream(batchId), command, context);
    }
  },
};
