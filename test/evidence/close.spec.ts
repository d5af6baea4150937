import { describe, expect, it } from '@jest/globals';
import { verifyClose } from '#evidence/audit/close.js';
import type { RawEvent } from '#evidence/audit/raw.js';
import type { Data, LogBuilder } from './log-builder.js';
import { monthlyFen, twoMonths } from './two-months.js';

const logAt = async (position: bigint) => {
  const isOctober = position < twoMonths().find('MonthCut', '2026-11').position;
  return { headLink: 'head', treeRoot: isOctober ? 'tree-2026-10' : 'tree-2026-11' };
};

async function close(log: LogBuilder, month = '2026-11') {
  return verifyClose({ ...log.sources(), logAt }, { month });
}

function changedClose(log: LogBuilder, change: (close: Data) => void): RawEvent {
  const closed = log.find('MonthClosed', '2026-11');
  return log.change(closed, (data) => change(data['close'] as Data));
}

describe('recomputing a close', () => {
  it('gives what was closed, from events and documents alone', async () => {
    const { ok, findings, closes } = await close(twoMonths());
    expect(findings).toEqual([]);
    expect(ok).toBe(true);
    const line = { item: 'benefit', lines: 1, amountFen: monthlyFen };
    expect(closes).toMatchObject([
      {
        office: '440103',
        month: '2026-11',
        unpaid: [
          { ...line, reason: 'returned', age: 1 },
          { ...line, reason: 'stop-list', age: 0 },
        ],
        receipts: { paidLines: 2, paidFen: 2n * monthlyFen, returnedLines: 1 },
      },
    ]);
  });

  it('is not moved by what happened later', async () => {
    const { closes } = await close(twoMonths(), '2026-10');
    const line = { item: 'benefit', lines: 1, amountFen: monthlyFen };
    expect(closes[0]?.unpaid).toEqual([{ ...line, reason: 'failed', age: 0 }]);
  });

  it('answers no when the month was never closed', async () => {
    expect(await close(twoMonths(), '2027-01')).toMatchObject({ ok: false, closes: [] });
  });

  const rules: readonly (readonly [string, (close: Data) => void])[] = [
    ['UNPAID_DIFFERS', (one) => (((one['unpaid'] as Data[])[0] ?? {})['reason'] = 'failed')],
    ['UNPAID_DIFFERS', (one) => (((one['unpaid'] as Data[])[0] ?? {})['age'] = 3)],
    ['UNPAID_DIFFERS', (one) => (((one['unpaid'] as Data[])[0] ?? {})['amountFen'] = '1')],
    ['RECEIPTS_DIFFER', (one) => ((one['receipts'] as Data)['returnedFen'] = '1')],
    ['CUT_POSITION_DIFFERS', (one) => (one['cutPosition'] = '7')],
    ['CLOSE_ROOT_DIFFERS', (one) => (one['treeRoot'] = 'another')],
    ['CLOSE_ROOT_DIFFERS', (one) => (one['headLink'] = 'another')],
    ['DOCUMENT_MISSING', (one) => (one['document'] = 'none')],
  ];
  it.each(rules)('finds %s', async (code, change) => {
    const log = twoMonths();
    const { position } = changedClose(log, change);
    const { findings, ok } = await close(log);
    expect(ok).toBe(false);
    expect(findings).toContainEqual(expect.objectContaining({ code, position }));
    expect(new Set(findings.map((one) => one.code))).toEqual(new Set([code]));
  });

  it('compares the list of unpaid lines line by line', async () => {
    const log = twoMonths();
    const before = JSON.parse(log.find('MonthClosed', '2026-11').data) as { close: Data };
    const lines = (log.documents.get(String(before.close['document'])) ?? []).map((line) => {
      return { ...(JSON.parse(line) as Data), award: 'C2' };
    });
    const { sha256 } = log.put(lines);
    const { position } = changedClose(log, (one) => (one['document'] = sha256));
    const { findings } = await close(log);
    expect(findings).toMatchObject([{ code: 'CLOSE_LINES_DIFFER', position }]);
  });

  it('finds it unequal to receipts that say otherwise', async () => {
    const log = twoMonths();
    const admitted = log.find('DocumentAdmitted', 'Q-2026-11-paid');
    const { sha256 } = JSON.parse(admitted.data) as { sha256: string };
    const lines = log.documents.get(sha256) ?? [];
    lines[0] = (lines[0] ?? '').replace('482400', '482300');
    const { position } = log.find('MonthClosed', '2026-11');
    const { findings } = await close(log);
    expect(findings).toMatchObject([{ code: 'RECEIPTS_DIFFER', position }]);
  });
});

describe('why a line is unpaid', () => {
  const on = 'award-C3';
  const cases: readonly (readonly [string, string, Data])[] = [
    ['verification-hold', 'LineHeld', { lineId: '2026-11', reason: 'hit-hold', cause: 'c' }],
    ['court-freeze', 'LineHeld', { lineId: '2026-11', reason: 'court-freeze', cause: 'c' }],
    ['verification-hold', 'AwardHeld', held('verification-hold', '2026-11')],
    ['account-cooling', 'AwardAccountChanged', { account: usable('2026-12-01') }],
    ['stop-list', 'AwardAccountChanged', { account: usable('2026-11-28') }],
    ['disputed', 'AwardAccountShared', { holders: 2 }],
    ['disputed', 'AwardPaused', { event: 'e', on: '2026-11-20', from: '2026-11', clause: '' }],
    ['stop-list', 'AwardReleased', { cause: 'c' }],
  ];
  it.each(cases)('is %s after %s', async (reason, type, data) => {
    const log = twoMonths();
    const before = log.find('PaymentRecalled');
    log.insertAfter(before, type, on, data);
    const { closes } = await close(log);
    const reasons = closes[0]?.unpaid.filter(({ age }) => age === 0).map((one) => one.reason);
    expect(reasons).toEqual([reason]);
  });

  it('is in transit while the bank has not answered', async () => {
    const log = twoMonths();
    log.drop(log.find('PaymentRecalled'));
    const { closes } = await close(log);
    expect(closes[0]?.unpaid.map(({ reason }) => reason)).toContain('in-transit');
  });

  it('is a missing account when there is none', async () => {
    const log = twoMonths();
    log.change(log.find('AwardOpened', 'award-C3'), (data) => delete data['account']);
    const { closes } = await close(log);
    expect(closes[0]?.unpaid.map(({ reason }) => reason)).toContain('account-missing');
  });

  it('is nothing but a signature when nothing stands in the way', async () => {
    const log = twoMonths();
    log.drop(log.find('PaymentInstructed', 'I-2026-11-3'));
    const { closes } = await close(log);
    expect(closes[0]?.unpaid.map(({ reason }) => reason)).toContain('awaiting-approval');
  });

  function held(reason: string, from: string): Data {
    return { reason, cause: 'c', from };
  }

  function usable(usableFrom: string): Data {
    return { accountRef: 'account-3c', sealedSha256: 'x', usableFrom, hands: [] };
  }
});
