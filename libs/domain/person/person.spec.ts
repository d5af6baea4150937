import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#test/given.js';
import { acting, signer } from '#test/signers.js';
import { addMonths, day, month } from '../values/calendar.js';
import type { MergePerson, PersonCommand } from './person.commands.js';
import type { Enrolment, PersonEvent, Span, Unemployment } from './person.events.js';
import { personDecider, personStream } from './person.js';

const enrolment: Enrolment = {
  personRef: 'P0000101',
  office: '440103',
  enrolledOn: day('2012-04-01'),
  household: 'urban',
  identity: { ref: 'identity-P0000101', sealedSha256: 'aa' },
  identityKey: 'k1',
  phone: { ref: 'phone-P0000101', sealedSha256: 'bb' },
};
const enrol: PersonCommand = { type: 'EnrolPerson', ...enrolment, on: day('2026-09-01') };
const enrolled: PersonEvent = { type: 'PersonEnrolled', data: enrolment };

const span = (from: string, to: string, used = false): Span => ({
  from: month(from),
  to: month(to),
  used,
});
const brought = (...spans: readonly Span[]): PersonEvent => ({
  type: 'HistoryBrought',
  data: { fileSha256: 'f1', spans },
});
const bring = (...spans: readonly Span[]): PersonCommand => ({
  type: 'BringHistory',
  fileSha256: 'f1',
  spans,
});

const unemployment: Unemployment = {
  employerNo: 'U00052',
  endedOn: day('2026-08-31'),
  termination: 'LCL-40',
  registeredOn: day('2026-09-03'),
  certificate: { ref: 'certificate-1', sealedSha256: 'cc' },
};
const register: PersonCommand = {
  type: 'RegisterUnemployment',
  ...unemployment,
  on: day('2026-09-03'),
};
const registered: PersonEvent = { type: 'UnemploymentRegistered', data: unemployment };

const reserve = (claimNo: string, office = '440103'): PersonCommand => ({
  type: 'ReserveClaim',
  claimNo,
  office,
});
const reserved = (claimNo: string, office = '440103'): PersonEvent => ({
  type: 'ClaimReserved',
  data: { claimNo, office },
});
const released = (claimNo: string): PersonEvent => ({ type: 'ClaimReleased', data: { claimNo } });
const granted: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'C1', claimNo: 'C1' } };
const imported: PersonEvent = { type: 'AwardGranted', data: { awardNo: 'K1', imported: true } };
const ended: PersonEvent = { type: 'AwardEnded', data: { awardNo: 'C1', leftoverMonths: 4 } };
const grant: PersonCommand = { type: 'GrantAward', awardNo: 'C1', claimNo: 'C1' };
const bringAward: PersonCommand = { type: 'GrantAward', awardNo: 'K1', imported: true };

describe('enrolling a person', () => {
  it('records references and blind indexes only', () => {
    given(personDecider).when(enrol).records(enrolled);
    expect(personStream('P0000101')).toBe('person-P0000101');
  });
  it('keeps that an old number was given, and lets nothing else into the event', () => {
    const more = { ...enrol, oldNumber: true, name: 'must not be kept' } as PersonCommand;
    given(personDecider)
      .when(more)
      .records({ type: 'PersonEnrolled', data: { ...enrolment, oldNumber: true } });
  });
  it('adds nothing for the same person again and refuses the number to another', () => {
    given(personDecider, enrolled).when(enrol).records();
    const others: readonly Partial<Enrolment>[] = [
      { identityKey: 'k2' },
      { office: '440106' },
      { household: 'rural' },
      { enrolledOn: day('2012-05-01') },
      { oldNumber: true },
      { identity: { ref: 'identity-P0000101', sealedSha256: 'zz' } },
      { phone: { ref: 'phone-2', sealedSha256: 'bb' } },
    ];
    for (const other of others) {
      given(personDecider, enrolled)
        .when({ ...enrol, ...other } as PersonCommand)
        .refuses('PERSON_NUMBER_TAKEN');
    }
  });
  it('is refused for a day to come', () => {
    given(personDecider)
      .when({ ...enrol, enrolledOn: day('2026-09-02') } as PersonCommand)
      .refuses('DAY_IN_FUTURE');
    const today = { ...enrolment, enrolledOn: day('2026-09-01') };
    given(personDecider)
      .when({ ...enrol, ...today } as PersonCommand)
      .records({ type: 'PersonEnrolled', data: today });
  });
  it('comes before everything else', () => {
    for (const command of [bring(span('2020-01', '2020-12')), register, reserve('C1'), grant]) {
      given(personDecider).when(command).refuses('PERSON_UNKNOWN');
    }
  });
});

describe('bringing history', () => {
  const first = span('2020-01', '2020-12');
  it('records new spans and leaves known ones out', () => {
    const later = span('2021-01', '2021-06', true);
    given(personDecider, enrolled).when(bring(first)).records(brought(first));
    given(personDecider, enrolled, brought(first)).when(bring(first)).records();
    given(personDecider, enrolled, brought(first))
      .when(bring(first, later))
      .records(brought(later));
    given(personDecider, enrolled).when(bring()).records();
  });
  it('refuses a month in two spans', () => {
    given(personDecider, enrolled, brought(first))
      .when(bring(span('2020-12', '2021-03')))
      .refuses('SPELL_OVERLAPS');
    given(personDecider, enrolled)
      .when(bring(first, span('2019-06', '2020-01')))
      .refuses('SPELL_OVERLAPS');
    given(personDecider, enrolled).when(bring(first, first)).refuses('SPELL_OVERLAPS');
    given(personDecider, enrolled, brought(first))
      .when(bring(span('2020-01', '2020-12', true)))
      .refuses('SPELL_OVERLAPS');
  });
  it('refuses a span that ends before it begins', () => {
    given(personDecider, enrolled)
      .when(bring(span('2020-02', '2020-01')))
      .refuses('FACT_IMPOSSIBLE');
  });
  it('never counts a month twice, in whatever portions it comes', () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }), fc.boolean()),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(spans, (drawn) => {
        let { state } = given(personDecider, enrolled);
        for (const [at, length, used] of drawn) {
          const from = addMonths(month('2020-01'), at);
          const one = { from, to: addMonths(from, length), used };
          try {
            state = personDecider.decide(bring(one), state).reduce(personDecider.evolve, state);
          } catch (error) {
            expect(error).toMatchObject({ code: 'SPELL_OVERLAPS' });
          }
        }
        const known = state.status === 'enrolled' ? state.spans : [];
        const sorted = [...known].sort((left, right) => (left.from < right.from ? -1 : 1));
        for (const [index, one] of sorted.slice(1).entries()) {
          expect(one.from > (sorted[index]?.to ?? '')).toBe(true);
        }
      }),
    );
  });
});

describe('registering as unemployed', () => {
  it('records the registration and its withdrawal', () => {
    given(personDecider, enrolled).when(register).records(registered);
    given(personDecider, enrolled, registered)
      .when({ type: 'WithdrawRegistration', on: day('2026-09-20') })
      .records({ type: 'RegistrationWithdrawn', data: { on: day('2026-09-20') } });
    given(personDecider, enrolled)
      .when({ type: 'WithdrawRegistration', on: day('2026-09-20') })
      .records();
  });
  it('adds nothing when any earlier registration comes again', () => {
    const later: PersonEvent = {
      ...registered,
      data: { ...unemployment, endedOn: day('2027-03-31'), registeredOn: day('2027-04-02') },
    };
    given(personDecider, enrolled, registered, later).when(register).records();
    given(personDecider, enrolled, registered)
      .when({ ...register, ...later.data, on: day('2027-04-02') } as PersonCommand)
      .records(later);
  });
  it('is refused for a day to come, or when work had not ended', () => {
    given(personDecider, enrolled)
      .when({ ...register, on: day('2026-09-02') })
      .refuses('DAY_IN_FUTURE');
    given(personDecider, enrolled)
      .when({ ...register, endedOn: day('2026-09-04') })
      .refuses('FACT_IMPOSSIBLE');
    const sameDay = { ...unemployment, endedOn: day('2026-09-03') };
    given(personDecider, enrolled)
      .when({ ...register, ...sameDay })
      .records({ type: 'UnemploymentRegistered', data: sameDay });
  });
});

describe('one open claim or award a person', () => {
  it('is reserved by whoever comes first', () => {
    given(personDecider, enrolled).when(reserve('C1')).records(reserved('C1'));
    given(personDecider, enrolled, reserved('C1'))
      .when(reserve('C2', '440106'))
      .refuses('OPEN_CLAIM_OR_AWARD');
    given(personDecider, enrolled, reserved('C1'), granted)
      .when(reserve('C2', '440106'))
      .refuses('OPEN_CLAIM_OR_AWARD');
  });
  it('says nothing of the other office or its claim', () => {
    const { state } = given(personDecider, enrolled, reserved('C1', '440103'));
    expect(() => personDecider.decide(reserve('C2', '440106'), state)).toThrow(
      /^OPEN_CLAIM_OR_AWARD \{\}$/,
    );
  });
  it('is free again after a release or the award’s end', () => {
    given(personDecider, enrolled, reserved('C1'))
      .when({ type: 'ReleaseClaim', claimNo: 'C1' })
      .records(released('C1'));
    given(personDecider, enrolled, reserved('C1'), released('C1'))
      .when(reserve('C2', '440106'))
      .records(reserved('C2', '440106'));
    given(personDecider, enrolled, reserved('C1'), granted, ended)
      .when(reserve('C2'))
      .records(reserved('C2'));
  });
  it('is not taken by a reservation that comes after its own release', () => {
    given(personDecider, enrolled)
      .when({ type: 'ReleaseClaim', claimNo: 'C1' })
      .records(released('C1'));
    given(personDecider, enrolled, released('C1')).when(reserve('C1')).records();
    given(personDecider, enrolled, reserved('C2'))
      .when({ type: 'ReleaseClaim', claimNo: 'C1' })
      .records(released('C1'));
    expect(given(personDecider, enrolled, reserved('C2'), released('C1')).state).toMatchObject({
      reserved: 'C2',
    });
  });
});

describe('granting and ending an award', () => {
  it('is for the reserved claim only', () => {
    given(personDecider, enrolled, reserved('C1')).when(grant).records(granted);
    given(personDecider, enrolled, reserved('C2')).when(grant).refuses('AWARD_NOT_GRANTED');
    given(personDecider, enrolled).when(grant).refuses('AWARD_NOT_GRANTED');
    given(personDecider, enrolled, imported).when(grant).refuses('OPEN_CLAIM_OR_AWARD');
  });
  it('needs no claim for an award brought from the old system', () => {
    given(personDecider, enrolled).when(bringAward).records(imported);
    given(personDecider, enrolled, reserved('C1')).when(bringAward).refuses('OPEN_CLAIM_OR_AWARD');
    given(personDecider, enrolled, reserved('C1'), granted)
      .when(bringAward)
      .refuses('OPEN_CLAIM_OR_AWARD');
  });
  it('ends once, with the months left', () => {
    const end: PersonCommand = { type: 'EndAward', awardNo: 'C1', leftoverMonths: 4 };
    const open = given(personDecider, enrolled, reserved('C1'), granted);
    open.when(end).records(ended);
    open.when({ ...end, awardNo: 'C9' }).refuses('AWARD_UNKNOWN');
    const over = given(personDecider, enrolled, reserved('C1'), granted, ended);
    over.when(grant).records();
    over.when({ type: 'ReleaseClaim', claimNo: 'C1' }).records();
    expect(over.state).toMatchObject({ leftoverMonths: 4, award: null });
  });
});

describe('merging two numbers of one person', () => {
  const propose: MergePerson = {
    type: 'MergePerson',
    step: 'make',
    into: 'P0000900',
    ...acting('li', '2026-11-02'),
  };
  const agree: MergePerson = { ...propose, step: 'approve', ...acting('wang', '2026-11-03') };
  const proposed: PersonEvent = {
    type: 'PersonMergeProposed',
    data: {
      into: 'P0000900',
      hand: { ...signer('li'), step: 'make', round: 1, day: day('2026-11-02') },
    },
  };
  const merged: PersonEvent = {
    type: 'PersonMerged',
    data: {
      into: 'P0000900',
      hand: { ...signer('wang'), step: 'approve', round: 1, day: day('2026-11-03') },
      hands: ['li', 'wang'],
    },
  };
  it('takes two people who saw the same', () => {
    given(personDecider, enrolled).when(propose).records(proposed);
    given(personDecider, enrolled, proposed).when(agree).records(merged);
    const open = given(personDecider, enrolled, proposed);
    open.when({ ...agree, by: signer('li', 'li-2') }).refuses('SIGNER_ALREADY_IN_CHAIN');
    open.when({ ...agree, into: 'P0000901' }).refuses('SEEN_CHANGED');
    open.when({ ...propose, ...acting('zhao', '2026-11-03') }).refuses('STEP_OUT_OF_ORDER');
    given(personDecider, enrolled).when(agree).refuses('STEP_OUT_OF_ORDER');
  });
  it('is not for the person, a relative, or the number itself', () => {
    const own = given(personDecider, enrolled, proposed);
    own.when({ ...agree, related: ['P0000101'] }).refuses('SIGNER_IS_PAYEE');
    own.when({ ...agree, related: ['P0000900'] }).refuses('SIGNER_IS_PAYEE');
    given(personDecider, enrolled)
      .when({ ...propose, into: 'P0000101' })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('lets another proposal take the place of one that nobody agreed to', () => {
    const other = { ...propose, into: 'P0000901' };
    const { hand } = proposed.data;
    given(personDecider, enrolled, proposed)
      .when(other)
      .records({ type: 'PersonMergeProposed', data: { into: 'P0000901', hand } });
  });
  it('ends the number: whoever asks is told the other one', () => {
    const over = given(personDecider, enrolled, proposed, merged);
    over.when(propose).records();
    over.when(agree).records();
    const commands: readonly PersonCommand[] = [
      enrol,
      register,
      bring(span('2020-01', '2020-12')),
      reserve('C1'),
      bringAward,
      { ...agree, ...acting('zhao', '2026-11-04') },
    ];
    for (const command of commands) over.when(command).refuses('PERSON_MERGED');
    expect(() => personDecider.decide(register, over.state)).toThrow(/P0000900/);
  });
});

describe('a history that could not have happened', () => {
  it('stops', () => {
    const withdrawn: PersonEvent = {
      type: 'RegistrationWithdrawn',
      data: { on: day('2026-09-20') },
    };
    const impossible: readonly (readonly PersonEvent[])[] = [
      [registered],
      [enrolled, enrolled],
      [enrolled, withdrawn],
      [enrolled, reserved('C1'), reserved('C2')],
      [enrolled, granted],
      [enrolled, reserved('C2'), granted],
      [enrolled, ended],
      [
        enrolled,
        {
          type: 'PersonMerged',
          data: {
            into: 'P0000900',
            hand: { ...signer('wang'), step: 'approve', round: 1, day: day('2026-11-03') },
            hands: ['li', 'wang'],
          },
        },
      ],
    ];
    for (const history of impossible) {
      expect(() => given(personDecider, ...history)).toThrow(/impossible history/);
    }
  });
});
