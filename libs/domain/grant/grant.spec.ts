import { describe, expect, it } from '@jest/globals';
import { by, hand } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { GrantCommand } from './grant.commands.js';
import type { GrantEvent } from './grant.events.js';
import { grantDecider, grantStream } from './grant.js';

const account = { accountRef: 'account-9', accountKey: 'aa99', sealedSha256: 'bb99' };
const facts = { account, stated: { insured: 30, layoffRate: 0.055 }, document: 'a1' };
const header = {
  grantNo: 'G1',
  office: '440103',
  employerNo: 'E1',
  kind: 'stabilisation-refund',
  year: 2025,
  appliedOn: day('2026-10-19'),
} as const;
const calculation = {
  policyVersion: 'v1',
  amountFen: fen(600_000n),
  law: ['a notice'],
  warnings: [],
  verified: true,
};
const apply: GrantCommand = { type: 'ApplyForGrant', ...header, ...facts, ...by('li') };
const applied: GrantEvent = {
  type: 'GrantApplied',
  data: { ...header, ...facts, hand: hand('li', 'make') },
};
const finding = { outcome: 'grant', calculation } as const;
const approve: Extract<GrantCommand, { type: 'ApproveGrant' }> = {
  ...{ type: 'ApproveGrant', level: 'usual', digest: 'd1' },
  ...finding,
  ...by('wang'),
};
const approved: GrantEvent = {
  type: 'GrantApproved',
  data: { ...finding, level: 'usual', digest: 'd1', hand: hand('wang', 'approve') },
};
const raised: GrantEvent = {
  type: 'GrantApproved',
  data: { ...finding, level: 'raised', digest: 'd1', hand: hand('wang', 'approve') },
};
const review: GrantCommand = { type: 'ReviewGrant', digest: 'd1', ...by('zhao') };
const reviewed: GrantEvent = {
  type: 'GrantReviewed',
  data: { hand: hand('zhao', 'review'), digest: 'd1', agreed: true },
};
const authorise: GrantCommand = {
  ...{ type: 'AuthoriseGrant', digest: 'd1', minutesNo: 'M-7' },
  ...by('chen'),
};
const authorised: GrantEvent = {
  type: 'GrantAuthorised',
  data: { hand: hand('chen', 'authorise'), digest: 'd1', minutesNo: 'M-7' },
};
const decided: GrantEvent = {
  type: 'GrantDecided',
  data: { ...finding, decidedOn: by('zhao').on },
};
const sendBack: GrantCommand = { type: 'SendGrantBack', reason: 'no list', ...by('zhao') };
const sentBack: GrantEvent = {
  type: 'GrantSentBack',
  data: { hand: hand('zhao', 'review'), reason: 'no list' },
};
const withdraw: GrantCommand = { type: 'WithdrawGrant', reason: 'moved', ...by('sun') };
const ended = { type: 'EndGrantNotice', noticeNo: 'N1', on: day('2026-11-02') } as const;
const released: GrantEvent = {
  type: 'GrantReleased',
  data: { noticeNo: 'N1', on: ended.on, amountFen: calculation.amountFen },
};
const denied: GrantEvent = {
  type: 'GrantDenied',
  data: { noticeNo: 'N1', objectionNo: 'O1', on: ended.on },
};

describe('applying', () => {
  it('records what was stated, in its own stream', () => {
    given(grantDecider).when(apply).records(applied);
    expect(grantStream('G1')).toBe('grant-G1');
  });
  it('again with the same facts adds nothing, by whomever and whenever', () => {
    given(grantDecider, applied, approved, reviewed, decided)
      .when({ ...apply, ...by('sun') })
      .records();
  });
  it.each([
    { ...apply, stated: { insured: 31, layoffRate: 0.055 } },
    { ...apply, stated: { ...facts.stated, year: 1 } },
    { ...apply, document: 'a2' },
    { ...apply, account: { ...account, accountKey: 'cc' } },
    { ...apply, year: 2024 },
    { ...apply, employerNo: 'E2' },
    { ...apply, kind: 'post-subsidy' } as const,
    { ...apply, office: '440104' },
    { ...apply, appliedOn: day('2026-10-18') },
  ])('under a number with another content is refused', (other) => {
    given(grantDecider, applied).when(other).refuses('GRANT_NUMBER_TAKEN');
  });
  it('for a day to come is refused', () => {
    given(grantDecider)
      .when({ ...apply, appliedOn: day('2026-10-21') })
      .refuses('DAY_IN_FUTURE');
  });
});

describe('a grant nobody applied for', () => {
  it.each<GrantCommand>([approve, review, authorise, sendBack, withdraw, ended])(
    'refuses $type',
    (command) => {
      given(grantDecider).when(command).refuses('GRANT_UNKNOWN');
    },
  );
});

describe('three hands, or four', () => {
  it('decide it, the reviewer by his own calculation', () => {
    given(grantDecider, applied).when(approve).records(approved);
    given(grantDecider, applied, approved).when(review).records(reviewed, decided);
  });
  it('and a meeting decides where the level asks for it', () => {
    given(grantDecider, applied, raised).when(review).records(reviewed);
    given(grantDecider, applied, raised, reviewed).when(authorise).records(authorised, decided);
    given(grantDecider, applied, raised, reviewed)
      .when({ ...authorise, minutesNo: ' ' })
      .refuses('MINUTES_MISSING');
  });
  it('are three persons, whatever accounts they use', () => {
    given(grantDecider, applied)
      .when({ ...approve, by: signer('li', 'li-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(grantDecider, applied, approved)
      .when({ ...review, by: signer('wang', 'wang-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(grantDecider, applied, raised, reviewed)
      .when({ ...authorise, by: signer('li', 'li-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('agree on one calculation', () => {
    given(grantDecider, applied, approved)
      .when({ ...review, digest: 'd2' })
      .refuses('GRANT_FACTS_CHANGED');
    given(grantDecider, applied, approved)
      .when({ ...approve, digest: 'd2' })
      .refuses('GRANT_FACTS_CHANGED');
  });
  it('grant something, or reject with a reason', () => {
    const nothing = { ...calculation, amountFen: fen(0n) };
    given(grantDecider, applied)
      .when({ ...approve, calculation: nothing })
      .refuses('GRANT_INELIGIBLE');
    given(grantDecider, applied)
      .when({ ...approve, outcome: 'reject', calculation: nothing })
      .refuses('REASON_MISSING');
    const finding2 = { outcome: 'reject', reason: 'layoffs', calculation: nothing } as const;
    const rejectedBy: GrantEvent = {
      type: 'GrantApproved',
      data: { ...finding2, level: 'usual', digest: 'd1', hand: hand('wang', 'approve') },
    };
    given(grantDecider, applied)
      .when({ ...approve, ...finding2 })
      .records(rejectedBy);
    const decision: GrantEvent = {
      type: 'GrantDecided',
      data: { ...finding2, decidedOn: by('zhao').on },
    };
    given(grantDecider, applied, rejectedBy).when(review).records(reviewed, decision);
    given(grantDecider, applied, rejectedBy, reviewed, decision)
      .when(ended)
      .refuses('GRANT_NOT_OPEN');
  });
});

describe('sending back and withdrawing', () => {
  const corrected = { ...facts, document: 'a2' };
  const resubmit: GrantCommand = { type: 'ResubmitGrant', corrected, ...by('li') };
  const resubmitted: GrantEvent = {
    type: 'GrantResubmitted',
    data: { hand: hand('li', 'make', 2), corrected },
  };
  it('begins another round', () => {
    given(grantDecider, applied, approved).when(sendBack).records(sentBack);
    given(grantDecider, applied, approved, sentBack).when(resubmit).records(resubmitted);
    given(grantDecider, applied, approved, sentBack).when(review).refuses('CHAIN_RETURNED');
    given(grantDecider, applied, approved, sentBack, resubmitted)
      .when(approve)
      .records({
        type: 'GrantApproved',
        data: { ...finding, level: 'usual', digest: 'd1', hand: hand('wang', 'approve', 2) },
      });
    given(grantDecider, applied, approved, sentBack)
      .when({ ...resubmit, ...by('zhao') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('is not asked of what was not sent back', () => {
    given(grantDecider, applied).when(resubmit).refuses('STEP_OUT_OF_ORDER');
  });
  it('ends it before it is decided, not after', () => {
    given(grantDecider, applied)
      .when(withdraw)
      .records({ type: 'GrantWithdrawn', data: { hand: hand('sun', 'make'), reason: 'moved' } });
    given(grantDecider, applied)
      .when({ ...withdraw, reason: '' })
      .refuses('REASON_MISSING');
    given(grantDecider, applied, approved, reviewed, decided)
      .when(withdraw)
      .refuses('GRANT_NOT_OPEN');
    const left: GrantEvent = {
      type: 'GrantWithdrawn',
      data: { hand: hand('sun', 'make'), reason: 'moved' },
    };
    given(grantDecider, applied, left).when(approve).refuses('GRANT_NOT_OPEN');
  });
});

describe('the end of its notice', () => {
  const waiting = [applied, approved, reviewed, decided] as const;
  it('releases it, or denies it on an objection', () => {
    given(grantDecider, ...waiting)
      .when(ended)
      .records(released);
    given(grantDecider, ...waiting)
      .when({ ...ended, objectionNo: 'O1' })
      .records(denied);
  });
  it('comes once', () => {
    given(grantDecider, ...waiting, denied)
      .when(ended)
      .records();
    given(grantDecider, ...waiting, released)
      .when({ ...ended, noticeNo: 'N2' })
      .refuses('GRANT_NOT_OPEN');
  });
  it('comes after the decision', () => {
    given(grantDecider, applied, approved).when(ended).refuses('GRANT_NOT_OPEN');
  });
});

describe('a history that could not have happened', () => {
  it.each<readonly GrantEvent[]>([
    [approved],
    [applied, applied],
    [applied, reviewed],
    [applied, released],
    [applied, approved, reviewed, decided, released, denied],
    [applied, approved, decided],
  ])('stops the reader', (...history) => {
    expect(() => history.reduce(grantDecider.evolve, grantDecider.initial)).toThrow(
      /impossible history/,
    );
  });
});
