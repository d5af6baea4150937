import { refuse } from '../refusal.js';
import { sumFen } from '../values/fen.js';
import type { AwardCommand, InstructPayment } from './award.commands.js';
import type { AwardEvent, BankAnswer } from './award.events.js';
import { lineOf } from './award-lines.js';
import { isPayable, unpaidReason, type LiveAward, type Payment } from './award-state.js';

type Of<Type extends AwardCommand['type']> = Extract<AwardCommand, { type: Type }>;

/** Intent first: the instruction stands here before any byte leaves. */
export function instruct(command: InstructPayment, award: LiveAward): readonly AwardEvent[] {
  const { type: _type, on, ...data } = command;
  const { instructionId, lineIds } = data;
  if (paymentOf(award, instructionId) !== undefined) return [];
  const facts = { award: award.awardNo, instruction: instructionId };
  const lines = lineIds.map((lineId) => lineOf(award, lineId));
  const found = lines.filter((line) => line !== undefined);
  if (found.length !== lineIds.length || found.length === 0) refuse('LINE_UNKNOWN', facts);
  if (new Set(lineIds).size !== lineIds.length)
    refuse('LINE_NOT_PAYABLE', { ...facts, reason: 'a line stands twice' });
  const blocked = found.find((line) => !isPayable(award, line, on));
  if (blocked !== undefined)
    refuse('LINE_NOT_PAYABLE', { ...facts, reason: unpaidReason(award, blocked, on) });
  if (
    award.account?.accountRef !== data.accountRef ||
    award.account.sealedSha256 !== data.sealedSha256 ||
    sumFen(found.map(({ amountFen }) => amountFen)) !== data.amountFen
  )
    refuse('SEEN_CHANGED', facts);
  return [{ type: 'PaymentInstructed', data }];
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
      const { type: _type, ...data } = command;
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

export function paymentOf(award: LiveAward, instructionId: string): Payment | undefined {
  return award.payments.find((payment) => payment.instructionId === instructionId);
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
