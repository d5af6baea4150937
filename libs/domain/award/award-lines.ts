import { refuse } from '../refusal.js';
import type { AwardCommand, EndLine, RecordDue } from './award.commands.js';
import type { AwardEvent } from './award.events.js';
import { monthsWithLine, type LiveAward, type OpenLine } from './award-state.js';

type Of<Type extends AwardCommand['type']> = Extract<AwardCommand, { type: Type }>;

/** A month of the award falls due. Each month once, in a line that bears the month's own name. */
export function recordDue(command: RecordDue, award: LiveAward): readonly AwardEvent[] {
  const { lineId, item, month, rollMonth, amountFen, documentId, bookedMonth, held } = command;
  if (lineId !== month) throw new Error(`line ${lineId} is not named by its month`);
  // A retry of the same document is known by its command id and never gets here.
  // Its month may stand in a line that an opening list brought ahead, and be paid already.
  if (month < award.nextMonth || lineOf(award, lineId) !== undefined || wasPaid(award, lineId))
    refuse('LINE_ALREADY_DUE', whichLine(award, lineId));
  const { endedFrom } = award;
  if (endedFrom !== undefined && month >= endedFrom)
    refuse(award.status === 'paused' ? 'AWARD_PAUSED' : 'AWARD_ENDED', whichLine(award, lineId));
  if (award.monthsDrawn >= award.monthsAwarded) refuse('AWARD_ENDED', whichLine(award, lineId));
  const no = award.monthsDrawn + 1;
  // Each field by its name: a copy of the rest of the command takes longer than the decision.
  const line = { lineId, item, month, rollMonth, amountFen, documentId, bookedMonth, no };
  const due: AwardEvent[] = [{ type: 'LineDue', data: line }];
  if (held !== undefined) due.push({ type: 'LineHeld', data: { lineId, ...held } });
  if (no === award.monthsAwarded) due.push({ type: 'AwardExhausted', data: { lastMonth: month } });
  return due;
}

/** An increase adds a line to a month already discharged, such as arrears; it consumes no month. */
export function addLine(
  { type: _type, ...line }: Of<'AddLine'>,
  award: LiveAward,
): readonly AwardEvent[] {
  if (line.lineId === line.month) throw new Error(`added line ${line.lineId} is named as a month`);
  if (lineOf(award, line.lineId) !== undefined || wasPaid(award, line.lineId)) return [];
  return [{ type: 'LineAdded', data: line }];
}

/**
 * An unpaid line of the old system; one that another document brought is not counted twice. A
 * month that is unpaid was drawn: one more, of whichever list, would be paid beside all those
 * awarded, and one that is not drawn yet falls due by itself, and would be paid beside that.
 */
export function bringLine(
  { type: _type, ...line }: Of<'BringLine'>,
  award: LiveAward,
): readonly AwardEvent[] {
  if (lineOf(award, line.lineId) !== undefined || wasPaid(award, line.lineId))
    refuse('LINE_ALREADY_DUE', whichLine(award, line.lineId));
  const { monthsDrawn, nextMonth } = award;
  if (line.lineId === line.month && line.month >= nextMonth)
    refuse('MONTH_NOT_DRAWN', { ...whichLine(award, line.lineId), from: nextMonth });
  if (line.lineId === line.month && monthsWithLine(award).size >= monthsDrawn)
    refuse('MONTHS_UNPAID_TOO_MANY', {
      ...whichLine(award, line.lineId),
      drawn: String(monthsDrawn),
    });
  const changed = award.account !== undefined && award.account.hands.length > 0;
  return [{ type: 'LineBroughtIn', data: changed ? { ...line, accountChanged: true } : line }];
}

export function holdLine(command: Of<'HoldLine'>, award: LiveAward): readonly AwardEvent[] {
  const { lineId, reason, cause } = command;
  const line = lineOf(award, lineId);
  if (line === undefined) return refuse('LINE_UNKNOWN', whichLine(award, lineId));
  if (line.hold === reason) return [];
  if (line.state === 'instructed') refuse('LINE_NOT_DUE', whichLine(award, lineId));
  return [{ type: 'LineHeld', data: { lineId, reason, cause } }];
}

export function releaseLine(command: Of<'ReleaseLine'>, award: LiveAward): readonly AwardEvent[] {
  const { lineId, cause } = command;
  const line = lineOf(award, lineId);
  if (line?.hold === undefined) return [];
  return [{ type: 'LineReleased', data: { lineId, cause } }];
}

/** Takes a line out: withdrawn in the month it fell due in (a decrease), cancelled when carried. */
export function endLine(command: EndLine, award: LiveAward): readonly AwardEvent[] {
  const { lineId, reason, documentId, bookedMonth } = command;
  const line = lineOf(award, lineId);
  if (line === undefined) return [];
  if (line.state === 'instructed') refuse('LINE_NOT_DUE', whichLine(award, lineId));
  const type = command.type === 'WithdrawLine' ? 'LineWithdrawn' : 'LineCancelled';
  const { amountFen } = line;
  return [{ type, data: { lineId, amountFen, reason, documentId, bookedMonth } }];
}

export function lineOf(award: LiveAward, lineId: string): OpenLine | undefined {
  for (const line of award.lines) if (line.lineId === lineId) return line;
  return undefined;
}

function wasPaid({ payments }: LiveAward, lineId: string): boolean {
  return payments.some(
    ({ status, lines }) => status === 'paid' && lines.some((line) => line.lineId === lineId),
  );
}

function whichLine({ awardNo }: LiveAward, lineId: string): Readonly<Record<string, string>> {
  return { award: awardNo, line: lineId };
}
