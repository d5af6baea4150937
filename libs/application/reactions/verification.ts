import { awardStream } from '#domain/award/award.js';
import { monthsPaid, type LiveAward } from '#domain/award/award-state.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import type { DeclarationEvent } from '#domain/declaration/declaration.events.js';
import type { Person } from '#domain/person/person.commands.js';
import { personStream } from '#domain/person/person.js';
import type { RefusalCode } from '#domain/refusal.js';
import { addMonths, day, lastDay, monthOf, type Month } from '#domain/values/calendar.js';
import type { Proposal, VerificationEvent } from '#domain/verification/verification.events.js';
import { stopRule } from '#law/stop-rule.js';
import { newTrace } from '#law/table.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { App } from '../app.js';
import type { DeclarationLine } from '../document-lines.js';
import { stored } from '../stored.js';
import { decide } from '../verifications.js';
import { inAdjustment, onAward, withdrawal } from './adjustments.js';
import { giveBack, tellLeftOver } from './endings.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/**
 * A hit in our own ledger: a contribution for somebody who draws. It holds at once and is proposed
 * in the name of whoever brought the declaration; the month of hiring is all that is known of the
 * day.
 */
export const findRecipients: Reaction = {
  name: 'find-recipients',
  on: ['DeclarationLinesAdded'],
  react: async (app, cause) => {
    const data = dataOf<DeclarationEvent, 'DeclarationLinesAdded'>(cause, 'DeclarationLinesAdded');
    const declared = monthOfDeclaration(cause.stream);
    const lines = await app.documents.parsed<DeclarationLine>(data.document);
    await app.projected(cause.position);
    const awards = await awardsOfPersons(
      app.pool,
      lines.map(({ person }) => person),
    );
    for (const { state } of awards) {
      if (!draws(state, declared)) continue;
      const proposal = hiredProposal(app, state, declared);
      if (proposal === undefined) continue;
      await raise(app, cause, state.office, proposal);
    }
  },
};

function monthOfDeclaration(stream: string): Month {
  return monthOf(day(`${stream.slice(-7)}-01`));
}

function draws(award: LiveAward, month: Month): boolean {
  if (award.status !== 'open' || month < award.firstMonth) return false;
  if (!needsVerification(award.item)) return false;
  return award.monthsDrawn < award.monthsAwarded || award.lines.some((line) => line.month > month);
}

function hiredProposal(app: App, award: LiveAward, declared: Month): Proposal | undefined {
  const on = lastDay(declared);
  const trace = newTrace();
  const answer = stopRule(
    app.law.on(award.jurisdiction, on),
    {
      event: 're-employed',
      month: declared,
      goodReason: false,
      awardedMonths: award.monthsAwarded,
      paidMonths: monthsPaid(award),
    },
    trace,
  );
  if (answer.from === null) return undefined;
  const { from, mayResume } = answer;
  return {
    proposalId: `ledger/${award.awardNo}/${declared}`,
    awardNo: award.awardNo,
    personRef: award.personRef,
    event: 're-employed',
    on,
    source: 'own-ledger',
    effect: 'stop',
    from,
    lastMonth: answer.lastBenefitMonth ?? addMonths(from, -1),
    mayResume,
    clause: trace.rows.map(({ law }) => `${law.document} ${law.article}`.trim()).join('; '),
  };
}

export async function raise(
  app: App,
  cause: Cause,
  office: string,
  proposal: Proposal,
): Promise<void> {
  const { actor, duty, office: signedAt } = cause.metadata;
  const on = day(cause.metadata.day);
  const month = monthOf(on);
  const by = { person: actor, account: actor, duty, office: signedAt };
  const context = contextOfReaction('raise-proposal', cause, proposal.proposalId);
  const open = {
    type: 'OpenWindow',
    office,
    month,
    from: day(`${month}-01`),
    to: day(`${month}-20`),
  } as const;
  const window = contextOfReaction('open-window', cause, office);
  await decide(app, { office, month }, open, window);
  await decide(app, { office, month }, { type: 'RaiseProposal', proposal, by, on }, context);
}

/** Evidence holds at once; a proposal that is dropped lifts its hold. */
export const holdOnEvidence: Reaction = {
  name: 'hold-on-evidence',
  on: ['ProposalRaised'],
  react: async (app, cause) => {
    const { proposal } = dataOf<VerificationEvent, 'ProposalRaised'>(cause, 'ProposalRaised');
    const { proposalId, from, awardNo, effect } = proposal;
    // What would be paid again is no evidence against its being paid, and a month that is to be
    // deferred is held by its own line: the months after it are not in question.
    if (effect === 'resume' || effect === 'defer') return;
    const command = { type: 'HoldAward', reason: 'hit-hold', cause: proposalId, from } as const;
    await onAward(app, cause, { reaction: 'hold-on-evidence', awardNo, command });
  },
};

export const liftHold: Reaction = {
  name: 'lift-hold',
  on: ['ProposalDropped'],
  react: async (app, cause) => {
    const { proposalId } = dataOf<VerificationEvent, 'ProposalDropped'>(cause, 'ProposalDropped');
    const state = await app.transact.state(stored.verification, cause.stream);
    const proposal = state.status === 'none' ? undefined : state.proposals[proposalId]?.proposal;
    if (proposal === undefined) throw new Error(`dropped ${proposalId} was never raised`);
    const { awardNo, effect, from } = proposal;
    const command: AwardCommand =
      effect === 'defer'
        ? { type: 'ReleaseLine', lineId: from, cause: proposalId }
        : { type: 'ReleaseAward', cause: proposalId };
    await onAward(app, cause, { reaction: 'lift-hold', awardNo, command });
  },
};

/**
 * What three people decided is carried out: lines no longer due leave the month in an adjustment of
 * their own, the award is stopped or paused, and the hold that the evidence placed is lifted.
 */
export const carryOutProposal: Reaction = {
  name: 'carry-out-proposal',
  on: ['ProposalDecided'],
  react: async (app, cause) => {
    const { proposal } = dataOf<VerificationEvent, 'ProposalDecided'>(cause, 'ProposalDecided');
    const award = await app.transact.state(stored.award, awardStream(proposal.awardNo));
    if (award.status === 'none') throw new Error(`${proposal.awardNo} was never opened`);
    await carryOut(app, cause, { proposal, award });
    const command = { type: 'ReleaseAward', cause: proposal.proposalId } as const;
    const { awardNo } = proposal;
    await onAward(app, cause, { reaction: 'release-decided', awardNo, command });
  },
};

async function carryOut(
  app: App,
  cause: Cause,
  { proposal, award }: Readonly<{ proposal: Proposal; award: LiveAward }>,
): Promise<void> {
  const { awardNo, effect, event, on, from, clause, lastMonth, mayResume, proposalId } = proposal;
  const decisionId = proposalId;
  if (effect === 'release') return;
  if (effect === 'resume') return carryOutResumption(app, cause, { proposal, award });
  const documentId = `adjustment-${cause.id}`;
  if (effect === 'defer') {
    const line = award.lines.find(({ lineId }) => lineId === from);
    await inAdjustment(app, cause, { award, documentId }, (place) =>
      withdrawal(from, line?.rollMonth ?? from, event, place),
    );
    return giveBack(app, cause, { awardNo, clause });
  }
  const ending = { event, on, from, clause, decisionId };
  await inAdjustment(app, cause, { award, documentId }, (place) =>
    effect === 'pause'
      ? { type: 'PauseAward', ...ending, ...place }
      : { type: 'StopAward', ...ending, ...place, lastMonth, mayResume },
  );
  if (effect === 'pause') await giveBack(app, cause, { awardNo, clause });
}

async function carryOutResumption(
  app: App,
  cause: Cause,
  { proposal, award }: Readonly<{ proposal: Proposal; award: LiveAward }>,
): Promise<void> {
  const { proposalId, awardNo, from } = proposal;
  const isOver = award.status === 'stopped' && !award.mayResume;
  if (isOver && !award.decisions.includes(proposalId)) {
    // It has ended for good since, as by a death: nobody may be left holding it.
    await tellLeftOver(app, cause, awardNo);
    return lapse(app, cause, { proposalId, office: award.office, code: 'AWARD_ENDED' });
  }
  // The person first: no claim of his may count the same months meanwhile.
  if (!(await grantAgain(app, cause, { proposalId, award }))) return;
  const command = { type: 'ResumeAward', from, decisionId: proposalId } as const;
  return onAward(app, cause, { reaction: 'carry-out-proposal', awardNo, command });
}

/** What was decided can no longer be carried out: it is told, and not asked again. */
async function lapse(
  app: App,
  cause: Cause,
  { proposalId, office, code }: Readonly<{ proposalId: string; office: string; code: RefusalCode }>,
): Promise<void> {
  const command = { type: 'LapseProposal', proposalId, code } as const;
  const context = { ...contextOfReaction('lapse-proposal', cause, proposalId), office };
  await app.transact.run(stored.verification, cause.stream, command, context);
}

/**
 * While a claim of the person is open the resumption waits for its answer. Once a later award has
 * been granted the months left over have been counted in it (社会保险法 第四十六条): what was
 * decided has lapsed, which is told, and nothing is asked again.
 *
 * @returns whether the award is its person's again
 */
async function grantAgain(
  app: App,
  cause: Cause,
  { proposalId, award }: Readonly<{ proposalId: string; award: LiveAward }>,
): Promise<boolean> {
  const { awardNo, personRef, office } = award;
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (hasLapsed(person, awardNo)) {
    await lapse(app, cause, { proposalId, office, code: 'OPEN_CLAIM_OR_AWARD' });
    return false;
  }
  const grant = { type: 'GrantAward', awardNo, resumed: true } as const;
  const context = contextOfReaction('grant-again', cause, personRef);
  await app.transact.run(stored.person, personStream(personRef), grant, context);
  return true;
}

function hasLapsed(person: Person, awardNo: string): boolean {
  if (person.status !== 'enrolled') return true;
  const { award, endedAwards } = person;
  if (award !== null) return award !== awardNo;
  return endedAwards.at(-1) !== awardNo;
}
