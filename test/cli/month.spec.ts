import { mkdir, readFile, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerBatch } from '#apps/cli/bank/bank.js';
import { cityFiles } from '#apps/cli/city/generate.js';
import type { Json } from '#apps/cli/client.js';
import { verifyClose } from '#application/verify.js';
import { month as monthOf } from '#domain/values/calendar.js';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { employ } from '#test/stories/county.js';
import { Api } from '#test/stories/desk.js';
import { Terminal } from './terminal.js';

const month = '2026-09';
const offices = ['440103', '440106'];
const [office = ''] = offices;
const hands = ['approver', 'reviewer'] as const;

/** A tiny city's month, typed line by line: every step as the person who may take it. */
describe('a month on the command line', () => {
  let server: TestServer;
  let at: Terminal;
  const files = new Map<string, Uint8Array>(
    cityFiles({ persons: 50, months: 1, seed: 3, jurisdiction: pool }),
  );

  beforeAll(async () => {
    server = await openTestServer();
    at = await Terminal.open(server.url);
    for (const code of offices) {
      const names = ['--zh', `${code}区`, '--en', `District ${code}`];
      await at.does('system-admin', 'open-office', code, ...names);
    }
    await server.settled();
    const { outgoing, incoming } = bank();
    await mkdir(outgoing, { recursive: true });
    await mkdir(incoming, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await at.close();
    await server.close();
  });

  function bank(): Readonly<{ outgoing: string; incoming: string }> {
    const { outgoing } = server.deps.app.bank;
    return { outgoing, incoming: join(outgoing, '..', 'in') };
  }

  async function on(day: string): Promise<void> {
    await at.does('system-admin', 'business-day', day);
  }

  async function takes(kind: string, name = `${kind}-${month}.csv`): Promise<Json> {
    const path = await at.file(name, files.get(name) ?? '');
    const report = await at.does('intake', 'import', kind, path, '--park');
    await server.settled();
    return report;
  }

  it('opens each office, and takes the registers over under three signatures', async () => {
    await on(`${month}-01`);
    for (const code of offices)
      await at.does('reconciler', 'month', 'open', month, '--office', code);
    for (const kind of ['employers', 'persons', 'history', 'opening'])
      await takes(kind, `${kind}.csv`);
    const approved = await at.types('approver', 'month', 'approve-opening', month, '--all');
    expect(approved).toMatchObject({ code: 0, err: '' });
    expect(approved.out).toMatch(/^○ 440103-2026-09-\S+ {2}\d+ 笔 lines/m);
    expect(approved.out).toMatch(/approve-opening: 2 ✓ {2}0 ✗\n$/);
    const reviewed = await at.does('reviewer', 'month', 'review-opening', month, '--all');
    expect(reviewed).toMatchObject({ step: 'review-opening', refused: [] });
    expect(reviewed['done']).toHaveLength(2);
    await takes('opening-unpaid', 'opening-unpaid.csv');
    await at.does('approver', 'month', 'approve-opening', month, '--all');
    await at.does('reviewer', 'month', 'review-opening', month, '--all');
    expect(await at.does('approver', 'month', 'approve-opening', month, '--all')).toMatchObject({
      done: [],
    });
    const nothing = await at.types('approver', 'month', 'approve-opening', month, '--all');
    expect(nothing.out).toMatch(/approve-opening: 没有待办，.+ · nothing waited, .+\n$/);
  });

  it('signs the changes of account, showing both accounts masked', async () => {
    await on(`${month}-03`);
    await takes('accounts');
    const { done } = await at.does('approver', 'month', 'approve-accounts', month, '--all');
    const [first] = done as readonly Json[];
    expect(first).toMatchObject({ id: expect.stringMatching(/^P/), after: expect.anything() });
    expect(JSON.stringify(first)).not.toMatch(/\d{13}/);
    const words = await at.types('reviewer', 'month', 'review-accounts', month, '--all');
    expect(words.out).toMatch(/^○ P\d+ {2}.+→.+\*/m);
    expect(words.code).toBe(0);
  });

  it('opens the verification and signs its proposals', async () => {
    await at.does('payroll', 'month', 'open-window', month, '--office', office);
    await takes('registrations');
    await on(`${month}-05`);
    await takes('extracts');
    const { done } = await at.does('approver', 'month', 'approve-proposals', month, '--all');
    expect((done as readonly Json[])[0]).toMatchObject({
      ...{ awardNo: expect.any(String), effect: expect.any(String) },
      clause: expect.stringContaining('条'),
    });
    const reviewed = await at.types('reviewer', 'month', 'review-proposals', month, '--all');
    expect(reviewed.out).toMatch(/停发 stop，自 from 2026-\d\d {2}\S+ [a-z-]+ 2026-/);
    expect(reviewed.out).toMatch(/review-proposals: [1-9]\d* ✓ {2}0 ✗/);
  });

  it('decides claims one by one: one that is named, then the rest, none twice', async () => {
    await on(`${month}-14`);
    await takes('claims');
    const all = await server.ask('/api/v1/claims?status=accepted', { as: 'auditor' });
    const waiting = (all.body['rows'] as readonly Json[]).map(({ claimNo }) => String(claimNo));
    const [first = '', second = ''] = waiting;
    const early = await at.does('approver', 'month', 'approve-claims', '2026-08', '--all');
    expect(early).toMatchObject({ done: [], refused: [] });
    const shown = await at.types('approver', 'month', 'approve-claims', month);
    expect(shown).toMatchObject({ code: 1, out: expect.stringContaining(`○ ${first}  `) });
    expect(shown.out).toMatch(/还没有签字：.+ wait and none is signed: add --all, or --only/);
    const one = await at.types('approver', 'month', 'approve-claims', month, '--only', first);
    expect(one.out).toMatch(
      /核定 grant {2}\d+ 个月 months × \S+ 元 yuan|不予核定 reject {2}\S+ [a-z]/,
    );
    expect(one).toMatchObject({ code: 0, out: expect.stringContaining(`✓ ${first}`) });
    const named = ['--only', first, '--only', second];
    const again = await at.types('approver', 'month', 'approve-claims', month, ...named, '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out)).toMatchObject({
      done: [{ id: second, outcome: expect.any(String), law: expect.any(Array) }],
      refused: [{ id: first, code: 'NOT_WAITING' }],
    });
    const rest = await at.does('approver', 'month', 'approve-claims', month, '--all');
    expect(rest['done']).toHaveLength(waiting.length - 2);
    const reviewed = await at.does('reviewer', 'month', 'review-claims', month, '--all');
    expect(reviewed['done']).toHaveLength(waiting.length);
    expect(reviewed['done']).toContainEqual(expect.objectContaining({ outcome: 'grant' }));
  });

  it('lists nothing to whoever has not the duty', async () => {
    const wrong = await at.types('payroll', 'month', 'approve-claims', month, '--json');
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out)).toMatchObject({ error: { code: 'DUTY_MISSING' } });
  });

  it('signs the roll by three people, and refuses one of them a second hand', async () => {
    const both = 'approver-and-reviewer';
    await employ(new Api(server.url), { actorId: both, office: pool, no: 77 }, hands);
    await at.signsIn(server.url, both, 'a-lamp-by-the-river-2026');
    for (const code of offices) {
      const place = [month, '--office', code];
      await at.does('payroll', 'month', 'roll', ...place);
      expect(await at.as(both, 'month', 'approve-roll', ...place)).toMatchObject({ code: 0 });
      const wrong = await at.types('approver', 'month', 'review-roll', ...place);
      expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
      const twice = await at.as(both, 'month', 'review-roll', ...place);
      expect(twice).toMatchObject({
        code: 1,
        err: expect.stringContaining('SIGNER_ALREADY_IN_CHAIN'),
      });
      await at.does('reviewer', 'month', 'review-roll', ...place);
    }
    await on(`${month}-21`);
    await takes('sign-ins');
    for (const code of offices) await at.does('payroll', 'month', 'judge', month, '--office', code);
  });

  it('plans what the offices lack, once, or what was typed', async () => {
    const { planId, allotments } = await at.does('accountant', 'month', 'plan', month);
    expect(planId).toBe(`${pool}-${month}-1`);
    expect((allotments as readonly Json[]).map((one) => one['office'])).toEqual(offices);
    const repeated = await at.types('accountant', 'month', 'plan', month);
    expect(repeated).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${planId}\n  440103`),
    });
    await at.does('approver', 'month', 'approve-plan', month);
    await at.does('reviewer', 'month', 'review-plan', month);
    const enough = await at.types('accountant', 'month', 'plan', month);
    expect(enough.out).toMatch(/no plan is needed/);
    const typed = ['--amount', `${office}=12.50`, '--amount', '440106=1'];
    const more = await at.does('accountant', 'month', 'plan', month, ...typed);
    expect(more).toMatchObject({
      planId: `${pool}-${month}-2`,
      allotments: [{ office, amountFen: 1_250 }, { amountFen: 100 }],
    });
    await at.does('approver', 'month', 'approve-plan', month, '--no', '2');
    expect(await at.types('accountant', 'month', 'review-plan', month, '--no', '2')).toMatchObject({
      code: 1,
    });
  });

  it('stops a line by two people before the batch is sent', async () => {
    await on(`${month}-23`);
    const place = [month, '--office', office];
    await at.does('payroll', 'month', 'batch', ...place);
    await at.does('approver', 'month', 'approve-batch', ...place);
    await at.does('reviewer', 'month', 'review-batch', ...place);
    const lines = await at.does('payroll', 'month', 'lines', ...place);
    const rows = lines['rows'] as readonly Json[];
    const stop = [
      ...place,
      '--instruction',
      String(rows[0]?.['instruction']),
      '--reason',
      '待核实',
    ];
    await at.does('payroll', 'month', 'stop', ...stop);
    const same = await at.types('payroll', 'month', 'confirm-stop', ...stop);
    expect(same.code).toBe(1);
    await at.does('reviewer', 'month', 'confirm-stop', ...stop);
    const early = await at.types('cashier', 'month', 'resend', ...place, '--reason', '没有收到');
    expect(early).toMatchObject({ code: 1, err: expect.stringMatching(/\[[A-Z_]+\]/) });
    await at.does('cashier', 'month', 'file', ...place);
    await at.does('cashier', 'month', 'send', ...place);
  });

  it('sends again what did not arrive, when two people say so', async () => {
    const place = [month, '--office', '440106'];
    const mistyped = await at.types('payroll', 'month', 'batch', ...place, '--layout', 'fixed');
    expect(mistyped).toMatchObject({ code: 1, err: expect.stringContaining('| fixed-v1') });
    await at.does('payroll', 'month', 'batch', ...place, '--layout', 'fixed-v1');
    await at.does('approver', 'month', 'approve-batch', ...place);
    await at.does('reviewer', 'month', 'review-batch', ...place);
    await at.does('cashier', 'month', 'file', ...place);
    await server.settled();
    const path = `/api/v1/batches/440106-${month}-1`;
    const { fileName, layout } = (await server.ask(path, { as: 'cashier' })).body;
    expect(layout).toBe('fixed-v1');
    // Nothing can be written where a folder stands in the file's place.
    const inTheWay = join(bank().outgoing, `.${String(fileName)}.part`);
    await mkdir(inTheWay);
    expect(await at.types('cashier', 'month', 'send', ...place)).toMatchObject({ code: 1 });
    await rmdir(inTheWay);
    const reason = ['--reason', '银行没有收到'];
    await at.does('cashier', 'month', 'query', ...place, ...reason);
    await at.does('cashier', 'month', 'resend', ...place, ...reason);
    const own = await at.types('cashier', 'month', 'approve-resend', ...place);
    expect(own).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
    await at.does('approver', 'month', 'approve-resend', ...place);
    await at.does('cashier', 'month', 'send', ...place);
    await server.settled();
    expect((await server.ask(path, { as: 'cashier' })).body).toMatchObject({
      sendingStatus: 'sent',
    });
  });

  it("books the bank's answer and tells each line in suspense with its reason", async () => {
    const { outgoing } = bank();
    const [name = ''] = (await readdir(outgoing)).filter((one) => one.includes(office));
    const sent = await readFile(join(outgoing, name));
    const unknown = { unknownAfter: true };
    let told = 0;
    const answers = () => (told++ === 0 ? unknown : undefined);
    const [receipt] = answerBatch(sent, { answers, seed: 1 }).files;
    const path = await at.file(receipt?.name ?? '', receipt?.bytes ?? '');
    const place = ['--office', office, '--month', month];
    const said = await at.types('accountant', 'receipt', path, ...place);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(
      /^实发 paid [1-9].*挂账 in suspense 1\n {2}\d+ {2}\S+ {2}[\d,]+\.\d\d 元 yuan {2}/,
    );
    const why = /没有发出过这条支付指令 · no such payment instruction .+ \[unknown-instruction\]\n/;
    expect(said.out).toMatch(why);
    const listed = await at.types('auditor', 'receipts', month, '--office', office);
    expect(listed.out).toMatch(
      /^.+\n回盘 receipt +状态 status .+\nreceipt-\w+ +已办完 discharged /,
    );
    expect(listed.out).toMatch(/\n挂账明细 in suspense:\n {2}\d+ .+/);
    expect(listed.out).toMatch(why);
    const again = await at.types('accountant', 'receipt', path, ...place, '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out)).toMatchObject({ error: { code: 'RECEIPT_BOOKED' } });
  });

  it('shows where the month stands, and closes it by three people', async () => {
    const place = [month, '--office', office];
    await on(`${month}-30`);
    const early = (asked: string) => at.types('approver', 'month', asked, ...place);
    expect((await early('approve-close')).err).toContain('MONTH_NOT_CUT');
    await at.does('reconciler', 'month', 'cut', ...place);
    const unprepared = await early('approve-close');
    expect(unprepared).toMatchObject({ code: 1, err: expect.stringContaining('month close') });
    expect(unprepared.err).toContain('[CLOSE_NOT_PREPARED]');
    await at.does('reconciler', 'month', 'close', ...place);
    await at.does('approver', 'month', 'return-close', ...place, '--reason', '再核一次');
    expect(await at.does('reconciler', 'inbox')).toMatchObject({
      closes: [{ office, month, sentBack: { person: 'demo-approver', reason: '再核一次' } }],
    });
    await at.does('reconciler', 'month', 'close', ...place);
    await at.does('approver', 'month', 'approve-close', ...place);
    await at.does('reviewer', 'month', 'review-close', ...place);
    const close = await at.types('auditor', 'month', 'show-close', ...place);
    expect(close.out).toMatch(
      /\n {2}期末未发 closing unpaid: \d+ 笔 lines .+ 元 yuan（\d+ 分 fen）\n/,
    );
    expect(close.out).toMatch(
      /失业保险金 benefit {2}\S+ [a-z-]+ {2}账龄 age \d+ 个月 months {2}\d+ 笔/,
    );
    expect(close.out).toMatch(
      /本月回盘 receipts: 实发 paid \d+ 笔 lines \S+ 元 yuan {2}退票 returned/,
    );
    const status = await at.does('auditor', 'month', 'status', ...place);
    expect(status).toMatchObject({ status: 'closed', items: expect.anything() });
    expect(status['unverified']).toEqual(expect.any(Array));
    const words = await at.types('auditor', 'month', 'status', ...place);
    expect(words.out).toMatch(/实发 paid +\d+ +\d+ +[\d,]+\.\d\d/);
    expect(words.out).toMatch(/^440103 2026-09 {2}已结账 closed .+\n\n失业保险金 benefit /);
    expect(words.out).toMatch(/ {2}批次 batch \S+ {2}\d+ 笔 lines {2}已办完 discharged\n/);
    expect(words.out).toMatch(/（通行做法.+ · as it is practised .+）/);
    const rows = status['unverified'] as readonly unknown[];
    expect(words.out.includes('未核实的依据 unverified:')).toBe(rows.length > 0);
  });

  it('proves the office that closed, and names the one that did not', async () => {
    const { app } = server.deps;
    const closed = { month: monthOf(month), office };
    expect(await verifyClose(app, closed)).toMatchObject({ ok: true, notClosed: [] });
    const whole = await verifyClose(app, { month: monthOf(month) });
    expect(whole).toMatchObject({ ok: false, findings: [], notClosed: ['440106'] });
    expect(whole.closes).toHaveLength(1);
  });
});
