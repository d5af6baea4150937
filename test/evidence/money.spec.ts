import { describe, expect, it } from '@jest/globals';
import { verifyMoney } from '#evidence/audit/money.js';
import type { RawEvent } from '#evidence/audit/raw.js';
import type { Data, LogBuilder } from './log-builder.js';
import { monthlyFen, twoMonths } from './two-months.js';

type Break = (log: LogBuilder) => RawEvent;

/** What the ledger alone finds first, against the event that was broken. */
async function firstOf(broken: Break) {
  const log = twoMonths();
  const event = broken(log);
  const { findings } = await verifyMoney(log.sources().events());
  return { event, findings, first: findings[0] };
}

/** Repeats an event with other data, right behind the one named. */
function again(type: string, has: string, change: (data: Data) => void = () => undefined): Break {
  return (log) => {
    const event = log.find(type, has);
    const data = JSON.parse(event.data) as Data;
    change(data);
    return log.insertAfter(event, type, event.stream, data);
  };
}

function changed(type: string, has: string, change: (data: Data) => void): Break {
  return (log) => log.change(log.find(type, has), change);
}

/** A posting of the same document as the event it stands behind. */
function behind(has: readonly [string, string], type: string, data: Data): Break {
  return (log) => {
    const event = log.find(...has);
    return log.insertAfter(event, type, event.stream, data);
  };
}

const fen = String(monthlyFen);
const october = { documentId: 'R-2026-10', bookedMonth: '2026-10' };
const receipt = { documentId: 'Q-2026-10-paid', bookedMonth: '2026-10' };
const bank = { valueDate: '2026-10-21', lineNo: 7, bankSerial: 'S', ...receipt };

const rules: readonly (readonly [code: string, broken: Break])[] = [
  ['EVENT_UNREADABLE', (log) => log.replace(...unreadable(log.find('LineDue', 'award-C2')))],
  ['EVENT_UNREADABLE', changed('PaymentBooked', 'award-C1', (data) => delete data['amountFen'])],
  [
    'AWARD_NOT_OPENED',
    (log) => {
      log.drop(log.find('AwardOpened', 'award-C2'));
      return log.find('LineDue', 'award-C2');
    },
  ],
  ['AWARD_OPENED_TWICE', again('AwardOpened', 'award-C1')],
  ['LINE_OPENED_TWICE', again('LineDue', 'award-C1', (data) => (data['no'] = 2))],
  [
    'LINE_NOT_OPEN',
    behind(['LineDue', 'award-C1'], 'LineCancelled', {
      ...{ lineId: '2026-09', amountFen: fen, reason: 'ended', ...october },
    }),
  ],
  [
    'LINE_PAID_TWICE',
    (log) => {
      const { data } = log.find('PaymentInstructed', 'award-C1');
      const second = { ...(JSON.parse(data) as Data), instructionId: 'I-second' };
      const paid = log.find('PaymentBooked', 'award-C1');
      return log.insertAfter(paid, 'PaymentInstructed', 'award-C1', second);
    },
  ],
  [
    'LINE_IN_TRANSIT',
    again('PaymentInstructed', 'award-C1', (data) => (data['instructionId'] = 'I-second')),
  ],
  [
    'LINE_IN_TRANSIT',
    behind(['PaymentInstructed', 'award-C1'], 'LineWithdrawn', {
      ...{ lineId: '2026-10', amountFen: fen, reason: 'ended', ...october },
    }),
  ],
  [
    'DUE_AFTER_END',
    behind(['AwardStopped', 'award-C1'], 'LineDue', {
      ...{ lineId: '2026-12', item: 'benefit', month: '2026-12', rollMonth: '2026-12' },
      ...{ no: 2, amountFen: fen, documentId: 'R-2026-12', bookedMonth: '2026-12' },
    }),
  ],
  [
    'MONTHS_EXCEEDED',
    (log) => {
      log.change(log.find('AwardOpened', 'award-C3'), (data) => (data['monthsAwarded'] = 1));
      return log.find('LineDue', 'award-C3 {"lineId":"2026-11"');
    },
  ],
  ['MONTH_NUMBER_DIFFERS', changed('LineDue', 'award-C2', (data) => (data['no'] = 2))],
  ['AMOUNT_NEGATIVE', changed('LineDue', 'award-C2', (data) => (data['amountFen'] = '-1'))],
  ['AMOUNT_DIFFERS', changed('PaymentInstructed', 'award-C2', (data) => (data['amountFen'] = '1'))],
  ['AMOUNT_DIFFERS', changed('PaymentBooked', 'award-C3', (data) => (data['amountFen'] = '1'))],
  ['AMOUNT_DIFFERS', changed('LineWithdrawn', 'award-C1', (data) => (data['amountFen'] = '1'))],
  [
    'ACCOUNT_NOT_CURRENT',
    changed('PaymentInstructed', 'account-2b', (data) => (data['accountRef'] = 'account-2')),
  ],
  [
    'INSTRUCTED_TWICE',
    (log) => {
      const { data } = log.find('PaymentInstructed', 'I-2026-10-2');
      const second = { ...(JSON.parse(data) as Data) };
      const failed = log.find('PaymentFailed', 'I-2026-10-2');
      return log.insertAfter(failed, 'PaymentInstructed', failed.stream, second);
    },
  ],
  [
    'PAYMENT_NOT_INSTRUCTED',
    behind(['PaymentInstructed', 'award-C1'], 'PaymentBooked', {
      ...{ instructionId: 'I-never', amountFen: fen, ...bank },
    }),
  ],
  ['PAYMENT_ANSWERED_TWICE', again('PaymentBooked', 'award-C1', (data) => (data['lineNo'] = 8))],
  ['RETURN_WITHOUT_PAYMENT', again('PaymentReturned', 'award-C3')],
  [
    'POSTED_WITHOUT_DOCUMENT',
    changed('LineDue', 'award-C1', (data) => (data['documentId'] = 'R-none')),
  ],
  ['DOCUMENT_ADMITTED_TWICE', again('DocumentAdmitted', 'R-2026-10')],
  ['DISCHARGED_NOT_ADMITTED', again('DocumentDischarged', 'R-2026-10')],
  [
    'DOCUMENT_SHEET_DIFFERS',
    (log) => {
      log.drop(log.find('PaymentBooked', 'award-C1'));
      return log.find('DocumentDischarged', 'Q-2026-10');
    },
  ],
  [
    'FUNDS_EXCEEDED',
    (log) => {
      log.change(log.find('AllotmentReceived'), (data) => (data['amountFen'] = '700000'));
      return log.find('DocumentAdmitted', 'B-2026-10');
    },
  ],
  [
    'BOOKED_AFTER_CUT',
    behind(['MonthCut', '2026-10'], 'DocumentAdmitted', {
      ...{ month: '2026-10', documentId: 'late', kind: 'receipt', sha256: '', root: '', lines: 0 },
      ...{ sheet: {}, reservedFen: '0' },
    }),
  ],
  [
    'CUT_WITH_OPEN_DOCUMENT',
    (log) => {
      log.drop(log.find('DocumentDischarged', 'B-2026-10'));
      return log.find('MonthCut', '2026-10');
    },
  ],
  ['CUT_SHEET_DIFFERS', changed('MonthCut', '2026-11', (data) => (data['sheet'] = {}))],
  ['CUT_SHEET_DIFFERS', changed('MonthClosed', '2026-11', (data) => (data['sheet'] = {}))],
  ['CARRY_OVER_DIFFERS', changed('OpeningBrought', '"close"', (data) => (data['sheet'] = {}))],
  [
    'RECEIPTS_DIFFER',
    changed('MonthClosed', '2026-10', (data) => {
      const { receipts } = data['close'] as { receipts: Data };
      receipts['paidLines'] = 3;
    }),
  ],
];

function unreadable(event: RawEvent): [RawEvent, RawEvent] {
  return [event, { ...event, data: event.data.slice(1) }];
}

describe('the auditor’s ledger', () => {
  it.each(rules)('finds %s where it was broken', async (code, broken) => {
    const { event, first } = await firstOf(broken);
    expect(first).toMatchObject({ code, position: event.position });
  });

  it('names a position and both languages, and no person', async () => {
    const { first } = await firstOf(again('PaymentBooked', 'award-C1'));
    expect(first?.zh).toBe('支付指令已有结果，不应再次入账');
    expect(first?.en).toBe('The instruction was answered before');
    expect(JSON.stringify(first?.facts)).not.toContain('P1');
  });

  it('says of one award only what broke first', async () => {
    const { findings } = await firstOf(again('PaymentBooked', 'award-C1'));
    expect(findings).toHaveLength(1);
  });

  it('breaks the identity when a due line is missing', async () => {
    const log = twoMonths();
    log.drop(log.find('LineDue', 'award-C3 {"lineId":"2026-11"'));
    const { findings } = await verifyMoney(log.sources().events());
    const cut = log.find('MonthCut', '2026-11').position;
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'IDENTITY_BROKEN', position: cut }),
    );
  });

  it('counts the months for itself', async () => {
    const { sheets } = await verifyMoney(twoMonths().sources().events());
    const november = sheets.find(({ month }) => month === '2026-11')?.items['benefit'];
    const months = (count: number) => {
      return { lines: count, personMonths: count, amountFen: BigInt(count) * monthlyFen };
    };
    expect(november).toEqual({
      ...{ opening: months(1), due: months(3), returned: months(1), increases: { ...none } },
      ...{ decreases: months(1), paid: months(2), cancelled: { ...none }, closing: months(2) },
    });
  });
});

const none = { lines: 0, personMonths: 0, amountFen: 0n };
