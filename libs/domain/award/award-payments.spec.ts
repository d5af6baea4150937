import { describe, expect, it } from '@jest/globals';
import {
  account,
  bankLine,
  corrected,
  due,
  failed,
  instructCommand,
  instructed,
  live,
  monthlyFen,
  opened,
  paid,
  returned,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import { fen } from '../values/fen.js';
import type { AwardCommand } from './award.commands.js';
import type { AwardEvent } from './award.events.js';
import { awardDecider } from './award.js';

const drawn = [opened, due('2026-09', 1), due('2026-10', 2)] as const;
const sent = instructed('I-1', ['2026-10']);
const answer = bankLine('I-1', 1);
const back = bankLine('I-1', 7, '2026-11-12');
const book: AwardCommand = { type: 'BookPayment', ...answer };
const fail: AwardCommand = { type: 'FailPayment', ...answer, reason: 'account-closed' };
const comeBack: AwardCommand = { type: 'ReturnPayment', ...back, reason: 'account-closed' };
const recall: AwardCommand = {
  type: 'RecallPayment',
  instructionId: 'I-1',
  reason: 'hit in the ledger',
  by: ['li', 'wang'],
};
const recalled: AwardEvent = {
  type: 'PaymentRecalled',
  data: { instructionId: 'I-1', reason: 'hit in the ledger', by: ['li', 'wang'] },
};
const changed: AwardEvent = { type: 'AwardAccountChanged', data: { account: corrected } };

describe('instructing a payment', () => {
  it('stands here before any byte leaves', () => {
    given(awardDecider, ...drawn)
      .when(instructCommand('I-1', ['2026-10']))
      .records(sent);
    expect(live(...drawn, sent).lines.map(({ state }) => state)).toEqual(['due', 'instructed']);
  });

  it('pays several months in one bank line', () => {
    given(awardDecider, ...drawn)
      .when(instructCommand('I-1', ['2026-09', '2026-10']))
      .records(instructed('I-1', ['2026-09', '2026-10']));
  });

  it.each<[string, AwardCommand]>([
    ['no line at all', instructCommand('I-1', [])],
    ['a line that is not there', instructCommand('I-1', ['2026-11'])],
    ['a line beside one that is not there', instructCommand('I-1', ['2026-10', '2026-11'])],
  ])('is refused for %s', (_case, command) => {
    given(awardDecider, ...drawn)
      .when(command)
      .refuses('LINE_UNKNOWN');
  });

  it('is refused for a line that stands twice in it', () => {
    given(awardDecider, ...drawn)
      .when(instructCommand('I-1', ['2026-10', '2026-10']))
      .refuses('LINE_NOT_PAYABLE');
  });

  it('is refused for a line that is on its way already', () => {
    given(awardDecider, ...drawn, sent)
      .when(instructCommand('I-2', ['2026-10']))
      .refuses('LINE_NOT_PAYABLE');
  });

  it.each<[string, Partial<ReturnType<typeof instructCommand>>]>([
    ['one fen more', { amountFen: fen(monthlyFen + 1n) }],
    ['one fen less', { amountFen: fen(monthlyFen - 1n) }],
    ['another account', { accountRef: 'account-2' }],
    ['other sealed bytes under the same account', { sealedSha256: 'ffff' }],
  ])('is refused for %s', (_case, change) => {
    given(awardDecider, ...drawn)
      .when({ ...instructCommand('I-1', ['2026-10']), ...change })
      .refuses('SEEN_CHANGED');
  });

  it('is refused until the changed account has cooled', () => {
    const early = instructCommand('I-1', ['2026-10'], '2026-12-03', corrected);
    const first = instructCommand('I-1', ['2026-10'], '2026-12-04', corrected);
    given(awardDecider, ...drawn, changed)
      .when(early)
      .refuses('LINE_NOT_PAYABLE');
    given(awardDecider, ...drawn, changed)
      .when(first)
      .records(instructed('I-1', ['2026-10'], '2026-12-04', corrected));
  });
});

describe('recalling a payment', () => {
  it('puts its line on the stop list, due for the next unsigned batch', () => {
    given(awardDecider, ...drawn, sent)
      .when(recall)
      .records(recalled);
    expect(live(...drawn, sent, recalled).lines[1]?.state).toBe('stop-list');
    given(awardDecider, ...drawn, sent, recalled)
      .when(instructCommand('I-2', ['2026-10']))
      .records(instructed('I-2', ['2026-10']));
  });

  it.each<[string, AwardEvent]>([
    ['paid', paid(answer)],
    ['failed', failed(answer)],
  ])('is refused once the bank has answered: %s', (_case, event) => {
    given(awardDecider, ...drawn, sent, event)
      .when(recall)
      .refuses('INSTRUCTION_ANSWERED');
  });

  it('is refused for an instruction that is not there', () => {
    given(awardDecider, ...drawn)
      .when(recall)
      .refuses('INSTRUCTION_UNKNOWN');
  });
});

describe('the bank’s answer', () => {
  it('pays', () => {
    given(awardDecider, ...drawn, sent)
      .when(book)
      .records(paid(answer));
    expect(live(...drawn, sent, paid(answer)).lines.map(({ lineId }) => lineId)).toEqual([
      '2026-09',
    ]);
  });

  it('fails, and the line keeps the account that failed', () => {
    given(awardDecider, ...drawn, sent)
      .when(fail)
      .records(failed(answer));
    expect(live(...drawn, sent, failed(answer)).lines[1]).toMatchObject({
      state: 'failed',
      badAccount: account.accountRef,
    });
  });

  it('returns what was paid, in the place of its month', () => {
    const november = due('2026-11', 3);
    given(awardDecider, ...drawn, sent, paid(answer))
      .when(comeBack)
      .records(returned(back));
    const award = live(...drawn, sent, paid(answer), november, returned(back));
    expect(award.lines.map(({ lineId, state }) => [lineId, state])).toEqual([
      ['2026-09', 'due'],
      ['2026-10', 'returned'],
      ['2026-11', 'due'],
    ]);
  });

  it.each<[string, AwardCommand, readonly AwardEvent[]]>([
    ['a second payment', { ...book, lineNo: 2 } as AwardCommand, [sent, paid(answer)]],
    ['a failure after the payment', { ...fail, lineNo: 2 } as AwardCommand, [sent, paid(answer)]],
    ['a payment after the failure', { ...book, lineNo: 2 } as AwardCommand, [sent, failed(answer)]],
    ['a payment of what was recalled', book, [sent, recalled]],
    ['a return before the payment', comeBack, [sent]],
    [
      'a second return',
      { ...comeBack, lineNo: 8 } as AwardCommand,
      [sent, paid(answer), returned(back)],
    ],
  ])('is refused: %s', (_case, command, history) => {
    given(awardDecider, ...drawn, ...history)
      .when(command)
      .refuses('INSTRUCTION_ANSWERED');
  });

  it.each<[string, AwardCommand, readonly AwardEvent[]]>([
    ['payment', { ...book, amountFen: fen(1n) } as AwardCommand, [sent]],
    ['failure', { ...fail, amountFen: fen(1n) } as AwardCommand, [sent]],
    ['return', { ...comeBack, amountFen: fen(1n) } as AwardCommand, [sent, paid(answer)]],
  ])('is refused with another amount: %s', (_case, command, history) => {
    given(awardDecider, ...drawn, ...history)
      .when(command)
      .refuses('LINE_NOT_IN_DOCUMENT');
  });

  it.each<AwardCommand>([book, fail, comeBack])(
    'is refused without an instruction: $type',
    (command) => {
      given(awardDecider, ...drawn)
        .when(command)
        .refuses('INSTRUCTION_UNKNOWN');
    },
  );
});
