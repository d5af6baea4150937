import { accountStream } from '#domain/account/account.js';
import { actorIdentityStream } from '#domain/actor/actor-identity.js';
import { actorHolder } from '#domain/actor/relation.js';
import type { PayeeAccount } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { personStream } from '#domain/person/person.js';
import { day, type Day } from '#domain/values/calendar.js';
import type { AccountUse } from '#domain/values/sealed.js';
import type { App } from '../app.js';
import { stored } from '../stored.js';
import { contextOfReaction, type Cause } from './reaction.js';

/** The account that three people gave the person, if they did; until then the `given` one. */
export async function accountNow(
  app: App,
  personRef: string,
  given: PayeeAccount,
): Promise<PayeeAccount> {
  return (await accountIfAny(app, personRef, given.usableFrom)) ?? given;
}

/** Undefined while the person has none: what falls due waits for it. */
export async function accountIfAny(
  app: App,
  personRef: string,
  since: Day,
): Promise<PayeeAccount | undefined> {
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (person.status !== 'enrolled' || person.account === null) return undefined;
  const { account, usableFrom, accountHands: hands } = person;
  const { accountRef, accountKey, sealedSha256 } = account;
  return {
    accountRef,
    accountKey,
    sealedSha256,
    usableFrom: usableFrom ?? since,
    hands,
  };
}

/**
 * A change that was signed while the award was being opened found no award to tell: whoever opened
 * it looks once more, and flags it when the account is known to be shared.
 */
export async function followAccount(
  app: App,
  cause: Cause,
  {
    awardNo,
    personRef,
    given,
  }: Readonly<{ awardNo: string; personRef: string; given: PayeeAccount }>,
): Promise<void> {
  const account = await accountNow(app, personRef, given);
  await recordHolder(app, cause, { account, personRef });
  const context = contextOfReaction('follow-account', cause, `${awardNo}/${account.accountRef}`);
  const command = { type: 'ChangeAccount', account } as const;
  await app.transact.run(stored.award, awardStream(awardNo), command, context);
  await shareIfFlagged(app, cause, { awardNo, account });
}

/**
 * Who is paid on the account: a second person is flagged there, and so is whoever works here
 * himself, as a member of the staff beside the person that he is.
 */
export async function recordHolder(
  app: App,
  cause: Cause,
  { account, personRef }: Readonly<{ account: AccountUse; personRef: string }>,
): Promise<void> {
  const { accountKey } = account;
  const command = { type: 'RecordHolder', accountKey, holder: personRef, kind: 'person' } as const;
  const context = contextOfReaction('record-holder', cause, accountKey);
  await app.transact.run(stored.account, accountStream(accountKey), command, context);
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (person.status === 'none') return;
  const { identityKey } = person.enrolment;
  const identity = actorIdentityStream(identityKey);
  const staff = await app.transact.state(stored.actorIdentity, identity);
  if (staff.status === 'taken')
    await recordStaffHolder(app, cause, { accountKey, actorId: staff.actorId });
}

export async function recordStaffHolder(
  app: App,
  cause: Cause,
  { accountKey, actorId }: Readonly<{ accountKey: string; actorId: string }>,
): Promise<void> {
  const holder = actorHolder(actorId);
  const command = { type: 'RecordHolder', accountKey, holder, kind: 'actor' } as const;
  const context = contextOfReaction('record-staff-holder', cause, accountKey);
  await app.transact.run(stored.account, accountStream(accountKey), command, context);
}

export async function recordAccount(
  app: App,
  cause: Cause,
  { account, personRef }: Readonly<{ account: AccountUse; personRef: string }>,
): Promise<void> {
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (person.status !== 'enrolled' || person.account !== null) return;
  const on = day(cause.metadata.day);
  const command = { type: 'RecordAccount', account, source: 'claim', on } as const;
  const context = contextOfReaction('record-account', cause, personRef);
  await app.transact.run(stored.person, personStream(personRef), command, context);
}

/** An award that opens on an account already known to be shared starts out flagged. */
export async function shareIfFlagged(
  app: App,
  cause: Cause,
  { awardNo, account }: Readonly<{ awardNo: string; account: AccountUse }>,
): Promise<void> {
  const { accountKey } = account;
  const state = await app.transact.state(stored.account, accountStream(accountKey));
  if (state.cleared) return;
  const holders = state.holders.length;
  const command = { type: 'ShareAccount', accountKey, holders } as const;
  const context = contextOfReaction('share-account', cause, awardNo);
  await app.transact.run(stored.award, awardStream(awardNo), command, context);
}
