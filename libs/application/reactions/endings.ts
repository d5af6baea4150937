import { awardStream } from '#domain/award/award.js';
import { monthsLeft, type LiveAward } from '#domain/award/award-state.js';
import type { EnrolledPerson } from '#domain/person/person.commands.js';
import { personStream } from '#domain/person/person.js';
import { addMonths, day, monthOf } from '#domain/values/calendar.js';
import type { App } from '../app.js';
import { stored } from '../stored.js';
import { contextOfReaction, type Cause, type Reaction } from './reaction.js';

/**
 * An award that has run out, or was stopped, frees its person for a later claim, with the months
 * that it leaves over as it stands now: a stop gives back what ran out and is not due after all.
 */
export const endAward: Reaction = {
  name: 'end-award',
  on: ['AwardExhausted', 'AwardStopped'],
  react: async (app, cause) => {
    const awardNo = cause.stream.slice('award-'.length);
    const award = await liveAward(app, awardNo);
    const left = monthsLeft(award);
    // Resumed, or given a month back, before its end was told: there is no end to tell.
    if (award.status !== 'stopped' && left > 0) return;
    const person = await enrolled(app, award);
    if (person === undefined) return;
    if (person.award !== awardNo && !person.endedAwards.includes(awardNo)) return;
    const leftoverMonths = award.mayResume ? left : 0;
    const command = { type: 'EndAward', awardNo, leftoverMonths } as const;
    const context = contextOfReaction('end-award', cause, award.personRef);
    await app.transact.run(stored.person, personStream(award.personRef), command, context);
    // The other lane may have given a month back meanwhile, and found the award not ended yet.
    await giveBack(app, cause, { awardNo, clause: '' });
  },
};

/**
 * A month that is taken out of an award that had run out is left to draw: the award is its person's
 * again. If a claim came first, the award ends instead, and its month counts in the later one
 * (社会保险法 第四十六条): nobody draws two.
 */
export async function giveBack(
  app: App,
  cause: Cause,
  { awardNo, clause }: Readonly<{ awardNo: string; clause: string }>,
): Promise<void> {
  const award = await liveAward(app, awardNo);
  if (award.status === 'stopped' || monthsLeft(award) === 0) return;
  const person = await enrolled(app, award);
  if (person === undefined || !person.endedAwards.includes(awardNo)) return;
  const { personRef, nextMonth: from } = award;
  const isFree = person.award === null && person.reserved === null;
  if (isFree && person.endedAwards.at(-1) === awardNo) {
    const grant = { type: 'GrantAward', awardNo, resumed: true } as const;
    const context = contextOfReaction('give-back', cause, personRef);
    await app.transact.run(stored.person, personStream(personRef), grant, context);
    return;
  }
  const on = day(cause.metadata.day);
  const stop = {
    type: 'StopAward',
    ...{ event: 'claimed-again', on, from, clause, mayResume: true },
    ...{
      decisionId: `claimed-again/${cause.id}`,
      lastMonth: addMonths(award.endedFrom ?? from, -1),
    },
    ...{ documentId: `adjustment-${cause.id}`, bookedMonth: monthOf(on) },
  } as const;
  const context = { ...contextOfReaction('give-back', cause, awardNo), office: award.office };
  await app.transact.run(stored.award, awardStream(awardNo), stop, context);
}

async function liveAward(app: App, awardNo: string): Promise<LiveAward> {
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none') throw new Error(`${awardNo} ended and never began`);
  return award;
}

async function enrolled(app: App, { personRef }: LiveAward): Promise<EnrolledPerson | undefined> {
  const person = await app.transact.state(stored.person, personStream(personRef));
  return person.status === 'enrolled' ? person : undefined;
}
