import { describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { stored } from '#application/stored.js';
import { Transact } from '#application/transact.js';
import { fundAccountCodecs } from '#domain/fund-account/fund-account.events.js';
import { fundAccountDecider, type FundAccountCommand } from '#domain/fund-account/fund-account.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { MemoryEventStore } from '#event-store/memory-store.js';
import type { AppendItem } from '#event-store/port.js';

const fund = { decider: fundAccountDecider, codecs: fundAccountCodecs };
const stream = 'fund-account-440100-revenue';
const by = { person: 'li', account: 'li', duty: 'intake', office: '440100' };
const on = day('2026-09-10');

function receive(receiptNo: string): FundAccountCommand {
  return {
    type: 'ReceiveUnidentified',
    ...{ receiptNo, amountFen: fen(100n), valueDate: on, fileSha256: 'f' },
    month: month('2026-09'),
  };
}

/** Somebody else always writes between the read and the append, `times` times. */
class BusyStore extends MemoryEventStore {
  private writes = 0;

  constructor(private readonly times: number) {
    super();
  }

  override async append(item: AppendItem) {
    if (this.writes < this.times) {
      this.writes += 1;
      const transact = new Transact(this.quiet());
      const id = `00000000-0000-5000-8000-${String(this.writes).padStart(12, '0')}`;
      await transact.run(fund, stream, receive(`other-${this.writes}`), contextOf(by, id, on));
    }
    return super.append(item);
  }

  /** The same store without the interruption. */
  private quiet(): MemoryEventStore {
    const plain: MemoryEventStore = Object.create(this) as MemoryEventStore;
    plain.append = (item) => super.append(item);
    return plain;
  }
}

const commandId = '11111111-1111-5111-8111-111111111111';

describe('a command among others', () => {
  it('is decided again after a conflict', async () => {
    const transact = new Transact(new BusyStore(2));
    const receipt = await transact.run(fund, stream, receive('mine'), contextOf(by, commandId, on));
    expect(receipt).toMatchObject({ revision: 2, repeated: false });
  });

  it('gives up with a code when it is never its turn', async () => {
    const transact = new Transact(new BusyStore(1_000));
    const run = transact.run(fund, stream, receive('mine'), contextOf(by, commandId, on));
    await expect(run).rejects.toMatchObject({ code: 'CONFLICT_TRY_AGAIN' });
  });

  it('is not refused, in bulk, because it is never its turn', async () => {
    const transact = new Transact(new BusyStore(1_000));
    const item = { stream, command: receive('mine'), context: contextOf(by, commandId, on) };
    const run = transact.runMany(fund, [item]);
    await expect(run).rejects.toMatchObject({ code: 'CONFLICT_TRY_AGAIN' });
  });

  it('answers its repeat as the first time, and refuses its id with another body', async () => {
    const transact = new Transact(new MemoryEventStore());
    const context = contextOf(by, commandId, on);
    const first = await transact.run(fund, stream, receive('mine'), context);
    const again = await transact.run(fund, stream, receive('mine'), context);
    expect(again).toEqual({ ...first, repeated: true });
    const other = transact.run(fund, stream, receive('another'), context);
    await expect(other).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });

  it('is not decided from a cache that is old', async () => {
    const transact = new Transact(new MemoryEventStore());
    await transact.run(fund, stream, receive('mine'), contextOf(by, commandId, on));
    const cached = { state: fundAccountDecider.initial, revision: 'none' as const };
    const context = contextOf(by, '22222222-2222-5222-8222-222222222222', on);
    const item = { stream, command: receive('mine'), context, cached };
    expect(await transact.runMany(fund, [item])).toEqual([{ events: 0 }]);
    expect(Object.keys(stored)).toContain('award');
  });
});
