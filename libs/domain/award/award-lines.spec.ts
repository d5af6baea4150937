import { describe, expect, it } from '@jest/globals';
import {
  bankLine,
  brought,
  corrected,
  due,
  dueCommand,
  ended,
  instructed,
  line,
  live,
  opened,
  paid,
  paused,
  returned,
  stopped,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import { day, month } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { AwardCommand, EndLine } from './award.commands.js';
import type { AwardEvent, DueLine } from './award.events.js';
import { unpaidReason } from './award-state.js';
import { awardDecider } from './award.js';

const twice = 'LINE_ALREADY_DUE';
const september = due('2026-09', 1);
const october = due('2026-10', 2);
const arrears: DueLine = {
  lineId: '2026-09+1',
  item: 'benefit',
  month: month('2026-09'),
  rollMonth: month('2026-11'),
  amountFen: fen(10_000n),
};
const added = {
  ...arrears,
  documentId: 'adjustment-2026-11',
  bookedMonth: month('2026-11'),
  reason: 'standard raised',
};
const lineAdded: AwardEvent = { type: 'LineAdded', data: added };
const old = {
  ...line('2026-08'),
  reason: 'returned' as const,
  documentId: 'opening-440103',
  bookedMonth: month('2026-09'),
};
const broughtLine: AwardEvent = { type: 'LineBroughtIn', data: old };
const holdLine: AwardCommand = {
  type: 'HoldLine',
  lineId: '2026-09',
  reason: 'verification-hold',
  cause: 'missed 2026-09',
};
const held: Extract<AwardEvent, { type: 'LineHeld' }> = {
  type: 'LineHeld',
  data: { lineId: '2026-09', reason: 'verification-hold', cause: 'missed 2026-09' },
};
const releaseLine: AwardCommand = { type: 'ReleaseLine', lineId: '2026-09', cause: 'signed in' };
const released: AwardEvent = {
  type: 'LineReleased',
  data: { lineId: '2026-09', cause: 'signed in' },
};
const withdraw: EndLine = {
  type: 'WithdrawLine',
  lineId: '2026-09',
  reason: 'employed',
  documentId: 'adjustment-2026-09',
  bookedMonth: month('2026-09'),
};

describe('a month that falls due', () => {
  it('is numbered and leads to the next', () => {
    given(awardDecider, opened).when(dueCommand('2026-09')).recordsOnce(twice, september);
    given(awardDecider, opened, september).when(dueCommand('2026-10')).recordsOnce(twice, october);
    expect(live(opened, september)).toMatchObject({ monthsDrawn: 1, nextMonth: '2026-10' });
  });

  it('may fall due in a later roll', () => {
    given(awardDecider, opened)
      .when(dueCommand('2026-09', '2026-10'))
      .recordsOnce(twice, due('2026-09', 1, '2026-10'));
  });

  it('says so when it is the last', () => {
    const four = [september, october, due('2026-11', 3), due('2026-12', 4), due('2027-01', 5)];
    given(awardDecider, opened, ...four)
      .when(dueCommand('2027-02'))
      .recordsOnce(twice, due('2027-02', 6), {
        type: 'AwardExhausted',
        data: { lastMonth: month('2027-02') },
      });
  });

  it('is refused past the months awarded', () => {
    const whole: AwardEvent = { ...brought, data: { ...brought.data, monthsDrawn: 6 } };
    given(awardDecider, whole).when(dueCommand('2026-10')).refuses('AWARD_ENDED');
  });

  it('is refused a second time, once it was paid or taken back', () => {
    const sent = instructed('I-1', ['2026-09'], '2026-09-20');
    const history = [opened, september, sent, paid(bankLine('I-1', 1))] as const;
    given(awardDecider, ...history)
      .when(dueCommand('2026-09'))
      .refuses('LINE_ALREADY_DUE');
    given(awardDecider, opened, september, ended('LineWithdrawn', '2026-09', '2026-09'))
      .when(dueCommand('2026-09'))
      .refuses('LINE_ALREADY_DUE');
  });

  it('is refused while its line is open, whichever document asks', () => {
    given(awardDecider, opened, september)
      .when({ ...dueCommand('2026-09'), documentId: 'roll-440103-2026-09-2' })
      .refuses('LINE_ALREADY_DUE');
  });

  it('is refused from the month on in which the award pauses or stops', () => {
    given(awardDecider, opened, paused('2026-10'))
      .when(dueCommand('2026-10'))
      .refuses('AWARD_PAUSED');
    given(awardDecider, opened, stopped('2026-10', 6))
      .when(dueCommand('2026-10'))
      .refuses('AWARD_ENDED');
    given(awardDecider, opened, stopped('2026-10', 6))
      .when(dueCommand('2026-09'))
      .recordsOnce(twice, september);
  });

  it('bears the month’s own name, so that taking it back gives the month back', () => {
    const misnamed = { ...dueCommand('2026-09'), lineId: 'line-1' };
    expect(() => awardDecider.decide(misnamed, live(opened))).toThrow('not named by its month');
  });
});

describe('a month that falls due after it was judged', () => {
  it('is held in the same breath for whoever missed it', () => {
    const { lineId, ...hold } = held.data;
    given(awardDecider, opened)
      .when({ ...dueCommand(lineId), held: hold })
      .recordsOnce(twice, september, held);
  });
});

describe('a line that consumes no month', () => {
  it('is added', () => {
    given(awardDecider, opened, september)
      .when({ type: 'AddLine', ...added })
      .records(lineAdded);
    expect(live(opened, september, lineAdded).monthsDrawn).toBe(1);
  });

  it('is not added again once it is paid', () => {
    const { lineId, amountFen } = arrears;
    const sent = instructed('I-9', [lineId], '2026-11-20');
    const whole = { ...sent, data: { ...sent.data, amountFen } };
    const answer = paid(bankLine('I-9', 1, '2026-11-21', amountFen));
    given(awardDecider, opened, september, lineAdded, whole, answer)
      .when({ type: 'AddLine', ...added })
      .records();
  });

  it('gives no month back when it is taken out', () => {
    const { documentId, bookedMonth, lineId, amountFen } = added;
    const out: AwardEvent = {
      type: 'LineWithdrawn',
      data: { lineId, amountFen, reason: 'mistaken', documentId, bookedMonth },
    };
    expect(live(opened, september, lineAdded, out).monthsDrawn).toBe(1);
  });

  it('is never named as a month', () => {
    const command: AwardCommand = { type: 'AddLine', ...added, lineId: '2026-09' };
    expect(() => awardDecider.decide(command, live(opened))).toThrow('named as a month');
  });

  it('is brought from the old system with its reason', () => {
    given(awardDecider, brought)
      .when({ type: 'BringLine', ...old })
      .recordsOnce(twice, broughtLine);
    expect(live(brought, broughtLine).lines).toMatchObject([
      { lineId: '2026-08', state: 'returned', badAccount: 'account-1' },
    ]);
  });

  it('is brought without blame of an account that three people gave since', () => {
    const changed: AwardEvent = { type: 'AwardAccountChanged', data: { account: corrected } };
    const onNew: AwardEvent = { type: 'LineBroughtIn', data: { ...old, accountChanged: true } };
    given(awardDecider, brought, changed)
      .when({ type: 'BringLine', ...old })
      .recordsOnce(twice, onNew);
    const award = live(brought, changed, onNew);
    expect(award.lines[0]).not.toHaveProperty('badAccount');
    const reasons = award.lines.map((one) => unpaidReason(award, one, day('2026-12-05')));
    expect(reasons).toEqual(['awaiting-approval']);
  });

  it('is not brought a second time, open or paid', () => {
    const again: AwardCommand = { type: 'BringLine', ...old, documentId: 'opening-2' };
    given(awardDecider, brought, broughtLine).when(again).refuses('LINE_ALREADY_DUE');
    const sent = instructed('I-8', ['2026-08'], '2026-10-20');
    given(awardDecider, brought, broughtLine, sent, paid(bankLine('I-8', 1)))
      .when(again)
      .refuses('LINE_ALREADY_DUE');
  });

  it('is one of the months drawn, whichever list brings it', () => {
    const bring = (of: string): AwardCommand => ({ type: 'BringLine', ...old, ...line(of) });
    const came = (of: string): AwardEvent => ({
      type: 'LineBroughtIn',
      data: { ...old, ...line(of) },
    });
    const two = [brought, came('2026-07'), came('2026-08')] as const;
    given(awardDecider, ...two)
      .when(bring('2026-09'))
      .recordsOnce(twice, came('2026-09'));
    const three = [...two, came('2026-09')] as const;
    given(awardDecider, ...three)
      .when(bring('2026-06'))
      .refuses('MONTHS_UNPAID_TOO_MANY');
    const sent = instructed('I-7', ['2026-07'], '2026-10-20');
    given(awardDecider, ...three, sent, paid(bankLine('I-7', 1)))
      .when(bring('2026-06'))
      .refuses('MONTHS_UNPAID_TOO_MANY');
    given(awardDecider, ...three, due('2026-10', 4))
      .when(bring('2026-06'))
      .refuses('MONTHS_UNPAID_TOO_MANY');
    const premium = { ...old, ...line('2026-06'), lineId: '2026-06.medical-premium' };
    given(awardDecider, ...three)
      .when({ type: 'BringLine', ...premium })
      .recordsOnce(twice, { type: 'LineBroughtIn', data: premium });
    given(awardDecider, opened).when(bring('2026-08')).refuses('MONTHS_UNPAID_TOO_MANY');
  });

  it('is no month that falls due by itself, of which one is paid already', () => {
    const bring = (of: string): AwardCommand => ({ type: 'BringLine', ...old, ...line(of) });
    given(awardDecider, brought).when(bring('2026-10')).refuses('MONTH_NOT_DRAWN');
    given(awardDecider, brought).when(bring('2026-11')).refuses('MONTH_NOT_DRAWN');
    const ahead: AwardEvent = { type: 'LineBroughtIn', data: { ...old, ...line('2026-10') } };
    const sent = instructed('I-10', ['2026-10'], '2026-10-20');
    given(awardDecider, brought, ahead, sent, paid(bankLine('I-10', 1)))
      .when(dueCommand('2026-10'))
      .refuses('LINE_ALREADY_DUE');
  });

  it('is brought without a bad account when there is none', () => {
    const { account: _account, ...terms } = brought.data;
    const award = live({ type: 'AwardBroughtIn', data: terms }, broughtLine);
    expect(award.lines[0]).not.toHaveProperty('badAccount');
  });
});

describe('holding a line', () => {
  it('keeps it from being paid until it is released', () => {
    given(awardDecider, opened, september).when(holdLine).records(held);
    given(awardDecider, opened, september, held).when(releaseLine).records(released);
    expect(live(opened, september, held).lines[0]?.hold).toBe('verification-hold');
    expect(live(opened, september, held, released).lines[0]).not.toHaveProperty('hold');
  });

  it('is refused for a line that is not there', () => {
    given(awardDecider, opened).when(holdLine).refuses('LINE_UNKNOWN');
  });

  it('is refused for a line on its way to the bank', () => {
    const sent = instructed('I-1', ['2026-09'], '2026-09-20');
    given(awardDecider, opened, september, sent).when(holdLine).refuses('LINE_NOT_DUE');
  });

  it('needs no release where nothing is held', () => {
    given(awardDecider, opened, september).when(releaseLine).records();
    given(awardDecider, opened).when(releaseLine).records();
  });
});

describe('taking a line out', () => {
  it('withdraws it and gives its month back', () => {
    const out = ended('LineWithdrawn', '2026-09', '2026-09');
    given(awardDecider, opened, september).when(withdraw).records(out);
    expect(live(opened, september, out)).toMatchObject({
      monthsDrawn: 0,
      nextMonth: '2026-10',
      lines: [],
    });
  });

  it('cancels a carried one', () => {
    const documentId = 'adjustment-2026-11';
    const bookedMonth = month('2026-11');
    given(awardDecider, opened, september)
      .when({ ...withdraw, type: 'CancelLine', documentId, bookedMonth })
      .records(ended('LineCancelled', '2026-09', '2026-11'));
  });

  it('takes out what came back from the bank', () => {
    const sent = instructed('I-1', ['2026-09'], '2026-09-20');
    const back = returned(bankLine('I-1', 4, '2026-10-30'));
    given(awardDecider, opened, september, sent, paid(bankLine('I-1', 1)), back)
      .when({ ...withdraw, type: 'CancelLine' })
      .records(ended('LineCancelled', '2026-09', '2026-09'));
  });

  it('adds nothing for a line that is gone', () => {
    given(awardDecider, opened).when(withdraw).records();
  });

  it('is refused for a line on its way to the bank', () => {
    const sent = instructed('I-1', ['2026-09'], '2026-09-20');
    given(awardDecider, opened, september, sent).when(withdraw).refuses('LINE_NOT_DUE');
  });
});
