import { refuse } from '../refusal.js';
import { addFen, noFen } from '../values/fen.js';
import type { AwardCommand, InstructPayment } from './award.commands.js';
import type { AwardEvent, BankAnswer } from './award.events.js';
import { lineOf } from './award-lines.js';
import {
  isPayable,
  unpaidReason,
  type LiveAward,
  type OpenLine,
  type Payment,
} from './award-state.js';

type Of<Type extends AwardCommand['type']> = Extract<AwardCommand, { type: Type }>;

/** Intent first: the instruction stands here before any byte leaves. */
export function instruct(command: InstructPayment, award: LiveAward): readonly AwardEvent[] {
  const { instructionId, lineIds, bookedMonth, batchId, amountFen, accountRef } = command;
  const { sealedSha256, on } = command;
  if (paymentOf(award, instructionId) !== undefined) return [];
  if (lineIds.length === 0) refuse('LINE_UNKNOWN', factsOf(command, award));
  let foundFen = noFen;
  let blocked: OpenLine | undefined;
  for (const lineId of lineIds) {
    const line = lineOf(award, lineId);
    if (line === undefined) return refuse('LINE_UNKNOWN', factsOf(command, award));
    foundFen = addFen(foundFen, line.amountFen);
    if (blocked === undefined && !isPayable(award, line, on)) blocked = line;
  }
  if (lineIds.length > 1 && new Set(lineIds).size < lineIds.length)
    refuse('LINE_NOT_PAYABLE', { ...factsOf(command, award), reason: 'a line stands twice' });
  if (blocked !== undefined) {
    const reason = unpaidReason(award, blocked, on);
    refuse('LINE_NOT_PAYABLE', { ...factsOf(command, award), reason });
  }
  const { account } = award;
  if (
    account?.accountRef !== accountRef ||
    account.sealedSha256 !== sealedSha256 ||
    foundFen !== amountFen
  )
    refuse('SEEN_CHANGED', factsOf(command, award));
  // Each field by its name: a copy of the rest of the command takes longer than the decision.
  const data = {
    instructionId,
    lineIds,
    bookedMonth,
    batchId,
    amountFen,
    accountRef,
    sealedSha256,
  };
  return [{ type: 'PaymentInstructed', data }];
}

function factsOf(
  { instructionId }: InstructPayment,
  { awardNo }: LiveAward,
): Readonly<Record<string, string>> {
  return { award: awardNo, instruction: instructionId };
}

/**
 * A line taken off a signed batch before its file left is due again for the next unsigned batch.
 */
export function recall(command: Of<'RecallPayment'>, award: LiveAward): readonly AwardEvent[] {
  const { type: _type, ...data } = command;
  const payment = known(award, data.instructionId);
  if (payment.status === 'recalled') return [];
  if (payment.status !== 'sent') refuse('INSTRUCTION_ANSWERED', which(award, payment));
  return [{ type: 'PaymentRecalled', data }];
}

/** The bank's line decides: paid and failed answer a sent instruction, a return a paid one. */
export function answer(
  command: Of<'BookPayment'> | Of<'FailPayment'> | Of<'ReturnPayment'>,
  award: LiveAward,
): readonly AwardEvent[] {
  const payment = known(award, command.instructionId);
  if (payment.answer === answerKey(command)) return [];
  const expected = command.type === 'ReturnPayment' ? 'paid' : 'sent';
  if (payment.status !== expected) refuse('INSTRUCTION_ANSWERED', which(award, payment));
  if (payment.amountFen !== command.amountFen)
    refuse('LINE_NOT_IN_DOCUMENT', which(award, payment));
  switch (command.type) {
    case 'BookPayment': {
      const { documentId, bookedMonth, valueDate, lineNo, bankSerial, instructionId } = command;
      const { amountFen } = command;
      const data = {
        documentId,
        bookedMonth,
        amountFen,
        valueDate,
        lineNo,
        bankSerial,
        instructionId,
      };
      return [{ type: 'PaymentBooked', data }];
    }
    case 'FailPayment': {
      const { type: _type, ...data } = command;
      return [{ type: 'PaymentFailed', data }];
    }
    case 'ReturnPayment': {
      const { type: _type, ...data } = command;
      return [{ type: 'PaymentReturned', data }];
    }
  }
}

/** One line of one receipt document: the natural key of a bank's answer. */
export function answerKey({ documentId, lineNo }: BankAnswer): string {
  return `${documentId}/${lineNo}`;
}

export function paymentOf(
  { payments }: Pick<LiveAward, 'payments'>,
  instructionId: string,
): Payment | undefined {
  for (const payment of payments) if (payment.instructionId === instructionId) return payment;
  return undefined;
}

function known(award: LiveAward, instructionId: string): Payment {
  const payment = paymentOf(award, instructionId);
  if (payment === undefined)
    refuse('INSTRUCTION_UNKNOWN', { award: award.awardNo, instruction: instructionId });
  return payment;
}

function which(award: LiveAward, payment: Payment): Readonly<Record<string, string>> {
  const { instructionId, status } = payment;
  return { award: award.awardNo, instruction: instructionId, status };
}
