import { awardStream } from '#domain/award/award.js';
import type { AwardEvent, Ending } from '#domain/award/award.events.js';
import type { Month } from '#domain/values/calendar.js';
import { endedAmong } from '#projections/award-work.js';
import type { App } from '../app.js';
import { stored } from '../stored.js';
import { decode, foldHistory } from '../transact.js';
import { inAdjustment, withdrawal } from './adjustments.js';
import { giveBack, tellLeftOver } from './endings.js';
import type { Cause, Reaction } from './reaction.js';

/**
 * A payment that was on its way when its award ended, and has come back: the months from the end on
 * are due to nobody. Their lines leave in an adjustment, for the reason of the decision that ended
 * the award, as they would have left with it.
 */
export const cancelAfterEnd: Reaction = {
  name: 'cancel-after-end',
  on: ['PaymentRecalled', 'PaymentFailed', 'PaymentReturned'],
  react: cancel,
  reactTogether: async (app, causes) => {
    const last = causes.at(-1);
    if (last === undefined) return;
    // Nearly all that comes back is of awards in force, which the read model can tell.
    await app.projected(last.position);
    const ended = await endedAmong(app.pool, causes.map(awardNoOf));
    for (const cause of causes) if (ended.has(awardNoOf(cause))) await cancel(app, cause);
  },
};

function awardNoOf({ stream }: Cause): string {
  return stream.slice('award-'.length);
}

async function cancel(app: App, cause: Cause): Promise<void> {
  const awardNo = awardNoOf(cause);
  const history = await app.store.read(awardStream(awardNo));
  const award = foldHistory(stored.award, history);
  if (award.status === 'none') throw new Error(`${awardNo} was paid and never opened`);
  const { endedFrom } = award;
  if (endedFrom === undefined) return;
  const { instructionId } = cause.event.data as Readonly<{ instructionId: string }>;
  const payment = award.payments.find((one) => one.instructionId === instructionId);
  // Named by the payment and not by what is open: begun again, a line is gone from the award.
  const lines = payment?.lines.filter(({ month }) => month >= endedFrom) ?? [];
  const [first] = lines;
  if (first === undefined) return;
  const events = history.map((one) => decode<AwardEvent>(stored.award.codecs, one));
  for (const { lineId, month, rollMonth } of lines) {
    const documentId = `adjustment-${cause.id}-${lineId}`;
    const { event } = endingOf(events, month);
    await inAdjustment(app, cause, { award, documentId, target: `${awardNo}/${lineId}` }, (place) =>
      withdrawal(lineId, rollMonth, event, place),
    );
  }
  // The months that were not drawn after all are left over, or to be drawn when the pause ends.
  await giveBack(app, cause, { awardNo, clause: endingOf(events, first.month).clause });
  await tellLeftOver(app, cause, awardNo);
}

/** The decision by which that month was due no more: the last one that reaches back to it. */
function endingOf(events: readonly AwardEvent[], month: Month): Ending {
  const endings = events.flatMap((event) =>
    event.type === 'AwardPaused' || event.type === 'AwardStopped' ? [event.data] : [],
  );
  const ending = endings.findLast(({ from }) => from <= month);
  if (ending === undefined) throw new Error(`nothing ended an award before ${month}`);
  return ending;
}
