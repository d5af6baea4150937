import type { ClaimEvent } from '#domain/claim/claim.events.js';
import { claimStream } from '#domain/claim/claim.js';
import { actorIdentityStream } from '#domain/actor/actor-identity.js';
import { actorHolder } from '#domain/actor/relation.js';
import { personStream } from '#domain/person/person.js';
import { accountStream } from '#domain/account/account.js';
import type { PayeeAccount } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { Refusal } from '#domain/refusal.js';
import { day, type Day } from '#domain/values/calendar.js';
import type { AccountUse } from '#domain/values/sealed.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { App } from '../app.js';
import { benefitItem } from '../rolls.js';
import { stored } from '../stored.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/** A filed claim is accepted if the person's stream reserves it, or turned away with its code. */
export const reserveClaim: Reaction = {
  name: 'reserve-claim',
  on: ['ClaimFiled'],
  react: async (app, cause) => {
    const { claimNo, personRef, office, account } = dataOf<ClaimEvent, 'ClaimFiled'>(
      cause,
      'ClaimFiled',
    );
    if (account !== undefined) await recordHolder(app, cause, { account, personRef });
    const context = contextOfReaction('reserve-claim', cause, personRef);
    const reserve = { type: 'ReserveClaim', claimNo, office } as const;
    const answer = contextOfReaction('reserve-claim', cause, claimNo);
    const stream = claimStream(claimNo);
    try {
      await app.transact.run(stored.person, personStream(personRef), reserve, context);
    } catch (error) {
      // A rush at the person's stream answers nothing about the claim: it is asked again.
      if (!(error instanceof Refusal) || error.code === 'CONFLICT_TRY_AGAIN') throw error;
      const { code } = error;
      await app.transact.run(stored.claim, stream, { type: 'TurnClaimAway', code }, answer);
      return;
    }
    await app.transact.run(stored.claim, stream, { type: 'AdmitClaim' }, answer);
  },
};

/** A decision frees the person, or grants the award and opens it. */
export const carryOutDecision: Reaction = {
  name: 'carry-out-decision',
  on: ['ClaimDecided', 'ClaimWithdrawn'],
  react: async (app, cause) => {
    const claimNo = cause.stream.slice('claim-'.length);
    const claim = await app.transact.state(stored.claim, claimStream(claimNo));
    if (claim.status === 'none') throw new Error(`${claimNo} was decided and never filed`);
    const { personRef } = claim.header;
    const granted = claim.status === 'decided' && claim.finding.outcome === 'grant';
    const person = contextOfReaction('carry-out-decision', cause, personRef);
    if (!granted) {
      const release = { type: 'ReleaseClaim', claimNo } as const;
      await app.transact.run(stored.person, personStream(personRef), release, person);
      return;
    }
    const grant = { type: 'GrantAward', awardNo: claimNo, claimNo } as const;
    await app.transact.run(stored.person, personStream(personRef), grant, person);
    const { account } = claim.facts;
    if (account !== undefined) await recordAccount(app, cause, { personRef, account });
    await openAward(app, cause, claimNo);
  },
};

/** On the account that the person has by then: three people may have changed it since the claim. */
async function openAward(app: App, cause: Cause, claimNo: string): Promise<void> {
  const claim = await app.transact.state(stored.claim, claimStream(claimNo));
  if (claim.status !== 'decided') throw new Error(`${claimNo} is not decided`);
  const { header, facts, finding } = claim;
  const { months, firstMonth, policyVersion, paidMonths } = finding.calculation;
  const { personRef, office, filedOn } = header;
  // It came with the claim and was examined with it: no change of it is cooling.
  const given =
    facts.account === undefined ? undefined : { ...facts.account, usableFrom: filedOn, hands: [] };
  const account = (await accountIfAny(app, personRef, filedOn)) ?? given;
  const open = {
    type: 'OpenAward',
    ...{ claimNo, awardNo: claimNo, personRef, office, paidMonths, firstMonth, policyVersion },
    item: benefitItem,
    jurisdiction: await jurisdictionOf(app.pool, office),
    monthsAwarded: months,
    ...(account === undefined ? {} : { account }),
  } as const;
  const context = { ...contextOfReaction('carry-out-decision', cause, `award-${claimNo}`), office };
  // Asked again after a crash, the person's account may be another: the award stands as it opened.
  const award = await app.transact.state(stored.award, awardStream(claimNo));
  if (award.status === 'none' || award.personRef !== personRef)
    await app.transact.run(stored.award, awardStream(claimNo), open, context);
  const known = given ?? (await accountIfAny(app, personRef, filedOn));
  if (known !== undefined)
    await followAccount(app, cause, { awardNo: claimNo, personRef, given: known });
}

/** The account that three people gave the person, if they did; until then the `given` one. */
export async function accountNow(
  app: App,
  personRef: string,
  given: PayeeAccount,
): Promise<PayeeAccount> {
  return (await accountIfAny(app, personRef, given.usableFrom)) ?? given;
}

/** Undefined while the person has none: what falls due waits for it. */
async function accountIfAny(
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
