import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import type { RefusalCode } from '../refusal.js';
import type { Signer } from '../signing/signing.js';
import { day } from '../values/calendar.js';
import type { ActorEvent, DutyTerm } from './actor.events.js';
import { accountsProposed } from './actor-accounts.js';
import type { ActorCommand } from './actor.commands.js';
import { actorDecider } from './actor.js';

const on = day('2026-08-20');
const registered: ActorEvent = {
  type: 'ActorRegistered',
  data: { actorId: 'li', identityKey: 'k1', office: '440103', related: [] },
};
const term: DutyTerm = { duty: 'payroll', office: '440103', from: day('2026-09-01') };
const until: DutyTerm = { ...term, to: day('2026-12-31') };
const hand = (person: string, step: 'make' | 'approve') =>
  ({ ...signer(person), step, round: 1, day: on }) as const;
const elsewhere: Signer = { ...signer('sec'), duty: 'another' };

const proposed = (of: DutyTerm, by = 'sys'): ActorEvent => ({
  type: 'DutyProposed',
  data: { ...of, hand: hand(by, 'make') },
});
const granted = (of: DutyTerm): ActorEvent => ({
  type: 'DutyGranted',
  data: { ...of, hand: hand('sec', 'approve'), hands: ['sys', 'sec'] },
});
const withdrawn = (of: DutyTerm, by = 'sys'): ActorEvent => ({
  type: 'DutyProposalWithdrawn',
  data: { ...of, hand: hand(by, 'make') },
});
const sign = (step: 'make' | 'approve', person: string): ActorCommand => ({
  ...{ type: 'GrantDuty', step, ...term, on },
  by: signer(person),
});
const withdraw = (of: DutyTerm, by: Signer): ActorCommand => ({
  ...{ type: 'WithdrawDuty', ...of, on },
  by,
});

describe('a duty that is proposed', () => {
  it('is taken back by its proposer, or by another person with the same duty', () => {
    for (const by of ['sys', 'sun'])
      given(actorDecider, registered, proposed(until))
        .when(withdraw(until, signer(by)))
        .records(withdrawn(until, by));
    const moved = { ...elsewhere, person: 'sys' };
    given(actorDecider, registered, proposed(term))
      .when(withdraw(term, moved))
      .records({
        type: 'DutyProposalWithdrawn',
        data: { ...term, hand: { ...hand('sys', 'make'), ...moved } },
      });
  });
  it('is granted no more, and may be proposed anew by anybody', () => {
    const gone = given(actorDecider, registered, proposed(term), withdrawn(term, 'sun'));
    gone.when(sign('approve', 'sec')).refuses('STEP_OUT_OF_ORDER');
    for (const by of ['sys', 'sun']) gone.when(sign('make', by)).records(proposed(term, by));
    given(actorDecider, registered, proposed(term), withdrawn(term), proposed(term))
      .when(sign('approve', 'sec'))
      .records(granted(term));
  });
  it.each<readonly [string, readonly ActorEvent[], Signer, RefusalCode]>([
    ['by another duty', [proposed(term)], elsewhere, 'SIGNER_NOT_PROPOSER'],
    ['by whom it is for', [proposed(term)], signer('li'), 'SIGNER_IS_PAYEE'],
    ['when it never was', [proposed(until)], signer('sys'), 'NOT_FOUND'],
    ['when it is granted', [proposed(term), granted(term)], signer('sys'), 'CHAIN_COMPLETE'],
  ])('is not taken back %s', (_case, history, by, code) => {
    given(actorDecider, registered, ...history)
      .when(withdraw(term, by))
      .refuses(code);
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [
      [withdrawn(term)],
      [proposed(term), withdrawn(term), withdrawn(term)],
      [proposed(term), withdrawn(term), granted(term)],
      [proposed(term), granted(term), withdrawn(term)],
    ])
      expect(() => given(actorDecider, registered, ...history)).toThrow(/impossible history/);
  });
});

describe('an account that is proposed', () => {
  const account: ActorEvent = {
    type: 'AccountProposed',
    data: { accountId: 'li-1', loginKey: 'k-login', hand: hand('sys', 'make') },
  };
  const takeBack = (by: Signer): ActorCommand => ({
    ...{ type: 'WithdrawAccount', accountId: 'li-1', on },
    by,
  });
  it('is taken back by another person with its proposer’s duty, who may have left', () => {
    const gone: ActorEvent = {
      type: 'AccountProposalWithdrawn',
      data: { accountId: 'li-1', hand: hand('sun', 'make') },
    };
    given(actorDecider, registered, account)
      .when(takeBack(signer('sun')))
      .records(gone);
    given(actorDecider, registered, account, gone)
      .when(takeBack(signer('sys')))
      .records();
    expect(accountsProposed(given(actorDecider, registered, account, gone).state)).toEqual([]);
  });
  it('is not taken back by another duty, nor by whom it is for', () => {
    const waits = given(actorDecider, registered, account);
    waits.when(takeBack(elsewhere)).refuses('SIGNER_NOT_PROPOSER');
    waits.when(takeBack(signer('li'))).refuses('SIGNER_IS_PAYEE');
  });
});
