import { describe, expect, it } from '@jest/globals';
import { verifyDocuments } from '#evidence/audit/documents.js';
import type { RawEvent } from '#evidence/audit/raw.js';
import type { Data, LogBuilder } from './log-builder.js';
import { twoMonths } from './two-months.js';

/** Breaks one thing and answers where it has to be found. */
type Break = (log: LogBuilder) => RawEvent;

function changed(type: string, has: string, change: (data: Data) => void): Break {
  return (log) => log.change(log.find(type, has), change);
}

function rollOf(log: LogBuilder): string {
  return (JSON.parse(log.find('RollPrepared').data) as { document: string }).document;
}

/** A document whose lines are others, with every event that names it changed to fit. */
function rewritten(log: LogBuilder, change: (lines: Data[]) => Data[]): void {
  const before = rollOf(log);
  const lines = (log.documents.get(before) ?? []).map((line) => JSON.parse(line) as Data);
  const { sha256, root, lines: count } = log.put(change(lines));
  for (const event of log.events) {
    if (!event.stream.includes('2026-10')) continue;
    log.change(event, (data) => {
      if (data['document'] === before) data['document'] = sha256;
      if (data['sha256'] === before) Object.assign(data, { sha256, root, lines: count });
      const seen = data['seen'] as Data | undefined;
      if (event.stream.startsWith('roll-') && seen !== undefined) {
        Object.assign(seen, { root, lines: count });
      }
    });
  }
}

const rules: readonly (readonly [code: string, broken: Break])[] = [
  [
    'DOCUMENT_MISSING',
    (log) => {
      log.documents.delete(rollOf(log));
      return log.find('RollPrepared');
    },
  ],
  [
    'DOCUMENT_CHANGED',
    (log) => {
      const lines = log.documents.get(rollOf(log)) ?? [];
      lines[1] = (lines[1] ?? '').replace('241200', '241201');
      return log.find('RollPrepared');
    },
  ],
  [
    'DOCUMENT_ROOT_DIFFERS',
    changed('DocumentAdmitted', 'B-2026-10', (data) => (data['root'] = 'another')),
  ],
  ['DOCUMENT_ROOT_DIFFERS', changed('DocumentAdmitted', 'Q-2026', (data) => (data['lines'] = 9))],
  [
    'DOCUMENT_ROOT_DIFFERS',
    (log) => {
      for (const event of log.events) {
        if (!event.stream.startsWith('roll-R-2026-10')) continue;
        log.change(event, (data) => {
          const seen = data['seen'] as Data | undefined;
          if (seen !== undefined) seen['amountFen'] = '1';
        });
      }
      return log.find('RollPrepared');
    },
  ],
  [
    'SEEN_DIFFERS',
    changed('RollSigned', '"review"', (data) => ((data['seen'] as Data)['root'] = 'another')),
  ],
  [
    'SEEN_DIFFERS',
    changed('BatchSigned', '"approve"', (data) => ((data['seen'] as Data)['lines'] = 9)),
  ],
  ['LINE_NOT_IN_DOCUMENT', changed('LineDue', 'award-C2', (data) => (data['amountFen'] = '9'))],
  [
    'LINE_NOT_IN_DOCUMENT',
    changed('PaymentInstructed', 'award-C2', (data) => (data['accountRef'] = 'account-1')),
  ],
  [
    'LINE_NOT_IN_DOCUMENT',
    changed('PaymentBooked', 'award-C3', (data) => (data['valueDate'] = '2026-10-22')),
  ],
  ['LINE_NOT_IN_DOCUMENT', changed('PaymentReturned', 'award-C3', (data) => (data['lineNo'] = 4))],
  [
    'LINES_NOT_POSTED',
    (log) => {
      log.drop(log.find('PaymentFailed'));
      return log.find('DocumentDischarged', 'Q-2026-10-paid');
    },
  ],
  [
    'LINES_NOT_POSTED',
    (log) => {
      log.drop(log.find('PaymentInstructed', 'I-2026-10-1'));
      return log.find('BatchInstructed', 'B-2026-10');
    },
  ],
  [
    'LINES_NOT_POSTED',
    (log) => {
      rewritten(log, (lines) => [...lines, { ...lines[0], award: 'C4' }]);
      for (const event of log.events) {
        if (event.type !== 'RollPrepared' && event.type !== 'RollSigned') continue;
        log.change(event, (data) => {
          const seen = data['seen'] as Data;
          seen['amountFen'] = String(241_200 * Number(seen['lines']));
        });
      }
      return log.find('DocumentDischarged', 'R-2026-10');
    },
  ],
];

describe('the documents of a log', () => {
  it('are all there and all right', async () => {
    const { findings, checked } = await verifyDocuments(twoMonths().sources());
    expect(findings).toEqual([]);
    expect(checked).toBe(11);
  });

  it.each(rules)('give %s where they were broken', async (code, broken) => {
    const log = twoMonths();
    const { position } = broken(log);
    const { findings } = await verifyDocuments(log.sources());
    expect(findings.find((one) => one.code === code)).toMatchObject({ code, position });
  });

  it('may hold lines that an award refused, by the names that the discharge gives', async () => {
    const log = twoMonths();
    log.drop(log.find('PaymentFailed'));
    log.change(log.find('DocumentDischarged', 'Q-2026-10-paid'), (data) => {
      data['refusedKeys'] = ['2'];
    });
    expect((await verifyDocuments(log.sources())).findings).toEqual([]);
  });

  it('may hold instructions that an award refused, by their numbers', async () => {
    const log = twoMonths();
    log.drop(log.find('PaymentInstructed', 'I-2026-10-1'));
    log.change(log.find('BatchInstructed', 'B-2026-10'), (data) => {
      data['refused'] = ['I-2026-10-1'];
    });
    const codes = (await verifyDocuments(log.sources())).findings.map(({ code }) => code);
    expect(codes).not.toContain('LINES_NOT_POSTED');
  });

  it('are read for one month when asked', async () => {
    const { checked } = await verifyDocuments(twoMonths().sources(), '2026-10');
    expect(checked).toBe(4);
  });

  it('are found changed whichever byte of whichever line is another', async () => {
    const documents = [...twoMonths().documents.keys()];
    for (const sha256 of documents) {
      const log = twoMonths();
      const lines = log.documents.get(sha256) ?? [];
      const last = lines.length - 1;
      lines[last] = `${lines[last]} `;
      const { findings } = await verifyDocuments(log.sources());
      expect(findings.map(({ code }) => code)).toEqual(['DOCUMENT_CHANGED']);
      expect(findings[0]?.facts['document']).toBe(sha256);
    }
  });
});
