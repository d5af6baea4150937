import { awardStream } from '#domain/award/award.js';
import { linesFrom } from '#domain/award/award-endings.js';
import {
  monthsPaid,
  type Award,
  type LiveAward,
  type OpenLine,
} from '#domain/award/award-state.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import type { DeclarationEvent } from '#domain/declaration/declaration.events.js';
import { personStream } from '#domain/person/person.js';
import { addMonths, day, lastDay, monthOf, type Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { Proposal, VerificationEvent } from '#domain/verification/verification.events.js';
import { stopRule } from '#law/stop-rule.js';
import { newTrace } from '#law/table.js';
import { awardsByNumber, awardsOfPersons } from '#projections/award-state.js';
import type { App } from '../app.js';
import { crashPoint } from '../crash-points.js';
import { documentLine, type DeclarationLine, type JudgementLine } from '../document-lines.js';
import { admit, admittedFrom, discharge, monthTaking, type Admitted } from '../month-documents.js';
import { stored } from '../stored.js';
import { decide } from '../verifications.js';
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

async function raise(app: App, cause: Cause, office: string, proposal: Proposal): Promise<void> {
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
    // What would be paid again is no evidence against its being paid.
    if (effect === 'resume') return;
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
    const awardNo =
      state.status === 'none' ? undefined : state.proposals[proposalId]?.proposal.awardNo;
    if (awardNo === undefined) throw new Error(`dropped ${proposalId} was never raised`);
    const command = { type: 'ReleaseAward', cause: proposalId } as const;
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
  if (effect === 'resume') {
    // The person first: no claim of his may count the same months meanwhile.
    const grant = { type: 'GrantAward', awardNo, resumed: true } as const;
    const context = contextOfReaction('grant-again', cause, award.personRef);
    await app.transact.run(stored.person, personStream(award.personRef), grant, context);
    const command = { type: 'ResumeAward', from, decisionId } as const;
    return onAward(app, cause, { reaction: 'carry-out-proposal', awardNo, command });
  }
  const ending = { event, on, from, clause, decisionId };
  await inAdjustment(app, cause, award, { from, documentId: `adjustment-${cause.id}` }, (place) =>
    effect === 'pause'
      ? { type: 'PauseAward', ...ending, ...place }
      : { type: 'StopAward', ...ending, ...place, lastMonth, mayResume },
  );
}

type Place = Readonly<{ documentId: string; bookedMonth: Month }>;

/**
 * Runs an award command that withdraws lines inside a one-award document of the month that is open.
 * Begun again, it goes by what the month admitted: the award has given its lines up by then.
 */
export async function inAdjustment(
  app: App,
  cause: Cause,
  award: LiveAward,
  { from, documentId }: Readonly<{ from: Month; documentId: string }>,
  command: (place: Place) => AwardCommand,
): Promise<void> {
  const { office, awardNo } = award;
  const act = (bookedMonth: Month): Promise<void> =>
    onAward(app, cause, {
      reaction: 'carry-out-proposal',
      awardNo,
      command: command({ documentId, bookedMonth }),
    });
  const first = monthOf(day(cause.metadata.day));
  const earlier = await admittedFrom(app, { office, month: first, documentId });
  const bookedMonth = earlier?.month ?? (await monthTaking(app, office, first));
  const lines = linesFrom(award, from);
  if (earlier === undefined && lines.length === 0) return act(bookedMonth);
  const place = { office, month: bookedMonth, documentId };
  const { sheet, lines: posted } =
    earlier ?? (await admitAdjustment(app, cause, { ...place, awardNo, lines }));
  crashPoint('adjustment:admitted');
  await act(bookedMonth);
  crashPoint('adjustment:posted');
  await discharge(app, contextOfReaction('discharge-adjustment', cause, awardNo), {
    ...{ ...place, sheet, posted, refused: 0, releasedFen: noFen },
  });
}

async function admitAdjustment(
  app: App,
  cause: Cause,
  adjustment: Readonly<{
    office: string;
    month: Month;
    documentId: string;
    awardNo: string;
    lines: readonly OpenLine[];
  }>,
): Promise<Pick<Admitted, 'sheet' | 'lines'>> {
  const { awardNo, lines, ...place } = adjustment;
  let sheet: Sheet = {};
  for (const { item, rollMonth, amountFen } of lines) {
    const column = rollMonth === place.month ? 'decreases' : 'cancelled';
    sheet = addToSheet(sheet, item, column, { lines: 1, personMonths: 1, amountFen });
  }
  const texts = lines.map(({ lineId, item, amountFen }) =>
    documentLine({ award: awardNo, line: lineId, item, amountFen }),
  );
  const { sha256, root } = await app.documents.put('adjustment', texts);
  await admit(app, contextOfReaction('admit-adjustment', cause, awardNo), {
    ...{ ...place, kind: 'adjustment', sha256, root, sheet, lines: lines.length },
    reservedFen: noFen,
  });
  return { sheet, lines: lines.length };
}

/** Places and lifts the holds of a judgement, and proposes what two missed months in a row mean. */
export const applyJudgement: Reaction = {
  name: 'apply-judgement',
  on: ['SignInsJudged'],
  react: async (app, cause) => {
    const { document } = dataOf<VerificationEvent, 'SignInsJudged'>(cause, 'SignInsJudged');
    await app.projected(cause.position);
    for await (const chunk of app.documents.lines(document)) {
      const lines = chunk.map((text) => JSON.parse(text) as JudgementLine);
      await holdAndRelease(app, cause, lines);
      for (const line of lines)
        if (line.act === 'missed-twice') await proposeDeemed(app, cause, line);
    }
  },
};

async function holdAndRelease(
  app: App,
  cause: Cause,
  lines: readonly JudgementLine[],
): Promise<void> {
  const known = await awardsByNumber(
    app.pool,
    lines.map(({ award }) => award),
  );
  const items = lines
    .filter(({ act }) => act !== 'missed-twice')
    .map(({ award, line, act }) => {
      const command: AwardCommand =
        act === 'hold'
          ? { type: 'HoldLine', lineId: line, reason: 'verification-hold', cause: cause.id }
          : { type: 'ReleaseLine', lineId: line, cause: cause.id };
      const cached = known.get(award);
      return {
        stream: awardStream(award),
        command,
        context: contextOfReaction('apply-judgement', cause, `${award}/${line}`),
        ...(cached === undefined ? {} : { cached: cached satisfies CachedState }),
      };
    });
  await app.transact.runMany(stored.award, items);
}

type CachedState = Readonly<{ state: Award; revision: number }>;

async function proposeDeemed(app: App, cause: Cause, line: JudgementLine): Promise<void> {
  const known = await awardsByNumber(app.pool, [line.award]);
  const award = known.get(line.award)?.state;
  if (award === undefined) throw new Error(`${line.award} is not in the read model`);
  const month = monthOf(day(`${line.line.slice(0, 7)}-01`));
  const trace = newTrace();
  const answer = stopRule(
    app.law.on(award.jurisdiction, lastDay(month)),
    {
      event: 'not-verified',
      month,
      count: 2,
      goodReason: false,
      awardedMonths: award.monthsAwarded,
      paidMonths: monthsPaid(award),
    },
    trace,
  );
  if (answer.from === null) return;
  const { from, mayResume } = answer;
  await raise(app, cause, award.office, {
    proposalId: `missed-twice/${award.awardNo}/${month}`,
    awardNo: award.awardNo,
    personRef: award.personRef,
    event: 'not-verified',
    on: lastDay(month),
    source: 'sign-ins',
    effect: 'stop',
    ...{ from, mayResume, lastMonth: answer.lastBenefitMonth ?? addMonths(from, -1) },
    clause: trace.rows.map(({ law }) => `${law.document} ${law.article}`.trim()).join('; '),
  });
}

async function onAward(
  app: App,
  cause: Cause,
  work: Readonly<{ reaction: string; awardNo: string; command: AwardCommand }>,
): Promise<void> {
  const { reaction, awardNo, command } = work;
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  // What moves an award's money is filed under the award's office, whoever caused it.
  const office = award.status === 'none' ? cause.metadata.office : award.office;
  const context = { ...contextOfReaction(reaction, cause, awardNo), office };
  await app.transact.run(stored.award, awardStream(awardNo), command, context);
}
