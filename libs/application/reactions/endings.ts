import { awardStream } from '#domain/award/award.js';
import { monthsLeft, type LiveAward } from '#domain/award/award-state.js';
import type { EnrolledPerson, Person, PersonCommand } from '#domain/person/person.commands.js';
import { personStream } from '#domain/person/person.js';
import { addMonths, day, monthOf } from '#domain/values/calendar.js';
import type { App } from '../app.js';
import { breathe } from '../breath.js';
import { stored } from '../stored.js';
import { foldHistory, type BulkItem } from '../transact.js';
import { contextOfReaction, type Cause, type Reaction } from './reaction.js';

/**
 * An award that has run out, or was stopped, frees its person for a later claim, with the months
 * that it leaves over as it stands now: a stop gives back what ran out and is not due after all.
 * In a month in which many run out they are decided together and appended in bulk.
 */
export const endAward: Reaction = {
  name: 'end-award',
  on: ['AwardExhausted', 'AwardStopped'],
  react: (app, cause) => endTogether(app, [cause]),
  reactTogether: endTogether,
};

/** Awards with all their history are folded in a few milliseconds. */
const readAtOnce = 50;

/** Of two causes of one award or person the later one is answered after the earlier one. */
async function endTogether(app: App, causes: readonly Cause[]): Promise<void> {
  let left = causes;
  while (left.length > 0) {
    const [firsts, others] = firstOfEach(left, ({ stream }) => stream);
    const endings: Ending[] = [];
    for (let from = 0; from < firsts.length; from += readAtOnce) {
      const some = firsts.slice(from, from + readAtOnce);
      const found = await Promise.all(some.map((cause) => endingOf(app, cause)));
      endings.push(...found.filter((ending) => ending !== undefined));
      await breathe();
    }
    const [now, later] = firstOfEach(endings, ({ person }) => person);
    await endAwards(app, now);
    left = [...later.map(({ cause }) => cause), ...others];
  }
}

/** What is to be told to the person of an award, decided from what both are at this moment. */
type Ending = Readonly<{
  cause: Cause;
  awardNo: string;
  /** Of the award, when it was found to have ended. */
  revision: number;
  person: string;
  /** Undefined for a repeat: the person was told, whatever has become of the two since. */
  item: BulkItem<Person, PersonCommand> | undefined;
}>;

async function endingOf(app: App, cause: Cause): Promise<Ending | undefined> {
  const awardNo = cause.stream.slice('award-'.length);
  const history = await app.store.read(cause.stream);
  const award = foldHistory(stored.award, history);
  if (award.status === 'none') throw new Error(`${awardNo} ended and never began`);
  const left = monthsLeft(award);
  // Resumed, or given a month back, before its end was told: there is no end to tell.
  if (award.status !== 'stopped' && left > 0) return undefined;
  const stream = personStream(award.personRef);
  const past = await app.store.read(stream);
  const person = foldHistory(stored.person, past);
  if (person.status !== 'enrolled') return undefined;
  if (person.award !== awardNo && !person.endedAwards.includes(awardNo)) return undefined;
  const leftoverMonths = award.mayResume ? left : 0;
  const command = { type: 'EndAward', awardNo, leftoverMonths } as const;
  const context = contextOfReaction('end-award', cause, award.personRef);
  const isTold = past.some(({ metadata }) => metadata.includes(context.commandId));
  const cached = { state: person, revision: past.length - 1 };
  const item = isTold ? undefined : { stream, command, context, cached };
  return { cause, awardNo, revision: history.length - 1, person: stream, item };
}

async function endAwards(app: App, endings: readonly Ending[]): Promise<void> {
  const items = endings.flatMap(({ item }) => item ?? []);
  const results = await app.transact.runMany(stored.person, items);
  const refused = results.find(({ refusal }) => refusal !== undefined);
  if (refused?.refusal !== undefined) throw refused.refusal;
  const moved = await Promise.all(
    endings.map(({ cause, revision }) => app.store.read(cause.stream, revision + 1)),
  );
  for (const [at, { cause, awardNo, item }] of endings.entries()) {
    // The other lane may have given a month back meanwhile, and found the award not ended yet.
    const mayBeGivenBack = item === undefined || (moved[at] ?? []).length > 0;
    if (mayBeGivenBack) await giveBack(app, cause, { awardNo, clause: '' });
  }
}

function firstOfEach<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): readonly [readonly Item[], readonly Item[]] {
  const firsts = new Map<string, Item>();
  const others: Item[] = [];
  for (const item of items) {
    if (firsts.has(key(item))) others.push(item);
    else firsts.set(key(item), item);
  }
  return [[...firsts.values()], others];
}

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

/** Of an award that has ended, what it leaves over as it stands now; it adds nothing when known. */
export async function tellLeftOver(app: App, cause: Cause, awardNo: string): Promise<void> {
  const award = await liveAward(app, awardNo);
  const person = await enrolled(app, award);
  if (award.status !== 'stopped' || person === undefined) return;
  if (person.award !== awardNo && !person.endedAwards.includes(awardNo)) return;
  const leftoverMonths = award.mayResume ? monthsLeft(award) : 0;
  const command = { type: 'EndAward', awardNo, leftoverMonths } as const;
  const context = contextOfReaction('tell-left-over', cause, award.personRef);
  await app.transact.run(stored.person, personStream(award.personRef), command, context);
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
