import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import type { Month } from '#domain/values/calendar.js';
import { addFen, noFen, type Fen } from '#domain/values/fen.js';
import type { App } from './app.js';
import { decode } from './transact.js';

/**
 * Months that the bank paid and did not send back, as the award's own events have them: a month may
 * have several lines, such as arrears.
 */
export async function paidOfAward(
  app: Pick<App, 'store'>,
  awardNo: string,
): Promise<ReadonlyMap<Month, Fen>> {
  const lines = new Map<string, Readonly<{ month: Month; amountFen: Fen }>>();
  const sent = new Map<string, readonly string[]>();
  const paid = new Set<string>();
  for (const recorded of await app.store.read(awardStream(awardNo))) {
    const { type, data } = decode<AwardEvent>(awardCodecs, recorded);
    if (type === 'LineDue' || type === 'LineAdded' || type === 'LineBroughtIn')
      lines.set(data.lineId, data);
    if (type === 'PaymentInstructed') sent.set(data.instructionId, data.lineIds);
    if (type !== 'PaymentBooked' && type !== 'PaymentReturned') continue;
    for (const lineId of sent.get(data.instructionId) ?? []) {
      if (type === 'PaymentBooked') paid.add(lineId);
      else paid.delete(lineId);
    }
  }
  const months = new Map<Month, Fen>();
  for (const lineId of paid) {
    const line = lines.get(lineId);
    if (line === undefined) throw new Error(`${awardNo} paid ${lineId} and never owed it`);
    months.set(line.month, addFen(months.get(line.month) ?? noFen, line.amountFen));
  }
  return months;
}
