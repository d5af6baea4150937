import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Duty } from '#domain/actor/duties.js';
import { pool } from '#test/api/server.js';
import { BadInput, code, month, persons } from '#test/bad-input/office.js';
import * as monthly from '#test/stories/month.js';
import { Terminal } from './terminal.js';

const place = [month, '--office', code];
const mine = [expect.objectContaining({ mayNotSign: null })];
const inChain = { code: 'SIGNER_ALREADY_IN_CHAIN', facts: { step: 'approve', signed: 'make' } };

/** What waits says who made it, and to whoever may not sign it, why. */
describe('an inbox', () => {
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

  async function alsoHolds(person: string, duty: Duty): Promise<void> {
    const asked = ['staff', 'propose-duty', person, duty, '--office', pool];
    await at.does('security-admin', ...asked);
    await at.does('audit-admin', 'staff', 'grant-duty', person, duty);
  }

  it('says to a roll’s maker that another person approves it', async () => {
    await at.does('payroll', 'month', 'roll', ...place);
    await alsoHolds('demo-payroll', 'approver');
    const made = '编制 made by demo-payroll';
    const { out } = await at.types('approver', 'inbox', '--office', code);
    expect(out).toContain(
      `单据 花名册 roll ${code}-${month}-1  3 笔 lines  7,236.00 元 yuan  ${made}\n`,
    );
    expect(out).not.toContain('not yours to sign');
    expect(await at.does('approver', 'inbox')).toMatchObject({ documents: mine });
    const maker = ['--duty', 'approver', 'inbox'];
    const said = await at.as('demo-payroll', ...maker);
    expect(said.out).toMatch(
      /roll .+ demo-payroll\n {2}您不能签 not yours to sign: 您已在此事项的/,
    );
    const json = await at.as('demo-payroll', '--json', ...maker);
    expect(JSON.parse(json.out)).toMatchObject({
      documents: [{ kind: 'roll', hands: [{ person: 'demo-payroll' }], mayNotSign: inChain }],
    });
    await at.does('security-admin', 'staff', 'revoke-duty', 'demo-payroll', 'approver');
  });

  it('says it to whoever proposed an account, and to whomever it concerns', async () => {
    const account = { bankCode: '102581000001', account: '6222000099555', holder: '周九' };
    const change = { changeNo: 'C-1', account };
    await bad.county.desk('intake').does('POST', '/persons/P5/account-changes', change);
    await alsoHolds('demo-intake', 'approver');
    const { out } = await at.types('approver', 'inbox', '--office', code);
    expect(out).toContain('账户变更 account of P5  编制 made by demo-intake\n');
    expect(out).not.toContain('not yours to sign');
    const inbox = await at.does('approver', 'inbox');
    const waits = { personRef: 'P5', changeNo: 'C-1', nextStep: 'approve', mayNotSign: null };
    expect(inbox).toMatchObject({ accountChanges: [waits] });
    expect(JSON.stringify(inbox['accountChanges'])).not.toMatch(/accountKey|sha256/i);
    const proposer = await at.as('demo-intake', '--json', '--duty', 'approver', 'inbox');
    expect(JSON.parse(proposer.out)).toMatchObject({ accountChanges: [{ mayNotSign: inChain }] });
    const relative = { method: 'POST', as: 'security-admin', body: { personRef: 'P5' } } as const;
    await bad.server.ask('/api/v1/actors/demo-approver/relations', relative);
    const concerned = await at.types('approver', 'inbox', '--office', code);
    expect(concerned.out).toMatch(/account of P5 .+\n {2}您不能签 .+\[SIGNER_IS_PAYEE\]\n/);
  });

  it('shows a maker what was sent back to his duty, until he made it anew', async () => {
    const reason = ['--reason', '少算一人'];
    await at.does('approver', 'month', 'return-roll', ...place, ...reason);
    const back = { sentBack: { person: 'demo-approver', duty: 'approver', reason: '少算一人' } };
    const waits = { step: 'make', documents: [{ kind: 'roll', step: 'make', ...back }] };
    expect(await at.does('payroll', 'inbox')).toMatchObject({ ...waits, claims: [] });
    const { out } = await at.types('payroll', 'inbox', '--office', code);
    expect(out).toMatch(/roll 440103-2026-10-1 .+ 退回 sent back by demo-approver\n/);
    expect(out).toMatch(
      /\n {2}退回 sent back by demo-approver（审核 approver）2026-10-08：少算一人\n/,
    );
    expect(await at.does('intake', 'inbox')).toMatchObject({ step: 'make', documents: [] });
    await at.does('payroll', 'month', 'roll', ...place);
    expect(await at.does('payroll', 'inbox')).toMatchObject({ documents: [] });
  });

  it('shows it of claims and accounts too, and the account comes anew in a file', async () => {
    const account = { bankCode: '102581000001', account: '6222000099661', holder: '周九' };
    const claim = { claimNo: 'BACK-4', personRef: 'P4', office: code, filedOn: '2026-10-08' };
    await bad.county.desk('intake').does('POST', '/claims', { ...claim, account });
    const header = 'person,changedOn,bankCode,account,holder';
    const imports = async (name: string, number: string) => {
      const row = `P6,2026-10-08,102581000001,${number},周九`;
      const path = await at.file(name, `${header}\n${row}\n`);
      return at.does('intake', 'import', 'accounts', path, '--office', code);
    };

    await imports('accounts.csv', '6222000099662');
    const named = ['--only', 'BACK-4', '--reason', '材料不全'];
    await at.does('approver', 'month', 'return-claims', ...place, ...named);
    const other = ['--only', 'P6', '--reason', '账号不符'];
    await at.does('approver', 'month', 'return-accounts', ...place, ...other);
    expect(await at.does('intake', 'inbox')).toMatchObject({
      claims: [{ claimNo: 'BACK-4', sentBack: { reason: '材料不全' } }],
      accountChanges: [{ personRef: 'P6', sentBack: { reason: '账号不符' } }],
    });
    const again = await imports('accounts-2.csv', '6222000099663');
    expect(again).toMatchObject({ status: 'taken', problemCount: 0, refusedCount: 0 });
    expect(await at.does('intake', 'inbox')).toMatchObject({ accountChanges: [] });
    expect(await at.does('approver', 'inbox')).toMatchObject({
      accountChanges: expect.arrayContaining([expect.objectContaining({ personRef: 'P6' })]),
    });
  });

  it('says to whoever had any hand in a batch that another person sends it', async () => {
    for (const step of ['approve-roll', 'review-roll'] as const)
      await at.does(step === 'approve-roll' ? 'approver' : 'reviewer', 'month', step, ...place);
    await monthly.verifyAll(bad.county, month, persons);
    await monthly.plan(bad.api, pool, month, [code]);
    await at.does('payroll', 'month', 'batch', ...place);
    await at.does('approver', 'month', 'return-batch', ...place, '--reason', '行别有误');
    const back = { kind: 'batch', sentBack: { reason: '行别有误' } };
    expect(await at.does('payroll', 'inbox')).toMatchObject({ documents: [back] });
    await at.does('payroll', 'month', 'batch', ...place);
    await at.does('approver', 'month', 'approve-batch', ...place);
    const review = await at.types('reviewer', 'inbox', '--office', code);
    const made = '编制 made by demo-payroll  审核 approved by demo-approver';
    expect(review.out).toContain(`  ${made}\n`);
    await at.does('reviewer', 'month', 'review-batch', ...place);
    await at.does('cashier', 'month', 'file', ...place);
    expect(await at.does('cashier', 'inbox')).toMatchObject({ step: 'send', documents: mine });
    await alsoHolds('demo-payroll', 'cashier');
    const maker = await at.as('demo-payroll', '--duty', 'cashier', 'inbox');
    expect(maker.out).toMatch(/batch .+\n {2}您不能签 .+\[SIGNER_CASHIER_IN_BATCH\]\n/);
  });

  it('shows an accountant his plan, and nobody else', async () => {
    await at.does('accountant', 'month', 'plan', month, '--amount', `${code}=1`);
    const back = [month, '--no', '2', '--reason', '金额过小'];
    await at.does('approver', 'month', 'return-plan', ...back);
    expect(await at.does('accountant', 'inbox')).toMatchObject({
      documents: [{ kind: 'plan', id: `${pool}-${month}-2`, sentBack: { reason: '金额过小' } }],
    });
    for (const other of ['payroll', 'intake', 'reconciler'] as const) {
      const { documents } = await at.does(other, 'inbox');
      expect(documents).toEqual([]);
    }
  });
});
