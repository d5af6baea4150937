import { describe, expect, it } from '@jest/globals';
import {
  admit,
  allot,
  allotted,
  bring,
  brought,
  closed,
  approved,
  cut,
  cutMonth,
  discharge,
  lines,
  live,
  monthCut,
  october,
  open,
  opened,
  posted,
  prepare,
  prepared,
  reviewed,
  sendBack,
  signClose,
} from '#test/domain/month-samples.js';
import { given } from '#test/given.js';
import { fen, noFen } from '../values/fen.js';
import { closingOf } from '../values/totals.js';
import type { MonthEvent } from './month.events.js';
import { monthDecider, monthStream, type MonthCommand } from './month.js';

const roll = { benefit: { due: lines(10) } };
const done = [...cut, prepared, approved, reviewed, closed] as const;

describe('opening a month', () => {
  it('is provisional until its opening is brought', () => {
    given(monthDecider).when(open).records(opened);
    expect(live(opened)).toMatchObject({ status: 'open', provisional: true, availableFen: 0n });
    expect(monthStream('440103', october)).toBe('month-440103-2026-10');
  });

  it('is made final once, by the close before it', () => {
    given(monthDecider, opened).when(bring).records(brought);
    expect(live(opened, brought)).toMatchObject({ provisional: false, sheet: brought.data.sheet });
    given(monthDecider, opened, brought).when(bring).records();
  });

  it.each<readonly [string, Partial<typeof bring>]>([
    ['nothing', { sheet: {}, from: 'nothing' }],
    ['another line', { sheet: { benefit: { opening: lines(3) } } }],
    ['another item', { sheet: { ...bring.sheet, subsidy: { opening: lines(1) } } }],
    ['other money', { availableFen: fen(1n) }],
  ])('is not made final a second time with %s', (_case, other) => {
    given(monthDecider, opened, brought)
      .when({ ...bring, ...other })
      .refuses('MONTH_DIFFERS');
  });

  it('adds its opening to what was posted while it was provisional', () => {
    const { event: admitted } = admit('R-1', 'roll', roll);
    const { event: discharged } = discharge('R-1', roll);
    expect(live(opened, admitted, discharged, brought).sheet).toEqual({
      benefit: { opening: lines(2), due: lines(10) },
    });
  });
});

describe('a month that was never opened', () => {
  it.each<MonthCommand>([
    bring,
    allot('P-1', fen(1n)),
    admit('R-1', 'roll').command,
    discharge('R-1').command,
    cutMonth,
    prepare,
    signClose('approve', 'wang'),
    sendBack,
  ])('refuses $type', (command) => {
    given(monthDecider).when(command).refuses('MONTH_NOT_OPEN');
  });
});

describe('an allotment', () => {
  it('is available, each plan once', () => {
    given(monthDecider, opened)
      .when(allot('P-1', fen(500n)))
      .records(allotted('P-1', fen(500n)));
    given(monthDecider, opened, allotted('P-1', fen(500n)))
      .when(allot('P-1', fen(900n)))
      .records();
    expect(live(opened, allotted('P-1', fen(500n)), allotted('P-2', fen(1n))).availableFen).toBe(
      501n,
    );
  });

  it('is the money of the month’s own pool', () => {
    given(monthDecider, opened)
      .when(allot('P-1', fen(500n), '440300'))
      .refuses('OFFICE_OUT_OF_SCOPE');
  });

  it('comes too late for a month that is cut or closed', () => {
    given(monthDecider, ...cut)
      .when(allot('P-9', fen(1n)))
      .refuses('MONTH_CUT');
    given(monthDecider, ...done)
      .when(allot('P-9', fen(1n)))
      .refuses('MONTH_CLOSED');
  });
});

describe('admitting a document', () => {
  it('stands in the way of the cut until it is discharged', () => {
    const { command, event } = admit('R-1', 'roll', roll);
    given(monthDecider, opened, brought).when(command).records(event);
    given(monthDecider, opened, brought, event).when(cutMonth).refuses('MONTH_DOCUMENT_OPEN');
    expect(live(opened, brought, event).sheet).toEqual(brought.data.sheet);
  });

  it.each<readonly [string, bigint, boolean]>([
    ['one fen less than it needs', 999n, false],
    ['what it needs', 1_000n, true],
    ['one fen more', 1_001n, true],
  ])('is one decision with its money: with %s', (_case, available, isAdmitted) => {
    const { command, event } = admit('B-1', 'batch', {}, fen(1_000n));
    const attempt = given(monthDecider, opened, allotted('P-1', fen(available))).when(command);
    if (isAdmitted) attempt.records(event);
    else attempt.refuses('AWAITING_FUNDS');
  });

  it('lets one of two batches have one month’s allotment', () => {
    const first = admit('B-1', 'batch', {}, fen(600n));
    const second = admit('B-2', 'batch', {}, fen(600n));
    const funded = [opened, allotted('P-1', fen(1_000n))] as const;
    given(monthDecider, ...funded)
      .when(first.command)
      .records(first.event);
    given(monthDecider, ...funded, first.event)
      .when(second.command)
      .refuses('AWAITING_FUNDS');
    given(monthDecider, ...funded, first.event, allotted('P-2', fen(200n)))
      .when(second.command)
      .records(second.event);
  });

  it('reserves no less than nothing', () => {
    given(monthDecider, opened)
      .when(admit('B-1', 'batch', {}, fen(-1n)).command)
      .refuses('AMOUNT_NEGATIVE');
  });

  it('comes too late for a month that is cut or closed', () => {
    given(monthDecider, ...cut)
      .when(admit('R-2', 'roll').command)
      .refuses('MONTH_CUT');
    given(monthDecider, ...done)
      .when(admit('R-2', 'roll').command)
      .refuses('MONTH_CLOSED');
    given(monthDecider, ...done)
      .when(admit('R-1', 'roll', roll).command)
      .records();
  });
});

describe('discharging a document', () => {
  const { event: admitted } = admit('B-1', 'batch', {}, fen(1_000n));
  const funded = [opened, allotted('P-1', fen(1_000n)), admitted] as const;

  it('posts what was done and releases what was not needed', () => {
    const { command, event } = discharge('B-1', { benefit: { paid: lines(1) } }, fen(400n));
    given(monthDecider, ...funded)
      .when(command)
      .records(event);
    expect(live(...funded, event)).toMatchObject({
      availableFen: 400n,
      pending: {},
      discharged: ['B-1'],
      sheet: { benefit: { paid: lines(1) } },
    });
  });

  it('is refused for a document that was never admitted', () => {
    given(monthDecider, opened).when(discharge('B-1').command).refuses('DOCUMENT_UNKNOWN');
  });
});

describe('the cut', () => {
  it('says what stands before it', () => {
    given(monthDecider, ...posted)
      .when(cutMonth)
      .records(monthCut);
    expect(closingOf(live(...posted).sheet, 'benefit')).toEqual(lines(1));
  });

  it('waits for the opening', () => {
    given(monthDecider, opened).when(cutMonth).refuses('MONTH_PREVIOUS_OPEN');
  });

  it('is made once', () => {
    given(monthDecider, ...done)
      .when(cutMonth)
      .records();
  });
});

const notPossible =
  /impossible history|before|twice|no open line|without its instruction|no proposal/;

describe('a history that could not have happened stops whoever reads it', () => {
  const rows: readonly (readonly [string, readonly MonthEvent[], MonthEvent])[] = [
    ['opened twice', [opened], opened],
    ['anything before it was opened', [], brought],
    ['two openings', [opened, brought], brought],
    ['an allotment after the cut', cut, allotted('P-9', noFen)],
    ['a document after the cut', cut, admit('R-2', 'roll').event],
    ['a discharge without its admission', [opened], discharge('R-1').event],
    ['a discharge twice', posted, discharge('R-1').event],
    ['two cuts', cut, monthCut],
    ['a close before the cut', posted, prepared],
    ['a signature before the close', cut, approved],
    ['a signature out of order', [...cut, prepared], reviewed],
    ['closed without its signatures', [...cut, prepared, approved], closed],
    ['closed twice', done, closed],
  ];

  it.each(rows)('%s', (_case, history, next) => {
    const state = history.reduce(monthDecider.evolve, monthDecider.initial);
    expect(() => monthDecider.evolve(state, next)).toThrow(notPossible);
  });

  it('names an event that it does not know', () => {
    const strange = { type: 'MonthPainted', data: {} } as unknown as MonthEvent;
    expect(() => monthDecider.evolve(live(opened), strange)).toThrow('impossible history');
  });
});
