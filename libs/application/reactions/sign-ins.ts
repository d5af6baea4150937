import { awardStream } from '#domain/award/award.js';
import { monthsPaid, type LiveAward } from '#domain/award/award-state.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { addMonths, day, lastDay, monthOf, type Month } from '#domain/values/calendar.js';
import type { Proposal, VerificationEvent } from '#domain/verification/verification.events.js';
import { stopRule } from '#law/stop-rule.js';
import { newTrace } from '#law/table.js';
import { awardsByNumber, awardsOfPersons, type CachedAward } from '#projections/award-state.js';
import type { App } from '../app.js';
import type { JudgementLine, SignInLine } from '../document-lines.js';
import { isFreedBy } from '../judgements.js';
import { stored } from '../stored.js';
import { foldHistory } from '../transact.js';
import { proposedEffect } from '../verifications.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';
import { raise } from './verification.js';

/** Places and lifts the holds of a judgement, and proposes what the months missed mean. */
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
        if (line.act === 'missed' || line.act === 'missed-twice')
          await proposeMissed(app, cause, line);
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
    .filter(({ act }) => act === 'hold' || act === 'release')
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
        ...(cached === undefined ? {} : { cached }),
      };
    });
  await app.transact.runMany(stored.award, items);
}

async function proposeMissed(app: App, cause: Cause, line: JudgementLine): Promise<void> {
  const known = await awardsByNumber(app.pool, [line.award]);
  const award = known.get(line.award)?.state;
  if (award === undefined) throw new Error(`${line.award} is not in the read model`);
  const month = monthOf(day(`${line.line.slice(0, 7)}-01`));
  const trace = newTrace();
  const { months = 2 } = line;
  const facts = { event: 'not-verified', month, count: months, goodReason: false } as const;
  const answer = stopRule(
    app.law.on(award.jurisdiction, lastDay(month)),
    { ...facts, awardedMonths: award.monthsAwarded, paidMonths: monthsPaid(award) },
    trace,
  );
  const effect = proposedEffect(answer.effect);
  if (answer.from === null || effect === undefined) return;
  const { from, mayResume } = answer;
  await raise(app, cause, award.office, {
    proposalId: `${line.act}/${award.awardNo}/${month}`,
    ...subject(award),
    event: 'not-verified',
    on: lastDay(month),
    source: 'sign-ins',
    ...{ effect, from, mayResume, lastMonth: answer.lastBenefitMonth ?? addMonths(from, -1) },
    clause: trace.rows.map(({ law }) => `${law.document} ${law.article}`.trim()).join('; '),
  });
}

function subject({ awardNo, personRef }: LiveAward): Pick<Proposal, 'awardNo' | 'personRef'> {
  return { awardNo, personRef };
}

/**
 * A file that comes after its month was judged: whoever signed in within the window after all is
 * released. What the judgement proposed about him people drop, or decide.
 */
export const releaseLateSignIns: Reaction = {
  name: 'release-late-sign-ins',
  on: ['SignInsReceived'],
  react: async (app, cause) => {
    const { document } = dataOf<VerificationEvent, 'SignInsReceived'>(cause, 'SignInsReceived');
    const recorded = await app.store.read(cause.stream);
    const before = recorded.filter(({ position }) => position <= cause.position);
    const state = foldHistory(stored.verification, before);
    // A month that is not judged yet counts the file when it is.
    if (state.status !== 'judged') return;
    await app.projected(cause.position);
    for await (const chunk of app.documents.lines(document)) {
      const signIns = chunk.map((text) => JSON.parse(text) as SignInLine);
      const inTime = signIns.filter(({ signedOn }) => signedOn <= state.window.to);
      const awards = await awardsOfPersons(
        app.pool,
        inTime.map(({ person }) => person),
      );
      const ours = awards.filter((award) => award.state.office === state.office);
      await app.transact.runMany(
        stored.award,
        ours.flatMap((award) => releases(cause, award, state.month)),
      );
    }
  },
};

/** As a judgement of that month does, the lines of his that wait for a sign-in. */
function releases(cause: Cause, award: CachedAward, judged: Month) {
  const { awardNo, state } = award;
  const held = state.lines.filter((line) => isFreedBy(line, judged));
  return held.map(({ lineId }) => ({
    stream: awardStream(awardNo),
    command: { type: 'ReleaseLine', lineId, cause: cause.id } satisfies AwardCommand,
    context: contextOfReaction('release-late-sign-ins', cause, `${awardNo}/${lineId}`),
    cached: award,
  }));
}
