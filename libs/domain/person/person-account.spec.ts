import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import { acting, signer } from '#test/signers.js';
import type { Hand, Step } from '../signing/signing.js';
import { day } from '../values/calendar.js';
import type { AccountUse } from '../values/sealed.js';
import type {
  ProposeAccountChange,
  RecordAccount,
  SendAccountChangeBack,
  SignAccountChange,
} from './person.commands.js';
import type { PersonEvent } from './person.events.js';
import { personDecider } from './person.js';

const first: AccountUse = { accountRef: 'account-1', accountKey: 'k1', sealedSha256: 's1' };
const second: AccountUse = { accountRef: 'account-2', accountKey: 'k2', sealedSha256: 's2' };
const third: AccountUse = { accountRef: 'account-3', accountKey: 'k3', sealedSha256: 's3' };
const hand = (person: string, step: Step, on: string, round = 1): Hand => ({
  ...signer(person),
  step,
  round,
  day: day(on),
});

const enrolled: PersonEvent = {
  type: 'PersonEnrolled',
  data: {
    personRef: 'P0000006',
    office: '440103',
    enrolledOn: day('2012-04-01'),
    household: 'urban',
    identity: { ref: 'identity-P0000006', sealedSha256: 'aa' },
    identityKey: 'k1',
  },
};
const recorded: PersonEvent = {
  type: 'AccountRecorded',
  data: { account: first, source: 'claim', recordedOn: day('2026-09-07') },
};
const record: RecordAccount = {
  type: 'RecordAccount',
  account: first,
  source: 'claim',
  on: day('2026-09-07'),
};
const propose: ProposeAccountChange = {
  type: 'ProposeAccountChange',
  changeNo: 'A1',
  account: second,
  ...acting('li', '2026-10-08'),
};
const approve: SignAccountChange = {
  type: 'SignAccountChange',
  changeNo: 'A1',
  step: 'approve',
  sealedSha256: 's2',
  usableFrom: day('2026-10-15'),
  ...acting('wang', '2026-10-08'),
};
const review: SignAccountChange = { ...approve, step: 'review', ...acting('zhao', '2026-10-09') };
const sendBack: SendAccountChangeBack = {
  type: 'SendAccountChangeBack',
  changeNo: 'A1',
  reason: 'the name is not the holder’s',
  ...acting('zhao', '2026-10-09'),
};
const proposed: PersonEvent = {
  type: 'AccountChangeProposed',
  data: { changeNo: 'A1', account: second, hand: hand('li', 'make', '2026-10-08') },
};
const approved: PersonEvent = {
  type: 'AccountChangeSigned',
  data: { changeNo: 'A1', hand: hand('wang', 'approve', '2026-10-08') },
};
const reviewed: PersonEvent = {
  type: 'AccountChangeSigned',
  data: { changeNo: 'A1', hand: hand('zhao', 'review', '2026-10-09') },
};
const changed: PersonEvent = {
  type: 'AccountChanged',
  data: {
    changeNo: 'A1',
    account: second,
    hands: ['li', 'wang', 'zhao'],
    changedOn: day('2026-10-09'),
    usableFrom: day('2026-10-15'),
  },
};
const returned: PersonEvent = {
  type: 'AccountChangeSentBack',
  data: {
    changeNo: 'A1',
    hand: hand('zhao', 'review', '2026-10-09'),
    reason: sendBack.reason,
  },
};
const known = [enrolled, recorded] as const;
const done = [...known, proposed, approved, reviewed, changed] as const;

describe('the first account', () => {
  it('comes with the claim or the opening list', () => {
    given(personDecider, enrolled).when(record).records(recorded);
    expect(given(personDecider, ...known).state).toMatchObject({ account: first });
  });
  it('is told again without effect, even after a change', () => {
    given(personDecider, ...known)
      .when(record)
      .records();
    given(personDecider, ...done)
      .when(record)
      .records();
    expect(given(personDecider, ...done).state).toMatchObject({
      account: second,
      usableFrom: '2026-10-15',
      accountHands: ['li', 'wang', 'zhao'],
    });
  });
  it('cannot be replaced by a later claim’s', () => {
    given(personDecider, ...known)
      .when({ ...record, account: second })
      .refuses('ACCOUNT_ALREADY_RECORDED');
  });
});

describe('changing an account', () => {
  it('is three people’s work, and the third makes it', () => {
    given(personDecider, ...known)
      .when(propose)
      .records(proposed);
    given(personDecider, ...known, proposed)
      .when(approve)
      .records(approved);
    given(personDecider, ...known, proposed, approved)
      .when(review)
      .records(reviewed, changed);
  });
  it('may bring the first account of a person who had none', () => {
    given(personDecider, enrolled).when(propose).records(proposed);
  });
  it('never by one person twice, through whatever account', () => {
    const open = given(personDecider, ...known, proposed);
    open.when({ ...approve, by: signer('li', 'li-2') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    given(personDecider, ...known, proposed, approved)
      .when({ ...review, by: signer('wang', 'wang-2') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('never by the person or a relative', () => {
    const related = ['P0000006'];
    given(personDecider, ...known)
      .when({ ...propose, related })
      .refuses('SIGNER_IS_PAYEE');
    const open = given(personDecider, ...known, proposed);
    open.when({ ...approve, related }).refuses('SIGNER_IS_PAYEE');
    open.when({ ...sendBack, related }).refuses('SIGNER_IS_PAYEE');
  });
  it('binds the account that each signer saw', () => {
    given(personDecider, ...known, proposed)
      .when({ ...approve, sealedSha256: 's3' })
      .refuses('SEEN_CHANGED');
  });
  it('keeps its order', () => {
    given(personDecider, ...known, proposed)
      .when(review)
      .refuses('STEP_OUT_OF_ORDER');
    given(personDecider, ...known)
      .when(approve)
      .refuses('NOT_FOUND');
    given(personDecider, ...known)
      .when(sendBack)
      .refuses('NOT_FOUND');
    given(personDecider, ...done)
      .when({ ...review, ...acting('chen', '2026-10-10') })
      .refuses('CHAIN_COMPLETE');
  });
  it('is not a change when it is the same account', () => {
    given(personDecider, ...known)
      .when({ ...propose, account: first })
      .refuses('ACCOUNT_UNCHANGED');
  });
  it('waits for another one that is open', () => {
    const other: ProposeAccountChange = { ...propose, changeNo: 'A2', account: third };
    const open = given(personDecider, ...known, proposed);
    open.when(other).refuses('ACCOUNT_CHANGE_OPEN');
    open.when({ ...propose, account: third }).refuses('ACCOUNT_CHANGE_OPEN');
    open.when({ ...propose, ...acting('sun', '2026-10-08') }).refuses('ACCOUNT_CHANGE_OPEN');
    const next: PersonEvent = {
      type: 'AccountChangeProposed',
      data: { changeNo: 'A2', account: third, hand: hand('li', 'make', '2026-10-08') },
    };
    given(personDecider, ...done)
      .when(other)
      .records(next);
    given(personDecider, ...done, next)
      .when(propose)
      .refuses('CHAIN_COMPLETE');
  });
  it('cannot be usable before it was made', () => {
    given(personDecider, ...known, proposed, approved)
      .when({ ...review, usableFrom: day('2026-10-08') })
      .refuses('FACT_IMPOSSIBLE');
    given(personDecider, ...known, proposed, approved)
      .when({ ...review, usableFrom: day('2026-10-09') })
      .records(reviewed, { ...changed, data: { ...changed.data, usableFrom: day('2026-10-09') } });
  });
});

describe('sending a change back', () => {
  const open = given(personDecider, ...known, proposed, approved);
  const back = given(personDecider, ...known, proposed, approved, returned);
  it('says why, by whoever stands next', () => {
    open.when(sendBack).records(returned);
    open.when({ ...sendBack, reason: ' ' }).refuses('REASON_MISSING');
    open.when({ ...sendBack, ...acting('li', '2026-10-09') }).refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('stops the signatures, also those of the ones who signed', () => {
    back.when(review).refuses('CHAIN_RETURNED');
    back.when(approve).refuses('CHAIN_RETURNED');
    expect(back.state).toMatchObject({ account: first });
  });
  it('lets the maker propose again, another account if need be', () => {
    const again = { ...propose, account: third, ...acting('li', '2026-10-10') };
    const secondRound: PersonEvent = {
      type: 'AccountChangeProposed',
      data: { changeNo: 'A1', account: third, hand: hand('li', 'make', '2026-10-10', 2) },
    };
    back.when(again).records(secondRound);
    back.when({ ...again, ...acting('wang', '2026-10-10') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    given(personDecider, ...known, proposed, approved, returned, secondRound)
      .when(approve)
      .refuses('SEEN_CHANGED');
  });
  it('or lets a new change take its place', () => {
    back.when({ ...propose, changeNo: 'A2', account: third }).records({
      type: 'AccountChangeProposed',
      data: { changeNo: 'A2', account: third, hand: hand('li', 'make', '2026-10-08') },
    });
  });
});

describe('a history that could not have happened', () => {
  it('stops', () => {
    const impossible: readonly (readonly PersonEvent[])[] = [
      [...known, recorded],
      [...known, approved],
      [...known, returned],
      [...known, proposed, changed],
      [...done, reviewed],
    ];
    for (const history of impossible) {
      expect(() => given(personDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
