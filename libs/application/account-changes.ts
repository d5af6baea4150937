import { accountStream } from '#domain/account/account.js';
import { actorStream } from '#domain/actor/actor.js';
import { actorHolder } from '#domain/actor/relation.js';
import { personStream } from '#domain/person/person.js';
import { refuse } from '#domain/refusal.js';
import { awardsOfPersons } from '#projections/award-state.js';
import { personByRef } from '#projections/person-register.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { knownRow } from './known-row.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';
import { sealAccounts, type GivenAccount } from './vault.js';

export type AccountChangeInput = Readonly<{
  personRef: string;
  changeNo: string;
  account: GivenAccount;
}>;

/** An account is changed by three people; the first proposes it with the person's proof at hand. */
export async function proposeAccountChange(
  app: App,
  act: Act,
  input: AccountChangeInput,
): Promise<Receipt> {
  const { personRef, changeNo } = input;
  await inScope(app, act, personRef);
  const [account] = await sealAccounts(app.vault, [{ personRef, given: input.account }]);
  if (account === undefined) return refuse('ACCOUNT_MISSING', { person: personRef });
  const command = { type: 'ProposeAccountChange', changeNo, account, ...acting(act) } as const;
  return app.transact.run(stored.person, personStream(personRef), command, contextFor(act));
}

export type SignAccountChangeInput = Readonly<{
  personRef: string;
  changeNo: string;
  step: 'approve' | 'review';
  /** The hash of the sealed account that the signer saw. */
  sealedSha256: string;
}>;

/**
 * With the last signature the account changes; it may be used when its cooling days have passed.
 */
export async function signAccountChange(
  app: App,
  act: Act,
  input: SignAccountChangeInput,
): Promise<Receipt> {
  const { personRef, ...signature } = input;
  await inScope(app, act, personRef);
  const usableFrom = app.law.coolingEnds(act.on);
  const command = { type: 'SignAccountChange', ...signature, usableFrom, ...acting(act) } as const;
  return app.transact.run(stored.person, personStream(personRef), command, contextFor(act));
}

export async function sendAccountChangeBack(
  app: App,
  act: Act,
  {
    personRef,
    changeNo,
    reason,
  }: Readonly<{ personRef: string; changeNo: string; reason: string }>,
): Promise<Receipt> {
  await inScope(app, act, personRef);
  const command = { type: 'SendAccountChangeBack', changeNo, reason, ...acting(act) } as const;
  return app.transact.run(stored.person, personStream(personRef), command, contextFor(act));
}

export type ReviewSharingInput = Readonly<{
  accountKey: string;
  step: 'make' | 'approve';
  holders: readonly string[];
  reason: string;
}>;

/**
 * A couple, a guardian: two people find that the account may be shared; until then it waits. Who
 * sees one county only says nothing of a holder in another: that is for the pool.
 */
export async function reviewSharing(
  app: App,
  act: Act,
  input: ReviewSharingInput,
): Promise<Receipt> {
  const { accountKey, step, holders, reason } = input;
  const account = await app.transact.state(stored.account, accountStream(accountKey));
  for (const holder of account.holders) {
    const offices = await officesOfHolder(app, holder);
    if (!offices.some((office) => act.offices.includes(office)))
      refuse('OFFICE_OUT_OF_SCOPE', { holder });
  }
  const command = { type: 'ReviewSharing', step, holders, reason, ...acting(act) } as const;
  return app.transact.run(stored.account, accountStream(accountKey), command, contextFor(act));
}

async function inScope(app: App, act: Act, personRef: string): Promise<void> {
  const person = await knownRow(app, () => personByRef(app.pool, personRef));
  if (person === undefined) return refuse('PERSON_UNKNOWN', { person: personRef });
  if (!act.offices.includes(person.office)) refuseOtherOffice(act, person.office);
}

/** A holder is the matter of the office that enrolled or employs him and of the one that pays. */
async function officesOfHolder(app: App, holder: string): Promise<readonly string[]> {
  const staff = actorHolder('');
  if (holder.startsWith(staff)) {
    const stream = actorStream(holder.slice(staff.length));
    const actor = await app.transact.state(stored.actor, stream);
    return actor.status === 'none' ? [] : [actor.registration.office];
  }
  const person = await personByRef(app.pool, holder);
  const awards = await awardsOfPersons(app.pool, [holder]);
  return [
    ...(person === undefined ? [] : [person.office]),
    ...awards.map(({ state }) => state.office),
  ];
}
