import { describe, it } from '@jest/globals';
import { filed, left, receipt } from '#test/domain/batch-samples.js';
import { given } from '#test/given.js';
import { month } from '../values/calendar.js';
import type { BatchCommand } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';
import { batchDecider } from './batch.js';

const { batchId } = left[0].data;
const data = { batchId, receiptSha256: 'receipt-1', month: month('2026-10') };
const take: BatchCommand = { type: 'TakeReceipt', ...data };
const taken: BatchEvent = { type: 'ReceiptTaken', data };

describe('taking a receipt in', () => {
  it('names the month that books it', () => {
    given(batchDecider, ...left)
      .when(take)
      .records(taken);
  });

  it('is refused in a second month, even before the first has booked it', () => {
    given(batchDecider, ...left, taken)
      .when({ ...take, month: month('2026-11') })
      .refuses('RECEIPT_BOOKED');
  });

  it('goes on to the next month when the first was cut before it admitted it', () => {
    const later = { ...data, month: month('2026-11') };
    given(batchDecider, ...left, taken)
      .when({ ...take, ...later, notAdmittedIn: data.month })
      .records({ type: 'ReceiptTaken', data: later });
  });

  it('is refused once it is booked', () => {
    given(batchDecider, ...left, taken, receipt('receipt-1', 1, 0).event)
      .when(take)
      .refuses('RECEIPT_BOOKED');
  });

  it('is refused while nothing was sent', () => {
    given(batchDecider, ...filed)
      .when(take)
      .refuses('BATCH_NOT_READY');
  });
});
