import { awardStream } from '#domain/award/award.js';
import { identityStream } from '#domain/identity/identity.js';
import type { PersonEvent } from '#domain/person/person.events.js';
import { personStream } from '#domain/person/person.js';
import { recoveryStream } from '#domain/recovery/recovery.js';
import { addMonths, day, monthOf, type Month } from '#domain/values/calendar.js';
import { sumFen, type Fen } from '#domain/values/fen.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { App } from '../app.js';
import { monthsOfOthers, openAskedOnce } from '../asked-months.js';
import { admittedFrom } from '../month-documents.js';
import { paidOfAward } from '../paid-months.js';
import { stored } from '../stored.js';
import { inAdjustment } from './adjustments.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/**
 * One human being drew under two numbers: the merged number's award is stopped from this month, and
 * what both had been paid for the same months is asked back in a recovery of its own, opened in the
 * name of whoever confirmed the merge. Closed months stay as they were closed.
 */
export const carryOutMerge: Reaction = {
  name: 'carry-out-merge',
  on: ['PersonMerged'],
  react: async (app, cause) => {
    const { into } = dataOf<PersonEvent, 'PersonMerged'>(cause, 'PersonMerged');
    const merged = cause.stream.slice('person-'.length);
    await moveIdentity(app, cause, { merged, into });
    await app.projected(cause.position);
    const kept = await paidMonths(app, into);
    for (const { state } of await awardsOfPersons(app.pool, [merged])) {
      const { awardNo } = state;
      await stopAward(app, cause, awardNo);
      const twice = [...(await paidOfAward(app, awardNo))].filter(([month]) => kept.has(month));
      if (twice.length > 0) await openRecovery(app, cause, { merged, awardNo, twice });
    }
  },
};

async function moveIdentity(
  app: App,
  cause: Cause,
  { merged, into }: Readonly<{ merged: string; into: string }>,
): Promise<void> {
  const person = await app.transact.state(stored.person, personStream(merged));
  if (person.status === 'none') throw new Error(`${merged} was merged and never enrolled`);
  const { identityKey } = person.enrolment;
  const command = { type: 'MoveIdentity', personRef: into } as const;
  const context = contextOfReaction('move-identity', cause, identityKey);
  await app.transact.run(stored.identity, identityStream(identityKey), command, context);
}

async function stopAward(app: App, cause: Cause, awardNo: string): Promise<void> {
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none') return;
  const on = day(cause.metadata.day);
  const from = monthOf(on);
  const documentId = `adjustment-${cause.id}-${awardNo}`;
  // Stopped by this very merge and cut off then: its document waits to be discharged.
  const place = { office: award.office, month: from, documentId };
  if (award.status === 'stopped' && (await admittedFrom(app, place)) === undefined) return;
  await inAdjustment(app, cause, { award, documentId }, (booked) => ({
    type: 'StopAward',
    event: 'duplicate',
    ...{ on, from, ...booked },
    lastMonth: addMonths(from, -1),
    mayResume: false,
    clause: '失业保险条例 第十四条; 社会保险经办条例 第四十六条',
    decisionId: cause.id,
  }));
}

async function openRecovery(
  app: App,
  cause: Cause,
  found: Readonly<{ merged: string; awardNo: string; twice: readonly (readonly [Month, Fen])[] }>,
): Promise<void> {
  const { merged, awardNo, twice } = found;
  const { hand } = dataOf<PersonEvent, 'PersonMerged'>(cause, 'PersonMerged');
  const { person, account, duty, office } = hand;
  const recoveryNo = `merge-${awardNo}`;
  const opened = await app.transact.state(stored.recovery, recoveryStream(recoveryNo));
  if (opened.status !== 'none') return;
  const all = twice.map(([month]) => month);
  // Somebody may have found out earlier, and asked for some of them.
  const others = await monthsOfOthers(app, { awardNo, recoveryNo, months: all });
  const left = twice.filter(([month]) => !others.includes(month));
  if (left.length === 0) return;
  const opening = {
    type: 'OpenRecovery',
    ...{ recoveryNo, personRef: merged, awardNo },
    months: left.map(([month]) => month),
    amountFen: sumFen(left.map(([, amountFen]) => amountFen)),
    cause: 'duplicate',
    by: { person, account, duty, office },
    on: day(cause.metadata.day),
    related: [],
  } as const;
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none') throw new Error(`${awardNo} was paid and is no award`);
  // Whose matter it is follows from the award, wherever the two persons were found to be one.
  const context = {
    ...contextOfReaction('open-recovery', cause, awardNo),
    office: award.office,
  };
  await openAskedOnce(app, context, opening);
}

async function paidMonths(app: App, personRef: string): Promise<ReadonlyMap<Month, Fen>> {
  const paid = new Map<Month, Fen>();
  for (const { awardNo } of await awardsOfPersons(app.pool, [personRef]))
    for (const [month, amountFen] of await paidOfAward(app, awardNo)) paid.set(month, amountFen);
  return paid;
}
