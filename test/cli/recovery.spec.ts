import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { derivedId } from '#application/ids.js';
import { stored } from '#application/stored.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardStream } from '#domain/award/award.js';
import { day, month } from '#domain/values/calendar.js';
import { bankLine, bringAward, dueCommand, instructCommand } from '#test/domain/award-samples.js';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { signer } from '#test/signers.js';
import { Terminal } from './terminal.js';

const { awardNo, personRef } = bringAward;

describe('money that was paid in excess, on the command line', () => {
  let server: TestServer;
  let at: Terminal;

  beforeAll(async () => {
    server = await openTestServer();
    at = await Terminal.open(server.url);
    const { app } = server.deps;
    const paid: readonly AwardCommand[] = [
      { ...bringAward, office: pool, nextMonth: month('2026-10') },
      dueCommand('2026-10'),
      instructCommand('I-1', ['2026-10']),
      { type: 'BookPayment', ...bankLine('I-1', 1) },
    ];
    for (const [no, command] of paid.entries()) {
      const context = contextOf(signer('li'), derivedId('paid', no), day('2026-09-01'));
      await app.transact.run(stored.award, awardStream(awardNo), command, context);
    }
    await at.does('system-admin', 'business-day', '2026-11-05');
    await app.settled(await app.store.head());
  }, 120_000);

  afterAll(async () => {
    await at.close();
    await server.close();
  });

  const open = (amount: string) => [
    ...['recovery', 'open', 'R-1', awardNo, '--month', '2026-10'],
    ...['--amount', amount, '--reason', '十月已就业'],
  ];

  it('is asked back, sent back, and asked back again', async () => {
    expect((await at.types('auditor', 'recovery', 'list')).out).toMatch(
      /^没有追回 · no recovery\n/,
    );
    expect(await at.types('payroll', ...open('lots'))).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('in yuan') },
    });
    const own = await at.types('approver', ...open('2412.00'));
    expect(own).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
    const asked = await at.types('payroll', ...open('2412.00'));
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toMatch(/^✓ 提出追回 asked back R-1\n {2}办理人 acting demo-payroll/);
    await at.does('approver', 'recovery', 'return', 'R-1', '--reason', '只有一半');
    const returned = await at.types('auditor', 'recovery', 'list', '--office', pool);
    expect(returned.out).toMatch(/R-1 +440100 +\S+ +2026-10 +2,412\.00 +0\.00 +已退回 sent back\n/);
    const sentBack = '编制 made by demo-payroll  退回 sent back by demo-approver';
    const shown = await at.types('auditor', 'recovery', 'show', 'R-1');
    expect(shown.out).toContain(`  已签 hands so far: ${sentBack}\n`);
    await at.does('payroll', ...open('1206.00'));
    const again = await at.types('auditor', 'recovery', 'show', 'R-1');
    expect(again.out).toContain(`: ${sentBack}  编制 made by demo-payroll\n`);
  });

  it('stands in the inbox of who signs next, and says who made it', async () => {
    const { out } = await at.types('approver', 'inbox');
    const made = '编制 made by demo-payroll  退回 sent back by demo-approver';
    expect(out).toContain(
      `追回 recovery R-1  待遇 award ${awardNo}  2026-10  1,206.00 元 yuan  ${made}  编制 made`,
    );
    expect(out).not.toContain('not yours to sign');
    expect((await at.types('reviewer', 'inbox')).out).toMatch(/^没有待办 · nothing waits\n/);
    const inbox = await at.does('approver', 'inbox');
    expect(inbox).toMatchObject({
      step: 'approve',
      recoveries: [{ recoveryNo: 'R-1', nextStep: 'approve', mayNotSign: null }],
    });
  });

  it('says to whoever has a hand in it, or is concerned, why he may not sign it', async () => {
    for (const [person, duty] of [
      ['demo-payroll', 'approver'],
      ['demo-intake', 'approver'],
    ] as const) {
      await at.does('security-admin', 'staff', 'propose-duty', person, duty, '--office', pool);
      await at.does('audit-admin', 'staff', 'grant-duty', person, duty);
    }
    const relative = { method: 'POST', as: 'security-admin', body: { personRef } } as const;
    await server.ask('/api/v1/actors/demo-intake/relations', relative);
    const maker = await at.as('demo-payroll', '--duty', 'approver', 'inbox');
    expect(maker.out).toMatch(/recovery R-1 .+\n {2}您不能签 not yours to sign: 您已在此事项的/);
    expect(maker.out).toMatch(/signed: make.*\[SIGNER_ALREADY_IN_CHAIN\]\n {4}请由另一个人签署/);
    const concerned = await at.as('demo-intake', '--duty', 'approver', 'inbox');
    expect(concerned.out).toMatch(/您不能签 .+ the one concerned \[SIGNER_IS_PAYEE\]\n {4}请回避/);
  });

  it('is shown to each who signs it, and owed after the third', async () => {
    const early = ['recovery', 'repay', 'R-1', 'H-1', '--amount', '6.00'];
    expect((await at.types('accountant', ...early)).err).toContain('STEP_OUT_OF_ORDER');
    const approved = await at.types('approver', 'recovery', 'approve', 'R-1');
    expect(approved.out).toMatch(/^追回 recovery R-1 {2}待遇 award \S+ {2}待签 to be signed\n/);
    expect(approved.out).toMatch(/应还 asked 1,206\.00 元 yuan .+\n {2}事由 cause: 十月已就业\n/);
    expect(approved.out).toMatch(/\n✓ 已审核 approved R-1\n/);
    await at.does('reviewer', 'recovery', 'review', 'R-1');
    const shown = await at.does('auditor', 'recovery', 'show', 'R-1');
    expect(shown).toMatchObject({ status: 'confirmed', outstandingYuan: '1206.00' });
  });

  it('comes back in parts, each by its receipt', async () => {
    await at.does('accountant', 'recovery', 'repay', 'R-1', 'H-1', '--amount', '6.00');
    const rest = ['--amount', '1200', '--on', '2026-11-04'];
    await at.does('accountant', 'recovery', 'repay', 'R-1', 'H-2', ...rest);
    const { rows } = await at.does('auditor', 'recovery', 'list');
    expect(rows).toMatchObject([
      { recoveryNo: 'R-1', status: 'settled', repaidFen: 120_600, nextStep: null },
    ]);
    const text = await at.types('auditor', 'recovery', 'show', 'R-1');
    expect(text.out).toMatch(
      /已结清 settled\n(.+\n)+ {2}已签 hands so far: 编制 made by demo-payroll/,
    );
    expect(text.out).toMatch(/ {2}还款 repaid 2026-11-05 {2}6\.00 元 yuan {2}回单 receipt H-1\n/);
    expect(text.out).toMatch(/ {2}还款 repaid 2026-11-04 {2}1,200\.00 元 yuan .+ receipt H-2\n/);
    expect((await at.types('system-admin', 'recovery', 'list')).err).toContain('DUTY_MISSING');
  });
});
