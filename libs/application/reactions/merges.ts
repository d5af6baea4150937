import { awardStream } from '#domain/award/award.js';
import { shareMonth, type LiveAward } from '#domain/award/award-state.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import type { BatchEvent } from '#domain/batch/batch.events.js';
import { identityStream } from '#domain/identity/identity.js';
import type { PersonEvent } from '#domain/person/person.events.js';
import { personStream } from '#domain/person/person.js';
import type { AskedMonth } from '#domain/recovery/asked-months.events.js';
import { askedByOthers, askedMonthsStream } from '#domain/recovery/asked-months.js';
import { recoveryStream } from '#domain/recovery/recovery.js';
import { addMonths, day, monthOf, type Month } from '#domain/values/calendar.js';
import { sumFen, type Fen } from '#domain/values/fen.js';
import { awardsOfPersons } from '#projections/award-state.js';
import { mergedPersons } from '#projections/person-register.js';
import type { App } from '../app.js';
import { monthsOfOthers, openAskedOnce } from '../asked-months.js';
import { batchNow } from '../batches.js';
import { admittedFrom } from '../month-documents.js';
import { paidOfAward } from '../paid-months.js';
import { stored } from '../stored.js';
import { inAdjustment } from './adjustments.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/**
 * One human being drew under two numbers: the merged number's award is held as a whole and stopped
 * from this month, and what both had been paid for the same months is asked back in a recovery of
 * its own, opened in the name of whoever confirmed the merge. Closed months stay as they were
 * closed. An award that shares no month with another of that human being's is rightful, and stays.
 */
export const carryOutMerge: Reaction = {
  name: 'carry-out-merge',
  on: ['PersonMerged'],
  react: async (app, cause) => {
    const { into } = dataOf<PersonEvent, 'PersonMerged'>(cause, 'PersonMerged');
    const merged = cause.stream.slice('person-'.length);
    await moveIdentity(app, cause, { merged, into });
    await app.projected(cause.position);
    const groups = await mergedGroups(app);
    for (const group of groups.filter(({ refs }) => refs.includes(merged)))
      await endDuplicates(app, cause, await awardsOf(app, group));
  },
};

/**
 * Asked again before a batch's payments are instructed, and when the bank has answered: an award
 * may have been granted since, and what was in transit at the merge, or was paid to the number that
 * stays later on, is paid twice only now.
 */
export const lookAtMergesAgain: Reaction = {
  name: 'look-at-merges-again',
  on: ['BatchSigned', 'ReceiptBooked'],
  react: async (app, cause) => {
    const groups = await mergedGroups(app);
    if (groups.length === 0) return;
    await app.projected(cause.position);
    const { batchId } = cause.event.data as BatchEvent['data'];
    const batch = await batchNow(app, batchId);
    for (const group of groups) {
      const awards = await awardsOf(app, group);
      const concerns = awards.some(
        ({ office }) => batch.status !== 'none' && office === batch.office,
      );
      if (concerns) await endDuplicates(app, cause, awards);
    }
  },
};

/** The numbers of one human being: the one that stays, then the merged ones in their order. */
type Group = Readonly<{ refs: readonly string[] }>;

async function mergedGroups(app: App): Promise<readonly Group[]> {
  const into = new Map(await mergedPersons(app.pool));
  const groups = new Map<string, Set<string>>();
  for (const merged of into.keys()) {
    const stays = lastOf(into, merged);
    groups.set(stays, (groups.get(stays) ?? new Set([stays])).add(merged));
  }
  return [...groups.values()].map((refs) => ({ refs: [...refs] }));
}

/** Of two that were merged into each other at once the first number stays. */
function lastOf(into: ReadonlyMap<string, string>, merged: string): string {
  const way = [merged];
  for (let next = into.get(merged); next !== undefined; next = into.get(next)) {
    const met = way.indexOf(next);
    if (met >= 0) return way.slice(met).sort()[0] ?? next;
    way.push(next);
  }
  return way.at(-1) ?? merged;
}

async function awardsOf(app: App, { refs }: Group): Promise<readonly LiveAward[]> {
  const awards = await awardsOfPersons(app.pool, refs);
  return refs.flatMap((ref) =>
    awards.flatMap(({ state }) => (isMonthlyOf(state, ref) ? [state] : [])),
  );
}

/** A benefit that is paid once shares no month with another. */
function isMonthlyOf({ personRef, item }: LiveAward, ref: string): boolean {
  return personRef === ref && needsVerification(item);
}

/** Of awards that share a month the first one stays: they stand in the order of their numbers. */
async function endDuplicates(app: App, cause: Cause, awards: readonly LiveAward[]): Promise<void> {
  for (const [at, award] of awards.entries()) {
    const { awardNo, personRef } = award;
    const kept = awards
      .slice(0, at)
      .filter((other) => other.personRef !== personRef && shareMonth(other, award));
    if (kept.length === 0) continue;
    await holdAward(app, cause, award);
    await stopAward(app, cause, awardNo);
    const paid = await paidMonths(app, kept);
    const twice = [...(await paidOfAward(app, awardNo))].filter(([month]) => paid.has(month));
    if (twice.length > 0) await openRecovery(app, cause, { merged: personRef, awardNo, twice });
  }
}

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

/** Months before the stop too: which of them the other number was paid for, people find out. */
async function holdAward(
  app: App,
  cause: Cause,
  { awardNo, personRef, firstMonth, office }: LiveAward,
): Promise<void> {
  const context = { ...contextOfReaction('hold-merged', cause, awardNo), office };
  await app.transact.run(
    stored.award,
    awardStream(awardNo),
    { type: 'HoldAward', reason: 'disputed', cause: `merge/${personRef}`, from: firstMonth },
    context,
  );
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
  const person = await app.transact.state(stored.person, personStream(merged));
  const hand = person.status === 'merged' ? person.signing.hands.at(-1) : undefined;
  if (hand === undefined) throw new Error(`${merged} has a duplicate award and is not merged`);
  const recoveryNo = await recoveryNumber(app, cause, awardNo);
  const all = twice.map(([month]) => month);
  // Somebody may have found out earlier, and asked for some of them.
  const asking = { awardNo, recoveryNo, months: all };
  // Later on a month that people asked for no longer, once they had seen it, is left to them.
  const others =
    cause.event.type === 'PersonMerged'
      ? await monthsOfOthers(app, asking)
      : (await askedEver(app, asking)).map(({ month }) => month);
  const left = twice.filter(([month]) => !others.includes(month));
  if (left.length === 0) return;
  const opening = {
    type: 'OpenRecovery',
    ...{ recoveryNo, personRef: merged, awardNo },
    months: left.map(([month]) => month),
    amountFen: sumFen(left.map(([, amountFen]) => amountFen)),
    cause: 'duplicate',
    by: { person: hand.person, account: hand.account, duty: hand.duty, office: hand.office },
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

async function askedEver(
  app: App,
  {
    awardNo,
    ...asking
  }: Readonly<{ awardNo: string; recoveryNo: string; months: readonly Month[] }>,
): Promise<readonly AskedMonth[]> {
  const asked = await app.transact.state(stored.askedMonths, askedMonthsStream(awardNo));
  return askedByOthers(asked, asking);
}

/** What is found paid twice later on is asked back under a number that its cause gives. */
async function recoveryNumber(app: App, cause: Cause, awardNo: string): Promise<string> {
  const recoveryNo = `merge-${awardNo}`;
  const { status } = await app.transact.state(stored.recovery, recoveryStream(recoveryNo));
  return status === 'none' ? recoveryNo : `${recoveryNo}-${cause.id.slice(0, 8)}`;
}

async function paidMonths(app: App, awards: readonly LiveAward[]): Promise<ReadonlySet<Month>> {
  const paid = new Set<Month>();
  for (const { awardNo } of awards)
    for (const month of (await paidOfAward(app, awardNo)).keys()) paid.add(month);
  return paid;
}
