import type { AwardCommand } from '#domain/award/award.commands.js';
import { batchStream } from '#domain/batch/batch.js';
import type { MonthEvent } from '#domain/month/month.events.js';
import type { Month } from '#domain/values/calendar.js';
import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { App } from '../app.js';
import { crashPoint } from '../crash-points.js';
import { receiptLine, sharesOf, type ReceiptDocumentLine } from '../document-lines.js';
import { discharge } from '../month-documents.js';
import { stored } from '../stored.js';
import { postLines } from './posting.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

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
    const tally = await book(app, cause, { documentId, sha256, month, office });
    crashPoint('receipt:booked');
    await discharge(app, contextOfReaction('discharge-receipt', cause, documentId), {
      ...{ office, month, documentId, posted: tally.posted, refused: tally.refused },
      ...{ sheet: tally.sheet, releasedFen: tally.releasedFen },
      ...(tally.refusedKeys.length === 0 ? {} : { refusedKeys: tally.refusedKeys }),
    });
    for (const [batchId, counts] of tally.batches) {
      const command = {
        type: 'RecordReceipt',
        ...{ batchId, receiptSha256: documentId, document: sha256 },
        ...counts,
      } as const;
      const context = contextOfReaction('record-receipt', cause, batchId);
      await app.transact.run(stored.batch, batchStream(batchId), command, context);
    }
  },
};

type Counts = { paid: number; failed: number; suspense: number };

class Tally {
  posted = 0;
  refused = 0;
  readonly refusedKeys: string[] = [];
  sheet: Sheet = {};
  releasedFen: Fen = noFen;
  readonly batches = new Map<string, Counts>();

  add(line: ReceiptDocumentLine, refused: boolean): void {
    const { batch, post, amountFen } = line;
    const counts = this.batches.get(batch) ?? { paid: 0, failed: 0, suspense: 0 };
    this.batches.set(batch, counts);
    if (refused || post === 'suspense') {
      this.refused += 1;
      counts.suspense += 1;
      if (post !== 'suspense') this.refusedKeys.push(String(line.no));
      return;
    }
    this.posted += 1;
    if (post === 'paid') counts.paid += 1;
    if (post === 'failed') counts.failed += 1;
    if (post === 'paid' || post === 'returned') {
      for (const { item, totals } of sharesOf(line))
        this.sheet = addToSheet(this.sheet, item, post, totals);
    }
    if (post !== 'paid') this.releasedFen = addFen(this.releasedFen, amountFen);
  }
}

async function book(
  app: App,
  cause: Cause,
  {
    documentId,
    sha256,
    month,
    office,
  }: Readonly<{ documentId: string; sha256: string; month: Month; office: string }>,
): Promise<Tally> {
  const tally = new Tally();
  for await (const texts of app.documents.lines(sha256)) {
    for (const text of texts) {
      // Seldom is there one: a look at the text spares reading each line twice.
      if (!text.includes('"post":"suspense"')) continue;
      const line = receiptLine(text);
      if (line.post === 'suspense') tally.add(line, true);
    }
  }
  const chunks = postLines<ReceiptDocumentLine>(app, {
    document: sha256,
    context: { ...contextOfReaction('book-receipt', cause, documentId), office, month },
    parse: receiptLine,
    key: ({ no }) => String(no),
    command: (line) => answerCommand(line, { documentId, bookedMonth: month }),
    crashAt: 'receipt:half-booked',
  });
  for await (const chunk of chunks) {
    for (const { line, refusal } of chunk) tally.add(line, refusal !== undefined);
  }
  return tally;
}

function answerCommand(
  line: ReceiptDocumentLine,
  place: Readonly<{ documentId: string; bookedMonth: Month }>,
): AwardCommand | undefined {
  const { documentId, bookedMonth } = place;
  const { instruction, amountFen, valueDate, no, serial, reason } = line;
  const answer = {
    documentId,
    bookedMonth,
    amountFen,
    valueDate,
    lineNo: no,
    bankSerial: serial,
    instructionId: instruction,
  };
  switch (line.post) {
    case 'paid':
      return { type: 'BookPayment', ...answer };
    case 'failed':
      return { type: 'FailPayment', ...answer, reason };
    case 'returned':
      return { type: 'ReturnPayment', ...answer, reason };
    case 'suspense':
      return undefined;
  }
}
