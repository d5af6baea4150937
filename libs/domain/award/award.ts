import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { AssignPayee, AwardCommand } from './award.commands.js';
import type { AwardEvent, PayeeAccount } from './award.events.js';
import { evolve } from './award-evolve.js';
import { endLine, holdLine, recordDue, releaseLine, addLine, bringLine } from './award-lines.js';
import { answer, instruct, recall } from './award-payments.js';
import { consumeMonths, holdAward, pause, releaseAward, resume, stop } from './award-endings.js';
import type { Award, LiveAward } from './award-state.js';

export const awardStream = (awardNo: string) => `award-${awardNo}`;

export const awardDecider: Decider<Award, AwardCommand, AwardEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: AwardCommand, award: Award): readonly AwardEvent[] {
  if (command.type === 'OpenAward') return open(command, award);
  if (command.type === 'BringAward') return bring(command, award);
  if (award.status === 'none') return refuse('AWARD_UNKNOWN', {});
  return decideLive(command, award);
}

/** Whatever does not open an award. */
export function decideLive(
  command: Exclude<AwardCommand, OpeningCommand>,
  award: LiveAward,
): readonly AwardEvent[] {
  switch (command.type) {
    case 'BringLine':
      return bringLine(command, award);
    case 'ChangeAccount':
      return changeAccount(command.account, award);
    case 'ShareAccount':
      if (award.account?.accountKey !== command.accountKey || award.shared) return [];
      return [{ type: 'AwardAccountShared', data: { holders: command.holders } }];
    case 'AssignPayee':
      return assignPayee(command, award);
    case 'ClearAccount':
      if (award.account?.accountKey !== command.accountKey || !award.shared) return [];
      return [{ type: 'AwardAccountCleared', data: { reviewedBy: command.reviewedBy } }];
    case 'RecordDue':
      return recordDue(command, award);
    case 'AddLine':
      return addLine(command, award);
    case 'HoldLine':
      return holdLine(command, award);
    case 'ReleaseLine':
      return releaseLine(command, award);
    case 'WithdrawLine':
    case 'CancelLine':
      return endLine(command, award);
    case 'InstructPayment':
      return instruct(command, award);
    case 'RecallPayment':
      return recall(command, award);
    case 'BookPayment':
    case 'FailPayment':
    case 'ReturnPayment':
      return answer(command, award);
    case 'HoldAward':
      return holdAward(command, award);
    case 'ReleaseAward':
      return releaseAward(command, award);
    case 'PauseAward':
      return pause(command, award);
    case 'ConsumeMonths':
      return consumeMonths(command, award);
    case 'ResumeAward':
      return resume(command, award);
    case 'StopAward':
      return stop(command, award);
    default:
      return impossible(command, 'award command');
  }
}

type OpeningCommand = Extract<AwardCommand, { type: 'OpenAward' | 'BringAward' }>;

function open(
  { type: _type, ...terms }: Extract<AwardCommand, { type: 'OpenAward' }>,
  award: Award,
): readonly AwardEvent[] {
  if (award.status !== 'none') return sameOrTaken(terms.awardNo, terms.personRef, award);
  if (terms.monthsAwarded < 1) refuse('AWARD_NOT_GRANTED', { award: terms.awardNo });
  return [{ type: 'AwardOpened', data: terms }];
}

function bring(
  { type: _type, ...terms }: Extract<AwardCommand, { type: 'BringAward' }>,
  award: Award,
): readonly AwardEvent[] {
  if (award.status !== 'none') return sameOrTaken(terms.awardNo, terms.personRef, award);
  if (terms.monthsDrawn > terms.monthsAwarded)
    refuse('FACT_IMPOSSIBLE', { award: terms.awardNo, fact: 'monthsDrawn' });
  return [{ type: 'AwardBroughtIn', data: terms }];
}

function sameOrTaken(awardNo: string, personRef: string, award: LiveAward): readonly AwardEvent[] {
  if (award.personRef !== personRef) refuse('CLAIM_NUMBER_TAKEN', { award: awardNo });
  return [];
}

function changeAccount(account: PayeeAccount, award: LiveAward): readonly AwardEvent[] {
  if (award.account?.accountRef === account.accountRef) return [];
  return [{ type: 'AwardAccountChanged', data: { account } }];
}

/**
 * What an award owes after a death is owed to the survivors. Payments on their way stay as they
 * are: what comes back of them is paid to the payee who stands then.
 */
function assignPayee(command: AssignPayee, award: LiveAward): readonly AwardEvent[] {
  const { payee, account, decisionId } = command;
  if (award.decisions.includes(decisionId)) return [];
  if (award.endedBy !== 'died') refuse('AWARD_NOT_ENDED_BY_DEATH', { award: award.awardNo });
  const data = { payee, ...(account === undefined ? {} : { account }), decisionId };
  return [{ type: 'AwardPayeeAssigned', data }];
}
