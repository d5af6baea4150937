import type { AccountEvent } from '#domain/account/account.events.js';
import type { ActorEvent } from '#domain/actor/actor.events.js';
import { awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { PersonEvent } from '#domain/person/person.events.js';
import { identityCodecs, type IdentityEvent } from '#domain/identity/identity.events.js';
import { identityStream } from '#domain/identity/identity.js';
import { personStream } from '#domain/person/person.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { App } from '../app.js';
import { stored } from '../stored.js';
import { decode } from '../transact.js';
import { recordHolder, recordStaffHolder, shareIfFlagged } from './accounts-of-awards.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/** A changed account reaches every award of the person, so that an award says whom it pays. */
export const carryAccountOn: Reaction = {
  name: 'carry-account-on',
  on: ['AccountChanged'],
  react: async (app, cause) => {
    const data = dataOf<PersonEvent, 'AccountChanged'>(cause, 'AccountChanged');
    const { account, usableFrom, hands } = data;
    const personRef = cause.stream.slice('person-'.length);
    await recordHolder(app, cause, { account, personRef });
    const command: AwardCommand = {
      type: 'ChangeAccount',
      account: { ...account, usableFrom, hands },
    };
    for (const awardNo of await awardsOf(app, cause, [personRef])) {
      const context = contextOfReaction('carry-account-on', cause, awardNo);
      await app.transact.run(stored.award, awardStream(awardNo), command, context);
      await shareIfFlagged(app, cause, { awardNo, account });
    }
  },
};

/** A second holder stops payment on the account until two people have reviewed it. */
export const flagSharing: Reaction = {
  name: 'flag-sharing',
  on: ['SharingFlagged'],
  react: async (app, cause) => {
    const { holders } = dataOf<AccountEvent, 'SharingFlagged'>(cause, 'SharingFlagged');
    const accountKey = cause.stream.slice('account-'.length);
    const command = { type: 'ShareAccount', accountKey, holders: holders.length } as const;
    await toAwards(app, cause, { reaction: 'flag-sharing', persons: holders, command });
  },
};

export const clearSharing: Reaction = {
  name: 'clear-sharing',
  on: ['SharingReviewed'],
  react: async (app, cause) => {
    const { holders, hands } = dataOf<AccountEvent, 'SharingReviewed'>(cause, 'SharingReviewed');
    const accountKey = cause.stream.slice('account-'.length);
    const command = { type: 'ClearAccount', accountKey, reviewedBy: hands } as const;
    await toAwards(app, cause, { reaction: 'clear-sharing', persons: holders, command });
  },
};

/**
 * Staff are often registered after the register was brought in: each account that somebody new at
 * work is paid on, under any number his identity ever had, is known to be a member of staff's.
 */
export const recordStaffAccounts: Reaction = {
  name: 'record-staff-accounts',
  on: ['ActorRegistered'],
  react: async (app, cause) => {
    const data = dataOf<ActorEvent, 'ActorRegistered'>(cause, 'ActorRegistered');
    const { actorId, identityKey } = data;
    const events = await app.store.read(identityStream(identityKey));
    for (const event of events) {
      const { personRef } = decode<IdentityEvent>(identityCodecs, event).data;
      const person = await app.transact.state(stored.person, personStream(personRef));
      if (person.status !== 'enrolled' || person.account === null) continue;
      await recordStaffHolder(app, cause, { accountKey: person.account.accountKey, actorId });
    }
  },
};

async function toAwards(
  app: App,
  cause: Cause,
  work: Readonly<{ reaction: string; persons: readonly string[]; command: AwardCommand }>,
): Promise<void> {
  const { reaction, persons, command } = work;
  for (const awardNo of await awardsOf(app, cause, persons)) {
    const context = contextOfReaction(reaction, cause, awardNo);
    await app.transact.run(stored.award, awardStream(awardNo), command, context);
  }
}

/** Every award of these persons, once the read model stands where the cause does. */
async function awardsOf(
  app: App,
  cause: Cause,
  persons: readonly string[],
): Promise<readonly string[]> {
  await app.projected(cause.position);
  const awards = await awardsOfPersons(app.pool, persons);
  return awards.map(({ awardNo }) => awardNo);
}
