import { describe, expect, it } from '@jest/globals';
import {
  admitted,
  approved,
  excluded,
  file,
  filed,
  instructed,
  left,
  live,
  prepared,
  proposed,
  queried,
  ready,
  receipt,
  resendApproved,
  resendProposed,
  reviewed,
  sent,
  sentBack,
  settled,
  signed,
  started,
  unknown,
} from '#test/domain/batch-samples.js';
import type { BatchEvent } from './batch.events.js';
import { batchDecider } from './batch.js';

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const all = receipt('s1', 2, 0).event;
  const rows: readonly (readonly [string, readonly BatchEvent[], BatchEvent])[] = [
    ['signed before it was prepared', [], approved],
    ['prepared again without a sending back', [prepared], prepared],
    ['signed out of order', [prepared], reviewed],
    ['signed twice', [prepared, approved], approved],
    ['signed after it was sent back', [prepared, approved, sentBack], reviewed],
    ['sent back after the last signature', signed, sentBack],
    ['admitted without its signatures', [prepared, approved], admitted],
    ['admitted twice', [...signed, admitted], admitted],
    ['instructed before it was admitted', signed, instructed],
    ['instructed twice', ready, instructed],
    ['a stop before it was instructed', signed, proposed],
    ['an exclusion after it left', unknown, excluded],
    ['a file before it was instructed', [...signed, admitted], file],
    ['a file after it left', unknown, file],
    ['begun without a file', ready, started(1)],
    ['begun without a file after an exclusion', [...filed, proposed, excluded], started(1)],
    ['begun twice', unknown, started(2)],
    ['begun again after it was sent', left, started(2)],
    ['sent before it began', filed, sent(1)],
    ['sent twice', left, sent(1)],
    ['queried before it began', filed, queried(1)],
    ['not found after it was sent', left, queried(1)],
    ['a resend before a query', unknown, resendProposed('sun')],
    ['a resend allowed before it was proposed', [...unknown, queried(1)], resendApproved('zhou')],
    [
      'a resend by one person',
      [...unknown, queried(1), resendProposed('sun')],
      resendApproved('sun'),
    ],
    ['a receipt before it was sent', unknown, receipt('s1', 1, 0).event],
    ['settled before it began', filed, settled],
    ['settled twice', [...left, all, settled], settled],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    const state = history.reduce(batchDecider.evolve, batchDecider.initial);
    expect(() => batchDecider.evolve(state, next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const strange = { type: 'BatchPainted', data: {} } as unknown as BatchEvent;
    expect(() => batchDecider.evolve(live(prepared), strange)).toThrow(notPossible);
  });
});
