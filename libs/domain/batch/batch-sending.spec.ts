import { describe, expect, it } from '@jest/globals';
import {
  approveResend,
  excluded,
  file,
  filed,
  instructed,
  left,
  live,
  proposed,
  proposeResend,
  queried,
  query,
  ready,
  receipt,
  recordFile,
  recordSent,
  resendApproved,
  resendProposed,
  sent,
  settled,
  signed,
  admitted,
  start,
  started,
  unknown,
  isAllowed,
  recordShorter,
  shorter,
} from '#test/domain/batch-samples.js';
import { by } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import type { BatchCommand } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import { batchDecider } from './batch.js';

describe('the written file', () => {
  it('is recorded when it is what was signed', () => {
    given(batchDecider, ...ready)
      .when(recordFile)
      .records(file);
  });

  it('is what was signed less the exclusions', () => {
    given(batchDecider, ...ready, proposed, excluded)
      .when(recordShorter)
      .records(shorter);
    given(batchDecider, ...ready, proposed, excluded)
      .when(recordFile)
      .refuses('BATCH_FILE_DIFFERS');
  });

  it.each<readonly [string, Partial<typeof recordFile>]>([
    ['another root', { root: 'w9' }],
    ['a line too many', { lines: 3 }],
    ['a line missing', { lines: 1 }],
  ])('is refused with %s', (_case, change) => {
    given(batchDecider, ...ready)
      .when({ ...recordFile, ...change })
      .refuses('BATCH_FILE_DIFFERS');
  });

  it('is refused before the awards were instructed and after another one left', () => {
    given(batchDecider, ...signed, admitted)
      .when(recordFile)
      .refuses('BATCH_NOT_READY');
    given(batchDecider, ...unknown)
      .when({ ...recordFile, sha256: 'f3' })
      .refuses('BATCH_ALREADY_SENT');
  });
});

describe('the submission', () => {
  it('is begun once: whoever comes second must not send', () => {
    const { decide, evolve } = batchDecider;
    const events = decide(start('chen'), live(...filed));
    expect(events).toEqual([started(1)]);
    const after = events.reduce(evolve, live(...filed));
    expect(after).toMatchObject({ status: 'sending', sending: { status: 'unknown', attempt: 1 } });
    given(batchDecider, ...unknown)
      .when(start('chen'))
      .refuses('BATCH_STATE_UNKNOWN');
  });

  it.each(['li', 'wang', 'zhao'])('is refused to %s, a hand of the batch', (person) => {
    given(batchDecider, ...filed)
      .when(start(person))
      .refuses('SIGNER_CASHIER_IN_BATCH');
    given(batchDecider, ...filed)
      .when({ ...start(person), by: signer(person, `${person}-2`) })
      .refuses('SIGNER_CASHIER_IN_BATCH');
  });

  it('is refused to whoever took a line off, or allowed it to be sent again', () => {
    for (const person of ['sun', 'zhou'])
      given(batchDecider, ...ready, proposed, excluded, shorter)
        .when(start(person))
        .refuses('SIGNER_CASHIER_IN_BATCH');
    given(batchDecider, ...isAllowed)
      .when(start('zhou'))
      .refuses('SIGNER_CASHIER_IN_BATCH');
    expect(batchDecider.decide(start('sun'), live(...isAllowed))).toHaveLength(1);
  });

  it('is allowed again by nobody who sent it', () => {
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(approveResend('chen'))
      .refuses('SIGNER_CASHIER_IN_BATCH');
  });

  it('is refused to whom it pays', () => {
    given(batchDecider, ...filed)
      .when({ ...start('chen'), payees: ['chen'] })
      .refuses('SIGNER_IS_PAYEE');
  });

  it('is refused without a file, and once it is sent', () => {
    given(batchDecider, ...ready)
      .when(start('chen'))
      .refuses('BATCH_NOT_READY');
    given(batchDecider, ...left)
      .when(start('chen'))
      .refuses('BATCH_ALREADY_SENT');
  });

  it('is sent when the act was recorded', () => {
    given(batchDecider, ...unknown)
      .when(recordSent(1))
      .records(sent(1));
  });

  it.each<readonly [string, readonly BatchEvent[], BatchCommand]>([
    ['sent before it began', filed, recordSent(1)],
    ['another attempt sent', unknown, recordSent(2)],
    ['queried before it began', filed, query(1, true)],
    ['another attempt queried', unknown, query(2, false)],
    ['a resend before it began', filed, proposeResend('sun')],
    ['a resend allowed before it began', filed, approveResend('zhou')],
  ])('is not unknown: %s', (_case, history, command) => {
    given(batchDecider, ...history)
      .when(command)
      .refuses('BATCH_NOT_UNKNOWN');
  });
});

describe('a crash on pay day, between the act and its record', () => {
  it('is settled by a query that finds the file', () => {
    given(batchDecider, ...unknown)
      .when(query(1, true))
      .records(sent(1, 'folder listing'));
    given(batchDecider, ...unknown, sent(1, 'folder listing'))
      .when(start('chen'))
      .refuses('BATCH_ALREADY_SENT');
  });

  it('is queried again without a trace', () => {
    given(batchDecider, ...left)
      .when(query(1, false))
      .records();
    given(batchDecider, ...unknown)
      .when(query(1, false))
      .records(queried(1));
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(query(1, false))
      .records();
  });

  it('is not settled by an empty folder, only by a person who states what the bank says', () => {
    const { said: _said, ...silent } = query(1, false);
    given(batchDecider, ...unknown)
      .when(silent)
      .refuses('BATCH_STATE_UNKNOWN');
    given(batchDecider, ...unknown)
      .when({ ...silent, said: { statement: ' ', ...by('chen') } })
      .refuses('REASON_MISSING');
    given(batchDecider, ...left)
      .when(silent)
      .records();
  });

  it('is settled by proof that it arrived, whatever was stated before', () => {
    for (const history of [[...unknown, queried(1)], isAllowed])
      given(batchDecider, ...history)
        .when(query(1, true))
        .records(sent(1, 'folder listing'));
  });

  it('is never sent again before a query', () => {
    given(batchDecider, ...unknown)
      .when(proposeResend('sun'))
      .refuses('BATCH_RESEND_NOT_ALLOWED');
    given(batchDecider, ...unknown)
      .when(approveResend('zhou'))
      .refuses('BATCH_RESEND_NOT_ALLOWED');
    given(batchDecider, ...unknown, queried(1))
      .when(start('chen'))
      .refuses('BATCH_STATE_UNKNOWN');
  });

  it('is sent again by two people, as attempt 2', () => {
    given(batchDecider, ...unknown, queried(1))
      .when(proposeResend('sun'))
      .records(resendProposed('sun'));
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(approveResend('zhou'))
      .records(resendApproved('zhou'));
    expect(batchDecider.decide(start('chen'), live(...isAllowed))).toEqual([started(2)]);
    given(batchDecider, ...isAllowed, started(2))
      .when(recordSent(2))
      .records(sent(2));
  });

  it('is refused to the same person twice, through any account', () => {
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(approveResend('sun'))
      .refuses('SIGNER_ALREADY_IN_CHAIN');
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when({ ...approveResend('sun'), by: signer('sun', 'sun-2') } as BatchCommand)
      .refuses('SIGNER_ALREADY_IN_CHAIN');
  });

  it('waits for the second person', () => {
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(start('chen'))
      .refuses('BATCH_STATE_UNKNOWN');
    given(batchDecider, ...unknown, queried(1), resendProposed('sun'))
      .when(proposeResend('zhou'))
      .refuses('BATCH_RESEND_NOT_ALLOWED');
    given(batchDecider, ...unknown, queried(1))
      .when(approveResend('zhou'))
      .refuses('BATCH_RESEND_NOT_ALLOWED');
  });

  it('is not sent again when the record comes late after all', () => {
    given(batchDecider, ...isAllowed)
      .when(recordSent(1))
      .records(sent(1));
    given(batchDecider, ...isAllowed, sent(1))
      .when(start('chen'))
      .refuses('BATCH_ALREADY_SENT');
    given(batchDecider, ...left)
      .when(proposeResend('sun'))
      .refuses('BATCH_ALREADY_SENT');
  });

  it('says why it is sent again', () => {
    given(batchDecider, ...unknown, queried(1))
      .when({ ...proposeResend('sun'), reason: '' })
      .refuses('REASON_MISSING');
  });

  it('asks the same of a second attempt', () => {
    given(batchDecider, ...isAllowed, started(2))
      .when(start('chen'))
      .refuses('BATCH_STATE_UNKNOWN');
    given(batchDecider, ...isAllowed, started(2))
      .when(query(2, false))
      .records(queried(2));
  });
});

describe('the bank’s receipts', () => {
  it('settle the batch when every line that left is answered', () => {
    const first = receipt('s1', 1, 0);
    const second = receipt('s2', 0, 1);
    given(batchDecider, ...left)
      .when(first.command)
      .records(first.event);
    given(batchDecider, ...left, first.event)
      .when(second.command)
      .records(second.event, settled);
    expect(live(...left, first.event, second.event, settled)).toMatchObject({
      status: 'settled',
      answered: 2,
      receipts: ['s1', 's2'],
    });
  });

  it('do not wait for what was excluded or refused', () => {
    const one = receipt('s1', 1, 0);
    given(batchDecider, ...ready, proposed, excluded, shorter, started(1), sent(1))
      .when(one.command)
      .records(one.event, settled);
    const refused: BatchEvent = { ...instructed, data: { ...instructed.data, refused: ['I-2'] } };
    given(batchDecider, ...signed, admitted, refused, shorter, started(1), sent(1))
      .when(one.command)
      .records(one.event, settled);
  });

  it('put what they do not know into suspense', () => {
    const strange = receipt('s1', 0, 0, 3);
    given(batchDecider, ...left)
      .when(strange.command)
      .records(strange.event);
  });

  it('may speak after the last answer', () => {
    const all = receipt('s1', 2, 0);
    const late = receipt('s2', 0, 0, 1);
    given(batchDecider, ...left, all.event, settled)
      .when(late.command)
      .records(late.event);
  });

  it('are refused before the batch was sent', () => {
    given(batchDecider, ...unknown)
      .when(receipt('s1', 1, 1).command)
      .refuses('BATCH_NOT_READY');
  });
});
