import type { OpenLine } from '#domain/award/award-state.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import { openAwardsOfOffice, type OpenAward } from '#projections/award-work.js';
import { deferredMonths } from '#projections/verification-board.js';
import type { App } from './app.js';
import { judgementText, type JudgementLine } from './document-lines.js';
import { missedRule, type Missed } from './sign-ins.js';

type Place = Readonly<{ office: string; month: Month }>;

export type JudgementCounts = {
  held: number;
  released: number;
  missedTwice: number;
  deferred: number;
};

/** The lines of a month's judgement, counted as they are made. */
export async function* judgements(
  app: App,
  { office, month }: Place,
  signed: ReadonlySet<string>,
  counts: JudgementCounts,
): AsyncIterable<readonly string[]> {
  const missed = await missedRule(app, { office, month });
  const defers = missed(1) === 'defer';
  for await (const awards of openAwardsOfOffice(app.pool, office)) {
    const deferred = defers ? await deferredMonths(app.pool, numbersOf(awards)) : nothingDeferred;
    const lines: JudgementLine[] = [];
    for (const award of awards) {
      const signedIn = signed.has(award.personRef);
      // Nearly everybody has signed, and has nothing that this would release.
      if (signedIn && !award.lines.some(isHeld)) continue;
      const months = deferred.get(award.awardNo) ?? [];
      lines.push(...judged(award, { month, missed, signedIn, deferred: months }));
    }
    for (const line of lines) counts[counterOf(line, missed)] += 1;
    yield lines.map(judgementText);
  }
}

const nothingDeferred: ReadonlyMap<string, readonly Month[]> = new Map();

function numbersOf(awards: readonly OpenAward[]): readonly string[] {
  return awards.map(({ awardNo }) => awardNo);
}

function isHeld({ hold }: OpenLine): boolean {
  return hold === 'verification-hold';
}

/** A sign-in frees what waited until then; a month missed after it waits for one of its own. */
export function isFreedBy(line: OpenLine, signedIn: Month): boolean {
  return isHeld(line) && line.month <= signedIn;
}

type Judging = Readonly<{
  month: Month;
  signedIn: boolean;
  missed: Missed;
  /** Months of the award that were deferred by a decision. */
  deferred: readonly Month[];
}>;

/** Whoever signed is released; whoever did not is held as the rule says, and stays due. */
function judged(
  award: OpenAward,
  { month, signedIn, missed, deferred }: Judging,
): readonly JudgementLine[] {
  const { awardNo, personRef: person } = award;
  const held = award.lines.filter(isHeld);
  const line = (lineId: string, act: JudgementLine['act']): JudgementLine => ({
    award: awardNo,
    person,
    line: lineId,
    act,
  });
  if (signedIn)
    return held.filter((one) => isFreedBy(one, month)).map(({ lineId }) => line(lineId, 'release'));
  if (missed(1) === 'none') return [];
  const now = award.lines.filter(
    (one) => one.month === month && one.state !== 'instructed' && needsVerification(one.item),
  );
  const holds = now
    .filter(({ hold }) => hold === undefined)
    .map(({ lineId }) => line(lineId, 'hold'));
  if (holds.length === 0) return [];
  if (missed(1) === 'defer')
    return [...holds, { ...line(month, 'missed'), months: inARow(month, deferred) }];
  const missedBefore = held.some((one) => one.month === addMonths(month, -1));
  const isTwice = missedBefore && missed(2) === 'deemed-re-employed';
  return isTwice ? [...holds, line(month, 'missed-twice')] : holds;
}

/** A deferred month leaves no line behind: what was decided tells how many came before. */
function inARow(month: Month, deferred: readonly Month[]): number {
  let months = 1;
  while (deferred.includes(addMonths(month, -months))) months += 1;
  return months;
}

function counterOf({ act, months = 2 }: JudgementLine, missed: Missed): keyof JudgementCounts {
  if (act === 'hold') return 'held';
  if (act === 'release') return 'released';
  return missed(months) === 'defer' ? 'deferred' : 'missedTwice';
}
