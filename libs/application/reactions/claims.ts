import type { ClaimEvent } from '#domain/claim/claim.events.js';
import { claimStream } from '#domain/claim/claim.js';
import { personStream } from '#domain/person/person.js';
import { awardStream } from '#domain/award/award.js';
import { Refusal } from '#domain/refusal.js';
import { onceOf } from '#domain/claim/claim-kinds.js';
import { payeeRef } from '#domain/values/payee.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { App } from '../app.js';
import { benefitItem } from '../rolls.js';
import { stored } from '../stored.js';
import { accountIfAny, followAccount, recordAccount, recordHolder } from './accounts-of-awards.js';
import { carryOutBenefit } from './benefits.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/** A filed claim is accepted if the person's stream reserves it, or turned away with its code. */
export const reserveClaim: Reaction = {
  name: 'reserve-claim',
  on: ['ClaimFiled'],
  react: async (app, cause) => {
    const filed = dataOf<ClaimEvent, 'ClaimFiled'>(cause, 'ClaimFiled');
    const { claimNo, personRef, office, account, kind, benefit } = filed;
    if (account !== undefined)
      await recordHolder(app, cause, { account, personRef: payeeRef(filed) });
    const context = contextOfReaction('reserve-claim', cause, personRef);
    const once = kind === undefined || benefit === undefined ? {} : { once: onceOf(kind, benefit) };
    const reserve = { type: 'ReserveClaim', claimNo, office, ...once } as const;
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
    if (claim.header.kind !== undefined) return carryOutBenefit(app, cause, claim);
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
