import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { acting, signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import type { AccountEvent } from './account.events.js';
import { accountDecider, accountStream, type RecordHolder, type ReviewSharing } from './account.js';

const record = (holder: string): RecordHolder => ({
  type: 'RecordHolder',
  accountKey: 'k1',
  holder,
  kind: holder.startsWith('actor:') ? 'actor' : 'person',
});
const recorded = (holder: string): AccountEvent => {
  const { accountKey, kind } = record(holder);
  return { type: 'HolderRecorded', data: { accountKey, holder, kind } };
};
const flagged = (...holders: readonly string[]): AccountEvent => ({
  type: 'SharingFlagged',
  data: { holders },
});
const propose: ReviewSharing = {
  type: 'ReviewSharing',
  step: 'make',
  holders: ['P1', 'P2'],
  reason: 'husband and wife, marriage certificate seen',
  ...acting('li', '2026-09-10'),
};
const agree: ReviewSharing = { ...propose, step: 'approve', ...acting('wang', '2026-09-11') };
const proposed: AccountEvent = {
  type: 'SharingReviewProposed',
  data: {
    holders: ['P1', 'P2'],
    reason: propose.reason,
    hand: { ...signer('li'), step: 'make', round: 1, day: day('2026-09-10') },
  },
};
const reviewed: AccountEvent = {
  type: 'SharingReviewed',
  data: {
    holders: ['P1', 'P2'],
    hand: { ...signer('wang'), step: 'approve', round: 1, day: day('2026-09-11') },
    hands: ['li', 'wang'],
  },
};
const shared = [recorded('P1'), recorded('P2'), flagged('P1', 'P2')] as const;

describe('the holders of a bank account', () => {
  it('are recorded, and one alone is in order', () => {
    given(accountDecider).when(record('P1')).records(recorded('P1'));
    expect(given(accountDecider, recorded('P1')).state.cleared).toBe(true);
    expect(accountStream('k1')).toBe('account-k1');
  });
  it('are flagged when a second one comes, staff or not', () => {
    given(accountDecider, recorded('P1'))
      .when(record('P2'))
      .records(recorded('P2'), flagged('P1', 'P2'));
    given(accountDecider, recorded('P1'))
      .when(record('actor:li'))
      .records(recorded('actor:li'), flagged('P1', 'actor:li'));
    expect(given(accountDecider, ...shared).state.cleared).toBe(false);
  });
  it('are flagged again when a third one comes after the review', () => {
    const third = given(accountDecider, ...shared, proposed, reviewed);
    expect(third.state.cleared).toBe(true);
    third.when(record('P3')).records(recorded('P3'), flagged('P1', 'P2', 'P3'));
    const again = given(
      accountDecider,
      ...[...shared, proposed, reviewed, recorded('P3'), flagged('P1', 'P2', 'P3')],
    );
    expect(again.state.cleared).toBe(false);
    again.when(agree).refuses('SEEN_CHANGED');
  });
});

describe('reviewing a shared account', () => {
  it('takes two people who saw all holders', () => {
    given(accountDecider, ...shared)
      .when(propose)
      .records(proposed);
    given(accountDecider, ...shared, proposed)
      .when(agree)
      .records(reviewed);
    given(accountDecider, ...shared)
      .when({ ...propose, holders: ['P2', 'P1'] })
      .records(proposed);
  });
  it('never by one person twice, nor by a holder or a relative', () => {
    const open = given(accountDecider, ...shared, proposed);
    open.when({ ...agree, by: signer('li', 'li-2') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    open.when({ ...agree, related: ['P2'] }).refuses('SIGNER_IS_PAYEE');
    given(accountDecider, recorded('P1'), recorded('actor:wang'), flagged('P1', 'actor:wang'))
      .when({ ...propose, ...acting('wang', '2026-09-10'), holders: ['P1', 'actor:wang'] })
      .refuses('SIGNER_IS_PAYEE');
  });
  it('keeps its order, says why, and is made once', () => {
    given(accountDecider, ...shared)
      .when(agree)
      .refuses('STEP_OUT_OF_ORDER');
    given(accountDecider, ...shared)
      .when({ ...propose, reason: '' })
      .refuses('REASON_MISSING');
    given(accountDecider, ...shared, proposed)
      .when({ ...propose, ...acting('zhao', '2026-09-10') })
      .refuses('STEP_OUT_OF_ORDER');
    const over = given(accountDecider, ...shared, proposed, reviewed);
    over.when({ ...propose, ...acting('zhao', '2026-09-12') }).refuses('CHAIN_COMPLETE');
    over.when({ ...agree, ...acting('zhao', '2026-09-12') }).refuses('CHAIN_COMPLETE');
  });
  it('is for shared accounts only', () => {
    given(accountDecider, recorded('P1'))
      .when({ ...propose, holders: ['P1'] })
      .refuses('ACCOUNT_NOT_SHARED');
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [[flagged('P1', 'P2')], [proposed], [...shared, reviewed]]) {
      expect(() => given(accountDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
