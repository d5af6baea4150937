import { forbidPayee } from '#domain/actor/relation.js';
import { awardStream } from '#domain/award/award.js';
import { personStream, refuseResumption } from '#domain/person/person.js';
import { refuse } from '#domain/refusal.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';
import { decide, ensureWindow } from './verifications.js';

export type ResumptionInput = Readonly<{
  office: string;
  month: Month;
  awardNo: string;
  /** The first month that is due again. */
  from: Month;
  /** The clause that lets it be drawn again, as the three who sign are to read it. */
  clause: string;
}>;

/**
 * What an award that was stopped or paused has left is to be drawn again (恢复发放): proposed here,
 * carried out when two more people have signed it. While a claim or another award is open, or when
 * a later award has counted the months, there is nothing to resume.
 *
 * @throws Refusal AWARD_UNKNOWN, AWARD_ENDED when nothing is left, OPEN_CLAIM_OR_AWARD,
 *   FACT_IMPOSSIBLE for an award that runs or a month before its end
 */
export async function proposeResumption(
  app: App,
  act: Act,
  input: ResumptionInput,
): Promise<Receipt> {
  const { office, month, awardNo, from, clause } = input;
  refuseOtherOffice(act, office);
  const award = await app.transact.state(stored.award, awardStream(awardNo));
  if (award.status === 'none' || award.office !== office)
    return refuse('AWARD_UNKNOWN', { award: awardNo });
  const { personRef, endedFrom, monthsDrawn, monthsAwarded, mayResume } = award;
  forbidPayee(act, personRef);
  if (endedFrom === undefined) return refuse('FACT_IMPOSSIBLE', { fact: 'resume', award: awardNo });
  if (!mayResume || monthsDrawn >= monthsAwarded) refuse('AWARD_ENDED', { award: awardNo });
  if (from < endedFrom) refuse('FACT_IMPOSSIBLE', { fact: 'from', from, ended: endedFrom });
  const person = await app.transact.state(stored.person, personStream(personRef));
  if (person.status !== 'enrolled') return refuse('PERSON_MERGED', {});
  refuseResumption(awardNo, person);
  const { by, on } = acting(act);
  const proposal = {
    proposalId: `resume/${awardNo}/${from}/${on}`,
    ...{ awardNo, personRef, on, from, clause },
    event: 'resumed',
    source: 'office',
    effect: 'resume',
    lastMonth: addMonths(endedFrom, -1),
    mayResume: true,
  } as const;
  await ensureWindow(app, act, { office, month });
  const command = { type: 'RaiseProposal', proposal, by, on } as const;
  return decide(app, { office, month }, command, contextFor(act));
}
