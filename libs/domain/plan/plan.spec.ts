import { describe, expect, it } from '@jest/globals';
import { by, hand } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import type { Seen } from '../signing/signing.js';
import { month } from '../values/calendar.js';
import { fen, noFen } from '../values/fen.js';
import type { PlanEvent } from './plan.events.js';
import { planDecider, planStream, type PlanCommand } from './plan.js';

const planId = '440100-2026-10-1';
const allotments = [
  { office: '440103', amountFen: fen(300n) },
  { office: '440104', amountFen: fen(200n) },
];
const header = { planId, pool: '440100', month: month('2026-10'), allotments };
const seen: Seen = { root: 'p1', lines: 2, amountFen: fen(500n) };
const propose: Extract<PlanCommand, { type: 'ProposePlan' }> = {
  type: 'ProposePlan',
  ...header,
  root: 'p1',
  ...by('li'),
};
const proposed = {
  type: 'PlanProposed',
  data: { ...header, seen, hand: hand('li', 'make') },
} satisfies PlanEvent;
const sign = (step: 'approve' | 'review', person: string): PlanCommand => ({
  type: 'SignPlan',
  planId,
  step,
  seen,
  ...by(person),
});
const approved: PlanEvent = {
  type: 'PlanSigned',
  data: { planId, hand: hand('wang', 'approve'), seen },
};
const reviewed: PlanEvent = {
  type: 'PlanSigned',
  data: { planId, hand: hand('zhao', 'review'), seen },
};
const released: PlanEvent = {
  type: 'PlanReleased',
  data: { planId, month: month('2026-10'), allotments },
};
const sendBack = { type: 'SendPlanBack' as const, planId, reason: 'one office is missing' };
const sentBack: PlanEvent = {
  type: 'PlanSentBack',
  data: { planId, hand: hand('zhao', 'review'), reason: 'one office is missing' },
};
const done = [proposed, approved, reviewed, released] as const;
const stateOf = (...history: readonly PlanEvent[]) =>
  history.reduce(planDecider.evolve, planDecider.initial);

describe('proposing a plan', () => {
  it('sums what it allots', () => {
    given(planDecider).when(propose).records(proposed);
    expect(planStream(planId)).toBe('plan-440100-2026-10-1');
  });

  it('may allot nothing to an office', () => {
    const none = [{ office: '440103', amountFen: noFen }];
    const shown = { root: 'p1', lines: 1, amountFen: noFen };
    given(planDecider)
      .when({ ...propose, allotments: none })
      .records({ type: 'PlanProposed', data: { ...proposed.data, allotments: none, seen: shown } });
  });

  it('allots no less than nothing', () => {
    given(planDecider)
      .when({ ...propose, allotments: [{ office: '440103', amountFen: fen(-1n) }] })
      .refuses('AMOUNT_NEGATIVE');
  });

  it('names an office once, or its month would take the first of two allotments only', () => {
    const twice = [...allotments, { office: '440103', amountFen: fen(1n) }];
    given(planDecider)
      .when({ ...propose, allotments: twice })
      .refuses('FACT_IMPOSSIBLE');
  });

  it('is refused under a number that is taken', () => {
    given(planDecider, proposed)
      .when({ ...propose, root: 'p2' })
      .refuses('PLAN_NUMBER_TAKEN');
  });

  it('may change once it was sent back', () => {
    given(planDecider, proposed, approved, sentBack)
      .when(propose)
      .records({ type: 'PlanProposed', data: { ...proposed.data, hand: hand('li', 'make', 2) } });
    given(planDecider, proposed, approved, sentBack)
      .when({ ...propose, by: signer('zhao') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
});

describe('a plan that was never proposed', () => {
  it.each<PlanCommand>([sign('approve', 'wang'), { ...sendBack, ...by('zhao') }])(
    'refuses $type',
    (command) => {
      given(planDecider).when(command).refuses('PLAN_UNKNOWN');
    },
  );
});

describe('signing a plan', () => {
  it('releases the money with the last signature', () => {
    given(planDecider, proposed).when(sign('approve', 'wang')).records(approved);
    given(planDecider, proposed, approved).when(sign('review', 'zhao')).records(reviewed, released);
    expect(stateOf(...done).status).toBe('released');
  });

  it('is refused as every chain refuses', () => {
    given(planDecider, proposed).when(sign('approve', 'li')).refuses('SIGNER_ALREADY_IN_CHAIN');
    given(planDecider, proposed).when(sign('review', 'zhao')).refuses('STEP_OUT_OF_ORDER');
    given(planDecider, proposed)
      .when({ ...sign('approve', 'wang'), seen: { ...seen, amountFen: fen(501n) } } as PlanCommand)
      .refuses('SEEN_CHANGED');
    given(planDecider, ...done)
      .when(sign('review', 'sun'))
      .refuses('CHAIN_COMPLETE');
    given(planDecider, proposed, approved, sentBack)
      .when(sign('review', 'sun'))
      .refuses('CHAIN_RETURNED');
  });

  it('may be sent back until it is released', () => {
    given(planDecider, proposed, approved)
      .when({ ...sendBack, ...by('zhao') })
      .records(sentBack);
    given(planDecider, proposed, approved)
      .when({ ...sendBack, ...by('zhao'), reason: '' })
      .refuses('REASON_MISSING');
    given(planDecider, ...done)
      .when({ ...sendBack, ...by('sun') })
      .refuses('CHAIN_COMPLETE');
  });
});

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const rows: readonly (readonly [string, readonly PlanEvent[], PlanEvent])[] = [
    ['signed before it was proposed', [], approved],
    ['proposed again without a sending back', [proposed], proposed],
    ['signed out of order', [proposed], reviewed],
    ['released without its signatures', [proposed, approved], released],
    ['released twice', done, released],
    ['sent back after its release', done, sentBack],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    expect(() => planDecider.evolve(stateOf(...history), next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const strange = { type: 'PlanPainted', data: {} } as unknown as PlanEvent;
    expect(() => planDecider.evolve(stateOf(proposed), strange)).toThrow('impossible history');
  });
});
