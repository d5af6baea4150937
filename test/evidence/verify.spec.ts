import { describe, expect, it } from '@jest/globals';
import { verify } from '#evidence/audit/verify.js';
import type { LogBuilder } from './log-builder.js';
import { twoMonths } from './two-months.js';

/** What the whole verification finds, as `CODE@position`, so that a test names both at once. */
async function found(log: LogBuilder): Promise<readonly string[]> {
  const { findings } = await verify(log.sources());
  return findings.map(({ code, position }) => `${code}@${position}`);
}

describe('verifying a history that is right', () => {
  it('finds nothing and says how much it looked at', async () => {
    const log = twoMonths();
    const { ok, found: count, findings, checked, segregation } = await verify(log.sources());
    expect([ok, count, findings, segregation.found]).toEqual([true, 0, [], []]);
    const [events, sealedRows] = [log.events.length, log.sealed.size];
    expect(checked).toEqual({ events, documents: 11, sealedRows, months: 2, cases: 19 });
  });

  it('still finds nothing while a month is only half done', async () => {
    const whole = twoMonths().events.length;
    for (let size = 0; size < whole; size += 1) {
      const log = twoMonths();
      log.events = log.events.slice(0, size);
      expect([size, await found(log)]).toEqual([size, []]);
    }
  });

  it('looks at one month when asked, and tells how far it is', async () => {
    const stages: string[] = [];
    const answer = await verify(twoMonths().sources(), {
      month: '2026-11',
      onProgress: (stage, done, total) => stages.push(`${stage} ${done}/${total ?? ''}`),
    });
    expect(answer.ok).toBe(true);
    expect(answer.checked).toMatchObject({ documents: 7, months: 1, cases: 8 });
    expect(answer.sheets.map(({ month }) => month)).toEqual(['2026-11']);
    expect(stages[0]).toBe('log 0/');
    expect(stages.slice(-2)).toEqual(['documents 7/7', 'closes 1/1']);
  });
});

describe('verifying a history that was changed by hand', () => {
  it('finds any one event that moves money when it is missing', async () => {
    const moving = /^(Line(Due|Withdrawn)|Payment|AwardOpened|AwardAccountChanged)/;
    const moved = twoMonths().events.filter(({ type }) => moving.test(type));
    expect(moved.length).toBeGreaterThan(20);
    for (const { position, type } of moved) {
      const log = twoMonths();
      log.events = log.events.filter((event) => event.position !== position);
      const { ok } = await verify(log.sources());
      expect([type, position, ok]).toEqual([type, position, false]);
    }
  });

  it('finds any one digit of any amount that moved', async () => {
    const moving = /^(Line(Due|Withdrawn)|Payment(Instructed|Booked|Returned|Failed))/;
    const moved = twoMonths().events.filter(({ type }) => moving.test(type));
    for (const { position } of moved) {
      const log = twoMonths();
      const event = log.events.find((one) => one.position === position);
      if (event === undefined) throw new Error('the histories differ');
      log.change(event, (data) => (data['amountFen'] = `${String(data['amountFen'])}0`));
      const { findings } = await verify(log.sources());
      expect(findings[0]?.position).toBe(position);
    }
  });

  it('finds a changed event, document and sealed row in one run, by position', async () => {
    const log = twoMonths();
    const person = log.find('PersonEnrolled', 'id-3');
    const roll = log.find('RollPrepared', 'R-2026-11');
    const event = log.find('PaymentBooked', 'award-C1');
    log.sealed.set('id-3', 'another');
    const { document } = JSON.parse(roll.data) as { document: string };
    log.documents.get(document)?.pop();
    log.change(event, (data) => (data['amountFen'] = '1'));
    const all = await found(log);
    const expected = [
      `SEALED_CHANGED@${person.position}`,
      `AMOUNT_DIFFERS@${event.position}`,
      `DOCUMENT_CHANGED@${roll.position}`,
    ];
    expect(all.filter((one) => expected.includes(one))).toEqual(expected);
    expect(all[0]).toBe(expected[0]);
  });

  it('says what the chain and the tree say', async () => {
    const log = twoMonths();
    const verdict = { ok: false, position: 12n, fault: 'event-altered' } as const;
    const { ok, findings } = await verify({ ...log.sources(), verifyLog: async () => verdict });
    expect(ok).toBe(false);
    const facts = { fault: 'event-altered' };
    expect(findings).toMatchObject([{ code: 'LOG_CHANGED', position: 12n, facts }]);
  });

  it('reports a breach of segregation where it happened', async () => {
    const log = twoMonths();
    const roll = log.find('RollSigned', '"review"');
    log.change(roll, (data) => ((data['hand'] as Record<string, unknown>)['person'] = 'li'));
    const { findings } = await verify(log.sources());
    const { position } = roll;
    const facts = { rule: 'SAME_PERSON', kind: 'roll' };
    expect(findings[0]).toMatchObject({ code: 'SEGREGATION_BREACH', position, facts });
  });

  it('goes on behind an event that none of it can read', async () => {
    const log = twoMonths();
    const broken = log.find('ClaimReviewed', 'claim-C2');
    log.replace(broken, { ...broken, data: '{"hand":' });
    const { checked, findings } = await verify(log.sources());
    expect(findings[0]).toMatchObject({ code: 'EVENT_UNREADABLE', position: broken.position });
    expect(checked.events).toBe(log.events.length);
  });
});
