import { awardDecider, awardStream } from '#domain/award/award.js';
import type { Award, LiveAward } from '#domain/award/award-state.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { AwardEvent } from '#domain/award/award.events.js';
import { day, monthOf, type Month } from '#domain/values/calendar.js';
import { noFen, type Fen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { App } from '../app.js';
import { crashPoint } from '../crash-points.js';
import { documentLine } from '../document-lines.js';
import { admit, admittedFrom, discharge, monthTaking } from '../month-documents.js';
import { stored } from '../stored.js';
import { decode } from '../transact.js';
import { contextOfReaction, type Cause } from './reaction.js';

export type Place = Readonly<{ documentId: string; bookedMonth: Month }>;

/** `target` tells apart what one cause asks of the same award; its number unless said. */
export type Adjustment = Readonly<{ award: LiveAward; documentId: string; target?: string }>;

/**
 * Runs an award command that withdraws lines inside a one-award document of the month that is open.
 * The month is asked to take what the award's own decision ends, and nothing when the award refuses
 * it; then it is told what the award recorded, so that the two never count differently.
 * Begun again, it goes by what the month admitted: the award has given its lines up by then.
 */
export async function inAdjustment(
  app: App,
  cause: Cause,
  { award, documentId, target = award.awardNo }: Adjustment,
  command: (place: Place) => AwardCommand,
): Promise<void> {
  const { office, awardNo } = award;
  const first = monthOf(day(cause.metadata.day));
  const earlier = await admittedFrom(app, { office, month: first, documentId });
  const month = earlier?.month ?? (await monthTaking(app, office, first));
  const work = command({ documentId, bookedMonth: month });
  const act = () =>
    onAward(app, cause, { reaction: 'carry-out-proposal', awardNo, command: work, target });
  let asked = earlier?.lines ?? 0;
  if (earlier === undefined) {
    const ends = endsAmong(awardDecider.decide(work, award), { award, documentId });
    if (ends.length === 0) return act();
    await admitEnds(app, cause, { office, month, documentId, target, awardNo, ends });
    asked = ends.length;
  }
  crashPoint('adjustment:admitted');
  if ((await endedIn(app, { awardNo, documentId })).length === 0) await act();
  crashPoint('adjustment:posted');
  const posted = await endedIn(app, { awardNo, documentId });
  await discharge(app, contextOfReaction('discharge-adjustment', cause, target), {
    ...{ office, month, documentId, posted: posted.length, sheet: sheetOf(posted) },
    refused: asked - posted.length,
    releasedFen: noFen,
  });
}

/** A line that a document ends, and the column of the month that it stands in. */
type End = Readonly<{
  line: string;
  item: string;
  amountFen: Fen;
  column: 'decreases' | 'cancelled';
}>;

type Of = Readonly<{ award: Award; documentId: string }>;

function endsAmong(events: readonly AwardEvent[], { award, documentId }: Of): readonly End[] {
  return events.flatMap(({ type, data }): readonly End[] => {
    if (type !== 'LineWithdrawn' && type !== 'LineCancelled') return [];
    const { lineId: line, amountFen } = data;
    if (data.documentId !== documentId || award.status === 'none') return [];
    const column = type === 'LineWithdrawn' ? 'decreases' : 'cancelled';
    return award.lines
      .filter(({ lineId }) => lineId === line)
      .map(({ item }) => ({ line, item, amountFen, column }));
  });
}

/** What the document has ended, as the award recorded it. */
async function endedIn(
  app: App,
  { awardNo, documentId }: Readonly<{ awardNo: string; documentId: string }>,
): Promise<readonly End[]> {
  let award = awardDecider.initial;
  const ends: End[] = [];
  for (const recorded of await app.store.read(awardStream(awardNo))) {
    const event = decode<AwardEvent>(stored.award.codecs, recorded);
    ends.push(...endsAmong([event], { award, documentId }));
    award = awardDecider.evolve(award, event);
  }
  return ends;
}

function sheetOf(ends: readonly End[]): Sheet {
  return ends.reduce<Sheet>(
    (sheet, { item, column, amountFen }) =>
      addToSheet(sheet, item, column, { lines: 1, personMonths: 1, amountFen }),
    {},
  );
}

async function admitEnds(
  app: App,
  cause: Cause,
  adjustment: Readonly<{
    office: string;
    month: Month;
    documentId: string;
    target: string;
    awardNo: string;
    ends: readonly End[];
  }>,
): Promise<void> {
  const { awardNo, target, ends, ...place } = adjustment;
  const texts = ends.map(({ line, item, amountFen }) =>
    documentLine({ award: awardNo, line, item, amountFen }),
  );
  const { sha256, root } = await app.documents.put('adjustment', texts);
  await admit(app, contextOfReaction('admit-adjustment', cause, target), {
    ...{ ...place, kind: 'adjustment', sha256, root, lines: ends.length },
    sheet: sheetOf(ends),
    reservedFen: noFen,
  });
}

/**
 * A month that is not drawn: its line leaves the month's due, or what was carried, and the award
 * has it still.
 */
export function withdrawal(
  lineId: string,
  rollMonth: Month,
  reason: string,
  place: Place,
): AwardCommand {
  const type = rollMonth === place.bookedMonth ? 'WithdrawLine' : 'CancelLine';
  return { type, lineId, reason, ...place };
}

export async function onAward(
  app: App,
  cause: Cause,
  work: Readonly<{ reaction: string; awardNo: string; command: AwardCommand; target?: string }>,
): Promise<void> {
  const { reaction, awardNo, command, target = awardNo } = work;
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  // What moves an award's money is filed under the award's office, whoever caused it.
  const office = award.status === 'none' ? cause.metadata.office : award.office;
  const context = { ...contextOfReaction(reaction, cause, target), office };
  await app.transact.run(stored.award, awardStream(awardNo), command, context);
}
