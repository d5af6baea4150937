import { describe, expect, it } from '@jest/globals';
import {
  bankLine,
  due,
  dueCommand,
  ended,
  failed,
  instructCommand,
  instructed,
  live,
  opened,
  pauseCommand,
  paused,
  stopCommand,
  stopped,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import { day, month } from '../values/calendar.js';
import type { AwardCommand } from './award.commands.js';
import type { AwardEvent } from './award.events.js';
import { linesFrom } from './award-endings.js';
import { isPayable } from './award-state.js';
import { awardDecider } from './award.js';

const drawn = [opened, due('2026-09', 1), due('2026-10', 2)] as const;
const holdAward: AwardCommand = {
  type: 'HoldAward',
  reason: 'hit-hold',
  cause: 'hit-1',
  from: month('2026-10'),
};
const held: AwardEvent = {
  type: 'AwardHeld',
  data: { reason: 'hit-hold', cause: 'hit-1', from: month('2026-10') },
};
const release: AwardCommand = { type: 'ReleaseAward', cause: 'hit-1' };
const released: AwardEvent = { type: 'AwardReleased', data: { cause: 'hit-1' } };
const resume = (from: string, decisionId = 'resume-1'): AwardCommand => ({
  type: 'ResumeAward',
  from: month(from),
  decisionId,
});
const resumed = (from: string, decisionId = 'resume-1'): AwardEvent => ({
  type: 'AwardResumed',
  data: { from: month(from), decisionId },
});
const forGood = (stop: ReturnType<typeof stopped>): AwardEvent => ({
  ...stop,
  data: { ...stop.data, mayResume: false },
});

describe('a hold on an award', () => {
  it('stands at once and decides nothing', () => {
    given(awardDecider, ...drawn)
      .when(holdAward)
      .records(held);
    expect(live(...drawn, held)).toMatchObject({ status: 'open', monthsDrawn: 2 });
  });

  it('stops the months from its own on', () => {
    given(awardDecider, ...drawn, held)
      .when(instructCommand('I-1', ['2026-10']))
      .refuses('LINE_NOT_PAYABLE');
    given(awardDecider, ...drawn, held)
      .when(instructCommand('I-1', ['2026-09']))
      .records(instructed('I-1', ['2026-09']));
  });

  it('is released by its own cause only', () => {
    given(awardDecider, ...drawn, held)
      .when(release)
      .records(released);
    given(awardDecider, ...drawn, held)
      .when({ ...release, cause: 'hit-2' })
      .records();
    expect(live(...drawn, held, released).holds).toEqual([]);
  });
});

describe('a pause', () => {
  it('withdraws this month’s line and cancels a carried one', () => {
    given(awardDecider, ...drawn)
      .when(pauseCommand('2026-09', '2026-10'))
      .records(
        ended('LineCancelled', '2026-09', '2026-10', 'missed-verification'),
        ended('LineWithdrawn', '2026-10', '2026-10', 'missed-verification'),
        paused('2026-09'),
      );
  });

  it('consumes none of the months it freezes', () => {
    const out = ended('LineWithdrawn', '2026-10', '2026-10');
    const award = live(...drawn, out, paused('2026-10'), resumed('2027-01'));
    expect(award).toMatchObject({ status: 'open', monthsDrawn: 1, nextMonth: '2027-01' });
    expect(award.endedFrom).toBeUndefined();
  });

  it('leaves an award that has stopped as it is, or ends it earlier', () => {
    given(awardDecider, ...drawn, stopped('2026-11', 4))
      .when(pauseCommand('2026-11'))
      .records();
    const { event, on, from, clause, decisionId } = pauseCommand('2026-10');
    const ending = { event, on, from, clause, decisionId, lastMonth: month('2026-09') };
    const end = ended('LineWithdrawn', '2026-10', '2026-10', 'missed-verification');
    for (const [stop, mayResume] of [
      [stopped('2026-11', 4), true],
      [forGood(stopped('2026-11', 4)), false],
    ] as const) {
      given(awardDecider, ...drawn, stop)
        .when(pauseCommand('2026-10'))
        .records(end, { type: 'AwardStopped', data: { ...ending, remaining: 5, mayResume } });
    }
  });

  it('keeps its first month when a later decision names a later one', () => {
    expect(live(...drawn, paused('2026-11'), paused('2027-01')).endedFrom).toBe('2026-11');
    expect(live(...drawn, paused('2027-01'), paused('2026-11')).endedFrom).toBe('2026-11');
    given(awardDecider, ...drawn, paused('2026-11'), stopped('2027-01', 4))
      .when(dueCommand('2026-11'))
      .refuses('AWARD_ENDED');
  });
});

describe('resuming', () => {
  it.each<[string, AwardEvent]>([
    ['paused', paused('2026-11')],
    ['stopped with leave to resume', stopped('2026-11', 4)],
  ])('opens an award that is %s', (_case, event) => {
    given(awardDecider, ...drawn, event)
      .when(resume('2027-01'))
      .records(resumed('2027-01'));
  });

  it('never leads back to a month that was drawn', () => {
    expect(live(...drawn, paused('2026-10'), resumed('2026-10')).nextMonth).toBe('2026-11');
  });

  it('adds nothing to an award that is open', () => {
    given(awardDecider, ...drawn)
      .when(resume('2026-11'))
      .records();
  });

  it('told again after a later stop adds nothing', () => {
    const history = [paused('2026-11'), resumed('2026-12'), stopped('2027-01', 3)];
    given(awardDecider, ...drawn, ...history)
      .when(resume('2026-12'))
      .records();
  });

  it('is refused to an award that has stopped for good', () => {
    given(awardDecider, ...drawn, forGood(stopped('2026-11', 4)))
      .when(resume('2027-01'))
      .refuses('AWARD_ENDED');
  });
});

describe('a stop', () => {
  it('counts what is left over', () => {
    given(awardDecider, ...drawn)
      .when(stopCommand('2026-11'))
      .records(stopped('2026-11', 4));
  });

  it('gives back the months that it withdraws', () => {
    given(awardDecider, ...drawn)
      .when(stopCommand('2026-09', '2026-10'))
      .records(
        ended('LineCancelled', '2026-09', '2026-10'),
        ended('LineWithdrawn', '2026-10', '2026-10'),
        stopped('2026-09', 6),
      );
  });

  it('gives back no month for a line that consumed none', () => {
    const { amountFen } = due('2026-10', 2).data;
    const extra = {
      lineId: '2026-10+1',
      item: 'benefit',
      month: month('2026-10'),
      rollMonth: month('2026-10'),
      amountFen,
    };
    const booked = { documentId: 'adjustment-1', bookedMonth: month('2026-10') };
    const added: AwardEvent = { type: 'LineAdded', data: { ...extra, ...booked, reason: 'r' } };
    given(awardDecider, ...drawn, added)
      .when(stopCommand('2026-10'))
      .records(
        ended('LineWithdrawn', '2026-10', '2026-10'),
        ended('LineWithdrawn', '2026-10+1', '2026-10'),
        stopped('2026-10', 5),
      );
  });

  it('leaves a line that is on its way, which is then paid to nobody', () => {
    const sent = instructed('I-1', ['2026-10']);
    expect(linesFrom(live(...drawn, sent), month('2026-09'))).toHaveLength(1);
    given(awardDecider, ...drawn, sent)
      .when(stopCommand('2026-10'))
      .records(stopped('2026-10', 4));
    const award = live(...drawn, sent, stopped('2026-10', 4), failed(bankLine('I-1', 1)));
    expect(award.lines.map((line) => isPayable(award, line, day('2026-12-31')))).toEqual([
      true,
      false,
    ]);
  });

  it('that is later than the one before adds nothing; an earlier one does', () => {
    given(awardDecider, ...drawn, stopped('2026-11', 4))
      .when(stopCommand('2026-12'))
      .records();
    given(awardDecider, ...drawn, stopped('2026-11', 4))
      .when(stopCommand('2026-10'))
      .records(ended('LineWithdrawn', '2026-10', '2026-10'), stopped('2026-10', 5));
  });

  it('for good ends for good what could have been resumed, and not the other way round', () => {
    const death = { ...stopCommand('2026-12'), event: 'died', mayResume: false };
    given(awardDecider, ...drawn, stopped('2026-11', 4))
      .when(death)
      .records({
        type: 'AwardStopped',
        data: { ...stopped('2026-12', 4).data, event: 'died', mayResume: false },
      });
    given(awardDecider, ...drawn, forGood(stopped('2026-11', 4)))
      .when(death)
      .records();
    given(awardDecider, ...drawn, forGood(stopped('2026-11', 4)))
      .when(stopCommand('2026-10'))
      .records(ended('LineWithdrawn', '2026-10', '2026-10'), forGood(stopped('2026-10', 5)));
  });

  it('told again after the award was resumed adds nothing', () => {
    given(awardDecider, ...drawn, stopped('2026-11', 4), resumed('2026-12'))
      .when(stopCommand('2026-11'))
      .records();
  });

  it('ends a paused award', () => {
    given(awardDecider, ...drawn, paused('2026-11'))
      .when(stopCommand('2026-11'))
      .records(stopped('2026-11', 4));
  });
});
