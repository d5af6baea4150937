import { describe, expect, it } from '@jest/globals';
import {
  admit,
  admitted,
  approved,
  approveResend,
  instruct,
  instructed,
  live,
  prepare,
  prepared,
  proposeResend,
  query,
  ready,
  receipt,
  recordFile,
  recordSent,
  reviewed,
  sendBack,
  sentBack,
  signBatch,
  signed,
  start,
  stopLine,
} from '#test/domain/batch-samples.js';
import { hand, seen } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import type { BatchCommand } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import { batchDecider, batchStream } from './batch.js';

const changed = { ...seen, root: 'r2', lines: 1 };

describe('preparing a batch', () => {
  it('names its document and what people will sign', () => {
    given(batchDecider).when(prepare).records(prepared);
    expect(live(prepared)).toMatchObject({ status: 'prepared', lines: 2, answered: 0 });
    expect(batchStream('440103-2026-10-1')).toBe('batch-440103-2026-10-1');
  });

  it.each<readonly [string, Partial<typeof prepare>]>([
    ['another document', { document: 'd2' }],
    ['other lines', { seen: changed }],
  ])('is refused under a number that is taken by %s', (_case, change) => {
    given(batchDecider, prepared)
      .when({ ...prepare, ...change })
      .refuses('BATCH_NUMBER_TAKEN');
  });

  it('is refused without a line', () => {
    given(batchDecider)
      .when({ ...prepare, seen: { ...seen, lines: 0 } })
      .refuses('BATCH_EMPTY');
  });

  it('is refused to whom it pays, and to the hands of an account it pays to', () => {
    given(batchDecider)
      .when({ ...prepare, payees: ['li'] })
      .refuses('SIGNER_IS_PAYEE');
    given(batchDecider)
      .when({ ...prepare, accountHands: ['li'] })
      .refuses('SIGNER_HAND_IN_ACCOUNT_CHANGE');
  });

  it('may change once it was sent back, in the next round', () => {
    const again: BatchEvent = {
      type: 'BatchPrepared',
      data: { ...prepared.data, document: 'd2', seen: changed, hand: hand('li', 'make', 2) },
    };
    given(batchDecider, prepared, approved, sentBack)
      .when({ ...prepare, document: 'd2', seen: changed })
      .records(again);
    expect(live(prepared, approved, sentBack, again)).toMatchObject({ document: 'd2', lines: 1 });
  });

  it('is refused in the next round to one who approved before', () => {
    given(batchDecider, prepared, approved, sentBack)
      .when({ ...prepare, by: signer('wang') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
});

describe('a batch that was never prepared', () => {
  it.each<BatchCommand>([
    signBatch('approve', 'wang'),
    sendBack,
    admit,
    instruct,
    stopLine('ProposeStop', 'sun'),
    recordFile,
    start('chen'),
    recordSent(1),
    query(1, true),
    proposeResend('sun'),
    approveResend('zhou'),
    receipt('s1', 1, 1).command,
  ])('refuses $type', (command) => {
    given(batchDecider).when(command).refuses('BATCH_UNKNOWN');
  });
});

describe('signing a batch', () => {
  it('takes an approver and a reviewer', () => {
    given(batchDecider, prepared).when(signBatch('approve', 'wang')).records(approved);
    given(batchDecider, prepared, approved).when(signBatch('review', 'zhao')).records(reviewed);
  });

  it.each<readonly [string, BatchCommand, string]>([
    ['the payee', { ...signBatch('approve', 'wang'), payees: ['wang'] }, 'SIGNER_IS_PAYEE'],
    [
      'a hand of the account’s last change',
      { ...signBatch('approve', 'wang'), accountHands: ['zhou', 'wang'] },
      'SIGNER_HAND_IN_ACCOUNT_CHANGE',
    ],
    ['the maker', signBatch('approve', 'li'), 'SIGNER_ALREADY_IN_CHAIN'],
    ['the reviewer before the approver', signBatch('review', 'zhao'), 'STEP_OUT_OF_ORDER'],
    [
      'one who saw other totals',
      { ...signBatch('approve', 'wang'), seen: changed },
      'SEEN_CHANGED',
    ],
  ])('is refused to %s', (_case, command, code) => {
    given(batchDecider, prepared)
      .when(command)
      .refuses(code as 'SEEN_CHANGED');
  });

  it('is refused when the chain is complete or was sent back', () => {
    given(batchDecider, ...signed)
      .when(signBatch('review', 'sun'))
      .refuses('CHAIN_COMPLETE');
    given(batchDecider, prepared, approved, sentBack)
      .when(signBatch('review', 'sun'))
      .refuses('CHAIN_RETURNED');
  });
});

describe('sending a batch back', () => {
  it('is recorded with its reason', () => {
    given(batchDecider, prepared, approved).when(sendBack).records(sentBack);
  });

  it('is refused without a reason, to the maker, and after the last signature', () => {
    given(batchDecider, prepared, approved)
      .when({ ...sendBack, reason: '' })
      .refuses('REASON_MISSING');
    given(batchDecider, prepared, approved)
      .when({ ...sendBack, by: signer('li') })
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(batchDecider, ...signed)
      .when({ ...sendBack, by: signer('sun') })
      .refuses('CHAIN_COMPLETE');
  });
});

describe('admitting and instructing', () => {
  it('follows the last signature', () => {
    given(batchDecider, ...signed)
      .when(admit)
      .records(admitted);
    given(batchDecider, ...signed, admitted)
      .when(instruct)
      .records(instructed);
    expect(live(...ready)).toMatchObject({ status: 'instructed', refused: [] });
  });

  it('keeps the lines that the awards refused', () => {
    const partly: BatchEvent = {
      type: 'BatchInstructed',
      data: { batchId: '440103-2026-10-1', posted: 1, refused: ['I-2'] },
    };
    given(batchDecider, ...signed, admitted)
      .when({ ...instruct, posted: 1, refused: ['I-2'] })
      .records(partly);
    expect(live(...signed, admitted, partly).refused).toEqual(['I-2']);
  });

  it.each<readonly [string, readonly BatchEvent[]]>([
    ['one signature', [prepared]],
    ['two', [prepared, approved]],
    ['a sending back', [prepared, approved, sentBack]],
  ])('is refused after %s', (_case, history) => {
    given(batchDecider, ...history)
      .when(admit)
      .refuses('BATCH_NOT_READY');
  });

  it('instructs nothing before the month admitted it', () => {
    given(batchDecider, ...signed)
      .when(instruct)
      .refuses('BATCH_NOT_READY');
  });
});
