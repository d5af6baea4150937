import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#test/given.js';
import {
  account,
  admitted,
  approve,
  approved,
  authorise,
  calculation,
  decided,
  facts,
  file,
  filed,
  hand,
  raised,
  review,
  reviewed,
  sendBack,
  sentBackByReviewer,
  turnedAway,
  withdraw,
} from '#test/claims.js';
import { acting, signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import type { ApproveClaim, ClaimCommand } from './claim.commands.js';
import type { ClaimEvent, ClaimFacts } from './claim.events.js';
import { claimDecider, claimStream } from './claim.js';

describe('filing a claim', () => {
  it('records what was told at the counter', () => {
    given(claimDecider).when(file).records(filed);
  });
  it('has its own stream', () => {
    expect(claimStream('C000001')).toBe('claim-C000001');
  });
  it('adds nothing when the same claim comes again, even by another clerk or once decided', () => {
    const again = { ...file, ...acting('sun', '2026-09-11') };
    given(claimDecider, filed).when(again).records();
    given(claimDecider, filed, admitted, approved, reviewed, decided).when(again).records();
  });
  it('is refused when its number has another content', () => {
    const other = { ...facts, account: { ...account, accountKey: 'cc33' } };
    given(claimDecider, filed)
      .when({ ...file, ...other })
      .refuses('CLAIM_NUMBER_TAKEN');
    given(claimDecider, filed)
      .when({ ...file, personRef: 'P0000102' })
      .refuses('CLAIM_NUMBER_TAKEN');
  });
  it('is refused for a day to come', () => {
    given(claimDecider)
      .when({ ...file, filedOn: day('2026-09-08') })
      .refuses('DAY_IN_FUTURE');
  });
  it('is refused to the claimant and to a relative', () => {
    given(claimDecider)
      .when({ ...file, ...acting('li', '2026-09-07', ['P0000101']) })
      .refuses('SIGNER_IS_PAYEE');
  });
});

describe('the answer of the person’s stream', () => {
  it('admits the claim', () => {
    given(claimDecider, filed).when({ type: 'AdmitClaim' }).records(admitted);
  });
  it('or turns it away with a code, and that ends it', () => {
    given(claimDecider, filed)
      .when({ type: 'TurnClaimAway', code: 'OPEN_CLAIM_OR_AWARD' })
      .records(turnedAway);
    const ended = given(claimDecider, filed, turnedAway);
    ended.when({ type: 'AdmitClaim' }).refuses('CLAIM_NOT_OPEN');
    ended.when(approve).refuses('CLAIM_NOT_OPEN');
    ended.when(withdraw).refuses('CLAIM_NOT_OPEN');
  });
  it('may be told again at any time', () => {
    given(claimDecider, filed, admitted, approved).when({ type: 'AdmitClaim' }).records();
    const left: ClaimEvent = {
      type: 'ClaimWithdrawn',
      data: { hand: hand('sun', 'make', '2026-09-07'), reason: 'found work' },
    };
    given(claimDecider, filed, left).when({ type: 'AdmitClaim' }).records();
    given(claimDecider, filed, left)
      .when({ type: 'TurnClaimAway', code: 'PERSON_MERGED' })
      .records();
  });
  it('cannot turn an admitted claim away', () => {
    given(claimDecider, filed, admitted)
      .when({ type: 'TurnClaimAway', code: 'OPEN_CLAIM_OR_AWARD' })
      .refuses('CLAIM_NOT_OPEN');
  });
  it('is awaited before anyone signs', () => {
    given(claimDecider, filed).when(approve).refuses('CLAIM_NOT_OPEN');
  });
  it('needs a claim', () => {
    given(claimDecider).when({ type: 'AdmitClaim' }).refuses('CLAIM_UNKNOWN');
    given(claimDecider).when(approve).refuses('CLAIM_UNKNOWN');
  });
});

describe('approving, reviewing and authorising', () => {
  const accepted = given(claimDecider, filed, admitted);
  it('is three people’s work, and the third decides', () => {
    accepted.when(approve).records(approved);
    given(claimDecider, filed, admitted, approved).when(review).records(reviewed, decided);
  });
  it('is four people’s work where the level asks for it', () => {
    given(claimDecider, filed, admitted, raised).when(review).records(reviewed);
    given(claimDecider, filed, admitted, raised, reviewed)
      .when(authorise)
      .records(
        {
          type: 'ClaimAuthorised',
          data: { hand: hand('chen', 'authorise', '2026-09-10'), digest: 'd1' },
        },
        { ...decided, data: { ...decided.data, decidedOn: day('2026-09-10') } },
      );
  });
  it('never by one person twice, through whatever account', () => {
    const again = { by: signer('li', 'li-2'), on: day('2026-09-08'), related: [] };
    accepted.when({ ...approve, ...again }).refuses('SIGNER_ALREADY_IN_CHAIN');
    given(claimDecider, filed, admitted, approved)
      .when({ ...review, by: signer('wang', 'wang-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(claimDecider, filed, admitted, raised, reviewed)
      .when({ ...authorise, by: signer('li', 'li-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('never by the claimant or a relative', () => {
    const relative = ['P0000101'];
    accepted.when({ ...approve, related: relative }).refuses('SIGNER_IS_PAYEE');
    const step = given(claimDecider, filed, admitted, approved);
    step.when({ ...review, related: relative }).refuses('SIGNER_IS_PAYEE');
    step.when({ ...sendBack, related: relative }).refuses('SIGNER_IS_PAYEE');
  });
  it('keeps its order', () => {
    accepted.when(review).refuses('STEP_OUT_OF_ORDER');
    given(claimDecider, filed, admitted, raised).when(authorise).refuses('STEP_OUT_OF_ORDER');
    given(claimDecider, filed, admitted, approved, reviewed, decided)
      .when(authorise)
      .refuses('CHAIN_COMPLETE');
  });
  it('stops when the reviewer’s own calculation differs', () => {
    given(claimDecider, filed, admitted, approved)
      .when({ ...review, digest: 'd2' })
      .refuses('CLAIM_FACTS_CHANGED');
  });
  it('stops when the authoriser saw another calculation', () => {
    given(claimDecider, filed, admitted, raised, reviewed)
      .when({ ...authorise, digest: 'd2' })
      .refuses('SEEN_CHANGED');
  });
  it('cannot grant no months', () => {
    accepted
      .when({ ...approve, calculation: { ...calculation, months: 0 } })
      .refuses('CLAIM_INELIGIBLE');
  });
  it('rejects with a reason only, which the decision repeats', () => {
    const rejecting: ApproveClaim = { ...approve, outcome: 'reject' };
    accepted.when(rejecting).refuses('REASON_MISSING');
    accepted.when({ ...rejecting, reason: ' ' }).refuses('REASON_MISSING');
    const rejected: ClaimEvent = {
      ...approved,
      data: { ...approved.data, outcome: 'reject', reason: 'left of his own will' },
    };
    accepted.when({ ...rejecting, reason: 'left of his own will' }).records(rejected);
    given(claimDecider, filed, admitted, rejected)
      .when(review)
      .records(reviewed, {
        type: 'ClaimDecided',
        data: {
          outcome: 'reject',
          reason: 'left of his own will',
          calculation,
          decidedOn: day('2026-09-09'),
        },
      });
  });
  it('cannot be repeated with another calculation', () => {
    given(claimDecider, filed, admitted, approved)
      .when({ ...approve, digest: 'd2' })
      .refuses('CLAIM_FACTS_CHANGED');
  });
});

describe('sending a claim back', () => {
  const returned = given(claimDecider, filed, admitted, approved, sentBackByReviewer);
  const corrected: ClaimFacts = {
    ...facts,
    registration: { ...facts.registration, termination: 'LCL-41' },
  };
  const resubmit: ClaimCommand = {
    type: 'ResubmitClaim',
    corrected,
    ...acting('li', '2026-09-10'),
  };
  const resubmitted: ClaimEvent = {
    type: 'ClaimResubmitted',
    data: { hand: hand('li', 'make', '2026-09-10', 2), corrected },
  };
  it('is done by whoever stands next, with a reason', () => {
    given(claimDecider, filed, admitted, approved).when(sendBack).records(sentBackByReviewer);
    given(claimDecider, filed, admitted, approved)
      .when({ ...sendBack, reason: '' })
      .refuses('REASON_MISSING');
    given(claimDecider, filed, admitted)
      .when({ ...sendBack, ...acting('li', '2026-09-09') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('stops the signatures until the maker has answered', () => {
    returned.when(review).refuses('CHAIN_RETURNED');
    returned.when(approve).refuses('CHAIN_RETURNED');
    returned.when({ ...sendBack, ...acting('chen', '2026-09-09') }).refuses('CHAIN_RETURNED');
  });
  it('begins another round with the facts put right', () => {
    returned.when(resubmit).records(resubmitted);
    const again = given(claimDecider, filed, admitted, approved, sentBackByReviewer, resubmitted);
    expect(again.state).toMatchObject({ status: 'accepted', facts: corrected, filed: facts });
    again.when(review).refuses('STEP_OUT_OF_ORDER');
    again.when({ ...approve, digest: 'd2' }).records({
      ...approved,
      data: { ...approved.data, digest: 'd2', hand: hand('wang', 'approve', '2026-09-08', 2) },
    });
    again.when({ ...approve, ...acting('li', '2026-09-11') }).refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('may bring the same facts again, when an explanation was enough', () => {
    returned.when({ type: 'ResubmitClaim', ...acting('li', '2026-09-10') }).records({
      type: 'ClaimResubmitted',
      data: { hand: hand('li', 'make', '2026-09-10', 2) },
    });
  });
  it('is answered once, and not by a relative', () => {
    returned.when({ ...resubmit, related: ['P0000101'] }).refuses('SIGNER_IS_PAYEE');
    const answered = [filed, admitted, approved, sentBackByReviewer, resubmitted] as const;
    given(claimDecider, ...answered)
      .when({ ...resubmit, ...acting('sun', '2026-09-11') })
      .refuses('STEP_OUT_OF_ORDER');
    given(claimDecider, filed, admitted)
      .when({ type: 'ResubmitClaim', ...acting('li', '2026-09-10') })
      .refuses('STEP_OUT_OF_ORDER');
  });
  it('cannot be answered by a checker, nor when nothing was sent back', () => {
    returned
      .when({ ...resubmit, ...acting('wang', '2026-09-10') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(claimDecider, filed, admitted, approved).when(resubmit).refuses('STEP_OUT_OF_ORDER');
  });
  it('leads nowhere for a claim that was decided', () => {
    given(claimDecider, filed, admitted, approved, reviewed, decided)
      .when({ ...sendBack, ...acting('chen', '2026-09-10') })
      .refuses('CHAIN_COMPLETE');
  });
});

describe('withdrawing a claim', () => {
  it('is open to the claimant until it is decided', () => {
    for (const history of [[filed], [filed, admitted], [filed, admitted, approved]]) {
      given(claimDecider, ...history)
        .when(withdraw)
        .records({
          type: 'ClaimWithdrawn',
          data: { hand: hand('sun', 'make', '2026-09-10'), reason: 'found work' },
        });
    }
    given(claimDecider, filed, admitted, approved, reviewed, decided)
      .when(withdraw)
      .refuses('CLAIM_NOT_OPEN');
  });
  it('says why, and is not told by a relative or by one who checked it', () => {
    const open = given(claimDecider, filed, admitted, approved);
    open.when({ ...withdraw, reason: '' }).refuses('REASON_MISSING');
    open.when({ ...withdraw, related: ['P0000101'] }).refuses('SIGNER_IS_PAYEE');
    open.when({ ...withdraw, ...acting('wang', '2026-09-10') }).refuses('SIGNER_ALREADY_IN_CHAIN');
  });
});

describe('a history that could not have happened', () => {
  it('stops', () => {
    const withdrawn: ClaimEvent = {
      type: 'ClaimWithdrawn',
      data: { hand: hand('sun', 'make', '2026-09-10'), reason: 'found work' },
    };
    const impossible: readonly (readonly ClaimEvent[])[] = [
      [admitted],
      [withdrawn],
      [filed, filed],
      [filed, approved],
      [filed, admitted, reviewed],
      [filed, admitted, approved, decided],
      [filed, turnedAway, admitted],
    ];
    for (const history of impossible) {
      expect(() => given(claimDecider, ...history)).toThrow(/impossible history/);
    }
  });
});

describe('whoever signs', () => {
  it('a decided claim carries three different persons in its last round', () => {
    const person = fc.constantFrom('li', 'wang', 'zhao', 'chen');
    const attempt = fc.oneof(
      person.map((by) => ({ ...approve, by: signer(by) })),
      person.map((by) => ({ ...review, by: signer(by) })),
      person.map((by) => ({ ...sendBack, by: signer(by) })),
      person.map((by): ClaimCommand => ({
        type: 'ResubmitClaim',
        ...acting(by, '2026-09-10'),
      })),
    );
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 14 }), (commands) => {
        let { state } = given(claimDecider, filed, admitted);
        for (const command of commands) {
          try {
            state = claimDecider.decide(command, state).reduce(claimDecider.evolve, state);
          } catch (error) {
            expect(error).toMatchObject({ name: 'Refusal' });
          }
        }
        if (state.status !== 'decided') return;
        const { hands, round } = state.signing;
        const last = hands.filter((one) => one.round === round).map((one) => one.person);
        expect(new Set(last).size).toBe(3);
      }),
    );
  });
});
