import { describe, expect, it } from '@jest/globals';
import {
  account,
  bringAward,
  brought,
  corrected,
  dueCommand,
  live,
  openAward,
  opened,
} from '#test/domain/award-samples.js';
import { given } from '#test/given.js';
import type { AwardCommand } from './award.commands.js';
import type { AwardEvent } from './award.events.js';
import { awardDecider, awardStream } from './award.js';

const shared: AwardEvent = { type: 'AwardAccountShared', data: { holders: 2 } };
const cleared: AwardEvent = { type: 'AwardAccountCleared', data: { reviewedBy: ['wang', 'zhao'] } };
const changed: AwardEvent = { type: 'AwardAccountChanged', data: { account: corrected } };
const share: AwardCommand = { type: 'ShareAccount', accountKey: 'aa11', holders: 2 };
const clear: AwardCommand = {
  type: 'ClearAccount',
  accountKey: 'aa11',
  reviewedBy: ['wang', 'zhao'],
};

describe('opening an award', () => {
  it('records the terms that the claim decided', () => {
    given(awardDecider).when(openAward).records(opened);
  });

  it('begins with nothing drawn, and keeps its stream by its number', () => {
    expect(live(opened)).toMatchObject({ status: 'open', monthsDrawn: 0, nextMonth: '2026-09' });
    expect(awardStream('C000001')).toBe('award-C000001');
  });

  it('may begin without an account', () => {
    const { account: _account, ...terms } = openAward;
    const { account: _same, ...data } = opened.data;
    given(awardDecider).when(terms).records({ type: 'AwardOpened', data });
    expect(live({ type: 'AwardOpened', data }).account).toBeUndefined();
  });

  it('is refused without a month to draw', () => {
    given(awardDecider)
      .when({ ...openAward, monthsAwarded: 0 })
      .refuses('AWARD_NOT_GRANTED');
  });

  it('is refused under a number that is another person’s', () => {
    given(awardDecider, opened)
      .when({ ...openAward, personRef: 'P0000102' })
      .refuses('CLAIM_NUMBER_TAKEN');
  });
});

describe('bringing an award from the old system', () => {
  it('keeps what was drawn there', () => {
    given(awardDecider).when(bringAward).records(brought);
    expect(live(brought)).toMatchObject({ monthsDrawn: 3, nextMonth: '2026-10', paidMonths: 0 });
  });

  it('is taken with every month drawn', () => {
    const whole = { ...bringAward, monthsDrawn: 6 };
    given(awardDecider)
      .when(whole)
      .records({ type: 'AwardBroughtIn', data: { ...brought.data, monthsDrawn: 6 } });
  });

  it('is refused with more drawn than awarded', () => {
    given(awardDecider)
      .when({ ...bringAward, monthsDrawn: 7 })
      .refuses('FACT_IMPOSSIBLE');
  });

  it('is refused under a number that is another person’s', () => {
    given(awardDecider, brought)
      .when({ ...bringAward, personRef: 'P0000102' })
      .refuses('CLAIM_NUMBER_TAKEN');
  });
});

describe('an award that was never opened', () => {
  it.each<AwardCommand>([
    dueCommand('2026-09'),
    share,
    { type: 'ReleaseAward', cause: 'hit-1' },
    { type: 'ResumeAward', from: openAward.firstMonth, decisionId: 'd1' },
  ])('refuses $type', (command) => {
    given(awardDecider).when(command).refuses('AWARD_UNKNOWN');
  });
});

describe('the account of an award', () => {
  it('changes', () => {
    given(awardDecider, opened)
      .when({ type: 'ChangeAccount', account: corrected })
      .records(changed);
    expect(live(opened, changed).account).toEqual(corrected);
  });

  it('changes to itself without a trace', () => {
    given(awardDecider, opened).when({ type: 'ChangeAccount', account }).records();
  });

  it('is flagged when a second person stands on it', () => {
    given(awardDecider, opened).when(share).records(shared);
    expect(live(opened, shared).shared).toBe(true);
  });

  it('is cleared by a review', () => {
    given(awardDecider, opened, shared).when(clear).records(cleared);
    expect(live(opened, shared, cleared).shared).toBe(false);
  });

  it('is flagged again when a third person comes', () => {
    given(awardDecider, opened, shared, cleared).when(share).records(shared);
  });

  it('takes no flag and no clearance that speak of another account', () => {
    given(awardDecider, opened)
      .when({ ...share, accountKey: 'cc33' })
      .records();
    given(awardDecider, opened, shared)
      .when({ ...clear, accountKey: 'cc33' })
      .records();
  });

  it('needs no clearance when nobody shares it', () => {
    given(awardDecider, opened).when(clear).records();
  });

  it('loses the flag with the change to another account', () => {
    expect(live(opened, shared, changed).shared).toBe(false);
  });
});
