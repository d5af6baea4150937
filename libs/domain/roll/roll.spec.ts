import { describe, expect, it } from '@jest/globals';
import { by, hand, seen } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import { month } from '../values/calendar.js';
import { fen } from '../values/fen.js';
import type { RollEvent, RollKind } from './roll.events.js';
import { rollDecider, rollStream, type RollCommand } from './roll.js';

const rollId = '440103-2026-10-1';
const content = {
  rollId,
  office: '440103',
  month: month('2026-10'),
  kind: 'benefit' as RollKind,
  document: 'd1',
  seen,
  sheet: { benefit: { due: { lines: 2, personMonths: 2, amountFen: fen(482_400n) } } },
  policyVersion: '440100-3',
};
const prepare: Extract<RollCommand, { type: 'PrepareRoll' }> = {
  type: 'PrepareRoll',
  ...content,
  payees: [],
  ...by('li'),
};
const prepared = {
  type: 'RollPrepared',
  data: { ...content, hand: hand('li', 'make') },
} satisfies RollEvent;
const sign = (
  step: 'approve' | 'review',
  person: string,
): Extract<RollCommand, { type: 'SignRoll' }> => ({
  type: 'SignRoll',
  ...{ rollId, step, seen },
  payees: [],
  ...by(person),
});
const approved: RollEvent = {
  type: 'RollSigned',
  data: { rollId, hand: hand('wang', 'approve'), seen },
};
const reviewed: RollEvent = {
  type: 'RollSigned',
  data: { rollId, hand: hand('zhao', 'review'), seen },
};
const signed = [prepared, approved, reviewed] as const;
const sendBack = { type: 'SendRollBack' as const, rollId, reason: 'a line is missing' };
const sentBack: RollEvent = {
  type: 'RollSentBack',
  data: { rollId, hand: hand('zhao', 'review'), reason: 'a line is missing' },
};
const admit: RollCommand = { type: 'RecordRollAdmitted', rollId, month: month('2026-10') };
const admitted: RollEvent = { type: 'RollAdmitted', data: { rollId, month: month('2026-10') } };
const discharge: RollCommand = {
  type: 'RecordRollDischarged',
  rollId,
  posted: 2,
  refused: 0,
};
const discharged: RollEvent = { type: 'RollDischarged', data: { rollId, posted: 2, refused: 0 } };
const stateOf = (...history: readonly RollEvent[]) =>
  history.reduce(rollDecider.evolve, rollDecider.initial);

describe('preparing a roll', () => {
  it.each<RollKind>(['benefit', 'supplement', 'adjustment', 'opening'])(
    'names its document and what people will sign: %s',
    (kind) => {
      given(rollDecider)
        .when({ ...prepare, kind })
        .records({ type: 'RollPrepared', data: { ...prepared.data, kind } });
    },
  );

  it('keeps its stream by its number', () => {
    expect(rollStream(rollId)).toBe('roll-440103-2026-10-1');
    expect(stateOf(prepared)).toMatchObject({ status: 'prepared', document: 'd1' });
  });

  it('is refused to whom it makes payable, and to a relative', () => {
    given(rollDecider)
      .when({ ...prepare, payees: ['li'] })
      .refuses('SIGNER_IS_PAYEE');
    given(rollDecider, prepared)
      .when({ ...sign('approve', 'wang'), payees: ['wang'] })
      .refuses('SIGNER_IS_PAYEE');
    given(rollDecider, prepared)
      .when({ ...sign('approve', 'wang'), payees: ['zhao'] })
      .records(approved);
  });

  it('is refused under a number that is taken', () => {
    given(rollDecider, prepared)
      .when({ ...prepare, document: 'd2' })
      .refuses('ROLL_NUMBER_TAKEN');
    given(rollDecider, prepared)
      .when({ ...prepare, seen: { ...seen, lines: 3 } })
      .refuses('ROLL_NUMBER_TAKEN');
  });

  it('is refused without a line', () => {
    given(rollDecider)
      .when({ ...prepare, seen: { ...seen, lines: 0 } })
      .refuses('ROLL_EMPTY');
  });

  it('may change once it was sent back', () => {
    given(rollDecider, prepared, approved, sentBack)
      .when({ ...prepare, document: 'd2' })
      .records({
        type: 'RollPrepared',
        data: { ...prepared.data, document: 'd2', hand: hand('li', 'make', 2) },
      });
    given(rollDecider, prepared, approved, sentBack)
      .when({ ...prepare, by: signer('wang') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
});

describe('a roll that was never prepared', () => {
  it.each<RollCommand>([sign('approve', 'wang'), { ...sendBack, ...by('zhao') }, admit, discharge])(
    'refuses $type',
    (command) => {
      given(rollDecider).when(command).refuses('ROLL_UNKNOWN');
    },
  );
});

describe('signing a roll', () => {
  it('takes an approver and a reviewer', () => {
    given(rollDecider, prepared).when(sign('approve', 'wang')).records(approved);
    given(rollDecider, prepared, approved).when(sign('review', 'zhao')).records(reviewed);
  });

  it('is refused as every chain refuses', () => {
    given(rollDecider, prepared).when(sign('approve', 'li')).refuses('SIGNER_ALREADY_IN_CHAIN');
    given(rollDecider, prepared).when(sign('review', 'zhao')).refuses('STEP_OUT_OF_ORDER');
    given(rollDecider, prepared)
      .when({ ...sign('approve', 'wang'), seen: { ...seen, root: 'r2' } } as RollCommand)
      .refuses('SEEN_CHANGED');
    given(rollDecider, prepared, approved, sentBack)
      .when(sign('review', 'sun'))
      .refuses('CHAIN_RETURNED');
    given(rollDecider, ...signed)
      .when(sign('review', 'sun'))
      .refuses('CHAIN_COMPLETE');
  });

  it('may be sent back, with a reason', () => {
    given(rollDecider, prepared, approved)
      .when({ ...sendBack, ...by('zhao') })
      .records(sentBack);
    given(rollDecider, prepared, approved)
      .when({ ...sendBack, ...by('zhao'), reason: '' })
      .refuses('REASON_MISSING');
    given(rollDecider, prepared, approved)
      .when({ ...sendBack, ...by('wang') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
});

describe('a signed roll', () => {
  it('is admitted by its month and discharged into the awards', () => {
    given(rollDecider, ...signed)
      .when(admit)
      .records(admitted);
    given(rollDecider, ...signed, admitted)
      .when(discharge)
      .records(discharged);
    expect(stateOf(...signed, admitted, discharged).status).toBe('discharged');
  });

  it('is admitted once', () => {
    given(rollDecider, ...signed, admitted, discharged)
      .when(admit)
      .records();
  });

  it('is not admitted before its last signature, nor discharged before it is admitted', () => {
    given(rollDecider, prepared, approved).when(admit).refuses('ROLL_NOT_READY');
    given(rollDecider, prepared, approved, sentBack).when(admit).refuses('ROLL_NOT_READY');
    given(rollDecider, ...signed)
      .when(discharge)
      .refuses('ROLL_NOT_READY');
  });
});

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const rows: readonly (readonly [string, readonly RollEvent[], RollEvent])[] = [
    ['signed before it was prepared', [], approved],
    ['prepared again without a sending back', [prepared], prepared],
    ['prepared again after it was admitted', [...signed, admitted], prepared],
    ['signed out of order', [prepared], reviewed],
    ['signed after it was admitted', [...signed, admitted], reviewed],
    ['sent back after the last signature', signed, sentBack],
    ['admitted without its signatures', [prepared, approved], admitted],
    ['admitted twice', [...signed, admitted], admitted],
    ['discharged before it was admitted', signed, discharged],
    ['discharged twice', [...signed, admitted, discharged], discharged],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    expect(() => rollDecider.evolve(stateOf(...history), next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const strange = { type: 'RollPainted', data: {} } as unknown as RollEvent;
    expect(() => rollDecider.evolve(stateOf(prepared), strange)).toThrow('impossible history');
  });
});
