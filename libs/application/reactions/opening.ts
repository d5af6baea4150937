import { awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { personStream } from '#domain/person/person.js';
import { Refusal } from '#domain/refusal.js';
import { day, type Month } from '#domain/values/calendar.js';
import type { AccountUse } from '#domain/values/sealed.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { App } from '../app.js';
import { openingLine, type OpeningLine } from '../document-lines.js';
import { derivedId } from '../ids.js';
import { groupBy, inParallel } from '../imports/bulk.js';
import { benefitItem } from '../rolls.js';
import { stored } from '../stored.js';
import { accountNow, followAccount } from './accounts-of-awards.js';
import { contextOfReaction, type Cause } from './reaction.js';
import type { LiveRoll, PostedSheet } from './rolls.js';

type Place = Readonly<{ roll: LiveRoll; month: Month }>;
type AwardLine = Extract<OpeningLine, { kind: 'award' }>;
type UnpaidLine = Extract<OpeningLine, { kind: 'line' }>;

/** Brings awards in force and unpaid lines from the old system, as three people signed them. */
export async function postOpening(app: App, cause: Cause, place: Place): Promise<PostedSheet> {
  const counts = { posted: 0, refused: 0, refusedKeys: new Array<string>() };
  let sheet: Sheet = {};
  const post = async (line: OpeningLine): Promise<void> => {
    try {
      if (line.kind === 'award') await bringAward(app, cause, { line, place });
      else {
        await bringLine(app, cause, { line, place });
        const { item, amountFen } = line;
        sheet = addToSheet(sheet, item, 'opening', { lines: 1, personMonths: 1, amountFen });
      }
      counts.posted += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      counts.refused += 1;
      counts.refusedKeys.push(line.kind === 'award' ? line.award : `${line.award}/${line.line}`);
    }
  };
  for await (const texts of app.documents.lines(place.roll.document)) {
    // An award's lines in their order: which of them are too many is the list's to say.
    const awards = groupBy(texts.map(openingLine), ({ award }) => award);
    await inParallel([...awards.values()], 16, async (lines) => {
      for (const line of lines) await post(line);
    });
  }
  counts.refusedKeys.sort();
  return { ...counts, sheet };
}

async function bringAward(
  app: App,
  cause: Cause,
  { line, place }: Readonly<{ line: AwardLine; place: Place }>,
): Promise<void> {
  const { award: awardNo, person: personRef, account } = line;
  // A person whose award has run out has lines at most: a new claim of his is not in its way.
  if (line.monthsDrawn < line.monthsAwarded) {
    const grant = { type: 'GrantAward', awardNo, imported: true } as const;
    const context = contextOfReaction('bring-award', cause, personRef);
    await app.transact.run(stored.person, personStream(personRef), grant, context);
  }
  const { roll } = place;
  const { office, jurisdiction, monthsAwarded, monthsDrawn, firstMonth, nextMonth, monthlyFen } =
    line;
  const command: AwardCommand = {
    type: 'BringAward',
    ...{ awardNo, personRef, office, jurisdiction, monthsAwarded, monthsDrawn },
    ...{ firstMonth, nextMonth },
    ...(monthlyFen === null ? {} : { monthlyFen }),
    item: benefitItem,
    policyVersion: app.law.version(jurisdiction),
    documentId: `roll-${roll.rollId}`,
    ...(account === null ? {} : { account: await accountNow(app, personRef, account) }),
  };
  // Asked again after a crash, the person's account may be another: the award stands as it came.
  const before = await app.transact.state(stored.award, awardStream(awardNo));
  if (before.status === 'none' || before.personRef !== personRef)
    await onAward(app, cause, { awardNo, part: 'award', place, command });
  if (account === null) return;
  await recordAccount(app, cause, { account, personRef });
  await followAccount(app, cause, { awardNo, personRef, given: account });
}

/** The first award that is brought for a person gives him his account. */
async function recordAccount(
  app: App,
  cause: Cause,
  { account, personRef }: Readonly<{ account: AccountUse; personRef: string }>,
): Promise<void> {
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (person.status !== 'enrolled' || person.account !== null) return;
  const { accountRef, accountKey, sealedSha256 } = account;
  const record = {
    type: 'RecordAccount',
    account: { accountRef, accountKey, sealedSha256 },
    source: 'opening',
    on: day(cause.metadata.day),
  } as const;
  const context = contextOfReaction('bring-account', cause, personRef);
  await app.transact.run(stored.person, personStream(personRef), record, context);
}

async function bringLine(
  app: App,
  cause: Cause,
  { line, place }: Readonly<{ line: UnpaidLine; place: Place }>,
): Promise<void> {
  const { award: awardNo, line: lineId, item, month, rollMonth, amountFen, reason } = line;
  const command: AwardCommand = {
    type: 'BringLine',
    ...{ lineId, item, month, rollMonth, amountFen, reason },
    documentId: `roll-${place.roll.rollId}`,
    bookedMonth: place.month,
  };
  await onAward(app, cause, { awardNo, part: lineId, place, command });
}

async function onAward(
  app: App,
  cause: Cause,
  work: Readonly<{ awardNo: string; part: string; place: Place; command: AwardCommand }>,
): Promise<void> {
  const { awardNo, part, place, command } = work;
  const commandId = derivedId(place.roll.document, awardNo, part);
  const { office } = place.roll;
  const context = {
    ...contextOfReaction('bring', cause, awardNo),
    ...{ commandId, office, month: place.month },
  };
  await app.transact.run(stored.award, awardStream(awardNo), command, context);
}
