import { describe, expect, it } from '@jest/globals';
import {
  excluded,
  filed,
  instructed,
  live,
  proposed,
  queried,
  query,
  ready,
  recordSent,
  resendApproved,
  resendProposed,
  sent,
  signed,
  admitted,
  start,
  started,
  stopLine,
  unknown,
  half,
  isAllowed,
  recordShorter,
  shorter,
} from '#test/domain/batch-samples.js';
import { given } from '#test/given.js';
import type { BatchCommand } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import { batchDecider } from './batch.js';

describe('taking a line off a signed batch', () => {
  it('needs two people', () => {
    given(batchDecider, ...ready)
      .when(stopLine('ProposeStop', 'sun'))
      .records(proposed);
    given(batchDecider, ...ready, proposed)
      .when(stopLine('ConfirmStop', 'zhou'))
      .records(excluded);
  });

  it('voids a file that was written before', () => {
    expect(live(...filed, proposed).file).toBeDefined();
    expect(live(...filed, proposed, excluded)).toMatchObject({
      status: 'instructed',
      excluded: { 'I-1': half },
    });
    given(batchDecider, ...filed, proposed, excluded)
      .when(start('chen'))
      .refuses('BATCH_NOT_READY');
  });

  it.each<readonly [string, readonly BatchEvent[], BatchCommand, string]>([
    [
      'by one person twice',
      [...ready, proposed],
      stopLine('ConfirmStop', 'sun'),
      'SIGNER_ALREADY_IN_CHAIN',
    ],
    [
      'confirmed before it was proposed',
      ready,
      stopLine('ConfirmStop', 'zhou'),
      'STEP_OUT_OF_ORDER',
    ],
    [
      'without a reason',
      ready,
      { ...stopLine('ProposeStop', 'sun'), reason: ' ' },
      'REASON_MISSING',
    ],
    [
      'before the awards were instructed',
      [...signed, admitted],
      stopLine('ProposeStop', 'sun'),
      'BATCH_NOT_READY',
    ],
    ['after the file left', unknown, stopLine('ProposeStop', 'sun'), 'BATCH_ALREADY_SENT'],
    [
      'confirmed after the file left',
      [...filed, proposed, started(1)],
      stopLine('ConfirmStop', 'zhou'),
      'BATCH_ALREADY_SENT',
    ],
    [
      'that the award refused',
      [...signed, admitted, { ...instructed, data: { ...instructed.data, refused: ['I-1'] } }],
      stopLine('ProposeStop', 'sun'),
      'LINE_NOT_IN_DOCUMENT',
    ],
  ])('is refused: %s', (_case, history, command, code) => {
    given(batchDecider, ...history)
      .when(command)
      .refuses(code as 'STEP_OUT_OF_ORDER');
  });
});

describe('taking a line off a batch that the bank has not received', () => {
  const heldBack = [...unknown, queried(1)] as const;
  const stops = [proposed, excluded] as const;

  it('needs two people, neither of them who sent it', () => {
    given(batchDecider, ...heldBack)
      .when(stopLine('ProposeStop', 'sun'))
      .records(proposed);
    given(batchDecider, ...heldBack, proposed)
      .when(stopLine('ConfirmStop', 'zhou'))
      .records(excluded);
    given(batchDecider, ...heldBack)
      .when(stopLine('ProposeStop', 'chen'))
      .refuses('SIGNER_CASHIER_IN_BATCH');
  });

  it('voids the file, and the next attempt is of another, once it is allowed', () => {
    given(batchDecider, ...isAllowed, ...stops)
      .when(start('chen'))
      .refuses('BATCH_NOT_READY');
    given(batchDecider, ...isAllowed, ...stops)
      .when(recordShorter)
      .records(shorter);
    given(batchDecider, ...heldBack, ...stops, shorter)
      .when(start('chen'))
      .refuses('BATCH_STATE_UNKNOWN');
    const allowed = [resendProposed('sun'), resendApproved('zhou')] as const;
    const again = [...heldBack, ...stops, shorter, ...allowed, started(2)] as const;
    expect(live(...again)).toMatchObject({
      ...{ excluded: { 'I-1': half }, lateStops: [] },
      sending: { attempt: 2, files: [{ sha256: 'f1' }, { sha256: 'f2' }] },
    });
    given(batchDecider, ...again)
      .when(recordSent(2))
      .records(sent(2));
  });

  it('is void when the file is found to have left after all', () => {
    const { type, data } = sent(1, 'folder listing');
    const arrived = { type, data: { ...data, voidStops: { lines: 1, amountFen: half } } };
    for (const history of [
      [...heldBack, ...stops],
      [...isAllowed, ...stops, shorter],
    ]) {
      given(batchDecider, ...history)
        .when(query(1, true))
        .records(arrived as BatchEvent);
      expect(live(...history, arrived as BatchEvent)).toMatchObject({
        ...{ status: 'sending', excluded: {}, lateStops: [], file: { sha256: 'f1' } },
        sending: { status: 'sent' },
      });
    }
  });

  it('comes too late once another attempt has begun', () => {
    given(batchDecider, ...isAllowed, started(2))
      .when(stopLine('ProposeStop', 'li'))
      .refuses('BATCH_ALREADY_SENT');
  });

  it('is nothing that happened while nobody knew whether the file left', () => {
    for (const event of stops) expect(() => live(...unknown, event)).toThrow('a stop');
  });
});
