import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '#apps/cli/client.js';
import { pool } from '#test/api/server.js';
import { BadInput, code, month, persons } from '#test/bad-input/office.js';
import * as monthly from '#test/stories/month.js';
import { Terminal } from './terminal.js';

const place = [month, '--office', code];
const later = '2026-11';

/** What is signed by everybody and does not go on: a clerk must see what it waits for. */
describe('a document that is signed and waits', () => {
  let bad: BadInput;
  let at: Terminal;

  beforeAll(async () => {
    bad = await BadInput.open();
    at = await Terminal.open(bad.server.url);
  }, 120_000);

  afterAll(async () => {
    await at.close();
    await bad.server.close();
  });

  it('is shown before it is signed, and its hands after', async () => {
    await at.does('payroll', 'month', 'roll', ...place);
    const shown = await at.types('auditor', 'month', 'show-roll', ...place);
    const [, root = ''] = /根 root (\S{12})\n/.exec(shown.out) ?? [];
    expect(shown.out).toMatch(
      /3 笔 lines {2}3 人次 person-months {2}7,236\.00 元 yuan（723600 分 fen）/,
    );
    const other = [...place, '--root', `${root.slice(1)}x`];
    const refused = await at.types('approver', 'month', 'approve-roll', ...other);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('SEEN_CHANGED') });
    const signed = await at.types('approver', 'month', 'approve-roll', ...place, '--root', root);
    expect(signed).toMatchObject({ code: 0, err: '' });
    const lines = signed.out.split('\n');
    expect(lines[0]).toBe(
      `花名册 roll ${code}-${month}-1  机构 office ${code}  月份 month ${month}`,
    );
    expect(lines[2]).toBe(`  根 root ${root}`);
    expect(lines[3]).toBe('  已签 hands so far: 编制 made by demo-payroll');
    const hands = '编制 made by demo-payroll  审核 approved by demo-approver';
    expect(lines[5]).toBe(`  签字后 hands now: ${hands}`);
    expect(signed.out).toMatch(/机构 office 440103\n {2}办理人 acting demo-approver .+approver/);
    const reviewed = await at.does('reviewer', 'month', 'review-roll', ...place);
    expect(reviewed).toMatchObject({
      signed: { kind: 'roll', lines: 3, personMonths: 3, amountFen: 723_600 },
      hands: [{ step: 'make' }, { step: 'approve' }, { step: 'review', person: 'demo-reviewer' }],
      waitsFor: null,
      actor: { login: 'demo-reviewer', person: 'demo-reviewer', office: pool },
    });
  });

  it('says that a roll waits for its month to be opened', async () => {
    const early = [later, '--office', code];
    await at.does('payroll', 'month', 'roll', ...early);
    await at.does('approver', 'month', 'approve-roll', ...early);
    const reviewed = await at.types('reviewer', 'month', 'review-roll', ...early);
    expect(reviewed).toMatchObject({ code: 0, err: '' });
    expect(reviewed.out).toMatch(
      /在等 waits: 该月份没有开启.* · The month is not open .*\[MONTH_NOT_OPEN\]/,
    );
    const { body } = await bad.server.ask(`/api/v1/rolls/${code}-${later}-1`, { as: 'auditor' });
    expect(body).toMatchObject({
      waitsFor: { code: 'MONTH_NOT_OPEN', zh: { advice: expect.stringMatching(/开启/) } },
    });
    expect(await at.types('auditor', 'month', 'status', ...early)).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('MONTH_UNKNOWN') },
    });
  });

  it('says what a batch lacks: needed, available and missing', async () => {
    await monthly.verifyAll(bad.county, month, persons);
    await at.does('payroll', 'month', 'batch', ...place);
    await at.does('approver', 'month', 'approve-batch', ...place);
    const reviewed = await at.does('reviewer', 'month', 'review-batch', ...place);
    const facts = { neededFen: '723600', availableFen: '0', missingFen: '723600' };
    expect(reviewed).toMatchObject({ waitsFor: { code: 'AWAITING_FUNDS', facts } });
    for (const step of ['file', 'send']) {
      const early = await at.types('cashier', 'month', step, ...place, '--json');
      expect(early.code).toBe(1);
      expect(JSON.parse(early.out)).toMatchObject({ error: { code: 'AWAITING_FUNDS', facts } });
    }
  });

  it('stands in the inbox, and beside where the month stands', async () => {
    for (const duty of ['cashier', 'accountant', 'approver'] as const) {
      const { out } = await at.types(duty, 'inbox', '--office', code);
      expect(out).toMatch(
        /签完在等 signed, waits: 批次 batch 440103-2026-10-1 {2}7,236\.00 元 yuan/,
      );
      expect(out).toMatch(
        /可用拨款不足（.*还缺：7236\.00 元） · .*missing: 7236\.00 yuan.*\[AWAITING_FUNDS\]/,
      );
    }
    const inbox = await at.does('accountant', 'inbox');
    expect(inbox).toMatchObject({ step: 'make', documents: [], heldUp: expect.any(Array) });
    expect(inbox['heldUp']).toHaveLength(2);
    const status = await at.types('auditor', 'month', 'status', ...place);
    expect(status.out).toMatch(/签完在等 signed, and waits:\n {2}440103-2026-10-1\n {2}在等 waits/);
  });

  it('goes on by itself once the money is there, to the bank and back', async () => {
    await monthly.plan(bad.api, pool, month, [code]);
    await at.does('cashier', 'month', 'file', ...place);
    await at.does('cashier', 'month', 'send', ...place);
    const awaited = await at.types('accountant', 'receipts', ...place);
    expect(awaited.out).toMatch(/没有回盘入账 · no receipt is booked\n/);
    expect(awaited.out).toMatch(/440103-2026-10-1 +\S+ +3 +7,236\.00 +3/);
    const { rows } = await at.does('payroll', 'month', 'lines', ...place);
    expect(rows as readonly Json[]).toHaveLength(3);
    const { outgoing } = bad.server.deps.app.bank;
    const [file] = await monthly.bankAnswers(
      outgoing,
      bad.county,
      `${code}-${month}-1`,
      () => ({}),
    );
    const path = await at.file(file?.name ?? '', file?.bytes ?? '');
    const wrong = await at.types('accountant', 'receipt', path, '--month', month);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(
      /属于另一个经办机构（.*机构：440103；所办机构：440100.*） · .*office: 440103; asked: 440100/,
    );
    expect(wrong.err).toContain('[RECEIPT_OTHER_OFFICE]');
    const inIt = ['--office', code, '--month', month];
    const booked = await at.types('accountant', 'receipt', path, ...inIt);
    expect(booked.out).toMatch(
      /^实发 paid 3 笔 lines {2}发放失败 failed 0 .+\n.+ office 440103\n.+ acting demo-accountant/,
    );
    const listed = await at.does('accountant', 'receipts', ...place);
    expect(listed).toMatchObject({ receipts: [{ paid: 3 }], awaited: [] });
  });

  it('is sent back with a reason', async () => {
    const supplement = [month, '--office', code, '--no', '2'];
    const none = await at.types('approver', 'month', 'return-roll', ...supplement);
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('needs --reason') });
    const reason = [...supplement, '--reason', '重编'];
    expect(await at.types('approver', 'month', 'return-roll', ...reason)).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('ROLL_UNKNOWN') },
    });
    const claim = { claimNo: 'BACK-1', personRef: 'P4', office: code, filedOn: '2026-10-08' };
    const account = { bankCode: '102581000001', account: '6222000099001', holder: '周九' };
    await bad.county.desk('intake').does('POST', '/claims', { ...claim, account });
    const both = ['--only', 'BACK-1', '--only', 'BACK-2', '--reason', '材料不全'];
    const back = await at.types('approver', 'month', 'return-claims', ...place, ...both);
    expect(back.code).toBe(1);
    expect(back.out).toMatch(
      /^✓ BACK-1 {2}材料不全\n✗ BACK-2 .+\[CLAIM_UNKNOWN\]\n {2}\[CLAIM_UNKNOWN\] 请.+ · .+\n/,
    );
    await bad.server.settled();
    const { body } = await bad.server.ask('/api/v1/claims/BACK-1', { as: 'auditor' });
    expect(body).toMatchObject({ returned: true });
  });

  it('is an account of two people, which two others let pass', async () => {
    const shared = ['6222000099777', '周九'];
    for (const person of ['P5', 'P6']) {
      const account = { bankCode: '102581000001', account: shared[0], holder: shared[1] };
      const claim = { claimNo: `TWO-${person}`, personRef: person, office: code, account };
      await bad.county.desk('intake').does('POST', '/claims', { ...claim, filedOn: '2026-10-08' });
    }
    const none = await at.types('intake', 'month', 'shared-accounts', ...place);
    expect(none.out).toMatch(
      /^没有共用账户待复核 · no shared account waits\n {2}机构 office 440103\n$/,
    );
    const key = ['--only', 'f'.repeat(64), '--reason', '夫妻'];
    const unknown = await at.types('intake', 'month', 'propose-sharing', ...place, ...key);
    expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('NOT_WAITING') });
  });

  it('names the office in a refusal when nobody did', async () => {
    const none = await at.types('payroll', 'month', 'roll', '2026-12');
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/\n机构 office 440100（未指明 --office.+the pool）\n$/);
    const named = await at.types('payroll', 'month', 'roll', '2026-12', '--office', pool);
    expect(named.err).not.toMatch(/--office/);
  });

  it('is a row that is parked, which is listed', async () => {
    const rows = [
      'number,creditCode,name,office,enrolledOn',
      `U9,91440103JG7LCMK1X7,单位,${code},2020-02-31`,
      '',
    ];
    const path = await at.file('odd.csv', rows.join('\n'));
    await at.does('intake', 'import', 'employers', path, '--park', '--office', code);
    const listed = await at.types('auditor', 'parked', '--office', code);
    expect(listed.out).toMatch(
      /employers +odd\.csv +2 +enrolledOn +日期不正确 · This is not a day .+ \[day-invalid\]\n/,
    );
  });
});
