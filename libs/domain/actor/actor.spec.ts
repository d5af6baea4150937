import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import type { RefusalCode } from '../refusal.js';
import { day } from '../values/calendar.js';
import type { ActorEvent, ActorRegistration, DutyTerm } from './actor.events.js';
import { accountsInForce, accountsProposed, isWithdrawn } from './actor-accounts.js';
import type { ActorCommand, GrantDuty, InstallDuty, RevokeDuty } from './actor.commands.js';
import { actorDecider, actorStream, dutiesOn } from './actor.js';
import { acting, signer } from '#test/signers.js';
import { forbidPayee } from './relation.js';

const registration: ActorRegistration = {
  actorId: 'li',
  identityKey: 'k1',
  office: '440103',
  related: ['P0000001'],
};
const register: ActorCommand = { type: 'RegisterActor', ...registration };
const registered: ActorEvent = { type: 'ActorRegistered', data: registration };
const opened: ActorEvent = { type: 'AccountOpened', data: { accountId: 'li-1' } };
const closed: ActorEvent = { type: 'AccountClosed', data: { accountId: 'li-1' } };

const cashier: DutyTerm = { duty: 'cashier', office: '440103', from: day('2026-09-01') };
const propose = (term: DutyTerm, by = 'sys'): GrantDuty => ({
  type: 'GrantDuty',
  step: 'make',
  ...term,
  by: signer(by),
  on: day('2026-08-20'),
});
const agree = (term: DutyTerm, by = 'sec'): GrantDuty => ({
  ...propose(term, by),
  step: 'approve',
});
const proposed = (term: DutyTerm): ActorEvent => ({
  type: 'DutyProposed',
  data: { ...term, hand: { ...signer('sys'), step: 'make', round: 1, day: day('2026-08-20') } },
});
const granted = (term: DutyTerm): ActorEvent => ({
  type: 'DutyGranted',
  data: {
    ...term,
    hand: { ...signer('sec'), step: 'approve', round: 1, day: day('2026-08-20') },
    hands: ['sys', 'sec'],
  },
});
const door = (step: 'make' | 'approve', by: string, loginKey = 'k-login'): ActorCommand => ({
  ...{ type: 'OpenAccount', step, accountId: 'li-1', loginKey },
  by: signer(by),
  on: day('2026-08-20'),
});
const doorHand = (person: string, step: 'make' | 'approve') =>
  ({ ...signer(person), step, round: 1, day: day('2026-08-20') }) as const;
const doorProposed: ActorEvent = {
  type: 'AccountProposed',
  data: { accountId: 'li-1', loginKey: 'k-login', hand: doorHand('sys', 'make') },
};
const doorOpened: ActorEvent = {
  type: 'AccountOpened',
  data: { accountId: 'li-1', hand: doorHand('sec', 'approve'), hands: ['sys', 'sec'] },
};
const takeBack = (by: string): ActorCommand => ({
  ...{ type: 'WithdrawAccount', accountId: 'li-1' },
  by: signer(by),
  on: day('2026-08-20'),
});
const doorWithdrawn: ActorEvent = {
  type: 'AccountProposalWithdrawn',
  data: { accountId: 'li-1', hand: doorHand('sys', 'make') },
};
const holding = (term: DutyTerm) => [registered, proposed(term), granted(term)] as const;

describe('an actor', () => {
  it('is registered once', () => {
    given(actorDecider).when(register).records(registered);
    const others: readonly Partial<ActorRegistration>[] = [
      { identityKey: 'k2' },
      { office: '440106' },
      { related: [] },
    ];
    for (const other of others) {
      given(actorDecider, registered)
        .when({ ...register, ...other } as ActorCommand)
        .refuses('ACTOR_ID_TAKEN');
    }
    given(actorDecider)
      .when({ type: 'InstallAccount', accountId: 'li-1' })
      .refuses('ACTOR_UNKNOWN');
    expect(actorStream('li')).toBe('actor-li');
  });
  it('has accounts that are opened and closed once', () => {
    given(actorDecider, registered)
      .when({ type: 'InstallAccount', accountId: 'li-1' })
      .records(opened);
    given(actorDecider, registered, opened)
      .when({ type: 'CloseAccount', accountId: 'li-1' })
      .records(closed);
    given(actorDecider, registered, opened, closed)
      .when({ type: 'InstallAccount', accountId: 'li-1' })
      .refuses('ACTOR_ACCOUNT_TAKEN');
    given(actorDecider, registered)
      .when({ type: 'CloseAccount', accountId: 'li-1' })
      .refuses('NOT_FOUND');
  });
  it('gets an account by two people, for the login that was proposed', () => {
    given(actorDecider, registered).when(door('make', 'sys')).records(doorProposed);
    given(actorDecider, registered, doorProposed).when(door('approve', 'sec')).records(doorOpened);
    given(actorDecider, registered, doorProposed)
      .when(door('approve', 'sec', 'k-other'))
      .refuses('LOGIN_DIFFERS');
    given(actorDecider, registered, doorProposed, doorOpened)
      .when(door('approve', 'sec', 'k-other'))
      .refuses('LOGIN_DIFFERS');
    const state = [registered, doorProposed].reduce(actorDecider.evolve, actorDecider.initial);
    expect(accountsProposed(state)).toEqual([{ accountId: 'li-1', proposedBy: 'sys' }]);
    expect(accountsProposed(actorDecider.evolve(state, doorOpened))).toEqual([]);
    expect(accountsProposed(actorDecider.initial)).toEqual([]);
  });
  it('shows the accounts that are in force, and who gave them', () => {
    const { evolve, initial } = actorDecider;
    const installed = [registered, opened].reduce(evolve, initial);
    const nobody = { proposedBy: null, openedBy: null };
    expect(accountsInForce(installed)).toEqual([{ accountId: 'li-1', ...nobody }]);
    const signed = [registered, doorProposed, doorOpened].reduce(evolve, initial);
    const both = { proposedBy: 'sys', openedBy: 'sec' };
    expect(accountsInForce(signed)).toEqual([{ accountId: 'li-1', ...both }]);
    expect(accountsInForce(evolve(signed, closed))).toEqual([]);
    expect(accountsInForce(initial)).toEqual([]);
  });
  it('gives up an account that is taken back before it was opened', () => {
    given(actorDecider, registered, doorProposed).when(takeBack('sys')).records(doorWithdrawn);
    const state = [registered, doorProposed, doorWithdrawn].reduce(
      actorDecider.evolve,
      actorDecider.initial,
    );
    expect(accountsProposed(state)).toEqual([]);
    expect(isWithdrawn(state, 'li-1')).toBe(true);
    expect(isWithdrawn(actorDecider.initial, 'li-1')).toBe(false);
    const again = { ...door('make', 'sec'), accountId: 'li-2' } as ActorCommand;
    given(actorDecider, registered, doorProposed, doorWithdrawn)
      .when(again)
      .records({
        type: 'AccountProposed',
        data: { accountId: 'li-2', loginKey: 'k-login', hand: doorHand('sec', 'make') },
      });
  });
  it.each<readonly [string, readonly ActorEvent[], ActorCommand, RefusalCode]>([
    ['opened alone', [doorProposed], door('approve', 'sys'), 'SIGNER_ALREADY_IN_CHAIN'],
    ['opened before it was proposed', [], door('approve', 'sec'), 'STEP_OUT_OF_ORDER'],
    ['proposed twice', [doorProposed], door('make', 'sec'), 'STEP_OUT_OF_ORDER'],
    ['proposed by its owner', [], door('make', 'li'), 'SIGNER_IS_PAYEE'],
    ['opened by its owner', [doorProposed], door('approve', 'li'), 'SIGNER_IS_PAYEE'],
    [
      ...(['opened again', [doorProposed, doorOpened, closed], door('make', 'zhou')] as const),
      'ACTOR_ACCOUNT_TAKEN',
    ],
    [
      ...(['installed for somebody at work', [proposed(cashier), granted(cashier)]] as const),
      { type: 'InstallAccount', accountId: 'li-1' },
      'STEP_OUT_OF_ORDER',
    ],
    [
      ...(['proposed for a login that waits', [doorProposed]] as const),
      { ...door('make', 'sys'), accountId: 'li-2' } as ActorCommand,
      'ACTOR_ACCOUNT_TAKEN',
    ],
    [
      ...(['proposed for a login of its own', [doorProposed, doorOpened, closed]] as const),
      { ...door('make', 'sys'), accountId: 'li-2' } as ActorCommand,
      'ACTOR_ACCOUNT_TAKEN',
    ],
    ['taken back and never proposed', [], takeBack('sys'), 'NOT_FOUND'],
    ['taken back when it is open', [doorProposed, doorOpened], takeBack('sys'), 'CHAIN_COMPLETE'],
    [
      ...(['opened after it was taken back', [doorProposed, doorWithdrawn]] as const),
      ...([door('approve', 'sec'), 'STEP_OUT_OF_ORDER'] as const),
    ],
  ])('has no account that is %s', (_case, history, command, code) => {
    given(actorDecider, registered, ...history)
      .when(command)
      .refuses(code);
  });
  it('has no history in which a signed account was not proposed', () => {
    const state = actorDecider.evolve(actorDecider.initial, registered);
    for (const event of [doorOpened, doorWithdrawn])
      expect(() => actorDecider.evolve(state, event)).toThrow('impossible history');
    const withdrawn = [doorProposed, doorWithdrawn].reduce(actorDecider.evolve, state);
    for (const event of [doorOpened, doorWithdrawn])
      expect(() => actorDecider.evolve(withdrawn, event)).toThrow('impossible history');
    const signed = [doorProposed, doorOpened].reduce(actorDecider.evolve, state);
    expect(() => actorDecider.evolve(signed, doorWithdrawn)).toThrow('impossible history');
  });
  it('declares relatives, who are barred with the actor', () => {
    const related: ActorEvent = { type: 'RelationDeclared', data: { personRef: 'P0000002' } };
    given(actorDecider, registered)
      .when({ type: 'DeclareRelation', personRef: 'P0000002' })
      .records(related);
    given(actorDecider, registered)
      .when({ type: 'DeclareRelation', personRef: 'P0000001' })
      .records();
    const { state } = given(actorDecider, registered, related);
    expect(state).toMatchObject({ related: ['P0000001', 'P0000002'] });
    const hand = acting('li', '2026-09-01', ['P0000001', 'P0000002']);
    expect(() => forbidPayee(hand, 'P0000002')).toThrow(/^SIGNER_IS_PAYEE \{\}$/);
    expect(() => forbidPayee(hand, 'P0000003')).not.toThrow();
  });
});

describe('granting a duty', () => {
  it('takes two people, and neither is the one who gets it', () => {
    given(actorDecider, registered).when(propose(cashier)).records(proposed(cashier));
    given(actorDecider, registered, proposed(cashier))
      .when(agree(cashier))
      .records(granted(cashier));
    given(actorDecider, registered, proposed(cashier))
      .when(agree(cashier, 'sys'))
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(actorDecider, registered).when(propose(cashier, 'li')).refuses('DUTY_INCOMPATIBLE');
    given(actorDecider, registered, proposed(cashier))
      .when(agree(cashier, 'li'))
      .refuses('DUTY_INCOMPATIBLE');
  });
  it('keeps its order', () => {
    given(actorDecider, registered).when(agree(cashier)).refuses('STEP_OUT_OF_ORDER');
    given(actorDecider, registered, proposed(cashier))
      .when(propose(cashier, 'other'))
      .refuses('STEP_OUT_OF_ORDER');
    given(actorDecider, ...holding(cashier))
      .when(propose(cashier))
      .records();
    given(actorDecider, ...holding(cashier))
      .when(agree(cashier, 'other'))
      .refuses('CHAIN_COMPLETE');
  });
  it('is refused beside a duty that excludes it, by both hands', () => {
    const accountant: DutyTerm = { ...cashier, duty: 'accountant' };
    given(actorDecider, ...holding(cashier))
      .when(propose(accountant))
      .refuses('DUTY_INCOMPATIBLE');
    given(actorDecider, registered, proposed(accountant), proposed(cashier), granted(cashier))
      .when(agree(accountant))
      .refuses('DUTY_INCOMPATIBLE');
    // The pool's cashier acts in its counties: each of these could pay and book one batch.
    for (const duty of ['accountant', 'reviewer', 'auditor'] as const)
      for (const office of ['440106', '440100'])
        given(actorDecider, ...holding(cashier))
          .when(propose({ ...cashier, duty, office }))
          .refuses('DUTY_INCOMPATIBLE');
    const payroll: DutyTerm = { ...cashier, duty: 'payroll' };
    given(actorDecider, ...holding(cashier))
      .when(propose(payroll))
      .records(proposed(payroll));
  });
  it('looks at the days: one may follow the other', () => {
    const until: DutyTerm = { ...cashier, to: day('2026-12-31') };
    const after = (from: string): DutyTerm => ({
      duty: 'accountant',
      office: '440103',
      from: day(from),
    });
    given(actorDecider, ...holding(until))
      .when(propose(after('2026-12-31')))
      .refuses('DUTY_INCOMPATIBLE');
    given(actorDecider, ...holding(until))
      .when(propose(after('2027-01-01')))
      .records(proposed(after('2027-01-01')));
    const before: DutyTerm = { ...after('2026-08-01'), to: day('2026-08-31') };
    given(actorDecider, ...holding(until))
      .when(propose(before))
      .records(proposed(before));
    given(actorDecider, ...holding(until))
      .when(propose({ ...before, to: day('2026-09-01') }))
      .refuses('DUTY_INCOMPATIBLE');
    const oneDay: DutyTerm = { ...cashier, to: cashier.from };
    given(actorDecider, registered).when(propose(oneDay)).records(proposed(oneDay));
    given(actorDecider, registered)
      .when(propose({ ...cashier, to: day('2026-08-31') }))
      .refuses('FACT_IMPOSSIBLE');
  });
});

describe('revoking a duty', () => {
  const revoke: RevokeDuty = {
    type: 'RevokeDuty',
    duty: 'cashier',
    office: '440103',
    on: day('2026-10-01'),
  };
  const revoked: ActorEvent = {
    type: 'DutyRevoked',
    data: { duty: 'cashier', office: '440103', on: day('2026-10-01') },
  };
  it('ends it on the day before', () => {
    given(actorDecider, ...holding(cashier))
      .when(revoke)
      .records(revoked);
    const { state } = given(actorDecider, ...holding(cashier), revoked);
    expect(dutiesOn(state, day('2026-08-31'))).toEqual([]);
    expect(dutiesOn(state, day('2026-09-01'))).toEqual([cashier]);
    expect(dutiesOn(state, day('2026-09-30'))).toEqual([cashier]);
    expect(dutiesOn(state, day('2026-10-01'))).toEqual([]);
    expect(dutiesOn({ status: 'none' }, day('2026-10-01'))).toEqual([]);
  });
  it('never makes it longer, and makes room for another one', () => {
    const over = given(actorDecider, ...holding(cashier), revoked);
    over.when({ ...revoke, on: day('2026-11-01') }).records();
    const reviewer: DutyTerm = { ...cashier, duty: 'reviewer', from: day('2026-10-01') };
    over.when(propose(reviewer)).records(proposed(reviewer));
    over.when(propose({ ...reviewer, from: day('2026-09-30') })).refuses('DUTY_INCOMPATIBLE');
    const earlier: ActorEvent = { ...revoked, data: { ...revoked.data, on: day('2026-08-01') } };
    over.when({ ...revoke, on: day('2026-08-01') }).records(earlier);
    const never = given(actorDecider, ...holding(cashier), revoked, earlier);
    expect(dutiesOn(never.state, day('2026-09-01'))).toEqual([]);
  });
  it('counts to the last day of the term', () => {
    const until: DutyTerm = { ...cashier, to: day('2026-10-01') };
    given(actorDecider, ...holding(until))
      .when(revoke)
      .records(revoked);
    const { state } = given(actorDecider, ...holding(until), revoked);
    expect(dutiesOn(state, day('2026-09-30'))).toEqual([until]);
    expect(dutiesOn(state, day('2026-10-01'))).toEqual([]);
  });
  it('needs that duty in that office', () => {
    given(actorDecider, registered).when(revoke).refuses('NOT_FOUND');
    const held = given(actorDecider, ...holding(cashier));
    held.when({ ...revoke, duty: 'payroll' }).refuses('NOT_FOUND');
    held.when({ ...revoke, office: '440106' }).refuses('NOT_FOUND');
  });
});

describe('the first administrators', () => {
  const admin: InstallDuty = {
    type: 'InstallDuty',
    duty: 'system-admin',
    office: '440100',
    from: day('2026-08-01'),
  };
  const installed: ActorEvent = {
    type: 'DutyInstalled',
    data: { duty: 'system-admin', office: '440100', from: day('2026-08-01') },
  };
  it('are installed, and hold nothing else', () => {
    given(actorDecider, registered).when(admin).records(installed);
    given(actorDecider, registered, installed)
      .when({ ...admin, duty: 'security-admin' })
      .refuses('DUTY_INCOMPATIBLE');
    given(actorDecider, registered, installed).when(propose(cashier)).refuses('DUTY_INCOMPATIBLE');
  });
});

describe('a history that could not have happened', () => {
  it('stops', () => {
    for (const history of [
      [opened],
      [registered, registered],
      [registered, closed],
      [registered, granted(cashier)],
    ]) {
      expect(() => given(actorDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
