import { refuse } from '../refusal.js';
import { addMonths, type Month } from '../values/calendar.js';
import type { AwardCommand, ConsumeMonths, PauseAward, StopAward } from './award.commands.js';
import type { AwardEvent, Ending } from './award.events.js';
import { monthsLeft, type LiveAward, type OpenLine } from './award-state.js';

type Of<Type extends AwardCommand['type']> = Extract<AwardCommand, { type: Type }>;

/** Evidence places a hold at once; the hold pays nothing from that month on and decides nothing. */
export function holdAward(command: Of<'HoldAward'>, award: LiveAward): readonly AwardEvent[] {
  const { reason, cause, from } = command;
  if (award.holds.some((hold) => hold.cause === cause)) return [];
  return [{ type: 'AwardHeld', data: { reason, cause, from } }];
}

export function releaseAward(command: Of<'ReleaseAward'>, award: LiveAward): readonly AwardEvent[] {
  if (!award.holds.some((hold) => hold.cause === command.cause)) return [];
  return [{ type: 'AwardReleased', data: { cause: command.cause } }];
}

/**
 * A pause freezes months from `from`: lines of those months are withdrawn and not consumed. What is
 * stopped already stays so, and ends earlier where the pause would have begun before.
 */
export function pause(command: PauseAward, award: LiveAward): readonly AwardEvent[] {
  const { from, decisionId } = command;
  if (award.decisions.includes(decisionId)) return [];
  if (award.status === 'stopped') {
    const { mayResume } = award;
    return stop(
      { ...command, type: 'StopAward', lastMonth: addMonths(from, -1), mayResume },
      award,
    );
  }
  return [...withdrawals(award, command), { type: 'AwardPaused', data: endingOf(command) }];
}

export function resume(command: Of<'ResumeAward'>, award: LiveAward): readonly AwardEvent[] {
  const { from, decisionId } = command;
  if (award.decisions.includes(decisionId)) return [];
  if (award.status === 'open') return [];
  if (award.status === 'stopped' && !award.mayResume)
    refuse('AWARD_ENDED', { award: award.awardNo });
  return [{ type: 'AwardResumed', data: { from, decisionId } }];
}

/** A stop ends the award from a month on; what is left over stays countable for a later claim. */
export function stop(command: StopAward, award: LiveAward): readonly AwardEvent[] {
  if (award.decisions.includes(command.decisionId)) return [];
  const isStopped = award.status === 'stopped';
  const { from, lastMonth } = command;
  // What has ended for good stays so, whatever is found out about it afterwards.
  const mayResume = command.mayResume && (!isStopped || award.mayResume);
  const isEarlier = award.endedFrom === undefined || from < award.endedFrom;
  if (isStopped && !isEarlier && mayResume === award.mayResume) return [];
  const withdrawn = withdrawals(award, command);
  const consumed = award.monthsDrawn - withdrawn.filter(consumesMonth(award)).length;
  const remaining = award.monthsAwarded - consumed;
  return [
    ...withdrawn,
    {
      type: 'AwardStopped',
      data: { ...endingOf(command), lastMonth, remaining, mayResume },
    },
  ];
}

/** Only of a stopped award: of one in force the same months would fall due beside it. */
export function consumeMonths(
  { months, decisionId }: ConsumeMonths,
  award: LiveAward,
): readonly AwardEvent[] {
  if (award.decisions.includes(decisionId)) return [];
  if (award.status !== 'stopped') refuse('AWARD_NOT_STOPPED', { award: award.awardNo });
  if (months < 1 || months > monthsLeft(award))
    refuse('FACT_IMPOSSIBLE', { fact: 'months', left: String(monthsLeft(award)) });
  return [{ type: 'MonthsConsumed', data: { months, decisionId } }];
}

/**
 * The open lines that a decision from that month on takes back; instructed ones must be stopped
 * first.
 */
export function linesFrom(award: LiveAward, from: Month): readonly OpenLine[] {
  return award.lines.filter((line) => line.month >= from && line.state !== 'instructed');
}

function withdrawals(award: LiveAward, command: PauseAward | StopAward): readonly AwardEvent[] {
  const { event, from, documentId, bookedMonth } = command;
  return linesFrom(award, from).map(({ lineId, amountFen, rollMonth }) => ({
    type: rollMonth === bookedMonth ? 'LineWithdrawn' : 'LineCancelled',
    data: { lineId, amountFen, reason: event, documentId, bookedMonth },
  }));
}

function consumesMonth(award: LiveAward): (event: AwardEvent) => boolean {
  return (event) =>
    (event.type === 'LineWithdrawn' || event.type === 'LineCancelled') &&
    award.lines.some(({ lineId, month }) => lineId === event.data.lineId && lineId === month);
}

function endingOf({ event, on, from, clause, decisionId }: Ending): Ending {
  return { event, on, from, clause, decisionId };
}
